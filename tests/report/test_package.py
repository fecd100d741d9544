import json
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from msgspec.structs import replace

from checker.assessment import Assessment
from checker.report import Choices, render
from checker.report.package import build
from checker.report.saved import load
from tests.report import attacks, samples

SNAPSHOT = b'{"kind":"trailhold-snapshot"}'


def unpacked(folder: Path, content: bytes) -> Path:
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    (inner,) = folder.iterdir()
    return inner


@pytest.mark.parametrize(
    "assessment",
    [samples.ORGANIZATION, samples.EMPTY, attacks.hostile()],
    ids=["organization", "empty", "hostile"],
)
def test_the_hashes_are_those_of_the_files(tmp_path: Path, assessment: Assessment) -> None:
    folder = unpacked(tmp_path, build(assessment, SNAPSHOT))
    run = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    listed = {line.split(":")[0] for line in run.stdout.splitlines()}
    assert listed == {path.name for path in folder.iterdir()} - {"SHA256SUMS"}
    assert (folder / "snapshot.json").read_bytes() == SNAPSHOT


def test_the_same_result_gives_the_same_bytes() -> None:
    assert build(samples.ORGANIZATION, SNAPSHOT) == build(samples.ORGANIZATION, SNAPSHOT)
    assert build(samples.ORGANIZATION, SNAPSHOT) != build(samples.CLEAN, SNAPSHOT)


def test_the_findings_can_be_shown_again(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, build(samples.ORGANIZATION, None))
    assert render("csv", load(folder / "findings.json")) == render("csv", samples.ORGANIZATION)
    assert json.loads((folder / "findings.json").read_text())["summary"]["fail"] == 24


def test_the_readme_names_every_file_and_what_is_missing(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, build(samples.ORGANIZATION, None))
    readme = (folder / "README.txt").read_text()
    others = {path.name for path in folder.iterdir()} - {"README.txt"}
    assert all(f"  {name} " in readme for name in others)
    assert "snapshot.json" not in readme
    assert "made from a saved result" in readme
    assert "24 fail, 7 unknown, 1 waived, 58 pass" in readme


def test_the_readme_says_nothing_that_a_terminal_obeys(tmp_path: Path) -> None:
    readme = (unpacked(tmp_path, build(attacks.hostile(), None)) / "README.txt").read_text()
    assert all(c.isprintable() or c == "\n" for c in readme)


def test_times_that_an_archive_cannot_write_are_no_obstacle() -> None:
    scan = replace(samples.SCAN, finished=samples.STARTED.replace(year=1971))
    with ZipFile(BytesIO(build(replace(samples.SMALL, scan=scan), None))) as archive:
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_with_a_framework_its_report_is_there_too(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, build(samples.ORGANIZATION, SNAPSHOT, "cis-5.0"))
    choices = Choices(framework="cis-5.0")
    for format in ("html", "csv"):
        text = (folder / f"cis-5.0.{format}").read_bytes().decode()
        assert text == render(format, samples.ORGANIZATION, choices)
        assert f"cis-5.0.{format}" in (folder / "SHA256SUMS").read_text()
    assert "by the requirements of CIS AWS Foundations Benchmark 5.0.0" in (folder / "README.txt").read_text()
