"""`trailhold audit --from`: what is printed, what is written, and what is refused before anything is."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from checker.evidence import Known
from tests.cli.running import Ended, environment, refused, saved, trailhold
from tests.hardened import DENIED, hardened

NO_VALIDATION = hardened(trail={"log_file_validation": Known(False), "kms_key_id": DENIED})


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """A folder with a snapshot in which TH110 fails and TH111 is unknown."""
    saved(tmp_path / "s.json", NO_VALIDATION)
    return tmp_path


def audited(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> Ended:
    return trailhold("audit", "--from=s.json", *arguments, cwd=folder, env=env)


def statuses(ended: Ended) -> dict[str, str]:
    return {f["control_id"]: f["status"] for f in json.loads(ended.out)["findings"]}


def test_stdout_is_pure_data_and_stderr_is_empty(evidence: Path) -> None:
    ended = audited(evidence, "--format=json", "--select=TH110,TH111")
    assert statuses(ended) == {"TH110": "fail", "TH111": "unknown"}
    assert ended.err == ""


def test_two_runs_are_byte_identical(evidence: Path) -> None:
    one, two = (
        audited(evidence, "--format=json", "--set=strict", env={"PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    )
    assert one == two


def test_exports_are_named_by_suffix(evidence: Path) -> None:
    ended = audited(
        evidence, "--select=TH110", "--export=a.html", "--export=a.json", "--export=a.txt", "--format=json"
    )
    assert ended.code == 1
    assert (evidence / "a.html").read_text().lower().startswith("<!doctype html>")
    assert (evidence / "a.json").read_text() == ended.out
    assert "TH110" in (evidence / "a.txt").read_text()
    assert ended.err.splitlines() == [f"trailhold: wrote a.{suffix}" for suffix in ("html", "json", "txt")]


def test_quiet_says_nothing_but_errors(evidence: Path) -> None:
    (evidence / "trailhold.toml").write_text('select = ["TH110"]')
    assert audited(evidence, "--export=a.json").err.splitlines() == [
        f"trailhold: settings from {evidence / 'trailhold.toml'}",
        "trailhold: wrote a.json",
    ]
    assert audited(evidence, "--export=a.json", "--quiet").err == ""


@pytest.mark.parametrize(
    ("config", "arguments", "expected"),
    [
        ('select = ["TH110"]', [], {"TH110"}),
        ('select = ["TH110"]', ["--select=TH111"], {"TH111"}),
        ('select = ["TH110", "TH111"]\nignore = ["TH111"]', [], {"TH110"}),
    ],
)
def test_the_nearest_configuration_counts(
    evidence: Path, config: str, arguments: list[str], expected: set[str]
) -> None:
    (evidence / "trailhold.toml").write_text(config)
    assert set(statuses(audited(evidence, "--format=json", *arguments))) == expected


def test_a_named_configuration_counts_instead(evidence: Path) -> None:
    (evidence / "trailhold.toml").write_text("this is no TOML")
    (evidence / "own.toml").write_text('select = ["TH110"]\nfail-on = "critical"')
    assert audited(evidence, "--config=own.toml").code == 0


def test_thresholds_reach_the_controls(evidence: Path) -> None:
    (evidence / "trailhold.toml").write_text("[thresholds]\nlog-retention-days = 100000")
    strict = audited(evidence, "--format=json", "--select=TH3")
    (evidence / "trailhold.toml").write_text("")
    assert strict.out != audited(evidence, "--format=json", "--select=TH3").out


@pytest.mark.parametrize(
    ("arguments", "env", "coloured"),
    [
        ([], {}, False),
        (["--color=always"], {}, True),
        (["--color=always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color=never"], {"FORCE_COLOR": "1"}, False),
        (["--color=always", "--format=json"], {}, False),
    ],
)
def test_colour(evidence: Path, arguments: list[str], env: dict[str, str], coloured: bool) -> None:
    assert ("\x1b[" in audited(evidence, "--select=TH110", *arguments, env=env).out) is coloured


def test_a_terminal_without_unicode_gets_ascii(evidence: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "checker", "audit", "--from=s.json"],
        cwd=evidence,
        env=environment(evidence, {"PYTHONIOENCODING": "ascii"}),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.isascii()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--export=missing/a.json", "cannot write missing/a.json: No such file or directory"),
        ("--export=.", "no format for '.'"),
        ("--export=folder.json", "cannot write folder.json: Is a directory"),
        ("--export=/proc/a.json", "cannot write /proc/a.json: "),
        (
            "--export=a.pdf",
            "no format for 'a.pdf', the file name must end with one of .txt, ",
        ),
        ("--export=a.json --export=./a.json", "a.json is named twice"),
        ("--export=s.json", "s.json is named twice"),
        ("--profile=x", "--profile is for a live audit, and --from judges a saved one"),
        ("--region=eu-west-1", "--region is for a live audit"),
        ("--snapshot=t.json", "--snapshot is for a live audit"),
        ("--select=TH9999", "unknown control TH9999"),
        ("--select=ct-log-file-validatio", "(did you mean ct-log-file-validation-enabled?)"),
        ("--select=severity:hgih", "unknown severity hgih (did you mean high?)"),
        ("--ignore=framework:cis-9.0", "unknown framework cis-9.0 (did you mean cis-"),
        ("--set=strct", "unknown set strct (did you mean strict?)"),
        ("--select=TH110 --ignore=TH1", "no control is left to judge with"),
        ("--config=missing.toml", "cannot read the configuration missing.toml: No such file or directory"),
    ],
)
def test_refused_and_nothing_written(evidence: Path, arguments: str, says: str) -> None:
    (evidence / "folder.json").mkdir()
    before = sorted(evidence.iterdir())
    assert says in refused(audited(evidence, *arguments.split()))
    assert sorted(evidence.iterdir()) == before


@pytest.mark.parametrize("option", ["--external-id=4711", "--session-name=me"])
def test_what_is_for_a_role_needs_a_role(tmp_path: Path, option: str) -> None:
    assert "give --role-arn as well" in refused(trailhold("audit", option, cwd=tmp_path))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "the snapshot s.json cannot be read: No such file or directory"),
        (b"", "s.json is empty"),
        (b"<html>", "s.json is not JSON or is cut short"),
        (b'{"kind":"trailhold-snapshot","schema_version":"99"}', "s.json is a snapshot of schema 99"),
        (b'{"findings":[]}', "s.json is a findings report, not a snapshot"),
    ],
)
def test_what_is_no_snapshot_is_refused(tmp_path: Path, content: bytes | None, says: str) -> None:
    if content is not None:
        (tmp_path / "s.json").write_bytes(content)
    assert says in refused(audited(tmp_path, "--export=a.json"))
    assert not (tmp_path / "a.json").exists()


def test_a_cut_snapshot_is_refused(evidence: Path) -> None:
    whole = (evidence / "s.json").read_bytes()
    (evidence / "s.json").write_bytes(whole[:-20])
    assert "s.json is not JSON or is cut short" in refused(audited(evidence))


def test_a_report_is_no_snapshot(evidence: Path) -> None:
    audited(evidence, "--export=report.json")
    assert "is a findings report" in refused(trailhold("audit", "--from=report.json", cwd=evidence))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(evidence: Path) -> None:
    (evidence / "closed").mkdir(mode=0o500)
    assert "Permission denied" in refused(audited(evidence, "--export=closed/a.json"))


def test_a_reader_who_leaves_is_no_error(evidence: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "checker", "audit", "--from=s.json", "--format=json", "--export=a.html", "-q"],
        cwd=evidence,
        env=environment(evidence),
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")
    assert (evidence / "a.html").stat().st_size > 0


def test_a_full_disk_under_stdout_is_one_sentence(evidence: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "checker", "audit", "--from=s.json"],
            cwd=evidence,
            env=environment(evidence),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == b"trailhold: cannot write to stdout: No space left on device\n"


def test_ctrl_c_while_a_snapshot_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "s.json")
    running = subprocess.Popen(
        [sys.executable, "-m", "checker", "audit", "--from=s.json", "--export=a.json"],
        cwd=tmp_path,
        env=environment(tmp_path, {"PYTHONWARNINGS": ""}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with (tmp_path / "s.json").open("wb"):  # returns once the command reads
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=15)
    assert (running.returncode, out, err) == (130, b"", b"trailhold: interrupted\n")
    assert [path.name for path in tmp_path.iterdir()] == ["s.json"]


def test_an_unforeseen_error_is_a_sentence_and_a_traceback_only_with_debug(tmp_path: Path) -> None:
    # A module that breaks when it is loaded stands for a mistake of ours.
    (tmp_path / "tomllib.py").write_text("raise KeyError('oops\\nsecond line')")
    env = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{environment(tmp_path)['PYTHONPATH']}"}
    sentence = refused(trailhold("audit", cwd=tmp_path, env=env))
    assert sentence.startswith("unforeseen KeyError: 'oops")
    assert "--debug" in sentence
    debugged = trailhold("audit", "--debug", cwd=tmp_path, env=env)
    assert debugged.code == 2
    assert "Traceback (most recent call last)" in debugged.err
