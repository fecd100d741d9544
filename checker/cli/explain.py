"""``trailhold explain TH110``: what a control asks, why, how it is read and fixed, and an example."""

import re
import shutil
import textwrap
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping

from checker.catalog import CONTROLS
from checker.cli import example
from checker.cli.controls import as_json
from checker.cli.describe import Description, command, describe
from checker.cli.terminal import emit
from checker.frameworks import requirements_by_control, titles
from checker.selection import find, items

NAME = re.compile(r"\$[a-z]")
"""What a report fills in; ``${EDITOR}`` is left to the shell."""


def run(arguments: Namespace) -> int:
    """Print the controls that are named by id or by name, in that order."""
    requirements = requirements_by_control()
    named = [find(text, CONTROLS.values()) for text in items(arguments.controls)]
    described = [describe(control, requirements) for control in named]
    if arguments.example:
        emit(example.save(arguments.example, [d.id for d in described]))
        return 0
    if arguments.format == "json":
        emit(as_json(described), encoding="utf-8")
        return 0
    width = min(shutil.get_terminal_size().columns, 100)
    emit("\n\n".join(explain(d, titles(), width, example.lines(d.id, width)) for d in described))
    return 0


def explain(
    d: Description, frameworks: Mapping[str, str], width: int = 100, shown: Iterable[str] = ()
) -> str:
    """Return the explanation as text; ``frameworks`` maps ids to titles, ``shown`` is an example."""
    return "\n".join(line.rstrip() for line in _lines(d, frameworks, width, shown)) + "\n"


def _lines(d: Description, frameworks: Mapping[str, str], width: int, shown: Iterable[str]) -> Iterator[str]:
    yield f"{d.id}  {d.title}"
    yield ""
    facts = {
        "name": d.name,
        "severity": d.severity,
        "sets": ", ".join(d.sets),
        "judges": f"each {d.applies_to}",
        "expected": d.expected,
    }
    for word, fact in facts.items():
        yield from _wrapped(fact, width, first=f"  {word:<10}", rest=" " * 12)
    yield from _headed("Why", d.rationale, width)
    yield from ("", "How it is read", *(f"  {read}" for read in d.reads))
    yield from _headed("How to fix it", d.remediation.text, width)
    for tool, code in (
        (_aws_cli(command(d.remediation.cli)), command(d.remediation.cli)),
        ("AWS CDK", d.remediation.cdk),
        ("Terraform", d.remediation.terraform),
    ):
        if code:
            yield from ("", f"  {tool}", *(f"    {line}" for line in code.splitlines()))
    yield from shown
    if d.requirements:
        yield from ("", "Requirements")
        for id, served in d.requirements.items():
            yield from _wrapped(f"{frameworks.get(id, id)}: {', '.join(served)}", width, "  ", "      ")


def _aws_cli(text: str) -> str:
    return "AWS CLI (a report fills in the $names)" if NAME.search(text) else "AWS CLI"


def _headed(heading: str, text: str, width: int) -> Iterator[str]:
    yield from ("", heading)
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ""
        yield from _wrapped(paragraph, width, "  ", "  ")


def _wrapped(text: str, width: int, first: str, rest: str) -> Iterator[str]:
    """Wrap between words only: ids and ARNs must survive being copied."""
    yield from textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
