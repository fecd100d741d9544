"""The demo, run for real: what was planted in each account is found there, and the hardened one passes."""

import json
import os
import subprocess
import sys
import threading
from collections import defaultdict
from pathlib import Path

import pytest

from checker import demo
from checker.assessment import Assessment, assess
from checker.demo.chosen import controls
from checker.demo.members import LEGACY, MANAGEMENT, MEMBERS, PAYMENTS, SANDBOX, Member
from checker.frameworks import requirements_by_control
from checker.model import Status
from checker.observation import Observation
from tests.modern import modern

ROOT = Path(__file__).parent.parent.parent
FOREIGN_BUCKET = "payments-audit-copy-log"
HOSTILE = {
    "AWS_PROFILE": "ghost",
    "AWS_ENDPOINT_URL": "http://192.0.2.1",
    "AWS_ENDPOINT_URL_S3": "http://192.0.2.1",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SESSION_TOKEN": "real",
    "AWS_CONFIG_FILE": "/nonexistent",
    "HTTP_PROXY": "http://192.0.2.1:3128",
    "https_proxy": "http://192.0.2.1:3128",
    "MOTO_ACCOUNT_ID": "555555555555",
}
"""A user's settings; 192.0.2.0/24 is nowhere (RFC 5737)."""

WATCHED = """
import json, sys, threading
hosts = []
def watch(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        hosts.append(arguments[1][0])
    if event == "socket.getaddrinfo":
        hosts.append(arguments[0])
sys.addaudithook(watch)
from checker import demo
observation = demo.run(progress=lambda text: None)
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join(30)  # threads of the audit end by themselves once nothing is left to do
print(json.dumps({"hosts": sorted({str(host) for host in hosts}),
                  "callers": observation.scan.callers,
                  "keys": sorted(observation.inventory.keys),
                  "threads": [thread.name for thread in threading.enumerate()]}))
"""


PLANTED = [
    (SANDBOX, {"TH109", "TH110", "TH111", "TH112", "TH306", "TH308", "TH316"}),
    (LEGACY, {"TH101", "TH102", "TH106", "TH121", "TH201", "TH302", "TH305", "TH313", "TH318", "TH319"}),
    (PAYMENTS, {"TH106", "TH115", "TH120", "TH201", "TH315", "TH403", "TH806"}),
]


@pytest.fixture(scope="module")
def observation() -> Observation:
    told: list[str] = []
    before = dict(os.environ)
    observed = demo.run(progress=told.append)
    assert told
    assert dict(os.environ) == before
    return observed


@pytest.fixture(scope="module")
def assessment(observation: Observation) -> Assessment:
    requirements = requirements_by_control()
    return assess(observation, controls(requirements), version="0")


def ids(assessment: Assessment, account: str, status: Status) -> set[str]:
    found = defaultdict(set)
    for finding in assessment.findings:
        if finding.status is status:
            found[finding.account_id].add(finding.control_id)
    return found[account]


def test_every_account_was_audited(observation: Observation) -> None:
    assert {id: account.name for id, account in observation.inventory.accounts.items()} == dict(MEMBERS)


@modern
def test_the_hardened_account_passes(assessment: Assessment) -> None:
    assert ids(assessment, MANAGEMENT.id, Status.FAIL) == set()
    assert ids(assessment, MANAGEMENT.id, Status.UNKNOWN) == set()
    assert len(ids(assessment, MANAGEMENT.id, Status.PASS)) > 30


@pytest.mark.parametrize(("member", "planted"), PLANTED, ids=lambda value: getattr(value, "name", ""))
def test_each_planted_weakness_is_found(assessment: Assessment, member: Member, planted: set[str]) -> None:
    assert planted - ids(assessment, member.id, Status.FAIL) == set()


@modern
def test_who_could_blind_the_trails_is_named_with_the_way_there(assessment: Assessment) -> None:
    (found,) = (f for f in assessment.findings if (f.control_id, f.account_id) == ("TH806", PAYMENTS.id))
    assert "role/deploy may cloudtrail:StopLogging" in found.detail
    assert "user/ci may assume role/deploy (inline policy deploy of user ci" in found.detail
    others = (f for f in assessment.findings if f.control_id == "TH806" and f.account_id != PAYMENTS.id)
    assert {f.status for f in others} == {Status.PASS}


@pytest.mark.parametrize("member", [SANDBOX, LEGACY])
def test_what_is_the_accounts_own_is_never_undecided(assessment: Assessment, member: Member) -> None:
    assert ids(assessment, member.id, Status.UNKNOWN) == set()


def test_the_bucket_of_a_stranger_is_neither_good_nor_bad(assessment: Assessment) -> None:
    stranger = {f.status for f in assessment.findings if f.resource_arn.endswith(":::" + FOREIGN_BUCKET)}
    assert stranger == {Status.UNKNOWN}
    open_ = [f for f in assessment.findings if f.account_id == PAYMENTS.id and f.status is Status.UNKNOWN]
    assert {f.resource_arn.partition(":trail/")[2] for f in open_} == {"audit-copy"}


def test_the_organizations_trail_covers_its_members_and_is_judged_once(assessment: Assessment) -> None:
    trail = f"arn:aws:cloudtrail:us-east-1:{MANAGEMENT.id}:trail/organization-trail"
    assert [
        f.account_id for f in assessment.findings if f.control_id == "TH106" and f.resource_arn == trail
    ] == [MANAGEMENT.id]
    assert "TH102" in ids(assessment, SANDBOX.id, Status.PASS)


def test_nothing_is_left_behind(observation: Observation) -> None:
    assert observation.scan.calls > 100
    assert [thread.name for thread in threading.enumerate() if "embedded" in thread.name] == []


def test_a_users_settings_do_not_count_and_nothing_outside_is_reached(observation: Observation) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        cwd=ROOT,
        env=os.environ | HOSTILE,
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(done.stdout)
    assert seen["hosts"] == ["127.0.0.1"]
    assert [caller.split(":")[4] for caller in seen["callers"]] == [member.id for member in MEMBERS]
    assert seen["keys"] == sorted(observation.inventory.keys), "ids are the same each time"
    assert seen["threads"] == ["MainThread"]
    assert done.stderr == ""


def test_without_its_extra_the_demo_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['moto'] = None; from checker.cli.main import main; sys.exit(main(['demo']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "pip install 'trailhold[demo]'" in done.stderr.splitlines()[-1]
