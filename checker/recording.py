"""What event selectors record and what slips through them, basic and advanced ones in one model.

An event is recorded when one selector accepts it, so what is left out is a question about the union. It is
answered exactly: every field has finitely many kinds of values that the selectors can tell apart, and each
combination is tried. What is not understood (an operator that is not there, a selector without the fields
that CloudTrail demands) accepts nothing, so that it never widens what counts as recorded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from checker.evidence import Cause, Unknown, Unobserved
from checker.inventory import AdvancedSelector, BasicSelector, FieldSelector, Selectors

Kind: TypeAlias = Mapping[str, str]
"""Events whose fields have these values: ``{"eventCategory": "Management", "readOnly": "false"}``."""
Gap: TypeAlias = Mapping[str, tuple[str, ...]]
"""Events left out, by the fields that tell them apart; ``*`` in a value stands for anything not named."""

MANAGEMENT: Kind = {"eventCategory": "Management"}
DATA: Kind = {"eventCategory": "Data"}
ACCESSES = {"read": "true", "write": "false"}
"""Value of ``readOnly`` by the kind of access."""
BEDROCK = tuple(
    f"AWS::Bedrock::{kind}"
    for kind in ("AgentAlias", "FlowAlias", "Guardrail", "InlineAgent", "KnowledgeBase", "Model", "Prompt")
)
"""Of which Bedrock makes data events (CloudTrail User Guide, Logging data events)."""
ROOTS = {
    "AWS::S3::Object": "s3:::",
    "AWS::Lambda::Function": "lambda:",
    "AWS::DynamoDB::Table": "dynamodb:",
    **dict.fromkeys(BEDROCK, "bedrock:"),
}
"""How the ARNs of a resource type go on after ``arn:<partition>:``."""

BOTH = "the trail has both EventSelectors and AdvancedEventSelectors, which CloudTrail refuses"
NETWORK = "NetworkActivity"
S3_OBJECT = "AWS::S3::Object"

_BY_SERVICE = dict.fromkeys(("userIdentity.arn", "sessionCredentialFromConsole", "vpcEndpointId"), "")
_DEMANDED = ("eventCategory", "resources.type")
_ANYTHING = "\0"
"""Stands for text that no selector names."""
_SPELT = 5
"""How many of alike things a sentence names."""


class Lack(NamedTuple):
    """Events of one access (read or write) that no selector records; an empty gap means all of them."""

    access: str
    gap: Gap


def unfold(selectors: Selectors) -> tuple[AdvancedSelector, ...]:
    """Return the selectors as advanced ones; a trail without any records all management events.

    Raises Unobserved for both kinds at once, which no trail has and CloudTrail refuses. Source: CloudTrail
    API reference, PutEventSelectors and EventSelector.
    """
    if selectors.advanced and selectors.basic:
        raise Unobserved(Unknown(BOTH, Cause.MALFORMED))
    if selectors.advanced:
        return selectors.advanced
    if selectors.basic:
        return tuple(part for basic in selectors.basic for part in _unfold_basic(basic))
    return (_selector(_one_of("eventCategory", "Management")),)


def _unfold_basic(basic: BasicSelector) -> Iterator[AdvancedSelector]:
    access = {
        "All": (),
        "ReadOnly": (_one_of("readOnly", "true"),),
        "WriteOnly": (_one_of("readOnly", "false"),),
    }.get(basic.read_write_type)
    if access is None:
        return
    if basic.include_management_events:
        excluded = basic.exclude_management_event_sources
        sources = (FieldSelector(field="eventSource", not_equals=excluded),) if excluded else ()
        yield _selector(_one_of("eventCategory", "Management"), *access, *sources)
    for resource in basic.data_resources:
        yield _selector(
            _one_of("eventCategory", "Data"),
            _one_of("resources.type", resource.type),
            FieldSelector(field="resources.ARN", starts_with=resource.values),
            *access,
        )


def _selector(*conditions: FieldSelector) -> AdvancedSelector:
    return AdvancedSelector(field_selectors=conditions)


def _one_of(field: str, *values: str) -> FieldSelector:
    return FieldSelector(field=field, equals=values)


def records(selectors: Iterable[AdvancedSelector], kind: Kind) -> bool:
    """Say whether any event of the kind is recorded, however narrowly."""
    return any(_accepts_some(selector, kind) for selector in selectors)


def overlap(one: Iterable[AdvancedSelector], other: Sequence[AdvancedSelector], kind: Kind) -> bool:
    """Say whether some event of the kind is recorded by both."""
    pairs = (_selector(*a.field_selectors, *b.field_selectors) for a in one for b in other)
    return records(pairs, kind)


def missing(
    selectors: Iterable[AdvancedSelector], kind: Kind, roots: Mapping[str, str] | None = None
) -> Iterator[Gap]:
    """Yield the events of the kind that no selector records.

    ``roots`` tells how every value of a field begins, so that a condition which all of them meet narrows
    nothing: ``{"resources.ARN": "arn:aws:s3:::"}``.
    """
    kept = tuple(selector for selector in selectors if _may_accept(selector, kind))
    fields = sorted({c.field for selector in kept for c in selector.field_selectors} - kind.keys())
    return _missing(kept, fields, roots or {}, {})


def _missing(
    kept: tuple[AdvancedSelector, ...], fields: Sequence[str], roots: Mapping[str, str], gap: Gap
) -> Iterator[Gap]:
    if not kept:
        yield gap
        return
    if any(all(c.field not in fields for c in selector.field_selectors) for selector in kept):
        return
    field, *others = fields
    told_apart: dict[tuple[AdvancedSelector, ...], list[str]] = {}
    for label, value in _values(field, kept, roots.get(field, "")):
        accepting = tuple(selector for selector in kept if _accepts(selector, field, value))
        told_apart.setdefault(accepting, []).append(label)
    for accepting, labels in told_apart.items():
        narrowed = {**gap, field: tuple(labels)} if len(told_apart) > 1 else gap
        yield from _missing(accepting, others, roots, narrowed)


def management_lacks(selectors: Sequence[AdvancedSelector]) -> list[Lack]:
    """Return the management events that no selector records, read and write apart."""
    return [
        Lack(access, gap)
        for access, flag in ACCESSES.items()
        for gap in missing(selectors, {**MANAGEMENT, "readOnly": flag})
    ]


def data_lacks(
    selectors: Sequence[AdvancedSelector], type: str, partition: str, accesses: Iterable[str]
) -> list[Lack]:
    """Return the data events on resources of one type that no selector records."""
    roots = {"resources.ARN": f"arn:{partition}:{ROOTS.get(type, '')}"}
    return [
        Lack(access, gap)
        for access in accesses
        for gap in missing(selectors, {**DATA, "resources.type": type, "readOnly": ACCESSES[access]}, roots)
    ]


def object_lacks(selectors: Sequence[AdvancedSelector], root: str, events: Mapping[str, str]) -> list[Lack]:
    """Return what no selector records of accesses to the S3 objects whose ARNs begin with ``root``.

    ``events`` maps an access to an event name; an empty one stands for every event of the access.
    """
    return [
        Lack(access, gap)
        for access, event in events.items()
        for gap in missing(selectors, _object_events(access, event), {"resources.ARN": root})
    ]


def _object_events(access: str, event: str) -> Kind:
    named = {"eventSource": "s3.amazonaws.com", "eventName": event} if event else {}
    return {**DATA, "resources.type": S3_OBJECT, "readOnly": ACCESSES[access], **named}


def records_deliveries(selectors: Iterable[AdvancedSelector], root: str) -> bool:
    """Say whether files that CloudTrail writes below ``root`` (an ARN) are recorded themselves.

    A service writes them: no identity with an ARN, no session of the console, through no VPC endpoint.
    """
    below = _selector(FieldSelector(field="resources.ARN", starts_with=(root,)))
    return overlap(selectors, (below,), {**_object_events("write", "PutObject"), **_BY_SERVICE})


def network_lacks(selectors: Iterable[AdvancedSelector], source: str) -> list[Lack]:
    """Return what no selector records of a service's calls that a VPC endpoint denies, however they end.

    A selector without ``eventSource`` is one that CloudTrail refuses, so it records nothing here.
    """
    kept = [s for s in selectors if any(c.field == "eventSource" for c in s.field_selectors)]
    kind = {"eventCategory": NETWORK, "eventSource": source, "errorCode": "VpceAccessDenied"}
    return [Lack("denied", gap) for gap in missing(kept, kind)]


def data_types(selectors: Iterable[AdvancedSelector]) -> list[str]:
    """Return the resource types of which some data events are recorded; ``*`` stands for types not named."""
    recording = [selector for selector in selectors if _may_accept(selector, DATA)]
    return sorted(
        label
        for label, value in _values("resources.type", recording, "")
        if records(recording, {**DATA, "resources.type": value})
    )


def accesses(selectors: Iterable[AdvancedSelector]) -> list[str]:
    """Return whether read, write or both kinds of management events are recorded, however narrowly."""
    kept = tuple(selectors)
    return [access for access, flag in ACCESSES.items() if records(kept, {**MANAGEMENT, "readOnly": flag})]


def spell(lacks: Iterable[Lack], events: str = "management events") -> str:
    """Name what is left out, alike gaps of read and write together: ``write management events with ...``."""
    by_gap: dict[str, list[str]] = {}
    for lack in lacks:
        by_gap.setdefault(_spell_gap(lack.gap), []).append(lack.access)
    parts = [f"{' and '.join(_distinct(access))} {events}{gap}" for gap, access in by_gap.items()]
    return "; ".join(_shortened(parts))


def _spell_gap(gap: Gap) -> str:
    fields = [
        f"{field} {' or '.join('any other' if v == '*' else v for v in _shortened(values))}"
        for field, values in gap.items()
    ]
    return f" with {' and '.join(fields)}" if fields else ""


def _shortened(parts: Sequence[str]) -> list[str]:
    return [*parts[:_SPELT], *([f"{len(parts) - _SPELT} more"] if len(parts) > _SPELT else [])]


def conditions(selector: AdvancedSelector, ignoring: Iterable[str] = ()) -> list[str]:
    """Spell out a selector's conditions: ``eventSource NotEquals kms.amazonaws.com``."""
    operators = {
        "Equals": "equals",
        "StartsWith": "starts_with",
        "EndsWith": "ends_with",
        "NotEquals": "not_equals",
        "NotStartsWith": "not_starts_with",
        "NotEndsWith": "not_ends_with",
    }
    return [
        f"{condition.field} {operator} {', '.join(values)}"
        for condition in selector.field_selectors
        if condition.field not in set(ignoring)
        for operator, attribute in operators.items()
        if (values := getattr(condition, attribute))
    ]


def _may_accept(selector: AdvancedSelector, kind: Kind) -> bool:
    named = {condition.field for condition in selector.field_selectors}
    demanded = [field for field in _DEMANDED if field in kind]
    return named.issuperset(demanded) and all(_accepts(selector, *item) for item in kind.items())


def _accepts_some(selector: AdvancedSelector, kind: Kind) -> bool:
    fields = {condition.field for condition in selector.field_selectors} - kind.keys()
    return _may_accept(selector, kind) and all(
        any(_accepts(selector, field, value) for _, value in _values(field, [selector], ""))
        for field in fields
    )


def _accepts(selector: AdvancedSelector, field: str, value: str) -> bool:
    return all(_meets(value, c) for c in selector.field_selectors if c.field == field)


def _meets(value: str, condition: FieldSelector) -> bool:
    """Meet any selecting operator and no deselecting one; nothing meets a condition without operators."""
    selecting = condition.equals or condition.starts_with or condition.ends_with
    deselecting = condition.not_equals or condition.not_starts_with or condition.not_ends_with
    if not selecting and not deselecting:
        return False
    selected = (
        value in condition.equals
        or value.startswith(condition.starts_with)
        or value.endswith(condition.ends_with)
    )
    deselected = (
        value in condition.not_equals
        or value.startswith(condition.not_starts_with)
        or value.endswith(condition.not_ends_with)
    )
    return not deselected and (selected or not selecting)


def _values(field: str, selectors: Iterable[AdvancedSelector], root: str) -> Iterator[tuple[str, str]]:
    """Yield one value, after its label, for each kind of values that the selectors can tell apart."""
    if field == "readOnly":
        yield from ((value, value) for value in ACCESSES.values())
        return
    on_field = [c for selector in selectors for c in selector.field_selectors if c.field == field]
    named = _distinct(v for c in on_field for v in (*c.equals, *c.not_equals) if v.startswith(root))
    yield from ((value, value) for value in named)
    heads = _distinct(v for c in on_field for v in (*c.starts_with, *c.not_starts_with) if v.startswith(root))
    tails = _distinct(v for c in on_field for v in (*c.ends_with, *c.not_ends_with))
    for head in _distinct((root, *heads)):
        for tail in _distinct(("", *tails)):
            yield f"{head}*{tail}", f"{head}{_ANYTHING}{tail}"


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
