"""``trailhold waivers add``: from a finding that somebody read to a waiver in the file."""

from argparse import Namespace
from pathlib import Path

from checker.assessment import Assessment
from checker.cli import outputs, risks, terminal
from checker.cli.errors import Refused
from checker.cli.settings import settings
from checker.model import Finding, Status
from checker.report import saved
from checker.report.text import count
from checker.selection import nearest
from checker.waivers import Rule
from checker.waivers.adding import appended
from checker.waivers.fields import SHAPES, well
from checker.waivers.reading import read


def run(arguments: Namespace) -> int:
    """Append the waiver; raises what ``errors.sentence`` can say, and then the file is as it was."""
    path = _path(arguments)
    result = saved.load(arguments.result)
    rule = _rule(arguments, result)
    if rule.expired(risks.today()):
        raise Refused(f"--expires {arguments.expires} is over already: give a day to come")
    accepted = [f for f in result.findings if f.status in rule.statuses and rule.covers(f, result.scan.units)]
    if not accepted and not rule.ous:
        raise Refused("no finding of this result is meant by that: look at its control, account and resource")
    outputs.writable(path)
    text = read(path) if path.exists() else ""
    outputs.write(path, appended(path, text, rule, risks.names()).encode(), quiet=True)
    if not arguments.quiet:
        terminal.say(f"{path} waives {rule.control} now: {count(len(accepted), 'finding')} of this result")
    return 0


def _path(arguments: Namespace) -> Path:
    found = settings(arguments).waivers if arguments.waivers is None else str(arguments.waivers)
    if not found:
        raise Refused("no file of waivers is named: give --waivers FILE, or write waivers in trailhold.toml")
    path = Path(found)
    if path.suffix.lower() not in (".toml", ".yaml", ".yml"):
        raise Refused(f"{path} is no file of waivers by its name: call it .toml or .yaml")
    return path


def _rule(arguments: Namespace, result: Assessment) -> Rule:
    scopes = {name: tuple(getattr(arguments, name)) for name in ("account", "ou", "region", "resource")}
    if arguments.fingerprint:
        if arguments.control or any(scopes.values()):
            raise Refused("--fingerprint says what is meant: leave out --control and the places")
        found = _found(result, arguments.fingerprint)
        control, scopes = found.control_id, _scopes(found)
        statuses: tuple[Status, ...] = (found.status,)
    else:
        if not arguments.control or not any(scopes.values()):
            raise Refused("give --fingerprint, or --control with --resource, --account, --ou or --region")
        control, statuses = _control(arguments.control), (Status.FAIL,)
    for key, values in scopes.items():
        for value in values:
            if not well(key, value):
                raise Refused(f"--{key}: {value!r} is not {SHAPES[key][1]}")
    for key in ("reason", "owner"):
        if not getattr(arguments, key).strip():
            raise Refused(f"--{key} says nothing: write who accepts this, and why")
    return Rule(
        control=control,
        accounts=scopes["account"],
        ous=scopes["ou"],
        regions=scopes["region"],
        resources=scopes["resource"],
        statuses=statuses,
        reason=" ".join(arguments.reason.split()),
        owner=" ".join(arguments.owner.split()),
        expires=risks.day(arguments.expires) if arguments.expires else None,
    )


def _control(text: str) -> str:
    known = risks.names()
    for id, name in known.items():
        if text.lower() in (id.lower(), name):
            return id
    raise Refused(f"unknown control {text}{nearest(text, (*known, *known.values()))}")


def _found(result: Assessment, start: str) -> Finding:
    """Return the one finding whose fingerprint begins so."""
    found = [f for f in result.findings if f.fingerprint.startswith(start)]
    if not found:
        raise Refused(f"no finding of this result has a fingerprint that starts with {start}")
    if len({f.fingerprint for f in found}) > 1:
        raise Refused(f"{len(found)} findings have a fingerprint that starts with {start}: give more of it")
    if found[0].status is Status.PASS:
        raise Refused(f"this finding of {found[0].control_id} passes: there is nothing to accept")
    return found[0]


def _scopes(finding: Finding) -> dict[str, tuple[str, ...]]:
    """Return places that mean this finding, and as few others as its resource allows."""
    account = (finding.account_id,) if well("account", finding.account_id) else ()
    whole = finding.resource_type == "AWS::::Account"
    resource = f"account {finding.account_id}" if whole else finding.resource_arn
    if finding.location and finding.location.construct:
        resource = finding.location.construct
    return {
        "account": account,
        "ou": (),
        "region": (finding.region,) if finding.region else (),
        "resource": (resource,),
    }
