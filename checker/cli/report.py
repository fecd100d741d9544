"""``trailhold report``: a saved result, shown in any format; only ``--security-hub`` reaches AWS."""

from argparse import Namespace

from checker.cli import outputs, risks
from checker.cli.errors import Refused
from checker.cli.outputs import Outputs
from checker.cli.settings import settings
from checker.model import Severity
from checker.report import saved


def run(arguments: Namespace) -> int:
    """Show the result and return the exit code that its audit would have; raises what ``errors`` can say."""
    for name in ("profile", "region"):
        if getattr(arguments, name) and not _asks_aws(arguments):
            raise Refused(f"--{name} is for --security-hub and --save s3://...: nothing else asks AWS")
    chosen = settings(arguments)
    exports = outputs.checked(tuple(arguments.export), (arguments.result, *outputs.read_from(chosen)))
    wanted = Outputs(
        format=arguments.format,
        color=arguments.color,
        verbose=arguments.verbose,
        quiet=arguments.quiet,
        min_severity=Severity(chosen.min_severity),
        choices=outputs.choices(arguments, exports),
        exports=exports,
    )
    result = saved.load(arguments.result)
    risky = risks.read(chosen, templates=result.scan.before_deployment)
    judged = risks.applied(risky, result, quiet=arguments.quiet)
    assessment = judged.assessment
    outputs.publish(wanted, assessment)
    if arguments.save:
        from checker.cli import places

        store = places.store(arguments.save, arguments.profile, arguments.region)
        places.keep(store, assessment, quiet=arguments.quiet)
    if arguments.security_hub:
        from checker.cli.security_hub import run as import_findings

        import_findings(assessment, arguments)
    return risks.exit_code(judged, chosen)


def _asks_aws(arguments: Namespace) -> bool:
    return bool(arguments.security_hub or (arguments.save or "").startswith("s3://"))
