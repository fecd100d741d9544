"""``trailhold demo``: an embedded organization, audited like a real one."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from checker import demo
from checker.assessment import Assessment, assess
from checker.cli import kept, outputs, terminal
from checker.cli.errors import unwritable
from checker.cli.outputs import Outputs
from checker.cli.progress import progress
from checker.cli.version import version
from checker.demo.chosen import controls
from checker.frameworks import requirements_by_control
from checker.observation import Observation
from checker.report import FORMATS, Choices, render
from checker.sources import snapshot

FRAMEWORK = "cis-6.0"
BESIDE = (f"{FRAMEWORK}.html", "diff.txt", "diff.md", "diff.html", "trend.html")
"""Files of the folder beside the report in every format."""
HISTORY = "history"
WHAT = "demo: four accounts of an embedded AWS on the loopback address; no AWS account is used"


def run(arguments: Namespace) -> int:
    """Audit the embedded organization, print the report and write it for a browser.

    With a folder three audits are made, so that there is a difference and a trend to see. Most of what the
    report shows fails, on purpose: so 0 means that the demo worked.
    """
    outputs.writable(arguments.html)
    exports = _exports(arguments.folder) if arguments.folder else ()
    if not arguments.quiet:
        terminal.say(WHAT)
        for member in demo.MEMBERS:
            terminal.say(f"demo: {member.id} is {member.name}")
    with progress(quiet=arguments.quiet) as tell:
        seen = demo.stages(progress=tell) if arguments.folder else (demo.run(progress=tell),)
    observations = [snapshot.normalised(each) for each in seen]
    assessments = [_judged(each) for each in observations]
    wanted = Outputs(
        format=arguments.format,
        color=arguments.color,
        verbose=arguments.verbose,
        quiet=arguments.quiet,
        exports=((arguments.html, "html"), *exports),
        choices=Choices(sarif_location=arguments.html.name),
    )
    outputs.publish(wanted, assessments[-1], snapshot.dump(observations[-1], version=version()))
    if arguments.folder:
        _beside(arguments.folder, assessments, quiet=arguments.quiet)
    return 0


def _judged(observation: Observation) -> Assessment:
    requirements = requirements_by_control()
    return assess(observation, controls(requirements), version=version(), requirements=requirements)


def _exports(folder: Path) -> tuple[tuple[Path, str], ...]:
    """Name a file for every format that has a suffix; raises Refused when the folder cannot have them."""
    names = [f"report{suffixes[0]}" for suffixes in FORMATS.values() if suffixes]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    for name in BESIDE:
        outputs.writable(folder / name)
    return outputs.checked(tuple(folder / name for name in (*names, "evidence.zip")))


def _beside(folder: Path, assessments: Sequence[Assessment], *, quiet: bool) -> None:
    """Write what shows more than one result, or one by the requirements of a standard; keep all results."""
    from checker.history.difference import difference
    from checker.history.folder import Folder
    from checker.history.trend import trend
    from checker.report import difference as changes
    from checker.report.trend import html as over_time

    found = difference(assessments[-2], assessments[-1])
    texts = (
        render("html", assessments[-1], Choices(framework=FRAMEWORK)),
        *(changes.render(format, found) for format in ("console", "markdown", "html")),
        over_time.render(trend(assessments)),
    )
    for name, text in zip(BESIDE, texts, strict=True):
        outputs.write(folder / name, text.encode(), quiet=quiet)
    for assessment in assessments:
        kept.save(Folder(folder / HISTORY), assessment, quiet=quiet)
