from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.delivery import lasting
from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import (
    AdvancedSelector,
    Discovery,
    FieldSelector,
    Inventory,
    Selectors,
    Sighting,
)
from checker.model import NotApplicable, Status, Thresholds
from tests.controls.judging import Case, check, judge_all, parametrize
from tests.hardened import ACCOUNT, DENIED, HOME, NOW, OWNER, REGIONS, TRAIL_ARN, hardened, status

AWAY = "eu-west-1"
MEMBER = "444455556666"
CWL_FRESH, S3_ERROR, S3_FRESH, DIGEST, CWL_ERROR, GAP = (
    CONTROLS[id] for id in ("TH113", "TH115", "TH117", "TH118", "TH119", "TH120")
)
REFUSED = Known("AccessDenied")
NEVER: Observed[Any] = Known(None)
DATA_ONLY = AdvancedSelector(
    field_selectors=(
        FieldSelector(field="eventCategory", equals=("Data",)),
        FieldSelector(field="resources.type", equals=("AWS::S3::Object",)),
    )
)


def ago(**span: float) -> Observed[Any]:
    return Known(NOW - timedelta(**span))


def seen(region: str, account: str = ACCOUNT, **changes: Any) -> Sighting:
    return Sighting(account=account, region=region, trail_arn=TRAIL_ARN, status=status(**changes))


def cwl(moment: Observed[Any]) -> dict[str, Any]:
    return {"latest_cloudwatch_logs_delivery_time": moment}


def world(*odd: Sighting, trail: dict[str, Any] | None = None, **account: Any) -> Inventory:
    """The hardened account, whose trail some places see otherwise."""
    places = {(region, ACCOUNT): seen(region) for region in REGIONS}
    places |= {(place.region, place.account): place for place in odd}
    home = places[HOME, ACCOUNT].status
    return hardened(
        trail={"status": home, **(trail or {})}, sightings=tuple(places.values()), account=account
    )


def stopped(**changes: Any) -> Inventory:
    """The trail was stopped two days ago everywhere, and nothing came since."""
    old = ago(days=2)
    off: dict[str, Any] = {
        "is_logging": Known(False),
        "stop_logging_time": old,
        "latest_delivery_time": old,
        "latest_digest_delivery_time": old,
        "latest_cloudwatch_logs_delivery_time": old,
    }
    return world(*(seen(region, **(off | changes)) for region in REGIONS))


def unread(region: str) -> dict[str, Any]:
    """An account that could not look for trails in one Region."""
    found = tuple(
        replace(d, trail_arns=DENIED) if d.region == region else d
        for d in OWNER.discoveries
        if isinstance(d, Discovery)
    )
    return {"discoveries": found}


def blind(region: str, **account: Any) -> Inventory:
    """The trail was not seen in a Region."""
    places = tuple(seen(r) for r in REGIONS if r != region)
    return hardened(sightings=places, account=account)


QUIET: dict[str, Any] = {"latest_delivery_time": ago(days=30)}
NO_VALIDATION: dict[str, Any] = {"log_file_validation": Known(False)}
NO_DIGEST: dict[str, Any] = {"latest_digest_delivery_time": NEVER}
JUST: dict[str, Any] = {"start_logging_time": ago(minutes=30)}
NO_GROUP: dict[str, Any] = {"log_group_arn": Known(None)}

CASES = [
    Case(S3_ERROR, world(), Status.PASS, "3 Regions"),
    Case(S3_ERROR, world(seen(AWAY, latest_delivery_error=Known(""))), Status.PASS),
    Case(S3_ERROR, world(seen(AWAY, latest_delivery_error=Known("NoSuchBucket"))), Status.FAIL,
         "NoSuchBucket in eu-west-1"),
    Case(S3_ERROR, world(seen(AWAY, MEMBER, latest_delivery_error=Known("AccessDenied"))), Status.FAIL,
         "eu-west-1 of account 444455556666"),
    Case(S3_ERROR, world(seen(AWAY, latest_delivery_error=DENIED)), Status.UNKNOWN),
    Case(S3_ERROR, world(seen(AWAY, latest_delivery_error=DENIED),
                         seen(HOME, latest_delivery_error=Known("KMS.DisabledException"))), Status.FAIL),
    Case(S3_ERROR, stopped(latest_delivery_error=Known("NoSuchBucket")), Status.FAIL),
    Case(S3_ERROR, stopped(), Status.PASS),
    Case(S3_ERROR, blind(AWAY, **unread(AWAY)), Status.UNKNOWN),
    Case(S3_ERROR, blind(AWAY, regions=DENIED), Status.UNKNOWN),
    Case(S3_ERROR, blind(AWAY, regions=DENIED, scope=(HOME, "us-west-2")), Status.PASS, "2 Regions"),
    Case(S3_ERROR, hardened(trail={"multi_region": Known(False)}, account=unread(AWAY)), Status.PASS),
    Case(S3_ERROR, hardened(trail={"multi_region": DENIED}, account=unread(AWAY)), Status.UNKNOWN),
    Case(S3_ERROR, hardened(trail={"status": status(latest_delivery_error=Known("NoSuchBucket"))},
                            sightings=(seen(AWAY),)), Status.FAIL, "NoSuchBucket in us-east-1"),

    Case(S3_FRESH, world(), Status.PASS),
    Case(S3_FRESH, world(seen(HOME, latest_delivery_time=ago(hours=23))), Status.PASS),
    Case(S3_FRESH, world(seen(HOME, latest_delivery_time=ago(hours=25))), Status.FAIL,
         "us-east-1 (latest: 25 hours ago)"),
    Case(S3_FRESH, world(seen(HOME, latest_delivery_time=ago(hours=25))), Status.PASS,
         thresholds=Thresholds(delivery_max_age_hours=48)),
    Case(S3_FRESH, world(seen(HOME, latest_delivery_time=NEVER)), Status.FAIL, "us-east-1 (latest: never)"),
    Case(S3_FRESH, world(seen(HOME, latest_delivery_time=NEVER, **JUST)), Status.PASS),
    Case(S3_FRESH, world(seen(HOME, **QUIET), trail={"selectors": Known(Selectors(advanced=(DATA_ONLY,)))}),
         Status.PASS),
    Case(S3_FRESH, world(seen(HOME, **QUIET, **NO_DIGEST),
                         trail={"selectors": Known(Selectors(advanced=(DATA_ONLY,)))}), Status.FAIL),
    Case(S3_FRESH, world(seen(HOME, **QUIET), trail={"selectors": DENIED}), Status.UNKNOWN),
    Case(S3_FRESH, world(seen(AWAY, latest_delivery_time=ago(hours=71), **NO_DIGEST)), Status.PASS),
    Case(S3_FRESH, world(seen(AWAY, **QUIET)), Status.PASS),
    Case(S3_FRESH, world(seen(AWAY, latest_delivery_time=NEVER)), Status.PASS),
    Case(S3_FRESH, world(seen(AWAY, **QUIET, **NO_DIGEST)), Status.FAIL, "eu-west-1 (latest: 30 days ago)"),
    Case(S3_FRESH, world(seen(AWAY, **QUIET), trail=NO_VALIDATION), Status.FAIL),
    Case(S3_FRESH, world(seen(AWAY, **QUIET, latest_digest_delivery_error=REFUSED)), Status.FAIL),
    Case(S3_FRESH, world(seen(AWAY, **QUIET, latest_delivery_error=Known("NoSuchBucket"))), Status.FAIL),
    Case(S3_FRESH, world(seen(AWAY, latest_delivery_time=NEVER, latest_delivery_error=Known("NoSuchBucket"))),
         Status.FAIL),
    Case(S3_FRESH, world(seen(AWAY, latest_delivery_time=NEVER, **NO_DIGEST)), Status.UNKNOWN,
         "quiet or broken"),
    Case(S3_FRESH, world(seen(AWAY, latest_delivery_time=NEVER), trail=NO_VALIDATION), Status.UNKNOWN),
    Case(S3_FRESH, world(seen(AWAY, latest_delivery_time=DENIED)), Status.UNKNOWN),
    Case(S3_FRESH, world(seen(HOME, MEMBER, latest_delivery_time=ago(hours=30))), Status.PASS),
    Case(S3_FRESH, world(seen(HOME, MEMBER, latest_delivery_time=ago(hours=80), **NO_DIGEST)), Status.FAIL,
         "us-east-1 of account 444455556666"),
    Case(S3_FRESH, stopped(), None),
    Case(S3_FRESH, world(seen(HOME, is_logging=DENIED)), Status.UNKNOWN),
    Case(S3_FRESH, blind(AWAY, **unread(AWAY)), Status.UNKNOWN),

    Case(DIGEST, world(), Status.PASS),
    Case(DIGEST, world(seen(AWAY, latest_digest_delivery_time=ago(hours=4))), Status.FAIL,
         "eu-west-1 (latest: 4 hours ago)"),
    Case(DIGEST, world(seen(AWAY, **NO_DIGEST)), Status.FAIL, "eu-west-1 (latest: never)"),
    Case(DIGEST, world(seen(AWAY, **NO_DIGEST, **JUST)), Status.PASS),
    Case(DIGEST, world(seen(AWAY, latest_digest_delivery_time=ago(days=5), **JUST)), Status.PASS),
    Case(DIGEST, world(seen(AWAY, latest_digest_delivery_error=Known("AccessDenied"))), Status.FAIL,
         "AccessDenied in eu-west-1"),
    Case(DIGEST, world(seen(AWAY, latest_digest_delivery_error=DENIED)), Status.UNKNOWN),
    Case(DIGEST, world(seen(AWAY, latest_digest_delivery_error=DENIED), seen(HOME, **NO_DIGEST)),
         Status.FAIL),
    Case(DIGEST, world(seen(AWAY, MEMBER, **NO_DIGEST)), Status.UNKNOWN),
    Case(DIGEST, world(seen(AWAY, MEMBER, latest_digest_delivery_time=ago(hours=9))), Status.FAIL),
    Case(DIGEST, world(seen(AWAY, **NO_DIGEST), trail=NO_VALIDATION), None),
    Case(DIGEST, world(trail={"log_file_validation": DENIED}), Status.UNKNOWN),
    Case(DIGEST, stopped(), None),
    Case(DIGEST, stopped(latest_digest_delivery_error=Known("AccessDenied")), Status.FAIL),

    Case(CWL_FRESH, world(seen(AWAY, MEMBER, **cwl(NEVER))), Status.UNKNOWN, "quiet or broken"),
    Case(CWL_FRESH, world(seen(AWAY, MEMBER, **cwl(ago(days=5)))), Status.FAIL, MEMBER),
    Case(CWL_FRESH, world(), Status.PASS),
    Case(CWL_FRESH, world(trail=NO_GROUP), None),
    Case(CWL_FRESH, world(trail={"log_group_arn": DENIED}), Status.UNKNOWN),
    Case(CWL_FRESH, world(seen(HOME, **cwl(ago(hours=25)))), Status.FAIL, "us-east-1"),
    Case(CWL_FRESH, world(seen(HOME, **cwl(NEVER))), Status.FAIL),
    Case(CWL_FRESH, world(seen(HOME, **cwl(NEVER), **JUST)), Status.PASS),
    Case(CWL_FRESH, world(seen(AWAY, **cwl(ago(hours=80)))), Status.FAIL, "eu-west-1"),
    Case(CWL_FRESH, world(seen(AWAY, **cwl(NEVER))), Status.FAIL),
    Case(CWL_FRESH, world(seen(AWAY, **cwl(ago(hours=80)), **QUIET)), Status.PASS),
    Case(CWL_FRESH, world(seen(AWAY, **cwl(ago(hours=72.1)), latest_delivery_time=ago(hours=71.9))),
         Status.PASS),
    Case(CWL_FRESH, world(seen(AWAY, **cwl(NEVER), latest_delivery_time=NEVER)), Status.PASS),
    Case(CWL_FRESH, world(seen(AWAY, **cwl(NEVER), **NO_DIGEST)), Status.UNKNOWN),
    Case(CWL_FRESH, world(seen(AWAY, **cwl(ago(days=30)), **NO_DIGEST)), Status.FAIL),
    Case(CWL_FRESH, world(seen(AWAY, latest_cloudwatch_logs_delivery_error=REFUSED)), Status.FAIL,
         "AccessDenied in eu-west-1"),
    Case(CWL_FRESH, world(seen(AWAY, **cwl(DENIED))), Status.UNKNOWN),
    Case(CWL_FRESH, stopped(), None),

    Case(CWL_ERROR, world(), Status.PASS),
    Case(CWL_ERROR, world(seen(AWAY, latest_cloudwatch_logs_delivery_error=REFUSED)), Status.FAIL,
         "AccessDenied in eu-west-1"),
    Case(CWL_ERROR, world(seen(AWAY, latest_cloudwatch_logs_delivery_error=DENIED)), Status.UNKNOWN),
    Case(CWL_ERROR, world(trail=NO_GROUP), None),
    Case(CWL_ERROR, stopped(latest_cloudwatch_logs_delivery_error=REFUSED), Status.FAIL),

    Case(GAP, world(), Status.PASS, "never stopped"),
    Case(GAP, world(seen(HOME, is_logging=Known(False), start_logging_time=NEVER)), None, "does not log"),
    Case(GAP, world(seen(HOME, is_logging=DENIED)), Status.PASS),
    Case(GAP, world(seen(HOME, stop_logging_time=ago(days=3), start_logging_time=ago(days=3, hours=-2))),
         Status.FAIL, "was off for 2 hours"),
    Case(GAP, world(seen(HOME, stop_logging_time=ago(days=99), start_logging_time=ago(days=98))), Status.PASS,
         "98 days ago"),
    Case(GAP, world(seen(HOME, stop_logging_time=ago(days=99), start_logging_time=ago(days=98))), Status.FAIL,
         thresholds=Thresholds(logging_gap_days=100)),
    Case(GAP, world(seen(HOME, stop_logging_time=ago(days=99), start_logging_time=ago(days=9))), Status.FAIL,
         "was off for 90 days"),
    Case(GAP, stopped(), Status.FAIL, "has been off for 2 days"),
    Case(GAP, world(seen(HOME, stop_logging_time=ago(days=3))), Status.FAIL, "was stopped"),
    Case(GAP, world(seen(HOME, stop_logging_time=DENIED)), Status.UNKNOWN),
    Case(GAP, world(seen(HOME, stop_logging_time=ago(days=3), start_logging_time=DENIED)), Status.UNKNOWN),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)


def test_one_finding_names_every_offending_region_once() -> None:
    error = Known("NoSuchBucket")
    verdicts = judge_all(S3_ERROR, world(*(seen(region, latest_delivery_error=error) for region in REGIONS)))
    assert len(verdicts) == 1
    assert "NoSuchBucket in eu-west-1, us-east-1, us-west-2" in str(verdicts[TRAIL_ARN])


def test_a_long_list_of_places_is_counted() -> None:
    error = Known("NoSuchBucket")
    many = (seen(AWAY, f"{n:012}", latest_delivery_error=error) for n in range(30))
    (verdict,) = judge_all(S3_ERROR, world(*many)).values()
    assert "and 10 more" in str(verdict)


def test_a_stopped_trail_says_why_freshness_is_not_judged() -> None:
    assert judge_all(S3_FRESH, stopped())[TRAIL_ARN] == NotApplicable("the trail does not log")


def test_an_unread_region_names_its_reason() -> None:
    closed = Unknown("the Region is closed", Cause.REGION_CLOSED)
    found = tuple(replace(d, trail_arns=closed) if d.region == AWAY else d for d in OWNER.discoveries)
    (verdict,) = judge_all(S3_ERROR, blind(AWAY, discoveries=found)).values()
    assert "the Region is closed" in str(verdict)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=61), "1 minute"),
        (timedelta(minutes=60), "1 hour"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(hours=48), "2 days"),
    ],
)
def test_lengths_of_time_in_words(span: timedelta, words: str) -> None:
    assert lasting(span) == words
