import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.cli.describe import Description
from checker.cli.explain import explain
from checker.cli.page import page
from checker.model import Remediation
from tests.cli.running import refused, trailhold

TH110 = Description(
    id="TH110",
    name="ct-log-file-validation",
    title="Trails sign | their log files",
    severity="medium",
    sets=("baseline", "strict"),
    applies_to="Trail",
    expected="log file validation is on",
    reads=("cloudtrail:DescribeTrails LogFileValidationEnabled",),
    remediation=Remediation(
        text="Turn on log file validation.",
        cli="aws cloudtrail update-trail --name $trail_arn --enable-log-file-validation",
        cdk="enable_log_file_validation=True",
        terraform="enable_log_file_validation = true",
    ),
    rationale="Without digests nobody can prove anything.\n\nIt is judged for stopped trails too.",
    requirements={"cis-5.0": ("3.2",), "own": ("1", "2")},
)
EXPLAINED = """\
TH110  Trails sign | their log files

  name      ct-log-file-validation
  severity  medium
  sets      baseline, strict
  judges    each Trail
  expected  log file validation is on

Why
  Without digests nobody can prove anything.

  It is judged for stopped trails too.

How it is read
  cloudtrail:DescribeTrails LogFileValidationEnabled

How to fix it
  Turn on log file validation.

  AWS CLI (a report fills in the $names)
    aws cloudtrail update-trail --name $trail_arn --enable-log-file-validation

  AWS CDK
    enable_log_file_validation=True

  Terraform
    enable_log_file_validation = true

Requirements
  CIS 5.0: 3.2
  own: 1, 2
"""
PAGE = """\
| id | severity | set | what must hold |
|---|---|---|---|
| [TH110](#th110) | medium | baseline | Trails sign \\| their log files |

## <a id="th110"></a>TH110 Trails sign | their log files

`ct-log-file-validation` · medium · baseline and strict · judges each Trail

Without digests nobody can prove anything.

It is judged for stopped trails too.

**Expected:** log file validation is on

**How it is read**

- `cloudtrail:DescribeTrails LogFileValidationEnabled`

**How to fix it:** Turn on log file validation.

```sh
aws cloudtrail update-trail --name $trail_arn --enable-log-file-validation
```

AWS CDK: `enable_log_file_validation=True`

Terraform: `enable_log_file_validation = true`

**Requirements**

- CIS 5.0: 3.2
- own: 1, 2
"""


def test_an_explanation() -> None:
    assert explain(TH110, {"cis-5.0": "CIS 5.0"}) == EXPLAINED


def test_a_page() -> None:
    text = page([TH110], {"cis-5.0": "CIS 5.0"})
    assert text.startswith("# Controls\n")
    assert text.endswith(PAGE)


def test_words_are_no_markup_and_commands_are_as_they_are_typed() -> None:
    fix = Remediation(text="Deny s3:* to *, in `a*b*c`.", cli="$${EDITOR:-vi} --bucket $bucket")
    described = replace(TH110, rationale="logs.<region>.amazonaws.com", expected="no *", remediation=fix)
    text = page([described], {})
    assert "Deny s3:\\* to \\*, in `a*b*c`." in text
    assert "logs.\\<region>.amazonaws.com" in text
    assert "**Expected:** no \\*\n" in text
    assert "\n${EDITOR:-vi} --bucket $bucket\n" in text
    assert "    ${EDITOR:-vi} --bucket $bucket\n" in explain(described, {})


@pytest.mark.parametrize("width", [20, 60, 200])
def test_an_explanation_keeps_to_the_width_and_breaks_no_name(width: int) -> None:
    text = explain(TH110, {}, width)
    assert "cloudtrail:DescribeTrails LogFileValidationEnabled" in text
    prose = text.split("How it is read")[0].splitlines()
    assert max(map(len, prose)) <= max(width, 40)


def test_the_list_as_json(tmp_path: Path) -> None:
    listed = json.loads(trailhold("controls", "--format=json", cwd=tmp_path).out)
    assert [record["id"] for record in listed] == list(CONTROLS)
    assert set(listed[0]) == set(Description.__struct_fields__)


def test_the_list_as_a_table(tmp_path: Path) -> None:
    header, *rows = trailhold("controls", cwd=tmp_path).out.splitlines()
    assert header.split() == ["ID", "SEVERITY", "SET", "TITLE"]
    assert [row.split()[0] for row in rows] == list(CONTROLS)


def test_markdown_has_two_spellings(tmp_path: Path) -> None:
    short, long = (
        trailhold("controls", option, cwd=tmp_path).out for option in ("--markdown", "--format=markdown")
    )
    assert short == long
    assert short.startswith("# Controls\n")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select=TH110"], {"TH110"}),
        (["--select=TH1", "--ignore=TH110"], {id for id in CONTROLS if id.startswith("TH1")} - {"TH110"}),
        (["--set=baseline"], {id for id, control in CONTROLS.items() if "baseline" in control.sets}),
        (["--ignore=TH1"], {id for id in CONTROLS if not id.startswith("TH1")}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_choice_of_controls(tmp_path: Path, options: list[str], expected: set[str]) -> None:
    listed = json.loads(trailhold("controls", "--format=json", *options, cwd=tmp_path).out)
    assert {record["id"] for record in listed} == expected


@pytest.mark.parametrize("label", ["TH110", "th110", "ct-log-file-validation-enabled"])
def test_explain_by_id_or_name(tmp_path: Path, label: str) -> None:
    assert trailhold("explain", label, cwd=tmp_path).out.startswith("TH110  ")


def test_explain_several(tmp_path: Path) -> None:
    explained = json.loads(trailhold("explain", "TH111", "TH110", "--format=json", cwd=tmp_path).out)
    assert [record["id"] for record in explained] == ["TH111", "TH110"]
    assert "\n\nTH110  " in trailhold("explain", "TH111,TH110", cwd=tmp_path).out


def test_explain_suggests_the_nearest(tmp_path: Path) -> None:
    sentence = refused(trailhold("explain", "ct-log-file-validation-enable", cwd=tmp_path))
    assert (
        sentence
        == "unknown control ct-log-file-validation-enable (did you mean ct-log-file-validation-enabled?)"
    )
