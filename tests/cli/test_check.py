"""`trailhold check`: what is printed, which exit code, and what is refused before anything is judged."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import Ended, refused, trailhold

HARDENED = Path(__file__).parents[1] / "sources" / "cloudformation" / "templates" / "hardened.yaml"
ROOT = Path(__file__).parents[2]
WEAK = """\
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      IsMultiRegionTrail: true
      EnableLogFileValidation: !Ref Signed
      S3BucketName: elsewhere
Parameters:
  Signed: {Type: String}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(HARDENED, tmp_path / "good.yaml")
    (tmp_path / "weak").mkdir()
    (tmp_path / "weak" / "trail.yaml").write_text(WEAK)
    return tmp_path


def check(folder: Path, *arguments: str) -> Ended:
    return trailhold("check", *arguments, cwd=folder)


def statuses(ended: Ended) -> dict[str, str]:
    return {f["control_id"]: f["status"] for f in json.loads(ended.out)["findings"]}


SIGNED, UNSIGNED = "--parameters=Signed=true", "--parameters=Signed=false"
CODES: list[tuple[tuple[str, ...], int]] = [
    (("good.yaml",), 0),
    (("good.yaml", "--strict"), 3),
    (("good.yaml", "--strict", "--allow-incomplete"), 0),
    (("good.yaml", "--strict", "--select=TH110"), 0),
    (("weak", "--select=TH110"), 3),
    (("weak", "--select=TH110", "--allow-incomplete"), 0),
    (("weak", "--select=TH110", SIGNED), 0),
    (("weak", "--select=TH110", UNSIGNED), 1),
    (("weak", "--select=TH110", UNSIGNED, "--fail-on=critical"), 0),
    (("weak", "--select=TH3"), 0),
    (("weak", "--select=TH3", "--strict"), 3),
    (("weak", "good.yaml", "--select=TH110", UNSIGNED), 1),
]


@pytest.mark.parametrize(("arguments", "code"), CODES, ids=[" ".join(case[0]) for case in CODES])
def test_the_exit_code_says_what_came_of_it(arguments: tuple[str, ...], code: int, folder: Path) -> None:
    assert check(folder, *arguments).code == code


@pytest.mark.parametrize("name", ["good.yaml", "weak/trail.yaml"])
def test_a_pipe_is_read_once(name: str, folder: Path) -> None:
    """As ``trailhold check <(terraform show -json plan)`` hands one over."""
    ends = os.pipe()
    with (folder / name).open("rb") as file, os.fdopen(ends[1], "wb") as end:
        end.write(file.read())
    os.set_inheritable(ends[0], True)
    command = [sys.executable, "-m", "checker", "check", f"/dev/fd/{ends[0]}", "--select=TH104", "--quiet"]
    done = subprocess.run(
        command, close_fds=False, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    os.close(ends[0])
    assert (done.returncode, done.stderr) == (0, "")
    assert "PASS 1" in done.stdout


BRINGS = "Resources:\n  Logs:\n    Type: My::Audit::Logs::MODULE\n"


@pytest.mark.parametrize(
    ("more", "code"), [((), 0), (("--strict",), 3), (("--strict", "--allow-incomplete"), 0)]
)
def test_what_a_module_brings_is_said_and_counts_when_strict(
    more: tuple[str, ...], code: int, folder: Path
) -> None:
    (folder / "brings.yaml").write_text(BRINGS)
    ended = check(folder, "good.yaml", "brings.yaml", "--select=TH110", *more)
    assert ended.code == code
    line = (
        "brings.yaml:2:3 brings/Logs (My::Audit::Logs::MODULE) brings what no file here shows: not evaluated"
    )
    assert line in ended.err


@pytest.mark.parametrize(("number", "said"), [(1, "weak/0.tf is in"), (3, "weak/0.tf and 2 more are in")])
def test_what_only_a_plan_tells_is_said(number: int, said: str, folder: Path) -> None:
    for n in range(number):
        (folder / "weak" / f"{n}.tf{'.json' if n == 2 else ''}").write_text("{}")
    ended = check(folder, ".", "--select=TH104")
    assert ended.code == 0
    assert f"{said} Terraform's language, and not evaluated: check the plan" in ended.err
    assert check(folder, ".", "--select=TH104", "--strict").code == 3
    assert "is written in Terraform's language" in refused(check(folder, "weak/0.tf"))
    (folder / "weak" / "trail.yaml").unlink()
    assert refused(check(folder, "weak")).startswith(
        "there is no CloudFormation template in weak, and no plan of"
    )


def test_what_no_template_tells_is_said_apart(folder: Path) -> None:
    ended = check(folder, "good.yaml", "--format=json")
    assert set(statuses(ended).values()) == {"pass"}
    assert re.search(r"\d+ controls are not evaluated here", ended.err)
    assert "TH115" in ended.err
    skipped = json.loads(ended.out)["scan"]["not_applicable"]
    assert {s["control_id"] for s in skipped if s["reason"].startswith("not evaluated here: ")} >= {"TH115"}
    strict = check(folder, "good.yaml", "--format=json", "--strict")
    assert statuses(strict)["TH115"] == "unknown"
    assert "not evaluated" not in strict.err


def test_a_failure_shows_its_line_and_words_instead_of_a_command(folder: Path) -> None:
    ended = check(folder, "weak", UNSIGNED, "--select=TH110")
    assert "at   weak/trail.yaml:7:7" in ended.out
    assert "aws cloudtrail" not in ended.out
    assert "trailhold check PATH --export" in ended.out
    assert "Caller" not in ended.out


@pytest.mark.parametrize("suffix", ["html", "json", "txt"])
def test_reports_are_those_of_an_audit(suffix: str, folder: Path) -> None:
    ended = check(folder, "weak", UNSIGNED, f"--export=report.{suffix}", "--quiet")
    assert ended.code == 1
    assert ended.err == ""
    report = (folder / f"report.{suffix}").read_text()
    assert "TH110" in report
    assert "weak/trail.yaml" in report


def test_templates_without_a_trail_are_said_to_be_so(folder: Path) -> None:
    (folder / "other.yaml").write_text("Resources:\n  Topic: {Type: AWS::SNS::Topic}\n")
    ended = check(folder, "other.yaml")
    assert ended.code == 0
    assert "nothing was judged" in ended.err


REFUSED = [
    (("missing.yaml",), "there is no file or folder missing.yaml"),
    (("empty",), "there is no CloudFormation template in empty"),
    (("broken.yaml",), "broken.yaml:3:1 is not YAML"),
    (("good.yaml", "--parameters=Stage"), "Stage is not NAME=VALUE"),
    (("good.yaml", "--parameters=AWS::AccountId=11112222333"), "11112222333 is not the id of an account"),
    (
        ("good.yaml", "--parameters=AWS::AccountId=111122223333,AWS::Region=eu-west-1"),
        "111122223333,AWS::Region=eu-west-1 is not the id of an account",
    ),
    (("good.yaml", "--parameters=AWS::Region=Ireland"), "Ireland is not the name of a Region"),
    (("good.yaml", "--parameters=A=1", "--parameters=A=2"), "the parameter A is given twice"),
    (("good.json", "--export=good.json"), "good.json is named twice"),
    ((), "the following arguments are required: PATH"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED, ids=[case[1] for case in REFUSED])
def test_what_cannot_be_checked_is_refused(arguments: tuple[str, ...], sentence: str, folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "broken.yaml").write_text("Resources:\n  A: [\n")
    assert sentence in refused(check(folder, *arguments))


def test_neither_aws_nor_templates_of_reports_are_loaded(folder: Path) -> None:
    import subprocess
    import sys

    program = (
        "import sys; from checker.cli.main import main; main(['check', 'good.yaml', '--quiet']); "
        "print([m for m in ('boto3', 'botocore', 'jinja2', 'moto', 'checkov') if m in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env={"PYTHONPATH": str(root)}, capture_output=True
    )
    assert done.stdout.decode().splitlines()[-1] == "[]", done
