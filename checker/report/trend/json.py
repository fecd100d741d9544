"""A trend for other programs."""

import msgspec

from checker.history.trend import Trend
from checker.report.encoding import encode

SCHEMA_VERSION = "1.0"


def render(found: Trend) -> str:
    """Return the trend as indented JSON with a fixed key order."""
    return (
        msgspec.json.format(encode({"schema_version": SCHEMA_VERSION, "trend": found}), indent=2).decode()
        + "\n"
    )
