"""``trailhold demo``: an embedded organization, audited like a real one."""

from argparse import Namespace

from checker import demo
from checker.assessment import assess
from checker.catalog import CONTROLS
from checker.cli import outputs, terminal
from checker.cli.outputs import Outputs
from checker.cli.progress import progress
from checker.cli.version import version
from checker.frameworks import requirements_by_control
from checker.selection import choose
from checker.sources.snapshot import normalised

WHAT = "demo: four accounts of an embedded AWS on the loopback address; no AWS account is used"


def run(arguments: Namespace) -> int:
    """Audit the embedded organization, print the report and write it for a browser.

    Most of what it shows fails, on purpose: so 0 means that the demo worked.
    """
    outputs.writable(arguments.html)
    if not arguments.quiet:
        terminal.say(WHAT)
        for member in demo.MEMBERS:
            terminal.say(f"demo: {member.id} is {member.name}")
    with progress(quiet=arguments.quiet) as tell:
        observation = demo.run(progress=tell)
    requirements = requirements_by_control()
    controls = choose(CONTROLS.values(), frameworks=requirements)
    assessment = assess(normalised(observation), controls, version=version(), requirements=requirements)
    wanted = Outputs(
        format=arguments.format,
        color=arguments.color,
        verbose=arguments.verbose,
        quiet=arguments.quiet,
        exports=((arguments.html, "html"),),
    )
    outputs.publish(wanted, assessment)
    return 0
