"""The guardrails that the constructs deploy are those that the controls on organization policies ask for."""

import json
from typing import Any

import pytest

from cdk_app.guardrail_statements import Protected, resource_statements, service_statements
from checker.controls import guarded_buckets, guardrails
from checker.evidence import Known
from checker.inventory import Inventory, OrganizationPolicy
from checker.inventory.organization import RESOURCE_CONTROL, SERVICE_CONTROL
from checker.model import Control, Status
from tests.controls.judging import Case, check
from tests.governed import ARCHIVE, FULL, ID, KEY_ARN, ROOT, governed
from tests.hardened import BUCKET, TRAIL_ARN

PROTECTED: dict[str, Any] = {
    "partition": "aws",
    "trail_arns": [TRAIL_ARN],
    "log_group_names": ["/trailhold/*"],
    "name_prefix": "trailhold",
    "bucket_names": [BUCKET],
    "key_arns": [KEY_ARN],
    "key_aliases": [],
    "break_glass_arns": ["arn:aws:iam::*:role/break-glass"],
    "deployer_arns": [f"arn:aws:iam::{ARCHIVE}:role/cdk-hnb659fds-cfn-exec-role-{ARCHIVE}-us-east-1"],
    "organization_id": ID,
}


def under(**changes: Any) -> Inventory:
    what = Protected(**{**PROTECTED, **changes})
    policies = (
        _policy(SERVICE_CONTROL, service_statements(what)),
        _policy(RESOURCE_CONTROL, resource_statements(what)),
    )
    return governed(organization={"policies": Known((FULL, *policies))})


def _policy(type: str, statements: Any) -> OrganizationPolicy:
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return OrganizationPolicy(
        id=f"p-{type}", name=type, type=type, targets=Known((ROOT,)), document=Known(document)
    )


ALL = (
    guardrails.trails_protected,
    guardrails.leaving_denied,
    guardrails.dependencies_protected,
    guarded_buckets.strangers_kept_out,
)


@pytest.mark.parametrize("control", ALL, ids=lambda control: control.id)
def test_our_guardrails_pass(control: Control) -> None:
    check(Case(control, under(), Status.PASS))


def test_keys_that_are_known_by_alias_stay_open() -> None:
    world = under(key_arns=[], key_aliases=["alias/trailhold-*"])
    check(Case(guardrails.dependencies_protected, world, Status.UNKNOWN, "kms:ResourceAliases"))


def test_guardrails_of_other_buckets_do_not_count() -> None:
    check(Case(guardrails.dependencies_protected, under(bucket_names=["other"]), Status.FAIL))
    check(Case(guarded_buckets.strangers_kept_out, under(bucket_names=["other"]), Status.FAIL))


def test_guardrails_without_an_organization_keep_no_strangers_out() -> None:
    check(Case(guarded_buckets.strangers_kept_out, under(organization_id=None), Status.FAIL))
