"""`trailhold audit --expect`: trails beside the templates that declare them."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.evidence import Known
from tests.cli.running import Ended, refused, saved, trailhold
from tests.hardened import hardened
from tests.simulator import Endpoint, hardened_world, serve
from tests.sources.cloudformation.judging import HARDENED

WORLD = hardened_world()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the template of the hardened account, and a snapshot of it with another bucket."""
    shutil.copy(HARDENED, tmp_path / "trail.yaml")
    saved(tmp_path / "s.json", hardened(trail={"bucket_name": Known("theirs")}))
    return tmp_path


@pytest.fixture(scope="module")
def aws() -> Iterator[Endpoint]:
    with serve(WORLD) as endpoint:
        yield endpoint


def drift(ended: Ended) -> list[tuple[str, str]]:
    found = json.loads(ended.out)["findings"]
    return [(f["status"], f["detail"]) for f in found if f["control_id"] == "TH127"]


def test_a_saved_audit_is_compared(folder: Path) -> None:
    ended = trailhold("audit", "--from=s.json", "--expect=trail.yaml", "--format=json", cwd=folder)
    assert ended.code == 1
    assert [status for status, _ in drift(ended)] == ["fail"]
    assert "S3BucketName is theirs" in drift(ended)[0][1]


def test_nothing_is_compared_without_templates(folder: Path) -> None:
    ended = trailhold("audit", "--from=s.json", "--set=strict", "--format=json", cwd=folder)
    assert drift(ended) == []


def test_the_expectation_is_part_of_the_snapshot(aws: Endpoint, folder: Path) -> None:
    env = aws.env(WORLD.accounts[0].access_key)
    live = trailhold(
        *("audit", "--expect=trail.yaml", "--snapshot=now.json", "--format=json", "--timeout=5"),
        cwd=folder,
        env=env,
    )
    # The oldest botocore that is supported cannot ask for aggregations.
    assert [status for status, _ in drift(live)] in (["pass"], ["unknown"]), live
    (folder / "trail.yaml").unlink()
    again = trailhold("audit", "--from=now.json", "--select=TH127", "--format=json", cwd=folder)
    assert drift(again) == drift(live)


REFUSED = [
    (("--expect=nowhere.yaml",), "there is no file or folder nowhere.yaml"),
    (("--parameters=TrailName=x",), "give --expect as well"),
    (("--expect=trail.yaml", "--parameters=TrailName"), "TrailName is not NAME=VALUE"),
    (("--expect=trail.yaml", "--parameters=TrailNam=x"), "no template has a parameter TrailNam"),
    (("--expect=trail.yaml", "--parameters=TrailName=x", "--parameters=TrailName=y"), "given twice"),
    (("--expect=s.json",), "s.json"),
    (("--expect=trail.yaml", "--export=trail.yaml.json", "--expect=trail.yaml.json"), "trail.yaml.json"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED, ids=[" ".join(a) for a, _ in REFUSED])
def test_what_is_refused(arguments: tuple[str, ...], sentence: str, folder: Path) -> None:
    ended = trailhold("audit", "--from=s.json", *arguments, cwd=folder)
    assert sentence in refused(ended)
