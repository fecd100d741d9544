"""The exit codes are a contract with every pipeline: one case a path, through the real command."""

from pathlib import Path

import pytest

from checker.evidence import Known
from checker.inventory import Inventory
from tests.cli.running import Ended, saved, trailhold
from tests.hardened import DENIED, hardened

PASSES = hardened()
FAILS = hardened(trail={"log_file_validation": Known(False)})
UNREAD = hardened(trail={"log_file_validation": DENIED})
ONLY = "--select=TH110"
"""Trails sign their log files: high."""
BOTH = "--select=TH110,TH111"
FAILS_AND_UNREAD = hardened(trail={"log_file_validation": Known(False), "kms_key_id": DENIED})


def judged(folder: Path, inventory: Inventory, *arguments: str) -> Ended:
    return trailhold("audit", "--from", saved(folder / "s.json", inventory), *arguments, cwd=folder)


@pytest.mark.parametrize(
    ("inventory", "arguments", "code"),
    [
        pytest.param(PASSES, [ONLY], 0, id="everything passes"),
        pytest.param(FAILS, [ONLY], 1, id="high fails, from low on by default"),
        pytest.param(FAILS, [ONLY, "--fail-on=info"], 1, id="high fails, from info on"),
        pytest.param(FAILS, [ONLY, "--fail-on=high"], 1, id="high fails, from high on"),
        pytest.param(FAILS, [ONLY, "--fail-on=critical"], 0, id="high fails, from critical on"),
        pytest.param(FAILS, [ONLY, "--fail-on=none"], 0, id="high fails, never an exit code"),
        pytest.param(FAILS, [ONLY, "--allow-incomplete"], 1, id="incompleteness excuses no failure"),
        pytest.param(UNREAD, [ONLY], 3, id="evidence is missing"),
        pytest.param(UNREAD, [ONLY, "--fail-on=none"], 3, id="missing evidence is not a matter of --fail-on"),
        pytest.param(UNREAD, [ONLY, "--allow-incomplete"], 0, id="evidence may be missing"),
        pytest.param(FAILS_AND_UNREAD, [BOTH], 1, id="1 wins over 3"),
        pytest.param(FAILS_AND_UNREAD, [BOTH, "--fail-on=critical"], 3, id="3 stays when 1 is told to go"),
        pytest.param(FAILS_AND_UNREAD, [BOTH, "--allow-incomplete", "--fail-on=critical"], 0, id="both"),
    ],
)
def test_a_judgement(tmp_path: Path, inventory: Inventory, arguments: list[str], code: int) -> None:
    ended = judged(tmp_path, inventory, "--format=json", *arguments)
    assert ended.code == code, ended.err
    assert ended.out


@pytest.mark.parametrize("format", ["console", "html"])
def test_the_format_does_not_change_the_code(tmp_path: Path, format: str) -> None:
    assert judged(tmp_path, FAILS, ONLY, f"--format={format}").code == 1


@pytest.mark.parametrize(
    "line",
    [
        "--no-such-option",
        "no-such-command",
        "audit --format=xml",
        "audit --select=TH998",
        "audit --select=TH110 --ignore=TH110",
        "audit --from=missing.json",
        "audit --config=missing.toml",
        "explain TH998",
        "explain",
    ],
)
def test_nothing_judged_is_2(tmp_path: Path, line: str) -> None:
    assert trailhold(*line.split(), cwd=tmp_path).code == 2


@pytest.mark.parametrize(
    "line", ["", "--help", "--version", "audit --help", "controls", "explain TH110", "schema", "policy"]
)
def test_an_answer_is_0(tmp_path: Path, line: str) -> None:
    ended = trailhold(*line.split(), cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out
