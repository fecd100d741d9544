"""The completion scripts, run by the shells themselves."""

import shutil
import subprocess
from pathlib import Path

import pytest

from checker.catalog import CONTROLS
from checker.cli.completion import commands
from checker.cli.parser import COMMANDS
from tests.cli.running import refused, trailhold

LINES = [
    ("trailhold au", {"audit"}),
    ("trailhold wai", {"waivers"}),
    ("trailhold waivers ", {"check", "add"}),
    ("trailhold audit --min-s", {"--min-severity"}),
    ("trailhold audit --format js", {"json"}),
    ("trailhold audit --select TH11", {id for id in CONTROLS if id.startswith("TH11")}),
    ("trailhold explain TH90", {id for id in CONTROLS if id.startswith("TH90")}),
    ("trailhold audit --set cis-6", {"cis-6.0"}),
    ("trailhold waivers add --contr", {"--control"}),
    ("trailhold completion z", {"zsh"}),
    ("trailhold report diff --fail-on crit", {"critical"}),
    ("trailhold nothing ", set[str]()),
]


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completion")
    for shell in ("bash", "zsh", "fish"):
        ended = trailhold("completion", shell, cwd=folder)
        assert (ended.code, ended.err) == (0, "")
        (folder / shell).write_text(ended.out)
    return folder


def completed(program: list[str], folder: Path) -> set[str]:
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    return set(done.stdout.split())


BASH = """
source ./bash
COMP_LINE=$1 COMP_POINT=${#1} _trailhold
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        *LINES,
        ("trailhold audit --format=js", {"json"}),
        ("trailhold audit --select TH110,TH90", {f"TH110,{id}" for id in CONTROLS if id.startswith("TH90")}),
        ("trailhold audit --select severity:hi", {"high"}),
        ("trailhold report ba", {"bash"}),
        ("trailhold report --export ba", {"bash"}),
        ("trailhold audit --profile ", set[str]()),
    ],
)
def test_in_bash(scripts: Path, line: str, words: set[str]) -> None:
    program = ["bash", "--norc", "--noprofile", "-c", BASH, "bash", line]
    assert completed(program, scripts) == words


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
@pytest.mark.parametrize(("line", "words"), LINES)
def test_in_fish(scripts: Path, line: str, words: set[str]) -> None:
    program = [
        "fish",
        "--no-config",
        "-c",
        f"source ./fish; complete -C '{line}' | string split -f1 \\t; true",
    ]
    assert completed(program, scripts) == words


ZSH = """
autoload -U compinit; compinit -D -u
compdef() { :; }
source ./zsh
compadd() { local -a offered; offered=("${@:2}"); print -l -- "${(M)offered[@]:#${PREFIX}*}"; }
compset() { return 1; }
words=("${(@s: :)1}") CURRENT=${#words} PREFIX=${words[-1]}
_trailhold
"""


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
@pytest.mark.parametrize(("line", "words"), LINES)
def test_in_zsh(scripts: Path, line: str, words: set[str]) -> None:
    assert completed(["zsh", "-f", "-c", ZSH, "zsh", line], scripts) == words


def test_every_command_is_there_and_every_option() -> None:
    found = commands()
    assert set(found) == set(COMMANDS)
    assert {"--select", "--waivers", "--fail-on", "--help"} <= set(found["audit"])


def test_a_shell_that_is_not_known_is_refused(tmp_path: Path) -> None:
    assert "unknown shell powershell; there are bash, zsh, fish" in refused(
        trailhold("completion", "powershell", cwd=tmp_path)
    )
