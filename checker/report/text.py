"""Make text that other people wrote safe to look at: names, policies and errors come from AWS unfiltered."""

from checker.evidence import Origin
from checker.model import Location, Waiver


def visible(text: str, keep: str = "") -> str:
    r"""Spell out what does not print, such as ``\x1b`` or ``\u202e``, but for the characters in ``keep``.

    Terminal escapes, line breaks, bidirectional overrides, zero-width characters and lone surrogates could
    otherwise hide or forge a part of a report, or make it impossible to write.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else _escape(c) for c in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def clip(text: str, limit: int) -> str:
    """Cut a text that is longer than ``limit`` characters, and say how long it was."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text):,} characters)"


def count(number: int, noun: str, plural: str = "") -> str:
    """Say how many: ``1 finding``, ``2 findings``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(items: list[str], limit: int = 5) -> str:
    """Join items with commas and count those beyond ``limit``."""
    if len(items) <= limit:
        return ", ".join(items)
    return f"{', '.join(items[:limit])} and {len(items) - limit:,} more"


def place(origin: Origin) -> str:
    """Return where in a file something stands, the way editors link it; nothing without a file."""
    return f"{visible(origin.path)}:{origin.line}:{origin.column}" if origin.path else ""


def spot(location: Location) -> str:
    """Return where in a file a finding stands, the way editors link it."""
    if not location.line:
        return visible(location.path)
    return f"{visible(location.path)}:{location.line}:{location.column}"


def accepted(waiver: Waiver) -> str:
    """Say why a risk is accepted, by whom, until when and where that is written."""
    until = f"until {waiver.expires}" if waiver.expires else "without an end"
    return f"{waiver.reason} ({', '.join(filter(None, (waiver.owner, until, waiver.source)))})"
