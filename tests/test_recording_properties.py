"""Any selectors: what is said to be left out is not recorded, and what is not said is."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from checker.inventory import AdvancedSelector, FieldSelector
from checker.recording import management_lacks, records
from tests.test_recording import advanced, field

TEXT = st.text(alphabet="ab", max_size=2)
VALUES = st.lists(TEXT.filter(bool), max_size=2).map(tuple)
OPERATORS = ("equals", "starts_with", "ends_with", "not_equals", "not_starts_with", "not_ends_with")
CONDITIONS = st.builds(
    lambda name, operators: field(name, **operators),
    st.sampled_from(["eventSource", "eventName"]),
    st.dictionaries(st.sampled_from(OPERATORS), VALUES, max_size=2),
)
SELECTORS = st.lists(st.lists(CONDITIONS, max_size=2).map(lambda parts: advanced(*parts)), max_size=3)


def accepted(event: Mapping[str, str], selectors: list[AdvancedSelector]) -> bool:
    """The rule of the user guide, written for one event."""

    def meets(condition: FieldSelector) -> bool:
        value = event[condition.field]
        c = condition
        wanted = [value == v for v in c.equals]
        wanted += [value.startswith(v) for v in c.starts_with] + [value.endswith(v) for v in c.ends_with]
        unwanted = [value == v for v in c.not_equals]
        unwanted += [value.startswith(v) for v in c.not_starts_with]
        unwanted += [value.endswith(v) for v in c.not_ends_with]
        return bool(wanted or unwanted) and (not wanted or any(wanted)) and not any(unwanted)

    return any(all(meets(c) for c in selector.field_selectors) for selector in selectors)


@given(SELECTORS, TEXT, TEXT)
def test_an_event_that_slips_through_shows_that_something_is_left_out(
    selectors: list[AdvancedSelector], source: str, name: str
) -> None:
    event = {"eventCategory": "Management", "readOnly": "true", "eventSource": source, "eventName": name}
    if not accepted(event, selectors):
        assert management_lacks(selectors)
    else:
        assert records(selectors, event)


@given(SELECTORS)
def test_what_is_said_to_be_left_out_is_a_real_event(selectors: list[AdvancedSelector]) -> None:
    for lack in management_lacks(selectors):
        event = {"eventCategory": "Management", "eventSource": "*", "eventName": "*"}
        event |= {name: values[0] for name, values in lack.gap.items()}
        assert not accepted({name: value.replace("*", "~") for name, value in event.items()}, selectors)


@given(SELECTORS, SELECTORS)
def test_another_selector_never_narrows(some: list[AdvancedSelector], more: list[AdvancedSelector]) -> None:
    if not management_lacks(some):
        assert not management_lacks([*some, *more])
