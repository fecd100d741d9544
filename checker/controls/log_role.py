"""Controls on the role with which CloudTrail writes to the log group."""

from collections.abc import Iterator

from checker.controls.granting import delivery_of
from checker.evidence import Cause, Known, Unknown, Unobserved
from checker.inventory import LogGroup, Role, Trail
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
from checker.policy import (
    Document,
    Identity,
    Request,
    Statement,
    allows_assuming,
    decide,
    document_of,
    open_grant,
    who_may,
)
from checker.policy.globs import covers
from checker.policy.service import CLOUDTRAIL

WRITING = ("logs:CreateLogStream", "logs:PutLogEvents")
ASSUME = "sts:AssumeRole"
NO_ROLE = NotApplicable("the trail names no role for CloudWatch Logs")


@control(
    id="TH509",
    name="cwl-role-confused-deputy",
    title="CloudTrail alone may take on its role, and for known trails only",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=STRICT,
    expected="trust in cloudtrail.amazonaws.com alone, bound by aws:SourceArn or aws:SourceAccount",
    reads=(
        "cloudtrail:DescribeTrails CloudWatchLogsRoleArn",
        "iam:GetRole Role.AssumeRolePolicyDocument",
    ),
    remediation=Remediation(
        text="Trust cloudtrail.amazonaws.com alone, with StringEquals aws:SourceArn = TRAIL_ARN.",
        cli="aws iam update-assume-role-policy --role-name $role --policy-document file://trust.json",
        cdk='ServicePrincipal("cloudtrail.amazonaws.com", conditions={"StringEquals": {"aws:SourceArn": '
        "trail_arn}})",
        terraform='aws_iam_role.assume_role_policy with a condition for "aws:SourceArn"',
    ),
)
def confused_deputy(trail: Trail, context: Context) -> Judgement:
    """Whoever else may take on the role can write events that never happened, and drown those that did.

    The role that the console makes has no such condition. The damage that this alone allows is small, since
    a trail can only be given a role of its own account, so this is not part of the baseline.
    """
    role = context.inventory.role_of(trail)
    if role is None:
        return NO_ROLE
    if isinstance(role.exists, Known) and not role.exists.value:
        return NotApplicable(f"the role {role.arn} does not exist")
    document = document_of(role.trust_policy)
    others = sorted({g.principal for g in who_may(document, ASSUME, "*")} - {CLOUDTRAIL})
    if others:
        named = ", ".join("everybody" if name == "*" else name for name in others)
        return failed(f"the role {role.arn} trusts {named} as well", observed=named)
    anybody = open_grant(document, (ASSUME,), ("*",))
    if anybody.yes:
        return failed(
            f"{anybody.why} whatever the source, by the trust of {role.arn}", observed="source not bound"
        )
    return passed("the role trusts CloudTrail for named trails or accounts alone", observed="bound")


@control(
    id="TH517",
    name="cwl-role-valid-least-privilege",
    title="CloudTrail's role for CloudWatch Logs works, and can do nothing else",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=BASELINE,
    expected="a role for CloudTrail, with logs:CreateLogStream and logs:PutLogEvents on the group alone",
    reads=(
        "cloudtrail:DescribeTrails CloudWatchLogsRoleArn",
        "cloudtrail:DescribeTrails CloudWatchLogsLogGroupArn",
        "iam:GetRole Role.AssumeRolePolicyDocument",
        "iam:ListRolePolicies PolicyNames",
        "iam:ListAttachedRolePolicies AttachedPolicies",
        "iam:GetRolePolicy PolicyDocument",
        "iam:GetPolicy Policy.DefaultVersionId",
        "iam:GetPolicyVersion PolicyVersion.Document",
    ),
    remediation=Remediation(
        text="Give the role one policy: logs:CreateLogStream and logs:PutLogEvents on the streams of the "
        "trail's log group.",
        cli="aws iam put-role-policy --role-name $role --policy-name write --policy-document "
        "file://policy.json",
        cdk="group.grant(role, 'logs:CreateLogStream', 'logs:PutLogEvents')",
        terraform="aws_iam_role_policy for aws_cloudtrail.cloud_watch_logs_role_arn",
    ),
)
def valid(trail: Trail, context: Context) -> Judgement:
    """A role that is gone, or that lacks a right, ends delivery; one with more rights is a way to them.

    Streams of the trail's own group are as far as the role may reach, whichever their names, since only the
    trail writes there. Rights that a Deny takes away again count as rights. A permissions boundary may take
    the necessary ones away and was not read, so it leaves a role undecided that would pass.
    """
    role, group = context.inventory.role_of(trail), context.inventory.log_group_of(trail)
    if role is None or group is None:
        return NO_ROLE
    if not role.exists.value:
        return failed(f"the role {role.arn} does not exist", observed="does not exist")
    trusted = allows_assuming(document_of(role.trust_policy), delivery_of(trail, context))
    if not trusted.yes:
        return failed(f"{trusted.why} in the trust of {role.arn}", observed="not trusted")
    statements = tuple(statements_of(role))
    excess = [text for one in statements if one.allows for text in _excess(one, group)]
    if excess:
        return failed(f"the role {role.arn} may do more: {'; '.join(excess)}", observed="; ".join(excess))
    for action, stream in _needed(trail, group, context):
        request = Request(principal=Identity(role.arn), action=action, resource=stream, every=True)
        decision = decide(Document(statements), request)
        if not decision.yes:
            return failed(
                f"the role {role.arn} may not perform {action} on {stream}: {decision.why}",
                observed="refused",
            )
    if role.permissions_boundary.value:
        reason = f"the permissions boundary {role.permissions_boundary.value} was not read"
        raise Unobserved(Unknown(reason, Cause.UNDECIDED, role.permissions_boundary.origin))
    return passed(f"the role may write to {group.name}, and nothing else", observed="least privilege")


def statements_of(role: Role) -> Iterator[Statement]:
    """Yield the statements of all policies of a role; raises Unobserved where they were not read."""
    policies = role.policies
    for policy in policies.value:
        text: Known[str | None] = Known(policy.document, policies.origin)
        yield from document_of(text).statements


def _excess(statement: Statement, group: LogGroup) -> Iterator[str]:
    """Spell out what an Allow statement grants beside writing to the group."""
    if statement.not_action:
        yield f"all but {', '.join(statement.actions)}"
        return
    wanted = {action.lower() for action in WRITING}
    strange = [action for action in statement.actions if action.lower() not in wanted]
    if strange:
        yield ", ".join(strange)
    if statement.not_resource:
        yield f"{', '.join(statement.actions)} on all but {', '.join(statement.resources)}"
        return
    beyond = [text for text in statement.resources if not _within(text, group)]
    if beyond and not strange:
        yield f"{', '.join(statement.actions)} on {', '.join(beyond)}"


def _within(resource: str, group: LogGroup) -> bool:
    return resource == group.arn or covers(f"{group.arn}:*", resource)


def _needed(trail: Trail, group: LogGroup, context: Context) -> Iterator[tuple[str, str]]:
    """Yield what has to be allowed, by streams whose names begin with account or organization.

    Source: CloudTrail user guide, Role policy document for CloudTrail to use CloudWatch Logs.
    """
    delivery = delivery_of(trail, context)
    owners = [f"{trail.account}_CloudTrail_{trail.home_region}"]
    if (
        trail.organization.value
        and isinstance(delivery.organization, Known)
        and delivery.organization.content
    ):
        owners.append(f"{delivery.organization.content}_")
    for owner in owners:
        for action in WRITING:
            yield action, f"{group.arn}:log-stream:{owner}*"
