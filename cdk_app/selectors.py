"""What a trail records, as advanced event selectors: all management events, and more by explicit list."""

from collections.abc import Iterable, Sequence

from aws_cdk import aws_cloudtrail as cloudtrail

from cdk_app.formats import check
from cdk_app.settings_trail import DataEvents, NetworkActivity

Selector = cloudtrail.CfnTrail.AdvancedEventSelectorProperty
Field = cloudtrail.CfnTrail.AdvancedFieldSelectorProperty
MOST_VALUES = 500
"""Over all conditions of all advanced selectors of a trail (CloudTrail quotas; not adjustable)."""
MOST_BASIC = 5
"""Basic event selectors of a trail (CloudTrail quotas; not adjustable)."""
S3_OBJECTS = "AWS::S3::Object"
_READ_ONLY = {"read": ["true"], "write": ["false"]}


def selectors(
    data_events: Sequence[DataEvents],
    network_activity: Sequence[NetworkActivity],
    log_bucket_arns: Sequence[str],
) -> list[Selector]:
    """Return the selectors; refuse more values than CloudTrail takes and the recording of log buckets.

    A trail that records the objects of its own bucket records each of its deliveries, and pays for them.
    """
    found = [
        Selector(name="All management events", field_selectors=[_equals("eventCategory", "Management")]),
        *(_data(events, log_bucket_arns) for events in data_events),
        *(_network(activity) for activity in network_activity),
    ]
    count = sum(len(values) for selector in found for values in _values(selector))
    check(
        count <= MOST_VALUES,
        f"trail: {count} values in event selectors, and CloudTrail takes {MOST_VALUES} for a trail",
    )
    return found


def check_basic(basic: Sequence[cloudtrail.CfnTrail.EventSelectorProperty]) -> None:
    """Refuse basic selectors that CloudTrail would refuse, and those that could record the log buckets."""
    check(
        len(basic) <= MOST_BASIC,
        f"trail: {len(basic)} basic event selectors, and CloudTrail takes {MOST_BASIC} for a trail",
    )
    check(
        not any(selector.data_resources for selector in basic),
        "trail: basic event selectors cannot leave the log buckets out; list data events as data_events",
    )


def _data(events: DataEvents, log_bucket_arns: Sequence[str]) -> Selector:
    fields = [_equals("eventCategory", "Data"), _equals("resources.type", events.type)]
    if events.record in _READ_ONLY:
        fields.append(_equals("readOnly", *_READ_ONLY[events.record]))
    excluded = list(events.exclude_arn_prefixes)
    if events.type == S3_OBJECTS:
        _check_not_recursive(events, log_bucket_arns)
        excluded += [f"{arn}/" for arn in log_bucket_arns]
    if events.arn_prefixes or excluded:
        fields.append(
            Field(
                field="resources.ARN",
                starts_with=list(events.arn_prefixes) or None,
                not_starts_with=excluded or None,
            )
        )
    which = "" if events.record == "all" else f" ({events.record})"
    return Selector(name=f"Data events of {events.type}{which}", field_selectors=fields)


def _check_not_recursive(events: DataEvents, log_bucket_arns: Sequence[str]) -> None:
    for prefix in events.arn_prefixes:
        check(
            not any(prefix == arn or prefix.startswith(f"{arn}/") for arn in log_bucket_arns),
            f"trail.data-events: {prefix} is a bucket of logs; recording it would record each delivery",
        )


def _network(activity: NetworkActivity) -> Selector:
    fields = [_equals("eventCategory", "NetworkActivity"), _equals("eventSource", activity.source)]
    if activity.denied_only:
        fields.append(_equals("errorCode", "VpceAccessDenied"))
    return Selector(name=f"Network activity of {activity.source}", field_selectors=fields)


def _equals(field: str, *values: str) -> Field:
    return Field(field=field, equal_to=list(values))


def _values(selector: Selector) -> Iterable[Sequence[str]]:
    assert isinstance(selector.field_selectors, list)
    for field in selector.field_selectors:
        assert isinstance(field, Field)
        yield from filter(None, (field.equal_to, field.starts_with, field.not_starts_with))
