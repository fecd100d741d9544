"""What is deployed around the custom resource that prepares an organization: rights, and no way back."""

import json
from typing import Any

import pytest

from cdk_app.organization_access import OrganizationAccess
from cdk_app.refusal import Refusal
from tests.cdk.synthesis import (
    ACCOUNT,
    actions,
    by_sid,
    new_stack,
    only,
    resources,
    statements,
    template,
    warnings,
)

MEMBER = "222233334444"
SERVICE = "cloudtrail.amazonaws.com"
ROLE = "AWSServiceRoleForCloudTrail"
TYPES = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]


def access(region: str = "eu-central-1", **arguments: Any) -> dict[str, Any]:
    stack = new_stack(region)
    OrganizationAccess(stack, "Access", **arguments)
    return template(stack)


def test_nothing_in_its_rights_takes_anything_back() -> None:
    found = access(delegated_administrator=MEMBER, policy_types=TYPES)
    document = only(found, "AWS::IAM::ManagedPolicy")["PolicyDocument"]
    taking = ("Deregister", "Disable", "Delete", "Remove", "Detach", "Update")
    assert not [one for one in actions(*statements(document)) if any(word in one for word in taking)]
    assert not [one for one in actions(*statements(document)) if "*" in one]


def test_its_rights_are_for_cloudtrail_alone() -> None:
    found = access(delegated_administrator=MEMBER)
    document = only(found, "AWS::IAM::ManagedPolicy")["PolicyDocument"]
    trust = by_sid(document, "TrustCloudTrail")
    assert trust["Condition"] == {"StringEquals": {"organizations:ServicePrincipal": SERVICE}}
    role = by_sid(document, "CreateTheServiceRole")
    assert f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{SERVICE}/{ROLE}" in role["Resource"]
    assert role["Condition"] == {"StringEquals": {"iam:AWSServiceName": [SERVICE, f"context.{SERVICE}"]}}


@pytest.mark.parametrize(
    ("arguments", "rights"),
    [
        ({}, set()),
        (
            {"delegated_administrator": MEMBER},
            {
                "cloudtrail:RegisterOrganizationDelegatedAdmin",
                "organizations:ListDelegatedAdministrators",
                "organizations:RegisterDelegatedAdministrator",
            },
        ),
        ({"policy_types": TYPES}, {"organizations:EnablePolicyType", "organizations:ListRoots"}),
    ],
)
def test_it_gets_no_right_that_it_was_not_asked_to_use(arguments: dict[str, Any], rights: set[str]) -> None:
    found = actions(*only(access(**arguments), "AWS::IAM::ManagedPolicy")["PolicyDocument"]["Statement"])
    always = {
        "iam:CreateServiceLinkedRole",
        "iam:GetRole",
        "kms:Decrypt",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "organizations:DescribeOrganization",
        "organizations:EnableAWSServiceAccess",
        "organizations:ListAWSServiceAccessForOrganization",
    }
    assert found == always | rights


def test_the_resource_itself_is_retained() -> None:
    found = access(delegated_administrator=MEMBER)
    (resource,) = [
        one for one in found["Resources"].values() if one["Type"] == "Custom::TrailholdOrganizationAccess"
    ]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert resource["Properties"]["DelegatedAdministrator"] == MEMBER


def test_china_has_no_delegated_administrator() -> None:
    stack = new_stack("cn-north-1")
    OrganizationAccess(stack, "Access", delegated_administrator=MEMBER)
    found = template(stack)
    assert only(found, "Custom::TrailholdOrganizationAccess")["DelegatedAdministrator"] == ""
    assert not resources(found, "AWS::IAM::Policy")
    (warning,) = warnings(stack)
    assert "no delegated administrator in aws-cn" in warning
    assert "arn:aws:" not in json.dumps(found)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"delegated_administrator": "22223333"}, "'22223333' is not a 12-digit account id"),
        ({"delegated_administrator": ACCOUNT}, "the management account cannot be its own"),
        ({"policy_types": ["TAG_POLICY"]}, "'TAG_POLICY' is none of SERVICE_CONTROL_POLICY, RESOURCE_CON"),
    ],
)
def test_refusals(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(Refusal, match=says):
        access(**arguments)
