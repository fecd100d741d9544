"""What attacks leave behind: in the event history, and in the account that is taken away."""

from collections.abc import Iterator

import pytest

from checker.engine import evaluate
from checker.model import Status
from checker.sources.aws import collect
from tests import hardened as good
from tests.attacks.auditing import HISTORY, JUDGING, Ground, ground
from tests.attacks.on_organization import ATTACKS as ON_ORGANIZATION
from tests.attacks.on_trails import ATTACKS as ON_TRAILS
from tests.attacks.world import THRESHOLDS
from tests.simulator.worlds import MEMBER
from tests.sources.aws.conftest import options

BY_NAME = {attack.name: attack for attack in (*ON_ORGANIZATION, *ON_TRAILS)}


@pytest.fixture
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(tmp_path_factory.mktemp("expected")) as found:
        yield found


def test_calls_that_were_undone_are_in_the_history(prepared: Ground) -> None:
    for step in BY_NAME["stop and start"].steps:
        prepared.make(step)
    inventory = prepared.observe(frozenset({"cloudtrail:LookupEvents"})).inventory
    found = evaluate(inventory, [HISTORY], THRESHOLDS).findings
    told = [(f.account_id, f.region, f.detail) for f in found if f.status is not Status.PASS]
    ((account, region, detail),) = told
    assert (account, region) == (good.ACCOUNT, good.HOME)
    assert "StopLogging by arn:aws:iam::111122223333:user/auditor" in detail


def test_an_account_that_left_sees_no_trail(prepared: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in prepared.aws.env(prepared.world.account(MEMBER).access_key).items():
        monkeypatch.setenv(name, value)
    assert _failing().isdisjoint({"TH101", "TH102", "TH701"})
    for step in BY_NAME["member leaves"].steps:
        prepared.make(step)
    assert _failing() >= {"TH101", "TH102", "TH701"}


def _failing() -> set[str]:
    """Audit one account by itself, as those see it who look after nothing else."""
    inventory = collect(options()).inventory
    found = evaluate(inventory, JUDGING, THRESHOLDS).findings
    return {finding.control_id for finding in found if finding.status is Status.FAIL}
