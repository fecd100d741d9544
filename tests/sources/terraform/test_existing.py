"""What is new, what exists already, and what an apply destroys."""

from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Cause, Unknown
from checker.inventory import Encryption, ObjectLock, PublicAccessBlock
from tests import hardened as good
from tests.hardened import BUCKET
from tests.sources.cloudformation.judging import statuses
from tests.sources.terraform.hardened import resources
from tests.sources.terraform.planning import GONE
from tests.sources.terraform.reading import BLOCKED, content, observed, only


def bucket_of(folder: Path, actions: dict[str, list[str]], **changes: Any) -> Any:
    return observed(folder, resources(**changes), actions=actions).buckets[BUCKET]


SATELLITES: list[tuple[str, str, Any]] = [
    ("aws_s3_bucket_public_access_block.logs", "public_access_block", PublicAccessBlock()),
    ("aws_s3_bucket_ownership_controls.logs", "object_ownership", None),
    ("aws_s3_bucket_policy.logs", "policy", None),
    ("aws_s3_bucket_logging.logs", "access_log_bucket", None),
    ("aws_s3_bucket_server_side_encryption_configuration.logs", "encryption", Encryption(algorithm="AES256")),
    ("aws_s3_bucket_object_lock_configuration.logs", "object_lock", ObjectLock(enabled=True)),
]


@pytest.mark.parametrize(("address", "field", "left"), SATELLITES, ids=[s[0] for s in SATELLITES])
def test_what_is_destroyed_is_gone_from_the_bucket(
    address: str, field: str, left: Any, tmp_path: Path
) -> None:
    changes: dict[str, Any] = {f"{address.removesuffix('.logs')}__bucket": BUCKET}
    changes["aws_cloudtrail__s3_bucket_name"] = BUCKET
    there = bucket_of(tmp_path, {"aws_s3_bucket.logs": ["no-op"]}, **changes)
    gone = bucket_of(tmp_path, {"aws_s3_bucket.logs": ["no-op"], address: ["delete"]}, **changes)
    assert content(getattr(there, field)) != left
    assert content(getattr(gone, field)) == left


def test_versions_that_are_destroyed_are_suspended(tmp_path: Path) -> None:
    changes = {"aws_s3_bucket_versioning__bucket": BUCKET, "aws_s3_bucket__object_lock_enabled": False}
    gone = bucket_of(
        tmp_path,
        {"aws_s3_bucket_versioning.logs": ["delete"]},
        aws_s3_bucket_object_lock_configuration=GONE,
        **changes,
    )
    assert content(gone.versioning).status == "Suspended"


def test_a_trail_that_is_destroyed_no_longer_logs(tmp_path: Path) -> None:
    found = observed(tmp_path, resources(), actions={"aws_cloudtrail.audit": ["delete"]})
    assert content(only(found.trails).status.is_logging) is False


DEFAULTS: list[tuple[str, str, Any]] = [
    ("aws_s3_bucket_public_access_block", "public_access_block", BLOCKED),
    ("aws_s3_bucket_ownership_controls", "object_ownership", "BucketOwnerEnforced"),
]


@pytest.mark.parametrize(("type", "field", "default"), DEFAULTS)
def test_what_s3_gives_new_buckets_alone_counts_for_new_buckets_alone(
    type: str, field: str, default: Any, tmp_path: Path
) -> None:
    change: dict[str, Any] = {type: GONE}
    new = getattr(bucket_of(tmp_path, {}, **change), field)
    assert content(new) == default
    assert "what S3 gives a new bucket" in new.origin.field
    replaced = getattr(bucket_of(tmp_path, {"aws_s3_bucket.logs": ["delete", "create"]}, **change), field)
    assert content(replaced) == default
    for action in (["no-op"], ["update"]):
        old = getattr(bucket_of(tmp_path, {"aws_s3_bucket.logs": action}, **change), field)
        assert isinstance(old, Unknown)
        assert old.cause is Cause.UNDECIDED


def test_the_provider_s_own_defaults_hold(tmp_path: Path) -> None:
    bare = {"aws_cloudtrail.x": {"name": "t", "s3_bucket_name": "b"}, "aws_s3_bucket.b": {"bucket": "b"}}
    found = observed(tmp_path, bare)
    trail, bucket = only(found.trails), only(found.buckets)
    assert content(trail.status.is_logging)
    assert content(trail.global_service_events)
    for setting in (trail.multi_region, trail.organization, trail.log_file_validation):
        assert content(setting) is False
    assert content(trail.kms_key_id) is None
    assert content(bucket.versioning).status is None
    assert content(bucket.encryption) == Encryption(algorithm="AES256")
    assert content(bucket.policy) is None


READ_BACK: dict[str, Any] = {
    "bucket": "b",
    "policy": "",
    "acl": None,
    "versioning": [{"enabled": False, "mfa_delete": False}],
    "lifecycle_rule": [],
    "logging": [],
}


def test_of_a_bucket_that_exists_what_the_provider_read_back_counts(tmp_path: Path) -> None:
    found = {"aws_cloudtrail.x": {"name": "t", "s3_bucket_name": "b"}, "aws_s3_bucket.b": READ_BACK}
    bucket = only(observed(tmp_path, found, actions={"aws_s3_bucket.b": ["no-op"]}).buckets)
    assert content(bucket.policy) is None
    assert content(bucket.versioning).status == "Suspended"
    assert content(bucket.lifecycle) == ()
    for silent in (bucket.replication, bucket.encryption, bucket.notifications):
        assert isinstance(silent, Unknown), "a provider that does not read it back tells nothing"


def test_what_a_trail_still_names_and_the_plan_destroys_is_known_to_be_gone(tmp_path: Path) -> None:
    key = {"arn": good.KEY_ARN, "key_id": "0a1b2c3d-1111-2222-3333-444455556666"}
    found = {
        "aws_cloudtrail.x": {"name": "t", "s3_bucket_name": BUCKET, "kms_key_id": good.KEY_ARN},
        "aws_s3_bucket.logs": {"bucket": BUCKET},
        "aws_kms_key.logs": key,
    }
    gone = {"aws_s3_bucket.logs": ["delete"], "aws_kms_key.logs": ["delete"]}
    inventory = observed(tmp_path, found, actions=gone)
    assert content(only(inventory.buckets).exists) is False
    assert content(only(inventory.keys).state) == "PendingDeletion"
    told = statuses(inventory)
    assert (told["TH301"], told["TH403"]) == ("fail", "fail")
    kept = observed(tmp_path, found, actions={address: ["forget"] for address in gone})
    assert content(only(kept.buckets).exists) is True
    assert content(only(kept.keys).state) == "Enabled", "as it was"
