"""One world described four ways is one inventory, and one verdict from every way that tells it."""

import json
from pathlib import Path

import pytest

from checker.catalog import CONTROLS, told_by
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Account
from checker.model import CLOUDFORMATION, LIVE, TERRAFORM
from checker.observation import Observation
from checker.sources import cloudformation, terraform
from tests.modern import modern
from tests.sources.aws.evidence import settings
from tests.sources.cloudformation.judging import PLACE
from tests.sources.four_ways import describing, telling
from tests.sources.four_ways.case import EVERY_ALARM, Case
from tests.sources.four_ways.table import CASES
from tests.sources.terraform.planning import after, plan, written

HARDENED = CASES[0]
IN_TEMPLATES = sorted({*told_by(CLOUDFORMATION), *told_by(TERRAFORM)})
ONE_SIDED: dict[tuple[str, str], str] = {
    (CLOUDFORMATION, "TH301"): "pass",
    (CLOUDFORMATION, "TH302"): "pass",
    (CLOUDFORMATION, "TH305"): "pass",
    (CLOUDFORMATION, "TH310"): "pass",
    (CLOUDFORMATION, "TH402"): "pass",
    (CLOUDFORMATION, "TH406"): "pass",
    (CLOUDFORMATION, "TH503"): "pass",
    (CLOUDFORMATION, "TH504"): "pass",
    **{(CLOUDFORMATION, id): "pass" for id in ("TH709", "TH710", "TH711", "TH713")},
    (TERRAFORM, "TH002"): "fail",
    (TERRAFORM, "TH218"): "pass",
    (TERRAFORM, "TH310"): "pass",
    (TERRAFORM, "TH406"): "pass",
    (TERRAFORM, "TH908"): "pass",
    **{(way, id): "pass" for way in (CLOUDFORMATION, TERRAFORM) for id in ("TH703", "TH706")},
}
"""What a source says of a control that it cannot both pass and fail.

A template declares that something is there, that S3 encrypts, and what the bucket itself blocks, but not
what an account does; a plan knows how short a key waits and not prevent_destroy; what the provider cannot
set, a new resource has not. What the policies of an organization deny at its root is denied; what they leave
open, others may deny that are attached elsewhere.
"""
LEFT_OPEN = ("unknown", "apart", None)


def described(case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Observation]:
    """Return the observation that each way comes to."""
    found: dict[str, Observation] = {}
    if LIVE in case.ways:
        found[LIVE] = telling.on_the_wire(case.world, monkeypatch)
    if CLOUDFORMATION in case.ways:
        found[CLOUDFORMATION] = telling.as_template(case.world, folder / "template", case.style)
    if TERRAFORM in case.ways:
        found[TERRAFORM] = telling.as_plan(case.world, folder / "plan", case.style, case.gone)
    return found


@modern
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_way_tells_the_same(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = described(case, tmp_path, monkeypatch)
    names = telling.names_of(case.world)
    told = {way: telling.told(one.inventory, names) for way, one in found.items()}
    for way, ours in told.items():
        for other, others in told.items():
            both = ours.keys() & others.keys()
            assert {path: ours[path] for path in both} == {path: others[path] for path in both}, other
            assert len(both) >= 30, (way, other)
        assert telling.as_snapshot(found[way], tmp_path) == found[way]
    words = {way: telling.verdicts(one.inventory, case.thresholds) for way, one in found.items()}
    for id, control in CONTROLS.items():
        ways = {way: said.get(id) for way, said in words.items() if way in control.told_by}
        wanted = "fail" if id in case.fails else "pass" if id in case.passes else ""
        if wanted and id not in case.open:
            assert set(ways.values()) <= {wanted}, f"{id} {ways}"
        unsaid = ("apart", None) if control.applies_to is Account else ("apart",)
        decided = {word for word in ways.values() if word not in unsaid}
        assert len(decided) <= 1 or id in case.open, f"{id} {ways}"
        for way, said in words.items():
            if way not in control.told_by:
                assert said.get(id) in (*LEFT_OPEN, ONE_SIDED.get((way, id))), f"{id} {way} {said.get(id)}"
    for id in case.open:
        assert {words[way].get(id) for way in words if way != LIVE} & {"unknown"}, id


@pytest.mark.parametrize("id", IN_TEMPLATES)
def test_every_control_that_templates_tell_fails_in_a_world(id: str) -> None:
    ways = {way for case in CASES if id in case.fails for way in case.ways}
    assert ways >= set(CONTROLS[id].told_by), f"no row of {id} for {set(CONTROLS[id].told_by) - ways}"


def test_every_control_that_templates_tell_passes_in_a_world(tmp_path: Path) -> None:
    """In a row that says so, or in the hardened world."""
    named = {id for case in CASES for id in case.passes}
    template = telling.as_template(HARDENED.world, tmp_path)
    planned = telling.as_plan(HARDENED.world, tmp_path)
    for way, observation in ((CLOUDFORMATION, template), (TERRAFORM, planned)):
        passed = {id for id, word in telling.verdicts(observation.inventory).items() if word == "pass"}
        assert set(told_by(way)) <= passed | named, set(told_by(way)) - passed - named


@pytest.mark.parametrize(("way", "id"), ONE_SIDED)
def test_what_a_source_half_tells_is_not_promised(way: str, id: str) -> None:
    assert way not in CONTROLS[id].told_by


def test_each_name_stands_once() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


OUTSIDE = {
    # What no template has words for: the setting, and the ways that tell nothing of it.
    "trails.status.latest_delivery_time": (CLOUDFORMATION, TERRAFORM),
    "trails.status.latest_delivery_error": (CLOUDFORMATION, TERRAFORM),
    "trails.status.latest_digest_delivery_time": (CLOUDFORMATION, TERRAFORM),
    "trails.status.latest_digest_delivery_error": (CLOUDFORMATION, TERRAFORM),
    "trails.status.latest_cloudwatch_logs_delivery_time": (CLOUDFORMATION, TERRAFORM),
    "trails.status.latest_cloudwatch_logs_delivery_error": (CLOUDFORMATION, TERRAFORM),
    "trails.status.latest_notification_error": (CLOUDFORMATION, TERRAFORM),
    "trails.status.start_logging_time": (CLOUDFORMATION, TERRAFORM),
    "trails.status.stop_logging_time": (CLOUDFORMATION, TERRAFORM),
    "buckets.policy_is_public": (CLOUDFORMATION, TERRAFORM),
    "linked_buckets.policy_is_public": (CLOUDFORMATION, TERRAFORM),
    "keys.grants": (CLOUDFORMATION,),
    "topics.confirmed_subscriptions": (CLOUDFORMATION, TERRAFORM),
    "alert_topics.confirmed_subscriptions": (CLOUDFORMATION, TERRAFORM),
    "watches.history": (CLOUDFORMATION, TERRAFORM),
}
"""Beside these, and MFA delete, the hardened world is told in full by both languages."""


@pytest.mark.parametrize("way", [CLOUDFORMATION, TERRAFORM])
def test_what_templates_have_no_words_for_is_outside_and_nothing_else(way: str, tmp_path: Path) -> None:
    writer = telling.as_template if way == CLOUDFORMATION else telling.as_plan
    inventory = writer(HARDENED.world, tmp_path).inventory
    found: dict[str, set[Cause]] = {}
    for kind in telling.KINDS:
        for item in getattr(inventory, kind).values():
            for path, setting in settings(item, kind):
                if isinstance(setting, Unknown):
                    found.setdefault(path, set()).add(setting.cause)
    assert found == {path: {Cause.OUT_OF_SCOPE} for path, ways in OUTSIDE.items() if way in ways}
    (versioning,) = (one.versioning for one in inventory.buckets.values())
    assert isinstance(versioning, Known)
    assert isinstance(versioning.content.mfa_delete, Unknown)
    assert versioning.content.mfa_delete.cause is Cause.OUT_OF_SCOPE


def test_a_pattern_with_what_only_the_apply_gives_leaves_open_what_it_is_for(tmp_path: Path) -> None:
    resources = describing.plan(HARDENED.world)
    (about_keys,) = (name for name in resources if name.endswith("filter.trailhold_key_tampering"))
    resources[about_keys]["pattern"] = after("aws_kms_key.k6666.key_id")
    words = telling.verdicts(terraform.load([written(tmp_path, plan(resources))]).inventory)
    assert {id for id in EVERY_ALARM if words[id] != "pass"} == {"TH621"}
    assert words["TH621"] == "unknown"


def test_a_pattern_with_what_only_the_deployment_gives_leaves_open_what_it_is_for(tmp_path: Path) -> None:
    (template,) = describing.templates(HARDENED.world).values()
    pattern = {"Fn::Sub": "{ $.eventSource = kms.amazonaws.com && $.x = ${KeyTags.Id} }"}
    template["Resources"]["FilterTrailholdKeyTampering"]["Properties"]["FilterPattern"] = pattern
    template["Resources"]["KeyTags"] = {"Type": "Custom::Tags", "Properties": {}}
    (tmp_path / "t.json").write_text(json.dumps(template))
    words = telling.verdicts(cloudformation.load([tmp_path / "t.json"], parameters=PLACE).inventory)
    assert {id for id in EVERY_ALARM if words[id] != "pass"} == {"TH621"}
    assert words["TH621"] == "unknown"
