"""The policies of an organization in plans: attached by resources of their own, to a root that may be new."""

import json
from pathlib import Path
from typing import Any

import pytest

from checker.catalog import CONTROLS
from checker.inventory import Inventory
from checker.model import Status, Thresholds
from checker.sources import terraform
from tests.controls.judging import worst
from tests.governed import BREAK_GLASS, LEAVING, TRAILS, deny
from tests.hardened import ACCOUNT
from tests.sources.cloudformation.judging import statuses
from tests.sources.terraform import hardened as planned
from tests.sources.terraform.planning import after, plan, written

SEVENS = sorted(id for id in CONTROLS if id.startswith("TH7"))
MANAGEMENT, OTHER = "999988887777", "444455556666"
APART = "apart"
ORGANIZATION, POLICY = "aws_organizations_organization.this", "aws_organizations_policy.guard"
ATTACHED = "aws_organizations_policy_attachment.guard"
DATA = "data.aws_organizations_organization.this"
READ = {DATA: {"id": "o-exampleorg", "master_account_id": MANAGEMENT, "roots": [{"id": "r-ab12"}]}}
ENABLED = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
OF_ROOT = after(f"{ORGANIZATION}.roots[0].id")


def policy(*statements: dict[str, Any], type: str | None = "SERVICE_CONTROL_POLICY") -> dict[str, Any]:
    if type == "RESOURCE_CONTROL_POLICY":
        statements = tuple({"Principal": "*", **one} for one in statements)
    content = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return {"name": "guard", "content": content, **({"type": type} if type else {})}


def attached(target: Any, policy: Any = None) -> dict[str, Any]:
    return {"policy_id": policy or after(f"{POLICY}.id"), "target_id": target}


def guarding(target: Any, *statements: dict[str, Any], **more: Any) -> dict[str, dict[str, Any]]:
    return {POLICY: policy(*(statements or (TRAILS, LEAVING))), ATTACHED: attached(target), **more}


def observed(folder: Path, resources: dict[str, Any], account: str = MANAGEMENT, **more: Any) -> Inventory:
    content = plan(resources, account=account, **more)
    return terraform.load([written(folder, content)]).inventory


def managed(**settings: Any) -> dict[str, Any]:
    return {ORGANIZATION: {"feature_set": "ALL", "enabled_policy_types": ENABLED, **settings}}


@pytest.mark.parametrize(
    ("resources", "trails", "leaving"),
    [
        (guarding("r-ab12"), "pass", "pass"),
        (guarding(OF_ROOT) | managed(), "pass", "pass"),
        (guarding("r-ab12", TRAILS), "pass", APART),
        ({POLICY: policy(TRAILS, LEAVING, type=None), ATTACHED: attached("r-ab12")}, "pass", "pass"),
        (guarding("ou-ab12-0a1b2c3d"), APART, APART),
        (guarding(after("aws_organizations_organizational_unit.x.id")), "unknown", "unknown"),
        (
            guarding(after("aws_organizations_organizational_unit.x.id"))
            | {"aws_organizations_organizational_unit.x": {"name": "x", "parent_id": "r-ab12"}},
            APART,
            APART,
        ),
        ({POLICY: policy(TRAILS, LEAVING)}, APART, APART),
        (guarding(after("local.root")), "unknown", "unknown"),
        ({POLICY: policy(TRAILS, LEAVING), ATTACHED: attached("r-ab12", "p-0a1b2c3d")}, APART, APART),
        (
            {
                POLICY: {**policy(TRAILS, LEAVING), "id": "p-0a1b2c3d"},
                ATTACHED: attached("r-ab12", "p-0a1b2c3d"),
            },
            "pass",
            "pass",
        ),
        # Policies of a type that a plan does not enable have no effect, wherever they are.
        (guarding(OF_ROOT) | managed(enabled_policy_types=[]), "fail", "fail"),
        (managed(enabled_policy_types=["TAG_POLICY"]), "fail", "fail"),
        (managed(), APART, APART),
    ],
)
def test_what_the_root_is_denied_every_member_is(
    tmp_path: Path, resources: dict[str, Any], trails: str, leaving: str
) -> None:
    found = statuses(observed(tmp_path, resources), SEVENS)
    assert (found["TH709"], found["TH710"]) == (trails, leaving)


def test_an_attachment_that_an_apply_takes_away_protects_nobody(tmp_path: Path) -> None:
    inventory = observed(tmp_path, guarding("r-ab12"), actions={ATTACHED: ["delete"]})
    assert statuses(inventory, ["TH709", "TH710"]) == {"TH709": APART, "TH710": APART}


def test_plans_without_an_organization_are_asked_nothing(tmp_path: Path) -> None:
    inventory = observed(tmp_path, {POLICY: policy(TRAILS, type="TAG_POLICY")}, data=READ)
    assert inventory.organizations == {}


ON_ALL = deny("kms:*", "s3:*", "logs:*", "sns:*", "iam:*", "events:*", "cloudwatch:*", **BREAK_GLASS)
KEEPING_OUT = deny(
    "s3:*",
    "kms:*",
    StringNotEqualsIfExists={"aws:PrincipalOrgID": "o-exampleorg"},
    BoolIfExists={"aws:PrincipalIsAWSService": "false"},
)


def archive(target: str, data: Any) -> dict[str, Any]:
    """The hardened log archive of a member, and beside it the guardrails of its organization."""
    outside = {
        "aws_organizations_policy.outside": policy(KEEPING_OUT, type="RESOURCE_CONTROL_POLICY"),
        "aws_organizations_policy_attachment.outside": attached(
            target, after("aws_organizations_policy.outside.id")
        ),
    }
    resources = planned.resources() | guarding(target, TRAILS, LEAVING, ON_ALL) | outside
    return plan(resources, account=ACCOUNT, data=data)


@pytest.mark.parametrize(
    ("target", "data", "dependencies", "strangers"),
    [
        ("r-ab12", READ, "pass", "pass"),
        (ACCOUNT, READ, "pass", "pass"),
        (OTHER, READ, APART, APART),
        # Which account is exempt has to be known, and that it is another.
        ("r-ab12", {}, APART, APART),
        ("r-ab12", {DATA: {**READ[DATA], "master_account_id": ACCOUNT}}, APART, APART),
        ("r-ab12", {DATA: {**READ[DATA], "id": "o-anotherorg"}}, "pass", APART),
    ],
)
def test_what_logs_depend_on_is_bound_in_a_member(
    tmp_path: Path, target: str, data: Any, dependencies: str, strangers: str
) -> None:
    inventory = terraform.load([written(tmp_path, archive(target, data))]).inventory
    found = statuses(inventory, ["TH711", "TH713"])
    assert found == {"TH711": dependencies, "TH713": strangers}


ADMINISTRATOR = "aws_organizations_delegated_administrator.x"
OF_TRAILS = "aws_cloudtrail_organization_delegated_admin_account.x"
EXPECTED = Thresholds(delegated_administrators=(OTHER,))


@pytest.mark.parametrize(
    ("resources", "any_service", "cloudtrail"),
    [
        (
            {ADMINISTRATOR: {"account_id": ACCOUNT, "service_principal": "guardduty.amazonaws.com"}},
            True,
            False,
        ),
        (
            {ADMINISTRATOR: {"account_id": ACCOUNT, "service_principal": "cloudtrail.amazonaws.com"}},
            True,
            True,
        ),
        ({OF_TRAILS: {"account_id": ACCOUNT}}, True, True),
        ({OF_TRAILS: {"account_id": OTHER}}, False, False),
    ],
)
def test_administrators_that_nobody_expects_fail(
    tmp_path: Path, resources: dict[str, Any], any_service: bool, cloudtrail: bool
) -> None:
    inventory = observed(tmp_path, resources)
    for id, fails in (("TH702", any_service), ("TH708", cloudtrail)):
        assert worst(CONTROLS[id], inventory, EXPECTED) is (Status.FAIL if fails else Status.UNKNOWN)


@pytest.mark.parametrize(
    ("services", "status"),
    [(["cloudtrail.amazonaws.com", "config.amazonaws.com"], APART), (["config.amazonaws.com"], "fail")],
)
def test_trusted_access_that_an_apply_switches_off_fails(
    tmp_path: Path, services: list[str], status: str
) -> None:
    inventory = observed(tmp_path, managed(aws_service_access_principals=services))
    assert statuses(inventory, ["TH707"]) == {"TH707": status}
