"""What the operations that change a world have in common."""

from collections.abc import Callable
from typing import TypeVar

from tests.simulator.call import AwsError, Call
from tests.simulator.world import World

Change = Callable[[World, Call], World]
"""The world as an operation leaves it; raises AwsError where AWS refuses. The answer is empty: nobody needs
more here. Who may call is not asked beyond ownership, since whoever attacks has found a way."""

T = TypeVar("T")


def swapped(things: tuple[T, ...], old: T, *new: T) -> tuple[T, ...]:
    """Put what is new in the place of what is old, which is gone without any."""
    at = things.index(old)
    return (*things[:at], *new, *things[at + 1 :])


def refuse(code: str, message: str, status: int = 400) -> AwsError:
    """Return an error of AWS; the codes are those of the API references."""
    return AwsError(code, message, status)
