"""Coverage is proved: it is compared with an evaluator of its own on events drawn at random."""

import json
import time
from random import Random
from typing import Any

import pytest

from checker.monitoring.kinds import call, on_bus
from checker.patterns import Kind, about, gaps, may_match, parse_filter, parse_rule
from tests.cdk.patterns import bus_matches, matches

SOURCE = "cloudtrail.amazonaws.com"
STOP = call(SOURCE, "StopLogging")
FIELDS = ("errorCode", "userIdentity.arn", "sourceIPAddress", "eventName")
VALUES = ("StopLogging", "Stop*", "*Logging", "AccessDenied", "*", "10.0.0.1", "arn:aws:x")


def pattern(random: Random, depth: int = 0) -> str:
    """Draw a pattern on a few fields and values, so that conditions meet."""
    if depth < 3 and random.random() < 0.6:
        mark = random.choice(("&&", "||"))
        return f"({pattern(random, depth + 1)} {mark} {pattern(random, depth + 1)})"
    field = random.choice(FIELDS)
    if random.random() < 0.2:
        return f"$.{field} NOT EXISTS"
    return f'$.{field} {random.choice(("=", "!="))} "{random.choice(VALUES)}"'


def event(random: Random) -> dict[str, Any]:
    """Draw a StopLogging event."""
    drawn: dict[str, Any] = {"eventName": "StopLogging", "eventSource": SOURCE, "eventType": "AwsApiCall"}
    values = ("AccessDenied", "Stopx", "xLogging", "10.0.0.1", "arn:aws:x", "zzz", "StopLogging")
    drawn["sourceIPAddress"] = random.choice(values)
    if random.random() < 0.6:
        drawn["errorCode"] = random.choice(values)
    if random.random() < 0.6:
        drawn["userIdentity"] = {"arn": random.choice(values)}
    return drawn


@pytest.mark.parametrize("seed", range(60))
def test_what_is_covered_is_matched_by_every_event(seed: int) -> None:
    random = Random(seed)
    events = [event(random) for _ in range(40)]
    for _ in range(25):
        texts = [f"{{ {pattern(random)} }}" for _ in range(random.randint(1, 3))]
        gap = gaps(STOP, [parse_filter(text) for text in texts])
        missed = [one for one in events if not any(matches(text, one) for text in texts)]
        if gap is None:
            assert missed == [], texts
        if missed:
            assert gap is not None, texts
            assert gap.sure, texts


def test_both_answers_are_drawn() -> None:
    random = Random(0)
    drawn = [gaps(STOP, [parse_filter(f"{{ {pattern(random)} }}")]) is None for _ in range(300)]
    assert 10 < sum(drawn) < 290


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{ $.eventName = "StopLogging" && $.sourceIPAddress != "10.0.0.1" }', "sourceIPAddress = 10.0.0.1"),
        ("{ $.eventName = StopLogging && $.errorCode = * }", "errorCode missing"),
        ("{ $.eventName = StopLogging && $.userAgent = *cli* }", "userAgent of any other value"),
        ("{ $.eventName = StopLogging && $.n > 5 }", "n"),
    ],
)
def test_a_gap_is_named(text: str, where: str) -> None:
    gap = gaps(STOP, [parse_filter(text)])
    assert gap is not None
    assert gap.sure
    assert where in gap.text


@pytest.mark.parametrize(
    "texts",
    [
        ["{ $.eventName = StopLogging && $.n > 5 }", "{ $.eventName = StopLogging && $.n <= 5 }",
         "{ $.eventName = StopLogging && $.n NOT EXISTS }", "{ $.eventName = StopLogging && $.n = * }"],
        ["{ $.readOnly IS FALSE }"],
        ["{ $.x = a* || $.x != a* || $.x NOT EXISTS }"],
        ["{ $.eventName = %Stop% }"],
    ],
)  # fmt: skip
def test_together_they_cover(texts: list[str]) -> None:
    assert gaps(STOP, [parse_filter(text) for text in texts]) is None


def test_what_cannot_be_told_is_no_sure_gap() -> None:
    gap = gaps(STOP, [parse_filter('{ $.eventName = "StopLogging" && $.recipientAccountId = 111122223333 }')])
    assert gap is not None
    gap = gaps(STOP, [parse_filter("{ $.eventName = %(a+)+$% }")])
    assert gap is not None
    assert not gap.sure


def test_a_hostile_pattern_ends_soon() -> None:
    begun = time.monotonic()
    terms = [parse_filter("{ " + " && ".join(f"$.f{n} = *a{n}*" for n in range(30)) + " }")] * 3
    terms += [parse_filter("{ " + " || ".join(f"$.f = *{'ab' * n}*" for n in range(1, 30)) + " }")]
    terms += [parse_filter("{ " + " || ".join(f"($.g{n} != x && $.h{n} = y)" for n in range(12)) + " }")]
    assert gaps(STOP, terms) is not None
    assert time.monotonic() - begun < 20


def test_patterns_are_about_what_they_ask_for() -> None:
    assert about(parse_filter("{ $.eventName = Stop* && $.a = b }"), STOP)
    assert not about(parse_filter("{ $.eventName != Foo }"), STOP)
    assert may_match(parse_filter("{ $.a = b }"), STOP)
    assert not may_match(parse_filter("{ $.eventName = Foo }"), STOP)


@pytest.mark.parametrize("kind", on_bus("111122223333", "us-east-1"), ids=lambda kind: kind.label)
def test_rules_agree_with_an_evaluator(kind: Kind) -> None:
    found = {
        "source": "aws.cloudtrail",
        "detail-type": "AWS API Call via CloudTrail",
        "detail": {"eventSource": SOURCE, "eventName": kind.label},
    }
    offers: list[Any] = [
        "StopLogging",
        {"prefix": "Delete"},
        {"suffix": "s"},
        {"anything-but": "UpdateTrail"},
    ]
    for names in ([offer] for offer in offers):
        text = {"detail": {"eventName": names}}
        assert (gaps(kind, [parse_rule(json.dumps(text))]) is None) == bus_matches(text, found)
