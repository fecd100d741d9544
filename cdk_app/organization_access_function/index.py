"""Prepares an organization for its trail, as a custom resource that never takes any of it back.

Trusted access and the delegated administrator belong to the organization, not to a stack: without trusted
access, an organization trail becomes one of a single account. So deletion and rollback change nothing.
"""

import json
import os
import time
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

SERVICE = "cloudtrail.amazonaws.com"
ROLE = "AWSServiceRoleForCloudTrail"
PHYSICAL_ID = "organization-access"
"""Always the same: CloudFormation replaces a resource whose id changes, and deletes the old one."""
THERE = "was there"


class NotPossible(Exception):
    """What stands in the way; the text is one sentence for the deployer."""


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Do what the request of CloudFormation asks for and answer it, whatever happens."""
    status, reason, data = "SUCCESS", "", {}
    if event["RequestType"] == "Delete":
        reason = "Nothing is undone: it belongs to the organization"
    else:
        try:
            data = prepare(event["ResourceProperties"])
        except (NotPossible, ClientError, BotoCoreError) as error:
            status, reason = "FAILED", str(error)
        except Exception as error:
            # Without an answer CloudFormation would wait for an hour.
            status, reason = "FAILED", f"{type(error).__name__}: {error}"
    _answer(event, status, reason, data)


def prepare(wanted: Mapping[str, Any]) -> dict[str, str]:
    """Bring about what is missing, and return what was done, as text by step."""
    organizations = boto3.client("organizations")
    organization = organizations.describe_organization()["Organization"]
    _check(organization)
    steps = {"TrustedAccess": _trust(organizations), "ServiceLinkedRole": _create_role()}
    if set(steps.values()) != {THERE}:
        # What is new takes seconds to be known everywhere; the trail comes next.
        time.sleep(float(os.environ["SETTLE_SECONDS"]))
    steps["PolicyTypes"] = _enable_policy_types(organizations, wanted.get("PolicyTypes") or [])
    if administrator := wanted.get("DelegatedAdministrator"):
        steps["DelegatedAdministrator"] = _delegate(organizations, administrator)
    return steps


def _check(organization: Mapping[str, Any]) -> None:
    own = os.environ["ACCOUNT_ID"]
    if organization["FeatureSet"] != "ALL":
        raise NotPossible("The organization has consolidated billing only: enable all features first")
    if organization["MasterAccountId"] != own:
        raise NotPossible(
            f"Account {own} is not the organization's management account {organization['MasterAccountId']}: "
            "deploy this stack there"
        )


def _trust(organizations: Any) -> str:
    trusted = _pages(organizations, "list_aws_service_access_for_organization", "EnabledServicePrincipals")
    if any(service["ServicePrincipal"] == SERVICE for service in trusted):
        return THERE
    organizations.enable_aws_service_access(ServicePrincipal=SERVICE)
    return "enabled"


def _create_role() -> str:
    iam = boto3.client("iam")
    try:
        iam.get_role(RoleName=ROLE)
    except iam.exceptions.NoSuchEntityException:
        return _create_missing_role(iam)
    return THERE


def _create_missing_role(iam: Any) -> str:
    """Create the role, or find that CloudTrail did so in the meantime."""
    try:
        iam.create_service_linked_role(AWSServiceName=SERVICE)
    except ClientError as error:
        there = error.response["Error"]["Code"] == "EntityAlreadyExists" or "has been taken" in str(error)
        if not there:
            raise
        return THERE
    return "created"


def _enable_policy_types(organizations: Any, wanted: list[str]) -> str:
    enabled = []
    for root in _pages(organizations, "list_roots", "Roots") if wanted else ():
        there = {found["Type"] for found in root["PolicyTypes"] if found["Status"] == "ENABLED"}
        for missing in [one for one in wanted if one not in there]:
            organizations.enable_policy_type(RootId=root["Id"], PolicyType=missing)
            enabled.append(missing)
    return f"enabled {', '.join(enabled)}" if enabled else "were there"


def _delegate(organizations: Any, account: str) -> str:
    found = list(
        _pages(
            organizations,
            "list_delegated_administrators",
            "DelegatedAdministrators",
            ServicePrincipal=SERVICE,
        )
    )
    if any(administrator["Id"] == account for administrator in found):
        return f"{account} was one"
    boto3.client("cloudtrail").register_organization_delegated_admin(MemberAccountId=account)
    others = [administrator["Id"] for administrator in found]
    return f"{account} is one now" + (f"; {', '.join(others)} stayed one" if others else "")


def _pages(client: Any, operation: str, member: str, **arguments: str) -> Iterator[dict[str, Any]]:
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[member]


def _answer(event: Mapping[str, Any], status: str, reason: str, data: Mapping[str, str]) -> None:
    answer = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": PHYSICAL_ID,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": data,
    }
    print(json.dumps(answer))
    request = urllib.request.Request(
        event["ResponseURL"],
        data=json.dumps(answer).encode(),
        headers={"Content-Type": ""},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=30):
        pass
