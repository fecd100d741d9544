import pytest
from msgspec.structs import replace

from checker.assessment import Gap
from checker.evidence import Cause
from checker.model import Finding, Severity, Status
from checker.report.advice import advice, obstacles
from checker.report.coverage import coverage, uncovered
from checker.report.page import headline
from checker.report.tally import Counts, Outcome, by_control, by_severity, counted, folded
from tests.report import samples
from tests.report.samples import ACCEPTED, ATTACKED, CONSOLE, HARDENED, finding

FAIL, PASS, UNKNOWN = Status.FAIL, Status.PASS, Status.UNKNOWN
FAILED = finding("TH110", FAIL, "no", account=CONSOLE)
CRITICAL = finding("TH106", FAIL, "no", account=CONSOLE)
PASSED = finding("TH110", PASS, "yes", account=HARDENED)
UNREAD = finding("TH110", UNKNOWN, "denied", account=ATTACKED, unknown=Cause.DENIED)
WAIVED = finding("TH110", FAIL, "no", account=ATTACKED, waiver=ACCEPTED)


@pytest.mark.parametrize(
    ("findings", "outcome"),
    [
        ((PASSED,), Outcome.PASS),
        ((PASSED, WAIVED), Outcome.WAIVED),
        ((PASSED, WAIVED, UNREAD), Outcome.UNKNOWN),
        ((PASSED, WAIVED, UNREAD, FAILED), Outcome.FAIL),
    ],
)
def test_a_control_is_as_good_as_its_worst_finding(findings: tuple[Finding, ...], outcome: Outcome) -> None:
    assert by_control(findings)[0].outcome is outcome


@pytest.mark.parametrize(
    ("outcomes", "percent"),
    [
        ((), None),
        ((Outcome.UNKNOWN, Outcome.WAIVED), None),
        ((Outcome.PASS,), 100),
        ((Outcome.FAIL,), 0),
        ((Outcome.PASS, Outcome.PASS, Outcome.FAIL), 66),
        ((Outcome.PASS, Outcome.UNKNOWN, Outcome.WAIVED), 100),
        ((*[Outcome.PASS] * 999, Outcome.FAIL), 99),
    ],
)
def test_the_score_is_the_share_of_the_judged_rounded_down(
    outcomes: tuple[Outcome, ...], percent: int | None
) -> None:
    assert counted(outcomes).percent == percent


def test_severities_count_controls() -> None:
    found = by_severity(by_control((FAILED, PASSED, UNREAD, CRITICAL)))
    assert found == {Severity.CRITICAL: Counts(fail=1), Severity.HIGH: Counts(fail=1)}


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        ((), "Nothing was judged"),
        ((PASSED,), "Every judged control passes"),
        ((PASSED, UNREAD), "No failure, but 1 finding could not be judged"),
        ((UNREAD, UNREAD), "No failure, but 2 findings could not be judged"),
        ((FAILED,), "1 high failure to fix"),
        ((FAILED, CRITICAL, CRITICAL), "2 critical and 1 high failures to fix"),
        ((FAILED, UNREAD), "1 high failure to fix, and 1 finding could not be judged"),
        ((WAIVED, PASSED), "No failure but those that were accepted"),
    ],
)
def test_the_headline_leaves_nothing_out(findings: tuple[Finding, ...], said: str) -> None:
    assert headline(samples.assessment(findings)) == said


def test_findings_that_differ_in_the_region_alone_fold() -> None:
    east, west = (finding("TH102", FAIL, "no", account=CONSOLE, region=r) for r in ("us-east-1", "us-west-2"))
    other = finding("TH102", FAIL, "another reason", account=CONSOLE, region="eu-west-1")
    folds = folded((east, west, other))
    assert [fold.findings for fold in folds] == [(east, west), (other,)]
    assert folds[0].resource == f"account {CONSOLE}, us-east-1, us-west-2"


@pytest.mark.parametrize(
    ("details", "told"),
    [
        (
            ("no trail logs in us-east-1: none", "no trail logs in us-west-2: none"),
            ["no trail logs in these Regions: none"],
        ),
        (
            ("t (us-east-1) logs in us-east-1", "t (us-east-1) logs in us-west-2"),
            ["t (us-east-1) logs in these Regions"],
        ),
        (("us-east-1 is closed", "us-west-2 is closed"), None),
        (("off in us-east-1-blue", "off in us-west-2-blue"), None),
        (("arn:aws:x:us-east-1:1:t is off", "arn:aws:x:us-west-2:1:t is off"), None),
        (("bucket my-us-east-1 is off", "bucket my-us-west-2 is off"), None),
        (("no trail", "no bucket"), None),
    ],
)
def test_a_region_in_a_sentence_does_not_keep_findings_apart(
    details: tuple[str, ...], told: list[str] | None
) -> None:
    regions = ("us-east-1", "us-west-2")
    found = [finding("TH102", FAIL, d, region=r) for d, r in zip(details, regions, strict=True)]
    assert [fold.detail for fold in folded(found)] == (told or list(details))


@pytest.mark.parametrize(
    ("found", "named"),
    [
        (
            finding("TH110", FAIL, "no", account=CONSOLE),
            f"arn:aws:cloudtrail:us-east-1:{CONSOLE}:trail/audit",
        ),
        (
            finding("TH302", FAIL, "no", account=CONSOLE),
            f"arn:aws:s3:::audit-logs-{CONSOLE} ({CONSOLE}, us-east-1)",
        ),
        (finding("TH102", FAIL, "no", account=CONSOLE, region=""), f"account {CONSOLE}"),
    ],
)
def test_a_resource_is_told_with_what_its_arn_leaves_out(found: Finding, named: str) -> None:
    assert folded((found,))[0].resource == named


def test_the_map_has_a_cell_for_each_finding_and_none_elsewhere() -> None:
    grid = coverage(
        (
            finding("TH102", PASS, "yes", account=HARDENED, region="us-east-1"),
            finding("TH102", FAIL, "no", account=CONSOLE, region="eu-west-1"),
            FAILED,
        )
    )
    assert grid is not None
    assert grid.regions == ("eu-west-1", "us-east-1")
    assert {account: [f and f.status for f in row] for account, row in grid.rows.items()} == {
        HARDENED: [None, PASS],
        CONSOLE: [FAIL, None],
    }
    assert coverage((FAILED,)) is None


def test_an_account_whose_regions_are_not_known_is_unknown_in_all_of_them() -> None:
    grid = coverage(
        (
            named("TH102", PASS, account=HARDENED, region="us-east-1"),
            named("TH102", UNKNOWN, account=CONSOLE, region=""),
        )
    )
    assert grid is not None
    assert grid.regions == ("us-east-1",)
    assert {account: [f and f.status for f in row] for account, row in grid.rows.items()} == {
        HARDENED: [PASS],
        CONSOLE: [UNKNOWN],
    }
    assert uncovered(grid, Outcome.UNKNOWN) == {CONSOLE: ["Regions that are not known"]}
    assert grid.names == {HARDENED: "Prod", CONSOLE: "Prod"}
    assert grid.counts.total == 2


def named(id: str, status: Status, account: str, region: str) -> Finding:
    return replace(finding(id, status, "told", account=account, region=region), account_name="Prod")


def test_gaps_merge_over_regions() -> None:
    merged = obstacles(samples.ORGANIZATION.incomplete)
    assert len(merged) == 2
    assert merged[0].places[0].startswith(f"{samples.NEGLECTED} in ap-northeast-1, ap-northeast-2")


ONE, TWO = "111122223333", "222233334444"


def gap(reason: str, account: str = ONE, region: str = "eu-west-1", cause: Cause = Cause.DENIED) -> Gap:
    told = reason.format(account=account, region=region)
    return Gap(reason=told, cause=cause, action="iam:GetRole", account=account, region=region, controls=())


@pytest.mark.parametrize(
    ("gaps", "reasons"),
    [
        (
            (gap("denied to arn:aws:sts::{account}:x"), gap("denied to arn:aws:sts::{account}:x", TWO)),
            ["denied to arn:aws:sts::ACCOUNT_ID:x"],
        ),
        (
            (gap("account {account} (Log (old)) is shut"), gap("account {account} (Prod) is shut", TWO)),
            ["account ACCOUNT_ID is shut"],
        ),
        (
            (
                gap("{region} is closed to {account}"),
                gap("{region} is closed to {account}", ONE, "us-east-1"),
            ),
            [f"REGION is closed to {ONE}"],
        ),
        (
            (gap("{region} is closed to {account}"), gap("{region} is closed to {account}", TWO)),
            ["eu-west-1 is closed to ACCOUNT_ID"],
        ),
        ((gap("denied to {account}"),), [f"denied to {ONE}"]),
        ((gap("key of 1 denied"), gap("key of 2 denied", TWO)), ["key of 1 denied", "key of 2 denied"]),
        (
            (gap("denied to {account}"), gap("denied to {account}", TWO, cause=Cause.EXPIRED)),
            [f"denied to {ONE}", f"denied to {TWO}"],
        ),
        (
            (gap("trail of {account}: no", TWO), gap(f"trail of {ONE}: no")),
            ["trail of ACCOUNT_ID: no"],
        ),
        (
            (gap(f"trail of {ONE} is {ONE}'s"), gap(f"trail of {ONE} is {ONE}'s", TWO)),
            [f"trail of {ONE} is {ONE}'s"],
        ),
        (
            (
                gap("arn:aws:cloudtrail:{region}:{account}:trail/a in {region}"),
                gap("arn:aws:cloudtrail:eu-west-1:{account}:trail/a in {region}", ONE, "us-east-1"),
            ),
            [f"arn:aws:cloudtrail:eu-west-1:{ONE}:trail/a in REGION"],
        ),
        ((gap("denied to {account}", "("), gap("denied to {account}", "[")), ["denied to (", "denied to ["]),
    ],
    ids=[
        *("accounts", "names", "Regions", "one Region", "alone", "other words", "other causes", "any order"),
        *("said by several", "Region of an ARN", "no account ids"),
    ],
)
def test_gaps_that_differ_in_the_caller_alone_are_one(gaps: tuple[Gap, ...], reasons: list[str]) -> None:
    merged = obstacles(gaps)
    assert [each.reason for each in merged] == reasons
    assert {place.partition(" in ")[0] for each in merged for place in each.places} == {
        each.account for each in gaps
    }


@pytest.mark.parametrize("cause", Cause)
def test_there_is_advice_for_every_cause(cause: Cause) -> None:
    assert "{" not in advice(cause, "s3:GetBucketPolicy")
    assert "{}" in advice(Cause.DENIED, "{}")
