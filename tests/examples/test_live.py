"""Controls that no template expresses say why, and what makes them fail is a command that AWS understands."""

import json
import shlex
import tomllib
from collections import Counter
from typing import Any

import pytest
from botocore import xform_name
from botocore.validate import ParamValidator

from checker.catalog import CONTROLS
from checker.examples import HERE
from checker.examples.live import Untold, untold
from tests.attacks.attack import Step
from tests.attacks.test_matrix import ATTACKS
from tests.controls.test_remediation import GLOBAL, operation, options, value
from tests.examples import commands
from tests.examples.halves import EXPRESSIBLE

LIVE = sorted(set(CONTROLS) - set(EXPRESSIBLE))
STEPS = [
    pytest.param(step, id=f"{id} {number}")
    for id, attack in commands.chosen().items()
    for number, step in enumerate(attack.steps, 1)
]


def test_each_control_has_either_an_example_or_a_reason_why_there_is_none() -> None:
    groups = tomllib.loads((HERE / "live.toml").read_text())["why"]
    reasons = Counter(id for group in groups for id in group["controls"])
    assert sorted(reasons) == LIVE
    assert set(reasons.values()) == {1}


@pytest.mark.parametrize("id", LIVE)
def test_what_makes_it_fail_is_said_in_words_or_in_commands(id: str) -> None:
    found = untold(id)
    assert isinstance(found, Untold)
    assert found.why.endswith(".")
    assert bool(found.happens) != bool(found.commands)


@pytest.mark.parametrize(("id", "written"), json.loads(commands.FILE.read_text()).items())
def test_the_commands_are_those_of_an_attack_that_the_audit_is_tried_with(
    id: str, written: list[str]
) -> None:
    """``python -m tests.examples.commands`` writes them anew."""
    assert written in [commands.commands(one) for one in ATTACKS.values() if id in one.fails.split()]


@pytest.mark.parametrize("step", STEPS)
def test_a_command_is_the_call_that_was_made(step: Step) -> None:
    program, service, name, *arguments = shlex.split(commands.command(step))
    shape = operation(service, name).input_shape
    assert program == "aws"
    assert shape is not None
    members = {xform_name(member, "-"): member for member in shape.members}
    given: dict[str, Any] = {}
    for option, values in options(arguments):
        if option not in GLOBAL:
            member = members[option if option in members else option.removeprefix("no-")]
            given[member] = option in members and value(shape.members[member], values)
    report = ParamValidator().validate(given, shape)
    assert not report.has_errors(), report.generate_report()
    assert given == step.params
