from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.evidence import Known, Observed
from checker.inventory import Inventory, LifecycleFilter, LifecycleRule, Transition, Versioning
from checker.lifecycle import reaches, reaches_digests
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.hardened import ACCOUNT, DENIED, NOW, TRAIL, TRAIL_ARN, hardened

SOME, KEEP = CONTROLS["TH314"], CONTROLS["TH315"]
DAY = timedelta(days=1)
LOGS = f"AWSLogs/{ACCOUNT}/"


def rule(prefix: str = "", *, enabled: bool = True, **actions: Any) -> LifecycleRule:
    return LifecycleRule(id="r", enabled=enabled, filter=LifecycleFilter(prefix=prefix), **actions)


def rules(*kept: LifecycleRule, prefix: Observed[Any] | None = None, **bucket: Any) -> Inventory:
    return hardened(bucket={"lifecycle": Known(kept), **bucket}, trail={"key_prefix": prefix or Known(None)})


def move(storage_class: str, **when: Any) -> dict[str, Any]:
    return {"transitions": (Transition(storage_class=storage_class, **when),)}


def narrowed(**filter: Any) -> LifecycleRule:
    return LifecycleRule(enabled=True, filter=LifecycleFilter(**filter), expiration_days=1)


ONE_DAY: dict[str, Any] = {"expiration_days": 1}
MFA = Known(Versioning(status="Enabled", mfa_delete=True))

CASES = [
    Case(KEEP, hardened(), Status.PASS, "no lifecycle rule is enabled"),
    Case(KEEP, rules(rule(**ONE_DAY)), Status.FAIL, "rule 'r' expires objects after 1 day, below 365"),
    Case(KEEP, rules(rule(**ONE_DAY, enabled=False)), Status.PASS),
    Case(KEEP, rules(rule(expiration_days=364)), Status.FAIL, "364 days, below 365"),
    Case(KEEP, rules(rule(expiration_days=365)), Status.PASS),
    Case(KEEP, rules(rule(expiration_days=90)), Status.PASS, thresholds=Thresholds(log_retention_days=90)),
    Case(KEEP, rules(rule(expiration_days=400), rule(**ONE_DAY)), Status.FAIL),
    Case(KEEP, hardened(bucket={"lifecycle": DENIED}), Status.UNKNOWN),
    Case(KEEP, rules(rule()), Status.PASS),

    Case(KEEP, rules(narrowed(tags=(("state", "old"),))), Status.FAIL),
    Case(KEEP, rules(narrowed(size_greater_than=0)), Status.FAIL),
    Case(KEEP, rules(narrowed(size_less_than=10**9)), Status.FAIL),
    Case(KEEP, rules(narrowed(prefix=LOGS, tags=(("state", "old"),))), Status.FAIL, f"under '{LOGS}'"),

    Case(KEEP, rules(rule("AWSLogs/", **ONE_DAY)), Status.FAIL),
    Case(KEEP, rules(rule("AWS", **ONE_DAY)), Status.FAIL),
    Case(KEEP, rules(rule(f"{LOGS}CloudTrail/", **ONE_DAY)), Status.FAIL),
    Case(KEEP, rules(rule(f"{LOGS}CloudTrail-Digest/eu-west-1/", **ONE_DAY)), Status.FAIL),
    Case(KEEP, rules(rule(f"{LOGS}Config/", **ONE_DAY)), Status.PASS),
    Case(KEEP, rules(rule("access-logs/", **ONE_DAY)), Status.PASS),
    Case(KEEP, rules(rule("AWSLogs/", **ONE_DAY), prefix=Known("org")), Status.PASS),
    Case(KEEP, rules(rule("org/", **ONE_DAY), prefix=Known("org")), Status.FAIL),
    Case(KEEP, rules(rule("o", **ONE_DAY), prefix=Known("org")), Status.FAIL),
    Case(KEEP, rules(rule("org//", **ONE_DAY), prefix=Known("org/")), Status.FAIL),
    Case(KEEP, rules(rule("/org/AWSLogs/", **ONE_DAY), prefix=Known("/org")), Status.FAIL),
    Case(KEEP, rules(rule("org/AWSLogs/", **ONE_DAY), prefix=Known("org/")), Status.FAIL),
    Case(KEEP, rules(rule("org//", **ONE_DAY), prefix=Known("org")), Status.PASS),
    Case(KEEP, rules(rule("org/", **ONE_DAY), prefix=DENIED), Status.UNKNOWN),
    Case(KEEP, rules(rule("org/", expiration_days=400), prefix=DENIED), Status.PASS),
    Case(KEEP, rules(rule(**ONE_DAY), prefix=DENIED), Status.FAIL),

    Case(KEEP, rules(rule(expiration_date=NOW - 400 * DAY)), Status.FAIL, "of any age from 2025-10-16 on"),
    Case(KEEP, rules(rule(expiration_date=NOW + 364 * DAY)), Status.FAIL),
    Case(KEEP, rules(rule(expiration_date=NOW + 365 * DAY)), Status.PASS),

    Case(KEEP, rules(rule(noncurrent_expiration_days=30)), Status.FAIL, "superseded versions after 30 days"),
    Case(KEEP, rules(rule(expiration_days=400, noncurrent_expiration_days=30)), Status.FAIL),
    Case(KEEP, rules(rule(noncurrent_expiration_days=30, noncurrent_newer_versions=3)), Status.FAIL,
         "superseded versions (all but the newest 3)"),
    Case(KEEP, rules(rule(noncurrent_expiration_days=365)), Status.PASS),

    Case(KEEP, rules(rule(**move("GLACIER", days=0))), Status.FAIL, "to GLACIER after 0 days, below 1"),
    Case(KEEP, rules(rule(**move("DEEP_ARCHIVE", days=0))), Status.FAIL),
    Case(KEEP, rules(rule(**move("GLACIER", date=NOW - DAY))), Status.FAIL, "moves objects of any age"),
    Case(KEEP, rules(rule(**move("GLACIER", date=NOW + 2 * DAY))), Status.PASS),
    Case(KEEP, rules(rule(**move("GLACIER_IR", days=0))), Status.PASS),
    Case(KEEP, rules(rule(**move("STANDARD_IA", days=0))), Status.PASS),
    Case(KEEP, rules(rule(noncurrent_transitions=move("GLACIER", days=0)["transitions"])), Status.PASS),
    Case(KEEP, rules(rule(**move("GLACIER", days=89))), Status.FAIL, "below 90",
         thresholds=Thresholds(archive_after_days=90)),
    Case(KEEP, rules(rule(**move("GLACIER", days=90))), Status.PASS, "digests that move to GLACIER",
         thresholds=Thresholds(archive_after_days=90)),
    Case(KEEP, rules(rule(f"{LOGS}CloudTrail/", **move("GLACIER", days=90))), Status.PASS,
         "no enabled lifecycle rule takes log objects early"),
    Case(KEEP, rules(rule("AWSLogs/", **move("GLACIER", days=90)), prefix=DENIED), Status.PASS),

    Case(SOME, rules(rule(expiration_days=400)), Status.PASS),
    Case(SOME, rules(rule(**ONE_DAY)), Status.PASS),
    Case(SOME, rules(rule(expiration_days=400, enabled=False)), Status.FAIL),
    Case(SOME, hardened(), Status.FAIL),
    Case(SOME, rules(versioning=MFA), None, "MFA delete rules out lifecycle rules"),
    Case(SOME, rules(versioning=DENIED), Status.UNKNOWN),
    Case(SOME, hardened(bucket={"lifecycle": DENIED}), Status.UNKNOWN),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)


def test_a_rule_fails_when_it_meets_any_trail_of_the_bucket() -> None:
    second = replace(TRAIL, arn=f"{TRAIL_ARN}-2", name="audit-2", key_prefix=Known("second"))
    hidden = Known((rule("second/", **ONE_DAY),))
    check(Case(KEEP, hardened(bucket={"lifecycle": hidden}), Status.PASS))
    check(Case(KEEP, hardened(bucket={"lifecycle": hidden}, more_trails=(second,)), Status.FAIL))


def test_a_trail_whose_bucket_is_unread_may_deliver_here() -> None:
    lost = replace(
        TRAIL, arn=f"{TRAIL_ARN}-2", name="audit-2", bucket_name=DENIED, key_prefix=Known("second")
    )
    elsewhere = replace(lost, bucket_name=Known("another"))
    hidden = {"lifecycle": Known((rule("second/", **ONE_DAY),))}
    check(Case(KEEP, hardened(bucket=hidden, more_trails=(lost,)), Status.UNKNOWN))
    check(Case(KEEP, hardened(bucket=hidden, more_trails=(elsewhere,)), Status.PASS))


@pytest.mark.parametrize(
    ("prefix", "key_prefix", "logs", "digests"),
    [
        ("", None, True, True),
        ("AWSLogs/o-abc123/", None, True, True),
        ("AWSLogs/o-abc123/111122223333/CloudTrail", None, True, True),
        ("AWSLogs/o-abc123/111122223333/CloudTrail/", None, True, False),
        ("AWSLogs/o-abc123/111122223333/CloudTrail-Insight/", None, True, False),
        ("AWSLogs/o-abc123/111122223333/CloudTrail-Digest/us-east-1/2026/", None, True, True),
        ("AWSLogs/o-abc123/111122223333/elasticloadbalancing/", None, False, False),
        ("AWSLogs/o-abc123/111122223333/Cl", None, True, True),
        ("AWSLogs/111122223333/Con", None, False, False),
        ("AWSLogs/11", None, True, True),
        ("AWSLogsX", None, False, False),
        ("a/b", "a/b/c", True, True),
        ("a/b/c/AWSLogs/111122223333/CloudTrail/", "a/b/c", True, False),
        ("a/b/d", "a/b/c", False, False),
    ],
)
def test_which_objects_a_prefix_meets(prefix: str, key_prefix: str | None, logs: bool, digests: bool) -> None:
    assert reaches(rule(prefix), key_prefix) is logs
    assert reaches_digests(rule(prefix), key_prefix) is digests
