"""What a trail was told to record, out of CloudTrail's answers."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Known, Observed, Unknown, derive
from checker.inventory import (
    AdvancedSelector,
    Aggregation,
    BasicSelector,
    DataResource,
    FieldSelector,
    InsightSelector,
    Selectors,
)
from checker.sources.aws.api import Answer, malformed
from checker.sources.aws.fields import anchored, optional, required


class _DataResource(Struct, frozen=True, rename="pascal"):
    type: str
    values: tuple[str, ...] = ()


class _Basic(Struct, frozen=True, rename="pascal"):
    read_write_type: Literal["All", "ReadOnly", "WriteOnly"] = "All"
    include_management_events: bool = True
    data_resources: tuple[_DataResource, ...] = ()
    exclude_management_event_sources: tuple[str, ...] = ()

    def selector(self) -> BasicSelector:
        return BasicSelector(
            read_write_type=self.read_write_type,
            include_management_events=self.include_management_events,
            data_resources=tuple(DataResource(type=d.type, values=d.values) for d in self.data_resources),
            exclude_management_event_sources=self.exclude_management_event_sources,
        )


class _Field(Struct, frozen=True, rename="pascal"):
    field: str
    equals: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    not_starts_with: tuple[str, ...] = ()
    ends_with: tuple[str, ...] = ()
    not_ends_with: tuple[str, ...] = ()

    def selector(self) -> FieldSelector:
        return FieldSelector(
            field=self.field,
            equals=self.equals,
            not_equals=self.not_equals,
            starts_with=self.starts_with,
            not_starts_with=self.not_starts_with,
            ends_with=self.ends_with,
            not_ends_with=self.not_ends_with,
        )


class _Advanced(Struct, frozen=True, rename="pascal"):
    field_selectors: tuple[_Field, ...]
    name: str = ""

    def selector(self) -> AdvancedSelector:
        fields = tuple(field.selector() for field in self.field_selectors)
        return AdvancedSelector(name=self.name, field_selectors=fields)


class _Insight(Struct, frozen=True, rename="pascal"):
    insight_type: str
    event_categories: tuple[str, ...] = ("Management",)

    def selector(self) -> InsightSelector:
        return InsightSelector(type=self.insight_type, event_categories=self.event_categories)


class _Aggregation(Struct, frozen=True, rename="pascal"):
    event_category: str
    templates: tuple[str, ...] = ()

    def aggregation(self) -> Aggregation:
        return Aggregation(event_category=self.event_category, templates=self.templates)


class _Tag(Struct, frozen=True, rename="pascal"):
    key: str
    value: str = ""


class _ResourceTags(Struct, frozen=True, rename="pascal"):
    tags_list: tuple[_Tag, ...] = ()


def selectors_of(answer: Observed[Answer]) -> Observed[Selectors]:
    """Read both kinds of selectors; neither means that the service's default holds: all management events."""
    answer = anchored(answer, "TrailARN")
    basic = optional(answer, "EventSelectors", tuple[_Basic, ...])
    advanced = optional(answer, "AdvancedEventSelectors", tuple[_Advanced, ...])
    if isinstance(basic, Unknown):
        return basic
    if isinstance(advanced, Unknown):
        return advanced
    return Known(
        Selectors(
            basic=tuple(raw.selector() for raw in basic.content or ()),
            advanced=tuple(raw.selector() for raw in advanced.content or ()),
        ),
        advanced.origin if advanced.content else basic.origin,
    )


def advanced_of(answer: Observed[Answer]) -> Observed[tuple[AdvancedSelector, ...]]:
    """Read the advanced selectors of what has no other kind, such as an event data store."""
    found = optional(answer, "AdvancedEventSelectors", tuple[_Advanced, ...])
    return derive(found, lambda raw: tuple(selector.selector() for selector in raw or ()))


def insights_of(
    answer: Observed[Answer], categories: Unknown | None = None
) -> Observed[tuple[InsightSelector, ...] | None]:
    """Read Insights: empty when it is off, None where the service does not offer it.

    ``categories`` says why no answer tells which events are analysed.
    """
    if isinstance(answer, Known) and answer.content is not None:
        if not answer.content.keys() & {"TrailARN", "InsightSelectors"}:
            return malformed(answer.origin, "no InsightSelectors")
        found = optional(answer, "InsightSelectors", tuple[_Insight, ...])
        read = derive(found, lambda raw: tuple(insight.selector() for insight in raw or ()))
        if categories is None:
            return read
        return derive(read, lambda every: tuple(replace(one, event_categories=categories) for one in every))
    return derive(answer, lambda _: None)


def aggregations_of(answer: Observed[Answer]) -> Observed[tuple[Aggregation, ...]]:
    """Read what is summarised; nothing where the service does not offer it."""
    if isinstance(answer, Known) and answer.content is None:
        return derive(answer, lambda _: ())
    found = optional(anchored(answer, "TrailARN"), "AggregationConfigurations", tuple[_Aggregation, ...])
    return derive(found, lambda raw: tuple(one.aggregation() for one in raw or ()))


def tags_of(answer: Observed[Answer]) -> Observed[dict[str, str]]:
    """Read the tags of the one resource that was asked for."""
    found = required(answer, "ResourceTagList", tuple[_ResourceTags, ...])
    return derive(found, lambda raw: {tag.key: tag.value for entry in raw for tag in entry.tags_list})
