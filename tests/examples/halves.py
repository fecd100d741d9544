"""Both halves of an example as files, and what the gate says of them."""

import shutil
import tomllib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec

from checker.assessment import beyond_scope
from checker.catalog import CONTROLS
from checker.examples import HERE, Example
from checker.gate import judge
from checker.model import Finding, Thresholds
from checker.sources import templates

EXPRESSIBLE = [id for id, control in CONTROLS.items() if "cloudformation" in control.told_by]
APART = "apart"
"""What templates cannot tell, which is no verdict."""


class Judged(NamedTuple):
    """The findings of one half, and the statuses of each control."""

    findings: tuple[Finding, ...]
    statuses: dict[str, set[str]]


def written(folder: Path, example: Example, text: str) -> Path:
    """Write an example with one of its texts; return what is to be checked."""
    for name in example.paths:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if name == example.file else (HERE / name).read_text())
    return folder / example.file.partition("/")[0]


def judged(example: Example, text: str) -> Judged:
    """Check one half by every control there is."""
    with TemporaryDirectory() as name:
        path = written(Path(name), example, text)
        parameters = dict(one.split("=") for one in example.parameters)
        reading = templates.read([path], parameters)
        assert reading.refused == ()
        found = judge(
            reading,
            list(CONTROLS.values()),
            known=CONTROLS,
            version="",
            folder=Path(name),
            thresholds=thresholds(example.settings),
        )
    statuses: dict[str, set[str]] = {}
    for finding in found.assessment.findings:
        status = APART if beyond_scope(finding) else finding.status.value
        statuses.setdefault(finding.control_id, set()).add(status)
    return Judged(found.assessment.findings, statuses)


@cache
def good(file: str, settings: tuple[str, ...], parameters: tuple[str, ...]) -> Judged:
    """Check a good template once for all controls that have their example in it."""
    example = Example(control="", file=file, good="", bad="", settings=settings, parameters=parameters)
    return judged(example, (HERE / file).read_text())


def thresholds(settings: tuple[str, ...]) -> Thresholds:
    given = tomllib.loads("\n".join(settings))
    return msgspec.convert({name.replace("-", "_"): value for name, value in given.items()}, Thresholds)


def every_half(folder: Path, examples: list[Example]) -> None:
    """Write every bad half into a folder of its own, and all good ones into ``good``."""
    for example in examples:
        written(folder / example.control, example, example.bad)
    shutil.copytree(HERE, folder / "good", ignore=shutil.ignore_patterns("*.diff", "*.py", "__pycache__"))
