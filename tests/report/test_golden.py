"""Whole outputs, byte by byte: one table, and ``UPDATE_GOLDEN=1`` writes its files anew for git to show."""

import json
import os
import re
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from msgspec.structs import replace

from checker.assessment import Assessment
from checker.history.difference import difference
from checker.history.trend import trend
from checker.model import Finding
from checker.report import BY_FRAMEWORK, FORMATS, Choices, console, package, render
from checker.report import difference as changes
from checker.report.schema import schema
from checker.report.terminal import PLAIN
from checker.report.trend import console as trend_console
from checker.report.trend import html as trend_html
from checker.report.trend import json as trend_json
from tests.history.results import FAIL, PASS, UNKNOWN, day, one
from tests.report import samples
from tests.report.test_sarif import REFUSAL, placed

FOLDER = Path(__file__).parent / "golden"
SUFFIXES = {format: suffixes[0] if suffixes else ".commands" for format, suffixes in FORMATS.items()}
GATE = replace(placed(samples.SMALL), refused=(REFUSAL,))
LIVE = Choices(sarif_location="trailhold.toml")
FRAMEWORK = Choices(framework="cis-5.0")


def moved(finding: Finding, bucket: str) -> Finding:
    """The same finding, which another bucket was read for."""
    (evidence,) = finding.evidence
    origin = replace(evidence.origin, field="S3BucketName")
    return replace(finding, evidence=(replace(evidence, origin=origin, value=bucket),))


DAYS = (
    day(0, one(), one("TH102"), moved(one("TH106", PASS), "logs")),
    day(2, one(status=PASS), one("TH102"), moved(one("TH106", PASS), "logs")),
    day(5, one(status=PASS), one("TH302", UNKNOWN), moved(one("TH106", FAIL), "elsewhere")),
)
CHANGED = difference(DAYS[1], DAYS[2])
TREND = trend(DAYS)


def sums() -> str:
    """The hashes of an evidence package: they name its files, and change with any byte of them."""
    with ZipFile(BytesIO(package.build(samples.SMALL, b"{}"))) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("SHA256SUMS")]
        listed = archive.read(name).decode()
    return re.sub(r"[0-9a-f]{64}", "-", listed)


def reports(name: str, assessment: Assessment) -> dict[str, Callable[[], str]]:
    return {f"{name}{SUFFIXES[f]}": partial(render, f, assessment, LIVE) for f in FORMATS}


CASES: dict[str, Callable[[], str]] = {
    **reports("small", samples.SMALL),
    **reports("gate", GATE),
    **{f"{name}.txt": partial(render, "console", getattr(samples, name.upper())) for name in (
        "organization", "clean", "empty", "unread",
    )},
    "small-verbose.txt": partial(console.render, samples.SMALL, verbose=True, width=72),
    "organization.html": partial(render, "html", samples.ORGANIZATION),
    "empty.html": partial(render, "html", samples.EMPTY),
    "empty.summary.html": partial(render, "summary", samples.EMPTY),
    "schema.json": lambda: json.dumps(schema(), indent=2) + "\n",
    "package.sha256sums": sums,
    **{f"diff{SUFFIXES[f]}": partial(changes.render, f, CHANGED) for f in changes.FORMATS},
    "trend.txt": partial(trend_console.render, TREND, PLAIN),
    "trend.json": partial(trend_json.render, TREND),
    "trend.html": partial(trend_html.render, TREND),
    **{
        f"organization.cis-5.0{SUFFIXES[f]}": partial(render, f, samples.ORGANIZATION, FRAMEWORK)
        for f in BY_FRAMEWORK
    },
}  # fmt: skip
for format in ("asff", "ocsf"):
    del CASES[f"gate{SUFFIXES[format]}"]  # records of an account, which a template is none of


@pytest.mark.parametrize("name", CASES)
def test_the_output_is_that_of_the_file(name: str, request: pytest.FixtureRequest) -> None:
    if ".cis-5.0." in name:
        request.getfixturevalue("logging")  # a small part of it is enough to compare
    text = bare(CASES[name]())
    path = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode()


def test_every_file_is_compared_with_something() -> None:
    assert {path.name for path in FOLDER.iterdir()} == CASES.keys()


def bare(text: str) -> str:
    """Leave out style, script and their digests: they are files of their own already."""
    text = re.sub(r"(<(style|script)>).*?(</\2>)", r"\1\3", text, flags=re.DOTALL)
    return re.sub(r"sha256-[A-Za-z0-9+/=]{44}", "sha256-", text) if text.startswith("<!doctype") else text
