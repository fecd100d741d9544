"""Takes settings out of an answer one by one: what has the wrong type is unknown, and nothing else is."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from checker.evidence import Known, Observed, Origin, Unknown, derive
from checker.sources.aws.api import Answer, Target, malformed, missing
from checker.sources.aws.failures import line

T = TypeVar("T")
_UNSET: Any = object()


def required(answer: Observed[Answer], field: str, kind: type[T]) -> Observed[T]:
    """Read a setting that the service always gives; ``field`` is a path like ``KeyMetadata.KeyState``."""
    if isinstance(answer, Unknown):
        return answer
    value = _find(answer.content, field)
    origin = replace(answer.origin, field=field)
    return malformed(origin, f"no {field}") if value in (None, _UNSET) else _typed(value, origin, kind)


def optional(answer: Observed[Answer], field: str, kind: type[T]) -> Observed[T | None]:
    """Read a setting that the service leaves out, or empty, when it is not set: it is then known as None."""
    if isinstance(answer, Unknown):
        return answer
    value = _find(answer.content, field)
    origin = replace(answer.origin, field=field)
    return Known(None, origin) if value in (None, _UNSET, "") else _typed(value, origin, kind)


def moment(answer: Observed[Answer], field: str) -> Observed[datetime | None]:
    """Read a time, in UTC; None when the service leaves it out."""
    return derive(optional(answer, field, datetime), lambda at: at and at.astimezone(UTC))


def present(answer: Observed[Answer], target: Target) -> Observed[Answer]:
    """Turn a known absence into the reason why no setting of the resource can be read."""
    if isinstance(answer, Known) and answer.content is None:
        return missing(target, answer.origin)
    return answer


def anchored(answer: Observed[Answer], field: str) -> Observed[Answer]:
    """Doubt an answer as a whole when the field that is always there is not: no other says anything then."""
    if isinstance(answer, Unknown) or answer.content is None:
        return answer
    found = _find(answer.content, field) not in (None, _UNSET)
    return answer if found else malformed(answer.origin, f"no {field}")


def part(answer: Observed[Answer], content: Mapping[str, Any]) -> Observed[Answer]:
    """Return one entry of an answer as an answer of its own."""
    return answer if isinstance(answer, Unknown) else Known(content, answer.origin)


def _find(content: Any, field: str) -> Any:
    for name in field.split("."):
        if not isinstance(content, Mapping):
            return content if content is None else _UNSET
        content = content.get(name, _UNSET)
        if content is _UNSET:
            break
    return content


def _typed(value: Any, origin: Origin, kind: type[T]) -> Observed[T]:
    try:
        return Known(msgspec.convert(value, kind), origin)
    except msgspec.ValidationError as error:
        return malformed(origin, f"a {origin.field} that is wrong: {line(str(error))}")
