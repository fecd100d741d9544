"""Controls on the policies of an organization: what they deny to the administrators of its accounts."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from checker.controls.governed import bound, elsewhere, few, unseen, untold, without_effect
from checker.controls.log_dependencies import Demand, dependencies
from checker.evidence import Known, Unknown, Unobserved, sift
from checker.inventory import Inventory, Organization, Trail
from checker.inventory.arns import account_of
from checker.inventory.organization import ANY_MEMBER, RESOURCE_CONTROL, SERVICE_CONTROL
from checker.model import (
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
from checker.monitoring import blinding
from checker.policy.guardrails import Guardrails

TREE = (
    "organizations:ListRoots Roots",
    "organizations:ListOrganizationalUnitsForParent OrganizationalUnits",
    "organizations:ListAccountsForParent Accounts",
    "organizations:ListPolicies Policies",
    "organizations:ListTargetsForPolicy Targets",
    "organizations:DescribePolicy Policy.Content",
)
OF_TRAILS = tuple(f"cloudtrail:{name}" for name in (*blinding.TRAIL, "RemoveTags"))
"""Tags blind nothing, but policies may hang on them."""
OF_STORES = tuple(
    f"cloudtrail:{name}"
    for name in (*blinding.STORE, "DisableFederation", "PutResourcePolicy", "DeleteResourcePolicy")
)
OF_CHANNELS = ("cloudtrail:DeleteChannel", "cloudtrail:PutResourcePolicy", "cloudtrail:DeleteResourcePolicy")
CREATE = (
    "aws organizations create-policy --type SERVICE_CONTROL_POLICY --name protect-audit-trail "
    "--description 'Keeps the audit trail as it is' --content file://policy.json && "
    "aws organizations attach-policy --policy-id POLICY_ID --target-id ROOT_ID"
)
CDK = "CfnPolicy(type='SERVICE_CONTROL_POLICY', target_ids=[root_id], content={...}), see Guardrails"
ATTACHED = "aws_organizations_policy and aws_organizations_policy_attachment to the root"


class _Open(NamedTuple):
    """What is not denied, by account."""

    found: dict[str, list[str]]
    unknowns: list[Unknown]


def _open(guard: Guardrails, demands: Iterable[Demand], context: Context) -> _Open:
    """Ask each demand; accounts that the same policies bind are told apart only where a policy does."""
    but = context.thresholds.break_glass_arns + context.thresholds.trail_admin_arns
    apart = any(account_of(name).isdecimal() for name in but)
    answers: dict[tuple[str, ...], bool] = {}

    def is_open(demand: Demand) -> bool:
        resource = demand.resource.replace(demand.account, "ACCOUNT")
        told = demand.account if apart else ""
        key = (told, *guard.binding(demand.account), demand.action, resource, demand.region)
        if key not in answers:
            named = but if context.thresholds.break_glass_arns else None
            answers[key] = guard.denies(demand.account, demand.action, demand.resource, named, demand.region)
        return not answers[key]

    left, unknowns = sift(demands, is_open)
    found: dict[str, list[str]] = {}
    for demand in left:
        actions = found.setdefault(demand.account, [])
        if demand.action not in actions:
            actions.append(demand.action)
    return _Open(found, unknowns)


def _judged(
    organization: Organization,
    opened: _Open,
    number: int,
    what: str,
    exempt: str = "",
    kinds: tuple[str, ...] = (SERVICE_CONTROL,),
) -> Judgement:
    """Name the accounts that are open, and the actions; not to know of one is no pass."""
    if opened.found and not organization.whole:
        left = dict.fromkeys(action for open_ in opened.found.values() for action in open_)
        return without_effect(organization, kinds, f"{few(left)} is not denied by what is declared here")
    if opened.found:
        by_actions: dict[tuple[str, ...], list[str]] = {}
        for account, actions in opened.found.items():
            by_actions.setdefault(tuple(actions), []).append(account)
        told = "; ".join(
            f"{few(actions)} in {few(sorted(accounts))}" for actions, accounts in by_actions.items()
        )
        return failed(
            f"{what} is not denied in {len(opened.found)} of {number} accounts: {told}",
            observed=few(sorted(opened.found)),
        )
    if opened.unknowns:
        raise Unobserved(*untold(organization, opened.unknowns))
    where = f"{number} {'account' if number == 1 else 'accounts'}" if organization.whole else "every member"
    return passed(f"{what} is denied in {where}{exempt}")


def _exempt(organization: Organization) -> str:
    if not organization.whole:
        return "; the management account is exempt from such policies"
    return f"; the management account {organization.management_account} is exempt from such policies"


@control(
    id="TH709",
    name="scp-protects-trail",
    title="Service control policies keep members from tampering with trails",
    severity=Severity.HIGH,
    applies_to=Organization,
    sets=STRICT,
    expected="every action that blinds a trail or a store is denied in every member, to all but named "
    "principals",
    told_by=(LIVE, TERRAFORM),
    reads=(
        *TREE,
        "cloudtrail:DescribeTrails IsOrganizationTrail",
        "cloudtrail:ListEventDataStores EventDataStores",
    ),
    remediation=Remediation(
        text="Attach a service control policy to the root that denies these actions, with no condition but "
        "ArnNotLike aws:PrincipalArn for a break-glass role; keep FullAWSAccess attached beside it.",
        cli=CREATE,
        cdk=CDK,
        terraform=ATTACHED,
    ),
)
def trails_protected(organization: Organization, context: Context) -> Judgement:
    """What an administrator of an account can lift protects from nobody who has become one.

    Denied must be what is done to the organization's trails, to those of the account itself as far as they
    are known, and to its event data stores and channels where it has any: Lake takes no new customers, and
    an account without it is asked nothing. DeregisterOrganizationDelegatedAdmin is not asked for: CloudTrail
    takes it from the management account alone, to which no such policy applies.

    A level of policies that allows the action nowhere denies it too. Principals may be left out by name, a
    few at a time; once the threshold break-glass-arns lists any, only those and trail-admin-arns. Any other
    condition leaves the action open.

    A template shows some of an organization's policies. What those that it attaches to the root deny is
    denied in every member; what they leave open, others may deny, so that it is not evaluated. It fails only
    where a plan enables no such policies at all.
    """
    if hidden := unseen(organization):
        return hidden
    guard = Guardrails(organization, context.inventory.partition, now=context.now)
    members = guard.members()
    if not members:
        return NotApplicable("the organization has no account but its management account")
    inventory = context.inventory
    demands = [
        demand
        for account in members
        for demand in (
            _on_trails(account, organization, inventory) if organization.whole else _for_any(inventory)
        )
    ]
    opened = _open(guard, demands, context)
    return _judged(organization, opened, len(members), "tampering with trails", _exempt(organization))


def _on_trails(account: str, organization: Organization, inventory: Inventory) -> Iterator[Demand]:
    trails = {
        trail.arn
        for trail in inventory.trails.values()
        if trail.account == account or (trail.account == organization.management_account and _shared(trail))
    }
    for arn in sorted(trails) or [f"arn:{inventory.partition}:cloudtrail:*:{account}:trail/*"]:
        yield from (Demand(account, action, arn) for action in OF_TRAILS)
    for store in inventory.event_data_stores.values():
        if store.account == account:
            yield from (Demand(account, action, store.arn) for action in OF_STORES)
    for channel in inventory.channels.values():
        if channel.account == account:
            yield from (Demand(account, action, channel.arn) for action in OF_CHANNELS)


def _for_any(inventory: Inventory) -> Iterator[Demand]:
    """Yield what must be denied where nobody says which members there are, nor what they have."""
    shared, _ = sift(inventory.trails.values(), lambda trail: trail.organization.value)
    every = f"arn:{inventory.partition}:cloudtrail:*:*:trail/*"
    for arn in sorted(trail.arn for trail in shared) or [every]:
        yield from (Demand(ANY_MEMBER, action, arn) for action in OF_TRAILS)


def _shared(trail: Trail) -> bool:
    """Say whether members may see the trail: what is not known to be of one account may be of all."""
    return not (isinstance(trail.organization, Known) and not trail.organization.content)


@control(
    id="TH710",
    name="scp-denies-leave-organization",
    title="Service control policies keep members from leaving",
    severity=Severity.HIGH,
    applies_to=Organization,
    sets=STRICT,
    expected="organizations:LeaveOrganization is denied in every member",
    told_by=(LIVE, TERRAFORM),
    reads=TREE,
    remediation=Remediation(
        text="Attach a service control policy to the root that denies organizations:LeaveOrganization; the "
        "management account can still remove a member.",
        cli=CREATE,
        cdk=CDK,
        terraform=ATTACHED,
    ),
)
def leaving_denied(organization: Organization, context: Context) -> Judgement:
    """An account that leaves takes itself out of the organization trail and out of every policy at once."""
    if hidden := unseen(organization):
        return hidden
    guard = Guardrails(organization, context.inventory.partition, now=context.now)
    members = guard.members()
    if not members:
        return NotApplicable("the organization has no account but its management account")
    demands = [Demand(account, "organizations:LeaveOrganization", "*") for account in members]
    return _judged(organization, _open(guard, demands, context), len(members), "leaving the organization")


@control(
    id="TH711",
    name="scp-protects-log-dependencies",
    title="Organization policies keep members from tampering with what logs depend on",
    severity=Severity.HIGH,
    applies_to=Organization,
    sets=STRICT,
    expected="destroying or reconfiguring what logs depend on is denied to all but named principals",
    told_by=(LIVE, TERRAFORM),
    reads=(
        *TREE,
        "cloudtrail:DescribeTrails S3BucketName",
        "cloudtrail:DescribeTrails KmsKeyId",
        "cloudtrail:DescribeTrails CloudWatchLogsLogGroupArn",
        "cloudtrail:DescribeTrails CloudWatchLogsRoleArn",
        "cloudtrail:DescribeTrails SnsTopicARN",
        "cloudwatch:DescribeAlarms MetricAlarms",
        "events:ListRules Rules",
        "events:ListTargetsByRule Targets",
        "logs:DescribeMetricFilters metricFilters",
        "s3:ListAllMyBuckets Buckets",
        "kms:ListAliases Aliases",
    ),
    remediation=Remediation(
        text="Attach a service control policy, or for bucket and key a resource control policy, to the "
        "account that owns them, that denies these actions on them to all but a break-glass role.",
        cli=CREATE,
        cdk=CDK,
        terraform=ATTACHED,
    ),
)
def dependencies_protected(organization: Organization, context: Context) -> Judgement:
    """A trail is blinded as well by what it stands on, and the accounts that own that have administrators.

    Asked is for what organization trails depend on, or all trails where there is none. What belongs to the
    management account is left out, since no such policy applies to it: only its own policies protect it. For
    buckets and keys a resource control policy counts as well as a service control policy. One that names the
    key by an alias (kms:ResourceAliases) counts while it, or another, denies to take that alias away. What is
    known not to exist is demanded nothing of: its absence is the failure of other controls.
    """
    if hidden := unseen(organization):
        return hidden
    guard = Guardrails(organization, context.inventory.partition, context.inventory.keys, context.now)
    owners = {one.account for one in dependencies(None, context.inventory)[0]}
    members = bound(organization, guard.members(), sorted(owners))
    demands, unknowns = dependencies(members, context.inventory)
    if not demands and not unknowns and owners and not organization.whole:
        raise Unobserved(
            elsewhere("whether a policy binds those who own what the trails depend on is not told")
        )
    if not demands and not unknowns:
        return NotApplicable("no member owns anything that the trails depend on")
    opened = _open(guard, demands, context)
    number = len({demand.account for demand in demands})
    opened.unknowns.extend(unknowns)
    what, kinds = "tampering with what logs depend on", (SERVICE_CONTROL, RESOURCE_CONTROL)
    return _judged(organization, opened, number, what, _exempt(organization), kinds)
