"""A JSON array with one element a line: readable, quick to compare, and as small as it can be."""

from collections.abc import Iterable, Mapping

from checker.report.encoding import encode


def array(items: Iterable[Mapping[str, object]]) -> str:
    """Return the items as JSON; keys in a fixed order."""
    lines = ",\n".join(encode(item).decode() for item in items)
    return f"[\n{lines}\n]\n" if lines else "[]\n"
