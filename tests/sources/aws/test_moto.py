"""The same source against moto, an AWS that this project did not write."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from checker.evidence import Cause
from checker.inventory import Inventory
from checker.sources.aws import collect
from tests.modern import modern
from tests.sources.aws.conftest import options
from tests.sources.aws.evidence import unknowns

ACCOUNT, HOME = "123456789012", "eu-west-1"
BUCKET, TRAIL = "moto-log-bucket", f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/audit"
STATEMENT = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})

NOT_ANSWERED = (
    "cloudtrail:GetEventConfiguration",
    "cloudtrail:ListChannels",
    "cloudtrail:ListDashboards",
    "cloudtrail:ListEventDataStores",
    "logs:DescribeAccountPolicies",
)
"""What moto does not know: it says that there is an error in it."""
MISNAMED = "s3:GetBucketNotification"
"""moto calls the document by another name than S3."""


def build() -> dict[str, str]:
    """Create a trail with everything that it can name, and return the names."""
    client: Any = boto3.client
    s3 = client("s3")
    s3.create_bucket(
        Bucket=BUCKET,
        CreateBucketConfiguration={"LocationConstraint": HOME},
        ObjectLockEnabledForBucket=True,
    )
    s3.put_bucket_policy(Bucket=BUCKET, Policy=POLICY)
    rule = {
        "ID": "old",
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "AWSLogs/", "Tags": [{"Key": "k", "Value": "v"}]}},
        "Expiration": {"Days": 3},
        "Transitions": [{"Days": 2, "StorageClass": "GLACIER"}],
    }
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [rule]})
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    client("kms").enable_key_rotation(KeyId=key)
    client("logs").create_log_group(logGroupName="audit")
    client("logs").put_retention_policy(logGroupName="audit", retentionInDays=30)
    iam = client("iam")
    role = iam.create_role(RoleName="to-logs", AssumeRolePolicyDocument=POLICY)["Role"]["Arn"]
    iam.put_role_policy(RoleName="to-logs", PolicyName="inline", PolicyDocument=POLICY)
    managed = iam.create_policy(PolicyName="managed", PolicyDocument=POLICY)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="to-logs", PolicyArn=managed)
    topic = client("sns").create_topic(Name="audit")["TopicArn"]
    group = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:audit"
    client("cloudtrail").create_trail(
        Name="audit",
        S3BucketName=BUCKET,
        IsMultiRegionTrail=True,
        KmsKeyId=key,
        CloudWatchLogsLogGroupArn=f"{group}:*",
        CloudWatchLogsRoleArn=role,
        SnsTopicName="audit",
        TagsList=[{"Key": "owner", "Value": "security"}],
    )
    client("cloudtrail").start_logging(Name="audit")
    return {"key": key, "group": group, "role": role, "topic": topic}


@pytest.fixture(scope="module")
def observed() -> Iterator[tuple[Inventory, dict[str, str]]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": HOME,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }.items():
            patch.setenv(name, value)
        names = build()
        # moto reads large files for EC2's Regions: narrowed discovery does not wait for them.
        inventory = collect(options(regions=(HOME, "us-east-1"), read_timeout=60.0)).inventory
    server.stop()
    yield inventory, names


@modern
def test_all_that_it_answers_is_read(observed: tuple[Inventory, dict[str, str]]) -> None:
    inventory, _ = observed
    hidden = {unknown.origin.action: unknown.cause for unknown in unknowns(inventory).values()}
    assert hidden == dict.fromkeys(NOT_ANSWERED, Cause.UNREACHABLE) | {MISNAMED: Cause.MALFORMED}
    assert [s.region for s in inventory.sightings] == [HOME, "us-east-1"]


def test_settings_are_those_that_were_made(observed: tuple[Inventory, dict[str, str]]) -> None:
    inventory, names = observed
    trail, bucket = inventory.trails[TRAIL], inventory.buckets[BUCKET]
    assert trail.status.is_logging.value is True
    assert trail.tags.value == {"owner": "security"}
    assert (bucket.account.value, bucket.region.value, bucket.policy.value) == (ACCOUNT, HOME, POLICY)
    assert (bucket.object_lock.value.enabled, bucket.versioning.value.status) == (True, "Enabled")
    (rule,) = bucket.lifecycle.value
    assert (rule.filter.prefix, rule.filter.tags, rule.expiration_days) == ("AWSLogs/", (("k", "v"),), 3)
    assert [(t.storage_class, t.days) for t in rule.transitions] == [("GLACIER", 2)]
    assert inventory.keys[names["key"]].rotation_enabled.value is True
    assert inventory.log_groups[names["group"]].retention_days.value == 30
    assert [p.name for p in inventory.roles[names["role"]].policies.value] == ["inline", "managed"]
    assert inventory.topics[names["topic"]].exists.value is True
