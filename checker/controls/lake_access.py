"""Controls on who else may read event data stores, feed channels and see dashboards."""

from collections.abc import Iterator

from checker.controls.granting import among
from checker.controls.log_role import statements_of
from checker.controls.trust import opened, trusted
from checker.evidence import Cause, Unknown, Unobserved
from checker.inventory import Channel, Dashboard, EventDataStore
from checker.inventory.arns import account_of
from checker.model import (
    BASELINE,
    CLOUDFORMATION,
    LIVE,
    LIVE_ONLY,
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
from checker.policy import Document, Statement, document_of
from checker.policy.document import EVERYBODY
from checker.policy.service import CLOUDTRAIL

EVERYTHING = ("cloudtrail:*", "cloudtrail-data:*")
FEDERATING = ("cloudtrail:GetEventDataStoreData", "kms:Decrypt", "kms:GenerateDataKey")
"""What the role of a federated store needs (CloudTrail User Guide, Federate an event data store)."""
EXTERNAL_ID = "cloudtrail:externalid"
SERVICE = "aws-service-channel/"
EDIT = (
    "aws cloudtrail get-resource-policy --resource-arn {arn} --region $region --query ResourcePolicy "
    "--output text > policy.json && $${{EDITOR:-vi}} policy.json && aws cloudtrail put-resource-policy "
    "--resource-arn {arn} --resource-policy file://policy.json --region $region"
)


@control(
    id="TH908",
    name="eds-resource-policy-restricted",
    title="Event data stores are open to trusted accounts only",
    severity=Severity.MEDIUM,
    applies_to=EventDataStore,
    told_by=(LIVE, CLOUDFORMATION),
    sets=BASELINE,
    expected="no grant to an account that is not trusted, and a federation role that does nothing else",
    reads=(
        "cloudtrail:ListEventDataStores EventDataStores",
        "cloudtrail:GetResourcePolicy ResourcePolicy",
        "cloudtrail:GetResourcePolicy DelegatedAdminResourcePolicy",
        "cloudtrail:GetEventDataStore FederationRoleArn",
        "iam:ListRolePolicies PolicyNames",
        "iam:ListAttachedRolePolicies AttachedPolicies",
        "iam:GetRolePolicy PolicyDocument",
        "iam:GetPolicy Policy.DefaultVersionId",
        "iam:GetPolicyVersion PolicyVersion.Document",
        "organizations:DescribeOrganization Organization.Id",
    ),
    remediation=Remediation(
        text="Take the account out of the policy, or list it under trusted-accounts; leave the federation "
        "role cloudtrail:GetEventDataStoreData, kms:Decrypt and kms:GenerateDataKey alone.",
        cli=EDIT.format(arn="$store_arn"),
        cdk="CfnResourcePolicy(resource_arn=store.attr_event_data_store_arn, resource_policy=...)",
        terraform="a resource policy without foreign accounts (the AWS provider cannot set one)",
    ),
)
def store_restricted(store: EventDataStore, context: Context) -> Judgement:
    """Who may query a store reads every event in it, without any trace in the bucket's access log.

    The policy that CloudTrail writes for delegated administrators is read in the same way. The role of a
    federated store is assumed by whoever Lake Formation lets in, so that every right it has beside reading
    the store is theirs.
    """
    for policy in (store.policy, store.delegated_policy):
        if policy.value is None:
            continue
        found = opened(document_of(policy), EVERYTHING, (store.arn,), store.account, context)
        if found.yes:
            return failed(found.why, observed=found.why)
    arn = store.federation_role.value
    if arn is None:
        return passed("the store is open to trusted accounts only", observed="trusted accounts only")
    role = context.inventory.roles.get(arn)
    if role is None:
        reason = f"the role {arn} was not part of this observation"
        raise Unobserved(Unknown(reason, Cause.OUT_OF_SCOPE, store.federation_role.origin))
    excess = [text for statement in statements_of(role) if statement.allows for text in _excess(statement)]
    if excess:
        words = "; ".join(excess)
        return failed(f"the federation role {arn} may do more: {words}", observed=words)
    return passed("trusted accounts alone, and a federation role that reads the store", observed="restricted")


@control(
    id="TH909",
    name="channel-resource-policy-restricted",
    title="Channels take events from trusted senders only",
    severity=Severity.LOW,
    applies_to=Channel,
    told_by=(LIVE, CLOUDFORMATION),
    sets=STRICT,
    expected="foreign senders are bound by cloudtrail:ExternalId, and destinations are your own stores",
    reads=(
        "cloudtrail:ListChannels Channels",
        "cloudtrail:GetChannel Name",
        "cloudtrail:GetChannel Destinations",
        "cloudtrail:GetResourcePolicy ResourcePolicy",
        "organizations:DescribeOrganization Organization.Id",
    ),
    remediation=Remediation(
        text="Bind the partner's statement by StringEquals cloudtrail:ExternalId, remove senders that nobody "
        "knows, and deliver to an event data store of your own.",
        cli=EDIT.format(arn="$channel_arn"),
        cdk="CfnResourcePolicy(resource_arn=channel.attr_channel_arn, resource_policy=...)",
        terraform="a resource policy bound by cloudtrail:ExternalId (the AWS provider cannot set one)",
    ),
)
def channel_restricted(channel: Channel, context: Context) -> Judgement:
    """Whoever may put events into a channel can invent a history, or drown the real one.

    A partner is a foreign account by nature: it is accepted where the statement is bound by an external id,
    without which another customer of the partner could write here, and, once trusted-accounts lists anybody,
    where it is listed. Channels that AWS services make for themselves have no policy.
    """
    name = channel.name.value
    if name.startswith(SERVICE):
        return NotApplicable(f"the channel {name} belongs to an AWS service")
    own = trusted(channel.account, context).accounts
    strange = [d for d in channel.destinations.value if d.startswith("arn:") and account_of(d) not in own]
    if strange:
        named = ", ".join(strange)
        return failed(f"the channel {name} delivers to {named}", observed=named)
    if channel.policy.value is None:
        return passed(f"nobody else may put events into the channel {name}", observed="no policy")
    document = document_of(channel.policy)
    listed = bool(context.thresholds.trusted_accounts)
    judged = Document(tuple(s for s in document.statements if listed or not (s.allows and _bound(s))))
    found = opened(judged, EVERYTHING, (channel.arn,), channel.account, context)
    if found.yes:
        return failed(found.why, observed=found.why, at=channel.policy)
    return passed(f"the senders of the channel {name} are trusted or bound", observed="bound")


@control(
    id="TH910",
    name="service-linked-channels-inventory",
    title="Channels of AWS services belong to services in use",
    severity=Severity.INFO,
    applies_to=Channel,
    told_by=LIVE_ONLY,
    sets=STRICT,
    expected="a service of expected-channel-services",
    reads=("cloudtrail:ListChannels Channels", "cloudtrail:GetChannel Name"),
    remediation=Remediation(
        text="Find out who enabled the service that made the channel; switch it off there, or list it under "
        "expected-channel-services.",
        cli="aws cloudtrail get-channel --channel $channel_arn --region $region",
        cdk="no construct: the service makes its channel itself",
        terraform="no resource: the service makes its channel itself",
    ),
)
def service_channel(channel: Channel, context: Context) -> Judgement:
    """A service that nobody uses, and that receives a copy of every event, was enabled by somebody.

    Which services are in use no API tells: without expected-channel-services there is nothing to compare.
    """
    name = channel.name.value
    if not name.startswith(SERVICE):
        return NotApplicable(f"the channel {name} is an integration, not one of an AWS service")
    expected = context.thresholds.expected_channel_services
    if not expected:
        return NotApplicable("expected-channel-services lists no service to compare with")
    service = name.removeprefix(SERVICE).partition("/")[0]
    if among(service, expected):
        return passed(f"{service} is an expected service", observed=service)
    return failed(f"{service} receives events and is not among the expected services", observed=service)


@control(
    id="TH911",
    name="dashboard-resource-policy-restricted",
    title="Dashboards are open to CloudTrail only",
    severity=Severity.INFO,
    applies_to=Dashboard,
    told_by=(LIVE, CLOUDFORMATION),
    sets=STRICT,
    expected="grants to cloudtrail.amazonaws.com alone",
    reads=("cloudtrail:ListDashboards Dashboards", "cloudtrail:GetResourcePolicy ResourcePolicy"),
    remediation=Remediation(
        text="Leave cloudtrail.amazonaws.com, which refreshes the dashboard, as the only principal.",
        cli=EDIT.format(arn="$dashboard_arn"),
        cdk="CfnResourcePolicy(resource_arn=dashboard.attr_dashboard_arn, resource_policy=...)",
        terraform="a resource policy for cloudtrail.amazonaws.com (the AWS provider cannot set one)",
    ),
)
def dashboard_restricted(dashboard: Dashboard, context: Context) -> Judgement:
    """A dashboard shows what the stores behind it hold; CloudTrail alone has to start its queries."""
    if dashboard.policy.value is None:
        return passed("the dashboard has no policy", observed="no policy")
    allows = document_of(dashboard.policy).allows
    strange = sorted({name for statement in allows for name in _principals(statement)} - {CLOUDTRAIL})
    if strange:
        named = ", ".join(strange)
        return failed(f"the policy grants to {named}", observed=named)
    return passed("the policy grants to CloudTrail alone", observed=CLOUDTRAIL)


def _principals(statement: Statement) -> Iterator[str]:
    """Name those whom a statement is for; one that names whom it is not for is for everybody."""
    if statement.not_principal or statement.principals is None:
        yield "everybody"
        return
    for principal in statement.principals:
        yield "everybody" if principal == EVERYBODY else principal[1]


def _bound(statement: Statement) -> bool:
    """Say whether a fixed external id binds the statement."""
    return any(
        c.key == EXTERNAL_ID
        and not c.if_exists
        and c.operator.lower() in ("stringequals", "stringlike")
        and not any("*" in value or "?" in value for value in c.values)
        for c in statement.conditions
    )


def _excess(statement: Statement) -> Iterator[str]:
    """Spell out what an Allow statement grants beside reading the store."""
    if statement.not_action:
        yield f"all but {', '.join(statement.actions)}"
        return
    wanted = {action.lower() for action in FEDERATING}
    strange = [action for action in statement.actions if action.lower() not in wanted]
    if strange:
        yield ", ".join(strange)
