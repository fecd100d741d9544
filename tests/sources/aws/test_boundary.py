"""An error that nobody foresaw makes one account unknown, and ends no run."""

import pytest

from checker.evidence import Cause
from checker.sources.aws import harvest
from tests import hardened as good
from tests.simulator import hardened_world
from tests.sources.aws.conftest import Observe
from tests.sources.aws.evidence import settings


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read_key(*_: object) -> None:
        raise RuntimeError("a mistake\nof ours")

    monkeypatch.setattr(harvest, "read_key", read_key)


@pytest.mark.usefixtures("broken")
def test_account_is_reported_as_not_read(observe: Observe) -> None:
    observation = observe(hardened_world(), raise_unforeseen=False)
    assert observation.inventory.trails == {}
    found = list(settings(observation.inventory))
    assert {setting.cause for _, setting in found} == {Cause.UNDECIDED}  # type: ignore[union-attr]
    reason = found[0][1].reason  # type: ignore[union-attr]
    assert reason == f"account {good.ACCOUNT} could not be read: RuntimeError: a mistake of ours"


@pytest.mark.usefixtures("broken")
def test_tests_see_the_error_itself(observe: Observe) -> None:
    with pytest.raises(RuntimeError, match="a mistake"):
        observe(hardened_world())
