"""Show commands that carry other people's names without letting a name look like a command of its own."""

from checker.report.text import visible


def commands(script: str) -> list[list[str]]:
    r"""Split a script into commands, and each into its words as they are spelled, quotes included.

    Line breaks, and a backslash before one, separate only outside quotes; inside quotes they are shown as
    ``\n``. Options stay with their value, so that a command can be broken between words.
    """
    found = [_words(line) for line in _lines(script)]
    return [_with_values(words) for words in found if words]


def broken(words: list[str], width: int) -> list[str]:
    """Break a command between its words, in a way that a shell reads as one line."""
    lines = words[:1]
    for word in words[1:]:
        if lines[-1].endswith(" &&"):
            lines.append(word)
        elif len(lines[-1]) + len(word) < width - 2:
            lines[-1] += f" {word}"
        else:
            lines.append(f"  {word}")
    return [f"{line} \\" for line in lines[:-1]] + lines[-1:]


def _lines(script: str) -> list[str]:
    lines, quote = [""], ""
    for character in script.replace("\\\n", " "):
        if character == "\n" and not quote:
            lines.append("")
            continue
        quote = _quoted(quote, character)
        lines[-1] += character
    return lines


def _words(line: str) -> list[str]:
    words, quote = [""], ""
    for character in line:
        if character in " \t" and not quote:
            words.append("")
            continue
        quote = _quoted(quote, character)
        words[-1] += character
    return [visible(word) for word in words if word]


def _quoted(quote: str, character: str) -> str:
    """Return the quote that is open after a character."""
    if quote:
        return "" if character == quote else quote
    return character if character in "'\"" else ""


def _with_values(words: list[str]) -> list[str]:
    joined: list[str] = []
    for word in words:
        if joined and joined[-1].startswith("--") and " " not in joined[-1] and not word.startswith("--"):
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return joined
