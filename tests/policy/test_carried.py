"""What requests carry: keys of other services, variables that are known, the time, which only moves on."""

from datetime import UTC, datetime
from typing import Any

import pytest

from checker.policy import Mark, Request, Value, parse
from checker.policy.conditions import holds
from checker.policy.globs import Reach, glob, reach
from checker.policy.principals import whom
from checker.policy.request import Identity, Onwards, Stranger, clock
from checker.policy.resource_control import binds
from checker.policy.truth import Undecided
from checker.policy.variables import filled
from checker.policy.whole import is_administrator
from tests.hardened import ACCOUNT, document, statement

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PAST, THIS, FUTURE = "2020-01-01", "2026-11-20T12:00:00Z", "2030-01-01"
NEVER = (False, False)
ALWAYS = (True, True)
SOME = (True, False)
"""Where it suits whoever asks, and where it does not."""


@pytest.mark.parametrize(
    ("operator", "past", "this", "future"),
    [
        ("DateLessThan", NEVER, NEVER, SOME),
        ("DateLessThanEquals", NEVER, SOME, SOME),
        ("DateGreaterThan", ALWAYS, SOME, SOME),
        ("DateGreaterThanEquals", ALWAYS, ALWAYS, SOME),
        ("DateEquals", NEVER, SOME, SOME),
        ("DateNotEquals", ALWAYS, SOME, SOME),
        ("DateLessThanIfExists", NEVER, NEVER, SOME),
        ("ForAllValues:DateLessThan", NEVER, NEVER, SOME),
    ],
)
def test_whoever_asks_may_wait_and_not_go_back(
    operator: str, past: tuple[bool, bool], this: tuple[bool, bool], future: tuple[bool, bool]
) -> None:
    value = clock(NOW)["aws:currenttime"]
    for moment, expected in ((PAST, past), (THIS, this), (FUTURE, future)):
        condition = _condition({operator: {"aws:CurrentTime": moment}})
        found = tuple(holds(condition, value, variables=True, favour=favour) for favour in (True, False))
        assert found == expected, moment


@pytest.mark.parametrize(
    ("operator", "value"),
    [("StringLike", "2026*"), ("DateLessThan", "some day"), ("IpAddress", "10.0.0.0/8")],
)
def test_the_time_in_other_words_is_undecided(operator: str, value: str) -> None:
    condition = _condition({operator: {"aws:CurrentTime": value}})
    assert isinstance(holds(condition, Onwards(0.0), variables=True, favour=True), Undecided)


def test_the_time_is_always_there() -> None:
    absent = _condition({"Null": {"aws:CurrentTime": "true"}})
    assert holds(absent, Onwards(0.0), variables=True, favour=True) is False


@pytest.mark.parametrize(
    ("key", "action", "expected"),
    [
        ("ec2:instancetype", "cloudtrail:StopLogging", Mark.ABSENT),
        ("kms:viaservice", "s3:PutObject", Mark.ABSENT),
        ("kms:viaservice", "kms:Decrypt", Mark.FREE),
        ("kms:viaservice", "KMS:Decrypt", Mark.FREE),
        ("ec2:sourceinstancearn", "cloudtrail:StopLogging", Mark.FREE),
        ("saml:sub", "cloudtrail:StopLogging", Mark.FREE),
        ("aws:sourceip", "cloudtrail:StopLogging", Mark.FREE),
        ("iam:resourcetag/team", "sts:AssumeRole", Mark.FREE),
        ("cloudtrail:externalid", "cloudtrail-data:PutAuditEvents", Mark.FREE),
        ("s3:prefix", "*", Mark.FREE),
        ("s3:prefix", "kms:*", Mark.ABSENT),
        ("s3:given", "kms:Decrypt", ("x",)),
    ],
)
def test_keys_of_other_services_are_absent(key: str, action: str, expected: Value) -> None:
    context: dict[str, Value] = {"s3:given": ("x",)}
    request = Request(principal=Stranger(), action=action, resource="*", context=context, otherwise=Mark.FREE)
    assert request.value(key) == expected


CARRIED: dict[str, Value] = {
    "aws:principalaccount": (ACCOUNT,),
    "aws:username": ("a*b",),
    "aws:principaltag/team": Mark.ABSENT,
    "aws:many": ("a", "b"),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("${aws:PrincipalAccount}", ACCOUNT),
        ("arn:aws:iam::${aws:PrincipalAccount}:role/*", f"arn:aws:iam::{ACCOUNT}:role/*"),
        ("${aws:username}", "a${*}b"),
        ("${aws:PrincipalTag/team, 'none?'}", "none${?}"),
        ("${aws:PrincipalTag/team}", "${aws:PrincipalTag/team}"),
        ("${aws:many}", "${aws:many}"),
        ("${aws:unknown, 'x'}", "${aws:unknown, 'x'}"),
        ("${*}${$}", "${*}${$}"),
    ],
)
def test_variables_whose_values_are_known(text: str, expected: str) -> None:
    condition = _condition({"StringLike": {"aws:Key": text}})
    assert filled(condition, lambda key: CARRIED.get(key, Mark.UNKNOWN)).values == (expected,)


@pytest.mark.parametrize(
    ("pattern", "subject", "expected"),
    [
        ("*?", "?*", Reach.ALL),
        ("?*", "*?", Reach.ALL),
        ("a*?*", "a?*", Reach.ALL),
        ("*?", "*", Reach.SOME),
        ("a*?b", "ab", Reach.NONE),
        ("a*?b", "axb", Reach.ALL),
        ("**", "*", Reach.ALL),
    ],
)
def test_wildcards_side_by_side_mean_the_same_in_any_order(
    pattern: str, subject: str, expected: Reach
) -> None:
    assert reach(glob(pattern), glob(subject)) is expected


ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/developer"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/developer/ann"


@pytest.mark.parametrize(
    ("parts", "may", "must"),
    [
        ({"Principal": {"AWS": ROLE}}, True, True),
        ({"Principal": {"AWS": SESSION}}, True, False),
        ({"Principal": {"AWS": SESSION.replace("developer", "other")}}, False, False),
        ({"Principal": {"AWS": SESSION.replace(ACCOUNT, "9" * 12)}}, False, False),
        ({"NotPrincipal": {"AWS": SESSION}}, True, None),
    ],
)
def test_a_session_is_some_of_its_role(parts: dict[str, Any], may: bool, must: bool | None) -> None:
    one = parse(document(statement(Action="s3:*", Resource="*", **parts))).statements[0]
    told = whom(one, Identity(ROLE), False)
    assert whom(one, Identity(ROLE), True) is may
    assert (None if isinstance(told, Undecided) else told) is must


@pytest.mark.parametrize(
    ("action", "bound"),
    [
        ("s3:PutObject", True),
        ("KMS:Decrypt", True),
        ("sts:AssumeRole", True),
        ("logs:DeleteLogGroup", True),
        ("events:DeleteRule", True),
        ("cloudtrail:StopLogging", False),
        ("sns:DeleteTopic", False),
        ("iam:DeleteRole", False),
        ("cloudwatch:DeleteAlarms", False),
    ],
)
def test_what_resource_control_policies_bind(action: str, bound: bool) -> None:
    assert binds(action) is bound


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, True),
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, True),
        ({"StringEquals": {"aws:PrincipalAccount": "9" * 12}}, False),
        ({"DateLessThan": {"aws:CurrentTime": PAST}}, False),
        ({"DateLessThan": {"aws:CurrentTime": FUTURE}}, True),
        ({"StringEquals": {"aws:ResourceTag/team": "sec"}}, False),
    ],
)
def test_who_is_an_administrator_under_conditions(condition: dict[str, Any], expected: bool) -> None:
    everything = parse(document(statement(Action="*", Resource="*", Condition=condition)))
    carried: dict[str, Value] = {**clock(NOW), "aws:principalaccount": (ACCOUNT,)}
    assert is_administrator(everything, carried) is expected


def _condition(block: dict[str, Any]) -> Any:
    return parse(document(statement(Action="*", Condition=block))).statements[0].conditions[0]
