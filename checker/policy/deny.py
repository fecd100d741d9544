"""What a policy denies to everyone, or to everyone but a few."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from checker.inventory.arns import account_of
from checker.policy.decide import Decision, decide, denied, names, parts
from checker.policy.document import Document, Statement
from checker.policy.globs import Glob, Reach, Wild, glob, reach
from checker.policy.request import Chosen, Everyone, Mark, Request, Service, Value

_IDENTITY_KEYS = ("aws:principalarn", "aws:userid")
_ACCOUNT = re.compile(r"\d{12}")
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{15,}(:.*)?")
_TELLING = 4
"""Letters that a name begins with before its first wildcard, so that like-named principals are few."""


def tls_only(document: Document, bucket_arn: str) -> Decision:
    """Say whether plain HTTP is denied to everyone, for every S3 action, on the bucket and its objects.

    A Deny that anything else narrows does not count: whoever meets the exception may use plain HTTP.
    """
    statements: list[Statement] = []
    for resource, what in ((bucket_arn, "the bucket"), (f"{bucket_arn}/*", "its objects")):
        request = Request(
            principal=Everyone(),
            action="s3:*",
            resource=resource,
            context={"aws:securetransport": ("false",), "s3:tlsversion": Mark.ABSENT},
            otherwise=Mark.FREE,
        )
        decision = denied(document, request)
        if not decision.yes:
            near = (s for s in document.denies if any("securetransport" in c.key for c in s.conditions))
            return Decision(False, (), f"plain HTTP is not denied for {what}{_narrowed(near, request)}")
        statements += decision.statements
    why = "plain HTTP is denied to everyone, for the bucket and its objects"
    return Decision(True, tuple(dict.fromkeys(statements)), why)


def _narrowed(near: Iterable[Statement], request: Request) -> str:
    """Say which part keeps the nearest statement from denying."""
    for statement in near:
        for part, truth in parts(statement, request):
            if truth is not True:
                return f", since {statement.label} is narrowed by {part}"
    return ""


def denied_except(document: Document, action: str, resource: str, allow_list: tuple[str, ...]) -> Decision:
    """Say whether an action is denied to everybody but the principals of a list (ARNs, wildcards allowed).

    To AWS services it need not be denied when nothing grants it, since they have no other policies.
    """
    for anonymous in (False, True):
        request = Request(
            principal=Everyone(allow_list),
            action=action,
            resource=resource,
            context=_outsider(allow_list, anonymous),
            otherwise=Mark.FREE,
        )
        decision = denied(document, request)
        if not decision.yes:
            near = (s for s in document.denies if _concerns(s, action, resource))
            return Decision(False, (), f"{action} is not denied to everybody{_narrowed(near, request)}")
    granted = decide(document, _as_service(action, resource))
    if granted.yes:
        why = f"{action} is not denied to AWS services, and {names(granted.statements)} grants it"
        return Decision(False, granted.statements, why)
    return decision


def locked_out(document: Document, bucket_arn: str, root_arn: str) -> Decision:
    """Say whether one statement denies everything on a bucket to every identity but the owner's root user."""
    account = account_of(root_arn)
    request = Request(
        principal=Everyone((root_arn, account)),
        action="s3:*",
        resource=bucket_arn,
        context=_outsider((root_arn, account), anonymous=False),
        otherwise=Mark.FREE,
    )
    return denied(document, request)


def _outsider(allow_list: tuple[str, ...], anonymous: bool) -> dict[str, Value]:
    """Return what everybody else carries: an ARN and a user id that the list does not cover, or none."""

    def outside(pattern: Glob) -> Reach:
        if Wild.VARIABLE in pattern:
            return Reach.UNSURE
        if pattern == (Wild.MANY,):
            return Reach.ALL
        inside = any(reach(glob(allowed), pattern) is Reach.ALL for allowed in allow_list)
        return Reach.NONE if inside else Reach.SOME

    value: Value = Mark.ABSENT if anonymous else Chosen(outside)
    return {"aws:principalisawsservice": ("false",), **dict.fromkeys(_IDENTITY_KEYS, value)}


def _as_service(action: str, resource: str) -> Request:
    return Request(
        principal=Service("*"),
        action=action,
        resource=resource,
        context={"aws:principalisawsservice": ("true",), **dict.fromkeys(_IDENTITY_KEYS, Mark.ABSENT)},
        otherwise=Mark.FREE,
    )


class Exceptions(Struct, frozen=True):
    """Whom Deny statements leave out by name."""

    narrow: tuple[str, ...]
    """A few principals of one account."""
    broad: tuple[str, ...]
    """An account, or more than one."""


def exceptions(document: Document, action: str, resource: str) -> Exceptions:
    """Return whom the Deny statements on an action leave out by ARN, user id or NotPrincipal.

    An account in NotPrincipal has to stand beside its user or role and then adds nobody (IAM user guide,
    NotPrincipal); alone it is broad. ``:root`` in a condition is the account's root user only.
    """
    narrow: list[str] = []
    broad: list[str] = []
    for statement in document.denies:
        if not _concerns(statement, action, resource):
            continue
        listed = [name for _, name in statement.principals or ()] if statement.not_principal else []
        for name in listed:
            beside = (
                any(f":{name}:" in other for other in listed) if _ACCOUNT.fullmatch(name) else is_few(name)
            )
            (narrow if beside else broad).append(name)
        for value in _spared(statement):
            (narrow if is_few(value) or _ACCOUNT.fullmatch(value) else broad).append(value)
    return Exceptions(tuple(dict.fromkeys(narrow)), tuple(dict.fromkeys(broad)))


def admits(document: Document, action: str, resource: str) -> tuple[str, ...]:
    """Return whom alone Allow statements on an action mean, by ARN or user id."""
    found = (
        value
        for statement in document.allows
        if _concerns(statement, action, resource)
        for condition in statement.conditions
        if condition.key in _IDENTITY_KEYS
        and "not" not in condition.operator
        and condition.operator != "null"
        for value in condition.values
    )
    return tuple(dict.fromkeys(found))


def _concerns(statement: Statement, action: str, resource: str) -> bool:
    request = Request(principal=Everyone(), action=action, resource=resource, otherwise=Mark.FREE)
    return not any(
        truth is False
        for part, truth in parts(statement, request)
        if part in ("its actions", "its resources")
    )


def _spared(statement: Statement) -> Iterator[str]:
    """Yield the ARNs and user ids that a negated condition spares; a user id of 12 digits is a root user."""
    for condition in statement.conditions:
        if condition.key in _IDENTITY_KEYS and "not" in condition.operator:
            yield from condition.values


def is_few(name: str) -> bool:
    """Say whether an ARN or unique id names a user, a role or a like-named group of them in one account."""
    if _UNIQUE_ID.fullmatch(name):
        return True
    arn = name.split(":", 5)
    if len(arn) != 6 or arn[2] not in ("iam", "sts") or not _ACCOUNT.fullmatch(arn[4]):
        return False
    kind, _, rest = arn[5].partition("/")
    called = rest.split("/")[0 if kind == "assumed-role" else -1]
    begins = re.split(r"[*?]", called)[0]
    named = begins == called or len(begins) >= _TELLING
    return arn[5] == "root" or ("*" not in kind and "?" not in kind and bool(called) and named)
