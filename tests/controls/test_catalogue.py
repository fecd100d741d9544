"""What holds for the whole catalogue: every promised control is there, tested, explained and readable."""

import csv
import importlib
import pkgutil
from collections import defaultdict
from pathlib import Path
from string import Template

import pytest

import tests.controls
from checker.catalog import CONTROLS
from checker.inventory import Account, Channel, Coverage, Dashboard, DeployedStack, EventDataStore
from checker.model import ANYWHERE, BASELINE, LIVE, STRICT, Control, Status
from checker.sources.aws.calls import PERMISSIONS
from tests.controls.judging import Case, worst_of
from tests.hardened import hardened

with (Path(__file__).parent / "catalogue.csv").open() as rows:
    PROMISED = {row["id"]: (row["name"], row["severity"]) for row in csv.DictReader(rows)}
ACTIONS = {action for needed in PERMISSIONS.values() for action in needed}
TESTED: dict[str, set[Status | None]] = defaultdict(set)
for module in pkgutil.iter_modules(tests.controls.__path__, "tests.controls."):
    cases: list[Case] = getattr(importlib.import_module(module.name), "CASES", [])
    for case in cases:
        TESTED[case.control.id].add(case.status)

OF_A_TRAIL = {"trail_name", "trail_arn", "home_region", "bucket", "key_id", "log_group", "topic", "role"}
OWN_WORDS: dict[type, set[str]] = {
    Account: set(),
    Coverage: set(),
    EventDataStore: {"store_arn"},
    Channel: {"channel_arn"},
    Dashboard: {"dashboard_arn"},
    DeployedStack: {"stack"},
}

every_control = pytest.mark.parametrize("control", CONTROLS.values(), ids=list(CONTROLS))


def test_every_control_is_as_promised() -> None:
    assert {
        id: (control.name, control.severity) for id, control in CONTROLS.items()
    }.items() <= PROMISED.items()


@every_control
def test_every_control_has_cases_that_pass_fail_and_stay_open(control: Control) -> None:
    assert {Status.PASS, Status.FAIL, Status.UNKNOWN} <= TESTED[control.id]


@pytest.mark.parametrize("control", [c for c in CONTROLS.values() if c.sets == BASELINE], ids=lambda c: c.id)
def test_the_hardened_account_passes_the_baseline(control: Control) -> None:
    judgement = worst_of(control, hardened())
    assert getattr(judgement, "status", None) in (Status.PASS, None), judgement


@every_control
def test_every_control_says_which_sources_tell_it(control: Control) -> None:
    assert set(control.told_by) & set(ANYWHERE) == set(control.told_by) != set()
    assert (LIVE in control.told_by) != control.reads[0].startswith("template:")


@every_control
def test_every_control_belongs_to_a_set(control: Control) -> None:
    assert control.sets in (BASELINE, STRICT)


@every_control
def test_what_a_control_reads_is_what_the_auditor_may_read(control: Control) -> None:
    assert control.reads
    for read in control.reads:
        action, _, field = read.partition(" ")
        assert field, read
        assert action in ACTIONS or action.startswith("template:"), read


@every_control
def test_every_control_says_what_holds_why_and_how_to_fix_it(control: Control) -> None:
    fix = control.remediation
    assert control.title[0].isupper()
    assert not control.title.endswith(".")
    assert control.expected
    assert control.rationale.endswith(".")
    assert fix.text.endswith(".")
    assert fix.cli.startswith("aws ")
    assert fix.cdk
    assert fix.terraform


@every_control
def test_a_command_needs_no_name_that_its_subject_does_not_have(control: Control) -> None:
    known = {"account"} if control.applies_to is Account else {"account", "region"}
    known |= OWN_WORDS.get(control.applies_to, OF_A_TRAIL)
    assert set(Template(control.remediation.cli).get_identifiers()) <= known


def test_titles_are_told_apart() -> None:
    assert len({control.title for control in CONTROLS.values()}) == len(CONTROLS)
