"""What is normalised a resource at a time is what saving and reading back the whole gives."""

from datetime import timedelta, timezone
from pathlib import Path

import pytest
from msgspec.structs import replace

from checker.evidence import Known, Origin
from checker.inventory import Inventory
from checker.observation import Observation, Scan
from checker.sources.normal import SIZE, joined, slices, taken_apart
from checker.sources.snapshot import dump, load, normalised
from tests.controls.test_lake import CHANNEL, DASHBOARD
from tests.hardened import NOW, TRAIL, TRAIL_ARN, hardened

PARIS = timezone(timedelta(hours=1))
SCAN = Scan(source="aws", callers=("b", "a"), accounts=("1",), started=NOW, finished=NOW, calls=7)
OTHER = replace(TRAIL, arn=TRAIL_ARN.replace("audit", "a"))
ODD = {"b": "\ud800", "a": "é", "\udfff": "<"}
INVENTORIES = {
    "hardened": hardened(more_trails=(OTHER,)),
    "other zone": replace(hardened(), taken_at=NOW.astimezone(PARIS)),
    "odd text": hardened(trail={"tags": Known(ODD, Origin(at=NOW.astimezone(PARIS)))}),
    "odd name": replace(hardened(), trails={"\udfff": TRAIL, "é": TRAIL, "a": TRAIL}),
    "lake": replace(hardened(), channels={CHANNEL.arn: CHANNEL}, dashboards={DASHBOARD.arn: DASHBOARD}),
    "nothing": Inventory(partition="aws", taken_at=NOW, accounts={}),
}


@pytest.mark.parametrize("name", INVENTORIES)
def test_normalised_is_saved_and_read_back(name: str, tmp_path: Path) -> None:
    live = Observation(scan=SCAN, inventory=INVENTORIES[name])
    (tmp_path / "s.json").write_bytes(dump(live))
    again, saved = normalised(live), load(tmp_path / "s.json")
    assert again == saved
    assert dump(again) == dump(saved)
    for kind in ("trails", "buckets", "channels"):
        assert list(getattr(again.inventory, kind)) == list(getattr(saved.inventory, kind))


@pytest.mark.parametrize("number", [0, 1, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE + 1])
def test_slices_leave_nothing_out(number: int) -> None:
    """Resources by name and in a row; not even the last of a slice is lost, nor the order."""
    one = hardened()
    names = [f"{at:03}" for at in range(number)]
    seen = tuple(replace(one.sightings[0], region=name) for name in names)
    many = replace(one, trails=dict.fromkeys(names, TRAIL), sightings=seen)
    cut = list(slices(taken_apart(many)))
    assert joined(cut) == many
    for kind in ("trails", "sightings"):
        assert sum(name == kind for name, _ in cut) == max(1, -(-number // SIZE))


def test_what_was_passed_stays_as_it_was() -> None:
    live = Observation(scan=SCAN, inventory=INVENTORIES["odd text"])
    before = dump(live)
    normalised(live)
    assert dump(live) == before


def test_equal_texts_and_times_are_one_object() -> None:
    """An organization has each a thousand times."""
    seen = normalised(Observation(scan=SCAN, inventory=hardened())).inventory.sightings
    assert len({id(sighting.trail_arn) for sighting in seen}) == 1
    assert len({id(sighting.account) for sighting in seen}) == 1
