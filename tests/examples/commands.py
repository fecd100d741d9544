"""The commands of the AWS CLI that make a control fail: attacks of the matrix, in words that a shell takes.

python -m tests.examples.commands      writes checker/examples/commands.json
"""

import json
import shlex
from pathlib import Path
from typing import Any

from botocore import xform_name

from checker.catalog import CONTROLS
from checker.examples import HERE, live
from tests.attacks.attack import Attack, Step
from tests.attacks.test_matrix import ATTACKS

FILE = HERE / "commands.json"
READABLE = 600
"""Characters of all commands of an attack."""
NAMES = {"s3": "s3api"}
GLOBAL = ("iam", "organizations")
"""Services that have no Regions to name."""


def chosen() -> dict[str, Attack]:
    """Return the plainest attack for each control that no template expresses, unless words tell it better."""
    found: dict[str, Attack] = {}
    for id, control in CONTROLS.items():
        attacks = [attack for attack in ATTACKS.values() if id in attack.fails.split()]
        if attacks and "cloudformation" not in control.told_by and id not in live.told():
            found[id] = min(attacks, key=_effort)
    return found


def _effort(attack: Attack) -> tuple[bool, int, int, int]:
    """Put what is too long to be read last, and what fails least besides first."""
    length = sum(map(len, commands(attack)))
    return length > READABLE, len(attack.fails.split()), len(attack.steps), length


def command(step: Step) -> str:
    """Return a call as a command."""
    words = ["aws", NAMES.get(step.service, step.service), xform_name(step.operation, "-").replace("_", "-")]
    for name, value in step.params.items():
        words += _option(xform_name(name, "-"), value)
    if step.service not in GLOBAL:
        words += ["--region", step.region]
    return " ".join(words)


def _option(name: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return [f"--{name}", shlex.quote(str(text))]


def commands(attack: Attack) -> list[str]:
    """Return all that is done in an attack."""
    return [command(step) for step in attack.steps]


if __name__ == "__main__":
    found = {id: commands(attack) for id, attack in chosen().items()}
    Path(FILE).write_text(json.dumps(found, indent=2) + "\n", "utf-8")
