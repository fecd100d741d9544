"""An example as two blocks of code, with the lines that decide marked."""

from collections.abc import Iterator
from html import escape

from checker.examples import Example
from checker.examples.excerpt import Line, excerpt

LEFT_OUT = "…"


def both(example: Example) -> str:
    """Return what fails and what passes as HTML without an empty line, which would end it in Markdown."""
    lines = excerpt(example)
    return (
        f'<div class="halves">{_half("bad", "Fails", "-", lines)}{_half("good", "Passes", "+", lines)}</div>'
    )


def _half(kind: str, heading: str, sign: str, lines: tuple[Line, ...]) -> str:
    shown = list(_shown(sign, lines))
    code = "".join(shown)
    return (
        f'<section class="{kind}"><h3>{heading}</h3><pre tabindex="0" aria-label="{heading}">'
        f"<code>{code}</code></pre></section>"
    )


def _shown(sign: str, lines: tuple[Line, ...]) -> Iterator[str]:
    """Yield the lines of one half; where the other has lines in place of nothing, an empty one is marked."""
    cut = min((len(line.text) - len(line.text.lstrip()) for line in lines), default=0)
    gap = False
    for at, line in enumerate(lines):
        text = escape(line.text[cut:])
        if line.sign == sign:
            yield f"<mark>{text}</mark>"
        elif line.sign == "~":
            yield f'<span class="cut">{text}{LEFT_OUT}</span>'
        elif line.sign == " ":
            yield f"<span>{text}</span>"
        elif not gap and not _answered(sign, at, lines):
            indent = " " * (len(text) - len(text.lstrip()))
            yield f'<mark class="gap">{indent}<i>nothing here</i></mark>'
        gap = line.sign not in (sign, " ", "~")


def _answered(sign: str, at: int, lines: tuple[Line, ...]) -> bool:
    """Say whether this half has lines of its own at the place where the other has some."""
    start = end = at
    while start and lines[start - 1].sign in "+-":
        start -= 1
    while end + 1 < len(lines) and lines[end + 1].sign in "+-":
        end += 1
    return any(line.sign == sign for line in lines[start : end + 1])
