"""`--save`, `report diff` and `report trend`: in a folder, and in S3 over HTTP."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from checker.evidence import Known
from tests.cli.running import Ended, refused, saved, trailhold
from tests.cli.test_audit import NO_VALIDATION
from tests.hardened import hardened

PICK = "--select=TH110,TH111,TH103"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two results: in the first TH110 fails and TH111 is unknown, in the second another setting fails."""
    folder = tmp_path_factory.mktemp("made")
    saved(folder / "s.json", NO_VALIDATION)
    trailhold("audit", "--from=s.json", PICK, "--export=old.json", "--save=history", "-q", cwd=folder)
    saved(folder / "s.json", hardened(trail={"multi_region": Known(False)}))
    trailhold("audit", "--from=s.json", PICK, "--export=new.json", "--save=history", "-q", cwd=folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_the_difference_of_two_results(folder: Path) -> None:
    ended = trailhold("report", "diff", "old.json", "new.json", cwd=folder)
    assert (ended.code, ended.err) == (0, "")
    assert "✗ FAIL  New failures: 1 finding\n  TH103" in ended.out
    assert "✓ PASS  Fixed: 1 finding\n  TH110" in ended.out
    assert ended.out.splitlines()[-1].startswith("1 new failure, 1 fixed, 0 still failing, 0 newly unknown")


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 0), (["--fail-on=low"], 1), (["--fail-on=critical"], 0)]
)
def test_new_failures_can_fail_a_job(folder: Path, arguments: list[str], code: int) -> None:
    assert trailhold("report", "diff", "old.json", "new.json", *arguments, cwd=folder).code == code
    assert trailhold("report", "diff", "new.json", "new.json", *arguments, cwd=folder).code == 0


def test_the_difference_as_json(folder: Path) -> None:
    ended = trailhold("report", "diff", "old.json", "new.json", "--format=json", cwd=folder)
    found = json.loads(ended.out)["difference"]
    assert [c["control_id"] for c in found["new"]] == ["TH103"]
    assert [c["after"] for c in found["fixed"]] == ["pass"]


def test_the_difference_as_a_page(folder: Path) -> None:
    ended = trailhold("report", "diff", "old.json", "new.json", "--html=diff.html", cwd=folder)
    assert (ended.code, ended.err) == (0, "trailhold: wrote diff.html\n")
    page = (folder / "diff.html").read_text()
    assert trailhold("report", "diff", "old.json", "new.json", "--format=html", cwd=folder).out == page
    assert "1 new failure, 1 fixed" in page
    assert all(id in page for id in ("TH103", "TH110"))


def test_the_trend_of_a_folder(folder: Path) -> None:
    ended = trailhold("report", "trend", "history", "--html=trend.html", cwd=folder)
    assert (ended.code, ended.err) == (0, "trailhold: wrote trend.html\n")
    assert ended.out.startswith("2 results from 2026-")
    assert "<polyline" in (folder / "trend.html").read_text()
    other = trailhold("report", "trend", "history", "--format=html", cwd=folder)
    assert other.out == (folder / "trend.html").read_text()


def test_it_says_what_it_saved(tmp_path: Path) -> None:
    saved(tmp_path / "s.json", NO_VALIDATION)
    ended = trailhold("audit", "--from=s.json", PICK, "--save=history", cwd=tmp_path)
    (path,) = tmp_path.glob("history/results/**/*.json")
    assert ended.err == f"trailhold: saved {path.relative_to(tmp_path)}\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("audit --from=s.json --save=s3://bucket/p", "an audit only reads: save its result with --export"),
        ("audit --from=s.json --save=gs://bucket", "gs://bucket is no place that is known"),
        ("audit --from=s.json --save=old.json", "results cannot be kept in old.json"),
        ("report trend none", "there is no folder none"),
        ("report trend .", "no results are kept in .: fill it with `trailhold audit --save`"),
        ("report trend s3://UPPER/x", "s3://UPPER/x is not a place in S3, such as s3://bucket/prefix"),
        ("report trend broken", "this is not a JSON report of schema version"),
        ("report trend history --html=none/x.html", "cannot write none/x.html"),
        ("report diff old.json", "the following arguments are required: NEW"),
        ("report diff old.json s.json", "s.json is a snapshot, not a result"),
        ("report old.json --region=eu-west-1 --save=x", "--region is for --security-hub, --save s3"),
    ],
)
def test_refused_and_nothing_written(folder: Path, line: str, says: str) -> None:
    below = folder / "broken" / "results"
    below.mkdir(parents=True)
    (below / "20261120T120004Z-00000000.json").write_text("{")
    before = sorted(folder.rglob("*"))
    assert says in refused(trailhold(*line.split(), cwd=folder))
    assert sorted(folder.rglob("*")) == before


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The environment of a caller who may do everything with the bucket audit-results."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    env = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
    }
    s3 = boto3.client(
        "s3",
        endpoint_url=env["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    s3.create_bucket(Bucket="audit-results")
    yield env
    server.stop()


def test_results_in_s3(folder: Path, bucket: dict[str, str]) -> None:
    def run(*arguments: str) -> Ended:
        return trailhold("report", *arguments, cwd=folder, env=bucket)

    place = "s3://audit-results/cloudtrail"
    kept = run("old.json", f"--save={place}", "--fail-on=none", "--allow-incomplete")
    assert kept.code == 0
    assert kept.err.startswith(f"trailhold: saved {place}/results/year=2026/month=")
    run("new.json", f"--save={place}")
    here = trailhold("report", "trend", "history", "--format=json", cwd=folder)
    assert run("trend", place, "--format=json") == here
    assert "there is no bucket other-results" in refused(run("trend", "s3://other-results/x"))
    assert "no results are kept in s3://audit-results/none" in refused(
        run("trend", "s3://audit-results/none")
    )
