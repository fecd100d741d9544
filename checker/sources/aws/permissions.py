"""The auditor's least-privilege policy, made from the calls that it makes."""

from typing import Any

from checker.sources.aws.calls import ABOVE_ACCOUNTS, PERMISSIONS
from checker.sources.aws.calls.organization import ENTRY

ARNS = {
    "iam": ("iam::*:role/*", "iam::*:policy/*"),
    "kms": ("kms:*:*:key/*",),
    "sns": ("sns:*:*:*",),
}
"""Resources by IAM prefix; the other services have an action that allows no resource but ``*``."""
SIDS = {"sts": "STS", "ec2": "EC2", "s3": "S3", "kms": "KMS", "sns": "SNS", "iam": "IAM"}


def policy_document(partition: str = "aws", *, enter: str = "") -> dict[str, Any]:
    """Return the IAM policy that lets an identity observe an account: one statement a service.

    ``enter`` is the role that it assumes in the accounts of its organization; the policy then also allows to
    list them and to assume it.
    """
    readers = [reader for reader in PERMISSIONS if enter or reader not in ABOVE_ACCOUNTS]
    actions = {action for reader in readers for action in PERMISSIONS[reader]} - {ENTRY.action}
    document = _allowing(sorted(actions), partition)
    if enter:
        way_in = {
            "Sid": "EnterAccounts",
            "Effect": "Allow",
            "Action": [ENTRY.action],
            "Resource": [f"arn:{partition}:iam::*:role/{enter}"],
        }
        document["Statement"].append(way_in)
    return document


def _allowing(actions: list[str], partition: str) -> dict[str, Any]:
    services = sorted({action.partition(":")[0] for action in actions})
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": f"Read{SIDS.get(service, service.capitalize())}",
                "Effect": "Allow",
                "Action": [action for action in actions if action.startswith(f"{service}:")],
                "Resource": [f"arn:{partition}:{arn}" for arn in ARNS.get(service, ())] or "*",
            }
            for service in services
        ],
    }


def cloudformation_template() -> dict[str, Any]:
    """Return a template with a role that carries the policy and trusts the principal of a parameter."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "A read-only role with which trailhold audits the CloudTrail posture of this account",
        "Parameters": {
            "TrustedPrincipal": {
                "Type": "String",
                "Description": "ARN of the role, user or account root that may assume the role",
                "AllowedPattern": "arn:aws[a-z0-9-]*:iam::[0-9]{12}:.+",
            },
            "ExternalId": {
                "Type": "String",
                "Description": "External id that the principal must present; empty for none",
                "Default": "",
            },
            "RoleName": {"Type": "String", "Default": "trailhold-auditor"},
        },
        "Conditions": {"HasExternalId": {"Fn::Not": [{"Fn::Equals": [{"Ref": "ExternalId"}, ""]}]}},
        "Resources": {"AuditorRole": {"Type": "AWS::IAM::Role", "Properties": _role()}},
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["AuditorRole", "Arn"]}}},
    }


def _role() -> dict[str, Any]:
    required = {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": {"Ref": "TrustedPrincipal"}},
        "Action": "sts:AssumeRole",
        "Condition": {"Fn::If": ["HasExternalId", required, {"Ref": "AWS::NoValue"}]},
    }
    return {
        "RoleName": {"Ref": "RoleName"},
        "Description": "Reads what trailhold judges; cannot change anything",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [{"PolicyName": "trailhold-audit", "PolicyDocument": _in_any_partition()}],
    }


def _in_any_partition() -> dict[str, Any]:
    document = policy_document("${AWS::Partition}")
    for statement in document["Statement"]:
        if statement["Resource"] != "*":
            statement["Resource"] = [{"Fn::Sub": arn} for arn in statement["Resource"]]
    return document
