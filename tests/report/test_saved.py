import json
import os
from pathlib import Path
from typing import Any

import pytest

from checker.assessment import Assessment
from checker.observation import CannotObserve
from checker.report import BY_FRAMEWORK, FORMATS, Choices, render
from checker.report.saved import load
from tests.report import attacks, samples


def written(folder: Path, assessment: Assessment = samples.SMALL) -> Path:
    path = folder / "findings.json"
    path.write_text(render("json", assessment))
    return path


SAMPLES = {
    "organization": samples.ORGANIZATION,
    "small": samples.SMALL,
    "empty": samples.EMPTY,
    "unread": samples.UNREAD,
    "hostile": attacks.hostile(samples.NEGLECTED),
}
PLACE = Choices(sarif_location="README.md")


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_shows_a_saved_result_as_it_showed_the_fresh_one(
    tmp_path: Path, format: str, name: str
) -> None:
    fresh = SAMPLES[name]
    assert render(format, load(written(tmp_path, fresh)), PLACE) == render(format, fresh, PLACE)


@pytest.mark.parametrize("format", BY_FRAMEWORK)
def test_and_so_do_frameworks(tmp_path: Path, format: str) -> None:
    saved, choices = load(written(tmp_path, samples.ORGANIZATION)), Choices(framework="cis-5.0")
    assert render(format, saved, choices) == render(format, samples.ORGANIZATION, choices)


def changed(*path: str | int, to: object) -> bytes:
    document: Any = json.loads(render("json", samples.SMALL))
    place = document
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = to
    return json.dumps(document).encode()


GOOD = render("json", samples.SMALL).encode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"<html>", "is not JSON or is cut short"),
        (GOOD[:-20], "is not JSON or is cut short"),
        (b"\xff\xfe{}", "is not JSON"),
        (GOOD.replace(b'"trailhold"', b'"\xff"', 1), "'utf-8' codec can't decode"),
        (b"[]", "is JSON, but not a result of trailhold: Expected `object`, got `array`"),
        (b'{"findings": ' + b"[" * 100_000, "nested too deeply"),
        (b"{}", "is JSON, but not a result of trailhold: save one with `trailhold audit --export"),
        (
            b'{"kind": "trailhold-snapshot"}',
            "is a snapshot, not a result: judge it with `trailhold audit --from",
        ),
        (b'{"version": "2.1.0", "runs": []}', "is SARIF"),
        (changed("schema_version", to="2.0"), "is a result of schema 2.0, and this version reads 1.0"),
        (changed("schema_version", to=1), "`int` - at `$.schema_version`"),
        (changed("findings", 0, "status", to="passed"), "'passed' - at `$.findings[0].status`"),
        (changed("findings", 2, "severity", to=None), "at `$.findings[2].severity`"),
        (changed("findings", to={}), "at `$.findings`"),
        (changed("scan", "finished", to="yesterday"), "at `$.scan.finished`"),
        (changed("scan", "finished", to="2026-11-20T12:00:04"), "at `$.scan.finished`"),
        (changed("scan", "calls", to=-1), "at `$.scan.calls`"),
        (changed("summary", "fail", to=0), "its summary counts 0 as fail, and its findings come to 1"),
        (changed("findings", to=[]), "its summary counts 1 as pass, and its findings come to 0"),
    ],
    ids=range(21),
)
def test_what_is_no_result_is_refused_in_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "findings.json"
    path.write_bytes(content)
    with pytest.raises(CannotObserve) as refused:
        load(path)
    assert says in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_later_minor_version_is_read(tmp_path: Path) -> None:
    document = json.loads(GOOD) | {"schema_version": "1.7", "later": {"field": 1}}
    (tmp_path / "later.json").write_text(json.dumps(document))
    assert load(tmp_path / "later.json").findings == load(written(tmp_path)).findings


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CannotObserve, match="cannot be read: No such file"):
        load(tmp_path / "missing.json")
    with pytest.raises(CannotObserve, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_no_more_is_read_than_a_result_may_have(tmp_path: Path) -> None:
    with pytest.raises(CannotObserve, match="is larger than 1000 bytes"):
        load(written(tmp_path, samples.ORGANIZATION), limit=1000)
    if os.name == "posix":
        with pytest.raises(CannotObserve, match="is larger than 1000 bytes"):
            load(Path("/dev/zero"), limit=1000)
