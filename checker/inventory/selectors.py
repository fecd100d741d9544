"""What a trail was told to record, as CloudTrail answers it."""

from msgspec import Struct

from checker.evidence import Unknown


class DataResource(Struct, frozen=True, kw_only=True):
    """Data events of one resource type, for resources whose ARN starts with one of the values."""

    type: str
    values: tuple[str, ...] = ()


class BasicSelector(Struct, frozen=True, kw_only=True):
    """An EventSelector; the defaults are the service's own (CloudTrail API reference, EventSelector)."""

    read_write_type: str = "All"
    include_management_events: bool = True
    data_resources: tuple[DataResource, ...] = ()
    exclude_management_event_sources: tuple[str, ...] = ()


class FieldSelector(Struct, frozen=True, kw_only=True):
    """One condition on a field.

    An event must match one of the values of ``equals``, ``starts_with`` and ``ends_with`` together, and none
    of the ``not_*`` (CloudTrail User Guide, "How CloudTrail evaluates multiple conditions for a field").
    """

    field: str
    equals: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    not_starts_with: tuple[str, ...] = ()
    ends_with: tuple[str, ...] = ()
    not_ends_with: tuple[str, ...] = ()


class AdvancedSelector(Struct, frozen=True, kw_only=True):
    """All field selectors must hold; the name is a label and decides nothing."""

    name: str = ""
    field_selectors: tuple[FieldSelector, ...]


class Selectors(Struct, frozen=True, kw_only=True):
    """A trail has basic or advanced selectors, or none, which means all management events."""

    basic: tuple[BasicSelector, ...] = ()
    advanced: tuple[AdvancedSelector, ...] = ()


class Aggregation(Struct, frozen=True, kw_only=True):
    """Summaries of events, each for five minutes, that a trail delivers beside the events themselves.

    Source: CloudTrail User Guide, Aggregating data events.
    """

    event_category: str
    templates: tuple[str, ...] = ()
    """API_ACTIVITY, RESOURCE_ACCESS, USER_ACTIONS."""


class InsightSelector(Struct, frozen=True, kw_only=True):
    """An Insights type (ApiCallRateInsight, ApiErrorRateInsight) and the event categories that it analyses.

    No category means Management (PutInsightSelectors, InsightSelector.EventCategories).
    """

    type: str
    event_categories: tuple[str, ...] | Unknown = ("Management",)

    @property
    def of_management(self) -> bool:
        """Whether it analyses management events; raises Unobserved where that was not read."""
        found = self.event_categories
        return "Management" in (found.value if isinstance(found, Unknown) else found)
