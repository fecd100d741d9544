"""Controls on single identity policies: what one of them gives away whole.

All are for the strict set: every account has somebody who administers keys and trails, and who that may be
is for its owner to list (thresholds break-glass-arns, trail-admin-arns). Users and roles are read only for
controls that ask, since IAM tells of an account in one long list. A policy counts while somebody holds it
who is not listed, in person or by a group; as a permissions boundary it grants nothing.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from checker.controls.limits_above import above
from checker.controls.principals import (
    READS,
    Policy,
    carried,
    expected,
    identities_of,
    judged,
    listed,
    noted,
    open_questions,
    policies,
    short,
)
from checker.evidence import Cause, Unknown, Unobserved
from checker.inventory import Account, Principal
from checker.model import (
    STRICT,
    Context,
    Judgement,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)
from checker.policy.document import Document, MalformedPolicy
from checker.policy.panel import parsed
from checker.policy.request import Value
from checker.policy.whole import grants_all

_KEYS, _ALL = "kms:?*:{}:key/?*", "cloudtrail:?*:{}:?*"
"""Resources that there can be: no Region and no name is empty, and no action is."""
_FULL_ACCESS = ("AWSCloudTrail_FullAccess", "AWSCloudTrailFullAccess")


def _narrowed(action: str) -> str:
    return (
        "aws iam get-account-authorization-details --filter LocalManagedPolicy User Role Group "
        f"--query \"Policies[?contains(to_string(PolicyVersionList), '{action}')].Arn\""
    )


@control(
    id="TH801",
    name="iam-no-decrypt-on-all-keys",
    title="No policy lets anybody decrypt with every key",
    severity=Severity.MEDIUM,
    applies_to=Account,
    sets=STRICT,
    expected="no custom policy allows kms:Decrypt or kms:ReEncryptFrom on all keys",
    reads=READS,
    remediation=Remediation(
        text="Name the keys in the Resource of the statement, or bind it with kms:ViaService or "
        "kms:ResourceAliases.",
        cli=_narrowed("kms:Decrypt"),
        cdk="key.grant_decrypt(role) names the key",
        terraform="aws_iam_policy whose resources are ARNs of keys",
    ),
)
def no_decrypt_on_all_keys(account: Account, context: Context) -> Judgement:
    """Log files are as confidential as the narrowest of the policies that lead to their key.

    Customer-managed and inline policies are judged one by one, each by what its own Deny leaves of its
    Allow. All keys of the account count as every key, however that is written. A condition that binds the
    keys or the calling service narrows a statement; others, such as MFA, can be met and do not. A policy
    that nobody holds grants nothing and is left out, other than in AWS Config's rules of this kind.
    """
    return _judge(account, context, ("kms:Decrypt", "kms:ReEncryptFrom"), _KEYS, "decrypts with every key")


@control(
    id="TH802",
    name="iam-no-full-kms-access",
    title="No custom policy grants all of KMS",
    severity=Severity.MEDIUM,
    applies_to=Account,
    sets=STRICT,
    expected="no custom policy allows kms:* on all keys",
    reads=READS,
    remediation=Remediation(
        text="List the actions that are needed, and name the keys; leave kms:DisableKey, "
        "kms:ScheduleKeyDeletion and kms:PutKeyPolicy to those who manage keys.",
        cli=_narrowed("kms:*"),
        cdk="key.grant_encrypt_decrypt(role) grants the use, and not the administration, of one key",
        terraform="aws_iam_policy with the actions that are needed and ARNs of keys",
    ),
)
def no_full_kms_access(account: Account, context: Context) -> Judgement:
    """Who may do everything with every key may disable the trail's, and then nothing is delivered.

    A policy of one's own that allows every action of every service allows these as well. One statement has
    to cover them all, by a wildcard or NotAction: a list that happens to name every action is not told from
    a long one.
    """
    return _judge(account, context, ("kms:?*",), _KEYS, "allows kms:* on every key")


@control(
    id="TH803",
    name="iam-no-full-cloudtrail-access",
    title="No custom policy grants all of CloudTrail",
    severity=Severity.HIGH,
    applies_to=Account,
    sets=STRICT,
    expected="no custom policy allows cloudtrail:* on everything",
    reads=READS,
    remediation=Remediation(
        text="Grant the reading actions (cloudtrail:Get*, List*, Describe*, LookupEvents) alone, and list "
        "those who manage trails in the threshold trail-admin-arns.",
        cli=_narrowed("cloudtrail:*"),
        cdk='PolicyStatement(actions=["cloudtrail:Get*", "cloudtrail:Describe*", "cloudtrail:List*"], ...)',
        terraform="aws_iam_policy with reading actions of CloudTrail alone",
    ),
)
def no_full_cloudtrail_access(account: Account, context: Context) -> Judgement:
    """A single statement that covers all of CloudTrail covers StopLogging and DeleteTrail.

    Judged as TH802 is. What AWS's own policies give is judged by TH805, and what any policies together come
    to, within boundaries, by TH804 and TH806.
    """
    return _judge(account, context, ("cloudtrail:?*",), _ALL, "allows cloudtrail:* on everything")


def _judge(
    account: Account, context: Context, actions: tuple[str, ...], resources: str, what: str
) -> Judgement:
    """Look for custom policies that grant one of the actions whole to somebody who is not expected to."""
    found = identities_of(account, context)
    counted = frozenset(principal.arn for principal in judged(found.content, context))
    resource = f"arn:{context.inventory.partition}:{resources.format(account.id)}"
    limits, own = above(account, context), {"aws:resourceaccount": (account.id,)}
    offending: list[str] = []
    doubts: list[Unknown | str] = []
    number = 0
    for policy in policies(found.content):
        holders = [principal for principal in policy.holders if principal.arn in counted]
        if policy.of_aws or not holders:
            continue
        number += 1
        carrying = ({**carried(principal, account, limits), **own} for principal in holders)
        try:
            granting = _granting(policy, actions, resource, carrying)
        except Unobserved as missing:
            doubts += missing.unknowns
            continue
        if granting:
            offending.append(f"{policy.label}, {granting}, held by {listed(map(short, holders), ', ')}")
    noted(found, tuple(offending) or f"{number} policies of the account's own")
    if offending:
        return failed(f"{what}: {listed(offending)}", observed=f"{len(offending)} policies")
    if doubts:
        raise open_questions(doubts)
    return passed(f"none of {number} custom policies {what}", observed="0 policies")


def _granting(
    policy: Policy, actions: tuple[str, ...], resource: str, carrying: Iterable[Mapping[str, Value]]
) -> str:
    """Return the statement that grants one of the actions whole to one of those who carry this; "" if none.

    Raises Unobserved for a policy that was not read, or that cannot be decided.
    """
    if isinstance(policy.text, Unknown):
        raise Unobserved(policy.text)
    try:
        document = parsed(policy.text.content)
    except MalformedPolicy as error:
        raise Unobserved(Unknown(f"{policy.label} cannot be read: {error}", Cause.MALFORMED)) from error
    granted = _granted(document, actions, resource)
    if granted and any(statement.conditions for statement in document.allows):
        every = (_granted(document, actions, resource, context) for context in carrying)
        return next((labels for labels in every if labels), "")
    return granted


def _granted(
    document: Document,
    actions: tuple[str, ...],
    resource: str,
    context: Mapping[str, Value] = MappingProxyType({}),
) -> str:
    for action in actions:
        granted = grants_all(document, action, resource, context)
        if granted.yes:
            return ", ".join(statement.label for statement in granted.statements)
    return ""


@control(
    id="TH805",
    name="iam-aws-managed-fullaccess-attached",
    title="Nobody unexpected holds AWSCloudTrail_FullAccess",
    severity=Severity.HIGH,
    applies_to=Account,
    sets=STRICT,
    expected="AWSCloudTrail_FullAccess is attached to break-glass-arns and trail-admin-arns alone",
    reads=READS,
    remediation=Remediation(
        text="Detach the policy; attach AWSCloudTrail_ReadOnlyAccess to those who only look.",
        cli="aws iam list-entities-for-policy --policy-arn arn:aws:iam::aws:policy/AWSCloudTrail_FullAccess",
        cdk='ManagedPolicy.from_aws_managed_policy_name("AWSCloudTrail_ReadOnlyAccess")',
        terraform="aws_iam_role_policy_attachment of AWSCloudTrail_ReadOnlyAccess",
    ),
)
def no_managed_full_access(account: Account, context: Context) -> Judgement:
    """AWS's own policy stops and deletes trails, and tools that skip AWS-managed policies never see it.

    It counts when it is attached to a user, a role or a group with members, whatever a boundary or a service
    control policy leaves of it: what limits it today may be gone tomorrow. The name that it had before 2021
    counts as well.
    """
    found = identities_of(account, context)
    offending: list[tuple[Principal, str]] = []
    listed_ones = 0
    for policy in policies(found.content):
        if not policy.of_aws or policy.arn.rpartition("/")[2] not in _FULL_ACCESS:
            continue
        for principal in policy.holders:
            if expected(principal, context.thresholds):
                listed_ones += 1
            elif not principal.service_linked:
                offending.append((principal, policy.arn))
    lines = sorted(f"{principal.arn} holds {arn}" for principal, arn in offending)
    noted(found, tuple(lines) or f"{len(found.content.principals)} users and roles")
    missing = [g for p in found.content.principals for g in p.groups if g not in found.content.groups]
    if lines:
        return failed(listed(lines), observed=f"{len(lines)} users and roles")
    if missing:
        raise open_questions(f"group {name} was not among those that IAM told" for name in missing)
    spared = f" but {listed_ones} that are expected to" if listed_ones else ""
    return passed(f"nobody holds it{spared}", observed="attached to nobody else")
