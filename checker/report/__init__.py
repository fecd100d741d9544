"""Renderings of an assessment: a format is one module with ``render(assessment) -> str`` and a line here."""

from importlib import import_module
from typing import Protocol, cast

from checker.assessment import Assessment

FORMATS: dict[str, tuple[str, ...]] = {
    "console": (".txt",),
    "html": (".html", ".htm"),
    "json": (".json",),
}
"""Format name, which is also its module's name, to the file suffixes that stand for it."""


class _Renderer(Protocol):
    def render(self, assessment: Assessment) -> str:
        """Return the whole report."""
        ...


def render(format: str, assessment: Assessment) -> str:
    """Render an assessment; the module of the format, and what it needs, is imported only now.

    Raises ValueError for an unknown format. Equal assessments give equal text.
    """
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}, known are {', '.join(FORMATS)}")
    renderer = cast(_Renderer, import_module(f"{__name__}.{format}"))
    return renderer.render(assessment)


def format_of(path: str) -> str:
    """Return the format that a file name asks for; the longest suffix wins.

    Raises ValueError with a sentence that lists the known suffixes.
    """
    by_suffix = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}
    for suffix in sorted(by_suffix, key=len, reverse=True):
        if path.lower().endswith(suffix):
            return by_suffix[suffix]
    raise ValueError(f"no format for {path!r}, the file name must end with one of {', '.join(by_suffix)}")
