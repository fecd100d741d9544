"""``trailhold waivers check``: what a file of waivers says, and what it does to a result."""

from argparse import Namespace
from datetime import date
from pathlib import Path

from checker.cli import risks, terminal
from checker.cli.errors import Refused
from checker.cli.settings import settings
from checker.report import saved
from checker.report.text import count, visible
from checker.waivers import Rule, Waived, apply, load
from checker.waivers.applying import NOTICE_DAYS


def run(arguments: Namespace) -> int:
    """Print a line a waiver, warn of those that do not hold, and return 1 if that fails a strict run."""
    if arguments.file and arguments.waivers:
        raise Refused("the file of waivers is named twice: give it once")
    arguments.waivers = arguments.waivers or arguments.file
    chosen = settings(arguments)
    if not chosen.waivers:
        raise Refused("no file of waivers is named: give --waivers FILE, or write waivers in trailhold.toml")
    rules = load(Path(chosen.waivers), risks.names())
    result = saved.load(arguments.result) if arguments.result else None
    today = risks.today()
    waived = apply(result, rules, today, result.scan.units) if result else None
    terminal.emit("".join(f"{line}\n" for line in _lines(rules, waived, today)))
    for notice in waived.notices if waived else ():
        terminal.say(f"warning: {notice.sentence}")
    expired = any(rule.expired(today) for rule in rules)
    broken = any(notice.fails for notice in waived.notices) if waived else expired
    return 1 if chosen.strict_waivers and broken else 0


def _lines(rules: tuple[Rule, ...], waived: Waived | None, today: date) -> list[str]:
    lines = []
    for rule in rules:
        scopes = (*rule.accounts, *rule.ous, *rule.regions, *rule.resources)
        told = [_state(rule, today), f"by {rule.owner}"]
        if waived and not rule.expired(today):
            told.append(f"accepts {count(waived.used[rule.place], 'finding')}")
        lines.append(visible(f"{rule.place}: {rule.control} {', '.join(scopes)}: {', '.join(told)}"))
    return [*lines, count(len(rules), "waiver")]


def _state(rule: Rule, today: date) -> str:
    if rule.expires is None:
        return "without an end"
    if rule.expired(today):
        return f"EXPIRED on {rule.expires}"
    left = (rule.expires - today).days
    return f"until {rule.expires}" + (f", in {count(left, 'day')}" if left <= NOTICE_DAYS else "")
