"""`trailhold report --security-hub` over HTTP, against an account that answers like AWS."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from checker.assessment import Assessment
from checker.evidence import Cause
from checker.model import Finding, Status
from checker.report import render
from tests.cli.hub_account import ACCOUNT, REGION, HubAccount
from tests.cli.root_account import serve
from tests.cli.running import Ended, trailhold
from tests.report import samples
from tests.simulator.call import AwsError

FAIL, PASS, UNKNOWN = Status.FAIL, Status.PASS, Status.UNKNOWN
OWNER = samples.HARDENED


def imported(
    folder: Path, hub: HubAccount, assessment: Assessment, *more: str, region: str = f"--region={REGION}"
) -> Ended:
    """Save the result and import it as a user would, without saying anything else."""
    (folder / "f.json").write_text(render("json", assessment))
    quiet = ("--export=report.csv", "--format=csv", "--fail-on=none", "--allow-incomplete")
    with serve(hub) as env:
        return trailhold("report", "f.json", "--security-hub", *quiet, region, *more, cwd=folder, env=env)


def told(ended: Ended) -> str:
    assert ended.code == 0, ended
    assert ended.err.splitlines()[0] == "trailhold: wrote report.csv"
    return ended.err.splitlines()[-1]


def refusal(ended: Ended) -> str:
    assert ended.code == 2, ended
    assert "Traceback" not in ended.err
    return ended.err.splitlines()[-1]


def one(status: Status, **more: Any) -> Assessment:
    """A result with one finding of TH110 of one account."""
    found = samples.finding("TH110", status, "as it is", account=OWNER, value=1)
    return samples.assessment((found,), **{"accounts": (OWNER,), **more})


LATER = {"finished": samples.SCAN.finished + timedelta(days=1)}


def test_what_fails_is_open_and_what_passes_is_not_there(tmp_path: Path) -> None:
    hub = HubAccount()
    assert told(imported(tmp_path, hub, samples.SMALL)) == (
        f"trailhold: Security Hub of {ACCOUNT} in {REGION}: 3 open findings, 0 archived"
    )
    there = hub.by_control()
    assert {id: f["Compliance"]["Status"] for id, f in there.items()} == {
        "TH110": "FAILED",
        "TH302": "WARNING",
        "TH116": "FAILED",
    }
    assert there["TH110"]["ProductFields"]["trailhold/AccountId"] == samples.NEGLECTED
    assert {region for operation, region in hub.asked if operation != "GetCallerIdentity"} == {REGION}


def test_the_same_result_again_changes_nothing(tmp_path: Path) -> None:
    hub = HubAccount()
    imported(tmp_path, hub, samples.SMALL)
    before = {id: dict(f) for id, f in hub.findings.items()}
    told(imported(tmp_path, hub, samples.SMALL))
    assert hub.findings == before


def test_a_finding_keeps_its_first_date_and_what_the_customer_wrote(tmp_path: Path) -> None:
    hub = HubAccount()
    imported(tmp_path, hub, one(FAIL))
    hub.by_control()["TH110"]["Workflow"] = {"Status": "NOTIFIED"}
    imported(tmp_path, hub, one(FAIL, **LATER))
    found = hub.by_control()["TH110"]
    assert found["CreatedAt"] == "2026-11-20T12:00:04.230Z"
    assert found["UpdatedAt"] == "2026-11-21T12:00:04.230Z"
    assert found["Workflow"] == {"Status": "NOTIFIED"}


def test_what_was_fixed_is_archived_as_passed(tmp_path: Path) -> None:
    hub = HubAccount()
    imported(tmp_path, hub, one(FAIL))
    assert "0 open findings, 1 archived" in told(imported(tmp_path, hub, one(PASS, **LATER)))
    found = hub.by_control()["TH110"]
    assert (found["RecordState"], found["Compliance"]["Status"]) == ("ARCHIVED", "PASSED")


def nothing(*findings: Finding, **scan: Any) -> Assessment:
    """A later result in which the finding of before does not come up."""
    made = samples.assessment(findings, **{"accounts": (OWNER,), **LATER, **scan})
    return replace(made, controls=("TH106", "TH110"))


UNREAD = samples.finding("TH106", UNKNOWN, "denied", account=OWNER, unknown=Cause.DENIED)
ELSEWHERE = samples.finding("TH106", UNKNOWN, "denied", account=samples.CONSOLE, unknown=Cause.DENIED)


@pytest.mark.parametrize(
    ("later", "state"),
    [
        pytest.param(nothing(), "ARCHIVED", id="judged again, and gone"),
        pytest.param(
            nothing(ELSEWHERE, accounts=(OWNER, samples.CONSOLE)), "ARCHIVED", id="unread elsewhere"
        ),
        pytest.param(replace(nothing(), controls=("TH106",)), "ACTIVE", id="the control did not judge"),
        pytest.param(nothing(accounts=(samples.CONSOLE,)), "ACTIVE", id="another account was audited"),
        pytest.param(nothing(regions=("eu-west-1",)), "ACTIVE", id="another Region was audited"),
        pytest.param(nothing(regions=("us-east-1",)), "ARCHIVED", id="its Region was audited"),
        pytest.param(nothing(UNREAD), "ACTIVE", id="something in the account was not read"),
        pytest.param(nothing(finished=samples.STARTED), "ACTIVE", id="an older result"),
    ],
)
def test_only_what_was_judged_again_is_archived(tmp_path: Path, later: Assessment, state: str) -> None:
    hub = HubAccount()
    imported(tmp_path, hub, one(FAIL))
    told(imported(tmp_path, hub, later))
    assert hub.by_control()["TH110"]["RecordState"] == state


@pytest.mark.parametrize(
    "change",
    [
        {"GeneratorId": "other/TH110"},
        {"Id": "other/1"},
        {"AwsAccountId": "999988887777"},
        {"ProductArn": f"arn:aws:securityhub:us-east-1:{ACCOUNT}:product/{ACCOUNT}/default"},
        {"RecordState": "ARCHIVED"},
    ],
)
def test_what_is_not_ours_is_left_alone(tmp_path: Path, change: dict[str, str]) -> None:
    hub = HubAccount()
    imported(tmp_path, hub, one(FAIL))
    (id,) = hub.findings
    hub.findings[id] |= change
    before = dict(hub.findings[id])
    told(imported(tmp_path, hub, nothing()))
    assert hub.findings[id] == before


def test_an_older_result_overwrites_no_newer_one(tmp_path: Path) -> None:
    hub = HubAccount()
    imported(tmp_path, hub, one(FAIL, **LATER))
    assert "1 left alone since a later result is there" in told(imported(tmp_path, hub, one(PASS)))
    assert hub.by_control()["TH110"]["Compliance"]["Status"] == "FAILED"


def test_many_findings_go_in_batches_and_pages(tmp_path: Path) -> None:
    hub = HubAccount()
    fails = [
        samples.finding("TH110", FAIL, "not signed", account=OWNER, name=f"t{n}", value=0) for n in range(250)
    ]
    many = samples.assessment(fails, accounts=(OWNER,))
    assert "250 open findings" in told(imported(tmp_path, hub, many))
    assert hub.sizes == [100, 100, 50]
    assert "0 open findings, 250 archived" in told(imported(tmp_path, hub, nothing()))
    assert {f["RecordState"] for f in hub.findings.values()} == {"ARCHIVED"}


def test_throttling_passes(tmp_path: Path) -> None:
    throttled = AwsError("TooManyRequestsException", "slow down", 429)
    hub = HubAccount(failing={"GetFindings": [throttled], "BatchImportFindings": [throttled]})
    assert "3 open findings" in told(imported(tmp_path, hub, samples.SMALL))
    assert len(hub.findings) == 3


def test_what_only_the_service_kept_out_is_sent_again(tmp_path: Path) -> None:
    hub = HubAccount(refusing={"TH110": ["InternalError", "-"]})
    assert "3 open findings" in told(imported(tmp_path, hub, samples.SMALL))
    assert hub.sizes == [3, 1]
    assert len(hub.findings) == 3


def test_a_refused_finding_is_named_and_the_others_are_there(tmp_path: Path) -> None:
    hub = HubAccount(refusing={"TH110": ["InvalidInput"]})
    said = refusal(imported(tmp_path, hub, samples.SMALL))
    assert "Security Hub took 2 findings and refused 1: trailhold/TH110/" in said
    assert "InvalidInput said the service" in said
    assert set(hub.by_control()) == {"TH302", "TH116"}


DENIED = AwsError("AccessDeniedException", "User is not authorized to perform: securityhub:GetFindings", 403)
OFF = AwsError("InvalidAccessException", "Account is not subscribed to AWS Security Hub", 401)


@pytest.mark.parametrize(
    ("hub", "says"),
    [
        (
            HubAccount(failing={"GetFindings": [OFF]}),
            f"is not enabled in account {ACCOUNT} in {REGION}: enable",
        ),
        (
            HubAccount(failing={"GetFindings": [DENIED]}),
            "grant securityhub:GetFindings and securityhub:BatchImportFindings",
        ),
        (HubAccount(failing={"BatchImportFindings": [DENIED]}), "denied it: grant securityhub:GetFindings"),
        (
            HubAccount(failing={"GetCallerIdentity": [AwsError("ExpiredToken", "expired", 403)]}),
            "AWS does not say who is calling: ExpiredToken",
        ),
        (HubAccount(garbled=True), "what answers is not Security Hub: look at the endpoint"),
    ],
)
def test_what_stands_in_the_way_is_one_sentence(tmp_path: Path, hub: HubAccount, says: str) -> None:
    assert says in refusal(imported(tmp_path, hub, samples.SMALL))
    assert hub.findings == {}


def test_templates_have_nothing_to_import(tmp_path: Path) -> None:
    hub = HubAccount()
    templates = replace(samples.SMALL, scan=replace(samples.SCAN, source="cloudformation"))
    assert "this is a result of templates" in refusal(imported(tmp_path, hub, templates))
    assert hub.asked == []


def test_an_audit_only_reads(tmp_path: Path) -> None:
    hub = HubAccount()
    with serve(hub) as env:
        ended = trailhold("audit", "--security-hub", cwd=tmp_path, env=env)
    assert ended.code == 2
    assert "trailhold report FILE --security-hub" in ended.err
    assert hub.asked == []
