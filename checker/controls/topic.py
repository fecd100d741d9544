"""Controls on the topic that a trail notifies: it exists, is encrypted, and sends on to whom it should."""

from checker.controls.granting import among
from checker.evidence import all_that
from checker.inventory import Subscription, Topic, Trail
from checker.model import (
    BASELINE,
    LIVE,
    STRICT,
    TERRAFORM,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)

AWS_MANAGED = "alias/aws/sns"
NOT_A_TRAILS = NotApplicable("no trail notifies this topic")


def notified(topic: Topic, context: Context) -> bool:
    """Say whether a trail is known to notify the topic; others, such as those of alarms, are not judged."""
    trails = context.inventory.trails.values()
    return any(getattr(trail.sns_topic_arn, "content", None) == topic.arn for trail in trails)


@control(
    id="TH504",
    name="ct-sns-topic-exists",
    title="The trail's topic exists",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    told_by=(LIVE, TERRAFORM),
    sets=BASELINE,
    expected="the topic exists",
    reads=("cloudtrail:DescribeTrails SnsTopicARN", "sns:GetTopicAttributes Attributes"),
    remediation=Remediation(
        text="Create the topic again with its policy and subscriptions, or take it off the trail.",
        cli="aws sns create-topic --name TOPIC_NAME --region $home_region",
        cdk="Topic(topic_name=...)",
        terraform="aws_sns_topic",
    ),
)
def exists(trail: Trail, context: Context) -> Judgement:
    """Whoever is told of log files by the topic is told nothing any more, while the trail keeps its setting.

    A topic of an account that was not entered is undecided, never failed.
    """
    topic = context.inventory.topic_of(trail)
    if topic is None:
        return NotApplicable("the trail notifies no topic")
    if topic.exists.value:
        return passed(f"the topic {topic.arn} exists", observed="exists")
    return failed(f"the topic {topic.arn} does not exist", observed="does not exist")


@control(
    id="TH510",
    name="trail-topic-encrypted",
    title="The trail's topic is encrypted with a customer managed key",
    severity=Severity.LOW,
    applies_to=Topic,
    sets=STRICT,
    expected="a customer managed KMS key",
    reads=("sns:GetTopicAttributes KmsMasterKeyId",),
    remediation=Remediation(
        text="Set a key whose policy lets cloudtrail.amazonaws.com use kms:GenerateDataKey* and kms:Decrypt.",
        cli="aws sns set-topic-attributes --topic-arn $topic --attribute-name KmsMasterKeyId "
        "--attribute-value KEY_ID --region $region",
        cdk="Topic(master_key=key)",
        terraform="aws_sns_topic.kms_master_key_id = aws_kms_key.topic.id",
    ),
)
def encrypted(topic: Topic, context: Context) -> Judgement:
    """Messages name each account, Region and log file, and SNS keeps them for as long as it tries again.

    The key that AWS manages for SNS is no pass: its policy admits no service, so CloudTrail cannot publish.
    """
    if not notified(topic, context):
        return NOT_A_TRAILS
    key = topic.kms_key_id.value
    if not key:
        return failed("no KMS key is set", observed="no key")
    if key.endswith(AWS_MANAGED):
        return failed(f"the key is {AWS_MANAGED}, with which CloudTrail cannot publish", observed=key)
    return passed(f"messages are encrypted with {key}", observed=key)


@control(
    id="TH513",
    name="trail-topic-subscriptions-https",
    title="The trail's topic sends to known subscribers, and to none over plain HTTP",
    severity=Severity.MEDIUM,
    applies_to=Topic,
    sets=BASELINE,
    expected="no http subscription, and none that the setting allowed-recipients leaves out",
    reads=("sns:ListSubscriptionsByTopic Subscriptions",),
    remediation=Remediation(
        text="Subscribe the endpoint again over https, and take off the subscriptions that nobody knows.",
        cli="aws sns list-subscriptions-by-topic --topic-arn $topic --region $region",
        cdk="topic.add_subscription(UrlSubscription(url, protocol=SubscriptionProtocol.HTTPS))",
        terraform='aws_sns_topic_subscription.protocol = "https"',
    ),
)
def subscriptions(topic: Topic, context: Context) -> Judgement:
    """Over plain HTTP anybody on the way learns which log files arrive, and can answer for the endpoint.

    Subscriptions that wait for their confirmation count: the next message that asks for it goes out as well.
    Who may be subscribed at all is a setting, endpoints as SNS lists them; without it only the protocol is
    judged.
    """
    if not notified(topic, context):
        return NOT_A_TRAILS
    found = topic.subscriptions.value
    allowed = context.thresholds.allowed_recipients
    plain = [one for one in found if one.protocol == "http"]
    strange = [one for one in found if allowed and not among(one.endpoint, allowed)]
    if plain:
        return failed(f"messages go over plain HTTP to {_endpoints(plain)}", observed="http")
    if strange:
        told = _endpoints(strange)
        return failed(
            f"messages go to {told}, which is not allowed", observed=told, expected=", ".join(allowed)
        )
    protocols = ", ".join(sorted({one.protocol for one in found})) or "no subscriptions"
    return passed(f"no subscription uses plain HTTP ({protocols})", observed=protocols)


def _endpoints(found: list[Subscription]) -> str:
    return ", ".join(one.endpoint or one.protocol for one in found)


@control(
    id="TH514",
    name="trail-topic-delivery-status-logging",
    title="The trail's topic logs whether its messages arrive",
    severity=Severity.INFO,
    applies_to=Topic,
    sets=STRICT,
    expected="a feedback role for at least one protocol",
    reads=("sns:GetTopicAttributes Attributes",),
    remediation=Remediation(
        text="Give the topic a role to log failed deliveries with, for each protocol that it sends over.",
        cli="aws sns set-topic-attributes --topic-arn $topic --attribute-name SQSFailureFeedbackRoleArn "
        "--attribute-value ROLE_ARN --region $region",
        cdk="Topic(logging_configs=[LoggingConfig(protocol=LoggingProtocol.SQS, ...)])",
        terraform="aws_sns_topic.sqs_failure_feedback_role_arn = aws_iam_role.feedback.arn",
    ),
)
def delivery_status(topic: Topic, context: Context) -> Judgement:
    """A subscriber that gets nothing any more is noticed by nobody, unless failed deliveries are logged.

    One protocol with a role for failures or successes is enough here, since e-mail and others know none.
    """
    if not notified(topic, context):
        return NOT_A_TRAILS
    logged = all_that(topic.feedback.value, lambda one: bool(one.success or one.failure))
    if not logged:
        return failed("no feedback role is set", observed="no feedback")
    named = ", ".join(one.protocol for one in logged)
    return passed(f"deliveries are logged for {named}", observed=named)
