"""``audit --expect``: templates that say what trails should be, as part of what is judged."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from checker.cli.errors import Refused

if TYPE_CHECKING:
    from checker.model import Control
    from checker.observation import Observation

DRIFT = "TH127"
"""The control that compares; without --expect it has nothing to compare with."""


def options(parser: ArgumentParser, parameter: Callable[[str], tuple[str, str]]) -> None:
    """Declare the options; ``parameter`` reads NAME=VALUE."""
    add = parser.add_argument_group("expectation").add_argument
    add(
        "--expect",
        action="append",
        default=[],
        type=Path,
        metavar="PATH",
        help=f"compare trails with this template, folder of templates or cdk.out ({DRIFT}); repeatable",
    )
    add(
        "--parameters",
        action="append",
        default=[],
        type=parameter,
        metavar="NAME=VALUE",
        help="value of a parameter of these templates; repeatable",
    )


def consistent(arguments: Namespace) -> None:
    """Refuse what would silently do nothing."""
    if arguments.parameters and not arguments.expect:
        raise Refused("--parameters is for the templates to compare with: give --expect as well")
    given: dict[str, str] = {}
    for name, value in arguments.parameters:
        if given.setdefault(name, value) != value:
            raise Refused(f"the parameter {name} is given twice: give it one value")


def judging(
    controls: "Iterable[Control]", known: "dict[str, Control]", arguments: Namespace
) -> "tuple[Control, ...]":
    """Return the controls that judge: with --expect the one that compares is always among them."""
    chosen = {control.id: control for control in controls}
    if arguments.expect:
        chosen[DRIFT] = known[DRIFT]
    return tuple(chosen[id] for id in sorted(chosen))


def expecting(observation: "Observation", arguments: Namespace) -> "Observation":
    """Add what the templates declare; raises CannotObserve with one sentence where they cannot be read."""
    if not arguments.expect:
        return observation
    from msgspec.structs import replace

    from checker.sources.cloudformation.expect import expect

    inventory = observation.inventory
    expected = expect(arguments.expect, dict(arguments.parameters), inventory)
    return replace(observation, inventory=replace(inventory, expected=expected))
