"""Every operator by tables: operator, values in the policy, values in the request, outcome."""

from typing import Any

import pytest

from checker.policy import Chosen, Either, Mark, Value, parse
from checker.policy.conditions import OPERATORS, holds
from checker.policy.document import Condition
from checker.policy.globs import Reach
from checker.policy.truth import Undecided
from tests.hardened import TRAIL_ARN, document, statement

UNDECIDED = "undecided"
ABSENT = Mark.ABSENT


def condition(operator: str, values: Any) -> Condition:
    block = {operator: {"aws:Key": values}}
    return parse(document(statement(Action="*", Condition=block))).statements[0].conditions[0]


def outcome(operator: str, values: Any, value: Value, *, favour: bool = True, variables: bool = True) -> Any:
    found = holds(condition(operator, values), value, variables=variables, favour=favour)
    return UNDECIDED if isinstance(found, Undecided) else found


COMPARISONS: list[tuple[str, Any, str, Any]] = [
    ("StringEquals", "a", "a", True),
    ("StringEquals", "a", "A", False),
    ("StringEquals", ["a", "b"], "b", True),
    ("StringEquals", "a*", "ab", False),
    ("StringEquals", "a*", "a*", True),
    ("StringEquals", [], "a", False),
    ("StringNotEquals", "a", "b", True),
    ("StringNotEquals", ["a", "b"], "b", False),
    ("StringNotEquals", [], "b", True),
    ("StringEqualsIgnoreCase", "Bob", "bOB", True),
    ("StringNotEqualsIgnoreCase", "Bob", "bOB", False),
    ("StringLike", "a*", "ab", True),
    ("StringLike", "a?", "abc", False),
    ("StringLike", "A*", "ab", False),
    ("StringNotLike", ["x*", "a*"], "ab", False),
    ("StringNotLike", ["x*", "y*"], "ab", True),
    ("stringlike", "a*", "ab", True),
    ("NumericEquals", "10", "10.0", True),
    ("NumericNotEquals", 10, "11", True),
    ("NumericLessThan", "1.2", "1.1", True),
    ("NumericLessThan", "1.2", "1.2", False),
    ("NumericLessThanEquals", "1.2", "1.2", True),
    ("NumericGreaterThan", "3600", "3601", True),
    ("NumericGreaterThanEquals", "3600", "3599", False),
    ("NumericLessThan", "many", "1", UNDECIDED),
    ("DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", True),
    ("DateNotEquals", "2026-01-01", "2026-01-01T00:00:00Z", False),
    ("DateLessThan", "2026-01-01", "2025-12-31T23:59:59Z", True),
    ("DateLessThanEquals", "1767225600", "2026-01-01T00:00:00Z", True),
    ("DateGreaterThan", "2026-01-01T00:00:00Z", "1767225601", True),
    ("DateGreaterThanEquals", "2026-01-01T00:00:00Z", "2025-12-31", False),
    ("DateLessThan", "some day", "2026-01-01", UNDECIDED),
    ("Bool", "true", "true", True),
    ("Bool", "TRUE", "true", True),
    ("Bool", False, "false", True),
    ("Bool", ["true", "false"], "false", True),
    ("Bool", "true", "false", False),
    ("Bool", "yes", "true", UNDECIDED),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
    ("BinaryEquals", "QmluYXJ5", "qmluYXJ5", False),
    ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
    ("IpAddress", "203.0.113.7", "203.0.113.7", True),
    ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8::1", True),
    ("IpAddress", "203.0.113.0/24", "2001:db8::1", False),
    ("NotIpAddress", "203.0.113.0/24", "198.51.100.1", True),
    ("NotIpAddress", ["203.0.113.0/24", "198.51.100.0/24"], "198.51.100.1", False),
    ("IpAddress", "everywhere", "198.51.100.1", UNDECIDED),
    ("ArnEquals", TRAIL_ARN, TRAIL_ARN, True),
    ("ArnEquals", "arn:aws:cloudtrail:*:111122223333:trail/*", TRAIL_ARN, True),
    ("ArnLike", "arn:aws:cloudtrail:*:111122223333:trail/*", TRAIL_ARN, True),
    ("ArnLike", "arn:aws:cloudtrail:*:444455556666:trail/*", TRAIL_ARN, False),
    ("ArnLike", "arn:aws:cloudtrail:*:trail/audit", TRAIL_ARN, UNDECIDED),
    ("ArnLike", "arn:*:*:*:*:*", TRAIL_ARN, True),
    ("ArnLike", "arn:aws:cloudtrail:*:111122223333:trail/*", "no arn", False),
    ("ArnNotEquals", TRAIL_ARN, TRAIL_ARN, False),
    ("ArnNotLike", "arn:aws:iam::*:role/x", "arn:aws:iam::111122223333:role/y", True),
    ("StringEquals", "${aws:username}", "bob", UNDECIDED),
    ("StringLike", ["bob", "${aws:username}"], "bob", True),
    ("StringLike", "x-${aws:username}", "bob", False),
    ("StringNotLike", "x-${aws:username}", "bob", True),
    ("ArnLike", "arn:aws:iam::${aws:PrincipalAccount}:role/x", "arn:aws:iam::1:role/x", UNDECIDED),
    ("ArnLike", "arn:aws:iam::${aws:PrincipalAccount}:role/x", "arn:aws:iam::1:role/y", False),
    ("Bool", "${aws:PrincipalTag/tls}", "true", UNDECIDED),
    ("StringMatches", "a", "a", UNDECIDED),
    ("Null", "true", "any", False),
    ("Null", False, "any", True),
    ("Null", ["true", "false"], "any", True),
    ("Null", "maybe", "any", UNDECIDED),
]


@pytest.mark.parametrize(("operator", "values", "value", "expected"), COMPARISONS)
def test_comparison(operator: str, values: Any, value: str, expected: Any) -> None:
    assert outcome(operator, values, (value,)) is expected


@pytest.mark.parametrize(("operator", "values", "value", "expected"), COMPARISONS)
def test_if_exists_changes_nothing_when_the_key_is_there(
    operator: str, values: Any, value: str, expected: Any
) -> None:
    if not operator.lower().startswith("null"):
        assert outcome(f"{operator}IfExists", values, (value,)) is expected


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_an_absent_key_meets_negated_operators_and_if_exists_only(name: str) -> None:
    negated = "not" in name
    value = "203.0.113.0/24"
    assert outcome(name, value, ABSENT) is negated
    assert outcome(f"{name}IfExists", value, ABSENT) is True
    assert outcome(f"ForAllValues:{name}", value, ABSENT) is True
    assert outcome(f"ForAnyValue:{name}", value, ABSENT) is False


ABSENCES = [
    ("Null", "true", True),
    ("Null", "false", False),
    ("NullIfExists", "true", True),
    ("ForAnyValue:StringEqualsIfExists", "a", UNDECIDED),
    ("ForAllValues:StringEqualsIfExists", "a", True),
    ("StringEquals", "${aws:username}", False),
    ("StringMatches", "a", UNDECIDED),
]


@pytest.mark.parametrize(("operator", "values", "expected"), ABSENCES)
def test_absent_key(operator: str, values: str, expected: Any) -> None:
    assert outcome(operator, values, ABSENT) is expected


SEVERAL = [
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "b"), True),
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "c"), False),
    ("ForAllValues:StringEquals", ["a"], (), True),
    ("ForAllValues:StringNotEquals", ["a", "b"], ("c", "d"), True),
    ("ForAllValues:StringNotEquals", ["a", "b"], ("b", "c"), False),
    ("ForAnyValue:StringEquals", ["a", "b"], ("x", "b"), True),
    ("ForAnyValue:StringEquals", ["a", "b"], ("x", "y"), False),
    ("ForAnyValue:StringEquals", ["a"], (), False),
    ("ForAnyValue:StringNotEquals", ["a"], ("a", "b"), True),
    ("ForAnyValue:StringNotEquals", ["a"], ("a",), False),
    ("foranyvalue:stringlike", ["a*"], ("x", "ab"), True),
    ("ForAnyValue:StringLike", ["${aws:username}", "z"], ("z", "b"), True),
    ("ForAllValues:StringLike", ["${aws:username}", "z"], ("z", "b"), UNDECIDED),
]


@pytest.mark.parametrize(("operator", "values", "carried", "expected"), SEVERAL)
def test_keys_with_several_values(
    operator: str, values: list[str], carried: tuple[str, ...], expected: Any
) -> None:
    assert outcome(operator, values, carried) is expected


def test_in_policies_of_2008_variables_are_text() -> None:
    assert outcome("StringEquals", "${aws:username}", ("bob",), variables=False) is False
    assert outcome("StringEquals", "${aws:username}", ("${aws:username}",), variables=False) is True


def test_what_nobody_knows_is_undecided() -> None:
    assert outcome("StringEquals", "a", Mark.UNKNOWN) == UNDECIDED
    assert outcome("Null", "true", Mark.UNKNOWN) == UNDECIDED


def test_one_of_several_values_is_undecided_unless_all_agree() -> None:
    either = Either((("aws:kms",), ("AES256",), ABSENT))
    assert outcome("StringEquals", "aws:kms", either) == UNDECIDED
    assert outcome("StringNotEquals", "aws:kms", either) == UNDECIDED
    assert outcome("StringEquals", "none", either) is False
    assert outcome("StringNotEquals", "none", either) is True
    assert outcome("Null", "true", either) == UNDECIDED


@pytest.mark.parametrize("favour", [True, False])
@pytest.mark.parametrize("operator", ["StringEquals", "StringNotEquals", "Null", "NumericLessThan"])
def test_what_the_requester_is_free_to_send_is_as_it_suits(operator: str, favour: bool) -> None:
    assert outcome(operator, "1", Mark.FREE, favour=favour) is favour


CHOICES = [
    # What the value reaches, and the outcome when true and when false suits the requester.
    ("StringLike", (Reach.ALL,), True, True),
    ("StringLike", (Reach.NONE,), False, False),
    ("StringLike", (Reach.SOME,), True, False),
    ("StringLike", (Reach.UNSURE,), UNDECIDED, UNDECIDED),
    ("StringLike", (Reach.UNSURE, Reach.ALL), True, True),
    ("StringLike", (Reach.UNSURE, Reach.SOME), True, UNDECIDED),
    ("StringNotLike", (Reach.ALL,), False, False),
    ("StringNotLike", (Reach.NONE,), True, True),
    ("StringNotLike", (Reach.SOME,), True, False),
    ("StringNotLike", (Reach.SOME, Reach.ALL), False, False),
    ("StringNotLike", (Reach.UNSURE, Reach.SOME), UNDECIDED, False),
    ("StringLikeIfExists", (Reach.NONE,), False, False),
    ("Bool", (Reach.NONE,), True, False),
]


@pytest.mark.parametrize(("operator", "reaches", "wanted", "unwanted"), CHOICES)
def test_a_chosen_value(operator: str, reaches: tuple[Reach, ...], wanted: Any, unwanted: Any) -> None:
    by_text = {str(number): found for number, found in enumerate(reaches)}
    chosen = Chosen(lambda pattern: by_text["".join(map(str, pattern))])
    assert outcome(operator, list(by_text), chosen, favour=True) is wanted
    assert outcome(operator, list(by_text), chosen, favour=False) is unwanted


def test_an_undecided_condition_names_itself_and_why() -> None:
    found = holds(condition("StringLike", "${aws:username}"), ("bob",), variables=True, favour=True)
    assert found == Undecided("StringLike aws:Key cannot be decided, since it depends on a policy variable")
