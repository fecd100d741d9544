"""From options to live evidence: the edge where a terminal meets AWS."""

import gc
import os
import signal
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from msgspec.structs import replace

from checker.cli import organization, terminal
from checker.cli.errors import INTERRUPTED
from checker.cli.progress import progress
from checker.observation import Observation
from checker.sources.aws import Options, collect, collect_organization
from checker.sources.aws.workers import SELDOM


def observe(
    arguments: Namespace, reads: frozenset[str] = frozenset(), units: tuple[str, ...] = ()
) -> Observation:
    """Read AWS as the options say; raises CannotObserve when nothing can be judged at all.

    ``reads`` are the IAM actions that the chosen controls ask for: what takes long is read for them alone.
    ``units`` are organizational units whose accounts are to be told.
    """
    gc.set_threshold(SELDOM)  # for the rest of the process: judging makes no more garbage than reading
    with progress(quiet=arguments.quiet) as tell, _leaving_at_once():
        chosen = replace(options(arguments), reads=reads)
        if not arguments.org:
            return collect(chosen, tell)
        observation = collect_organization(chosen, organization.wanted(arguments, units), tell)
    # Clients are knots that nothing else undoes; they and their connections hold what findings will need.
    gc.collect()
    return observation


def options(arguments: Namespace) -> Options:
    """Return what the command line says, with the source's own defaults for the rest."""
    chosen = Options(
        profile=arguments.profile,
        regions=tuple(dict.fromkeys(arguments.region)),
        role_arn=arguments.role_arn,
        external_id=arguments.external_id,
    )
    if arguments.session_name:
        chosen = replace(chosen, session_name=arguments.session_name)
    if arguments.max_concurrency:
        chosen = replace(chosen, max_concurrency=arguments.max_concurrency)
    if arguments.timeout:
        connect = min(arguments.timeout, chosen.connect_timeout)
        chosen = replace(chosen, connect_timeout=connect, read_timeout=arguments.timeout)
    return chosen


@contextmanager
def _leaving_at_once() -> Iterator[None]:
    """End the process on Ctrl-C: threads that wait for AWS would hold it back until their time-outs.

    Nothing is written while AWS is read, so nothing can be left half-written; a terminal that botocore keeps
    from showing an MFA code while it is typed shows again what is typed.
    """
    give_back = terminal.kept()

    def leave(number: int, frame: FrameType | None) -> None:
        give_back()
        terminal.say("interrupted")
        os._exit(INTERRUPTED)

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # ignored, as for a background job, or not ours
        yield
        return
    signal.signal(signal.SIGINT, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
