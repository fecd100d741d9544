"""Whom the Principal and NotPrincipal elements mean."""

import re

from checker.inventory.arns import account_of
from checker.policy.document import EVERYBODY, Statement
from checker.policy.globs import Reach, covers, glob, is_fixed, reach, settle
from checker.policy.request import Everyone, Identity, Requester, Service, Stranger
from checker.policy.truth import Truth, Undecided, negate, some

_SESSION = re.compile(r"arn:([^:]+):sts::(\d{12}):assumed-role/([^/]+)/.+")


def whom(statement: Statement, requester: Requester, favour: bool) -> Truth:
    """Say whether a statement means the requester; without the element it does (identity policies).

    Of a class of requesters, ``favour`` is the answer where it means some of them only.
    """
    if statement.principals is None:
        return True
    suits = favour != statement.not_principal
    named = some(
        settle(_named(kind, name, requester), suits, "whom it names is not certain")
        for kind, name in statement.principals
    )
    if not statement.not_principal:
        return named
    if named is True and _by_account_alone(statement.principals, requester):
        return Undecided("leaving out an account may or may not leave out its users and roles")
    return negate(named)


def _by_account_alone(principals: tuple[tuple[str, str], ...], requester: Requester) -> bool:
    """Say whether NotPrincipal names an identity's account but not the identity.

    What that means depends on the service (IAM user guide, NotPrincipal).
    """
    if not isinstance(requester, Identity) or EVERYBODY in principals:
        return False
    return not any(_identity(name, requester.arn) for _, name in principals)


def _named(kind: str, name: str, requester: Requester) -> Reach:
    if (kind, name) == EVERYBODY:
        return Reach.ALL
    match requester:
        case Service():
            return reach(glob(name), glob(requester.name)) if kind == "Service" else Reach.NONE
        case Identity():
            return _named_identity(kind, name, requester.arn)
        case Stranger():
            return _named_stranger(kind, name)
        case Everyone():
            return Reach.NONE if any(covers(left_out, name) for left_out in requester.but) else Reach.SOME


def _named_identity(kind: str, name: str, arn: str) -> Reach:
    """Match by ARN or account; what stays as a unique id (AIDA..., AROA...) is somebody deleted.

    A role stands for all of its sessions, whose names callers choose, so that one of them is some of it.
    """
    if kind == "CanonicalUser":
        return Reach.UNSURE  # Which account a canonical id belongs to is not in any ARN.
    if kind != "AWS":
        return Reach.NONE
    if _identity(name, arn) or name == account_of(arn):
        return Reach.ALL
    if is_session(name, arn):
        return Reach.SOME
    # AWS refuses a Principal with a wildcard inside; a template may still hold one.
    return Reach.UNSURE if not is_fixed(glob(name)) and covers(name, arn) else Reach.NONE


def _identity(name: str, arn: str) -> bool:
    """Compare ARNs; a role stands for its sessions, whose ARNs leave the role's path out."""
    if name == arn or (arn.endswith(":root") and name == account_of(arn)):
        return True
    session = _SESSION.fullmatch(arn)
    if not session:
        return False
    role = rf"arn:{re.escape(session[1])}:iam::{session[2]}:role/(?:.*/)?{re.escape(session[3])}"
    return re.fullmatch(role, name) is not None


def is_session(name: str, arn: str) -> bool:
    """Say whether a name is the ARN of a session of the role ``arn``."""
    return ":assumed-role/" in name and ":role/" in arn and _identity(arn, name)


def _named_stranger(kind: str, name: str) -> Reach:
    """Match what a stranger can be: a user of a public identity provider, or one whom a wildcard names."""
    if kind == "Federated":
        return Reach.NONE if name.startswith("arn:") and is_fixed(glob(name)) else Reach.SOME
    return Reach.NONE if is_fixed(glob(name)) else Reach.SOME
