"""What the organization's policies forbid, asked of the checker's own reading of them."""

import json
from typing import Any

import pytest
from aws_cdk import Aws

from cdk_app.guardrails import LIMIT, Guardrails
from cdk_app.lengths import longest, longest_json
from cdk_app.refusal import Refusal
from checker.policy.decide import denied
from checker.policy.document import parse
from checker.policy.request import Identity, Mark, Request, Service
from tests.cdk.synthesis import HOME, new_stack, resources, template, warnings

LOGS = "222233334444"
TARGETS = ["r-ab12"]
BREAK_GLASS = f"arn:aws:iam::{LOGS}:role/break-glass"
DEPLOYER = f"arn:aws:iam::{LOGS}:role/cdk-hnb659fds-cfn-exec-role-{LOGS}-{HOME}"
ADMIN = f"arn:aws:iam::{LOGS}:role/admin"
ROOT = f"arn:aws:iam::{LOGS}:root"
BUCKET = f"arn:aws:s3:::trailhold-logs-{LOGS}-{HOME}"
ARCHIVE = f"arn:aws:s3:::trailhold-archive-{LOGS}-eu-west-1"
KEY = f"arn:aws:kms:{HOME}:{LOGS}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TRAIL = f"arn:aws:cloudtrail:{HOME}:{LOGS}:trail/audit"
GROUP = f"arn:aws:logs:{HOME}:{LOGS}:log-group:/trailhold/cloudtrail"
ORGANIZATION = "o-exampleorg1"


def policies(region: str | None = HOME, **arguments: Any) -> dict[str, dict[str, Any]]:
    """Return the policies by type."""
    stack = new_stack(region)
    Guardrails(stack, "Guardrails", **{"target_ids": TARGETS, **arguments})
    return {one["Type"]: one for one in resources(template(stack), "AWS::Organizations::Policy")}


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, Any]]:
    return policies(
        organization_id=ORGANIZATION, break_glass_arns=[BREAK_GLASS], deployer_arns=[DEPLOYER], key_arns=[KEY]
    )


def refuses(policy: dict[str, Any], who: str, action: str, resource: str, **context: str) -> bool:
    """Say whether the policy denies it; a service control policy names no principal and means all."""
    content = policy["Content"]
    document = {**content, "Statement": [{"Principal": "*", **one} for one in content["Statement"]]}
    service = who.endswith(".amazonaws.com")
    values = {name.replace("__", ":").lower(): (value,) for name, value in context.items()}
    values |= {"aws:principalisawsservice": (str(service).lower(),)}
    if not service:
        values["aws:principalarn"] = (who,)
    request = Request(
        principal=Service(who) if service else Identity(who),
        action=action,
        resource=resource,
        context=values,
        otherwise=Mark.ABSENT,
    )
    return denied(parse(json.dumps(document)), request).yes


SERVICE_CASES = [
    ("cloudtrail:StopLogging", TRAIL, {ADMIN, ROOT, DEPLOYER}),
    ("cloudtrail:PutEventSelectors", TRAIL, {ADMIN, ROOT, DEPLOYER}),
    ("cloudtrail:DeregisterOrganizationDelegatedAdmin", "*", {ADMIN, ROOT, DEPLOYER}),
    ("cloudtrail:DescribeTrails", "*", set()),
    ("logs:DeleteLogGroup", GROUP, {ADMIN, ROOT}),
    ("logs:PutRetentionPolicy", f"{GROUP}:*", {ADMIN, ROOT}),
    ("logs:DeleteLogGroup", GROUP.replace("trailhold", "website"), set()),
    ("cloudwatch:DeleteAlarms", f"arn:aws:cloudwatch:{HOME}:{LOGS}:alarm:trailhold-root-use", {ADMIN, ROOT}),
    ("cloudwatch:DeleteAlarms", f"arn:aws:cloudwatch:{HOME}:{LOGS}:alarm:website", set()),
    ("events:DisableRule", f"arn:aws:events:{HOME}:{LOGS}:rule/trailhold-key-tampering", {ADMIN, ROOT}),
    ("sns:DeleteTopic", f"arn:aws:sns:{HOME}:{LOGS}:trailhold-alerts", {ADMIN, ROOT}),
    ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{HOME}:{LOGS}:function:trailhold-restart", {ADMIN, ROOT}),
    ("organizations:LeaveOrganization", "*", {ADMIN, ROOT, DEPLOYER, BREAK_GLASS}),
]
RESOURCE_CASES = [
    ("s3:DeleteObject", f"{BUCKET}/AWSLogs/1", {ADMIN, ROOT, DEPLOYER}),
    ("s3:DeleteObjectVersion", f"{ARCHIVE}/AWSLogs/1", {ADMIN, ROOT, DEPLOYER}),
    ("s3:DeleteBucket", BUCKET, {ADMIN, ROOT, DEPLOYER}),
    ("s3:BypassGovernanceRetention", f"{ARCHIVE}/AWSLogs/1", {ADMIN, ROOT, DEPLOYER}),
    ("s3:UpdateObjectEncryption", f"{BUCKET}/AWSLogs/1", {ADMIN, ROOT, DEPLOYER}),
    ("s3:PutBucketRequestPayment", BUCKET, {ADMIN, ROOT}),
    ("s3:PutLifecycleConfiguration", BUCKET, {ADMIN, ROOT}),
    ("s3:PutBucketPolicy", BUCKET, {ADMIN, ROOT}),
    # Root turns MFA delete on.
    ("s3:PutBucketVersioning", BUCKET, {ADMIN}),
    ("s3:GetObject", f"{BUCKET}/AWSLogs/1", set()),
    ("s3:DeleteObject", "arn:aws:s3:::website/index.html", set()),
    ("kms:ScheduleKeyDeletion", KEY, {ADMIN, ROOT, DEPLOYER}),
    ("kms:PutKeyPolicy", KEY, {ADMIN, ROOT}),
    ("kms:Decrypt", KEY, set()),
]


@pytest.mark.parametrize(("action", "resource", "refused"), SERVICE_CASES)
def test_what_members_cannot_do(
    made: dict[str, dict[str, Any]], action: str, resource: str, refused: set[str]
) -> None:
    policy = made["SERVICE_CONTROL_POLICY"]
    everybody = (ADMIN, ROOT, DEPLOYER, BREAK_GLASS)
    assert {who for who in everybody if refuses(policy, who, action, resource)} == refused


@pytest.mark.parametrize(("action", "resource", "refused"), RESOURCE_CASES)
def test_what_cannot_be_done_to_logs(
    made: dict[str, dict[str, Any]], action: str, resource: str, refused: set[str]
) -> None:
    policy = made["RESOURCE_CONTROL_POLICY"]
    everybody = (ADMIN, ROOT, DEPLOYER, BREAK_GLASS)
    ours = {"aws__PrincipalOrgID": ORGANIZATION}
    assert {who for who in everybody if refuses(policy, who, action, resource, **ours)} == refused


@pytest.mark.parametrize(
    ("action", "resource"), [("s3:GetObject", f"{BUCKET}/AWSLogs/1"), ("kms:Decrypt", KEY)]
)
def test_outsiders_read_nothing_and_services_go_on(
    made: dict[str, dict[str, Any]], action: str, resource: str
) -> None:
    policy = made["RESOURCE_CONTROL_POLICY"]
    assert refuses(policy, ADMIN, action, resource, aws__PrincipalOrgID="o-otherotherx")
    assert refuses(policy, ADMIN, action, resource)
    assert not refuses(policy, "cloudtrail.amazonaws.com", action, resource)


def test_cloudtrail_still_delivers(made: dict[str, dict[str, Any]]) -> None:
    policy = made["RESOURCE_CONTROL_POLICY"]
    for action, resource in (
        ("s3:GetBucketAcl", BUCKET),
        ("s3:PutObject", f"{BUCKET}/AWSLogs/{ORGANIZATION}/1"),
        ("kms:GenerateDataKey", KEY),
        ("kms:DescribeKey", KEY),
    ):
        assert not refuses(policy, "cloudtrail.amazonaws.com", action, resource)


def test_a_key_whose_id_nobody_knows_yet_is_protected_by_its_alias(made: dict[str, dict[str, Any]]) -> None:
    policy, other = made["RESOURCE_CONTROL_POLICY"], KEY.replace("1234abcd", "99999999")
    ours = {"aws__PrincipalOrgID": ORGANIZATION}
    assert not refuses(policy, ADMIN, "kms:DisableKey", other, **ours)
    assert refuses(
        policy, ADMIN, "kms:DisableKey", other, kms__ResourceAliases="alias/trailhold-logs", **ours
    )
    assert refuses(
        policy, ADMIN, "kms:DeleteAlias", other, kms__ResourceAliases="alias/trailhold-logs", **ours
    )
    assert not refuses(policy, ADMIN, "kms:DisableKey", other, kms__ResourceAliases="alias/website", **ours)


@pytest.mark.parametrize("action", ["kms:DisableKey", "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy"])
def test_members_are_bound_by_the_alias_in_their_own_policy_too(
    made: dict[str, dict[str, Any]], action: str
) -> None:
    policy, other = made["SERVICE_CONTROL_POLICY"], KEY.replace("1234abcd", "99999999")
    for alias, refused in (("alias/trailhold-logs", True), ("alias/website", False)):
        assert refuses(policy, ADMIN, action, other, kms__ResourceAliases=alias) is refused
    assert not refuses(policy, BREAK_GLASS, action, other, kms__ResourceAliases="alias/trailhold-logs")
    assert not refuses(policy, ADMIN, "kms:Decrypt", other, kms__ResourceAliases="alias/trailhold-logs")


def test_both_policies_are_such_as_organizations_takes(made: dict[str, dict[str, Any]]) -> None:
    for policy in made.values():
        assert policy["TargetIds"] == TARGETS
        assert longest_json(policy["Content"]) <= LIMIT
        assert policy["Content"]["Version"] == "2012-10-17"
    for statement in made["SERVICE_CONTROL_POLICY"]["Content"]["Statement"]:
        assert statement["Effect"] == "Deny"
        assert "Principal" not in statement
    for statement in made["RESOURCE_CONTROL_POLICY"]["Content"]["Statement"]:
        assert statement["Effect"] == "Deny"
        assert statement["Principal"] == "*"
        assert "*" not in statement["Action"]


def test_without_a_break_glass_role_there_is_no_exception() -> None:
    for kind, policy in policies().items():
        excepted = [one for one in policy["Content"]["Statement"] if "ArnNotLike" in one.get("Condition", {})]
        # But root's right to turn MFA delete on.
        assert [one["Sid"] for one in excepted] == (
            ["BucketVersioning"] if kind == "RESOURCE_CONTROL_POLICY" else []
        )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"target_ids": []}, "there is no target"),
        ({"target_ids": ["root"]}, r"'root' is not the id of a root \(r-\)"),
        ({"target_ids": ["111122223333"]}, "111122223333 is the management account"),
        ({"organization_id": "exampleorg"}, "not an organization id"),
        ({"break_glass_arns": ["break-glass"]}, "not the ARN of an IAM role or user"),
        (
            {"break_glass_arns": [f"arn:aws:iam::{LOGS}:role/{number:064}" for number in range(20)]},
            r"service control policy takes up to \d+ characters and AWS Organizations takes 5120",
        ),
        (
            {"log_bucket_names": [f"{number:063}" for number in range(20)]},
            r"resource control policy takes up to \d+ characters",
        ),
    ],
)
def test_refusals(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(Refusal, match=says):
        policies(**arguments)


@pytest.mark.parametrize(
    ("region", "kinds"),
    [
        ("us-gov-west-1", {"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"}),
        ("cn-north-1", {"SERVICE_CONTROL_POLICY"}),
    ],
)
def test_other_partitions(region: str, kinds: set[str]) -> None:
    found = policies(region)
    assert set(found) == kinds
    assert "arn:aws:" not in json.dumps(found)


def test_what_china_lacks_is_said() -> None:
    stack = new_stack("cn-north-1")
    Guardrails(stack, "Guardrails", target_ids=TARGETS)
    (warning,) = warnings(stack)
    assert "aws-cn has no resource control policies" in warning


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("x" * 7, 7),
        (f"arn:{Aws.PARTITION}:s3:::logs", len("arn:aws-us-gov:s3:::logs")),
        (f"{Aws.ACCOUNT_ID}-{Aws.REGION}", len("111122223333-ap-southeast-2")),
    ],
    ids=["no token", "partition", "account and Region"],
)
def test_how_long_a_text_with_tokens_can_become(text: str, length: int) -> None:
    stack = new_stack(region=None, account=None)
    assert longest(stack.resolve(text)) == length
    assert longest_json(stack.resolve({"Resource": [text]})) == len('{"Resource":[""]}') + length
