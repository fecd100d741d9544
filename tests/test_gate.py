"""Several files in one run: variants apart, plans beside templates, and what templates say is accepted."""

import json
from pathlib import Path
from typing import Any

import pytest

from checker.catalog import CONTROLS
from checker.gate import Judged, judge
from checker.model import Finding, Status
from checker.sources import templates
from tests.sources.cloudformation.judging import HARDENED, PLACE, hardened
from tests.sources.terraform.hardened import resources
from tests.sources.terraform.planning import plan, written

GONE_BAD = {"Trail__EnableLogFileValidation": False}


def judged(folder: Path, *controls: str, paths: tuple[Path, ...] = (), stdin: bytes | None = None) -> Judged:
    reading = templates.read(paths or (folder,), PLACE, stdin)
    chosen = [CONTROLS[id] for id in controls or CONTROLS]
    return judge(reading, chosen, known=CONTROLS, version="1", folder=folder)


def write(path: Path, template: dict[str, Any] | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(template if isinstance(template, str) else json.dumps(template, indent=1))
    return path


def told(found: Judged) -> dict[tuple[str, str], str]:
    """Return status by control and file."""
    return {
        (f.control_id, f.location.path if f.location else ""): f.status.value
        for f in found.assessment.findings
    }


def test_variants_of_a_template_are_judged_apart(tmp_path: Path) -> None:
    write(tmp_path / "dev" / "trail.json", hardened(**GONE_BAD))
    write(tmp_path / "prod" / "trail.json", hardened())
    found = told(judged(tmp_path, "TH110", "TH312"))
    assert found == {
        ("TH110", "dev/trail.json"): "fail",
        ("TH110", "prod/trail.json"): "pass",
        ("TH312", "dev/trail.json"): "pass",
        ("TH312", "prod/trail.json"): "pass",
    }


def test_variants_have_fingerprints_of_their_own(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        write(tmp_path / name, hardened(**GONE_BAD))
    found = judged(tmp_path, "TH110").assessment.findings
    assert len({f.fingerprint for f in found}) == 2


def split(**changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The hardened template as two: the trail, and its bucket by the same name."""
    trail, logs = hardened(**changes), hardened(**changes)
    ids = ("LogBucket", "LogBucketPolicy")
    trail["Resources"] = {id: one for id, one in trail["Resources"].items() if id not in ids}
    trail["Resources"]["Trail"].pop("DependsOn", None)
    logs["Resources"] = {id: one for id, one in logs["Resources"].items() if id in ids}
    text = json.dumps((trail, logs)).replace('{"Ref": "LogBucket"}', '"the-logs"')
    trail, logs = json.loads(text.replace('{"Ref": "LogBucketName"}', '"the-logs"'))
    return trail, logs


def test_what_lies_in_one_folder_belongs_together(tmp_path: Path) -> None:
    for stage, changes in (
        ("dev", {"LogBucket__VersioningConfiguration": {"Status": "Suspended"}}),
        ("prod", {}),
    ):
        trail, logs = split(**changes)
        write(tmp_path / stage / "net" / "trail.json", trail)
        write(tmp_path / stage / "store" / "logs.json", logs)
    found = told(judged(tmp_path, "TH308", "TH301"))
    assert found == {
        ("TH308", "dev/store/logs.json"): "fail",
        ("TH308", "prod/store/logs.json"): "pass",
        ("TH301", "dev/store/logs.json"): "pass",
        ("TH301", "prod/store/logs.json"): "pass",
    }


def test_what_belongs_to_no_variant_is_judged_with_each(tmp_path: Path) -> None:
    trail, logs = split()
    write(tmp_path / "logs.json", logs)
    write(tmp_path / "trail-dev.json", trail)
    write(tmp_path / "trail-prod.json", trail)
    found = judged(tmp_path, "TH301", "TH308").assessment
    assert {f.status for f in found.findings} == {Status.PASS}
    assert [f.control_id for f in found.findings].count("TH308") == 1, "the bucket is told of once"
    assert [f.control_id for f in found.findings].count("TH301") == 2


def test_stages_of_one_assembly_are_variants(tmp_path: Path) -> None:
    for stage, changes in (("dev", GONE_BAD), ("prod", {})):
        folder = tmp_path / f"assembly-{stage}"
        write(folder / "audit.template.json", hardened(**changes))
        artifact = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": {"templateFile": "audit.template.json"},
        }
        write(folder / "manifest.json", {"artifacts": {"audit": artifact}})
    inner = {
        stage: {"type": "cdk:cloud-assembly", "properties": {"directoryName": f"assembly-{stage}"}}
        for stage in ("dev", "prod")
    }
    write(tmp_path / "manifest.json", {"artifacts": inner})
    found = told(judged(tmp_path, "TH110"))
    assert found == {
        ("TH110", "assembly-dev/audit.template.json"): "fail",
        ("TH110", "assembly-prod/audit.template.json"): "pass",
    }


def test_one_trail_twice_in_one_template_is_refused_and_the_others_are_judged(tmp_path: Path) -> None:
    doubled = hardened()
    doubled["Resources"]["Again"] = doubled["Resources"]["Trail"]
    write(tmp_path / "doubled.json", doubled)
    write(tmp_path / "good" / "good.json", hardened())
    found = judged(tmp_path, "TH110")
    assert told(found) == {("TH110", "good/good.json"): "pass"}
    (refused,) = found.assessment.refused
    assert refused.path == "doubled.json"
    assert refused.line
    assert "the trail audit is defined twice" in refused.reason


def waiving(resource: str, metadata: Any, **changes: Any) -> dict[str, Any]:
    template = hardened(**changes)
    template["Resources"][resource]["Metadata"] = metadata
    return template


YAML = HARDENED.read_text().replace("EnableLogFileValidation: true", "EnableLogFileValidation: false")
LINE = "      EnableLogFileValidation: false\n"
assert LINE in YAML
WAIVED: dict[str, Any] = {
    "our metadata": waiving("Trail", {"trailhold": {"waive": {"TH110": "accepted"}}}, **GONE_BAD),
    "Checkov's metadata": waiving(
        "Trail", {"checkov": {"skip": [{"id": "TH110", "comment": "accepted"}]}}, **GONE_BAD
    ),
    "a comment on the property": YAML.replace(LINE, f"{LINE[:-1]} # trailhold:waive TH110 accepted\n"),
    "a comment above the property": YAML.replace(LINE, f"      # trailhold:waive TH110 accepted\n{LINE}"),
    "a comment above the resource": YAML.replace(
        "\n  Trail:\n", "\n  # trailhold:waive TH110 accepted\n  Trail:\n"
    ),
    "a comment on the resource": YAML.replace(
        "\n  Trail:\n", "\n  Trail:  # trailhold:waive TH110 accepted\n"
    ),
    "Checkov's comment": YAML.replace(LINE, f"      # checkov:skip=TH110:accepted\n{LINE}"),
    "Checkov's comment with a space": YAML.replace(LINE, f"      #checkov:skip=TH110: accepted\n{LINE}"),
    "several controls": YAML.replace(LINE, f"      # trailhold:waive TH110,TH110 accepted\n{LINE}"),
}
NOT_WAIVED: dict[str, tuple[Any, str]] = {
    "no reason in metadata": (
        waiving("Trail", {"trailhold": {"waive": {"TH110": ""}}}, **GONE_BAD),
        "waives TH110 without a reason, so it does not count",
    ),
    "no reason in a comment": (
        YAML.replace(LINE, f"      # checkov:skip=TH110\n{LINE}"),
        "waives TH110 without a reason, so it does not count",
    ),
    "no control": (
        YAML.replace(LINE, f"      # trailhold:waive TH998 accepted\n{LINE}"),
        "waives TH998, which is no control: correct the id",
    ),
    "another resource": (
        waiving("Key", {"trailhold": {"waive": {"TH110": "accepted"}}}, **GONE_BAD),
        "waives TH110, which does not fail there: remove it",
    ),
    "another control": (
        waiving("Trail", {"trailhold": {"waive": {"TH111": "accepted"}}}, **GONE_BAD),
        "waives TH111, which does not fail there: remove it",
    ),
    "no id": (YAML.replace(LINE, f"      # trailhold:waive\n{LINE}"), "is no waiver: write trailhold:waive"),
    "a slip of the pen": (
        YAML.replace(LINE, f"      # trailhold: waiver TH110 accepted\n{LINE}"),
        "is no waiver: write trailhold:waive",
    ),
    "a slip in metadata": (
        waiving("Trail", {"trailhold": {"waiver": {"TH110": "accepted"}}}, **GONE_BAD),
        "is no waiver: write trailhold:waive",
    ),
    "a list in metadata": (
        waiving("Trail", {"trailhold": {"waive": ["TH110"]}}, **GONE_BAD),
        "is no waiver: write trailhold:waive",
    ),
    "a text in metadata": (
        waiving("Trail", {"trailhold": "TH110"}, **GONE_BAD),
        "is no waiver: write trailhold:waive",
    ),
    "a reason that is no text": (
        waiving("Trail", {"trailhold": {"waive": {"TH110": {"reason": "accepted"}}}}, **GONE_BAD),
        "waives TH110 without a reason, so it does not count",
    ),
    "what Checkov could not decide": (
        YAML.replace(LINE, f"      # checkov:skip=TH_UNDECIDED:accepted\n{LINE}"),
        "",
    ),
    "beside no resource": (f"# trailhold:waive TH110 accepted\n{YAML}", "waives TH110 beside no resource"),
    "words of a text": (
        YAML.replace(
            "\n  Trail:\n",
            '\n  Trail:\n    Metadata:\n      Note: "a # trailhold:waive TH110 accepted"\n'
            "      More: |\n        # trailhold:waive TH110 accepted\n",
        ),
        "",
    ),
    "Checkov's own ids": (YAML.replace(LINE, f"      # checkov:skip=CKV_AWS_36:accepted\n{LINE}"), ""),
}


def the_finding(found: Judged) -> Finding:
    (finding,) = (f for f in found.assessment.findings if f.control_id == "TH110")
    assert finding.status is Status.FAIL
    return finding


@pytest.mark.parametrize("name", WAIVED)
def test_a_template_may_waive(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / ("t.yaml" if isinstance(WAIVED[name], str) else "t.json"), WAIVED[name])
    found = judged(tmp_path, "TH110", "TH111")
    waiver = the_finding(found).waiver
    assert waiver
    assert waiver.reason == "accepted"
    assert waiver.source.startswith(str(path))
    summary = found.assessment.summary
    assert (summary.failed, summary.waived) == (0, 1)
    assert found.warnings == ()


@pytest.mark.parametrize("name", NOT_WAIVED)
def test_what_does_not_count_is_warned_of(name: str, tmp_path: Path) -> None:
    template, warning = NOT_WAIVED[name]
    write(tmp_path / ("t.yaml" if isinstance(template, str) else "t.json"), template)
    found = judged(tmp_path, "TH110", "TH111")
    assert the_finding(found).waiver is None
    assert warning in "".join(found.warnings)
    assert len(found.warnings) == bool(warning)


def test_a_resource_that_decides_may_waive_as_well(tmp_path: Path) -> None:
    """TH317 is about the trail, and the policy of its bucket decides."""
    metadata = {"trailhold": {"waive": {"TH317": "accepted"}}}
    write(
        tmp_path / "t.json",
        waiving("LogBucketPolicy", metadata, LogBucketPolicy__PolicyDocument={"Statement": []}),
    )
    (finding,) = judged(tmp_path, "TH317").assessment.findings
    assert finding.waiver
    assert finding.waiver.reason == "accepted"


def test_no_waiver_crosses_from_variant_to_variant(tmp_path: Path) -> None:
    waived = waiving("Trail", {"trailhold": {"waive": {"TH110": "accepted"}}}, **GONE_BAD)
    write(tmp_path / "dev" / "t.json", waived)
    write(tmp_path / "prod" / "t.json", hardened(**GONE_BAD))
    found = {f.location.path: f.waiver for f in judged(tmp_path, "TH110").assessment.findings if f.location}
    assert found["dev/t.json"]
    assert found["prod/t.json"] is None


def test_a_plan_and_a_template_are_judged_in_one_run(tmp_path: Path) -> None:
    write(tmp_path / "a" / "t.json", hardened())
    (tmp_path / "b").mkdir()
    found = resources(aws_cloudtrail__enable_log_file_validation=False)
    written(tmp_path / "b", plan(found))
    both = judged(tmp_path, "TH110")
    assert told(both) == {("TH110", "a/t.json"): "pass", ("TH110", "b/plan.json"): "fail"}
    assert both.assessment.scan.source == "cloudformation+terraform"
    assert both.assessment.scan.before_deployment


def test_a_plan_is_read_from_stdin(tmp_path: Path) -> None:
    raw = written(tmp_path, plan(resources())).read_bytes()
    found = judged(tmp_path, "TH110", paths=(Path("-"),), stdin=raw)
    assert told(found) == {("TH110", "<stdin>"): "pass"}


def test_a_broken_plan_costs_no_template(tmp_path: Path) -> None:
    write(tmp_path / "t.json", hardened())
    content = plan(resources())
    content["format_version"] = "9.0"
    written(tmp_path, content)
    found = judged(tmp_path, "TH110")
    assert told(found) == {("TH110", "t.json"): "pass"}
    (refused,) = found.assessment.refused
    assert refused.path == "plan.json"
    assert "has the format version 9.0" in refused.reason


def test_a_template_is_read_from_stdin(tmp_path: Path) -> None:
    found = judged(tmp_path, "TH110", paths=(Path("-"),), stdin=YAML.encode())
    assert told(found) == {("TH110", "<stdin>"): "fail"}
