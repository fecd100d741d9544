"""Filter patterns are read as CloudWatch Logs reads them, however they are written."""

import pytest

from checker.patterns import All, Either, Malformed, Mention, Opaque, Term, parse_filter
from checker.patterns import Test as Asked

STOP = Asked("eventName", "like", "StopLogging")
CASES: list[tuple[str, Term]] = [
    ("", All(())),
    ("  ", All(())),
    ('{ $.eventName = "StopLogging" }', STOP),
    ("{$.eventName=StopLogging}", STOP),
    ("{ ((($.eventName = StopLogging))) }", STOP),
    ('{ $["eventName"] = StopLogging }', STOP),
    ("{ $.a.b != *x* }", Asked("a.b", "like", "*x*", unlike=True)),
    ("{ $.a IS NULL }", Asked("a", "null")),
    ("{ $.a is true }", Asked("a", "true")),
    ("{ $.a NOT EXISTS }", Asked("a", "present", unlike=True)),
    ("{ $.a EXISTS }", Asked("a", "present")),
    ("{ $.a >= 5 }", Asked("a", "number", ">= 5")),
    ("{ $.a != 5.5 }", Asked("a", "number", "= 5.5", unlike=True)),
    ("{ $.a = %x+% }", Asked("a", "regex", "x+")),
    (r'{ $.a = "say \"no\"" }', Asked("a", "like", 'say "no"')),
    ("{ $.a[0].b = x }", Asked("a.[0].b", "like", "x")),
    (
        "{ $.a = x || $.b = y && $.c = z }",
        Either((Asked("a", "like", "x"), All((Asked("b", "like", "y"), Asked("c", "like", "z"))))),
    ),
    ("StopLogging", All((Mention("StopLogging"),))),
    ('"Stop it" now', All((Mention("Stop it"), Mention("now")))),
    ("?a ?b", Either((Mention("a"), Mention("b")))),
    (r'?"say \"no\"" ?b', Either((Opaque('say "no"'), Mention("b")))),
    (r'"\"eventName\":\"StopLogging\""', All((Opaque('"eventName":"StopLogging"'),))),
    ("eventSource StopLogging", All((Opaque("eventSource"), Mention("StopLogging")))),
    ("a -b", Either(())),
    ("[a, b]", Either(())),
    ("%a+%", Opaque("%a+%")),
]


@pytest.mark.parametrize(("text", "term"), CASES, ids=[text for text, _ in CASES])
def test_pattern(text: str, term: Term) -> None:
    assert parse_filter(text) == term


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{ }",
        "{ $.a }",
        "{ $.a = }",
        "{ $.a = x",
        "{ $.a == x }",
        "{ ($.a = x }",
        "{ $.a = x) }",
        "{ $.a = x && }",
        "{ $.a = x $.b = y }",
        "{ a = x }",
        "{ $.a IS GREEN }",
        "{ $.a > x }",
        '{ $.a = "x }',
        "{ $.a = x } }",
        "{ " + "(" * 5000 + "$.a = x" + ")" * 5000 + " }",
    ],
    ids=lambda text: str(text)[:30],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_filter(text)
