"""When a declared rule mutes nothing any more, whatever time zone its moments are meant in."""

from datetime import UTC, datetime

import pytest

from checker.sources.muting import over

NOW = datetime(2026, 6, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "expires", "expected"),
    [
        ("cron(0 2 * * *)", "", False),
        ("cron(0 2 * * *)", "2026-06-19T12:00:00Z", True),
        ("cron(0 2 * * *)", "2026-06-20T03:00", False),
        ("cron(0 2 * * *)", "2026-06-19T12:00+02:00", True),
        ("cron(0 2 * * *)", "2026-06-21T12:00:00Z", False),
        ("cron(0 2 * * *)", "soon", False),
        ("at(2026-06-01T02:00)", "", True),
        ("at(2026-06-06T02:00)", "", False),
        ("at(2026-07-01T02:00)", "2026-06-01T02:00", True),
        ("at(soon)", "", False),
        ("", "", False),
    ],
)
def test_a_rule_is_over(expression: str, expires: str, expected: bool) -> None:
    assert over(expression, expires, NOW) is expected
