"""Observes declared worlds over loopback, with the real botocore in between."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest

from checker.observation import Observation
from checker.sources.aws import Options, collect
from checker.sources.aws.clients import Clients
from tests.simulator import Endpoint, Fault, World, hardened_world, serve

Observe = Callable[..., Observation]
ServeWorld = Callable[..., Any]
Made = dict[tuple[str, str], AWSPreparedRequest]

# Nothing here waits for a network: a test that does is wrong, and shall end soon.
QUICK = {"max_attempts": 1, "connect_timeout": 5.0, "read_timeout": 30.0, "raise_unforeseen": True}


def options(**changes: Any) -> Options:
    """Options for tests: no second attempt, and the unforeseen is raised."""
    return Options(**{**QUICK, **changes})


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> ServeWorld:
    """Serves a world and points every AWS SDK of this process at it."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)

    @contextmanager
    def serving(
        world: World, *faults: Fault, account: str = "", region: str = "us-east-1"
    ) -> Iterator[Endpoint]:
        caller = world.account(account) if account else world.accounts[0]
        with serve(world, faults=faults) as aws:
            for name, value in aws.env(caller.access_key, region).items():
                monkeypatch.setenv(name, value)
            yield aws

    return serving


@pytest.fixture
def made(serving: ServeWorld, monkeypatch: pytest.MonkeyPatch) -> Made:
    """One request of each kind that an audit makes, by service and event, signed and ready to be sent."""
    found: Made = {}
    build = Clients._build

    def watched(self: Clients, service: str, region: str) -> Any:
        client = build(self, service, region)

        def keep(request: AWSPreparedRequest, event_name: str, **_: Any) -> None:
            found[service, event_name] = request

        client.meta.events.register("before-send", keep)
        return client

    monkeypatch.setattr(Clients, "_build", watched)
    with serving(hardened_world()):
        collect(options())
    assert len(found) > 35
    return found


@pytest.fixture
def observe(serving: ServeWorld) -> Observe:
    """Observes a world once."""

    def observe(
        world: World,
        faults: Sequence[Fault] = (),
        *,
        account: str = "",
        region: str = "us-east-1",
        **changes: Any,
    ) -> Observation:
        with serving(world, *faults, account=account, region=region):
            return collect(options(**changes))

    return observe
