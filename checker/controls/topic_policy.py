"""Controls on the policy of the topic that a trail notifies."""

from checker.controls.granting import delivery_of, known_owners, unlisted
from checker.controls.topic import NOT_A_TRAILS, notified
from checker.controls.trust import opened, seen
from checker.evidence import Known, Unobserved
from checker.inventory import Topic, Trail
from checker.model import (
    BASELINE,
    STRICT,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)
from checker.policy import SOURCE_KEYS, allows_publishing, document_of, is_public, open_grant

PUBLISH = ("sns:Publish",)
OWNER_KEYS = (*SOURCE_KEYS, "aws:sourceowner")
"""SNS's own default policy binds everybody by AWS:SourceOwner."""
EDIT = (
    "aws sns set-topic-attributes --topic-arn $topic --attribute-name Policy "
    "--attribute-value file://policy.json --region {region}"
)


@control(
    id="TH511",
    name="trail-topic-policy-not-public",
    title="The trail's topic is not public",
    severity=Severity.HIGH,
    applies_to=Topic,
    sets=BASELINE,
    expected="every grant names a principal, or binds everybody by a fixed account, organization or source",
    reads=("sns:GetTopicAttributes Policy",),
    remediation=Remediation(
        text="Name the principals of every Allow statement, or bind it by aws:SourceArn, aws:SourceAccount "
        "or aws:PrincipalOrgID with a fixed value.",
        cli=EDIT.format(region="$region"),
        cdk="topic.add_to_resource_policy(PolicyStatement(principals=[...]))",
        terraform="aws_sns_topic_policy with principals other than *",
    ),
)
def not_public(topic: Topic, context: Context) -> Judgement:
    """Anybody could announce log files that do not exist, or subscribe and learn of each that does."""
    if not notified(topic, context):
        return NOT_A_TRAILS
    decision = is_public(document_of(topic.policy), ("sns:*",), (topic.arn,))
    if decision.yes:
        return failed(decision.why, observed="public")
    return passed("the topic policy grants nothing to the public", observed="not public")


@control(
    id="TH512",
    name="trail-topic-no-cross-account",
    title="The trail's topic is not shared with foreign accounts",
    severity=Severity.MEDIUM,
    applies_to=Topic,
    sets=STRICT,
    expected="grants to the topic's account, audited accounts, their organization or trusted-accounts alone",
    reads=("sns:GetTopicAttributes Policy", "organizations:DescribeOrganization Organization.Id"),
    remediation=Remediation(
        text="Take the foreign account out of the policy, or list it under trusted-accounts.",
        cli=EDIT.format(region="$region"),
        cdk="topic.grant_subscribe(...) for principals of your own accounts alone",
        terraform="aws_sns_topic_policy without principals of foreign accounts",
    ),
)
def not_shared(topic: Topic, context: Context) -> Judgement:
    """A foreign account that may subscribe is told of each log file; one that may publish can feign them.

    Foreign is whoever is none of the audited accounts, the owners of trails that were seen, their
    organization, or listed under trusted-accounts. Services are nobody's account; what binds a grant to them
    is the matter of other controls. A grant to everybody counts by the accounts that its conditions bind it
    to, callers and those whom a service acts for alike, and a Deny closes what it opens.
    """
    if not notified(topic, context):
        return NOT_A_TRAILS
    document, owner = document_of(topic.policy), topic.account
    found = opened(document, ("sns:*",), (topic.arn,), owner, context, seen(owner, context), by_source=True)
    if found.yes:
        return failed(found.why, observed=found.why)
    return passed("the topic policy admits no foreign account", observed="no foreign account")


@control(
    id="TH518",
    name="trail-topic-policy-source-arn",
    title="The topic lets CloudTrail publish for known trails only",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=BASELINE,
    expected="sns:Publish for CloudTrail, bound by aws:SourceArn or aws:SourceAccount",
    reads=(
        "cloudtrail:DescribeTrails SnsTopicARN",
        "cloudtrail:DescribeTrails IsOrganizationTrail",
        "sns:GetTopicAttributes Policy",
    ),
    remediation=Remediation(
        text="Allow cloudtrail.amazonaws.com sns:Publish with StringEquals aws:SourceArn = TRAIL_ARN, and "
        "nothing to it without.",
        cli=EDIT.format(region="$home_region"),
        cdk='topic.add_to_resource_policy(PolicyStatement(actions=["sns:Publish"], conditions={'
        '"StringEquals": {"aws:SourceArn": trail_arn}}, ...))',
        terraform='aws_sns_topic_policy with a condition block for "aws:SourceArn"',
    ),
)
def bound_to_trail(trail: Trail, context: Context) -> Judgement:
    """Without the grant nobody is told; with an open one anybody's trail can announce files on your topic.

    The trail's account or organization binds as well as its ARN, and SNS's own default statement is bound by
    the topic's owner.
    """
    topic = context.inventory.topic_of(trail)
    if topic is None:
        return NotApplicable("the trail notifies no topic")
    if isinstance(topic.exists, Known) and not topic.exists.value:
        return NotApplicable(f"the topic {topic.arn} does not exist")
    document = document_of(topic.policy)
    allowed = allows_publishing(document, delivery_of(trail, context), topic.arn)
    if not allowed.yes:
        return failed(allowed.why, observed="publishing refused", at=topic.policy)
    anybody = open_grant(document, PUBLISH, (topic.arn,), OWNER_KEYS)
    if anybody.yes:
        return failed(
            f"{anybody.why} whatever the source, by the policy of {topic.arn}",
            observed="source not bound",
            at=topic.policy,
        )
    known = known_owners(trail, context)
    outside = open_grant(document, PUBLISH, (topic.arn,), OWNER_KEYS, known)
    if outside.yes:
        raise Unobserved(unlisted(outside, known, OWNER_KEYS))
    return passed("CloudTrail may publish for known accounts only", observed="bound")
