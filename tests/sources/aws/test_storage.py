"""What is read around a log bucket: access points, grants, copies, and the names of what was delivered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checker.evidence import Cause, Known, Unknown
from checker.inventory import Inventory
from tests import hardened as good
from tests.modern import modern
from tests.simulator import DENIED, AccessPoint, Fault, World, hardened_world, healthy_status
from tests.simulator.delivered import DIGESTS, digest_name, log_name
from tests.simulator.worlds import ALL_BLOCKED, KEY, TRAIL
from tests.sources.aws.conftest import Observe, ServeWorld, options

OFF = dict.fromkeys(ALL_BLOCKED, False)
POINTS = (
    AccessPoint(
        name="near",
        account=good.ACCOUNT,
        region=good.HOME,
        bucket=good.BUCKET,
        public_access_block=ALL_BLOCKED,
    ),
    AccessPoint(name="far", account=good.ACCOUNT, region="", bucket=good.BUCKET, public_access_block=OFF),
    AccessPoint(
        name="other",
        account=good.ACCOUNT,
        region=good.HOME,
        bucket=good.ACCESS_LOGS,
        public_access_block=OFF,
    ),
)


def points(inventory: Inventory) -> Any:
    return inventory.buckets[good.BUCKET].access_points.value


def test_access_points_of_one_region_and_of_many(observe: Observe) -> None:
    near, far = points(observe(replace(hardened_world(), access_points=POINTS, page_size=1)).inventory)
    assert (near.multi_region, near.public_access_block.value.restrict_public_buckets) == (False, True)
    assert near.arn == f"arn:aws:s3:{good.HOME}:{good.ACCOUNT}:accesspoint/near"
    assert (far.multi_region, far.public_access_block.value.restrict_public_buckets) == (True, False)


def test_those_of_many_regions_that_are_not_told_hide_no_other(observe: Observe) -> None:
    faults = [Fault(DENIED, operation="ListMultiRegionAccessPoints")]
    hidden, near = points(observe(replace(hardened_world(), access_points=POINTS), faults).inventory)
    assert isinstance(hidden.public_access_block, Unknown)
    assert hidden.public_access_block.cause is Cause.DENIED
    assert isinstance(near.public_access_block, Known)


def test_an_access_point_whose_flags_are_denied(observe: Observe) -> None:
    faults = [Fault(DENIED, operation="GetAccessPoint")]
    near, _ = points(observe(replace(hardened_world(), access_points=POINTS), faults).inventory)
    assert isinstance(near.public_access_block, Unknown)


def test_grants_are_read_page_by_page(observe: Observe) -> None:
    holder = f"arn:aws:iam::{good.ACCOUNT}:role/x"
    grants = (
        {"GrantId": "b", "GranteePrincipal": holder, "Operations": ["Encrypt", "Decrypt"]},
        {
            "GrantId": "a",
            "GranteePrincipal": holder,
            "Operations": ["Decrypt"],
            "Constraints": {"EncryptionContextSubset": {"k": "v"}},
        },
    )
    world = replace(hardened_world(), keys=(replace(KEY, grants=grants),), page_size=1)
    first, second = observe(world).inventory.keys[good.KEY_ARN].grants.value
    assert (first.id, first.constraints, first.grantee) == ("a", (("k", "v"),), holder)
    assert second.operations == ("Decrypt", "Encrypt")


@modern
def test_a_grant_for_one_resource_of_a_service(observe: Observe) -> None:
    of_a_service = {
        "GrantId": "a",
        "GranteeServicePrincipal": "rds.amazonaws.com",
        "RetiringServicePrincipal": "rds.amazonaws.com",
        "Operations": ["Encrypt"],
        "Constraints": {"SourceArn": "arn:aws:rds:us-east-1:1:db:b"},
    }
    world = replace(hardened_world(), keys=(replace(KEY, grants=(of_a_service,)),))
    (grant,) = observe(world).inventory.keys[good.KEY_ARN].grants.value
    assert (grant.grantee, grant.retiring) == ("rds.amazonaws.com", "rds.amazonaws.com")
    assert (grant.source, grant.constraints) == ("arn:aws:rds:us-east-1:1:db:b", ())


def test_settings_of_the_bucket(observe: Observe) -> None:
    told = {
        "GetBucketNotificationConfiguration": {
            "TopicConfigurations": [{"TopicArn": "arn:t", "Events": ["s3:ObjectRemoved:*"]}],
            "EventBridgeConfiguration": {},
        },
        "GetBucketWebsite": {"IndexDocument": {"Suffix": "index.html"}},
        "GetBucketReplication": {
            "ReplicationConfiguration": {
                "Role": "r",
                "Rules": [
                    {
                        "ID": "copy",
                        "Status": "Enabled",
                        "Filter": {"Prefix": "AWSLogs/"},
                        "DeleteMarkerReplication": {"Status": "Disabled"},
                        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
                        "Destination": {
                            "Bucket": f"arn:aws:s3:::{good.ACCESS_LOGS}",
                            "Account": good.ACCOUNT,
                            "AccessControlTranslation": {"Owner": "Destination"},
                        },
                    },
                    {"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::gone"}},
                ],
            }
        },
        "GetBucketLifecycleConfiguration": {
            "Rules": [
                {
                    "Status": "Enabled",
                    "Prefix": "",
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                }
            ]
        },
    }
    inventory = observe(hardened_world(bucket=told)).inventory
    bucket = inventory.buckets[good.BUCKET]
    assert bucket.notifications.value == ("arn:t", "EventBridge")
    assert bucket.website.value is True
    assert bucket.lifecycle.value[0].abort_multipart_days == 7
    rule, older = bucket.replication.value
    assert (rule.destination, rule.prefix, rule.kms_objects) == (good.ACCESS_LOGS, "AWSLogs/", True)
    assert (rule.delete_markers, rule.owner_override) == (False, True)
    assert (older.delete_markers, older.owner_override, older.kms_objects) == (True, False, False)
    linked = inventory.linked_buckets
    assert linked[good.ACCESS_LOGS].object_lock.value.enabled is False
    assert isinstance(linked[good.ACCESS_LOGS].versioning, Known)
    assert linked["gone"].exists.value is False


def holding(*names: str, **world: Any) -> World:
    alone = hardened_world(**world)
    log_bucket, *others = alone.buckets
    return replace(alone, buckets=(replace(log_bucket, objects=names), *others))


def test_digests_of_a_day_are_listed_in_each_region(observe: Observe) -> None:
    inventory = observe(hardened_world()).inventory
    found = inventory.objects_of(inventory.trails[good.TRAIL_ARN])
    assert sorted(place.region for place in found) == sorted(good.REGIONS)
    for place in found:
        ends = place.digests.value
        assert len(ends) == 25 < DIGESTS
        assert ends[-1] - ends[0] == timedelta(hours=24)
        assert place.logs.value is True


@pytest.mark.parametrize("page_size", [3, 1000])
def test_other_objects_do_not_count(observe: Observe, page_size: int) -> None:
    root, at = f"AWSLogs/{good.ACCOUNT}/", datetime.now(UTC) - timedelta(hours=2)
    digest = digest_name(root, TRAIL, good.ACCOUNT, good.HOME, at)
    others = (
        digest.replace(".json.gz", "_backfill.json.gz"),
        digest.replace("_audit_", "_another_"),
        f"{digest}.tmp",
        log_name(root, good.ACCOUNT, good.HOME, at - timedelta(days=3)),
    )
    inventory = observe(replace(holding(digest, *others), page_size=page_size)).inventory
    places = {place.region: place for place in inventory.objects.values()}
    assert places[good.HOME].digests.value == (at.replace(microsecond=0),)
    assert places[good.HOME].logs.value is False
    assert places["eu-west-1"].digests.value == ()


def test_below_a_key_prefix(observe: Observe) -> None:
    settings = {**TRAIL.settings, "S3KeyPrefix": "x/y"}
    inventory = observe(hardened_world(trail={"settings": settings})).inventory
    assert all(len(place.digests.value) == 25 for place in inventory.objects.values())


def test_nothing_is_asked_where_nothing_was_delivered(serving: ServeWorld) -> None:
    from checker.sources.aws import collect

    old = datetime.now(UTC) - timedelta(days=3)
    status = {**healthy_status(), "LatestDeliveryTime": old, "LatestDigestDeliveryTime": old}
    with serving(hardened_world(trail={"status": status})) as aws:
        inventory = collect(options()).inventory
        asked = [request for request in aws.requests if request.operation == "ListObjectsV2"]
    assert asked == []
    assert {place.digests_from.value for place in inventory.objects.values()} == {None}


def test_a_trail_that_was_started_within_the_day_has_no_older_digests(observe: Observe) -> None:
    start = datetime.now(UTC) - timedelta(hours=5)
    status = {**healthy_status(), "StartLoggingTime": start}
    inventory = observe(hardened_world(trail={"status": status})).inventory
    assert {len(place.digests.value) for place in inventory.objects.values()} == {5}


def test_a_refusal_to_list_is_no_empty_folder(observe: Observe) -> None:
    inventory = observe(hardened_world(), [Fault(DENIED, operation="ListObjectsV2")]).inventory
    for place in inventory.objects.values():
        assert isinstance(place.digests, Unknown)
        assert place.digests.cause is Cause.DENIED
        assert isinstance(place.logs, Unknown)
