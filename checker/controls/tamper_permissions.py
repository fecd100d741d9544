"""Controls on who may blind a trail: directly, in part, or by what the trail depends on.

Policies are evaluated as AWS does: those of the user or role and of its groups, its permissions boundary,
the policies of bucket, key and topic, and the organization's policies above the account where they were
read. A condition that a request can meet (MFA, an address, a tag of a session) does not keep anybody out: the
finding says when the call is allowed. One that nobody here can decide, and a policy that could not be read,
leave the control UNKNOWN unless somebody else is found.

Who may assume a role that may, may as well: chains of roles are followed over all accounts that were read
(``assuming``), and the finding names each step. A trust policy that lets in anybody of any account fails.

Left out are the principals of break-glass-arns and trail-admin-arns, service-linked roles, which only their
service assumes and nobody can change, and the root user, whom IAM does not limit. Who may give themselves
such a permission (iam:PutUserPolicy and the like) is not traced. All three are for the strict set: every
account has administrators, and only their owner can say who is meant to be one.
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from checker.controls.assuming import Opened, Way, Ways, ways
from checker.controls.dependencies import Asked, about_dependencies, about_trails
from checker.controls.guardrails import TREE
from checker.controls.limits_above import Above, above
from checker.controls.organization import ADMINISTERED, ADMINISTRATORS
from checker.controls.principals import (
    READS,
    expected,
    holder_of,
    identities_of,
    is_admin,
    judged,
    listed,
    noted,
    open_questions,
)
from checker.controls.tamper_sentences import anybody, becoming, line_of, open_way, sentence, way_of
from checker.evidence import Known, Unknown
from checker.inventory import Account, Identities, Principal
from checker.model import (
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
from checker.policy.entitled import Entitlement, Holder, entitled
from checker.policy.panel import Panel

_ABOVE = (*READS, *TREE, "cloudtrail:DescribeTrails HomeRegion")
_TRAILS = (
    *(*_ABOVE, "cloudtrail:ListEventDataStores EventDataStores", ADMINISTRATORS, ADMINISTERED),
    "cloudtrail:ListTags TagsList",
)
_SIMULATE = (
    "aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::ACCOUNT:role/NAME "
    "--action-names {actions} --resource-arns RESOURCE_ARN"
)


@control(
    id="TH804",
    name="iam-tamper-actions-restricted",
    title="Only those who are listed may change trails",
    severity=Severity.HIGH,
    applies_to=Account,
    sets=STRICT,
    expected="nobody but break-glass-arns and trail-admin-arns may stop, delete or change a trail",
    reads=_TRAILS,
    remediation=Remediation(
        text="Take the permission away, deny it by a service control policy or a boundary, or close "
        "the trust policy of a role on the way; list those who are to have it in the thresholds "
        "break-glass-arns and trail-admin-arns.",
        cli=_SIMULATE.format(actions="cloudtrail:StopLogging cloudtrail:DeleteTrail"),
        cdk="Guardrails(break_glass_arns=[...]) denies it to everybody else in member accounts",
        terraform="aws_organizations_policy that denies cloudtrail:StopLogging and the like",
    ),
)
def tampering_is_restricted(account: Account, context: Context) -> Judgement:
    """The first call of an intruder is StopLogging, with whatever credentials were at hand.

    Administrators count: the allow list is where it is written down who they are, by ARN or, for permission
    sets of IAM Identity Center, by name (``AWSReservedSSO_TrailAdmin_*``). Calls on trails and event
    data stores that the account owns are asked for, with their real ARNs, and for a delegated administrator
    of CloudTrail those on the organization's trails; an account without any has nothing to stop, since other
    members cannot change the organization's trail. Whoever may assume somebody who is listed may as much as
    they, so that both have to be listed, or the trust policy has to be closed.
    """
    return _judge(account, context, about_trails, lambda _: True)


@control(
    id="TH806",
    name="iam-partial-tamper-permissions",
    title="Nobody but administrators may blind a trail",
    severity=Severity.HIGH,
    applies_to=Account,
    sets=STRICT,
    expected="no principal that is no administrator may perform a single call that blinds a trail",
    reads=_TRAILS,
    remediation=Remediation(
        text="Narrow the wildcard or NotAction that gives the permission, deny these actions beside it, or "
        "list the principal in the threshold trail-admin-arns.",
        cli=_SIMULATE.format(actions="cloudtrail:UpdateTrail cloudtrail:PutEventSelectors"),
        cdk="Guardrails(break_glass_arns=[...]) denies it to everybody else in member accounts",
        terraform="aws_iam_policy with a Deny of cloudtrail:StopLogging, UpdateTrail and the like",
    ),
)
def no_partial_tampering(account: Account, context: Context) -> Judgement:
    """Nobody thinks of cloudtrail:Put*, or of a NotAction that spares IAM alone, as a way to stop a trail.

    Administrators, who may do everything by one statement that allows every action on every resource, are
    left to TH804, so that what is told here is what nobody meant to give: one call is enough.
    """
    return _judge(account, context, about_trails, lambda holder: not is_admin(holder))


@control(
    id="TH807",
    name="iam-indirect-tamper-permissions",
    title="Nobody but administrators may take away what a trail depends on",
    severity=Severity.HIGH,
    applies_to=Account,
    sets=STRICT,
    expected="no principal that is no administrator may undo the bucket, key, log group, topic, role, alarms "
    "or rules of a trail",
    reads=(
        *_ABOVE,
        "s3:GetBucketPolicy Policy",
        "s3:GetBucketObjectLockConfiguration ObjectLockConfiguration",
        "kms:GetKeyPolicy Policy",
        "sns:GetTopicAttributes Policy",
        "logs:DescribeMetricFilters metricFilters",
        "cloudwatch:DescribeAlarms MetricAlarms",
        "events:ListRules Rules",
        "events:ListTargetsByRule Targets",
    ),
    remediation=Remediation(
        text="Deny these calls in the policies of bucket and key to all but a break-glass role, keep bucket "
        "and key in an account of their own, and leave the trail's resources out of what policies allow.",
        cli=_SIMULATE.format(actions="s3:PutLifecycleConfiguration kms:DisableKey logs:DeleteLogGroup"),
        cdk="LogBucket(...) denies them in its policy, Guardrails(...) in member accounts",
        terraform="aws_s3_bucket_policy and aws_kms_key_policy with a Deny for all but a break-glass role",
    ),
)
def no_indirect_tampering(account: Account, context: Context) -> Judgement:
    """A trail that says it is logging is blind once its bucket refuses, or its key or its alarm is off.

    Asked for are the calls on what the account owns of it, for trails of other accounts as well: the log
    archive answers for its bucket. What policies open to other accounts is judged with bucket, key and topic.
    Deleting log files counts unless Object Lock retains them (for GOVERNANCE, bypassing that counts). For a
    key, IAM policies count as far as the key's policy leaves it to the account.
    """
    return _judge(account, context, about_dependencies, lambda holder: not is_admin(holder))


class _Found(Struct, frozen=True):
    """Who may, with what, who may become one who may, and what is in doubt."""

    mighty: tuple[tuple[Principal, tuple[Entitlement, ...]], ...]
    becoming: tuple[Way, ...]
    opened: tuple[Opened, ...]
    """Roles that may, or lead to one that may, and that anybody may assume."""
    doubts: tuple[Unknown | str, ...]
    strange: tuple[str, ...]
    """Accounts that were not audited, and that a role trusts which may."""
    judged: int


def _judge(
    account: Account,
    context: Context,
    ask: Callable[[Account, Context], Asked],
    counts: Callable[[Holder], bool],
) -> Judgement:
    asked = ask(account, context)
    if not asked.questions and not asked.unread:
        return NotApplicable("the account owns nothing that this asks for")
    known = identities_of(account, context)
    limits = above(account, context)
    found = _who(known, asked, account, context, limits, counts)
    lines = [line_of(principal, may) for principal, may in found.mighty]
    lines += [way_of(way) for way in found.becoming]
    lines += [open_way(opened) for opened in found.opened]
    noted(known, tuple(lines) or f"{found.judged} users and roles of {len(known.content.principals)}")
    note = f"; {limits.note}" if limits.note else ""
    if lines:
        sentences = [sentence(principal, may) for principal, may in found.mighty]
        sentences += [becoming(way, account) for way in found.becoming]
        sentences = [*(anybody(opened, account) for opened in found.opened), *sentences]
        return failed(f"{listed(sentences)}{note}", observed=f"{len(lines)} users and roles")
    doubts = (*asked.unread, *found.doubts)
    if doubts:
        raise open_questions(doubts)
    left_out = len(known.content.principals) - found.judged
    spared = (
        f", {left_out} that are expected to, administrators or a service's own left out" if left_out else ""
    )
    abroad = f"; who of {listed(found.strange, ', ')} may assume a role was not read" if found.strange else ""
    return passed(f"none of {found.judged} users and roles may{spared}{abroad}", observed="nobody")


def _who(
    known: Known[Identities],
    asked: Asked,
    account: Account,
    context: Context,
    limits: Above,
    counts: Callable[[Holder], bool],
) -> _Found:
    """Ask every principal that counts, and of the others who may be assumed by one."""
    panel = Panel(asked.questions)
    mighty: dict[str, tuple[Entitlement, ...]] = {}
    counting: dict[str, Principal] = {}
    doubts: list[Unknown | str] = []
    maybe: dict[str, tuple[Unknown | str, ...]] = {}
    everybody = {p.arn: p for p in known.content.principals if not p.service_linked}
    spare = everybody.keys() - {p.arn for p in judged(known.content, context)}
    for principal in everybody.values():
        holder = holder_of(principal, known.content, account, limits)
        answer = entitled(panel, holder)
        if principal.arn not in spare and counts(holder):
            counting[principal.arn] = principal
            doubts += answer.doubts
        elif answer.doubts and not answer.may:
            maybe[principal.arn] = answer.doubts
        if answer.may:
            mighty[principal.arn] = answer.may
    found = ways(mighty, [everybody[arn] for arn in mighty], context)
    if maybe:
        doubts += _in_doubt(maybe, everybody, context, counts)
    return _Found(
        mighty=tuple((counting[arn], may) for arn, may in mighty.items() if arn in counting),
        becoming=tuple(_counting(found, context, counts)),
        opened=found.opened,
        doubts=tuple(dict.fromkeys((*doubts, *found.doubts))),
        strange=found.strange,
        judged=len(counting),
    )


def _counting(found: Ways, context: Context, counts: Callable[[Holder], bool]) -> Iterator[Way]:
    """Yield the ways of those who are not expected to be mighty."""
    for way in found.found:
        if not expected(way.who, context.thresholds) and counts(way.holder):
            yield way


def _in_doubt(
    maybe: Mapping[str, tuple[Unknown | str, ...]],
    everybody: Mapping[str, Principal],
    context: Context,
    counts: Callable[[Holder], bool],
) -> Iterator[Unknown | str]:
    """Yield what is in doubt of those who are left out, as far as somebody may become one of them."""
    found = ways(dict.fromkeys(maybe, ()), [everybody[arn] for arn in maybe], context)
    for way in _counting(found, context, counts):
        yield from maybe[way.steps[-1].role.arn]
    for opened in found.opened:
        yield from maybe[(opened.steps[-1].role if opened.steps else opened.role).arn]
