"""``trailhold demo``: an embedded organization, audited like a real one."""

from argparse import Namespace
from pathlib import Path

from checker import demo
from checker.assessment import assess
from checker.catalog import CONTROLS
from checker.cli import outputs, terminal
from checker.cli.errors import unwritable
from checker.cli.outputs import Outputs
from checker.cli.progress import progress
from checker.cli.version import version
from checker.frameworks import requirements_by_control
from checker.report import FORMATS, Choices, render
from checker.selection import choose
from checker.sources import snapshot

FRAMEWORK = "cis-6.0"
WHAT = "demo: four accounts of an embedded AWS on the loopback address; no AWS account is used"


def run(arguments: Namespace) -> int:
    """Audit the embedded organization, print the report and write it for a browser.

    Most of what it shows fails, on purpose: so 0 means that the demo worked.
    """
    outputs.writable(arguments.html)
    exports = _exports(arguments.folder) if arguments.folder else ()
    if not arguments.quiet:
        terminal.say(WHAT)
        for member in demo.MEMBERS:
            terminal.say(f"demo: {member.id} is {member.name}")
    with progress(quiet=arguments.quiet) as tell:
        observation = demo.run(progress=tell)
    requirements = requirements_by_control()
    controls = choose(CONTROLS.values(), frameworks=requirements)
    observation = snapshot.normalised(observation)
    assessment = assess(observation, controls, version=version(), requirements=requirements)
    wanted = Outputs(
        format=arguments.format,
        color=arguments.color,
        verbose=arguments.verbose,
        quiet=arguments.quiet,
        exports=((arguments.html, "html"), *exports),
        choices=Choices(sarif_location=arguments.html.name),
    )
    outputs.publish(wanted, assessment, snapshot.dump(observation, version=version()))
    if arguments.folder:
        text = render("html", assessment, Choices(framework=FRAMEWORK))
        outputs.write(_by_framework(arguments.folder), text.encode(), quiet=arguments.quiet)
    return 0


def _exports(folder: Path) -> tuple[tuple[Path, str], ...]:
    """Name a file for every format that has a suffix; raises Refused when the folder cannot have them."""
    names = [f"report{suffixes[0]}" for suffixes in FORMATS.values() if suffixes]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    outputs.writable(_by_framework(folder))
    return outputs.checked(tuple(folder / name for name in (*names, "evidence.zip")))


def _by_framework(folder: Path) -> Path:
    return folder / f"{FRAMEWORK}.html"
