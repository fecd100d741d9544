"""``python -m checker.examples`` writes the diffs anew after a good template has changed (``make docs``)."""

import sys
from collections.abc import Iterator
from pathlib import Path

from checker.examples import HERE
from checker.examples.patch import Hunk, Patch, parse, written


def main() -> None:
    """Write every diff again; what no longer fits its template is named, and left as it is."""
    wrong = [str(error) for path in sorted(HERE.glob("*.diff")) for error in anew(path)]
    if wrong:
        sys.exit("\n".join(wrong))


def anew(path: Path) -> Iterator[ValueError]:
    """Write one diff for its template as it is now; yield why that cannot be done."""
    text = path.read_text("utf-8")
    patch = parse(text)
    good = (HERE / patch.file).read_text("utf-8")
    notes = "".join(f"{word}: {said}\n" for word, said in patch.notes)
    try:
        fresh = notes + written(earlier(patch, good), good, path.name.partition(".")[0], patch.file)
    except ValueError as error:
        yield ValueError(f"{path.name}: {error}")
        return
    if fresh != text:
        path.write_text(fresh, "utf-8")


def earlier(patch: Patch, later: str) -> str:
    """Return the earlier text, wherever in the later one the places of the diff are now.

    Raises ValueError for a place that is not there, or there more than once and nowhere near.
    """
    lines = later.splitlines()
    for hunk in reversed(patch.hunks):
        start, length, before = _found(hunk, lines)
        lines[start : start + length] = before
    return "\n".join(lines) + "\n"


def _found(hunk: Hunk, lines: list[str]) -> tuple[int, int, list[str]]:
    """Return where a hunk begins, how long it is and what stood there; with less context if it has to be."""
    signed = list(hunk.lines)
    while True:
        trimmed = Hunk(hunk.line, tuple(signed))
        after = trimmed.without("-")
        places = [at for at in range(len(lines) - len(after) + 1) if lines[at : at + len(after)] == after]
        near = sorted(places, key=lambda at: abs(at - hunk.line))
        if len(places) == 1 or (places and len(after) > 1 and len(signed) == len(hunk.lines)):
            return near[0], len(after), trimmed.without("+")
        context = [end for end in (0, -1) if signed[end].startswith(" ")]
        if places or not context:
            raise ValueError(f"line {hunk.line} is no longer what it was: write the diff by hand")
        for end in context:
            del signed[end]


if __name__ == "__main__":
    main()
