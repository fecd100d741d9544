"""Waivers and baselines from the command line: what fails a run, what is said, what is written."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checker.evidence import Known
from tests.cli.running import Ended, refused, saved, trailhold
from tests.cli.test_audit import NO_VALIDATION
from tests.hardened import ACCOUNT, hardened

TODAY = datetime.now(UTC).date()
ONE = '[[waivers]]\ncontrol = "TH110"\nresource = "arn:aws:cloudtrail:*"\nreason = "r"\nowner = "ops"\n'
IDLE = '\n[[waivers]]\ncontrol = "TH110"\nresource = "arn:aws:nothing"\nreason = "r"\nowner = "ops"\n'
SETTINGS = 'waivers = "w.toml"\nstrict-waivers = true\nallow-incomplete = true\n'
PICK = "--select=TH110,TH111"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Evidence in which TH110 fails and TH111 is unknown, its result, and a waiver of TH110."""
    folder = tmp_path_factory.mktemp("made")
    saved(folder / "s.json", NO_VALIDATION)
    trailhold("audit", "--from=s.json", PICK, "--export=f.json", "-q", cwd=folder)
    (folder / "w.toml").write_text(ONE)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def audited(folder: Path, *arguments: str) -> Ended:
    return trailhold("audit", "--from=s.json", PICK, *arguments, cwd=folder)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("", 1),
        ("--waivers=w.toml", 3),
        ("--waivers=w.toml --allow-incomplete", 0),
        ("--waivers=w.toml --strict-waivers --allow-incomplete", 0),
        ("--waivers=idle.toml --allow-incomplete", 0),
        ("--waivers=idle.toml --allow-incomplete --strict-waivers", 1),
        ("--waivers=over.toml", 1),
        ("--waivers=over.toml --fail-on=none --allow-incomplete", 0),
        ("--waivers=over.toml --fail-on=none --allow-incomplete --strict-waivers", 1),
        ("--baseline=f.json", 3),
        ("--baseline=f.json --allow-incomplete", 0),
    ],
)
def test_exit_codes_of_audit_and_report(folder: Path, arguments: str, code: int) -> None:
    (folder / "idle.toml").write_text(ONE + IDLE)
    (folder / "over.toml").write_text(ONE + f"expires = {TODAY - timedelta(days=1)}\n")
    assert audited(folder, *arguments.split()).code == code
    assert trailhold("report", "f.json", *arguments.split(), cwd=folder).code == code


def test_it_warns_on_every_run(folder: Path) -> None:
    (folder / "w.toml").write_text(ONE + f"expires = {TODAY + timedelta(days=2)}\n" + IDLE)
    soon, idle = audited(folder, "--waivers=w.toml").err.splitlines()
    assert soon.startswith("trailhold: warning: w.toml:1: the waiver of TH110 by ops expires in 2 days, on ")
    assert idle.endswith("w.toml:8: the waiver of TH110 by ops matches nothing that was judged: remove it")
    assert audited(folder, "--waivers=w.toml", "-q").err == ""
    assert idle in audited(folder, "--waivers=w.toml", "-q", "--strict-waivers").err


@pytest.mark.parametrize(
    ("format", "says"),
    [
        ("console", "accepted  r (ops, without an end, w.toml:1)"),
        ("json", '"source": "w.toml:1"'),
        ("html", "w.toml:1"),
        ("summary", "ops"),
        ("csv", ",waived,"[1:]),
        ("markdown", "Accepted because"),
        ("junit", "<skipped"),
        ("ocsf", '"Suppressed"'),
        ("asff", "Risk accepted: r"),
        ("github", "accepted: r (ops, without an end, w.toml:1)"),
    ],
)
def test_every_format_shows_what_is_waived(folder: Path, format: str, says: str) -> None:
    assert says in audited(folder, "--waivers=w.toml", f"--format={format}").out


def test_sarif_says_that_it_is_accepted_elsewhere(folder: Path) -> None:
    ended = audited(folder, "--waivers=w.toml", "--format=sarif", "--sarif-location=w.toml")
    (run,) = json.loads(ended.out)["runs"]
    (suppressed,) = [s for result in run["results"] for s in result.get("suppressions", ())]
    assert (suppressed["kind"], suppressed["status"]) == ("external", "accepted")


def test_settings_name_the_file_from_where_they_are(folder: Path) -> None:
    (folder / "trailhold.toml").write_text(SETTINGS)
    (folder / "below").mkdir()
    ended = trailhold("audit", "--from=../s.json", PICK, cwd=folder / "below")
    assert ended.code == 0
    assert f"{folder}/w.toml:1" in ended.out
    assert (
        trailhold("audit", "--from=../s.json", PICK, "--no-allow-incomplete", cwd=folder / "below").code == 3
    )


@pytest.mark.parametrize("suffix", ["toml", "yaml"])
def test_a_waiver_from_a_finding_and_back(folder: Path, suffix: str) -> None:
    finding = json.loads((folder / "f.json").read_text())["findings"][0]
    why = ("--reason=so it is", "--owner=ops", f"--expires={TODAY + timedelta(days=90)}")
    file = f"--waivers=new.{suffix}"
    added = trailhold(
        "waivers", "add", "f.json", "--fingerprint", finding["fingerprint"][:8], file, *why, cwd=folder
    )
    assert (added.code, added.out) == (0, "")
    assert added.err == f"trailhold: new.{suffix} waives TH110 now: 1 finding of this result\n"
    assert audited(folder, file, "--strict-waivers").code == 3
    text = (folder / f"new.{suffix}").read_text()
    more = ("--control=TH111", "--resource=*", f"--account={ACCOUNT}", "--reason=r", "--owner=o")
    assert "no finding of this result is meant" in refused(
        trailhold("waivers", "add", "f.json", *more, file, cwd=folder)
    )
    assert (folder / f"new.{suffix}").read_text() == text
    checked = trailhold("waivers", "check", file, "--result=f.json", cwd=folder)
    assert checked.out.splitlines()[0].endswith("by ops, accepts 1 finding")
    assert (checked.code, checked.out.splitlines()[-1]) == (0, "1 waiver")


def test_what_is_unknown_is_waived_as_unknown(folder: Path) -> None:
    finding = json.loads((folder / "f.json").read_text())["findings"][1]
    assert finding["status"] == "unknown"
    trailhold(
        *("waivers", "add", "f.json", "--fingerprint", finding["fingerprint"], "--waivers=w.toml"),
        *("--reason=the key is another team's", "--owner=ops"),
        cwd=folder,
    )
    assert audited(folder, "--waivers=w.toml", "--strict-waivers").code == 0


@pytest.mark.parametrize(
    ("strict", "code"), [([], 0), (["--strict-waivers"], 1), (["--strict-waivers", "--result=f.json"], 1)]
)
def test_check_tells_what_is_over(folder: Path, strict: list[str], code: int) -> None:
    (folder / "w.toml").write_text(ONE + f"expires = {TODAY - timedelta(days=1)}\n")
    ended = trailhold("waivers", "check", "--waivers=w.toml", *strict, cwd=folder)
    assert (ended.code, "EXPIRED on" in ended.out) == (code, True)
    assert trailhold("waivers", "check", "w.toml", *strict, cwd=folder) == ended


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("audit --from=s.json --waivers=none.toml", "the waivers none.toml cannot be read: No such file"),
        ("audit --from=s.json --waivers=bad.toml", "bad.toml:2: unknown control TH999"),
        ("audit --from=s.json --strict-waivers", "--strict-waivers is for a file of waivers"),
        ("audit --from=s.json --baseline=none.json", "the result none.json cannot be read"),
        ("audit --from=s.json --baseline=s.json", "s.json is a snapshot, not a result"),
        ("audit --from=s.json --waivers=w.toml --export=w.toml", "no format for 'w.toml'"),
        ("audit --from=s.json --baseline=f.json --export=f.json", "f.json is named twice"),
        ("audit --from=s.json --min-severity=hgih", "unknown severity hgih (did you mean high?)"),
        (
            "check t.json --baseline=f.json",
            "the baseline is a result of an account, and this",
        ),
        ("waivers", "waivers is half a command; there are waivers check, waivers add"),
        ("waivers chekc", "waivers is half a command"),
        ("waivers check", "no file of waivers is named: give --waivers FILE"),
        ("waivers check w.toml --waivers=w.toml", "the file of waivers is named twice"),
        ("waivers add f.json", "the following arguments are required: --reason, --owner"),
        ("waivers add f.json --reason=r --owner=o --waivers=w.toml", "give --fingerprint, or --control with"),
        (
            "waivers add f.json --reason=r --owner=o --waivers=w.toml --control=TH110",
            "give --fingerprint, or",
        ),
        (
            "waivers add f.json --reason=r --owner=o --waivers=w.txt --fingerprint=aaaaaa",
            "call it .toml or .yam",
        ),
        ("waivers add f.json --reason=r --owner=o --waivers=w.toml --fingerprint=zz", "is not a fingerprint"),
        (
            "waivers add f.json --reason=r --owner=o --waivers=w.toml --fingerprint=000000",
            "no finding of this",
        ),
        (
            "waivers add f.json --reason=r --owner=o --waivers=w.toml --control=TH110 --account=12",
            "--account: '12' is not an account id",
        ),
        (
            "waivers add f.json --reason=r --owner=o --waivers=w.toml --control=TH1100 --resource=*",
            "unknown control TH1100 (did you mean TH110?)",
        ),
        (
            "waivers add f.json --reason=r --owner=o --waivers=w.toml --control=TH110 --resource=* "
            "--expires=1",
            "1 is no day of the calendar",
        ),
        (
            "waivers add f.json --reason=r --owner=o --waivers=w.toml --control=TH110 --resource=* "
            "--expires=2020-01-01",
            "--expires 2020-01-01 is over already",
        ),
    ],
)
def test_refused_and_nothing_written(folder: Path, line: str, says: str) -> None:
    (folder / "bad.toml").write_text(ONE.replace("TH110", "TH999"))
    trail = {"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": True, "S3BucketName": "b"}}
    (folder / "t.json").write_text(json.dumps({"Resources": {"T": trail}}))
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert says in refused(trailhold(*line.split(), cwd=folder))
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_baseline_knows_what_failed_and_nothing_else(folder: Path) -> None:
    saved(
        folder / "s.json", hardened(trail={"log_file_validation": Known(False), "multi_region": Known(False)})
    )
    ended = trailhold(
        *("audit", "--from=s.json", "--select=TH110,TH103", "--baseline=f.json", "--format=json"), cwd=folder
    )
    known = {f["control_id"]: f["known_since"] for f in json.loads(ended.out)["findings"]}
    assert (ended.code, known["TH110"], set(known.values())) == (1, "2026-11-20", {"2026-11-20", ""})
    assert ended.err == "trailhold: 1 failure known from the baseline\n"


def test_what_was_waived_in_a_baseline_is_no_known_failure(folder: Path) -> None:
    audited(folder, "--waivers=w.toml", "--export=waived.json")
    assert audited(folder, "--baseline=waived.json").code == 1


def test_a_baseline_of_a_baseline_keeps_the_first_day(folder: Path) -> None:
    text = (folder / "f.json").read_text()
    assert '"finished": "2026-' in text
    (folder / "old.json").write_text(text.replace('"finished": "2026-', '"finished": "2025-'))
    trailhold("report", "f.json", "--baseline=old.json", "--export=next.json", cwd=folder)
    ended = audited(folder, "--baseline=next.json", "--format=json")
    assert json.loads(ended.out)["findings"][0]["known_since"].startswith("2025-")


@pytest.mark.parametrize("format", ["console", "markdown", "csv"])
def test_min_severity_hides_and_changes_no_exit_code(folder: Path, format: str) -> None:
    ended = audited(folder, "--min-severity=critical", f"--format={format}")
    assert (ended.code, "TH110" in ended.out) == (1, False)


def test_min_severity_says_what_it_hides_and_saves_everything(folder: Path) -> None:
    ended = audited(folder, "--min-severity=critical", "--export=whole.json")
    assert "findings below critical not shown (min-severity)" in ended.out
    whole = {f["control_id"] for f in json.loads((folder / "whole.json").read_text())["findings"]}
    assert whole == {"TH110", "TH111"}


@pytest.mark.parametrize(
    ("format", "says"),
    [
        ("console", "known  since the baseline of 2026-11-20"),
        ("html", "since the baseline of 2026-11-20"),
        ("csv", "2026-11-20"),
        ("markdown", "(known since the baseline of 2026-11-20)"),
        ("junit", '<skipped message="known since the baseline of 2026-11-20: '),
        ("github", "::notice "),
    ],
)
def test_formats_show_what_is_known(folder: Path, format: str, says: str) -> None:
    shown = audited(folder, "--select=TH110", "--baseline=f.json", f"--format={format}")
    assert shown.code == 3
    assert says in shown.out
    if format == "junit":
        assert 'failures="0"' in shown.out
        assert "<failure" not in shown.out
    if format == "github":
        assert "::error" not in shown.out


def test_sarif_says_what_is_unchanged(folder: Path) -> None:
    ended = audited(folder, "--baseline=f.json", "--format=sarif", "--sarif-location=w.toml")
    (run,) = json.loads(ended.out)["runs"]
    assert [result.get("baselineState") for result in run["results"]] == ["unchanged", None]


TEMPLATE = """\
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {IsLogging: true, S3BucketName: logs, EnableLogFileValidation: false}
"""


def test_the_gate_takes_both_as_well(tmp_path: Path) -> None:
    def checked(*arguments: str) -> Ended:
        return trailhold("check", "t.yaml", "--select=TH110", *arguments, cwd=tmp_path)

    (tmp_path / "t.yaml").write_text(TEMPLATE)
    (tmp_path / "w.toml").write_text(ONE.replace("arn:aws:cloudtrail:*", "Trail"))
    (tmp_path / "b.toml").write_text(ONE.replace("arn:aws:cloudtrail:*", "*"))
    assert checked("--export=f.json").code == 1
    assert checked("--baseline=f.json").code == 0
    assert checked("--waivers=b.toml", "--strict-waivers").code == 0
    place = json.loads((tmp_path / "f.json").read_text())["findings"][0]["location"]["construct"]
    (tmp_path / "w.toml").write_text(ONE.replace("arn:aws:cloudtrail:*", place))
    assert checked("--waivers=w.toml", "--strict-waivers").code == 0
    (tmp_path / "t.yaml").write_text(TEMPLATE.replace("false", "true"))
    idle = checked("--waivers=w.toml", "--strict-waivers")
    assert (idle.code, "is needed no longer" in idle.err) == (1, True)
