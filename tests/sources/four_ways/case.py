"""A row of the table: a world, and what must come of it in every way that tells it."""

from collections.abc import Mapping
from typing import NamedTuple

from checker.model import ANYWHERE, Thresholds
from tests.simulator import World
from tests.sources.four_ways.describing import PLAIN, Style

FIGURES = Thresholds()
EVERY_ALARM = tuple(f"TH6{number:02}" for number in (*range(1, 16), 19, 20, 21))
"""The controls that ask for an alarm on events."""


class Case(NamedTuple):
    """A world that differs from the hardened one in one thing."""

    name: str
    world: World
    fails: tuple[str, ...] = ()
    """Controls that fail in every way that tells them."""
    passes: tuple[str, ...] = ()
    """Controls that pass here, and that the hardened world says nothing of."""
    thresholds: Thresholds = FIGURES
    style: Style = PLAIN
    open: Mapping[str, str] = {}
    """Controls that templates leave undecided here, and why."""
    ways: tuple[str, ...] = ANYWHERE
    """Those that can describe this world."""
    gone: World | None = None
    """What a plan destroys."""
