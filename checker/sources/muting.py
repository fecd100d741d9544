"""When an alarm mute rule that a template or plan declares mutes nothing any more."""

import re
from datetime import UTC, datetime, timedelta

from checker.evidence import Known, Observed

_LONGEST = timedelta(days=15)
"""No window lasts longer. Source: CloudWatch API reference, Schedule."""
_AWAY = timedelta(hours=14)
"""As far as a time zone is from UTC."""
_ONCE = re.compile(r"at\((.+)\)")


def is_over(expression: Observed[str], expires: Observed[str]) -> bool:
    """Say whether a declared rule is known to mute nothing any more; one whose times are not told is not."""
    told = [found.content if isinstance(found, Known) else "" for found in (expression, expires)]
    return over(told[0], told[1], datetime.now(UTC))


def over(expression: str, expires: str, now: datetime) -> bool:
    """Say whether a rule has expired, or its only window is past, in whatever time zone they are meant.

    ``expression`` is that of the schedule, ``expires`` a moment in ISO 8601, or empty for never. What cannot
    be understood is not over.
    """
    once = _ONCE.fullmatch(expression.strip())
    ends = [_moment(expires), _moment(once[1]) if once else None]
    return any(
        end is not None and end + wait < now
        for end, wait in zip(ends, (_AWAY, _AWAY + _LONGEST), strict=True)
    )


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
