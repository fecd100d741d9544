"""One place turns missing evidence into UNKNOWN, and findings keep their names over the years."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from msgspec.structs import replace

from checker.assessment import assess, exit_code
from checker.engine import Evaluation, evaluate
from checker.evidence import Cause, Known, Origin, Unknown
from checker.inventory import Coverage, Key, LogBucket, Trail
from checker.model import (
    Context,
    Control,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    Status,
    Subject,
    control,
    failed,
    passed,
)
from checker.observation import Observation, Scan
from checker.subjects import fill
from tests.hardened import (
    ACCOUNT,
    BUCKET_ARN,
    DENIED,
    HOME,
    KEY_ARN,
    NOW,
    REGIONS,
    TRAIL,
    TRAIL_ARN,
    hardened,
)

READ = Origin(action="cloudtrail:DescribeTrails", field="LogFileValidationEnabled", region=HOME)


S = TypeVar("S", bound=Subject)


def declare(
    applies_to: type[S], severity: Severity = Severity.HIGH, id: str = "TH001"
) -> Callable[[Callable[[S, Context], Judgement]], Control]:
    return control(
        id=id,
        name="example",
        title="Example",
        severity=severity,
        applies_to=applies_to,
        expected="true",
        reads=(),
        remediation=Remediation(text="fix it", cli="aws fix $trail_name --key $key_id --json '{\"a\": 1}'"),
    )


@declare(Trail)
def VALIDATION(trail: Trail, _: Context) -> Judgement:
    """Hold when digests are written."""
    return passed("on") if trail.log_file_validation.value else failed("off", observed="false")


@declare(Coverage)
def ANY_REGION(_: Coverage, __: Context) -> Judgement:
    """Hold everywhere."""
    return passed("covered")


@declare(LogBucket)
def ANY_BUCKET(_: LogBucket, __: Context) -> Judgement:
    """Hold for every bucket."""
    return passed("a bucket")


@declare(Key)
def ANY_KEY(_: Key, __: Context) -> Judgement:
    """Ask nothing."""
    return NotApplicable("nothing is asked")


@declare(Trail)
def BROKEN(_: Trail, __: Context) -> Judgement:
    """Make a mistake."""
    raise KeyError("oops")


def run(judge: Control, **changes: dict[str, object]) -> Evaluation:
    return evaluate(hardened(**changes), [judge])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("observed", "status", "detail"),
    [
        (Known(True), Status.PASS, "on"),
        (Known(False), Status.FAIL, "off"),
        (DENIED, Status.UNKNOWN, "access was denied"),
    ],
)
def test_a_setting_decides_and_a_missing_setting_does_not(
    observed: Known[bool] | Unknown, status: Status, detail: str
) -> None:
    (finding,) = run(VALIDATION, trail={"log_file_validation": observed}).findings
    assert (finding.status, finding.detail) == (status, detail)


def test_evidence_is_what_the_control_read() -> None:
    (finding,) = run(VALIDATION, trail={"log_file_validation": Known(False, READ)}).findings
    assert [(e.origin, e.value) for e in finding.evidence] == [(READ, False)]


def test_a_missing_setting_names_its_permission() -> None:
    (finding,) = run(VALIDATION, trail={"log_file_validation": DENIED}).findings
    assert [unknown.origin.action for unknown in finding.unknowns] == ["test:Denied"]


def test_an_account_is_covered_region_by_region() -> None:
    findings = run(ANY_REGION).findings
    assert [f.region for f in findings] == sorted(REGIONS)
    assert len({f.fingerprint for f in findings}) == len(REGIONS)


def test_narrowed_discovery_judges_no_other_region() -> None:
    assert [f.region for f in run(ANY_REGION, account={"scope": (HOME,)}).findings] == [HOME]


def test_what_does_not_exist_is_not_judged_but_what_is_unread_is() -> None:
    assert run(ANY_BUCKET, bucket={"exists": Known(False)}).findings == ()
    assert len(run(ANY_BUCKET, bucket={"exists": DENIED}).findings) == 1


def test_what_does_not_apply_is_no_finding_but_counted() -> None:
    evaluation = run(ANY_KEY)
    assert evaluation.findings == ()
    assert [(s.resource_arn, s.reason) for s in evaluation.not_applicable] == [(KEY_ARN, "nothing is asked")]


def test_a_mistake_of_a_control_raises_under_test_and_is_unknown_in_the_field() -> None:
    with pytest.raises(KeyError):
        run(BROKEN)
    (finding,) = evaluate(hardened(), [BROKEN], tolerant=True).findings
    assert finding.status is Status.UNKNOWN
    assert [unknown.cause for unknown in finding.unknowns] == [Cause.UNFORESEEN]


def test_the_fingerprint_depends_on_neither_dates_nor_the_scanning_account() -> None:
    mine = run(ANY_BUCKET).findings[0]
    foreign = run(ANY_BUCKET, bucket={"account": DENIED, "region": DENIED}).findings[0]
    assert mine.account_id != foreign.account_id
    assert mine.fingerprint == foreign.fingerprint
    assert mine.resource_arn == BUCKET_ARN


def test_the_fingerprint_tells_controls_and_resources_apart() -> None:
    other = replace(TRAIL, arn=f"{TRAIL_ARN}-2", name="audit-2")
    findings = evaluate(hardened(more_trails=(other,)), [VALIDATION]).findings
    assert len({f.fingerprint for f in findings}) == 2
    assert run(ANY_BUCKET).findings[0].fingerprint not in {f.fingerprint for f in findings}


def test_the_command_carries_real_names_quoted_for_a_shell() -> None:
    filled = fill(VALIDATION.remediation, {"trail_name": "a; rm -rf ~", "key_id": ""})
    assert filled.cli == "aws fix 'a; rm -rf ~' --key $key_id --json '{\"a\": 1}'"


def test_findings_come_in_one_order_failures_first() -> None:
    low = declare(Coverage, Severity.LOW, "TH003")(lambda subject, context: failed("x"))
    critical = declare(Coverage, Severity.CRITICAL, "TH002")(lambda subject, context: failed("x"))
    unknown = declare(Trail, Severity.CRITICAL, "TH004")(lambda trail, _: DENIED.value)
    one = evaluate(hardened(), [ANY_BUCKET, unknown, low, critical])
    other = evaluate(hardened(), [critical, low, unknown, ANY_BUCKET])
    assert one == other
    assert [f.control_id for f in one.findings] == ["TH002"] * 3 + ["TH003"] * 3 + ["TH004", "TH001"]


SCAN = Scan(source="test", callers=(), accounts=(ACCOUNT,), started=NOW, finished=NOW, calls=0)


def verdicts(*statuses: Status, severity: Severity = Severity.MEDIUM) -> list[Control]:
    judgements = {
        Status.PASS: lambda trail, _: passed("x"),
        Status.FAIL: lambda trail, _: failed("x"),
        Status.UNKNOWN: lambda trail, _: DENIED.value,
    }
    return [declare(Trail, severity, f"TH00{n}")(judgements[s]) for n, s in enumerate(statuses)]


@pytest.mark.parametrize(
    ("statuses", "fail_on", "allow_incomplete", "code"),
    [
        ((Status.PASS,), Severity.LOW, False, 0),
        ((Status.PASS, Status.FAIL), Severity.LOW, False, 1),
        ((Status.FAIL,), Severity.MEDIUM, False, 1),
        ((Status.FAIL,), Severity.HIGH, False, 0),
        ((Status.FAIL,), None, False, 0),
        ((Status.UNKNOWN,), Severity.LOW, False, 3),
        ((Status.UNKNOWN,), Severity.LOW, True, 0),
        ((Status.UNKNOWN,), None, False, 3),
        ((Status.UNKNOWN, Status.FAIL), Severity.LOW, False, 1),
        ((Status.UNKNOWN, Status.FAIL), Severity.HIGH, False, 3),
    ],
)
def test_exit_codes(
    statuses: tuple[Status, ...], fail_on: Severity | None, allow_incomplete: bool, code: int
) -> None:
    assessment = assess(Observation(scan=SCAN, inventory=hardened()), verdicts(*statuses), version="1")
    assert exit_code(assessment, fail_on, allow_incomplete) == code


def test_gaps_are_named_once_with_the_controls_that_they_left_undecided() -> None:
    controls = verdicts(Status.UNKNOWN, Status.UNKNOWN, Status.PASS)
    assessment = assess(Observation(scan=SCAN, inventory=hardened()), controls, version="1")
    assert [(gap.action, gap.controls) for gap in assessment.incomplete] == [
        ("test:Denied", ("TH000", "TH001"))
    ]
    assert (assessment.summary.passed, assessment.summary.unknown) == (1, 2)


def test_a_region_list_that_cannot_be_read_leaves_a_subject_for_the_regions_it_may_hide() -> None:
    judged = declare(Coverage)(lambda subject, context: passed(subject.region))
    regions = [f.region for f in evaluate(hardened(account={"regions": DENIED}), [judged]).findings]
    assert regions == ["", *REGIONS]


def test_regions_outside_the_scope_are_no_subject_even_when_the_list_cannot_be_read() -> None:
    judged = declare(Coverage)(lambda subject, context: passed(subject.region))
    narrowed = hardened(account={"regions": DENIED, "scope": (HOME,)})
    assert [f.region for f in evaluate(narrowed, [judged]).findings] == [HOME]
