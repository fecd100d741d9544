"""IAM policy documents as typed values, whichever of their many spellings they came in."""

import json
import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from checker.evidence import Cause, Observed, Unknown, Unobserved

MAX_CHARACTERS = 524_288
"""Many times what AWS accepts of anybody (32 KB, KMS): its own managed policies, as ReadOnlyAccess, are
longer than that."""
EVERYBODY = ("AWS", "*")

_PAIRED = ("Principal", "Action", "Resource")
_STATEMENT = {"Sid", "Effect", "Condition", *_PAIRED, *(f"Not{element}" for element in _PAIRED)}
_PRINCIPAL_KINDS = frozenset(("AWS", "Service", "Federated", "CanonicalUser"))
_ROOT = re.compile(r"arn:[^:]+:iam::(\d{12}):root")
_OPERATOR = re.compile(r"(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?", re.IGNORECASE)


class MalformedPolicy(ValueError):
    """The text is no policy document; the message is one sentence without a full stop."""


class Condition(Struct, frozen=True, kw_only=True):
    """One operator on one key."""

    operator: str
    """In lower case, without its qualifier and ``IfExists``."""
    qualifier: str = ""
    """``foranyvalue``, ``forallvalues`` or nothing."""
    if_exists: bool = False
    key: str
    """In lower case: condition keys are case-insensitive."""
    values: tuple[str, ...]
    spelling: str
    """Operator and key as written."""


class Statement(Struct, frozen=True, kw_only=True):
    """One statement; lists stand for single values too."""

    label: str
    """Its Sid, or its place from 1 on, for a sentence."""
    allows: bool
    """False for a Deny."""
    principals: tuple[tuple[str, str], ...] | None = None
    """Kind and name; an account is its twelve digits, everybody is EVERYBODY. None without the element."""
    not_principal: bool = False
    actions: tuple[str, ...]
    """As written; they are compared without regard to case."""
    not_action: bool = False
    resources: tuple[str, ...] = ("*",)
    not_resource: bool = False
    conditions: tuple[Condition, ...] = ()
    variables: bool = False
    """Whether ``${...}`` stands for a policy variable: from version 2012-10-17 on."""


class Document(Struct, frozen=True):
    """A policy document."""

    statements: tuple[Statement, ...] = ()

    @property
    def allows(self) -> tuple[Statement, ...]:
        """The Allow statements."""
        return tuple(s for s in self.statements if s.allows)

    @property
    def denies(self) -> tuple[Statement, ...]:
        """The Deny statements."""
        return tuple(s for s in self.statements if not s.allows)


def document_of(observed: Observed[str | None]) -> Document:
    """Parse an observed policy; no policy is an empty document, one that is malformed is unobserved."""
    text = observed.value
    if text is None:
        return Document()
    try:
        return parse(text)
    except MalformedPolicy as error:
        unknown = Unknown(f"the policy cannot be read: {error}", Cause.MALFORMED, observed.origin)
        raise Unobserved(unknown) from error


def parse(text: str) -> Document:
    """Read a policy document; raises MalformedPolicy for anything that is none, and nothing else."""
    if len(text) > MAX_CHARACTERS:
        raise MalformedPolicy(f"it is {len(text)} characters long")
    try:
        loaded = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError:
        raise MalformedPolicy("it is nested too deeply") from None
    except MalformedPolicy:
        raise
    except ValueError:
        raise MalformedPolicy("it is not JSON") from None
    return _document(loaded)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedPolicy("it repeats an element")
    return found


def _constant(name: str) -> Any:
    raise MalformedPolicy(f"{name} is not JSON")


def _document(loaded: Any) -> Document:
    if not isinstance(loaded, dict):
        raise MalformedPolicy("it is not an object")
    unknown = loaded.keys() - {"Version", "Id", "Statement"}
    if unknown:
        raise MalformedPolicy(f"it has an unknown element {_text(min(unknown), 'an element')!r}")
    version = loaded.get("Version", "2008-10-17")
    if version not in ("2008-10-17", "2012-10-17"):
        raise MalformedPolicy("its Version is neither 2012-10-17 nor 2008-10-17")
    if "Statement" not in loaded:
        raise MalformedPolicy("it has no Statement")
    found = loaded["Statement"]
    statements = found if isinstance(found, list) else [found]
    variables = version == "2012-10-17"
    return Document(tuple(_statement(s, number, variables) for number, s in enumerate(statements, 1)))


def _statement(loaded: Any, number: int, variables: bool) -> Statement:
    label = f"statement {number}"
    if not isinstance(loaded, dict):
        raise MalformedPolicy(f"{label} is not an object")
    if loaded.keys() - _STATEMENT:
        raise MalformedPolicy(f"{label} has an unknown element")
    if loaded.get("Effect") not in ("Allow", "Deny"):
        raise MalformedPolicy(f"the Effect of {label} is neither Allow nor Deny")
    sid = _text(loaded.get("Sid") or "", f"the Sid of {label}")
    principals, not_principal = _either(loaded, "Principal", label)
    actions, not_action = _either(loaded, "Action", label)
    resources, not_resource = _either(loaded, "Resource", label)
    if actions is None:
        raise MalformedPolicy(f"{label} has no Action")
    return Statement(
        label=f"statement {sid}" if sid else label,
        allows=loaded["Effect"] == "Allow",
        principals=None if principals is None else tuple(_principals(principals, label)),
        not_principal=not_principal,
        actions=_texts(actions, f"the Action of {label}"),
        not_action=not_action,
        resources=("*",) if resources is None else _texts(resources, f"the Resource of {label}"),
        not_resource=not_resource,
        conditions=tuple(_conditions(loaded.get("Condition", {}), label)),
        variables=variables,
    )


def _either(loaded: dict[str, Any], element: str, label: str) -> tuple[Any, bool]:
    """Return an element or its ``Not`` twin, and whether it is the twin."""
    twin = f"Not{element}"
    if element in loaded and twin in loaded:
        raise MalformedPolicy(f"{label} has both {element} and {twin}")
    found = loaded.get(element, loaded.get(twin))
    if found is None and (element in loaded or twin in loaded):
        raise MalformedPolicy(f"the {element} of {label} is null")
    return found, twin in loaded


def _principals(loaded: Any, label: str) -> Iterator[tuple[str, str]]:
    if loaded == "*":
        yield EVERYBODY
        return
    if not isinstance(loaded, dict) or loaded.keys() - _PRINCIPAL_KINDS:
        raise MalformedPolicy(f"the Principal of {label} is not understood")
    for kind, names in loaded.items():
        for name in _texts(names, f"the Principal of {label}"):
            root = _ROOT.fullmatch(name) if kind == "AWS" else None
            yield kind, root[1] if root else name


def _conditions(loaded: Any, label: str) -> Iterator[Condition]:
    what = f"the Condition of {label}"
    if not isinstance(loaded, dict):
        raise MalformedPolicy(f"{what} is not an object")
    for operator, keys in loaded.items():
        parts = _OPERATOR.fullmatch(_text(operator, what))
        if not parts or not isinstance(keys, dict):
            raise MalformedPolicy(f"{what} is not understood")
        for key, values in keys.items():
            yield Condition(
                operator=parts[2].lower(),
                qualifier=(parts[1] or "").lower(),
                if_exists=bool(parts[3]),
                key=_text(key, what).lower(),
                values=_texts(values, what),
                spelling=f"{operator} {key}",
            )


def _texts(loaded: Any, what: str) -> tuple[str, ...]:
    return tuple(_text(v, what) for v in (loaded if isinstance(loaded, list) else [loaded]))


def _text(loaded: Any, what: str) -> str:
    """Accept text, and the numbers and truth values that AWS accepts in its place."""
    if isinstance(loaded, bool):
        return "true" if loaded else "false"
    if isinstance(loaded, int | float):
        return str(loaded)
    if not isinstance(loaded, str):
        raise MalformedPolicy(f"{what} is neither text nor a list of texts")
    if any("\ud800" <= character <= "\udfff" for character in loaded):
        raise MalformedPolicy(f"{what} is not Unicode text")
    return loaded
