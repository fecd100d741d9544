"""A trail that was silenced logs again within a minute, and somebody is told."""

from collections.abc import Mapping, Sequence

from aws_cdk import Arn, ArnFormat, Duration, Stack, Token
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk_app.accepted import accept_wildcard
from cdk_app.alert_topic import AlertTopic
from cdk_app.formats import check
from cdk_app.handler import Handler

MANAGEMENT_EVENTS: tuple[Mapping[str, object], ...] = (
    {
        "Name": "Management events",
        "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
    },
)
_ENVIRONMENT = 3500
"""Characters left for selectors of the 4 KB that a function's environment holds."""


class AutoRestart(Construct):
    """A function that starts a stopped trail again, restores its declared selectors, and reports both.

    It belongs into the account and home Region of the trail. A call wakes it up within seconds; every few
    minutes it looks by itself, for what no call announced. A deleted trail it only reports. Let the trail
    depend on this construct: an update of the selectors then tells the function first, which otherwise would
    restore the old ones once more.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trail_arn: str,
        selectors: Sequence[Mapping[str, object]] | None = MANAGEMENT_EVENTS,
        insights: Sequence[Mapping[str, object]] | None = None,
        topic: sns.ITopic | None = None,
        key: kms.IKey | None = None,
        emails: Sequence[str] = (),
        name_prefix: str = "trailhold",
        every_minutes: int = 5,
    ) -> None:
        """Add the function; ``selectors`` and ``insights`` are as the API takes them, None: not restored.

        A topic comes with the key that encrypts it, which has to belong to this account.
        """
        super().__init__(scope, construct_id)
        self.trail_arn = trail_arn
        self._check(trail_arn, every_minutes)
        check((topic is None) == (key is None), "auto-restart: a topic and the key of it are given together")
        check(not (topic and emails), "emails: subscribe them to the topic that is given")
        if topic is None or key is None:
            alerts = AlertTopic(self, "Alerts", emails=emails)
            topic, key = alerts.topic, alerts.key
        self.topic = topic
        self.handler = Handler(
            self,
            "Handler",
            folder="auto_restart_function",
            description="Keeps the audit trail logging what was declared",
            key=key,
            statements=self._rights(key),
            environment=self._environment(selectors, insights),
            timeout=Duration.minutes(1),
            failures=topic,
        )
        accept_wildcard(self.handler, "*", "Organizations knows no resource for these two calls, which read")
        self._run_on(name_prefix, "calls", event_pattern=_calls())
        self._run_on(name_prefix, "schedule", schedule_expression=f"rate({every_minutes} minutes)")

    def _check(self, trail_arn: str, every_minutes: int) -> None:
        check(2 <= every_minutes <= 60, f"auto-restart: {every_minutes} is not between 2 and 60 minutes")
        region = Stack.of(self).region
        if Token.is_unresolved(trail_arn) or Token.is_unresolved(region):
            return
        home = Arn.split(trail_arn, ArnFormat.SLASH_RESOURCE_NAME).region
        check(
            home == region, f"auto-restart: the trail's home Region is {home}, and this stack is in {region}"
        )

    def _environment(
        self,
        selectors: Sequence[Mapping[str, object]] | None,
        insights: Sequence[Mapping[str, object]] | None,
    ) -> dict[str, str]:
        stack = Stack.of(self)
        found = {"TRAIL_ARN": self.trail_arn, "TOPIC_ARN": self.topic.topic_arn}
        for name, declared in (("SELECTORS", selectors), ("INSIGHTS", insights)):
            if declared is not None:
                found[name] = stack.to_json_string(list(declared))
        size = sum(len(str(stack.resolve(value))) for value in found.values())
        check(
            size <= _ENVIRONMENT,
            f"auto-restart: the selectors take {size} characters of a function's environment, which has room "
            f"for {_ENVIRONMENT}: pass selectors=None to restore logging alone",
        )
        return found

    def _rights(self, key: kms.IKey) -> list[iam.PolicyStatement]:
        trail = [
            *("cloudtrail:GetTrailStatus", "cloudtrail:StartLogging"),
            *("cloudtrail:GetEventSelectors", "cloudtrail:PutEventSelectors"),
            *("cloudtrail:GetInsightSelectors", "cloudtrail:PutInsightSelectors"),
        ]
        # What CloudTrail asks Organizations on behalf of whoever changes an organization trail.
        organization = [
            "organizations:DescribeOrganization",
            "organizations:ListAWSServiceAccessForOrganization",
        ]
        role = Stack.of(self).format_arn(
            service="iam",
            region="",
            resource="role",
            resource_name="aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail",
        )
        return [
            iam.PolicyStatement(sid="RestoreTheTrail", actions=trail, resources=[self.trail_arn]),
            iam.PolicyStatement(sid="SeeTheOrganization", actions=organization, resources=["*"]),
            iam.PolicyStatement(sid="SeeTheServiceRole", actions=["iam:GetRole"], resources=[role]),
            iam.PolicyStatement(sid="Report", actions=["sns:Publish"], resources=[self.topic.topic_arn]),
            iam.PolicyStatement(
                sid="EncryptReports", actions=["kms:GenerateDataKey", "kms:Decrypt"], resources=[key.key_arn]
            ),
        ]

    def _run_on(
        self,
        prefix: str,
        what: str,
        *,
        event_pattern: Mapping[str, object] | None = None,
        schedule_expression: str | None = None,
    ) -> None:
        function = self.handler.function
        rule = events.CfnRule(
            self,
            what.capitalize(),
            name=f"{prefix}-auto-restart-{what}",
            description=f"Wakes up what keeps the audit trail logging ({what})",
            event_pattern=event_pattern,
            schedule_expression=schedule_expression,
            state="ENABLED",
            targets=[events.CfnRule.TargetProperty(id="function", arn=function.function_arn)],
        )
        lambda_.CfnPermission(
            self,
            f"{what.capitalize()}Permission",
            action="lambda:InvokeFunction",
            function_name=function.function_arn,
            principal="events.amazonaws.com",
            source_account=Stack.of(self).account,
            source_arn=rule.attr_arn,
        )


def _calls() -> dict[str, object]:
    return {
        "source": ["aws.cloudtrail"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {
            "eventSource": ["cloudtrail.amazonaws.com"],
            "eventName": ["StopLogging", "DeleteTrail", "PutEventSelectors", "PutInsightSelectors"],
        },
    }
