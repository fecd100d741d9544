"""Which events slip through selectors: every operator, every spelling, always by the union."""

import pytest
from msgspec.structs import replace

from checker.inventory import AdvancedSelector, BasicSelector, DataResource, FieldSelector, Selectors
from checker.recording import (
    MANAGEMENT,
    Lack,
    accesses,
    conditions,
    data_lacks,
    data_types,
    management_lacks,
    overlap,
    spell,
    unfold,
)

S3, LAMBDA = "AWS::S3::Object", "AWS::Lambda::Function"
KMS, RDS, IAM = "kms.amazonaws.com", "rdsdata.amazonaws.com", "iam.amazonaws.com"
BOTH = ["read", "write"]


def advanced(*conditions: FieldSelector, category: str = "Management", name: str = "") -> AdvancedSelector:
    return AdvancedSelector(
        name=name, field_selectors=(FieldSelector(field="eventCategory", equals=(category,)), *conditions)
    )


def field(field: str, **operators: tuple[str, ...]) -> FieldSelector:
    return replace(FieldSelector(field=field), **operators)


def source(**operators: tuple[str, ...]) -> AdvancedSelector:
    return advanced(field("eventSource", **operators))


READ_ONLY, WRITE_ONLY = (advanced(field("readOnly", equals=(flag,))) for flag in ("true", "false"))
EVERYTHING = advanced()


@pytest.mark.parametrize(
    ("selectors", "left_out"),
    [
        (Selectors(), ""),
        (Selectors(basic=(BasicSelector(),)), ""),
        (Selectors(advanced=(EVERYTHING,)), ""),
        (
            Selectors(basic=(BasicSelector(read_write_type="ReadOnly"),)),
            "write management events",
        ),
        (
            Selectors(basic=(BasicSelector(read_write_type="WriteOnly"),)),
            "read management events",
        ),
        (
            Selectors(basic=tuple(BasicSelector(read_write_type=rw) for rw in ("ReadOnly", "WriteOnly"))),
            "",
        ),
        (
            Selectors(basic=(BasicSelector(include_management_events=False),)),
            "read and write management events",
        ),
        (
            Selectors(basic=(BasicSelector(read_write_type="Sideways"),)),
            "read and write management events",
        ),
        (
            Selectors(basic=(BasicSelector(exclude_management_event_sources=(KMS,)),)),
            f"read and write management events with eventSource {KMS}",
        ),
        (
            Selectors(basic=(BasicSelector(exclude_management_event_sources=(KMS,)), BasicSelector())),
            "",
        ),
        (
            Selectors(
                basic=(
                    BasicSelector(exclude_management_event_sources=(KMS,)),
                    BasicSelector(exclude_management_event_sources=(KMS, RDS)),
                )
            ),
            f"read and write management events with eventSource {KMS}",
        ),
        (Selectors(advanced=(READ_ONLY,)), "write management events"),
        (Selectors(advanced=(READ_ONLY, WRITE_ONLY)), ""),
        (Selectors(advanced=(advanced(field("readOnly", not_equals=("true",))),)), "read management events"),
        (
            Selectors(
                advanced=(AdvancedSelector(field_selectors=(field("eventCategory", not_equals=("Data",)),)),)
            ),
            "",
        ),
        (
            Selectors(
                advanced=(AdvancedSelector(field_selectors=(field("eventCategory", starts_with=("Man",)),)),)
            ),
            "",
        ),
        (
            Selectors(
                advanced=(AdvancedSelector(field_selectors=(field("eventCategory", ends_with=("ata",)),)),)
            ),
            "read and write management events",
        ),
        (
            Selectors(
                advanced=(AdvancedSelector(field_selectors=(field("readOnly", equals=("true", "false")),)),)
            ),
            "read and write management events",
        ),
        (
            Selectors(advanced=(advanced(category="Data", name="Management events selector"),)),
            "read and write management events",
        ),
        (
            Selectors(advanced=(source(not_equals=(KMS, RDS)),)),
            f"read and write management events with eventSource {KMS} or {RDS}",
        ),
        (Selectors(advanced=(source(not_equals=(KMS,)), source(equals=(KMS,)))), ""),
        (Selectors(advanced=(source(not_equals=(KMS,)), source(not_equals=(RDS,)))), ""),
        (Selectors(advanced=(source(not_starts_with=("kms",)), source(starts_with=("k",)))), ""),
        (
            Selectors(advanced=(source(not_starts_with=("k",)), source(starts_with=("kms",)))),
            "read and write management events with eventSource k*",
        ),
        (
            Selectors(advanced=(source(ends_with=(".com",)), source(not_ends_with=("amazonaws.com",)))),
            "",
        ),
        (
            Selectors(advanced=(source(equals=(IAM,)),)),
            "read and write management events with eventSource any other",
        ),
        (
            Selectors(advanced=(source(equals=(IAM,), starts_with=("sts",), not_equals=(IAM,)),)),
            f"read and write management events with eventSource {IAM} or any other",
        ),
        (
            Selectors(advanced=(advanced(field("eventName", not_equals=("StopLogging",))),)),
            "read and write management events with eventName StopLogging",
        ),
        (
            Selectors(
                advanced=(
                    advanced(
                        field("eventName", not_equals=("StopLogging",)), field("readOnly", equals=("false",))
                    ),
                    READ_ONLY,
                )
            ),
            "write management events with eventName StopLogging",
        ),
        (
            Selectors(
                advanced=(
                    advanced(field("eventName", starts_with=("Get",)), field("eventSource", equals=(KMS,))),
                    source(not_equals=(KMS,)),
                )
            ),
            f"read and write management events with eventName any other and eventSource {KMS}",
        ),
        (Selectors(advanced=(advanced(field("eventName")),)), "read and write management events"),
        (
            Selectors(
                advanced=(advanced(field("eventName", equals=("A",)), field("eventName", equals=("B",))),)
            ),
            "read and write management events",
        ),
    ],
)
def test_management_events_left_out(selectors: Selectors, left_out: str) -> None:
    assert spell(management_lacks(unfold(selectors))) == left_out


def data(*conditions: FieldSelector, type: str = S3) -> Selectors:
    return Selectors(
        advanced=(advanced(field("resources.type", equals=(type,)), *conditions, category="Data"),)
    )


def basic(value: str, type: str = S3, access: str = "All") -> Selectors:
    resource = DataResource(type=type, values=(value,) if value else ())
    return Selectors(basic=(BasicSelector(read_write_type=access, data_resources=(resource,)),))


@pytest.mark.parametrize(
    ("selectors", "type", "left_out"),
    [
        (basic("arn:aws-cn:s3"), S3, ""),
        (basic("arn:aws-cn:s3:::"), S3, ""),
        (basic("arn:aws:s3"), S3, "read and write events"),
        (basic("arn:aws-cn:s3:::s3/"), S3, "read and write events with resources.ARN arn:aws-cn:s3:::*"),
        (basic(""), S3, "read and write events"),
        (basic("arn:aws-cn:s3", access="WriteOnly"), S3, "read events"),
        (basic("arn:aws-cn:s3"), LAMBDA, "read and write events"),
        (basic("arn:aws-cn:lambda", LAMBDA), LAMBDA, ""),
        (
            basic("arn:aws-cn:lambda:cn-north-1:111122223333:function:one", LAMBDA),
            LAMBDA,
            "read and write events with resources.ARN arn:aws-cn:lambda:*",
        ),
        (Selectors(), S3, "read and write events"),
        (data(), S3, ""),
        (data(field("readOnly", equals=("false",))), S3, "read events"),
        (data(field("resources.ARN", starts_with=("arn:aws-cn:s3:::",))), S3, ""),
        (
            data(field("resources.ARN", not_starts_with=("arn:aws-cn:s3:::logs/",))),
            S3,
            "read and write events with resources.ARN arn:aws-cn:s3:::logs/*",
        ),
        (
            data(field("eventName", equals=("DeleteObject",))),
            S3,
            "read and write events with eventName any other",
        ),
        (
            Selectors(advanced=(advanced(category="Data"),)),
            S3,
            "read and write events",
        ),
        (
            Selectors(
                advanced=(
                    *data(field("resources.ARN", ends_with=("/a",))).advanced,
                    *data(field("resources.ARN", not_ends_with=("/a",))).advanced,
                )
            ),
            S3,
            "",
        ),
    ],
)
def test_data_events_left_out(selectors: Selectors, type: str, left_out: str) -> None:
    assert spell(data_lacks(unfold(selectors), type, "aws-cn", BOTH), "events") == left_out


@pytest.mark.parametrize(
    ("selectors", "types"),
    [
        (Selectors(), []),
        (basic("arn:aws:s3:::one/"), [S3]),
        (basic(""), []),
        (Selectors(advanced=(*data().advanced, *data(type=LAMBDA).advanced, EVERYTHING)), [LAMBDA, S3]),
        (data(field("readOnly", equals=("true",), not_equals=("true",))), []),
    ],
)
def test_types_of_recorded_data_events(selectors: Selectors, types: list[str]) -> None:
    assert data_types(unfold(selectors)) == types


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (EVERYTHING, EVERYTHING, True),
        (READ_ONLY, WRITE_ONLY, False),
        (READ_ONLY, EVERYTHING, True),
        (source(equals=(KMS,)), source(not_equals=(KMS,)), False),
        (source(equals=(KMS, RDS)), source(not_equals=(KMS,)), True),
        (source(starts_with=("k",)), source(starts_with=("km",)), True),
        (EVERYTHING, *data().advanced, False),
    ],
)
def test_the_same_event_recorded_twice(one: AdvancedSelector, other: AdvancedSelector, both: bool) -> None:
    assert overlap([one], [other], MANAGEMENT) is both
    assert overlap([other], [one], MANAGEMENT) is both


def test_an_access_counts_however_narrow_its_selector() -> None:
    assert accesses([READ_ONLY]) == ["read"]
    assert accesses([source(equals=(KMS,))]) == BOTH
    assert accesses(data().advanced) == []


def test_conditions_are_spelt_as_in_the_console() -> None:
    selector = source(not_equals=(KMS, RDS))
    assert conditions(selector, ignoring=("eventCategory",)) == [f"eventSource NotEquals {KMS}, {RDS}"]


def test_long_lists_are_shortened() -> None:
    lacks = [Lack("read", {"eventName": tuple("abcdefg")})]
    assert spell(lacks) == "read management events with eventName a or b or c or d or e or 2 more"
