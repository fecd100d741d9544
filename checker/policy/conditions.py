"""Condition operators, as the IAM user guide defines them (IAM JSON policy elements: Condition operators)."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from checker.policy.document import Condition
from checker.policy.globs import Glob, Reach, Wild, glob, reach, settle
from checker.policy.request import Chosen, Either, Mark, Onwards, Value
from checker.policy.truth import Truth, Undecided, every, negate, some

VARIABLE = Undecided("it depends on a policy variable")


class Operator(NamedTuple):
    """How to compare the policy's value with the request's; ``negated`` ones hold when nothing matches."""

    match: Callable[[str, str, bool], Truth]
    negated: bool = False
    wildcards: bool = False
    ordered: bool = False
    """Whether it compares by size or kind, so that a pattern says nothing about it."""
    onwards: Callable[[str, float], Reach] | None = None
    """How much of the time from a moment on matches the policy's value; None if it compares no times."""


def holds(condition: Condition, value: Value, *, variables: bool, favour: bool) -> Truth:
    """Say whether a condition holds for what a request carries.

    Where the requester chooses, ``favour`` is the outcome that suits the question.
    """
    if isinstance(value, Either):
        outcomes = [holds(condition, option, variables=variables, favour=favour) for option in value.options]
        return outcomes[0] if len(set(outcomes)) == 1 else _unknown(condition)
    if value is Mark.FREE:
        return favour
    if value is Mark.UNKNOWN:
        return _unknown(condition)
    if condition.operator == "null":
        return some(_null(wanted, value is Mark.ABSENT) for wanted in condition.values)
    operator = OPERATORS.get(condition.operator)
    if operator is None:
        return Undecided(f"{condition.spelling} uses an operator that is not known")
    if isinstance(value, Mark):
        return _absent(condition, operator)
    if isinstance(value, Onwards):
        outcome = _later(condition, operator, value, favour)
    elif isinstance(value, Chosen):
        outcome = _chosen(condition, operator, value, variables, favour)
    else:
        outcome = _present(condition, operator, value, variables)
    return (
        Undecided(f"{condition.spelling} cannot be decided, since {outcome.why}")
        if isinstance(outcome, Undecided)
        else outcome
    )


def _unknown(condition: Condition) -> Undecided:
    return Undecided(f"{condition.spelling} depends on what the request carries")


def _null(wanted: str, absent: bool) -> Truth:
    if wanted.lower() not in ("true", "false"):
        return Undecided("Null asks for neither true nor false")
    return absent == (wanted.lower() == "true")


def _absent(condition: Condition, operator: Operator) -> Truth:
    """Decide without the key: negated operators and IfExists hold, and ForAllValues holds of nothing."""
    if condition.qualifier == "forallvalues":
        return True
    if condition.qualifier == "foranyvalue":
        return Undecided(f"{condition.spelling} has two meanings") if condition.if_exists else False
    return condition.if_exists or operator.negated


def _present(condition: Condition, operator: Operator, present: tuple[str, ...], variables: bool) -> Truth:
    """Compare each value of the request with the policy's: OR between these, NOR for a negated operator."""

    def one(value: str) -> Truth:
        matched = some(operator.match(wanted, value, variables) for wanted in condition.values)
        return negate(matched) if operator.negated else matched

    outcomes = [one(value) for value in present]
    # A key with several values and no qualifier is compared as ForAnyValue does.
    return every(outcomes) if condition.qualifier == "forallvalues" else some(outcomes)


def _chosen(condition: Condition, operator: Operator, chosen: Chosen, variables: bool, favour: bool) -> Truth:
    """Let the requester choose: a value that some pattern reaches matches if that suits them."""
    suits = favour != operator.negated
    matched = some(
        settle(
            Reach.SOME if operator.ordered else chosen.reach(_pattern(operator, wanted, variables)),
            suits,
            "whom its value reaches is not certain",
        )
        for wanted in condition.values
    )
    return negate(matched) if operator.negated else matched


def _later(condition: Condition, operator: Operator, value: Onwards, favour: bool) -> Truth:
    """Let the requester wait: a condition that time alone brings about holds where that suits them."""
    reaches = operator.onwards
    if reaches is None:
        return Undecided("it compares the time as text")
    matched = some(
        settle(reaches(wanted, value.start), favour != operator.negated, "its value is malformed")
        for wanted in condition.values
    )
    return negate(matched) if operator.negated else matched


def _pattern(operator: Operator, wanted: str, variables: bool) -> Glob:
    return glob(wanted, variables=variables, wildcards=operator.wildcards)


def _literal(wanted: str, value: str, variables: bool) -> Truth:
    return _reached(glob(wanted, variables=variables, wildcards=False), value)


def _like(wanted: str, value: str, variables: bool) -> Truth:
    return _reached(glob(wanted, variables=variables), value)


def _ignoring_case(wanted: str, value: str, variables: bool) -> Truth:
    return _literal(wanted.lower(), value.lower(), variables)


def _reached(pattern: Glob, value: str) -> Truth:
    reached = reach(pattern, tuple(value))
    return VARIABLE if reached is Reach.UNSURE else reached is Reach.ALL


def _arn(wanted: str, value: str, variables: bool) -> Truth:
    """Compare the six parts of an ARN one by one; ArnEquals and ArnLike are the same."""
    ours = _parts(glob(wanted, variables=variables))
    theirs = value.split(":", 5)
    if len(ours) != 6:
        return VARIABLE if any(Wild.VARIABLE in part for part in ours) else Undecided("it is no ARN")
    if len(theirs) != 6:
        return False
    return every(_reached(our, their) for our, their in zip(ours, theirs, strict=True))


def _parts(pattern: Glob) -> list[Glob]:
    parts: list[Glob] = []
    rest = pattern
    while len(parts) < 5 and ":" in rest:
        end = rest.index(":")
        parts.append(rest[:end])
        rest = rest[end + 1 :]
    return [*parts, rest]


def _same_truth(wanted: str, value: str, variables: bool) -> Truth:
    if wanted.lower() not in ("true", "false"):
        return VARIABLE if variables and "${" in wanted else Undecided("it is neither true nor false")
    return wanted.lower() == value.lower()


def _same_text(wanted: str, value: str, variables: bool) -> Truth:
    return wanted == value


def _in_network(wanted: str, value: str, variables: bool) -> Truth:
    try:
        network, address = ip_network(wanted, strict=False), ip_address(value)
    except ValueError:
        return Undecided("it is no network")
    return address in network


def _sized(read: Callable[[str], float], compare: Callable[[float, float], bool]) -> Callable[..., Truth]:
    """Compare by size: the request's value stands on the left, as in ``less than`` the policy's."""

    def match(wanted: str, value: str, variables: bool) -> Truth:
        try:
            return compare(read(value), read(wanted))
        except (ValueError, OverflowError):
            return Undecided("its value is malformed")

    return match


def _moment(text: str) -> float:
    """Read an ISO 8601 date or seconds since 1970 (UTC where no zone is given)."""
    try:
        return float(text)
    except ValueError:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _since(read: Callable[[str], float], compare: Callable[[float, float], bool]) -> Callable[..., Reach]:
    """Compare all of the time from a moment on: what holds now ends once the time is past the policy's."""

    def reaches(wanted: str, start: float) -> Reach:
        try:
            limit = read(wanted)
        except (ValueError, OverflowError):
            return Reach.UNSURE
        if compare(math.inf, limit):
            return Reach.ALL if compare(start, limit) else Reach.SOME
        to_come = compare(limit, limit) and start <= limit
        return Reach.SOME if to_come or compare(start, limit) else Reach.NONE

    return reaches


def _ordered(name: str, read: Callable[[str], float]) -> dict[str, Operator]:
    comparing = {
        "equals": float.__eq__,
        "lessthan": float.__lt__,
        "lessthanequals": float.__le__,
        "greaterthan": float.__gt__,
        "greaterthanequals": float.__ge__,
    }
    found = {
        f"{name}{how}": Operator(_sized(read, compare), ordered=True, onwards=_since(read, compare))
        for how, compare in comparing.items()
    }
    return {**found, f"{name}notequals": found[f"{name}equals"]._replace(negated=True)}


OPERATORS: dict[str, Operator] = {
    "stringequals": Operator(_literal),
    "stringnotequals": Operator(_literal, negated=True),
    "stringequalsignorecase": Operator(_ignoring_case),
    "stringnotequalsignorecase": Operator(_ignoring_case, negated=True),
    "stringlike": Operator(_like, wildcards=True),
    "stringnotlike": Operator(_like, negated=True, wildcards=True),
    "arnequals": Operator(_arn, wildcards=True),
    "arnlike": Operator(_arn, wildcards=True),
    "arnnotequals": Operator(_arn, negated=True, wildcards=True),
    "arnnotlike": Operator(_arn, negated=True, wildcards=True),
    "bool": Operator(_same_truth, ordered=True),
    "binaryequals": Operator(_same_text, ordered=True),
    "ipaddress": Operator(_in_network),
    "notipaddress": Operator(_in_network, negated=True),
    **_ordered("numeric", float),
    **_ordered("date", _moment),
}
