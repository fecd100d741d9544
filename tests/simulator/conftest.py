"""Calls to a simulated AWS, made with the real boto3."""

from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests import hardened as good
from tests.simulator import (
    Endpoint,
)
from tests.simulator.samples import (
    Calls,
)


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    """Return one session for all tests: it keeps the parsed models."""
    return boto3.Session()


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, session: Any) -> Calls:
    """Return a function that makes one call with the real boto3; ``patience`` is in seconds."""

    def make(
        aws: Endpoint,
        name: str,
        params: dict[str, Any] | None = None,
        *,
        key: str = f"AKIA{good.ACCOUNT}USER",
        region: str = good.HOME,
        attempts: int = 1,
        patience: float = 60,
    ) -> Any:
        for variable, value in aws.env(key).items():
            monkeypatch.setenv(variable, value)
        service, operation = name.split(":")
        retries: Any = {"total_max_attempts": attempts, "mode": "standard"}
        config = Config(retries=retries, read_timeout=patience)
        client = session.client(
            service, region, config=config, aws_access_key_id=key, aws_secret_access_key="secret"
        )
        return getattr(client, operation)(**(params or {}))

    return make
