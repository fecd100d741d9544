"""Controls on who else gets at the events in the trail's log group."""

from checker.controls.granting import among
from checker.controls.trust import opened, trusted
from checker.evidence import Known, Observed, Unobserved, all_that, sift
from checker.inventory import Account, LogGroup, ResourcePolicy, SubscriptionFilter
from checker.inventory.arns import account_of
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
from checker.policy import document_of, is_public


@control(
    id="TH506",
    name="cwl-group-resource-policy-not-public",
    title="No resource policy opens the trail's log group to everybody",
    severity=Severity.HIGH,
    applies_to=LogGroup,
    sets=BASELINE,
    expected="no grant to everybody that reaches the log group",
    reads=("logs:DescribeResourcePolicies resourcePolicies",),
    remediation=Remediation(
        text="Name the services or accounts of every Allow statement, or bind it by aws:SourceArn or "
        "aws:SourceAccount; or delete the policy.",
        cli="aws logs delete-resource-policy --policy-name POLICY_NAME --region $region",
        cdk="logs.ResourcePolicy(policy_statements=[...]) with principals that are not AnyPrincipal()",
        terraform="aws_cloudwatch_log_resource_policy without Principal *",
    ),
)
def not_public(group: LogGroup, context: Context) -> Judgement:
    """With such a policy anybody reads the trail's events, or writes events that never happened among them.

    The policies of the account in the group's Region count, as far as they reach the group or any stream of
    it, and those that are attached to the group.
    """
    policies = (group.region_policies, group.own_policies)
    known = [(p, one) for p in policies if isinstance(p, Known) for one in p.value]
    public = all_that(known, lambda policy: _opens(*policy, group))
    if public:
        named = ", ".join(one.name or "its own policy" for _, one in public)
        return failed(f"{named} lets everybody at the log group", observed=named)
    count = sum(len(policy.value) for policy in policies)
    return passed(f"none of {count} resource policies admits everybody", observed=f"{count} policies")


def _opens(origin: Observed[tuple[ResourcePolicy, ...]], policy: ResourcePolicy, group: LogGroup) -> bool:
    text: Known[str | None] = Known(policy.document, origin.origin)
    return is_public(document_of(text), ("logs:*",), (group.arn, f"{group.arn}:*")).yes


@control(
    id="TH507",
    name="cwl-cross-account-sharing-disabled",
    title="CloudWatch is not shared with foreign accounts",
    severity=Severity.LOW,
    applies_to=Account,
    sets=STRICT,
    expected="no role CloudWatch-CrossAccountSharingRole, or one for its organization or trusted-accounts",
    reads=("iam:GetRole Role.AssumeRolePolicyDocument",),
    remediation=Remediation(
        text="Delete the role, or let it trust your monitoring account alone and list that under "
        "trusted-accounts.",
        cli="aws iam get-role --role-name CloudWatch-CrossAccountSharingRole",
        cdk="no iam.Role(role_name='CloudWatch-CrossAccountSharingRole')",
        terraform="no aws_iam_role named CloudWatch-CrossAccountSharingRole",
    ),
)
def not_shared(account: Account, context: Context) -> Judgement:
    """The role that CloudWatch makes for this lets other accounts see metrics, alarms and, if so set, logs.

    A monitoring account of one's own is what the feature is for, so accounts of the same organization and
    those under trusted-accounts may be trusted; any other, and everybody, fails. Sharing through links of
    CloudWatch Observability is another thing and not looked at.
    """
    if account.sharing_trust.value is None:
        return passed("there is no role to share CloudWatch with", observed="no role")
    foreign = opened(document_of(account.sharing_trust), ("sts:AssumeRole",), ("*",), account.id, context)
    if foreign.yes:
        return failed(f"CloudWatch is shared: {foreign.why}", observed="foreign accounts")
    return passed("CloudWatch is shared with known accounts only", observed="known accounts")


@control(
    id="TH508",
    name="cwl-group-subscription-filters",
    title="The trail's log group sends its events to known places only",
    severity=Severity.MEDIUM,
    applies_to=LogGroup,
    sets=STRICT,
    expected="what the setting allowed-recipients lists, else its own organization and trusted-accounts",
    reads=(
        "logs:DescribeSubscriptionFilters subscriptionFilters",
        "logs:DescribeAccountPolicies accountPolicies",
    ),
    remediation=Remediation(
        text="Delete the filter, or list its destination under allowed-recipients; a policy for all log "
        "groups is deleted with delete-account-policy.",
        cli="aws logs delete-subscription-filter --log-group-name $log_group --filter-name FILTER_NAME "
        "--region $region",
        cdk="SubscriptionFilter(destination=...) for destinations of your own",
        terraform="aws_cloudwatch_log_subscription_filter.destination_arn of your own",
    ),
)
def subscription_filters(group: LogGroup, context: Context) -> Judgement:
    """A filter copies every event as it happens to wherever it points, without a trace in the log group.

    Policies that send on the events of all log groups of a Region count as filters of this one, unless they
    leave it out by name. Without a list of what is allowed, the account of a destination decides: the
    group's own, audited ones of its organization, and those under trusted-accounts.
    """
    found = group.subscription_filters.value
    if not found:
        return NotApplicable("no filter sends the events on")
    foreign, unread = sift(found, lambda one: not _expected(one, group, context))
    if foreign:
        told = ", ".join(one.destination for one in foreign)
        return failed(f"events are sent on to {told}", observed=told)
    if unread:
        raise Unobserved(*unread)
    told = ", ".join(one.destination for one in found)
    return passed(f"events are sent on to {told}", observed=told)


def _expected(one: SubscriptionFilter, group: LogGroup, context: Context) -> bool:
    figures = context.thresholds
    if figures.allowed_recipients:
        return among(one.destination, figures.allowed_recipients)
    return account_of(one.destination) in trusted(group.account, context).accounts
