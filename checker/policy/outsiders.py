"""Whom a resource policy lets in from outside: identities of accounts and organizations that are not trusted.

Services that are named are left aside: whom CloudTrail acts for is the question of ``grants``. A service is
one of everybody, though, and may act for anybody: whom a source binds such a grant to is asked for where
that is what a policy of its kind does, as that of a topic.
"""

import re
from collections.abc import Callable, Iterator
from itertools import product

from msgspec.structs import replace

from checker.evidence import Cause, Unknown, Unobserved, first
from checker.policy.decide import Decision, decide
from checker.policy.document import EVERYBODY, Document, Statement
from checker.policy.globs import Glob, Reach, Wild, is_fixed, render
from checker.policy.grants import SOURCE_KEYS, Named
from checker.policy.offers import bounded, offered
from checker.policy.request import Chosen, Identity, Mark, Request, Requester, Stranger, Value

_ACCOUNT = re.compile(r"\d{12}")
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{15,}")
_ORGANIZATION = re.compile(r"o-[a-z0-9]+")
_ACCOUNT_KEYS = ("aws:principalaccount", "kms:calleraccount")
_ORGANIZATION_KEYS = ("aws:principalorgid", "aws:principalorgpaths")
_SOURCE_OWNERS = (*SOURCE_KEYS, "aws:sourceowner")
_OWNERS = (*_ACCOUNT_KEYS, *_ORGANIZATION_KEYS, *_SOURCE_OWNERS)
_ARN_KEYS = ("aws:principalarn", "aws:userid")
"""Keys that tell one identity from all others. A name, as a user's, somebody else may have as well."""
_NETWORK = (
    "aws:sourceip",
    "aws:vpcsourceip",
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
)
"""Keys that bind a grant to a place and not to an account: whose place it is no policy tells."""


def open_to_outsiders(
    document: Document,
    actions: tuple[str, ...],
    resources: tuple[str, ...],
    trusted: Named,
    *,
    by_source: bool = False,
) -> Decision:
    """Look for a grant that an identity of an account that is not ``trusted`` may use.

    A grant to everybody is bound by a fixed account or organization that is trusted. ``by_source`` looks for
    one as well that a service may use which acts for such an account; one bound to a source that names no
    account, as a bucket, is undecided. Raises Unobserved where
    only a network binds it, or where a canonical user is named, whose account no policy tells.
    """
    attempts = (
        (statement, request)
        for allow in document.allows
        for statement, requester in _outsiders(allow, document, trusted)
        for action, resource in offered(statement, actions, resources)
        for request in _requests(document, requester, action, resource, trusted, by_source)
    )
    found = first(bounded(attempts), lambda a: decide(Document((a[0], *document.denies)), a[1]).yes)
    if found:
        statement, request = found
        who = _called(statement, request.principal, trusted)
        return Decision(True, (statement,), f"{statement.label} lets {who} perform {request.action}")
    unnamed = [_canonical(s) for s in document.allows if not s.not_principal and _by_canonical_id(s)]
    if unnamed:
        raise Unobserved(*unnamed)
    return Decision(False, (), "no statement lets in an account that is not trusted")


def organizations_named(document: Document) -> frozenset[str]:
    """Return the organizations that conditions on the caller's organization spell out."""
    values = (
        value.split("/", 1)[0]
        for statement in document.statements
        for condition in statement.conditions
        if condition.key in _ORGANIZATION_KEYS
        for value in condition.values
    )
    return frozenset(value for value in values if _ORGANIZATION.fullmatch(value))


def _outsiders(
    statement: Statement, document: Document, trusted: Named
) -> Iterator[tuple[Statement, Requester]]:
    """Yield who may come, each with the statement as it speaks of them alone.

    Of everybody, those are asked for by name as well whom a Deny leaves out.
    """
    if statement.not_principal or statement.principals is None or EVERYBODY in statement.principals:
        yield statement, Stranger()
        spared = (p for deny in document.denies if deny.not_principal for p in deny.principals or ())
        for kind, name in dict.fromkeys(spared):
            if kind == "AWS" and _strange(name, trusted):
                yield statement, _somebody(name)
        return
    for kind, name in statement.principals:
        alone = replace(statement, principals=((kind, name),))
        if kind == "Federated" and not _of(name, trusted):
            yield alone, Stranger()
        elif kind == "AWS" and _strange(name, trusted):
            yield alone, _somebody(name)


def _strange(name: str, trusted: Named) -> bool:
    return not _of(name, trusted) and not _UNIQUE_ID.fullmatch(name)


def _somebody(name: str) -> Requester:
    if "*" in name or "?" in name:
        return Stranger()
    return Identity(f"arn:aws:iam::{name}:root" if _ACCOUNT.fullmatch(name) else name)


def _of(name: str, trusted: Named) -> bool:
    """Say whether a principal belongs to a trusted account."""
    return _owner(name) in trusted.accounts


def _owner(name: str) -> str:
    parts = name.split(":", 5)
    return parts[4] if len(parts) == 6 else name


def _by_canonical_id(statement: Statement) -> bool:
    return any(kind == "CanonicalUser" for kind, _ in statement.principals or ())


def _canonical(statement: Statement) -> Unknown:
    why = f"{statement.label} names a canonical user, of whom no policy tells the account"
    return Unknown(why, Cause.UNDECIDED)


def _called(statement: Statement, requester: Requester, trusted: Named) -> str:
    if isinstance(requester, Identity):
        owner = _owner(requester.arn)
        return f"account {owner}" if requester.arn.endswith(":root") else requester.arn
    if named := sorted(set(_bound_to(statement, trusted))):
        return ", ".join(named)
    federated = [name for kind, name in statement.principals or () if kind == "Federated"]
    return federated[0] if federated and not statement.not_principal else "any account"


def _bound_to(statement: Statement, trusted: Named) -> Iterator[str]:
    """Yield the strange accounts and organizations that a grant to everybody is bound to by name."""
    for condition in statement.conditions:
        if condition.key in _OWNERS and "not" not in condition.operator and condition.operator != "null":
            for value in condition.values:
                owner, organization = _owner(value), value.split("/", 1)[0]
                if _ACCOUNT.fullmatch(owner) and owner not in trusted.accounts:
                    yield owner
                elif _ORGANIZATION.fullmatch(organization) and organization not in trusted.organizations:
                    yield organization


def _requests(
    document: Document,
    requester: Requester,
    action: str,
    resource: str,
    trusted: Named,
    by_source: bool,
) -> Iterator[Request]:
    """Yield what an outsider may send: with each kind of key that the policy looks at, and without."""
    mentioned = {condition.key for statement in document.statements for condition in statement.conditions}
    own = _own_keys(requester)
    asked = [
        key for key in (*_ACCOUNT_KEYS, *_ORGANIZATION_KEYS, *_ARN_KEYS) if key in mentioned - own.keys()
    ]
    ways: list[tuple[Value, ...]] = [(Mark.ABSENT, Chosen(_elsewhere(trusted))) for _ in asked]
    if by_source and isinstance(requester, Stranger):
        sources = [key for key in _SOURCE_OWNERS if key in mentioned]
        asked += sources
        ways += [(Mark.ABSENT, Chosen(_elsewhere(trusted))) for _ in sources]
    fixed: dict[str, Value] = {
        "aws:principalisawsservice": ("false",),
        "aws:principalservicename": Mark.ABSENT,
        "aws:principalservicenameslist": Mark.ABSENT,
        **dict.fromkeys(_SOURCE_OWNERS, Mark.ABSENT),
        **dict.fromkeys(_NETWORK, Mark.UNKNOWN),
        **own,
    }
    for values in product(*ways):
        yield Request(
            principal=requester,
            action=action,
            resource=resource,
            context={**fixed, **dict(zip(asked, values, strict=True))},
            otherwise=Mark.FREE,
        )


def _own_keys(requester: Requester) -> dict[str, Value]:
    """Return the keys that follow from an identity that a policy names; an account stands for all of its."""
    if not isinstance(requester, Identity):
        return {}
    account: dict[str, Value] = {key: (_owner(requester.arn),) for key in _ACCOUNT_KEYS}
    if requester.arn.endswith(":root"):
        return account
    return {**account, "aws:principalarn": (requester.arn,)}


def _elsewhere(trusted: Named) -> Callable[[Glob], Reach]:
    """Say how many of the outsiders' own values a pattern meets: none behind a trusted name."""

    def reaches(pattern: Glob) -> Reach:
        if Wild.VARIABLE in pattern:
            return Reach.UNSURE
        text = render(pattern)
        owner = _owner(text)
        organization = text.split("/", 1)[0]
        if _ACCOUNT.fullmatch(owner):
            return Reach.NONE if owner in trusted.accounts else Reach.SOME
        if _ORGANIZATION.fullmatch(organization):
            return Reach.NONE if organization in trusted.organizations else Reach.SOME
        someone = is_fixed(pattern) or _UNIQUE_ID.match(text)
        return Reach.UNSURE if someone else Reach.SOME

    return reaches
