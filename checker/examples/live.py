"""What stands in for the example of a control that no template expresses: why, and what makes it fail."""

import json
import tomllib
from functools import cache
from typing import Any

from msgspec import Struct

from checker.examples import HERE


class Untold(Struct, frozen=True, kw_only=True):
    """How a control fails that is asked of a live account alone."""

    why: str
    """Why no template tells."""
    happens: str = ""
    """What makes it fail, in a sentence; empty where commands say it."""
    commands: tuple[str, ...] = ()
    """Commands of the AWS CLI after which it fails, with names made up."""


def untold(control: str) -> Untold | None:
    """Return what is said of a control by its id; None for one that has an example."""
    why = next((group["text"] for group in _file()["why"] if control in group["controls"]), None)
    if why is None:
        return None
    return Untold(why=why, happens=told().get(control, ""), commands=tuple(_commands().get(control, ())))


def told() -> dict[str, str]:
    """Return the sentences on what makes a control fail, by its id."""
    found: dict[str, str] = _file()["happens"]
    return found


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((HERE / "live.toml").read_text("utf-8"))


@cache
def _commands() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads((HERE / "commands.json").read_text("utf-8"))
    return found
