from collections.abc import Iterator

import pytest

from checker import frameworks
from tests.report.browser import Page, browser


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One tab for all tests: starting a browser takes longer than using it."""
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def logging(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of a benchmark, whatever controls the catalogue maps to the whole of it."""
    part = frameworks.Framework(
        id="cis-5.0",
        title="CIS AWS Foundations Benchmark",
        version="5.0.0",
        requirements={"3.1": ("TH102", "TH103"), "3.2": ("TH110",), "3.4": ("TH306",), "3.6": ("TH403",)},
        outline={
            "3.1": "CloudTrail records all Regions",
            "3.2": "CloudTrail validates log files",
            "3.3": "AWS Config records all Regions",
            "3.4": "The bucket of CloudTrail logs who reads it",
            "3.6": "Symmetric customer keys are rotated",
        },
    )
    monkeypatch.setattr(frameworks, "load", lambda id: part)
