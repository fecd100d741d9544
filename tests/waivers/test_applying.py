"""Which findings a waiver accepts, and what is said of those that accept none."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from checker.assessment import Assessment, exit_code
from checker.evidence import Cause
from checker.model import Location, Severity, Status, Waiver
from checker.waivers import Rule, apply
from tests.report import samples

TODAY = date(2026, 11, 21)
ACCOUNT, OTHER = samples.NEGLECTED, samples.ATTACKED
FAIL, PASS, UNKNOWN = Status.FAIL, Status.PASS, Status.UNKNOWN
OU = "ou-abcd-11112222"


def rule(**given: Any) -> Rule:
    return Rule(**{"control": "TH110", "reason": "r", "owner": "o", "path": "w.toml", "line": 3, **given})


def judged(status: Status = FAIL, id: str = "TH110", **given: Any) -> Assessment:
    """One finding of a trail in us-east-1."""
    unknown = Cause.DENIED if status is UNKNOWN else None
    return samples.assessment((samples.finding(id, status, "as it is", unknown=unknown, **given),))


ARN = judged().findings[0].resource_arn


@pytest.mark.parametrize(
    ("given", "status", "waived"),
    [
        ({"resources": ("*",)}, FAIL, True),
        ({"resources": (ARN,)}, FAIL, True),
        ({"resources": ("arn:aws:cloudtrail:*:trail/*",)}, FAIL, True),
        ({"resources": ("arn:aws:cloudtrail:*:trail/audi",)}, FAIL, False),
        ({"resources": ("trail/audit",)}, FAIL, False),
        ({"resources": (ARN.upper(),)}, FAIL, False),
        ({"resources": (ARN.replace("audit", "[a]udit"),)}, FAIL, False),
        ({"resources": ("other", ARN[:-1] + "?")}, FAIL, True),
        ({"accounts": (ACCOUNT,)}, FAIL, True),
        ({"accounts": (OTHER,)}, FAIL, False),
        ({"accounts": (OTHER, ACCOUNT), "regions": ("us-*",)}, FAIL, True),
        ({"accounts": (ACCOUNT,), "regions": ("eu-*",)}, FAIL, False),
        ({"regions": ("us-east-?",)}, FAIL, True),
        ({"ous": (OU,)}, FAIL, True),
        ({"ous": ("ou-abcd-99999999",)}, FAIL, False),
        ({"resources": ("*",), "control": "TH106"}, FAIL, False),
        ({"resources": ("*",)}, UNKNOWN, False),
        ({"resources": ("*",), "statuses": (UNKNOWN,)}, UNKNOWN, True),
        ({"resources": ("*",), "statuses": (UNKNOWN,)}, FAIL, False),
        ({"resources": ("*",), "statuses": (FAIL, UNKNOWN)}, PASS, False),
        ({"resources": ("*",), "expires": TODAY}, FAIL, True),
        ({"resources": ("*",), "expires": TODAY - timedelta(days=1)}, FAIL, False),
    ],
)
def test_which_findings_are_accepted(given: dict[str, Any], status: Status, waived: bool) -> None:
    found = apply(judged(status), [rule(**given)], TODAY, {OU: (ACCOUNT,)}).assessment
    (finding,) = found.findings
    assert (finding.status, finding.waiver is not None) == (status, waived)
    assert found.summary.waived == int(waived)
    counts = status is not PASS and not waived
    assert exit_code(found, Severity.INFO) == (0 if not counts else 1 if status is FAIL else 3)


def test_an_account_is_named_as_reports_print_it() -> None:
    found = judged(id="TH102")
    assert apply(found, [rule(control="TH102", resources=(f"account {ACCOUNT}",))], TODAY).used == {
        "w.toml:3": 1
    }


def test_a_construct_of_a_template_is_named_as_reports_print_it() -> None:
    (finding,) = judged().findings
    there = samples.assessment((replace(finding, location=Location(path="t.json", construct="App/Trail")),))
    assert apply(there, [rule(resources=("App/*",))], TODAY).assessment.summary.waived == 1


def test_the_first_of_two_counts_and_neither_is_idle() -> None:
    rules = [rule(resources=("*",), owner="first"), rule(accounts=(ACCOUNT,), owner="second", line=9)]
    waived = apply(judged(), rules, TODAY)
    assert waived.assessment.findings[0].waiver == Waiver(
        control="TH110", reason="r", owner="first", source="w.toml:3"
    )
    assert waived.notices == ()


def test_what_an_earlier_file_accepted_is_over_and_a_template_still_accepts() -> None:
    (finding,) = judged().findings
    earlier = replace(finding, waiver=Waiver(control="TH110", reason="x", owner="gone"))
    beside = replace(finding, waiver=Waiver(control="TH110", reason="x", owner="", source="t.yaml:3:1"))
    assert apply(samples.assessment((earlier,)), [], TODAY).assessment.summary.waived == 0
    waived = apply(samples.assessment((beside,)), [rule(resources=("*",))], TODAY).assessment
    assert waived.findings[0].waiver == beside.waiver


@pytest.mark.parametrize(
    ("given", "status", "says", "fails"),
    [
        ({"expires": TODAY - timedelta(days=1)}, FAIL, "expired on 2026-11-20 and does not count", True),
        ({"expires": TODAY}, FAIL, "expires today", False),
        ({"expires": TODAY + timedelta(days=1)}, FAIL, "expires in 1 day, on 2026-11-22", False),
        ({"expires": TODAY + timedelta(days=30)}, FAIL, "expires in 30 days", False),
        ({"expires": TODAY + timedelta(days=31)}, FAIL, "", False),
        ({"resources": ("arn:aws:nothing",)}, FAIL, "matches nothing that was judged: remove it", True),
        ({}, PASS, "is needed no longer, since all that it matches passes: remove it", True),
        ({}, UNKNOWN, "", False),
        ({"resources": ("arn:aws:nothing",)}, UNKNOWN, "", False),
        ({"statuses": (UNKNOWN,)}, FAIL, "matches nothing that is unknown", True),
        ({"accounts": ("999999999999",)}, FAIL, "", False),
        ({"control": "TH999"}, FAIL, "", False),
        ({"ous": ("ou-abcd-99999999",)}, FAIL, "whose accounts are not known here: audit with --org", False),
        ({"ous": (OU,)}, PASS, "is needed no longer", True),
    ],
)
def test_what_is_said_of_a_waiver(given: dict[str, Any], status: Status, says: str, fails: bool) -> None:
    notices = apply(judged(status), [rule(**{"resources": ("*",), **given})], TODAY, {OU: (ACCOUNT,)}).notices
    assert len(notices) == bool(says)
    for notice in notices:
        assert notice.sentence.startswith("w.toml:3: the waiver of ")
        assert says in notice.sentence
        assert notice.fails is fails


def test_a_run_that_was_narrowed_says_nothing_of_other_regions() -> None:
    (finding,) = judged(PASS).findings
    narrow = samples.assessment((finding,), regions=("us-east-1",))
    assert apply(narrow, [rule(regions=("eu-*",))], TODAY).notices == ()
    assert apply(narrow, [rule(regions=("us-*",))], TODAY).notices[0].fails
