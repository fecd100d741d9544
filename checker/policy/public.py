"""Is a resource policy public, by the definition that Amazon S3 gives of the word."""

import re
from collections.abc import Iterator
from itertools import product

from checker.evidence import first
from checker.policy.addresses import SOMEWHERE
from checker.policy.decide import Decision, decide
from checker.policy.document import Document, Statement
from checker.policy.globs import Glob, Reach, Wild, is_fixed, render
from checker.policy.offers import bounded, offered
from checker.policy.principals import whom
from checker.policy.request import Chosen, Mark, Request, Stranger, Value

_ACCOUNT_IN_ARN = re.compile(r"arn:[^:]*:[^:]*:[^:]*:\d{12}:.*")
_ORGANIZATION_PATH = re.compile(r"o-[a-z0-9]+/.*")


def _unnamed(pattern: Glob) -> Reach:
    """Reach strangers with wildcards only; one behind a fixed account or organization is for S3 to judge."""
    if Wild.VARIABLE in pattern:
        return Reach.UNSURE
    if is_fixed(pattern):
        return Reach.NONE
    text = render(pattern)
    bounded = _ACCOUNT_IN_ARN.fullmatch(text) or _ORGANIZATION_PATH.fullmatch(text)
    return Reach.UNSURE if bounded else Reach.SOME


def _access_point(pattern: Glob) -> Reach:
    """Accept a wildcard for the access point's name, as S3 does, where the account is fixed."""
    return Reach.NONE if _ACCOUNT_IN_ARN.fullmatch(render(pattern)) else _unnamed(pattern)


_STRANGER = Chosen(_unnamed)
_IDENTITY = (
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:userid",
    "kms:calleraccount",
)
_SOURCE = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths")
_SERVICE = ("aws:principalservicename", "aws:principalservicenameslist")
_NETWORK = (
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "s3:dataaccesspointaccount",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
)
_ACCESS_POINT = "s3:dataaccesspointarn"


def _all(keys: tuple[str, ...], value: Value) -> dict[str, Value]:
    return dict.fromkeys(keys, value)


_WAYS: tuple[tuple[dict[str, Value], dict[str, Value]], ...] = (
    (_all(_IDENTITY, _STRANGER), _all(_IDENTITY, Mark.ABSENT)),
    (
        # Whether a service that acts for a stranger is one itself is for S3 to judge.
        _all(_SOURCE, _STRANGER) | _all((*_SERVICE, "aws:principalisawsservice"), Mark.UNKNOWN),
        _all((*_SOURCE, *_SERVICE), Mark.ABSENT) | {"aws:principalisawsservice": ("false",)},
    ),
    (
        _all(_NETWORK, _STRANGER) | {_ACCESS_POINT: Chosen(_access_point)},
        _all((*_NETWORK, _ACCESS_POINT), Mark.ABSENT),
    ),
    ({"aws:sourceip": SOMEWHERE}, {"aws:sourceip": Mark.ABSENT}),
)
"""What a stranger's request may carry, group by group, or lack: signed in or not, by a service or not, ...

These keys bind a grant to somebody; a condition on any other leaves a policy public. Source: Amazon S3 user
guide, Blocking public access, The meaning of "public"; to it come newer keys that name an account or an
organization, and AWS KMS's own for the caller's account.
"""


def is_public(
    document: Document, actions: tuple[str, ...] = ("s3:*",), resources: tuple[str, ...] = ("*",)
) -> Decision:
    """Say whether a stranger may perform any of the actions on any of the resources (wildcards allowed).

    Raises Unobserved where the definition leaves it open: a policy variable, or a wildcard behind a fixed
    account. Block Public Access is not considered here.
    """
    contexts = tuple(_contexts(document))
    attempts = (
        (statement, request)
        for statement in document.allows
        if whom(statement, Stranger(), True) is not False
        for request in _attempts(statement, actions, resources, contexts)
    )
    found = first(bounded(attempts), lambda attempt: _succeeds(document, *attempt))
    if found is None:
        return Decision(False, (), "no statement grants anything to strangers")
    statement, request = found
    return Decision(True, (statement,), f"{statement.label} lets anybody perform {request.action}")


def _succeeds(document: Document, statement: Statement, request: Request) -> bool:
    return decide(Document((statement, *document.denies)), request).yes


def _attempts(
    statement: Statement,
    actions: tuple[str, ...],
    resources: tuple[str, ...],
    contexts: tuple[dict[str, Value], ...],
) -> Iterator[Request]:
    """Yield what a stranger may try: all that the statement offers, from everywhere strangers come from."""
    for action, resource in offered(statement, actions, resources):
        for context in contexts:
            yield Request(
                principal=Stranger(), action=action, resource=resource, context=context, otherwise=Mark.FREE
            )


def _contexts(document: Document) -> Iterator[dict[str, Value]]:
    """Yield what strangers carry, both ways for each group of keys that the policy looks at."""
    mentioned = {condition.key for statement in document.statements for condition in statement.conditions}
    ways = (way if mentioned & way[0].keys() else way[1:] for way in _WAYS)
    for chosen in product(*ways):
        yield {key: value for group in chosen for key, value in group.items()}
