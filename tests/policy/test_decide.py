from typing import Any

import pytest

from checker.evidence import Cause, Unobserved
from checker.policy import (
    Document,
    Everyone,
    Identity,
    Mark,
    Request,
    Service,
    Stranger,
    Value,
    decide,
    denied,
    parse,
)
from checker.policy.request import Requester
from tests.hardened import document, statement

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/auditor"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/auditor/alice"
USER = f"arn:aws:iam::{ACCOUNT}:user/bob"
AUDITOR = Identity(ROLE)
OBJECT = "arn:aws:s3:::logs/AWSLogs/x"
CLOUDTRAIL = Service("cloudtrail.amazonaws.com")


def request(principal: Requester = AUDITOR, **changes: Any) -> Request:
    settings: dict[str, Any] = {"action": "s3:GetObject", "resource": OBJECT, **changes}
    return Request(principal=principal, **settings)


def answer(policy: str | Document, asked: Request) -> bool | None:
    """Yes, no, or None for undecided."""
    try:
        return decide(parse(policy) if isinstance(policy, str) else policy, asked).yes
    except Unobserved:
        return None


PRINCIPALS: list[tuple[Any, Requester, bool | None]] = [
    ("*", Identity(ROLE), True),
    ("*", CLOUDTRAIL, True),
    ("*", Stranger(), True),
    ({"AWS": "*"}, CLOUDTRAIL, True),
    ({"AWS": ACCOUNT}, Identity(ROLE), True),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Identity(SESSION), True),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Identity(f"arn:aws:iam::{ACCOUNT}:root"), True),
    ({"AWS": "444455556666"}, Identity(ROLE), False),
    ({"AWS": ROLE}, Identity(ROLE), True),
    ({"AWS": ROLE}, Identity(SESSION), True),
    ({"AWS": SESSION}, Identity(SESSION), True),
    ({"AWS": SESSION.replace("alice", "carol")}, Identity(SESSION), False),
    ({"AWS": ROLE.upper()}, Identity(ROLE), False),
    ({"AWS": [USER, ROLE]}, Identity(USER), True),
    ({"AWS": USER}, Identity(ROLE), False),
    ({"AWS": USER}, CLOUDTRAIL, False),
    ({"AWS": USER}, Stranger(), False),
    ({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, Identity(USER), False),
    ({"AWS": "AROACKCEVSQ6C2EXAMPLE"}, Stranger(), False),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}, Identity(ROLE), None),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}, Identity(USER), False),
    ({"AWS": "arn:aws:iam::*:role/admin"}, Stranger(), True),
    (
        {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
        Identity(ROLE),
        None,
    ),
    (
        {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
        Stranger(),
        False,
    ),
    ({"Federated": "accounts.google.com"}, Stranger(), True),
    ({"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/corp"}, Stranger(), False),
    ({"Federated": "accounts.google.com"}, Identity(ROLE), False),
    ({"Service": "cloudtrail.amazonaws.com"}, CLOUDTRAIL, True),
    ({"Service": ["config.amazonaws.com", "cloudtrail.amazonaws.com"]}, CLOUDTRAIL, True),
    ({"Service": "config.amazonaws.com"}, CLOUDTRAIL, False),
    ({"Service": "cloudtrail.amazonaws.com"}, Identity(ROLE), False),
    ({"Service": "cloudtrail.amazonaws.com"}, Stranger(), False),
    ({"Service": "*"}, CLOUDTRAIL, True),
    ({"Service": "config.amazonaws.com"}, Service("*"), True),
    ({"AWS": USER, "Service": "cloudtrail.amazonaws.com"}, CLOUDTRAIL, True),
    ({"AWS": []}, Identity(ROLE), False),
    ({}, Identity(ROLE), False),
    ({"AWS": USER}, Everyone(), True),
    ({"AWS": USER}, Everyone((USER,)), False),
    ({"AWS": USER}, Everyone(("arn:aws:iam::*:user/*",)), False),
]


@pytest.mark.parametrize(("principal", "requester", "expected"), PRINCIPALS)
def test_principal(principal: Any, requester: Requester, expected: bool | None) -> None:
    policy = document(statement(Principal=principal, Action="s3:*", Resource="*"))
    assert answer(policy, request(requester)) is expected


EXCLUSIONS: list[tuple[Any, Requester, bool | None]] = [
    ({"AWS": USER}, Identity(ROLE), True),
    ({"AWS": USER}, Identity("arn:aws:iam::444455556666:user/eve"), True),
    ({"AWS": USER}, CLOUDTRAIL, True),
    ({"AWS": USER}, Stranger(), True),
    ({"AWS": [USER, ACCOUNT]}, Identity(USER), False),
    ({"AWS": [ROLE, ACCOUNT]}, Identity(SESSION), False),
    ({"AWS": ACCOUNT}, Identity(f"arn:aws:iam::{ACCOUNT}:root"), False),
    ({"AWS": ACCOUNT}, Identity(ROLE), None),
    ({"AWS": "444455556666"}, Identity(ROLE), True),
    ({"Service": "cloudtrail.amazonaws.com"}, CLOUDTRAIL, False),
    ({"Service": "cloudtrail.amazonaws.com"}, Identity(ROLE), True),
    ("*", Identity(ROLE), False),
    ("*", CLOUDTRAIL, False),
]


@pytest.mark.parametrize(("principal", "requester", "expected"), EXCLUSIONS)
def test_not_principal(principal: Any, requester: Requester, expected: bool | None) -> None:
    policy = document(statement(NotPrincipal=principal, Action="s3:*", Resource="*"))
    assert answer(policy, request(requester)) is expected


SCOPES: list[tuple[dict[str, Any], bool | None]] = [
    ({"Action": "s3:GetObject", "Resource": OBJECT}, True),
    ({"Action": "S3:getobject", "Resource": OBJECT}, True),
    ({"Action": "s3:Get*", "Resource": OBJECT}, True),
    ({"Action": "*", "Resource": OBJECT}, True),
    ({"Action": "s3:Get?bject", "Resource": OBJECT}, True),
    ({"Action": "s3:GetObjectAcl", "Resource": OBJECT}, False),
    ({"Action": ["s3:PutObject", "s3:GetObject"], "Resource": OBJECT}, True),
    ({"NotAction": "s3:PutObject", "Resource": OBJECT}, True),
    ({"NotAction": "iam:*", "Resource": OBJECT}, True),
    ({"NotAction": ["s3:Put*", "s3:get*"], "Resource": OBJECT}, False),
    ({"NotAction": "*", "Resource": OBJECT}, False),
    ({"Action": "s3:*", "Resource": OBJECT.upper()}, False),
    ({"Action": "s3:*", "Resource": "arn:aws:s3:::logs"}, False),
    ({"Action": "s3:*", "Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]}, True),
    ({"Action": "s3:*", "Resource": "arn:*:s3:::log?/*"}, True),
    ({"Action": "s3:*", "NotResource": "arn:aws:s3:::logs/*"}, False),
    ({"Action": "s3:*", "NotResource": "arn:aws:s3:::other/*"}, True),
    ({"Action": "s3:*", "Resource": "arn:aws:s3:::mail/${aws:PrincipalTag/dir}/*"}, False),
    ({"Action": "s3:*", "Resource": "arn:aws:s3:::logs/${aws:PrincipalTag/dir}/x"}, None),
    ({"Action": "s3:*", "NotResource": "arn:aws:s3:::logs/${aws:PrincipalTag/dir}/x"}, None),
]


@pytest.mark.parametrize(("scope", "expected"), SCOPES)
def test_action_and_resource(scope: dict[str, Any], expected: bool | None) -> None:
    assert answer(document(statement(Principal="*", **scope)), request()) is expected


def when(key: str, value: str, effect: str = "Allow") -> dict[str, Any]:
    condition = {"StringEquals": {key: value}}
    return statement(Effect=effect, Principal="*", Action="s3:*", Resource="*", Condition=condition)


ALLOW = statement(Principal="*", Action="s3:*", Resource="*")
DENY = {**ALLOW, "Effect": "Deny"}
ELSEWHERE = statement(Effect="Deny", Principal="*", Action="s3:*", Resource="arn:aws:s3:::other/*")
PRECEDENCE: list[tuple[list[dict[str, Any]], bool | None]] = [
    ([], False),
    ([ALLOW], True),
    ([ALLOW, DENY], False),
    ([DENY, ALLOW], False),
    ([ALLOW, ELSEWHERE], True),
    ([ALLOW, when("aws:Known", "yes", "Deny")], False),
    ([ALLOW, when("aws:Known", "no", "Deny")], True),
    ([ALLOW, when("aws:Absent", "x", "Deny")], True),
    # Undecided: a condition on a key of which nobody knows anything.
    ([when("aws:Unknown", "x")], None),
    ([ALLOW, when("aws:Unknown", "x")], True),
    ([ALLOW, when("aws:Unknown", "x", "Deny")], None),
    ([when("aws:Unknown", "x", "Deny")], False),
    ([ALLOW, DENY, when("aws:Unknown", "x", "Deny")], False),
    ([when("aws:Unknown", "x"), DENY], False),
    ([when("aws:Known", "no"), when("aws:Unknown", "x", "Deny")], False),
    ([when("aws:Known", "${aws:username}")], None),
    ([ALLOW, when("aws:Known", "${aws:username}", "Deny")], None),
]
CONTEXT: dict[str, Value] = {"aws:known": ("yes",), "aws:absent": Mark.ABSENT}


@pytest.mark.parametrize(("statements", "expected"), PRECEDENCE)
def test_precedence(statements: list[dict[str, Any]], expected: bool | None) -> None:
    assert answer(document(*statements), request(context=CONTEXT)) is expected


def test_all_conditions_of_a_statement_must_hold() -> None:
    condition = {"StringEquals": {"aws:Known": "yes", "aws:Unknown": "x"}, "Bool": {"aws:Absent": "true"}}
    policy = document({**ALLOW, "Condition": condition})
    assert answer(policy, request(context=CONTEXT)) is False
    assert answer(policy, request(context={**CONTEXT, "aws:absent": ("true",)})) is None
    assert answer(
        policy, request(context={"aws:known": ("yes",), "aws:unknown": ("x",), "aws:absent": ("true",)})
    )


def test_a_key_with_a_name_of_its_own_may_be_known_by_family() -> None:
    policy = document(when("aws:PrincipalTag/team", "audit"))
    assert answer(policy, request(context={"aws:principaltag/*": Mark.ABSENT})) is False
    assert answer(policy, request(context={"aws:principaltag/team": ("audit",)})) is True


def test_a_decision_names_the_statements_that_make_it() -> None:
    policy = parse(document({**ALLOW, "Sid": "Readers"}, {**DENY, "Sid": "Nobody"}))
    decision = decide(policy, request())
    assert (decision.yes, decision.why) == (False, "statement Nobody denies it")
    assert [s.label for s in decision.statements] == ["statement Nobody"]
    assert (
        decide(parse(document({**ALLOW, "Sid": "Readers"})), request()).why == "statement Readers allows it"
    )
    assert denied(policy, request()).yes
    assert not denied(parse(document(ALLOW)), request()).yes


def test_an_undecided_answer_names_the_statement_and_the_condition() -> None:
    with pytest.raises(Unobserved) as missing:
        decide(parse(document({**when("aws:Unknown", "x"), "Sid": "Maybe"})), request())
    (unknown,) = missing.value.unknowns
    assert unknown.cause is Cause.UNDECIDED
    assert unknown.reason == (
        "in statement Maybe StringEquals aws:Unknown depends on what the request carries"
    )


CLASSES: list[tuple[str, str, bool, bool]] = [
    # What a statement names, what is asked for, and the answer for some of it and for all of it.
    ("s3:*", "s3:*", True, True),
    ("s3:Get*", "s3:*", True, False),
    ("s3:Get*", "s3:GetObject", True, True),
    ("kms:*", "s3:*", False, False),
]


@pytest.mark.parametrize(("action", "asked", "some", "every"), CLASSES)
def test_a_class_of_requests_is_allowed_in_part_or_as_a_whole(
    action: str, asked: str, some: bool, every: bool
) -> None:
    allow = parse(document(statement(Principal="*", Action=action, Resource="*")))
    assert answer(allow, request(action=asked)) is some
    assert answer(allow, request(action=asked, every=True)) is every
    deny = parse(document(ALLOW, statement(Effect="Deny", Principal="*", Action=action, Resource="*")))
    assert answer(deny, request(action=asked)) is not every
    assert answer(deny, request(action=asked, every=True)) is not some
