"""Renderings of an assessment: a format is one module with ``render(assessment) -> str`` and a line here."""

from importlib import import_module
from typing import Protocol, cast

from checker.assessment import Assessment
from checker.report.choices import CannotRender, Choices

__all__ = ["BY_FRAMEWORK", "FORMATS", "CannotRender", "Choices", "format_of", "render"]

FORMATS: dict[str, tuple[str, ...]] = {
    "console": (".txt",),
    "html": (".html", ".htm"),
    "json": (".json",),
    "csv": (".csv",),
    "markdown": (".md",),
    "junit": (".xml",),
    "sarif": (".sarif", ".sarif.json"),
    "github": (),
    "ocsf": (".ocsf.json",),
    "asff": (".asff.json",),
    "summary": (".summary.html",),
}
"""Format name, which is also its module's name, to the file suffixes that stand for it."""
CHOOSING = frozenset({"ocsf", "sarif"})
"""Formats whose ``render`` takes the choices too."""
BY_FRAMEWORK = ("console", "html", "json", "csv", "markdown")
"""Formats that can go by the requirements of a framework: modules of ``checker.report.framework``."""


class _Renderer(Protocol):
    def render(self, assessment: Assessment) -> str:
        """Return the whole report."""
        ...


class _ChoosingRenderer(Protocol):
    def render(self, assessment: Assessment, choices: Choices) -> str:
        """Return the whole report as it was chosen."""
        ...


def render(format: str, assessment: Assessment, choices: Choices | None = None) -> str:
    """Render an assessment; the module of the format, and what it needs, is imported only now.

    Raises ValueError for an unknown format, CannotRender for an assessment or a choice that it has no words
    for. Equal assessments give equal text.
    """
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}, known are {', '.join(FORMATS)}")
    chosen = choices or Choices()
    if chosen.framework and format not in BY_FRAMEWORK:
        raise CannotRender(f"{format} cannot go by framework: choose one of {', '.join(BY_FRAMEWORK)}")
    if chosen.framework:
        by_framework = import_module(f"{__name__}.framework.{format}")
        return cast(_ChoosingRenderer, by_framework).render(assessment, chosen)
    module = import_module(f"{__name__}.{format}")
    if format in CHOOSING:
        return cast(_ChoosingRenderer, module).render(assessment, chosen)
    return cast(_Renderer, module).render(assessment)


def format_of(path: str) -> str:
    """Return the format that a file name asks for; the longest suffix wins.

    Raises ValueError with a sentence that lists the known suffixes.
    """
    by_suffix = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}
    for suffix in sorted(by_suffix, key=len, reverse=True):
        if path.lower().endswith(suffix):
            return by_suffix[suffix]
    raise ValueError(f"no format for {path!r}, the file name must end with one of {', '.join(by_suffix)}")
