from collections.abc import Iterator

import pytest

from tests.report.browser import Page, browser


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One tab for all tests: starting a browser takes longer than using it."""
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page
