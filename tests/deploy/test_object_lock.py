"""The other choices: the delivery bucket locks itself, there is no copy, and a stopped trail is restarted."""

import pytest

from checker.model import Status
from tests.deploy.embedded.server import Aws
from tests.deploy.installation import (
    APP,
    BY_DEFAULT,
    COPY,
    DEPLOY,
    HOME,
    NOT_SHOWN,
    audit,
    bootstrap,
    done,
    settings,
)

ACCOUNT = "222233334444"
CHOICES = settings(
    accounts={"management": ACCOUNT},
    logs={"protection": "object-lock"},
    archive={"region": None},
    alerts={"auto-restart": True, "regions": [COPY]},
    alarm_emails=["security@example.com"],
)

CHOSEN = {
    **BY_DEFAULT,
    "TH307": "a lock that not even MFA can lift is the other way to say it",
    "TH325": "there is no copy",
    "TH806": "the function that restarts a stopped trail may restore its selectors",
}
"""Controls of the strict set that fail by choice, each with its reason."""


def test_nothing_is_left_for_root_to_do(aws: Aws, tmp_path_factory: pytest.TempPathFactory) -> None:
    cdk = bootstrap(aws, ACCOUNT, tmp_path_factory.mktemp("locked"))
    done(cdk(*DEPLOY, *CHOICES, app=APP))
    found = audit(cdk, "--set", "strict", "--ignore", ",".join(NOT_SHOWN))
    assert found[Status.FAIL] == set(CHOSEN)
    assert found[Status.UNKNOWN] == set()
    assert {"TH309", "TH314", "TH316"} <= found[Status.PASS]
    functions = aws.client("lambda", ACCOUNT, HOME).list_functions()["Functions"]
    assert [function["Handler"] for function in functions] == ["index.handler"]
    for region in (HOME, COPY):
        subscribed = aws.client("sns", ACCOUNT, region).list_subscriptions()["Subscriptions"]
        assert "security@example.com" in {one["Endpoint"] for one in subscribed}
        assert aws.client("events", ACCOUNT, region).list_rules()["Rules"]
