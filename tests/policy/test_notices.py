"""Who may publish on a topic: alarms by SNS's own policy too, and rules by what names them."""

from typing import Any

import pytest

from checker.evidence import Unobserved
from checker.policy import parse
from checker.policy.notices import allows_notices, refuses_notices
from tests.hardened import document, statement

OWNER = "111122223333"
TOPIC = f"arn:aws:sns:us-east-1:{OWNER}:alerts"
ALARM = f"arn:aws:cloudwatch:us-east-1:{OWNER}:alarm:tampering"
RULE = f"arn:aws:events:us-east-1:{OWNER}:rule/tampering"
CLOUDWATCH = {"Service": "cloudwatch.amazonaws.com"}


def allow(principal: Any, operator: str = "", key: str = "", value: str = "", **more: Any) -> dict[str, Any]:
    condition = {"Condition": {operator: {key: value}}} if operator else {}
    return statement(Principal=principal, Action="SNS:Publish", Resource=TOPIC, **condition, **more)


OWN = allow({"AWS": "*"}, "StringEquals", "AWS:SourceOwner", OWNER)
TLS = allow("*", "Bool", "aws:SecureTransport", "false", Effect="Deny")
CASES: list[tuple[list[dict[str, Any]], str, bool]] = [
    ([OWN], ALARM, True),
    ([OWN], RULE, False),
    ([allow(CLOUDWATCH)], ALARM, True),
    ([allow(CLOUDWATCH)], RULE, False),
    ([allow(CLOUDWATCH, "StringEquals", "aws:SourceAccount", OWNER)], ALARM, True),
    ([allow(CLOUDWATCH, "StringEquals", "aws:SourceAccount", "999988887777")], ALARM, False),
    ([allow(CLOUDWATCH, "ArnLike", "aws:SourceArn", f"arn:aws:cloudwatch:*:{OWNER}:alarm:*")], ALARM, True),
    ([allow(CLOUDWATCH, "ArnEquals", "aws:SourceArn", f"{ALARM}-old")], ALARM, False),
    ([allow({"AWS": f"arn:aws:iam::{OWNER}:root"})], ALARM, False),
    ([allow(CLOUDWATCH), TLS], ALARM, True),
    ([allow(CLOUDWATCH), allow("*", Effect="Deny")], ALARM, False),
    ([], ALARM, False),
]


@pytest.mark.parametrize(("statements", "source", "allowed"), CASES)
def test_who_may_publish(statements: list[dict[str, Any]], source: str, allowed: bool) -> None:
    assert allows_notices(parse(document(*statements)), TOPIC, source).yes is allowed


@pytest.mark.parametrize(
    ("statements", "refused"),
    [([OWN], False), ([], False), ([OWN, TLS], False), ([OWN, allow("*", Effect="Deny")], True)],
)
def test_what_keeps_a_rule_out(statements: list[dict[str, Any]], refused: bool) -> None:
    assert refuses_notices(parse(document(*statements)), TOPIC, RULE).yes is refused


def test_a_source_that_is_not_known_may_be_the_one_that_is_named() -> None:
    bound = allow(CLOUDWATCH, "ArnEquals", "aws:SourceArn", ALARM)
    with pytest.raises(Unobserved):
        allows_notices(parse(document(bound)), TOPIC, "tampering")
