"""The policy allows what is called, and nothing that writes is either allowed or called."""

import json
import re
import subprocess
import sys

import pytest

from checker.sources.aws import collect
from checker.sources.aws.calls import CALLS, PERMISSIONS
from checker.sources.aws.permissions import cloudformation_template, policy_document
from tests.simulator import DENIED, Fault, hardened_world
from tests.sources.aws.conftest import ServeWorld, options

READING = re.compile(r"[a-z0-9-]+:(Get|List|Describe|Lookup)[A-Za-z]+")
IAM_ACTION = {
    "account:ListRegions": "account:ListRegions",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3control:ListAccessPoints": "s3:ListAccessPoints",
    "s3control:GetAccessPoint": "s3:GetAccessPoint",
    "s3control:ListMultiRegionAccessPoints": "s3:ListMultiRegionAccessPoints",
}
"""IAM's name for operations that it names otherwise: S3's and S3 Control's pages of the Service
Authorization Reference, written down a second time."""


def allowed(document: dict[str, object]) -> set[str]:
    return {action for statement in document["Statement"] for action in statement["Action"]}  # type: ignore[attr-defined]


def test_calls_on_the_wire_are_allowed_and_only_read(serving: ServeWorld) -> None:
    no_list = Fault(DENIED, service="account")
    with serving(hardened_world(), no_list) as aws:
        collect(options())
        names = {request.name for request in aws.requests}
    actions = {IAM_ACTION.get(name, name) for name in names}
    assert len(names) > 30
    assert actions <= allowed(policy_document())
    assert {name for name in names if not READING.fullmatch(name)} == {"s3:HeadBucket", "s3:ListObjectsV2"}


def test_policy_only_reads() -> None:
    assert [action for action in sorted(allowed(policy_document())) if not READING.fullmatch(action)] == []


def test_every_reader_states_what_it_needs() -> None:
    stated = {action for actions in PERMISSIONS.values() for action in actions}
    assert stated == allowed(policy_document(enter="auditor")) == {call.action for call in CALLS.values()}


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_partition(partition: str) -> None:
    arns = re.findall(r"arn:[^\"]+", json.dumps(policy_document(partition)))
    assert arns
    assert all(arn.startswith(f"arn:{partition}:") for arn in arns)


def test_statements_have_one_service_each_and_a_name_of_their_own() -> None:
    names = [statement["Sid"] for statement in policy_document()["Statement"]]
    assert len(set(names)) == len(names)
    for statement in policy_document()["Statement"]:
        assert len({action.partition(":")[0] for action in statement["Action"]}) == 1
        assert statement["Effect"] == "Allow"
        assert re.fullmatch("[A-Za-z0-9]+", statement["Sid"])


BOUND = {
    "iam:GetPolicy": "policy",
    "iam:GetPolicyVersion": "policy",
    "iam:GetRole": "role",
    "iam:GetRolePolicy": "role",
    "iam:ListAttachedRolePolicies": "role",
    "iam:ListRolePolicies": "role",
    "kms:DescribeKey": "key",
    "kms:GetKeyPolicy": "key",
    "kms:GetKeyRotationStatus": "key",
    "kms:ListGrants": "key",
    "sns:GetTopicAttributes": "topic",
    "sns:ListSubscriptionsByTopic": "topic",
}
"""Resource types of the Service Authorization Reference: any other action is denied on a named resource."""


def test_only_what_has_a_resource_type_is_bound_to_resources() -> None:
    bound = {a for s in policy_document()["Statement"] if s["Resource"] != "*" for a in s["Action"]}
    assert bound == set(BOUND)


def test_template_gives_the_same_permissions() -> None:
    role = cloudformation_template()["Resources"]["AuditorRole"]["Properties"]
    assert allowed(role["Policies"][0]["PolicyDocument"]) == allowed(policy_document())
    assert "arn:aws:" not in json.dumps(role)


def test_template_trusts_the_parameter_alone() -> None:
    template = cloudformation_template()
    (trust,) = template["Resources"]["AuditorRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"AWS": {"Ref": "TrustedPrincipal"}}
    condition, required, nothing = trust["Condition"]["Fn::If"]
    assert condition in template["Conditions"]
    assert required == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    assert nothing == {"Ref": "AWS::NoValue"}


def test_policy_is_printed_without_an_aws_library() -> None:
    code = (
        "import sys, checker.sources.aws.permissions as p; p.policy_document(); "
        "sys.exit(any(name in sys.modules for name in ('botocore', 'boto3', 'asyncio')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
