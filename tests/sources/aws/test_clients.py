"""Clients: they can only read, share their TLS context, and find an endpoint without subdomains."""

import ssl
from typing import Any

import pytest

from checker.sources.aws.calls import CALLS
from checker.sources.aws.clients import Clients, _keep_host, _TlsContext
from tests.modern import modern
from tests.simulator import hardened_world
from tests.sources.aws.conftest import ServeWorld, options


@pytest.fixture
def clients(serving: ServeWorld) -> Any:
    with serving(hardened_world()):
        yield Clients(options())


@modern
@pytest.mark.parametrize("service", sorted({service for service, _ in CALLS} - {"sts"}))
def test_client_has_the_declared_operations_alone(clients: Clients, service: str) -> None:
    operations = clients.get(service, "us-east-1").meta.service_model.operation_names
    assert set(operations) == {operation for name, operation in CALLS if name == service}


def test_client_is_built_once(clients: Clients) -> None:
    assert clients.get("kms", "us-east-1") is clients.get("kms", "us-east-1")
    assert clients.get("kms", "us-east-1") is not clients.get("kms", "eu-west-1")


def test_tls_context_is_shared(clients: Clients) -> None:
    def context(service: str) -> ssl.SSLContext:
        http = clients.get(service, "us-east-1")._endpoint.http_session
        found: ssl.SSLContext = http._manager.connection_pool_kw["ssl_context"]
        return found

    assert isinstance(context("kms"), _TlsContext)
    assert context("kms") is context("s3")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://111122223333.127.0.0.1:5000/v1", "http://127.0.0.1:5000/v1"),
        ("http://111122223333.localhost:5000/v1", "http://localhost:5000/v1"),
        ("http://111122223333.[::1]:5000/v1", "http://[::1]:5000/v1"),
        ("https://111122223333.s3-control.us-east-1.amazonaws.com/v1", None),
        ("https://111122223333.control.vpce-1.s3.us-east-1.vpce.amazonaws.com/v1", None),
        ("http://111122223333.aws.test/v1", None),
        ("http://127.0.0.1:5000/v1", None),
    ],
)
def test_account_is_no_subdomain_where_there_are_none(url: str, kept: str | None) -> None:
    params = {"url": url}
    _keep_host(params)
    assert params["url"] == (kept or url)


@pytest.mark.parametrize(
    ("configured", "wanted", "start"),
    [
        ("eu-west-1", (), "eu-west-1"),
        ("eu-west-1", ("af-south-1",), "eu-west-1"),
        ("eu-west-1", ("cn-north-1",), "cn-north-1"),
        (None, (), "us-east-1"),
        (None, ("af-south-1",), "us-east-1"),
        (None, ("us-gov-west-1",), "us-gov-west-1"),
    ],
)
def test_starting_region(
    serving: ServeWorld,
    monkeypatch: pytest.MonkeyPatch,
    configured: str | None,
    wanted: tuple[str, ...],
    start: str,
) -> None:
    with serving(hardened_world(), region=configured or "x"):
        if configured is None:
            monkeypatch.delenv("AWS_DEFAULT_REGION")
        assert Clients(options(regions=wanted)).region == start
