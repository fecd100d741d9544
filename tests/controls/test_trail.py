"""The settings of a trail, one broken at a time."""

from typing import Any

from checker.controls.trail import (
    cloudwatch_logs,
    encrypted,
    log_file_validation,
    logging,
    multi_region,
    tagged,
    topic,
)
from checker.evidence import Known
from checker.inventory import Inventory
from checker.model import Control, Status, Thresholds
from tests.controls.judging import Case, check, judge_all, parametrize
from tests.controls.trails import STOPPED, UNREAD_STATUS, another, member
from tests.hardened import DENIED, TRAIL_ARN, hardened, status

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN


def tags(control: Control, found: dict[str, str], wanted: Status, detail: str, *required: str) -> Case:
    inventory = hardened(trail={"tags": Known(found)})
    return Case(control, inventory, wanted, detail, Thresholds(required_tags=required))


def beside(**other: Any) -> Inventory:
    """A trail of one Region and another one."""
    return hardened(trail={"multi_region": Known(False)}, more_trails=(another(**other),))


CASES = [
    Case(multi_region, hardened(), PASS),
    Case(multi_region, hardened(trail={"multi_region": Known(False)}), FAIL, "records us-east-1 alone"),
    Case(multi_region, hardened(trail={"multi_region": DENIED}), UNKNOWN),
    Case(multi_region, beside(), PASS),
    Case(multi_region, beside(status=STOPPED), FAIL, "records us-east-1 alone"),
    Case(multi_region, beside(multi_region=Known(False)), FAIL),
    Case(multi_region, beside(status=UNREAD_STATUS), UNKNOWN, "access was denied"),
    Case(logging, hardened(), PASS),
    Case(logging, hardened(trail={"status": STOPPED}), FAIL, "logging is stopped"),
    Case(logging, hardened(trail={"status": UNREAD_STATUS}), UNKNOWN, "access was denied"),
    Case(logging, hardened(trail={"status": status(latest_delivery_error=DENIED)}), PASS),
    Case(logging, member(), PASS),
    Case(log_file_validation, hardened(), PASS),
    Case(log_file_validation, hardened(trail={"log_file_validation": Known(False)}), FAIL),
    Case(log_file_validation, hardened(trail={"log_file_validation": DENIED}), UNKNOWN),
    Case(log_file_validation, member(log_file_validation=Known(False)), FAIL),
    Case(encrypted, hardened(), PASS, ":key/"),
    Case(encrypted, hardened(trail={"kms_key_id": Known(None)}), FAIL, "no KMS key is set"),
    Case(encrypted, hardened(trail={"kms_key_id": Known("")}), FAIL),
    Case(encrypted, hardened(trail={"kms_key_id": DENIED}), UNKNOWN),
    Case(cloudwatch_logs, hardened(), PASS, ":log-group:audit"),
    Case(cloudwatch_logs, hardened(trail={"log_group_arn": Known(None)}), FAIL, "no log group is set"),
    Case(cloudwatch_logs, hardened(trail={"log_role_arn": Known(None)}), FAIL, "no role is set"),
    Case(cloudwatch_logs, hardened(trail={"log_role_arn": DENIED}), UNKNOWN),
    Case(cloudwatch_logs, hardened(trail={"log_group_arn": DENIED, "log_role_arn": Known(None)}), FAIL),
    Case(topic, hardened(), PASS, ":audit"),
    Case(topic, hardened(trail={"sns_topic_arn": Known(None)}), FAIL),
    Case(topic, hardened(trail={"sns_topic_arn": DENIED}), UNKNOWN),
    Case(tagged, hardened(), PASS, "owner"),
    tags(tagged, {}, FAIL, "no tags"),
    tags(tagged, {"aws:cloudformation:stack-name": "audit"}, FAIL, "no tags"),
    tags(tagged, {"owner": "", "team": "x"}, PASS, "owner, team", "owner"),
    tags(tagged, {"owner": ""}, FAIL, "missing: team, cost", "owner", "team", "cost"),
    tags(tagged, {"Owner": ""}, FAIL, "missing: owner", "owner"),
    Case(tagged, hardened(trail={"tags": DENIED}), UNKNOWN),
    Case(tagged, member(), UNKNOWN, "belongs to account"),
]


@parametrize(CASES)
def test_trail(case: Case) -> None:
    check(case)


def test_every_trail_is_judged_by_itself() -> None:
    found = judge_all(logging, hardened(more_trails=(another(status=STOPPED), another("third"))))
    statuses = {arn.rsplit("/", 1)[1]: getattr(j, "status", None) for arn, j in found.items()}
    assert statuses == {"audit": PASS, "second": FAIL, "third": PASS}


def test_a_trail_is_judged_once_however_many_copies_are_seen() -> None:
    assert list(judge_all(log_file_validation, member())) == [TRAIL_ARN]
