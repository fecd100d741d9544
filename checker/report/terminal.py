"""Lines for a terminal: symbols, colour and wrapping around untrusted text."""

import textwrap

from msgspec import Struct

from checker.report.tally import Outcome
from checker.report.text import clip, visible

LONGEST = 600
"""Characters of one text that are shown."""

_MARKS = {Outcome.FAIL: "✗", Outcome.UNKNOWN: "?", Outcome.WAIVED: "~", Outcome.PASS: "✓"}
_ASCII_MARKS = {Outcome.FAIL: "x", Outcome.UNKNOWN: "?", Outcome.WAIVED: "~", Outcome.PASS: "+"}
_HUES = {Outcome.FAIL: "31", Outcome.UNKNOWN: "33", Outcome.WAIVED: "35", Outcome.PASS: "32"}
_WORDS = {Outcome.FAIL: "FAIL", Outcome.UNKNOWN: "UNKNOWN", Outcome.WAIVED: "WAIVED", Outcome.PASS: "PASS"}


class Terminal(Struct, frozen=True, kw_only=True):
    """What the terminal can show, and how lines are made for it."""

    color: bool
    width: int
    verbose: bool
    unicode: bool

    def paint(self, text: str, codes: str) -> str:
        """Colour a text, where colour is wanted."""
        return f"\x1b[{codes}m{text}\x1b[0m" if self.color and text else text

    def badge(self, outcome: Outcome) -> str:
        """Return the symbol and the word of an outcome; colour only repeats them."""
        mark = (_MARKS if self.unicode else _ASCII_MARKS)[outcome]
        return self.paint(f"{mark} {_WORDS[outcome]}", f"1;{_HUES[outcome]}")

    def wrapped(self, text: str, indent: int, lead: str = "", codes: str = "") -> list[str]:
        """Wrap an untrusted text under its lead; a word longer than the line stays whole, to be copied."""
        lines = textwrap.wrap(
            clip(visible(text), LONGEST),
            width=max(self.width - indent - len(lead), 20),
            break_long_words=False,
            break_on_hyphens=False,
        )
        first, rest = " " * indent + self.paint(lead, "2"), " " * (indent + len(lead))
        return [(rest if n else first) + self.paint(line, codes) for n, line in enumerate(lines or [""])]

    def heading(self, outcome: Outcome, text: str) -> list[str]:
        """Open a section."""
        return ["", f"{self.badge(outcome)}  {text}"]


PLAIN = Terminal(color=False, width=100, verbose=False, unicode=True)
"""As for a file."""
