"""Event and Insights selectors out of templates, which spell alike what they have, each in its own way.

Source of names and defaults: CloudFormation template reference, AWS::CloudTrail::Trail and EventDataStore;
Terraform AWS provider documentation, aws_cloudtrail and aws_cloudtrail_event_data_store.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from checker.evidence import Known, Observed, Unknown
from checker.inventory import (
    AdvancedSelector,
    BasicSelector,
    DataResource,
    FieldSelector,
    InsightSelector,
    Selectors,
)
from checker.sources.cloudformation.settings import Wrong, flag, needed, part, word, words


class Language(NamedTuple):
    """How a language writes selectors; a name is given as CloudFormation has it."""

    spell: Callable[[str], str]
    several: Callable[[Any], tuple[dict[str, Any], ...]]
    """Reads a list of objects, or of blocks."""


def basic(value: Any, language: Language) -> tuple[BasicSelector, ...]:
    """Read basic selectors; raises Wrong."""
    spell, several = language

    def access(told: Any) -> str:
        if told not in ("All", "ReadOnly", "WriteOnly"):
            raise Wrong(f"with a {spell('ReadWriteType')} that is none")
        return str(told)

    def data(told: Any) -> tuple[DataResource, ...]:
        return tuple(
            DataResource(type=needed(one, spell("Type"), word), values=part(one, spell("Values"), words, ()))
            for one in several(told)
        )

    return tuple(
        BasicSelector(
            read_write_type=part(one, spell("ReadWriteType"), access, "All"),
            include_management_events=part(one, spell("IncludeManagementEvents"), flag, True),
            data_resources=part(one, spell("DataResources"), data, ()),
            exclude_management_event_sources=part(one, spell("ExcludeManagementEventSources"), words, ()),
        )
        for one in several(value)
    )


def advanced(value: Any, language: Language) -> tuple[AdvancedSelector, ...]:
    """Read advanced selectors, of a trail or of an event data store; raises Wrong."""
    spell, several = language

    def field(one: dict[str, Any]) -> FieldSelector:
        def compared(name: str) -> tuple[str, ...]:
            return part(one, spell(name), words, ())

        return FieldSelector(
            field=needed(one, spell("Field"), word),
            equals=compared("Equals"),
            not_equals=compared("NotEquals"),
            starts_with=compared("StartsWith"),
            not_starts_with=compared("NotStartsWith"),
            ends_with=compared("EndsWith"),
            not_ends_with=compared("NotEndsWith"),
        )

    return tuple(
        AdvancedSelector(
            name=part(one, spell("Name"), word, ""),
            field_selectors=tuple(map(field, needed(one, spell("FieldSelectors"), several))),
        )
        for one in several(value)
    )


def insights(value: Any, language: Language) -> tuple[InsightSelector, ...]:
    """Read the kinds of Insights, by name: Terraform keeps no order. No category means Management."""
    spell, several = language
    found = (
        InsightSelector(
            type=needed(one, spell("InsightType"), word),
            event_categories=part(one, spell("EventCategories"), words, ()) or ("Management",),
        )
        for one in several(value)
    )
    return tuple(sorted(found, key=lambda one: one.type))


def together(
    basic: Observed[tuple[BasicSelector, ...]], advanced: Observed[tuple[AdvancedSelector, ...]]
) -> Observed[Selectors]:
    """Join both kinds. Both at once are known, too: what CloudTrail makes of them is for controls to say."""
    if isinstance(advanced, Unknown):
        return advanced
    if isinstance(basic, Unknown):
        return basic
    origin = advanced.origin if advanced.content else basic.origin
    return Known(Selectors(basic=basic.content, advanced=advanced.content), origin)
