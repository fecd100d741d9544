"""Unknown evidence never decides anything, and never gets lost."""

import msgspec
import pytest

from checker.evidence import (
    Cause,
    Known,
    Observed,
    Origin,
    Unknown,
    Unobserved,
    all_that,
    derive,
    every,
    first,
    recorded,
    sift,
)

DENIED = Unknown("access was denied", Cause.DENIED, Origin(action="s3:GetBucketPolicy"))
CLOSED = Unknown("the Region is closed", Cause.REGION_CLOSED)
YES, NO = Known(True), Known(False)


def test_a_reason_is_said_once_however_many_settings_lack_for_it() -> None:
    elsewhere = Unknown(DENIED.reason, DENIED.cause, Origin(action="s3:GetBucketAcl"))
    assert str(Unobserved(DENIED, elsewhere, CLOSED)) == "access was denied; the Region is closed"


def test_the_value_of_an_unknown_cannot_be_had() -> None:
    with pytest.raises(Unobserved) as missing:
        _ = DENIED.value
    assert missing.value.unknowns == (DENIED,)


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ([YES], YES),
        ([NO, YES], YES),
        ([DENIED, YES], YES),
        ([NO], None),
        ([], None),
    ],
)
def test_first_is_decided_by_what_is_known(items: list[Observed[bool]], found: Observed[bool] | None) -> None:
    assert first(items, lambda item: item.value) == found


@pytest.mark.parametrize("items", [[DENIED], [NO, DENIED], [DENIED, NO, CLOSED, DENIED]])
def test_first_stays_undecided_while_an_unread_item_could_decide(items: list[Observed[bool]]) -> None:
    with pytest.raises(Unobserved) as missing:
        first(items, lambda item: item.value)
    unread = [item for item in items if isinstance(item, Unknown)]
    assert list(missing.value.unknowns) == list(dict.fromkeys(unread))


@pytest.mark.parametrize(
    ("items", "found"), [([YES, NO, YES], [YES, YES]), ([YES, DENIED], [YES]), ([NO], []), ([], [])]
)
def test_all_that_names_every_known_offender(
    items: list[Observed[bool]], found: list[Observed[bool]]
) -> None:
    assert all_that(items, lambda item: item.value) == found


def test_all_that_does_not_call_an_unread_item_innocent() -> None:
    mixed: list[Observed[bool]] = [NO, DENIED]
    with pytest.raises(Unobserved):
        all_that(mixed, lambda item: item.value)


def test_reading_is_recorded_in_order_and_only_inside() -> None:
    assert YES.value
    with recorded() as outer:
        _ = NO.value
        with recorded() as inner:
            _ = YES.value
    assert (outer, inner) == ([NO], [YES])


def test_derived_settings_keep_their_origin_and_their_gaps() -> None:
    origin = Origin(action="s3:GetBucketVersioning")
    assert derive(Known("Enabled", origin), str.upper) == Known("ENABLED", origin)
    assert derive(DENIED, str.upper) is DENIED


@pytest.mark.parametrize("observed", [Known("x", Origin(action="a")), Known(None), DENIED])
def test_evidence_survives_json(observed: Observed[str | None]) -> None:
    text = msgspec.json.encode(observed)
    assert msgspec.json.decode(text, type=Known[str | None] | Unknown) == observed


@pytest.mark.parametrize(
    ("conditions", "holds"), [([YES, YES], True), ([YES, NO], False), ([DENIED, NO], False)]
)
def test_every_is_decided_by_one_that_fails(conditions: list[Observed[bool]], holds: bool) -> None:
    assert every(*(lambda c=c: c.value for c in conditions)) is holds


def test_every_stays_open_while_one_could_fail() -> None:
    with pytest.raises(Unobserved) as missing:
        every(lambda: YES.value, lambda: DENIED.value)
    assert missing.value.unknowns == (DENIED,)


def test_sift_keeps_what_holds_apart_from_what_could_not_be_read() -> None:
    items: list[Observed[bool]] = [YES, DENIED, NO, DENIED, CLOSED]
    assert sift(items, lambda item: item.value) == ([YES], [DENIED, CLOSED])
