"""``trailhold report FILE --security-hub``: the one way in which findings are written to AWS."""

from argparse import Namespace

from checker.actions.aws import Aws, CannotAct
from checker.actions.hub import Hub, Refusal
from checker.actions.security_hub import plan
from checker.assessment import Assessment
from checker.cli import terminal
from checker.cli.errors import Refused

NAMED = 5
"""Refused findings that are named one by one."""


def run(assessment: Assessment, arguments: Namespace) -> None:
    """Import the findings and say what became of them; raises Refused with one sentence."""
    if assessment.scan.before_deployment:
        raise Refused("--security-hub is for findings of an account, and this is a result of templates")
    try:
        aws = Aws(arguments.profile)
        region = arguments.region or aws.configured_region
        if not region:
            raise Refused("no Region is configured: give --region, the Region of Security Hub")
        caller = aws.caller()
        hub = Hub(aws, caller.account, region, partition=caller.arn.split(":")[1])
        planned = plan(assessment, hub.existing(), account=caller.account, region=region)
        taken, refused = hub.write(planned.findings)
    except CannotAct as refusal:
        raise Refused(str(refusal)) from refusal
    if not arguments.quiet:
        sent = f"{len(planned.imported)} open findings, {len(planned.archived)} archived"
        newer = f", {planned.newer} left alone since a later result is there" if planned.newer else ""
        terminal.say(f"Security Hub of {caller.account} in {region}: {sent}{newer}")
    if refused:
        raise Refused(_sentence(refused, taken))


def _sentence(refused: list[Refusal], taken: int) -> str:
    named = "; ".join(f"{r.id}: {r.code} {r.message}".rstrip() for r in refused[:NAMED])
    more = f"; and {len(refused) - NAMED} more" if len(refused) > NAMED else ""
    return f"Security Hub took {taken} findings and refused {len(refused)}: {named}{more}"
