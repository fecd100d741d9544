"""The examples of ``trailhold explain``: a short one in the text, whole templates as files."""

import textwrap
from collections.abc import Iterator
from pathlib import Path

from checker.cli.errors import Refused, unwritable
from checker.examples import HERE, LANGUAGES, Example, example
from checker.examples.excerpt import excerpt
from checker.examples.live import untold
from checker.files import write

LEFT_OUT = "..."
FOLDER = "../checker/examples"
"""As seen from policies/CONTROLS.md."""


def lines(control: str, width: int) -> Iterator[str]:
    """Yield the example of a control, or why no template tells and what makes it fail; empty for neither."""
    found, live = _shown(control), untold(control)
    if found:
        name = "Terraform" if found.file.endswith(".tf") else "CloudFormation"
        yield from ("", f"Example ({name}; - fails, + passes)")
        for line in excerpt(found):
            sign = " " if line.sign == "~" else line.sign
            yield f"  {sign} {line.text}{LEFT_OUT if line.sign == '~' else ''}"
        yield from (f"  {note}" for note in notes(found))
        yield from ("", f"  trailhold explain {control} --example DIR writes both templates into a folder")
    elif live:
        yield from ("", "What makes it fail")
        yield from _wrapped(live.happens, width)
        yield from (f"    {command}" for command in live.commands)
    if live:
        yield from ("", "Why no template of CloudFormation tells")
        yield from _wrapped(live.why, width)


def _shown(control: str) -> Example | None:
    """Return the example that is shown: in Terraform where CloudFormation cannot tell."""
    return example(control) or example(control, "terraform")


def linked(control: str) -> Iterator[str]:
    """Yield the same for the page of all controls, which links to the templates."""
    for language, name in (("cloudformation", "CloudFormation"), ("terraform", "Terraform")):
        found = example(control, language)
        if found:
            beside = "; ".join(notes(found))
            diff = f"{FOLDER}/{control}{LANGUAGES[language]}.diff"
            yield ""
            yield (
                f"**Example in {name}:** [what fails and what passes]({diff}) in [{found.file}]"
                f"({FOLDER}/{found.file})" + (f" ({beside})" if beside else "")
            )
    yield from live_only(control)


def live_only(control: str) -> Iterator[str]:
    """Yield the lines on a control that no template of CloudFormation tells."""
    live = untold(control)
    if live is None:
        return
    yield from ("", f"**What makes it fail:** {live.happens}".rstrip())
    if live.commands:
        yield from ("", "```sh", *live.commands, "```")
    yield from ("", f"**Why no template of CloudFormation tells:** {live.why}")


def notes(found: Example) -> Iterator[str]:
    """Yield what an example needs beside the template, and what else it fails."""
    if found.settings:
        yield f"with [thresholds] {'; '.join(found.settings)} in trailhold.toml"
    if found.parameters:
        yield f"with --parameters {' '.join(found.parameters)}"
    if found.also:
        yield f"the bad one fails {', '.join(found.also)} as well"


def save(folder: Path, controls: list[str]) -> str:
    """Write the templates of each control; return the commands that judge them.

    Raises Refused for a control without any, and where there is something already.
    """
    found = [_the(control) for control in controls]
    for chosen in found:
        place = folder / chosen.control
        if place.exists():
            raise Refused(f"{place} is there already: name another folder, or remove it first")
    return "".join(_saved(folder / chosen.control, chosen) for chosen in found)


def _the(control: str) -> Example:
    found = _shown(control)
    if found:
        return found
    live = untold(control)
    raise Refused(f"there is no template for {control}. {live.why if live else ''}".strip())


def _saved(place: Path, chosen: Example) -> str:
    judged = ""
    options = "".join(f" --parameters {one}" for one in chosen.parameters)
    if chosen.settings:
        _written(place / "trailhold.toml", "\n".join(("[thresholds]", *chosen.settings, "")))
        options += f" --config {place / 'trailhold.toml'}"
    for half, text in (("good", chosen.good), ("bad", chosen.bad)):
        suffix = Path(chosen.file).suffix
        target = place / f"{half}{suffix}" if len(chosen.paths) == 1 else place / half
        for name in chosen.paths:
            path = target if len(chosen.paths) == 1 else target / Path(name).name
            _written(path, text if name == chosen.file else (HERE / name).read_text("utf-8"))
        judged += (
            f'checkov -f {target} --external-checks-dir "$(trailhold policies-path)" -c {chosen.control}\n'
            if suffix == ".tf"
            else f"trailhold check {target} --select {chosen.control}{options}\n"
        )
    return judged


def _written(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, text.encode())
    except OSError as error:
        raise unwritable(path, error) from error


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 40), initial_indent="  ", subsequent_indent="  ")
