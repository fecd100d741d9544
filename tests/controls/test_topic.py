from typing import Any

from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Feedback, Inventory, Subscription
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.hardened import (
    ACCOUNT,
    BOUND,
    CLOUDTRAIL,
    DENIED,
    QUEUE_ARN,
    TOPIC,
    TOPIC_ARN,
    document,
    hardened,
    statement,
)

EXISTS, ENCRYPTED, PUBLIC, SHARED, SUBSCRIBED, LOGGED, BOUND_TO = (
    CONTROLS[id] for id in ("TH504", "TH510", "TH511", "TH512", "TH513", "TH514", "TH518")
)
FOREIGN = Unknown("the topic is in an account that was not entered", Cause.FOREIGN_ACCOUNT)
OTHER = "444455556666"
NO_TOPIC = {"sns_topic_arn": Known(None)}
PUBLISH = statement(Principal=CLOUDTRAIL, Action="SNS:Publish", Resource=TOPIC_ARN, Condition=BOUND)
MEMBERS = {"organization": Known("o-example")}


def topic(**settings: Any) -> Inventory:
    return hardened(topic=settings)


def policy(*statements: dict[str, Any], account: dict[str, Any] | None = None, **trail: Any) -> Inventory:
    return hardened(topic={"policy": Known(document(*statements))}, account=account, trail=trail)


def allow(principal: Any, action: str = "SNS:Subscribe", **parts: Any) -> dict[str, Any]:
    return statement(Principal=principal, Action=action, Resource=TOPIC_ARN, **parts)


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {operator: {key: value}}


OWNERS = allow("*", "SNS:*", Condition=when("StringEquals", "AWS:SourceOwner", ACCOUNT))
"""What SNS writes into the policy of every new topic."""


def sends(*subscriptions: tuple[str, str]) -> Inventory:
    found = (Subscription(protocol=p, endpoint=e, confirmed=True) for p, e in subscriptions)
    return topic(subscriptions=Known(tuple(found)))


ALARMS = replace(hardened(), topics={TOPIC_ARN + "-alarms": replace(TOPIC, arn=TOPIC_ARN + "-alarms")})
DENYING_STRANGERS = {
    **allow("*", Condition=when("StringNotEquals", "aws:PrincipalOrgID", "o-example")),
    "Effect": "Deny",
}
"""A data perimeter."""
CASES = [
    Case(EXISTS, hardened(), Status.PASS, TOPIC_ARN),
    Case(EXISTS, topic(exists=Known(False)), Status.FAIL, "does not exist"),
    Case(EXISTS, topic(exists=FOREIGN), Status.UNKNOWN, "not entered"),
    Case(EXISTS, hardened(trail=NO_TOPIC), None),
    Case(EXISTS, hardened(trail={"sns_topic_arn": DENIED}), Status.UNKNOWN),

    Case(ENCRYPTED, hardened(), Status.PASS),
    Case(ENCRYPTED, topic(kms_key_id=Known(None)), Status.FAIL, "no KMS key"),
    Case(ENCRYPTED, topic(kms_key_id=Known("alias/aws/sns")), Status.FAIL, "cannot publish"),
    Case(ENCRYPTED, topic(kms_key_id=DENIED), Status.UNKNOWN),
    Case(ENCRYPTED, topic(exists=Known(False)), None),
    Case(ENCRYPTED, hardened(trail=NO_TOPIC), None, "no trail notifies"),

    Case(PUBLIC, hardened(), Status.PASS),
    Case(PUBLIC, policy(PUBLISH, OWNERS), Status.PASS),
    Case(PUBLIC, policy(PUBLISH, allow("*")), Status.FAIL, "anybody perform"),
    Case(PUBLIC, policy(PUBLISH, allow({"AWS": "*"}, "SNS:Publish")), Status.FAIL),
    Case(PUBLIC, policy(allow("*", Condition=when("StringEquals", "aws:PrincipalOrgID", "o-example"))),
         Status.PASS),
    Case(PUBLIC, policy(allow("*", Condition=when("StringLike", "aws:SourceArn", "arn:aws:s3:::*"))),
         Status.FAIL),
    Case(PUBLIC, policy(allow("*", Condition=when("Bool", "aws:SecureTransport", "true"))), Status.FAIL),
    Case(PUBLIC, topic(policy=Known(None)), Status.PASS),
    Case(PUBLIC, topic(policy=Known("{")), Status.UNKNOWN),
    Case(PUBLIC, topic(policy=DENIED), Status.UNKNOWN),
    Case(PUBLIC, ALARMS, None, "no trail notifies"),

    Case(SHARED, hardened(), Status.PASS),
    Case(SHARED, policy(PUBLISH, OWNERS), Status.PASS),
    Case(SHARED, policy(allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})), Status.PASS),
    Case(SHARED, policy(allow({"AWS": f"arn:aws:iam::{OTHER}:root"})), Status.FAIL, OTHER),
    Case(SHARED, policy(allow({"AWS": f"arn:aws:iam::{OTHER}:role/siem"})), Status.FAIL, "role/siem"),
    Case(SHARED, policy(allow({"AWS": OTHER})), Status.PASS, "", Thresholds(trusted_accounts=(OTHER,))),
    Case(SHARED, policy(allow("*", Condition=when("StringEquals", "aws:SourceAccount", OTHER))),
         Status.FAIL, OTHER),
    Case(SHARED, policy(allow("*", Condition=when("StringEquals", "aws:PrincipalOrgID", "o-example")),
                        account=MEMBERS), Status.PASS),
    Case(SHARED, policy(allow("*", Condition=when("StringEquals", "aws:PrincipalOrgID", "o-theirs")),
                        account=MEMBERS), Status.FAIL, "o-theirs"),
    Case(SHARED, policy(allow("*", Condition=when("StringEquals", "aws:PrincipalOrgID", "o-example")),
                        account={"organization": DENIED}), Status.UNKNOWN),
    Case(SHARED, policy(allow("*", Condition=when("ArnLike", "aws:SourceArn", "arn:aws:s3:::bucket"))),
         Status.UNKNOWN, "aws:SourceArn cannot be decided"),
    Case(SHARED, policy(allow("*")), Status.FAIL, "lets any account perform"),
    Case(SHARED, policy(allow("*", Condition=when("StringNotEquals", "aws:SourceAccount", OTHER))),
         Status.FAIL, "lets any account perform"),
    # A service that acts for a stranger is let in as well where only one of several keys is bound.
    Case(SHARED, policy(allow("*", Condition={**when("StringLike", "aws:SourceAccount", ACCOUNT),
                                              **when("StringEquals", "aws:PrincipalOrgID", "o-theirs")})),
         Status.PASS),
    Case(SHARED, policy(allow("*", Condition=when("StringEquals", "AWS:SourceOwner", OTHER))),
         Status.FAIL, f"lets {OTHER} perform"),
    Case(SHARED, policy(allow("*", Condition=when("StringEqualsIfExists", "aws:SourceAccount", ACCOUNT))),
         Status.FAIL, "lets any account perform"),
    Case(SHARED, policy(allow("*"), DENYING_STRANGERS, account=MEMBERS), Status.PASS),
    Case(SHARED, policy(allow({"Service": "s3.amazonaws.com"})), Status.PASS),
    Case(SHARED, topic(policy=DENIED), Status.UNKNOWN),

    Case(SUBSCRIBED, hardened(), Status.PASS, "sqs"),
    Case(SUBSCRIBED, sends(), Status.PASS, "no subscriptions"),
    Case(SUBSCRIBED, sends(("https", "https://example.com/")), Status.PASS),
    Case(SUBSCRIBED, sends(("sqs", QUEUE_ARN), ("http", "http://example.com/")), Status.FAIL,
         "http://example.com/"),
    Case(SUBSCRIBED, hardened(), Status.PASS, "", Thresholds(allowed_recipients=(QUEUE_ARN,))),
    Case(SUBSCRIBED, sends(("email", "a@example.com")), Status.FAIL, "a@example.com",
         Thresholds(allowed_recipients=(QUEUE_ARN, "*@example.org"))),
    Case(SUBSCRIBED, sends(("email", "a@example.org")), Status.PASS, "",
         Thresholds(allowed_recipients=(QUEUE_ARN, "*@example.org"))),
    Case(SUBSCRIBED, topic(subscriptions=DENIED), Status.UNKNOWN),

    Case(LOGGED, hardened(), Status.FAIL, "no feedback role"),
    Case(LOGGED, topic(feedback=Known((Feedback(protocol="SQS", failure="arn:aws:iam::1:role/x"),))),
         Status.PASS, "SQS"),
    Case(LOGGED, topic(feedback=DENIED), Status.UNKNOWN),

    Case(BOUND_TO, hardened(), Status.PASS, "known accounts"),
    Case(BOUND_TO, policy(PUBLISH, OWNERS), Status.PASS),
    Case(BOUND_TO, policy(allow(CLOUDTRAIL, "sns:Publish")), Status.FAIL, "whatever the source"),
    Case(BOUND_TO, policy(PUBLISH, allow(CLOUDTRAIL, "sns:*")), Status.FAIL, "whatever the source"),
    Case(BOUND_TO, policy(allow(CLOUDTRAIL, "sns:Publish",
                                Condition=when("StringEquals", "aws:SourceAccount", ACCOUNT))), Status.PASS),
    Case(BOUND_TO, policy(allow(CLOUDTRAIL, "sns:Publish", Condition=when(
        "ArnLike", "aws:SourceArn", [f"arn:aws:cloudtrail:*:{OTHER}:trail/*",
                                     f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"]))),
         Status.UNKNOWN, OTHER),
    Case(BOUND_TO, policy(allow(CLOUDTRAIL, "sns:Publish", Condition=when(
        "StringEquals", "aws:SourceArn", "arn:aws:cloudtrail:us-east-1:111122223333:trail/another"))),
         Status.FAIL, "may not perform sns:Publish"),
    Case(BOUND_TO, policy(), Status.FAIL, "may not perform"),
    Case(BOUND_TO, topic(policy=Known(None)), Status.FAIL, "may not perform"),
    Case(BOUND_TO, policy(PUBLISH, allow("*", "SNS:Publish") | {"Effect": "Deny"}), Status.FAIL, "denies"),
    Case(BOUND_TO, policy(OWNERS), Status.UNKNOWN),
    Case(BOUND_TO, topic(policy=DENIED), Status.UNKNOWN),
    Case(BOUND_TO, topic(exists=Known(False)), None),
    Case(BOUND_TO, hardened(trail=NO_TOPIC), None),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)
