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
ANYWHERE = {
    "iam:GetAccountAuthorizationDetails": "ListIAM",
    "kms:ListAliases": "ListKMS",
    "sns:GetSubscriptionAttributes": "ReadSubscriptions",
}
"""Actions that allow no resource but ``*`` while others of their service do, each with its Sid. Bound to a
resource they would be denied (Service Authorization Reference, no resource type)."""
SIDS = {"sts": "STS", "ec2": "EC2", "s3": "S3", "kms": "KMS", "sns": "SNS", "iam": "IAM"}


ENTERED, ENTERING = "trailhold-auditor", "trailhold-organization-auditor"
"""Default names of the role in each account and of the one that assumes it: both may be in one account."""


def policy_document(partition: str = "aws", *, enter: str = "", entered: bool = False) -> dict[str, Any]:
    """Return the IAM policy that lets an identity observe an account: one statement a service.

    ``enter`` is the role that it assumes in the accounts of its organization; the policy then also allows to
    list them and to assume it. ``entered`` is for that role, which is never asked about the organization.
    """
    left_out = () if enter else (*ABOVE_ACCOUNTS, "governance") if entered else ABOVE_ACCOUNTS
    readers = [reader for reader in PERMISSIONS if reader not in left_out]
    actions = {action for reader in readers for action in PERMISSIONS[reader]} - {ENTRY.action}
    document = _allowing(sorted(actions), partition)
    if enter:
        way_in = {
            "Sid": "EnterAccounts",
            "Effect": "Allow",
            "Action": [ENTRY.action],
            "Resource": [f"arn:{partition}:iam::*:role/{enter}"],
            # A role of that name in a stranger's account is not worth the caller's name.
            "Condition": {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
        }
        document["Statement"].append(way_in)
    return document


def _allowing(actions: list[str], partition: str) -> dict[str, Any]:
    services = sorted({action.partition(":")[0] for action in actions})
    bound = [action for action in actions if action not in ANYWHERE]
    return {
        "Version": "2012-10-17",
        "Statement": [
            *(
                {
                    "Sid": f"Read{SIDS.get(service, service.capitalize())}",
                    "Effect": "Allow",
                    "Action": [action for action in bound if action.startswith(f"{service}:")],
                    "Resource": [f"arn:{partition}:{arn}" for arn in ARNS.get(service, ())] or "*",
                }
                for service in services
            ),
            *(
                {"Sid": ANYWHERE[action], "Effect": "Allow", "Action": [action], "Resource": "*"}
                for action in actions
                if action in ANYWHERE
            ),
        ],
    }


def cloudformation_template(*, enter: str = "") -> dict[str, Any]:
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
            "RoleName": {"Type": "String", "Default": ENTERING if enter else ENTERED},
        },
        "Conditions": {"HasExternalId": {"Fn::Not": [{"Fn::Equals": [{"Ref": "ExternalId"}, ""]}]}},
        "Resources": {"AuditorRole": {"Type": "AWS::IAM::Role", "Properties": _role(enter)}},
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["AuditorRole", "Arn"]}}},
    }


def _role(enter: str) -> dict[str, Any]:
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
        "Policies": [{"PolicyName": "trailhold-audit", "PolicyDocument": _in_any_partition(enter)}],
    }


HOW_TO_DEPLOY = (
    "Deploy as a StackSet with service-managed permissions, automatic deployment and CAPABILITY_NAMED_IAM, "
    "in one Region, to the root of the organization. Such a StackSet leaves the management account out: when "
    "another account runs the audit, deploy the same template there as a stack."
)


def stackset_template(role_name: str) -> dict[str, Any]:
    """Return a template of the auditor's role for every account of an organization.

    The trust names the auditor by a condition on its account: IAM refuses a principal that does not exist
    yet, which would fail the stack of every account at once. The organization's id keeps a slip in the
    account of that ARN from letting a stranger in.
    """
    account = {"Fn::Select": [4, {"Fn::Split": [":", {"Ref": "AuditorArn"}]}]}
    root = {"Fn::Sub": ["arn:${AWS::Partition}:iam::${Account}:root", {"Account": account}]}
    bound = {
        "ArnLike": {"aws:PrincipalArn": {"Ref": "AuditorArn"}},
        "StringLike": {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}},
    }
    with_id = {**bound, "StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": root},
        "Action": "sts:AssumeRole",
        "Condition": {"Fn::If": ["HasExternalId", with_id, bound]},
    }
    path, _, name = role_name.rpartition("/")
    role = {
        "RoleName": name,
        **({"Path": f"/{path}/"} if path else {}),
        "Description": "Reads what trailhold judges; cannot change anything",
        "MaxSessionDuration": 3600,
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [{"PolicyName": "trailhold-audit", "PolicyDocument": _in_any_partition(entered=True)}],
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The read-only role with which trailhold audits every account of an organization",
        "Metadata": {"Deployment": HOW_TO_DEPLOY},
        "Parameters": {
            "AuditorArn": {
                "Type": "String",
                "Description": "ARN of the role or user that runs the audit; its name may have wildcards",
                "AllowedPattern": "arn:aws[a-z0-9-]*:iam::[0-9]{12}:(role|user)/.+",
            },
            "OrganizationId": {
                "Type": "String",
                "Description": "Id of the organization that the auditor must belong to; o-* for any",
                "AllowedPattern": "o-([a-z0-9]{10,32}|\\*)",
                "Default": "o-*",
            },
            "ExternalId": {
                "Type": "String",
                "Description": "External id that the auditor must present; empty for none",
                "Default": "",
            },
        },
        "Conditions": {"HasExternalId": {"Fn::Not": [{"Fn::Equals": [{"Ref": "ExternalId"}, ""]}]}},
        "Resources": {"AuditorRole": {"Type": "AWS::IAM::Role", "Properties": role}},
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["AuditorRole", "Arn"]}}},
    }


def _in_any_partition(enter: str = "", *, entered: bool = False) -> dict[str, Any]:
    document = policy_document("${AWS::Partition}", enter=enter, entered=entered)
    for statement in document["Statement"]:
        if statement["Resource"] != "*":
            statement["Resource"] = [{"Fn::Sub": arn} for arn in statement["Resource"]]
    return document
