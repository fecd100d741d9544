"""The table, the workgroup and the results bucket, as they are synthesised."""

import re
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from botocore.session import Session

from cdk_app.analytics import TrailAnalytics
from cdk_app.refusal import Refusal
from cdk_app.saved_queries import FOLDER
from cdk_app.trail_table import location
from tests.cdk.records import ACCOUNT, BUCKET, MEMBER

ORGANIZATION = "o-exampleorg"


def stack(region: str = "eu-central-1") -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Analytics", env=cdk.Environment(account=ACCOUNT, region=region))


def resources(scope: cdk.Stack) -> dict[str, list[dict[str, Any]]]:
    """Return the properties of all resources by type."""
    app = scope.node.root
    assert isinstance(app, cdk.App)
    found: dict[str, list[dict[str, Any]]] = {}
    template = app.synth().get_stack_by_name(scope.stack_name).template
    for resource in template["Resources"].values():
        found.setdefault(resource["Type"], []).append(resource["Properties"])
    return found


@pytest.fixture(scope="module")
def made() -> dict[str, list[dict[str, Any]]]:
    """What an organization gets without any further argument, and one role that may ask."""
    scope = stack()
    analytics = TrailAnalytics(scope, "It", log_bucket_name=BUCKET, organization_id=ORGANIZATION)
    analyst = iam.Role(scope, "Analyst", assumed_by=iam.AccountRootPrincipal())
    analytics.grant_query(analyst, log_bucket=s3.Bucket.from_bucket_name(scope, "Logs", BUCKET))
    return resources(scope)


def table(found: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    (only,) = found["AWS::Glue::Table"]
    properties: dict[str, Any] = only["TableInput"]
    return properties


@pytest.mark.parametrize(
    ("organization", "prefix", "root"),
    [
        (None, None, f"s3://{BUCKET}/AWSLogs/"),
        (ORGANIZATION, None, f"s3://{BUCKET}/AWSLogs/{ORGANIZATION}/"),
        (None, "audit", f"s3://{BUCKET}/audit/AWSLogs/"),
        (ORGANIZATION, ORGANIZATION, f"s3://{BUCKET}/{ORGANIZATION}/AWSLogs/{ORGANIZATION}/"),
    ],
)
def test_where_log_files_are(organization: str | None, prefix: str | None, root: str) -> None:
    assert location(BUCKET, organization, prefix) == root


def test_the_table_is_where_the_trail_writes(made: dict[str, list[dict[str, Any]]]) -> None:
    input_ = table(made)
    root = f"s3://{BUCKET}/AWSLogs/{ORGANIZATION}/"
    assert input_["StorageDescriptor"]["Location"] == root
    template = input_["Parameters"]["storage.location.template"]
    assert template == root + "${account}/CloudTrail/${region}/${day}/"
    assert {key["Name"] for key in input_["PartitionKeys"]} == set(re.findall(r"\$\{(\w+)\}", template))


def test_accounts_come_and_go_unless_they_are_listed(made: dict[str, list[dict[str, Any]]]) -> None:
    assert table(made)["Parameters"]["projection.account.type"] == "injected"
    (query,) = (q for q in made["AWS::Athena::NamedQuery"] if q["Name"] == "root-use")
    assert "WHERE account = ? AND day BETWEEN ? AND ?" in query["QueryString"]


def test_listed_accounts_are_all_asked_at_once() -> None:
    scope = stack()
    TrailAnalytics(scope, "It", log_bucket_name=BUCKET, account_ids=(ACCOUNT, MEMBER))
    found = resources(scope)
    assert table(found)["Parameters"]["projection.account.type"] == "enum"
    assert table(found)["Parameters"]["projection.account.values"] == f"{ACCOUNT},{MEMBER}"
    assert not any("account = ?" in query["QueryString"] for query in found["AWS::Athena::NamedQuery"])


@pytest.mark.parametrize(
    ("home", "partition"),
    [("eu-central-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_no_region_of_the_partition_is_missing_from_the_table(home: str, partition: str) -> None:
    scope = stack(home)
    TrailAnalytics(scope, "It", log_bucket_name=BUCKET, account_ids=(ACCOUNT,))
    listed = set(table(resources(scope))["Parameters"]["projection.region.values"].split(","))
    known = Session().get_available_regions("cloudtrail", partition_name=partition)
    assert set(known) <= listed
    assert {region[:3] for region in listed} <= {region[:3] for region in known}


def test_the_workgroup_decides_and_not_the_client(made: dict[str, list[dict[str, Any]]]) -> None:
    (workgroup,) = made["AWS::Athena::WorkGroup"]
    configuration = workgroup["WorkGroupConfiguration"]
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["BytesScannedCutoffPerQuery"] == 100 * 1024**3
    result = configuration["ResultConfiguration"]
    assert result["EncryptionConfiguration"]["EncryptionOption"] == "SSE_KMS"
    assert result["ExpectedBucketOwner"] == ACCOUNT


def test_every_question_is_saved(made: dict[str, list[dict[str, Any]]]) -> None:
    saved = made["AWS::Athena::NamedQuery"]
    assert {query["Name"] for query in saved} == {path.stem for path in FOLDER.glob("*.sql")}
    (workgroup,) = made["AWS::Athena::WorkGroup"]
    assert {query["WorkGroup"] for query in saved} == {workgroup["Name"]}
    # Limits of the Athena API reference, CreateNamedQuery.
    assert all(len(q["Description"]) <= 1024 and len(q["Name"]) <= 128 for q in saved)


def test_results_are_as_private_as_the_logs(made: dict[str, list[dict[str, Any]]]) -> None:
    (bucket,) = made["AWS::S3::Bucket"]
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert [rule["ExpirationInDays"] for rule in bucket["LifecycleConfiguration"]["Rules"]] == [30]
    (key,) = made["AWS::KMS::Key"]
    assert key["EnableKeyRotation"] is True
    (policy,) = made["AWS::S3::BucketPolicy"]
    denied = [s["Condition"] for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in denied
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in denied


def test_an_analyst_may_ask_here_and_read_but_change_no_log(made: dict[str, list[dict[str, Any]]]) -> None:
    (policy,) = made["AWS::IAM::Policy"]
    statements = policy["PolicyDocument"]["Statement"]
    for statement in statements:
        actions = statement["Action"]
        named = [actions] if isinstance(actions, str) else actions
        if BUCKET in str(statement["Resource"]):
            assert all(action.startswith(("s3:Get", "s3:List")) for action in named)
        assert statement["Resource"] != "*"
    assert any("athena:StartQueryExecution" in statement["Action"] for statement in statements)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [({"scan_limit_gib": 0}, "scan_limit_gib: 0"), ({"results_days": 0}, "results_days: 0")],
)
def test_a_limit_that_is_none_is_refused(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(Refusal, match=says):
        TrailAnalytics(stack(), "It", log_bucket_name=BUCKET, **arguments)
