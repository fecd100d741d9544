"""``trailhold report FILE --notify TARGET``: says what changed since the last result, if anything did."""

import os
from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime

from checker.actions.aws import CannotAct
from checker.actions.notify import message, send, valid, worth_telling
from checker.assessment import Assessment
from checker.cli import places, terminal
from checker.cli.errors import Refused
from checker.history.difference import difference
from checker.history.layout import Store
from checker.report import saved

VARIABLE = "TRAILHOLD_NOTIFY"
"""Names a target beside the options: an address may be a secret, and arguments are seen by everybody."""


def targets(arguments: Namespace) -> tuple[str, ...]:
    """Return where to tell, checked before anything is done; raises Refused."""
    found = []
    for target in arguments.notify:
        text = os.environ.get(VARIABLE, "") if target == "env" else target
        if not text:
            raise Refused(f"--notify env reads the variable {VARIABLE}, which is empty")
        try:
            found.append(valid(text))
        except CannotAct as error:
            raise Refused(str(error)) from error
    if found and not (arguments.since or arguments.save):
        raise Refused("--notify says what changed: give --since FILE, or --save PLACE with earlier results")
    return tuple(found)


def earlier(arguments: Namespace, store: Store | None, result: Assessment) -> Assessment | None:
    """Return the result to compare with: the file, or the last one in the place that looked at the same."""
    if arguments.since:
        return saved.load(arguments.since)
    if store is None:
        return None
    for name in reversed(places.listed(store, new=True)):
        found = places.load(store, name)
        if _before(found, result.scan.finished) and found.scan.accounts == result.scan.accounts:
            return found
    return None


def _before(found: Assessment, at: datetime) -> bool:
    return found.scan.finished < at


def tell(wanted: Sequence[str], before: Assessment | None, result: Assessment, arguments: Namespace) -> None:
    """Send what changed; raises Refused after all were tried."""
    if not wanted:
        return
    if before is None:
        _say("there is no earlier result of these accounts to compare with: nobody was notified", arguments)
        return
    found = difference(before, result)
    if not worth_telling(found):
        _say("nothing changed: nobody was notified", arguments)
        return
    failures = []
    for target in wanted:
        try:
            told = send(target, message(found, arguments.save or ""), arguments.profile)
            _say(f"notified {told}", arguments)
        except CannotAct as error:
            failures.append(str(error))
    if failures:
        raise Refused("; ".join(failures))


def _say(text: str, arguments: Namespace) -> None:
    if not arguments.quiet:
        terminal.say(text)
