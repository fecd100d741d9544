"""``trailhold report``: a saved result, shown in any format, kept, and told of where that is asked for."""

from argparse import Namespace

from checker.assessment import Assessment
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
            raise Refused(
                f"--{name} is for --security-hub, --save s3://... and --notify: nothing else asks AWS"
            )
    chosen = settings(arguments)
    if arguments.since and not arguments.notify:
        raise Refused("--since is for --notify: to see what changed use trailhold report diff")
    targets = _targets(arguments)
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
    _keep_and_tell(arguments, assessment, targets)
    if arguments.security_hub:
        from checker.cli.security_hub import run as import_findings

        import_findings(assessment, arguments)
    return risks.exit_code(judged, chosen)


def _asks_aws(arguments: Namespace) -> bool:
    told = any(target == "env" or target.startswith("arn:") for target in arguments.notify)
    return bool(arguments.security_hub or told or (arguments.save or "").startswith("s3://"))


def _targets(arguments: Namespace) -> tuple[str, ...]:
    """Return whom to tell; what cannot be told is refused before anything is shown."""
    if not arguments.notify:
        return ()
    from checker.cli import telling

    return telling.targets(arguments)


def _keep_and_tell(arguments: Namespace, assessment: Assessment, targets: tuple[str, ...]) -> None:
    """Save the result, then tell what changed; what was kept stays when somebody cannot be told."""
    if not arguments.save and not arguments.notify:
        return
    from checker.cli import places, telling

    store = places.store(arguments.save, arguments.profile, arguments.region) if arguments.save else None
    before = telling.earlier(arguments, store, assessment) if targets else None
    if store:
        places.keep(store, assessment, quiet=arguments.quiet)
    telling.tell(targets, before, assessment, arguments)
