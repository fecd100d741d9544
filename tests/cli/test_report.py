"""`trailhold report`: a saved result in any format, with the exit code of its audit."""

import json
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from checker.cli.parser import COMMANDS, Command, parse
from tests.cli.running import Ended, refused, saved, trailhold
from tests.cli.test_audit import NO_VALIDATION
from tests.hardened import hardened


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the result of an audit in which TH110 fails and TH111 is unknown."""
    folder = tmp_path_factory.mktemp("made")
    saved(folder / "s.json", NO_VALIDATION)
    ended = trailhold("audit", "--from=s.json", "--select=TH110,TH111", "--export=f.json", "-q", cwd=folder)
    assert ended.code == 1
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def reported(folder: Path, *arguments: str) -> Ended:
    return trailhold("report", "f.json", *arguments, cwd=folder)


@pytest.mark.parametrize("format", ["console", "json", "html", "csv", "summary", "markdown"])
def test_it_says_what_the_audit_said(folder: Path, format: str) -> None:
    audit = trailhold("audit", "--from=s.json", "--select=TH110,TH111", f"--format={format}", cwd=folder)
    assert reported(folder, f"--format={format}") == audit


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 1),
        (["--fail-on=critical"], 3),
        (["--fail-on=none", "--allow-incomplete"], 0),
    ],
)
def test_the_exit_code_is_that_of_the_audit(folder: Path, arguments: list[str], code: int) -> None:
    assert reported(folder, *arguments).code == code
    assert trailhold("audit", "--from=s.json", "--select=TH110,TH111", *arguments, cwd=folder).code == code


def test_the_nearest_configuration_says_what_fails(folder: Path) -> None:
    (folder / "trailhold.toml").write_text('fail-on = "critical"')
    assert reported(folder).code == 3
    assert reported(folder, "--fail-on=low").code == 1


def test_several_files_at_once(folder: Path) -> None:
    names = [
        "a.html",
        "a.summary.html",
        "a.csv",
        "a.ocsf.json",
        "a.asff.json",
        "a.md",
        "a.xml",
        "a.txt",
        "a.zip",
    ]
    ended = reported(folder, *(f"--export={name}" for name in names), "--ocsf-version=1.3.0")
    assert ended.err.splitlines() == [f"trailhold: wrote {name}" for name in names]
    assert all((folder / name).stat().st_size for name in names)
    assert json.loads((folder / "a.ocsf.json").read_text())[0]["metadata"]["version"] == "1.3.0"


def test_the_package_of_an_audit_holds_its_snapshot(folder: Path) -> None:
    trailhold("audit", "--from=s.json", "--export=a.zip", "--export=b.zip", "-q", cwd=folder)
    assert (folder / "a.zip").read_bytes() == (folder / "b.zip").read_bytes()
    with ZipFile(folder / "a.zip") as archive:
        archive.extractall(folder)
    inner = folder / "trailhold-evidence"
    again = trailhold("audit", f"--from={inner / 'snapshot.json'}", "--format=json", cwd=folder)
    assert again.out == (inner / "findings.json").read_text()


def test_a_report_by_framework(folder: Path) -> None:
    ended = reported(folder, "--framework=cis-5.0")
    assert ended.out.startswith("CIS AWS Foundations Benchmark 5.0.0\n")
    assert "✗ FAIL  3.2  CloudTrail validates log files" in ended.out
    assert "0 of 1 judged requirement met" in ended.out


def test_an_audit_by_framework_judges_by_it(tmp_path: Path) -> None:
    saved(tmp_path / "s.json", hardened())
    ended = trailhold("audit", "--from=s.json", "--framework=cis-5.0", "--format=json", cwd=tmp_path)
    assert json.loads(ended.out)["summary"]["not_judged"] == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("missing.json", "the result missing.json cannot be read: No such file or directory"),
        ("s.json", "s.json is a snapshot, not a result: judge it with `trailhold audit --from s.json`"),
        ("f.json --export=f.json", "f.json is named twice"),
        ("f.json --export=a.pdf", "no format for 'a.pdf'"),
        ("f.json --framework=cis-9.0", "unknown framework cis-9.0 (did you mean cis-"),
        ("f.json --framework=cis-5.0 --format=ocsf", "ocsf cannot go by framework: choose one of console"),
        ("f.json --framework=cis-5.0 --export=a.asff.json", "asff cannot go by framework"),
        ("f.json --ocsf-version=1.0.0", "unknown OCSF version 1.0.0 (did you mean 1."),
        ("f.json --profile=x", "--profile is for --security-hub"),
        ("f.json --region=eu-west-1", "--region is for --security-hub"),
        ("", "the following arguments are required: FILE"),
    ],
)
def test_refused_and_nothing_written(folder: Path, arguments: str, says: str) -> None:
    before = sorted(folder.iterdir())
    assert says in refused(trailhold("report", *arguments.split(), cwd=folder))
    assert sorted(folder.iterdir()) == before


def test_a_command_may_have_two_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "report twice", Command("for this test", lambda parser: None))
    assert parse(["report", "twice"]).command == "report twice"
    assert parse(["report", "./twice"]).command == "report"
