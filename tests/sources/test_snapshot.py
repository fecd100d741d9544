import json
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from checker.assessment import assess
from checker.evidence import Known
from checker.inventory import Inventory, Trail
from checker.model import Context, Remediation, Severity, Verdict, control, passed
from checker.observation import CannotObserve, Observation, Scan
from checker.sources.snapshot import SCHEMA_VERSION, dump, load, normalised
from tests.hardened import ACCOUNT, DENIED, NOW, TRAIL, TRAIL_ARN, hardened


def observation(inventory: Inventory | None = None) -> Observation:
    scan = Scan(
        source="aws",
        callers=("arn:x",),
        accounts=(ACCOUNT,),
        started=NOW,
        finished=NOW + timedelta(seconds=2),
        calls=7,
    )
    return Observation(scan=scan, inventory=inventory or hardened())


def changed(**replaced: Any) -> bytes:
    """A good snapshot whose envelope says something else."""
    return json.dumps(json.loads(dump(observation())) | replaced).encode()


DENIED_SETTINGS = hardened(trail={"log_file_validation": DENIED}, bucket={"policy": DENIED})


@pytest.mark.parametrize("inventory", [hardened(), DENIED_SETTINGS], ids=["all known", "some unknown"])
def test_what_is_saved_comes_back(tmp_path: Path, inventory: Inventory) -> None:
    (tmp_path / "s.json").write_bytes(dump(observation(inventory)))
    assert load(tmp_path / "s.json") == observation(inventory)


def test_equal_observations_give_equal_bytes_whatever_the_order_of_reading() -> None:
    tags = {"owner": "security", "env": "prod"}
    one = hardened(trail={"tags": Known(tags)})
    other = hardened(trail={"tags": Known(dict(reversed(tags.items())))})
    assert list(one.trails[TRAIL_ARN].tags.value) != list(other.trails[TRAIL_ARN].tags.value)
    assert dump(observation(one)) == dump(observation(other))


@control(
    id="TH000",
    name="tells-what-it-saw",
    title="",
    severity=Severity.LOW,
    applies_to=Trail,
    expected="",
    reads=(),
    remediation=Remediation(text=""),
)
def tells(trail: Trail, context: Context) -> Verdict:
    """Put everything that order and time zone could change into the verdict."""
    return passed(
        f"{list(context.inventory.trails)} {dict(trail.tags.value)} {trail.status.start_logging_time.value}"
    )


def test_live_and_saved_are_judged_alike(tmp_path: Path) -> None:
    paris = timezone(timedelta(hours=1))
    status = replace(TRAIL.status, start_logging_time=Known(NOW.astimezone(paris)))
    first = replace(TRAIL, arn=TRAIL_ARN.replace("audit", "a"))
    live = normalised(
        observation(
            hardened(trail={"tags": Known({"b": "\ud800", "a": "é"}), "status": status}, more_trails=(first,))
        )
    )
    (tmp_path / "s.json").write_bytes(dump(live, version="1"))
    saved = load(tmp_path / "s.json")
    assert assess(live, [tells], version="1") == assess(saved, [tells], version="1")
    assert "\\\\ud800" in assess(live, [tells], version="1").findings[-1].detail


GOOD = dump(observation())
BAD = [
    (b"", "is empty"),
    (b" \n", "is empty"),
    (b"hello", "is not JSON or is cut short"),
    (GOOD[:-1], "is not JSON or is cut short"),
    (GOOD[: len(GOOD) // 2], "is not JSON or is cut short"),
    (GOOD[:1], "is not JSON or is cut short"),
    (GOOD + b"x", "is not JSON"),
    (b'"\xff\xfe"', "but not a snapshot of trailhold: Expected `object`, got `str`"),
    (GOOD.replace(b'"audit"', b'"\xff"', 1), "is not JSON: it is not UTF-8 text"),
    (b"[]", "is JSON, but not a snapshot of trailhold: Expected `object`, got `array`"),
    (b"{}", "is JSON, but not a snapshot: save one with `trailhold audit --snapshot FILE`"),
    (b'{"findings": [], "schema_version": "1.0"}', "is a findings report, not a snapshot"),
    (changed(kind="other-tool"), "is of kind 'other-tool', not a snapshot"),
    (changed(kind=7), "Expected `str`, got `int` - at `$.kind`"),
    (changed(schema_version="2.0"), f"is a snapshot of schema 2.0, and this version reads {SCHEMA_VERSION}"),
    (changed(schema_version=""), "is a snapshot of schema (none)"),
    (changed(inventory=None), "Expected `object`, got `null` - at `$.inventory`"),
    (changed(inventory={}), "missing required field `partition` - at `$.inventory`"),
    (GOOD.replace(b'"calls":7', b'"calls":"7"'), "Expected `int`, got `str` - at `$.scan.calls`"),
    (GOOD.replace(b'"calls":7', b'"calls":-7'), "Expected `int` >= 0 - at `$.scan.calls`"),
    (
        GOOD.replace(b"12:00:00Z", b"12:00:00"),
        "Expected `datetime` with a timezone component - at `$.scan.started`",
    ),
    (GOOD.replace(b'"known"', b'"seen"', 1), "Invalid value 'seen' - at `$.inventory.accounts[...]"),
    (b'{"kind":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "Expected `str`, got `array`"),
    (b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
]


@pytest.mark.parametrize(("content", "says"), BAD, ids=[says for _, says in BAD])
def test_what_is_no_snapshot_is_said_in_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(content)
    with pytest.raises(CannotObserve) as refused:
        load(path)
    assert says in str(refused.value)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_every_cut_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    for end in range(0, len(GOOD), 97):
        path.write_bytes(GOOD[:end])
        with pytest.raises(CannotObserve):
            load(path)


def test_a_hundred_levels_of_nesting_are_no_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(GOOD.replace(b'"content":true', b'"content":' + b"[" * 100 + b"]" * 100, 1))
    with pytest.raises(CannotObserve, match="got `array`"):
        load(path)


@pytest.mark.parametrize(
    ("name", "says"),
    [("missing.json", "No such file or directory"), (".", "Is a directory"), ("s.json/x", "directory")],
)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "s.json").write_bytes(GOOD)
    with pytest.raises(CannotObserve, match=says):
        load(tmp_path / name)


def test_a_file_beyond_the_limit_is_not_read_whole(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_bytes(GOOD)
    assert load(tmp_path / "s.json", limit=len(GOOD)) == observation()
    with pytest.raises(CannotObserve, match=f"larger than {len(GOOD) - 1} bytes"):
        load(tmp_path / "s.json", limit=len(GOOD) - 1)
