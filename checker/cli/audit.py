"""``trailhold audit``: whatever can be refused is refused first; then evidence, judgement, reports."""

from argparse import Namespace
from collections.abc import Iterable

from checker.assessment import assess
from checker.catalog import CONTROLS
from checker.cli import expect, kept, organization, outputs, risks
from checker.cli.config import Settings
from checker.cli.errors import Refused
from checker.cli.outputs import Outputs
from checker.cli.settings import applied, settings
from checker.cli.version import version
from checker.frameworks import requirements_by_control
from checker.model import Control, Severity
from checker.observation import Observation
from checker.selection import choose
from checker.sources import snapshot

LIVE = (
    "profile",
    "region",
    "role_arn",
    "external_id",
    "session_name",
    "max_concurrency",
    "timeout",
    "snapshot",
)
"""Options that mean nothing where the evidence is a file."""


def run(arguments: Namespace) -> int:
    """Audit, report, and return the exit code; raises what ``errors.sentence`` can say."""
    _consistent(arguments)
    chosen = settings(arguments)
    applied(chosen, arguments)
    risky = risks.read(chosen, templates=False)
    requirements = requirements_by_control()
    controls = choose(
        CONTROLS.values(),
        set=chosen.set,
        select=chosen.select,
        ignore=chosen.ignore,
        frameworks=requirements,
    )
    controls = expect.judging(controls, CONTROLS, arguments)
    wanted = _outputs(arguments, chosen)
    folder = kept.folder(chosen.save)
    observation = _observed(arguments, controls, risky.units)
    assessment = assess(
        observation, controls, version=version(), thresholds=chosen.thresholds, requirements=requirements
    )
    judged = risks.applied(risky, assessment, quiet=arguments.quiet)
    outputs.publish(wanted, judged.assessment, _packed(wanted, observation))
    if folder:
        kept.save(folder, judged.assessment, quiet=arguments.quiet)
    return risks.exit_code(judged, chosen)


def _packed(wanted: Outputs, observation: Observation) -> bytes | None:
    """Return the snapshot for an evidence package; None where nobody asked for one."""
    return snapshot.dump(observation, version=version()) if wanted.packs_evidence else None


def _consistent(arguments: Namespace) -> None:
    """Refuse options that would silently do nothing."""
    organization.consistent(arguments)
    expect.consistent(arguments)
    useless = [name for name in LIVE if getattr(arguments, name)]
    if arguments.source and useless:
        option = useless[0].replace("_", "-")
        raise Refused(f"--{option} is for a live audit, and --from judges a saved one: give one of the two")
    for name in ("external_id", "session_name"):
        if getattr(arguments, name) and not (arguments.role_arn or arguments.org):
            raise Refused(f"--{name.replace('_', '-')} is for the role to assume: give --role-arn as well")


def _outputs(arguments: Namespace, chosen: Settings) -> Outputs:
    """Plan what is printed and written; raises Refused for what could not be written later."""
    used = tuple(path for path in (arguments.source, arguments.snapshot, *arguments.expect) if path)
    exports = outputs.checked(tuple(arguments.export), (*used, *outputs.read_from(chosen)))
    if arguments.snapshot:
        outputs.writable(arguments.snapshot)
    return Outputs(
        format=arguments.format,
        color=arguments.color,
        verbose=arguments.verbose,
        quiet=arguments.quiet,
        min_severity=Severity(chosen.min_severity),
        choices=outputs.choices(arguments, exports),
        exports=exports,
    )


def _observed(arguments: Namespace, controls: Iterable[Control], units: tuple[str, ...]) -> Observation:
    """Return the evidence; a live one is saved before it is judged, and judged as it was saved."""
    if arguments.source:
        return expect.expecting(snapshot.load(arguments.source), arguments)
    from checker.cli.live import observe

    reads = frozenset(read.partition(" ")[0] for control in controls for read in control.reads)
    observation = snapshot.normalised(expect.expecting(observe(arguments, reads, units), arguments))
    if arguments.snapshot:
        content = snapshot.dump(observation, version=version())
        outputs.write(arguments.snapshot, content, quiet=arguments.quiet)
    return observation
