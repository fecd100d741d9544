"""A difference for other programs."""

import msgspec

from checker.history.difference import Difference
from checker.report.encoding import encode

SCHEMA_VERSION = "1.0"


def render(found: Difference) -> str:
    """Return the difference as indented JSON with a fixed key order."""
    document = {"schema_version": SCHEMA_VERSION, "difference": found}
    return msgspec.json.format(encode(document), indent=2).decode() + "\n"
