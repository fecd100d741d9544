"""What ends a run before anything is judged, in one sentence; and credentials that end later."""

from dataclasses import replace
from pathlib import Path

import pytest

from checker.evidence import Cause
from checker.observation import CannotObserve
from checker.sources.aws import collect
from tests import hardened as good
from tests.simulator import (
    DENIED,
    EMPTY,
    EXPIRED,
    GARBAGE,
    HTML,
    RESET,
    THROTTLED,
    Answering,
    AwsError,
    Fault,
    Refuse,
    hardened_world,
    organization_world,
)
from tests.simulator.faults import Effect
from tests.simulator.worlds import MEMBER
from tests.sources.aws.conftest import Observe, ServeWorld, options
from tests.sources.aws.evidence import unknowns

AUDITOR = f"arn:aws:iam::{MEMBER}:role/auditor"


def identity(effect: Effect) -> list[Fault]:
    return [Fault(effect, service="sts")]


@pytest.mark.parametrize(
    ("faults", "says"),
    [
        pytest.param(identity(EXPIRED), "credentials have expired", id="expired"),
        pytest.param(identity(HTML), "STS in us-east-1 answered with an HTML page", id="html"),
        pytest.param(identity(EMPTY), "an empty document", id="empty"),
        pytest.param(identity(GARBAGE), "a document that is no GetCallerIdentityResponse", id="garbage"),
        pytest.param(identity(RESET), "STS in us-east-1 cannot be reached", id="reset"),
        pytest.param(identity(DENIED), "AWS refuses these credentials", id="denied"),
        pytest.param(identity(THROTTLED), "try again later", id="throttled"),
        pytest.param(
            identity(Refuse(AwsError("InvalidClientTokenId", "x", 403))),
            "does not know these credentials",
            id="wrong",
        ),
        pytest.param(
            identity(Answering({"Account": "1", "Arn": "me"})), "did not say who the caller is", id="nobody"
        ),
    ],
)
def test_no_identity_no_observation(observe: Observe, faults: list[Fault], says: str) -> None:
    with pytest.raises(CannotObserve, match=says) as caught:
        observe(hardened_world(), faults)
    assert "\n" not in str(caught.value)


def test_no_credentials(serving: ServeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(hardened_world()):
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        with pytest.raises(CannotObserve, match="no usable AWS credentials"):
            collect(options())


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param(
            {"AWS_WEB_IDENTITY_TOKEN_FILE": "/no/such/token", "AWS_ROLE_ARN": AUDITOR}, id="web identity"
        ),
        pytest.param(
            {
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/no/such/token",
            },
            id="container",
        ),
    ],
)
def test_credentials_that_are_a_missing_file(
    serving: ServeWorld, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    with serving(hardened_world()):
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(CannotObserve, match=r"no usable AWS credentials .*/no/such/token"):
            collect(options())


@pytest.mark.parametrize("name", ["AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID"])
def test_a_broken_credential_is_not_shown(
    serving: ServeWorld, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with serving(hardened_world()):
        monkeypatch.setenv(name, "PRIVATE\r\nPRIVATE")
        with pytest.raises(CannotObserve, match=r"no usable AWS credentials .*line break") as caught:
            collect(options())
    assert "PRIVATE" not in str(caught.value)


def test_unknown_profile(serving: ServeWorld) -> None:
    with serving(hardened_world()), pytest.raises(CannotObserve, match="nobody"):
        collect(options(profile="nobody"))


def test_endpoint_where_nobody_listens(serving: ServeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(hardened_world()):
        for name in ("HTTP_PROXY", "http_proxy"):
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        with pytest.raises(CannotObserve, match="cannot be reached"):
            collect(options())


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("AWS_ENDPOINT_URL", "no endpoint", "Invalid endpoint"),
        ("AWS_DEFAULT_REGION", "no region", "region_name 'no region'"),
        ("AWS_CA_BUNDLE", "/no/such/bundle", "cannot be reached"),
    ],
)
def test_configuration_that_is_none(
    serving: ServeWorld, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    with serving(hardened_world()):
        if name == "AWS_CA_BUNDLE":
            monkeypatch.setenv("AWS_ENDPOINT_URL", "https://127.0.0.1:9")
        monkeypatch.setenv(name, value)
        with pytest.raises(CannotObserve, match=says) as caught:
            collect(options())
    assert "\n" not in str(caught.value)


def test_profile(serving: ServeWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    world = hardened_world()
    config = tmp_path / "config"
    config.write_text(
        "[profile audit]\nregion = eu-west-1\n"
        f"aws_access_key_id = {world.accounts[0].access_key}\naws_secret_access_key = secret\n"
    )
    with serving(world):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        inventory = collect(options(profile="audit")).inventory
    assert inventory.accounts[good.ACCOUNT].regions.origin.region == "eu-west-1"


def test_assumed_role(observe: Observe) -> None:
    observation = observe(organization_world(), role_arn=AUDITOR)
    assert observation.scan.accounts == (MEMBER,)
    assert observation.scan.callers == (f"arn:aws:sts::{MEMBER}:assumed-role/auditor/session",)


@pytest.mark.parametrize(("given", "works"), [("s3cret", True), ("other", False), (None, False)])
def test_external_id(observe: Observe, given: str | None, works: bool) -> None:
    world = organization_world()
    roles = tuple(replace(r, external_id="s3cret") if r.arn == AUDITOR else r for r in world.roles)
    world = replace(world, roles=roles)
    if works:
        assert observe(world, role_arn=AUDITOR, external_id=given).scan.accounts == (MEMBER,)
        return
    with pytest.raises(CannotObserve, match="trust policy and external id"):
        observe(world, role_arn=AUDITOR, external_id=given)


def test_role_that_does_not_exist(observe: Observe) -> None:
    with pytest.raises(CannotObserve, match="AWS refuses these credentials"):
        observe(hardened_world(), role_arn=AUDITOR)


def test_credentials_that_expire_on_the_way(observe: Observe) -> None:
    inventory = observe(
        hardened_world(), [Fault(EXPIRED, service="s3"), Fault(EXPIRED, service="kms")]
    ).inventory
    hidden = unknowns(inventory)
    assert {unknown.cause for unknown in hidden.values()} == {Cause.EXPIRED}
    assert {path.partition("/")[0] for path in hidden} == {"buckets", "keys", "objects"}
