"""Patterns that pick events (CloudWatch Logs filters, EventBridge rules), understood, not compared as text.

Both languages are read into the same ``terms``; ``cover`` answers whether patterns together match every event
of a kind, whatever their order, spacing, quoting or form.
"""

from checker.patterns.cover import ALWAYS, Gap, Kind, about, gaps, may_match
from checker.patterns.filters import parse_filter
from checker.patterns.matching import holds
from checker.patterns.rules import parse_rule
from checker.patterns.terms import ABSENT, All, Either, Malformed, Mention, Opaque, Term, Test

__all__ = [
    "ABSENT",
    "ALWAYS",
    "All",
    "Either",
    "Gap",
    "Kind",
    "Malformed",
    "Mention",
    "Opaque",
    "Term",
    "Test",
    "about",
    "gaps",
    "holds",
    "may_match",
    "parse_filter",
    "parse_rule",
]
