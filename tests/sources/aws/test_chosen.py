"""Shared clients sign with the keys of the account that the thread speaks for, and with no other."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from botocore.credentials import Credentials, RefreshableCredentials

from checker.sources.aws.chosen import speaking_for
from checker.sources.aws.clients import Clients
from tests.simulator import Account, World
from tests.sources.aws.conftest import ServeWorld, options

ACCOUNTS = tuple(Account(id=f"{100000000000 + number}") for number in range(20))


def test_no_call_is_signed_for_another_account(serving: ServeWorld) -> None:
    with serving(World(accounts=ACCOUNTS)):
        client = Clients(options()).get("sts", "us-east-1")

        def asked(account: Account) -> tuple[str, str]:
            keys = Credentials(account.access_key, "secret")
            with speaking_for(keys if account is not ACCOUNTS[0] else None):
                return account.id, client.get_caller_identity()["Account"]

        calls = [random.Random(seed).choice(ACCOUNTS) for seed in range(400)]
        with ThreadPoolExecutor(32) as pool:
            assert [pair for pair in pool.map(asked, calls) if pair[0] != pair[1]] == []


def test_keys_are_renewed_before_they_expire(serving: ServeWorld) -> None:
    renewed: list[str] = []

    def metadata(account: Account, minutes: int) -> dict[str, str]:
        expiry = datetime.now(UTC) + timedelta(minutes=minutes)
        return {
            "access_key": account.access_key,
            "secret_key": "secret",
            "token": "token",
            "expiry_time": expiry.isoformat(),
        }

    def renew() -> dict[str, str]:
        renewed.append("once")
        return metadata(ACCOUNTS[1], 60)

    with serving(World(accounts=ACCOUNTS)):
        client = Clients(options()).get("sts", "us-east-1")
        keys = RefreshableCredentials.create_from_metadata(metadata(ACCOUNTS[2], 5), renew, "assume-role")
        with speaking_for(keys):
            seen = {client.get_caller_identity()["Account"] for _ in range(3)}
        assert client.get_caller_identity()["Account"] == ACCOUNTS[0].id
    assert (seen, renewed) == ({ACCOUNTS[1].id}, ["once"])
