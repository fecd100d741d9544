import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.policy.globs import Reach, glob, reach, render

MATCHES = [
    ("s3:*", "s3:getobject", Reach.ALL),
    ("s3:get?bject", "s3:getobject", Reach.ALL),
    ("s3:get*", "s3:putobject", Reach.NONE),
    ("*", "", Reach.ALL),
    ("?", "", Reach.NONE),
    ("a*b*c", "a-b-b-c", Reach.ALL),
    ("a*b*c", "a-b-c-", Reach.NONE),
    ("arn:aws:s3:::logs/*", "arn:aws:s3:::logs", Reach.NONE),
    ("arn:aws:s3:::logs*", "arn:aws:s3:::logs", Reach.ALL),
    ("arn:aws:s3:::LOGS", "arn:aws:s3:::logs", Reach.NONE),
    # Of a set of strings.
    ("s3:*", "s3:*", Reach.ALL),
    ("*", "s3:*", Reach.ALL),
    ("s3*", "s3:*", Reach.ALL),
    ("s3:put*", "s3:*", Reach.SOME),
    ("s3:getobject", "s3:*", Reach.SOME),
    ("*object", "s3:*", Reach.SOME),
    ("kms:*", "s3:*", Reach.NONE),
    ("s3:?*", "s3:*", Reach.SOME),
    ("b/awslogs/*", "b/*/awslogs/*", Reach.SOME),
    ("b/a/*", "b/a/*/c/*", Reach.ALL),
    ("b/*/d", "b/?/d", Reach.ALL),
    ("b/?/d", "b/*/d", Reach.SOME),
    ("b/x*y", "b/*z", Reach.NONE),
]


@pytest.mark.parametrize(("pattern", "subject", "expected"), MATCHES)
def test_reach(pattern: str, subject: str, expected: Reach) -> None:
    assert reach(glob(pattern), glob(subject)) is expected


VARIABLES = [
    ("home/${aws:username}/*", "home/bob/x", Reach.UNSURE),
    ("home/${aws:username}/*", "work/bob/x", Reach.NONE),
    ("home/${aws:username, 'nobody'}", "home/bob", Reach.UNSURE),
    ("${*}", "*", Reach.ALL),
    ("${*}", "x", Reach.NONE),
    ("a${?}b", "a?b", Reach.ALL),
    ("a${?}b", "axb", Reach.NONE),
    ("${$}{x}", "${x}", Reach.ALL),
]


@pytest.mark.parametrize(("pattern", "subject", "expected"), VARIABLES)
def test_variables_are_open_and_escapes_are_literal(pattern: str, subject: str, expected: Reach) -> None:
    assert reach(glob(pattern, variables=True), tuple(subject)) is expected


def test_without_variables_they_are_text() -> None:
    assert reach(glob("${aws:username}"), tuple("${aws:username}")) is Reach.ALL
    assert reach(glob("${aws:username}"), tuple("bob")) is Reach.NONE


def test_a_hostile_pattern_is_answered() -> None:
    assert reach(glob("a*" * 5_000), glob("a" * 4_000 + "b")) is Reach.NONE
    assert reach(glob("*a" * 5_000), glob("*b" * 5_000)) is Reach.UNSURE


PATTERNS = st.text(alphabet="ab*?", max_size=6)
TEXTS = st.text(alphabet="ab", max_size=5)


def regex(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern))


@given(PATTERNS, TEXTS)
def test_matching_agrees_with_regular_expressions(pattern: str, text: str) -> None:
    assert (reach(glob(pattern), glob(text)) is Reach.ALL) == bool(regex(pattern).fullmatch(text))


@given(PATTERNS, PATTERNS, TEXTS)
def test_reach_speaks_true_of_every_member(pattern: str, subject: str, text: str) -> None:
    if not regex(subject).fullmatch(text):
        return
    reached = reach(glob(pattern), glob(subject))
    matched = bool(regex(pattern).fullmatch(text))
    assert reached is not (Reach.NONE if matched else Reach.ALL)


@given(st.text(alphabet="ab*?/:", max_size=12))
def test_a_pattern_is_written_as_it_was_read(text: str) -> None:
    assert render(glob(text)) == text
