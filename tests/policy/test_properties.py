"""What holds of all policies and requests, tried on random ones."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from checker.policy import Everyone, Mark, Request
from tests.hardened import document
from tests.policy.random_policies import ACCOUNT, MEMBERS, POLICIES, REQUESTS, WIDTH, statements
from tests.policy.test_decide import answer


def width(policy: list[dict[str, Any]], asked: Request) -> int:
    return WIDTH[answer(document(*policy), asked)]


@given(POLICIES, statements("Deny"), REQUESTS)
def test_a_further_deny_never_widens_access(policy: list[Any], deny: Any, asked: Request) -> None:
    assert width([*policy, deny], asked) <= width(policy, asked)


@given(POLICIES, statements("Allow"), REQUESTS)
def test_a_further_allow_never_narrows_access(policy: list[Any], allow: Any, asked: Request) -> None:
    assert width([*policy, allow], asked) >= width(policy, asked)


@given(POLICIES, REQUESTS, st.randoms())
def test_the_order_of_statements_does_not_matter(policy: list[Any], asked: Request, random: Any) -> None:
    shuffled = random.sample(policy, len(policy))
    assert width(shuffled, asked) == width(policy, asked)


def respelled(policy: list[dict[str, Any]]) -> str:
    """The same policy with each single value as a list, everybody as {"AWS": "*"}, and other capitals."""

    def wrapped(value: Any) -> Any:
        return value if isinstance(value, list) else [value]

    def one(found: dict[str, Any]) -> dict[str, Any]:
        spelled = dict(found)
        for element in found:
            if element.endswith("Action"):
                spelled[element] = [action.upper() for action in wrapped(found[element])]
            elif element.endswith("Resource"):
                spelled[element] = wrapped(found[element])
            elif element.endswith("Principal"):
                named = {"AWS": "*"} if found[element] == "*" else found[element]
                spelled[element] = {
                    kind: [
                        name.replace(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root") if name == ACCOUNT else name
                        for name in wrapped(names)
                    ]
                    for kind, names in named.items()
                }
            elif element == "Condition":
                spelled[element] = {
                    operator.upper(): {key.upper(): wrapped(values) for key, values in keys.items()}
                    for operator, keys in found[element].items()
                }
        return spelled

    statements = [one(found) for found in policy]
    whole: Any = statements[0] if len(statements) == 1 else statements
    return json.dumps({"Statement": whole, "Version": "2012-10-17", "Id": "respelled"})


@given(POLICIES, REQUESTS)
def test_equivalent_spellings_give_equal_answers(policy: list[Any], asked: Request) -> None:
    assert answer(respelled(policy), asked) is answer(document(*policy), asked)


@given(POLICIES, MEMBERS)
def test_an_answer_about_a_class_bounds_the_answer_about_each_member(
    policy: list[Any], member: Request
) -> None:
    """What no member of a class can do, this one cannot; what all can do, this one can."""
    some = Request(principal=Everyone(), action="s3:*", resource="arn:aws:s3:::logs/*", otherwise=Mark.FREE)
    every = Request(
        principal=Everyone(), action="s3:*", resource="arn:aws:s3:::logs/*", otherwise=Mark.FREE, every=True
    )
    found = answer(document(*policy), member)
    if answer(document(*policy), some) is False:
        assert found is False
    if answer(document(*policy), every) is True:
        assert found is True
