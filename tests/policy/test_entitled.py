"""What users and roles may do, as the evaluator of single policies says, and what a document gives whole."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.evidence import Unobserved
from checker.policy import Identity, Mark, Request, Value, decide, parse
from checker.policy.entitled import Held, Holder, entitled
from checker.policy.panel import Panel, Question
from checker.policy.whole import grants_all, is_administrator
from tests.hardened import document, statement
from tests.policy.random_policies import OBJECT, POLICIES, ROLE

ACTIONS = ("s3:GetObject", "s3:PutObject", "kms:Decrypt")
RESOURCES = (OBJECT, "arn:aws:s3:::logs", "arn:aws:s3:::logs/*")
QUESTIONS = [Question(action=action, resource=resource) for action in ACTIONS for resource in RESOURCES]
CONTEXT: dict[str, Value] = {"aws:other": ("a",), "aws:principalorgid": Mark.ABSENT}
IDENTITY_POLICIES = POLICIES.map(
    lambda statements: [
        {key: value for key, value in one.items() if not key.endswith("Principal")} for one in statements
    ]
)


def answers(*documents: str, boundary: str | None = None) -> dict[tuple[str, str], bool | None]:
    """Ask all questions of a role with these policies; None where it cannot be decided."""
    found: dict[tuple[str, str], bool | None] = {}
    holder = Holder(
        arn=ROLE,
        policies=tuple(Held(f"policy {n}", text) for n, text in enumerate(documents)),
        boundary=Held("boundary", boundary) if boundary else None,
        context=CONTEXT,
    )
    for question in QUESTIONS:
        answer = entitled(Panel([question]), holder)
        found[question.action, question.resource] = None if answer.doubts else bool(answer.may)
    return found


def decided(text: str) -> dict[tuple[str, str], bool | None]:
    """Ask the same of the evaluator of single policies."""
    found: dict[tuple[str, str], bool | None] = {}
    for question in QUESTIONS:
        request = Request(
            principal=Identity(ROLE),
            action=question.action,
            resource=question.resource,
            context=CONTEXT,
            otherwise=Mark.FREE,
        )
        try:
            found[question.action, question.resource] = decide(parse(text), request).yes
        except Unobserved:
            found[question.action, question.resource] = None
    return found


@given(IDENTITY_POLICIES)
def test_one_policy_says_what_the_evaluator_says(policy: list[Any]) -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": policy})
    assert answers(text) == decided(text)


@given(IDENTITY_POLICIES, st.integers(0, 4))
def test_statements_mean_the_same_in_one_policy_or_in_two(policy: list[Any], cut: int) -> None:
    assert answers(document(*policy[:cut]), document(*policy[cut:])) == answers(document(*policy))


@given(IDENTITY_POLICIES, IDENTITY_POLICIES)
def test_a_boundary_never_widens_and_one_that_allows_all_never_narrows(
    own: list[Any], other: list[Any]
) -> None:
    width = {False: 0, None: 1, True: 2}
    free = answers(document(*own))
    bounded = answers(document(*own), boundary=document(*other))
    assert all(width[bounded[key]] <= width[free[key]] for key in free)
    assert answers(document(*own), boundary=document(statement(Action="*", Resource="*"))) == free


@given(IDENTITY_POLICIES)
def test_a_panel_of_many_questions_says_what_a_panel_of_each_says(policy: list[Any]) -> None:
    holder = Holder(arn=ROLE, policies=(Held("p", document(*policy)),), context=CONTEXT)
    together = entitled(Panel(QUESTIONS), holder).may
    apart = [one for question in QUESTIONS for one in entitled(Panel([question]), holder).may]
    assert list(together) == apart


MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
VIA = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
KEYS = "arn:aws:kms:*:111122223333:key/*"
WHOLE: list[tuple[list[dict[str, Any]], bool]] = [
    ([statement(Action="kms:*", Resource="*")], True),
    ([statement(Action="kms:*", Resource="arn:*:kms:*:*:key/*")], True),
    ([statement(Action="kms:*", Resource="arn:aws:kms:us-east-1:111122223333:key/*")], False),
    ([statement(Action="kms:*", Resource="*", Condition=MFA)], True),
    ([statement(Action="kms:*", Resource="*", Condition=VIA)], False),
    ([statement(Action="kms:*", Resource="*", Condition={**MFA, **VIA})], False),
    ([statement(Action=["kms:D*", "kms:E*"], Resource="*")], False),
    ([statement(Action="*", NotResource="arn:aws:kms:*:*:key/1")], False),
    ([statement(Action="*", NotResource="arn:aws:s3:::logs")], True),
    (
        [
            statement(Action="*", Resource="*"),
            statement(Effect="Deny", Action="kms:DisableKey", Resource="*"),
        ],
        False,
    ),
    (
        [
            statement(Action="*", Resource="*"),
            statement(Effect="Deny", Action="kms:*", Resource="*", Condition=MFA),
        ],
        True,
    ),
    ([statement(Action="*", Resource="arn:aws:kms:*:*:key/${aws:username}")], False),
    ([], False),
]


@pytest.mark.parametrize(("statements", "whole"), WHOLE)
def test_what_a_document_gives_whole(statements: list[dict[str, Any]], whole: bool) -> None:
    assert grants_all(parse(document(*statements)), "kms:*", KEYS).yes is whole


@pytest.mark.parametrize(
    ("parts", "administrator"),
    [
        ({"Action": "*", "Resource": "*"}, True),
        ({"Action": ["s3:*", "*:*"], "Resource": ["*"]}, True),
        ({"Action": "*", "Resource": "*", "Condition": MFA}, True),
        ({"Action": "*", "Resource": "arn:aws:s3:::*"}, False),
        ({"NotAction": "iam:*", "Resource": "*"}, False),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, False),
    ],
)
def test_who_is_an_administrator(parts: dict[str, Any], administrator: bool) -> None:
    assert is_administrator(parse(document(statement(**parts)))) is administrator
