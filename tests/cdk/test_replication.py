"""The copy: what is replicated, by whom, where to, and who is told when it fails."""

from typing import Any

from tests.cdk.whole_app import (
    ARCHIVE,
    LOGS,
    MANAGEMENT,
    SPLIT,
    bucket_of,
    by_sid,
    policy_of,
    resolved,
    synthesise,
)

SOURCE = f"trailhold-logs-{LOGS}-eu-central-1"
COPY = f"trailhold-archive-{ARCHIVE}-eu-west-1"
ROLE = f"arn:aws:iam::{LOGS}:role/trailhold-replication-eu-central-1"


def of_kind(stack: str, kind: str) -> list[dict[str, Any]]:
    return [
        found["Properties"]
        for found in synthesise(SPLIT)[stack]["Resources"].values()
        if found["Type"] == kind
    ]


def rule() -> dict[str, Any]:
    (found,) = bucket_of(synthesise(SPLIT)["log-archive"], SOURCE)["ReplicationConfiguration"]["Rules"]
    return dict(found)


def test_everything_is_copied_and_no_deletion_is() -> None:
    found = rule()
    assert (found["Status"], found["Filter"]) == ("Enabled", {"Prefix": ""})
    assert found["DeleteMarkerReplication"] == {"Status": "Disabled"}
    assert found["SourceSelectionCriteria"] == {"SseKmsEncryptedObjects": {"Status": "Enabled"}}


def test_the_copy_belongs_to_the_archive_account_and_its_key() -> None:
    assert rule()["Destination"] == {
        "Account": ARCHIVE,
        "AccessControlTranslation": {"Owner": "Destination"},
        "Bucket": f"arn:aws:s3:::{COPY}",
        "EncryptionConfiguration": {
            "ReplicaKmsKeyID": f"arn:aws:kms:eu-west-1:{ARCHIVE}:alias/trailhold-archive"
        },
        "Metrics": {"Status": "Enabled"},
    }
    (alias,) = of_kind("archive", "AWS::KMS::Alias")
    assert alias["AliasName"] == "alias/trailhold-archive"


def test_within_one_account_there_is_no_owner_to_change() -> None:
    bucket = bucket_of(synthesise()["log-archive"], f"trailhold-logs-{MANAGEMENT}-eu-central-1")
    (found,) = bucket["ReplicationConfiguration"]["Rules"]
    assert not {"Account", "AccessControlTranslation"} & set(found["Destination"])


def test_the_archive_admits_the_role_before_it_exists() -> None:
    policy = by_sid(policy_of(synthesise(SPLIT)["archive"], COPY))
    adding = policy["ReplicationAddsCopies"]
    assert adding["Principal"] == {"AWS": f"arn:aws:iam::{LOGS}:root"}
    assert adding["Condition"] == {"ArnEquals": {"aws:PrincipalArn": ROLE}}
    (role,) = [found for found in of_kind("log-archive", "AWS::IAM::Role") if "RoleName" in found]
    assert ROLE.endswith(f"/{role['RoleName']}")


def test_the_role_can_delete_nothing_and_touch_no_versioning() -> None:
    (policy,) = of_kind("log-archive", "AWS::IAM::ManagedPolicy")
    allowed = {
        action
        for statement in policy["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert not {action for action in allowed if "Delete" in action or "Versioning" in action or "*" in action}
    archive = policy_of(synthesise(SPLIT)["archive"], COPY)
    assert "s3:ReplicateDelete" in by_sid(archive)["DenyDestruction"]["Action"]


def test_the_role_uses_the_two_keys_through_s3_alone() -> None:
    (policy,) = of_kind("log-archive", "AWS::IAM::ManagedPolicy")
    found = by_sid(resolved(synthesise(SPLIT)["log-archive"], policy["PolicyDocument"]))
    assert found["DecryptLogFiles"]["Condition"]["StringEquals"] == {
        "kms:ViaService": "s3.eu-central-1.amazonaws.com"
    }
    assert found["EncryptCopies"]["Condition"] == {
        "StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"},
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/trailhold-archive"},
    }


def test_a_failed_copy_is_told_to_somebody() -> None:
    (alarm,) = of_kind("log-archive", "AWS::CloudWatch::Alarm")
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/S3", "OperationsFailedReplication")
    dimensions = {found["Name"]: found["Value"] for found in alarm["Dimensions"]}
    assert resolved(synthesise(SPLIT)["log-archive"], dimensions) == {
        "SourceBucket": SOURCE,
        "DestinationBucket": COPY,
        "RuleId": rule()["Id"],
    }
    assert len(alarm["AlarmActions"]) == 1


def test_both_buckets_keep_versions_as_replication_demands() -> None:
    for stack, name in (("log-archive", SOURCE), ("archive", COPY)):
        assert bucket_of(synthesise(SPLIT)[stack], name)["VersioningConfiguration"] == {"Status": "Enabled"}
