"""What the controls on users and roles share: whose policies count, and who is expected to be mighty."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from checker.controls.limits_above import Above
from checker.evidence import Cause, Known, Observed, Unknown, Unobserved
from checker.inventory import Account, Identities, Principal
from checker.inventory.arns import account_of, resource_of
from checker.model import Context, Thresholds
from checker.policy.document import Statement
from checker.policy.entitled import Held, Holder
from checker.policy.globs import Glob, Reach, covers, glob, reach
from checker.policy.panel import parsed
from checker.policy.request import Chosen, Mark, Value
from checker.policy.standing import NO_SERVICE
from checker.policy.whole import administering, is_administrator

READS = (
    "iam:GetAccountAuthorizationDetails UserDetailList",
    # AWS managed policies that bound somebody are not always among the details.
    "iam:GetPolicy Policy.DefaultVersionId",
    "iam:GetPolicyVersion PolicyVersion.Document",
)
NAMED = 3
"""How many a sentence names; the evidence has all."""
_OF_PERMISSION_SETS = "AWSReservedSSO_"
_LONGEST = 5
"""Doubts that a finding spells out."""


class Policy(Struct, frozen=True, kw_only=True):
    """A policy and those who hold it."""

    label: str
    arn: str
    """Empty for an inline policy."""
    text: Observed[str]
    holders: tuple[Principal, ...]

    @property
    def of_aws(self) -> bool:
        """Whether AWS wrote it."""
        return account_of(self.arn) == "aws"


def identities_of(account: Account, context: Context) -> Known[Identities]:
    """Return the users and roles of an account; raises Unobserved when they were not read."""
    found = context.inventory.principals_of(account.id).identities
    if isinstance(found, Unknown):
        raise Unobserved(account.unread or found)
    return found


def expected(principal: Principal, thresholds: Thresholds) -> bool:
    """Say whether somebody may be mighty: those who manage trails, and those for emergencies.

    A pattern that is no ARN means the name. An ARN may leave out the path, as sessions do, and may be that
    of the role's sessions: who signs in through IAM Identity Center is known by nothing else. Somebody who
    only bears the name of such a role, which anybody may give, has to be listed by ARN.
    """
    patterns = (*thresholds.break_glass_arns, *thresholds.trail_admin_arns)
    arn, name = principal.arn, principal.name
    if name.startswith(_OF_PERMISSION_SETS) and not _is_permission_set(principal):
        return any(pattern == arn for pattern in patterns)
    head, kind, _ = arn.partition(":role/" if not principal.is_user else ":user/")
    names = [arn, f"{head}{kind}{name}"]
    if not principal.is_user:
        names.append(f"{head.replace(':iam:', ':sts:', 1)}:assumed-role/{name}/*")
    return any(
        any(covers(pattern, one) for one in names) if pattern.startswith("arn:") else covers(pattern, name)
        for pattern in patterns
    )


def _is_permission_set(principal: Principal) -> bool:
    """Say whether a role is one of IAM Identity Center, which alone makes roles in that path."""
    return resource_of(principal.arn).startswith("role/aws-reserved/sso.amazonaws.com/")


def judged(identities: Identities, context: Context) -> Iterator[Principal]:
    """Yield everybody who is not expected to be mighty; service-linked roles are a service's own."""
    for principal in identities.principals:
        if not principal.service_linked and not expected(principal, context.thresholds):
            yield principal


def policies(identities: Identities) -> list[Policy]:
    """Return each policy that somebody holds, in person or by a group, with its holders."""
    labels: dict[str, tuple[str, str, Observed[str]]] = {}
    holders: dict[str, list[Principal]] = {}
    for principal in identities.principals:
        for label, arn, text in dict.fromkeys(_held(principal, identities)):
            labels[label] = (label, arn, text)
            holders.setdefault(label, []).append(principal)
    return [
        Policy(label=label, arn=arn, text=text, holders=tuple(holders[label]))
        for label, arn, text in (labels[key] for key in sorted(labels))
    ]


def policy_of(arn: str, identities: Identities) -> Observed[str]:
    """Return the text of a managed policy, which IAM may have kept to itself."""
    missing = Unknown(f"policy {arn} was not among those that IAM told", Cause.ABSENT)
    return identities.policies.get(arn, missing)


def _held(principal: Principal, identities: Identities) -> Iterator[tuple[str, str, Observed[str]]]:
    """Yield label, ARN and text of each policy of a principal."""
    for arn in principal.attached:
        yield f"policy {arn}", arn, policy_of(arn, identities)
    whose = f"{'user' if principal.is_user else 'role'} {principal.name}"
    for inline in principal.inline:
        yield f"inline policy {inline.name} of {whose}", "", Known(inline.document)
    for name in principal.groups:
        group = identities.groups.get(name)
        if group is None:
            reason = f"group {name}, of which {principal.arn} is a member, was not among those that IAM told"
            yield f"the policies of group {name}", "", Unknown(reason, Cause.ABSENT)
            continue
        for arn in group.attached:
            yield f"policy {arn}", arn, policy_of(arn, identities)
        for inline in group.inline:
            yield f"inline policy {inline.name} of group {name}", "", Known(inline.document)


def holder_of(
    principal: Principal,
    identities: Identities,
    account: Account,
    limits: Above,
) -> Holder:
    """Return somebody with all that decides what they may do."""
    bounding = principal.boundary
    boundary = _as_held(f"boundary {bounding}", policy_of(bounding, identities)) if bounding else None
    held = dict.fromkeys(_as_held(label, text) for label, _, text in _held(principal, identities))
    return Holder(
        arn=principal.arn,
        policies=tuple(held),
        boundary=boundary,
        limits=limits.levels,
        denying=limits.denying,
        context=carried(principal, account, limits),
    )


def carried(principal: Principal, account: Account, limits: Above) -> dict[str, Value]:
    """Return what all requests of somebody carry, by condition key in lower case."""
    return {**_context(principal, account), **limits.context}


def _as_held(label: str, text: Observed[str]) -> Held:
    return Held(label, text if isinstance(text, Unknown) else text.content)


def _context(principal: Principal, account: Account) -> dict[str, Value]:
    """Return what all requests of somebody carry (IAM user guide, Global condition context keys).

    A session of a role may carry tags that the role does not have, and a source identity, where the role's
    trust policy lets callers set them (sts:TagSession, sts:SetSourceIdentity); those are as suits it then.
    """
    known = {
        **NO_SERVICE,
        "aws:assumedroot": Mark.ABSENT,
        "aws:principalarn": (principal.arn,),
        "aws:principalaccount": (account.id,),
        "kms:calleraccount": (account.id,),
        "aws:principalorgid": _organization(account),
        "aws:resourceorgid": _organization(account),
        "aws:principaltype": ("User" if principal.is_user else "AssumedRole",),
    }
    if principal.is_user:
        known |= {"aws:username": (principal.name,), "aws:sourceidentity": Mark.ABSENT, **_tags(principal)}
        known |= {"aws:userid": (principal.id,)} if principal.id else {}
    else:
        known |= {"aws:username": Mark.ABSENT}
        known |= {} if _lets(principal, "sts:TagSession") else _tags(principal)
        known |= {} if _lets(principal, "sts:SetSourceIdentity") else {"aws:sourceidentity": Mark.ABSENT}
        known |= {"aws:userid": Chosen(_session_of(principal.id))} if principal.id else {}
    return known


def _tags(principal: Principal) -> dict[str, Value]:
    own = {f"aws:principaltag/{key.lower()}": (value,) for key, value in principal.tags}
    return {"aws:principaltag/*": Mark.ABSENT, **own}


def _lets(role: Principal, action: str) -> bool:
    """Say whether a role's trust policy may let somebody do more than assume it; one unread may."""
    return isinstance(role.trust, Unknown) or _may_let(role.trust.content, action.lower())


@lru_cache(maxsize=4096)
def _may_let(trust: str, action: str) -> bool:
    try:
        allows = parsed(trust).allows
    except ValueError:
        return True
    return any(s.not_action != any(covers(pattern.lower(), action) for pattern in s.actions) for s in allows)


def _organization(account: Account) -> Value:
    if isinstance(account.organization, Unknown):
        return Mark.UNKNOWN
    return (account.organization.content,) if account.organization.content else Mark.ABSENT


class _session_of(Struct, frozen=True):
    """The user ids of a role's sessions: the role's own, and a name that the session chooses."""

    role: str

    def __call__(self, pattern: Glob) -> Reach:
        return reach(pattern, glob(f"{self.role}:*"))


@lru_cache(maxsize=4096)
def _whole(text: str) -> tuple[Statement, ...]:
    try:
        return administering(parsed(text))
    except ValueError:
        return ()


def _mighty(held: Held | None, holder: Holder) -> bool:
    if held is None or isinstance(held.text, Unknown):
        return False
    return any(not s.conditions for s in _whole(held.text)) or (
        bool(_whole(held.text)) and is_administrator(parsed(held.text), holder.context)
    )


def is_admin(holder: Holder) -> bool:
    """Say whether somebody may do everything, as far as IAM goes."""
    own = any(_mighty(held, holder) for held in holder.policies)
    return own and (holder.boundary is None or _mighty(holder.boundary, holder))


def noted(found: Known[Identities], content: object) -> None:
    """Make what was found out part of the evidence, in the place of all users and roles of the account."""
    _ = Known(content, found.origin).value


def listed(texts: Iterable[str], separator: str = "; ") -> str:
    """Name the first few, and count the others."""
    every = list(texts)
    more = [f"{len(every) - NAMED} more"] if len(every) > NAMED else []
    return separator.join([*every[:NAMED], *more])


def short(principal: Principal) -> str:
    """Name somebody within the account: ``role/path/name``."""
    return resource_of(principal.arn)


def open_questions(doubts: Iterable[Unknown | str]) -> Unobserved:
    """Make one exception of what could not be decided, the first few spelled out."""
    distinct = list(dict.fromkeys(doubts))
    named = [d if isinstance(d, Unknown) else Unknown(d, Cause.UNDECIDED) for d in distinct[:_LONGEST]]
    rest = len(distinct) - _LONGEST
    more = [Unknown(f"{rest} more cannot be decided", Cause.UNDECIDED)] if rest > 0 else []
    return Unobserved(*named, *more)
