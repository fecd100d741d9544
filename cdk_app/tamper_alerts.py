"""Word of tampering within seconds, without the detour over the log group: EventBridge rules."""

from collections.abc import Collection, Sequence
from typing import Any

from aws_cdk import aws_events as events
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk_app.alert_topic import AlertTopic
from cdk_app.formats import check
from cdk_app.tampering import TAMPERING, Tampering, event_pattern
from cdk_app.trail_alarms import key_id

_FIELDS = {
    "call": "$.detail.eventName",
    "caller": "$.detail.userIdentity.arn",
    "address": "$.detail.sourceIPAddress",
    "account": "$.account",
    "region": "$.region",
    "time": "$.time",
    "error": "$.detail.errorCode",
    "event": "$.detail.eventID",
}


class TamperAlerts(Construct):
    """Rules that report tampering with the audit trail, in the account and Region of the stack.

    An event shows up where the call was made: calls on a trail in its home Region, on the bucket in the
    account and Region of the bucket, on the organization in its management account and one Region
    (us-east-1, us-gov-west-1, cn-northwest-1). EventBridge learns of calls from CloudTrail and so needs a
    logging trail itself: after a StopLogging that nobody undoes, it reports that call and none that follows.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        log_bucket_names: Sequence[str] = (),
        key_arns: Sequence[str] = (),
        log_group_names: Sequence[str] = (),
        topic: sns.ITopic | None = None,
        emails: Sequence[str] = (),
        name_prefix: str = "trailhold",
        leave_out: Collection[str] = (),
    ) -> None:
        """Add the rules, for all resources where none is named; ``leave_out`` takes ids in ``tampering``.

        A topic of your own needs a policy, and a key, that let events.amazonaws.com publish to it.
        """
        super().__init__(scope, construct_id)
        self.topic: sns.ITopic = topic or AlertTopic(self, "Alerts", emails=emails, from_rules=True).topic
        check(not (topic and emails), "emails: subscribe them to the topic that is given")
        for unknown in set(leave_out) - {known.id for known in TAMPERING}:
            check(False, f"tamper alerts: there is no {unknown!r}")
        given = {
            "buckets": list(log_bucket_names),
            "keys": [f"*{key_id(arn)}" for arn in key_arns],
            "log-groups": list(log_group_names),
            "rules": [f"{name_prefix}-*"],
            "topics": [f"{self.topic.topic_arn}*"],
        }
        names = {subject: found for subject, found in given.items() if found}
        for tampering in TAMPERING:
            if tampering.id not in leave_out:
                self._add(tampering, event_pattern(tampering, names), f"{name_prefix}-{tampering.id}")

    def _add(self, tampering: Tampering, pattern: dict[str, Any], name: str) -> None:
        events.CfnRule(
            self,
            "".join(part.capitalize() for part in tampering.id.split("-")),
            name=name,
            description=tampering.title,
            event_pattern=pattern,
            state="ENABLED",
            targets=[
                events.CfnRule.TargetProperty(
                    id="alerts",
                    arn=self.topic.topic_arn,
                    input_transformer=events.CfnRule.InputTransformerProperty(
                        input_paths_map=_FIELDS, input_template=_message(tampering.title)
                    ),
                )
            ],
        )


def _message(title: str) -> str:
    """Return the template of a message; EventBridge leaves out a field that the event does not have.

    Fields that are objects, such as the parameters of the call, are not in it: EventBridge does not escape
    what it puts into a text, and drops a message that is no valid one.
    """
    lines = (
        f"{title}.",
        "",
        "Call:    <call>",
        "Caller:  <caller>",
        "From:    <address>",
        "Account: <account>, <region>",
        "Time:    <time>",
        "Denied:  <error>",
        "Event:   <event>",
    )
    return "\n".join(f'"{line}"' for line in lines)
