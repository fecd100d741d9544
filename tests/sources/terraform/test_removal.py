"""What a plan takes away: a trail, its bucket, its key, for good or for a while, and what stands then."""

import copy
from pathlib import Path
from typing import Any

import pytest

from checker.catalog import CONTROLS
from checker.inventory import DESTROYED, REPLACED, Inventory
from checker.model import Status
from checker.sources import terraform
from tests import hardened as good
from tests.sources.cloudformation.judging import failing, findings
from tests.sources.terraform import existing
from tests.sources.terraform.planning import plan, written

TRAIL, BUCKET, KEY = "aws_cloudtrail.audit", "aws_s3_bucket.logs", "aws_kms_key.logs"
POLICY = "aws_s3_bucket_policy.logs"
DELETE, FORGET, UPDATE = ["delete"], ["forget"], ["update"]
FIRST_AWAY, FIRST_NEW = ["delete", "create"], ["create", "delete"]
EVERYTHING = dict.fromkeys(existing.resources(), DELETE)


def observed(folder: Path, content: dict[str, Any]) -> Inventory:
    return terraform.load([written(folder, content)]).inventory


CASES: dict[str, tuple[dict[str, list[str]], set[str]]] = {
    "nothing": ({}, set()),
    "the trail": ({TRAIL: DELETE}, {"TH106"}),
    "the trail, before another is made": ({TRAIL: FIRST_AWAY}, {"TH106"}),
    "the trail, after another was made": ({TRAIL: FIRST_NEW}, set()),
    "the trail, of which Terraform only forgets": ({TRAIL: FORGET}, set()),
    "the bucket": ({BUCKET: DELETE}, {"TH001", "TH301"}),
    "the bucket, before another is made": ({BUCKET: FIRST_AWAY}, {"TH001"}),
    "the bucket, after another was made": ({BUCKET: FIRST_NEW}, {"TH001"}),
    "the bucket, of which Terraform only forgets": ({BUCKET: FORGET, POLICY: FORGET}, set()),
    "the bucket of a trail that is forgotten": ({TRAIL: FORGET, BUCKET: DELETE}, {"TH001", "TH301"}),
    "the key": ({KEY: DELETE}, {"TH002"}),
    "the key for another": ({KEY: FIRST_NEW}, {"TH002"}),
    "everything": (EVERYTHING, {"TH001", "TH002", "TH106"}),
    "everything but the trail": (
        {**EVERYTHING, TRAIL: FORGET},
        {"TH001", "TH002", "TH301"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_taken_away_fails(name: str, tmp_path: Path) -> None:
    actions, expected = CASES[name]
    before = set(failing(observed(tmp_path, existing.changed({}))))
    inventory = observed(tmp_path, existing.changed(actions))
    judged = {"TH001", "TH002", "TH106", "TH301"}
    assert set(failing(inventory)) & judged == expected
    assert not before & judged
    assert all(f.location and f.location.line for f in findings(inventory) if f.status is Status.FAIL)


@pytest.mark.parametrize(
    ("actions", "says", "not_says"),
    [
        (DELETE, "nothing is recorded from then on", "create_before_destroy"),
        (
            FIRST_AWAY,
            "replaces the trail and destroys the old one first: nothing is recorded in between",
            "then",
        ),
        (FIRST_AWAY, "create_before_destroy leaves no gap", "from then on"),
    ],
)
def test_a_trail_that_is_replaced_is_told_from_one_that_is_gone(
    tmp_path: Path, actions: list[str], says: str, not_says: str
) -> None:
    inventory = observed(tmp_path, existing.changed({TRAIL: actions}))
    (found,) = findings(inventory, ["TH106"])
    assert found.status is Status.FAIL
    assert says in found.detail
    assert not_says not in found.detail


def test_nothing_else_is_asked_of_what_is_destroyed(tmp_path: Path) -> None:
    """But of the key, which is there until its waiting time is over."""
    inventory = observed(tmp_path, existing.changed(EVERYTHING))
    told = [f for f in findings(inventory) if f.resource_type != "AWS::KMS::Key"]
    assert {f.control_id for f in told} == {"TH001", "TH106"}
    assert inventory.is_destroyed(good.TRAIL_ARN)
    assert not inventory.trails[good.TRAIL_ARN].status.is_logging.value


def test_a_log_bucket_of_trails_elsewhere_is_missed_too(tmp_path: Path) -> None:
    content = existing.changed({BUCKET: DELETE, POLICY: DELETE})
    content["resource_changes"] = [one for one in content["resource_changes"] if one["address"] != TRAIL]
    content["planned_values"]["root_module"]["resources"] = []
    (finding,) = (f for f in findings(observed(tmp_path, content)) if f.status is Status.FAIL)
    assert finding.control_id == "TH001"
    assert finding.detail == "the plan destroys the bucket"


def selecting(**selector: Any) -> dict[str, Any]:
    """What a trail with one basic selector has."""
    everything = {"read_write_type": "All", "include_management_events": True, "data_resource": []}
    return {"event_selector": [{**everything, **selector}], "advanced_event_selector": []}


BESIDE: dict[str, tuple[dict[str, Any], bool]] = {
    "one that records all Regions": ({}, True),
    "one of a single Region": ({"is_multi_region_trail": False}, False),
    "one that does not log": ({"enable_logging": False}, False),
    "one of writes alone": (selecting(read_write_type="WriteOnly"), False),
    "one of data events alone": (selecting(include_management_events=False), False),
}


@pytest.mark.parametrize("action", [DELETE, FIRST_AWAY], ids=["destroyed", "replaced"])
@pytest.mark.parametrize("name", BESIDE)
def test_another_trail_makes_good_for_it(name: str, action: list[str], tmp_path: Path) -> None:
    changes, enough = BESIDE[name]
    found = existing.resources()
    other = {**copy.deepcopy(found[TRAIL]), "name": "other", "arn": f"{good.TRAIL_ARN}2", **changes}
    content = plan({**found, "aws_cloudtrail.other": other}, actions={TRAIL: action})
    failed = [f for f in findings(observed(tmp_path, content), ["TH106"]) if f.status is Status.FAIL]
    assert (good.TRAIL_ARN not in [f.resource_arn for f in failed]) is enough


def test_trails_that_are_replaced_together_do_not_make_good_for_each_other(tmp_path: Path) -> None:
    found = existing.resources()
    other = {**copy.deepcopy(found[TRAIL]), "name": "other", "arn": f"{good.TRAIL_ARN}2"}
    both = {TRAIL: FIRST_AWAY, "aws_cloudtrail.other": FIRST_AWAY}
    content = plan({**found, "aws_cloudtrail.other": other}, actions=both)
    judged = findings(observed(tmp_path, content), ["TH106"])
    assert [finding.status for finding in judged] == [Status.FAIL, Status.FAIL]


def test_an_organization_trail_is_not_made_good_for_by_one_of_the_account(tmp_path: Path) -> None:
    found = existing.resources(aws_cloudtrail__is_organization_trail=True)
    other = {**found[TRAIL], "name": "other", "arn": f"{good.TRAIL_ARN}2", "is_organization_trail": False}
    content = plan({**found, "aws_cloudtrail.other": other}, actions={TRAIL: DELETE})
    (failed,) = (f for f in findings(observed(tmp_path, content), ["TH106"]) if f.status is Status.FAIL)
    assert failed.resource_arn == good.TRAIL_ARN


@pytest.mark.parametrize("address", [TRAIL, BUCKET])
@pytest.mark.parametrize("action", [["create"], ["no-op"], DELETE], ids=["made", "imported", "destroyed"])
def test_what_is_destroyed_at_another_address_is_taken_away(
    address: str, action: list[str], tmp_path: Path
) -> None:
    """Terraform takes away and makes at the same time; what moves (``moved``) is destroyed nowhere."""
    found, other = existing.resources(), f"{address}_too"
    content = plan({**found, other: found[address]}, actions={address: DELETE, other: action})
    inventory = observed(tmp_path, content)
    arn = good.TRAIL_ARN if address == TRAIL else good.BUCKET_ARN
    removal = inventory.removal_of(arn)
    assert removal is not None
    assert removal.content == (REPLACED if action == ["create"] else DESTROYED)
    assert ("TH106" if address == TRAIL else "TH001") in failing(inventory)


@pytest.mark.parametrize("address", [TRAIL, BUCKET])
def test_what_has_moved_stays(address: str, tmp_path: Path) -> None:
    found, other = existing.resources(), f"{address}_too"
    moved = {**{name: one for name, one in found.items() if name != address}, other: found[address]}
    inventory = observed(tmp_path, plan(moved, actions={other: ["no-op"]}))
    assert inventory.removal_of(good.TRAIL_ARN) is inventory.removal_of(good.BUCKET_ARN) is None
    assert not {"TH106", "TH001"} & set(failing(inventory))


def test_a_trail_that_was_left_over_is_destroyed_beside_the_new_one(tmp_path: Path) -> None:
    content = existing.changed({})
    (trail,) = (one for one in content["resource_changes"] if one["address"] == TRAIL)
    left = copy.deepcopy(trail)
    left["deposed"] = "0123abcd"
    left["change"] |= {
        "actions": DELETE,
        "before": {**trail["change"]["after"], "name": "old"},
        "after": None,
    }
    left["change"]["before"]["arn"] = f"{good.TRAIL_ARN}-old"
    content["resource_changes"].append(left)
    inventory = observed(tmp_path, content)
    assert inventory.is_destroyed(f"{good.TRAIL_ARN}-old")
    assert "TH106" not in failing(inventory)


def test_a_change_that_waits_for_another_apply_is_judged(tmp_path: Path) -> None:
    content = existing.changed({TRAIL: UPDATE}, aws_cloudtrail__enable_logging=False)
    (trail,) = (one for one in content["resource_changes"] if one["address"] == TRAIL)
    content["resource_changes"].remove(trail)
    content["deferred_changes"] = [{"reason": "provider_config_unknown", "resource_change": trail}]
    assert "TH106" in failing(observed(tmp_path, content))


def test_a_plan_that_only_takes_note_is_judged_by_what_is_there(tmp_path: Path) -> None:
    """``terraform plan -refresh-only``: somebody stopped the trail, and the plan changes nothing about it."""
    content = existing.changed({}, aws_cloudtrail__enable_logging=False)
    there = content.pop("planned_values")["root_module"]["resources"]
    content |= {"resource_changes": [], "planned_values": {"outputs": {}}}
    content["prior_state"]["values"]["root_module"]["resources"] += there
    assert "TH106" in failing(observed(tmp_path, content))


def test_the_controls_that_judge_it_say_so() -> None:
    assert {id for id, control in CONTROLS.items() if control.of_destroyed} == {"TH001", "TH002", "TH106"}
    assert {DESTROYED, REPLACED} == {"destroyed", "replaced"}
