"""Nothing is told to anybody: every command runs with all sockets shut but those that it is for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import ROOT, environment, saved, trailhold
from tests.cli.test_audit import NO_VALIDATION
from tests.modern import modern
from tests.simulator import hardened_world, serve

GUARD = '''
import os, sys

ALLOWED = os.environ.get("ALLOWED", "").split()

def guard(event, arguments):
    """Refuse, and write down, whatever leaves this process for anywhere but the allowed addresses."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        if not isinstance(address, tuple) or f"{address[0]}:{address[1]}" in ALLOWED:
            return
        if "loopback" in ALLOWED and address[0] in ("127.0.0.1", "::1", "localhost"):
            return
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        address = arguments[0]
        if address in (None, "127.0.0.1", "localhost", "0.0.0.0", "::1", b"127.0.0.1", b"localhost"):
            return
    else:
        return
    with open(os.environ["TOLD"], "a") as file:
        file.write(f"{event} {address}\\n")
    raise PermissionError(f"{event} {address} is shut")

sys.addaudithook(guard)
'''
TEMPLATE = """\
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {IsLogging: true, S3BucketName: logs}
"""
WAIVERS = '[[waivers]]\ncontrol = "TH110"\nresource = "*"\nreason = "r"\nowner = "o"\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the guard, evidence, a result of it and a template."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "guard").mkdir()
    (folder / "guard" / "sitecustomize.py").write_text(GUARD)
    saved(folder / "s.json", NO_VALIDATION)
    trailhold("audit", "--from=s.json", "--save=history", "--export=f.json", "-q", cwd=folder)
    (folder / "t.yaml").write_text(TEMPLATE)
    (folder / "w.toml").write_text(WAIVERS)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def shut(folder: Path, allowed: str = "") -> dict[str, str]:
    """Return the environment in which only these addresses can be reached."""
    return {
        "PYTHONPATH": f"{folder / 'guard'}:{ROOT}",
        "ALLOWED": allowed,
        "TOLD": str(folder / "told"),
    }


def told(folder: Path) -> str:
    path = folder / "told"
    return path.read_text() if path.exists() else ""


FILES = ["html", "json", "csv", "md", "xml", "txt", "ocsf.json", "asff.json", "summary.html", "zip"]


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("", {0}),
        ("--help", {0}),
        ("--version", {0}),
        ("controls", {0}),
        ("explain TH110", {0}),
        ("policy --org", {0}),
        ("schema", {0}),
        ("completion bash", {0}),
        ("config show", {0}),
        ("check t.yaml --export=t.sarif", {1}),
        ("audit --from=s.json --set=strict --waivers=w.toml", {1}),
        ("report f.json " + " ".join(f"--export=a.{suffix}" for suffix in FILES), {1}),
        ("report f.json --framework=cis-6.0", {1}),
        ("report diff f.json f.json", {0}),
        ("report trend history --html=trend.html", {0}),
        ("waivers check --waivers=w.toml --result=f.json", {0}),
    ],
)
def test_what_reads_files_reaches_nobody(folder: Path, line: str, codes: set[int]) -> None:
    ended = trailhold(*line.split(), cwd=folder, env=shut(folder))
    assert told(folder) == ""
    assert ended.code in codes, ended


@modern
def test_an_audit_reaches_aws_and_nobody_else(folder: Path) -> None:
    world = hardened_world()
    with serve(world) as aws:
        env = aws.env(world.accounts[0].access_key) | shut(folder, f"127.0.0.1:{aws.port}")
        ended = trailhold("audit", "--format=json", cwd=folder, env=env)
    assert told(folder) == ""
    assert ended.code == 0, ended.err


def test_the_demo_stays_on_this_machine(folder: Path) -> None:
    pytest.importorskip("moto")
    ended = trailhold("demo", "--quiet", cwd=folder, env=shut(folder, "loopback"), timeout=300)
    assert told(folder) == ""
    assert (folder / "trailhold-demo.html").exists(), ended.err


@pytest.mark.parametrize(
    "program",
    [
        "import socket; socket.create_connection(('192.0.2.1', 443), 1)",
        "import urllib.request; urllib.request.urlopen('https://example.com', timeout=1)",
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 53))",
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
    ],
)
def test_the_guard_sees_what_leaves(folder: Path, program: str) -> None:
    env = environment(folder, shut(folder))
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=env, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert told(folder).startswith("socket.")
