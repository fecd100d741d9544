"""``trailhold explain`` shows an example of each control, and writes it for ``trailhold check``."""

import shlex
from pathlib import Path

import pytest

from checker.catalog import CONTROLS
from checker.examples import HERE
from tests.cli.running import refused, trailhold

SHOWN = """\
Example (CloudFormation; - fails, + passes)
      Trail:
        Type: AWS::CloudTrail::Trail
        Properties:
          ...
          IsMultiRegionTrail: true
          IncludeGlobalServiceEvents: true
  -       EnableLogFileValidation: false
  +       EnableLogFileValidation: true
          S3BucketName: !Ref LogBucket
          KMSKeyId: !GetAtt Key.Arn

  trailhold explain TH110 --example DIR writes both templates into a folder
"""


def test_an_example_is_the_resource_with_the_line_that_decides(tmp_path: Path) -> None:
    assert SHOWN in trailhold("explain", "TH110", cwd=tmp_path).out


def test_what_no_template_tells_has_a_reason_and_the_command_that_makes_it_fail(tmp_path: Path) -> None:
    out = trailhold("explain", "TH120", cwd=tmp_path).out
    assert "What makes it fail\n    aws cloudtrail stop-logging --name arn:" in out
    assert "Why no template of CloudFormation tells\n  It is asked of what has happened" in out


def test_every_control_has_one_or_the_other(tmp_path: Path) -> None:
    out = trailhold("explain", ",".join(CONTROLS), cwd=tmp_path).out
    assert out.count("\nExample (") + out.count("\nWhat makes it fail\n") == len(CONTROLS)


@pytest.mark.parametrize("control", ["TH110", "TH122", "TH334", "TH512"])
def test_the_templates_are_written_with_the_commands_that_judge_them(control: str, tmp_path: Path) -> None:
    """A template alone, with a setting, with the id of an account, and what the CDK would synthesise."""
    commands = trailhold("explain", control, "--example=shown", cwd=tmp_path).out.splitlines()
    good, bad = (trailhold(*shlex.split(command)[1:], cwd=tmp_path) for command in commands)
    assert (good.code, bad.code) == (0, 1)
    assert "PASS 1 " in good.out
    assert "FAIL 1 " in bad.out


def test_what_cloudformation_cannot_tell_is_shown_in_terraform(tmp_path: Path) -> None:
    explained = trailhold("explain", "TH321", "--example=shown", cwd=tmp_path).out
    assert explained.splitlines()[1].startswith("checkov -f shown/TH321/bad.tf --external-checks-dir ")
    assert 'mfa_delete = "Enabled"' in (tmp_path / "shown" / "TH321" / "bad.tf").read_text()
    out = trailhold("explain", "TH321", cwd=tmp_path).out
    assert '\n  -     mfa_delete = "Enabled"\n  +     mfa_delete = "Disabled"\n' in out
    assert "Why no template of CloudFormation tells\n  MFA delete" in out


def test_what_is_written_already_stays(tmp_path: Path) -> None:
    trailhold("explain", "TH110", "--example=shown", cwd=tmp_path)
    bad = tmp_path / "shown" / "TH110" / "bad.yaml"
    bad.write_text("mine")
    sentence = refused(trailhold("explain", "TH111,TH110", "--example=shown", cwd=tmp_path))
    assert sentence.endswith("shown/TH110 is there already: name another folder, or remove it first")
    assert bad.read_text() == "mine"
    assert not (tmp_path / "shown" / "TH111").exists()


def test_a_control_without_a_template_says_why(tmp_path: Path) -> None:
    sentence = refused(trailhold("explain", "TH101", "--example=shown", cwd=tmp_path))
    assert "there is no template for TH101. It is asked of an account" in sentence


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "shown").write_text("a file")
    assert "cannot write shown/TH110/good.yaml" in refused(
        trailhold("explain", "TH110", "--example=shown", cwd=tmp_path)
    )


def test_no_example_is_read_until_one_is_shown() -> None:
    readers = [path for path in (HERE.parent / "cli").glob("*.py") if "checker.examples" in path.read_text()]
    assert [path.name for path in readers] == ["example.py"]
