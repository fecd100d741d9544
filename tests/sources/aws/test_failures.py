"""A call that fails hides what it would have told and nothing else; what does not exist is known not to."""

from dataclasses import replace

import pytest

from checker.evidence import Cause, Known, Unknown
from tests import hardened as good
from tests.modern import modern
from tests.simulator import (
    CLOSED_REGION,
    DENIED,
    EXPIRED,
    HANG,
    RESET,
    SERVER_ERROR,
    THROTTLED,
    AwsError,
    Fault,
    Refuse,
    World,
    hardened_world,
)
from tests.simulator.faults import Effect
from tests.sources.aws.conftest import Observe
from tests.sources.aws.evidence import contents, unknowns

TRAIL = f"trails/{good.TRAIL_ARN}"
BUCKET = f"buckets/{good.BUCKET}"
TARGET = f"linked_buckets/{good.ACCESS_LOGS}"
OBJECTS = [f"objects/{good.TRAIL_ARN}/{good.ACCOUNT}/{region}" for region in good.REGIONS]
KEY = f"keys/{good.KEY_ARN}"
GROUP = f"log_groups/{good.GROUP_ARN}"
ROLE = f"roles/{good.ROLE_ARN}"
TOPIC = f"topics/{good.TOPIC_ARN}"
ALERTS = f"alert_topics/{good.ALERTS_ARN}"
WATCH = f"watches/{good.ACCOUNT}/{good.HOME}"
ACCOUNT = f"accounts/{good.ACCOUNT}"

HIDDEN_BY = {
    ("account", "ListRegions"): (),
    ("organizations", "DescribeOrganization"): (
        f"{ACCOUNT}.feature_set",
        f"{ACCOUNT}.organization",
        f"{ACCOUNT}.management_account",
        *(
            f"organizations/unread.{name}"
            for name in (
                *("trusted_services", "administrators", "policy_types", "places", "policies"),
                "trail_role",
            )
        ),
    ),
    ("s3control", "GetPublicAccessBlock"): (f"{ACCOUNT}.public_access_block",),
    ("cloudtrail", "GetEventSelectors"): (f"{TRAIL}.selectors",),
    ("cloudtrail", "GetInsightSelectors"): (f"{TRAIL}.insights",),
    ("cloudtrail", "ListTags"): (f"{TRAIL}.tags",),
    ("s3", "GetBucketPolicy"): (f"{BUCKET}.policy", f"{TARGET}.policy"),
    ("s3", "GetBucketPolicyStatus"): (f"{BUCKET}.policy_is_public", f"{TARGET}.policy_is_public"),
    ("s3", "GetPublicAccessBlock"): (f"{BUCKET}.public_access_block", f"{TARGET}.public_access_block"),
    ("s3", "GetBucketAcl"): (
        *(f"{BUCKET}.acl", f"{TARGET}.acl"),
        *(f"{BUCKET}.acl_owner", f"{TARGET}.acl_owner"),
    ),
    ("s3", "GetBucketOwnershipControls"): (f"{BUCKET}.object_ownership", f"{TARGET}.object_ownership"),
    ("s3", "GetBucketVersioning"): (f"{BUCKET}.versioning",),
    ("s3", "GetObjectLockConfiguration"): (f"{BUCKET}.object_lock", f"{TARGET}.object_lock"),
    ("s3", "GetBucketLifecycleConfiguration"): (f"{BUCKET}.lifecycle",),
    ("s3", "GetBucketEncryption"): (f"{BUCKET}.encryption", f"{TARGET}.encryption"),
    ("s3", "GetBucketLogging"): (f"{BUCKET}.access_log_bucket", f"{BUCKET}.access_log_prefix"),
    ("s3", "GetBucketReplication"): (f"{BUCKET}.replication",),
    ("s3", "GetBucketNotificationConfiguration"): (f"{BUCKET}.notifications",),
    ("s3", "GetBucketWebsite"): (f"{BUCKET}.website",),
    ("s3", "ListBuckets"): (f"{BUCKET}.account", f"{BUCKET}.access_points", f"{TARGET}.account"),
    ("s3", "ListObjectsV2"): tuple(f"{place}.{kind}" for place in OBJECTS for kind in ("digests", "logs")),
    ("s3control", "ListAccessPoints"): (f"{BUCKET}.access_points",),
    ("kms", "ListGrants"): (f"{KEY}.grants",),
    ("kms", "DescribeKey"): tuple(
        f"{KEY}.{name}"
        for name in ("exists", "state", "deletion_date", "manager", "spec", "origin", "multi_region")
    ),
    ("kms", "GetKeyPolicy"): (f"{KEY}.policy",),
    ("kms", "GetKeyRotationStatus"): (f"{KEY}.rotation_enabled", f"{KEY}.rotation_days"),
    ("logs", "DescribeLogGroups"): tuple(
        f"{GROUP}.{name}"
        for name in ("exists", "retention_days", "kms_key_id", "log_class", "deletion_protection")
    ),
    ("logs", "DescribeMetricFilters"): (
        f"{GROUP}.metric_filters",
        f"{GROUP}.alarms",
        f"{GROUP}.composites",
        f"{GROUP}.mutes",
    ),
    ("cloudwatch", "DescribeAlarms"): (f"{GROUP}.alarms", f"{GROUP}.composites"),
    ("events", "ListRules"): (f"{WATCH}.rules",),
    ("events", "ListTargetsByRule"): (f"{WATCH}.rules",),
    ("sns", "GetTopicAttributes"): tuple(
        f"{topic}.{name}"
        for topic in (TOPIC, ALERTS)
        for name in ("exists", "policy", "kms_key_id", "confirmed_subscriptions", "feedback")
    ),
    ("sns", "ListSubscriptionsByTopic"): (f"{TOPIC}.subscriptions", f"{ALERTS}.subscriptions"),
    ("logs", "DescribeSubscriptionFilters"): (f"{GROUP}.subscription_filters",),
    ("logs", "DescribeAccountPolicies"): (f"{GROUP}.subscription_filters",),
    ("iam", "GetRole"): (
        f"{ROLE}.exists",
        f"{ROLE}.trust_policy",
        f"{ROLE}.permissions_boundary",
        f"{ACCOUNT}.sharing_trust",
    ),
    ("iam", "ListRolePolicies"): (f"{ROLE}.policies",),
    ("iam", "GetRolePolicy"): (f"{ROLE}.policies",),
    ("iam", "ListAttachedRolePolicies"): (f"{ROLE}.policies",),
}
"""What each call alone can tell. Regions have a second source."""


@pytest.mark.parametrize("call", HIDDEN_BY, ids=":".join)
def test_denied_call_hides_its_own_settings(observe: Observe, call: tuple[str, str]) -> None:
    service, operation = call
    inventory = observe(hardened_world(), [Fault(DENIED, service=service, operation=operation)]).inventory
    hidden = unknowns(inventory)
    assert set(hidden) == set(HIDDEN_BY[call])
    for unknown in hidden.values():
        assert unknown.cause is Cause.DENIED
        assert unknown.origin.action in unknown.reason
        assert "user/auditor" in unknown.reason


@pytest.mark.parametrize(
    ("effect", "cause"),
    [
        pytest.param(THROTTLED, Cause.THROTTLED, id="throttled"),
        pytest.param(SERVER_ERROR, Cause.UNREACHABLE, id="500"),
        pytest.param(RESET, Cause.UNREACHABLE, id="reset"),
        pytest.param(HANG, Cause.UNREACHABLE, id="hang"),
        pytest.param(EXPIRED, Cause.EXPIRED, id="expired"),
        pytest.param(CLOSED_REGION, Cause.REGION_CLOSED, id="closed"),
        pytest.param(Refuse(AwsError("NeverHeardOfException", "what?")), Cause.UNDECIDED, id="strange code"),
    ],
)
@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ("GetEventSelectors", f"{TRAIL}.selectors"),
        ("GetBucketVersioning", f"{BUCKET}.versioning"),
        ("GetRolePolicy", f"{ROLE}.policies"),
    ],
    ids=["json", "rest-xml", "query"],
)
def test_cause(observe: Observe, effect: Effect, cause: Cause, operation: str, path: str) -> None:
    faults = [Fault(effect, operation=operation)]
    inventory = observe(hardened_world(), faults, read_timeout=3.0 if effect is HANG else 30.0).inventory
    assert {key: unknown.cause for key, unknown in unknowns(inventory).items()} == {path: cause}


def test_what_may_pass_is_tried_again(observe: Observe) -> None:
    faults = [Fault(THROTTLED, operation="GetEventSelectors", times=1), Fault(RESET, service="kms", times=1)]
    assert unknowns(observe(hardened_world(), faults, max_attempts=3).inventory) == {}


def test_status_that_is_denied_in_one_region(observe: Observe) -> None:
    faults = [Fault(DENIED, operation="GetTrailStatus", region="eu-west-1")]
    inventory = observe(hardened_world(), faults).inventory
    logging = {s.region: s.status.is_logging for s in inventory.sightings}
    assert isinstance(logging["eu-west-1"], Unknown)
    assert logging["us-west-2"].value
    assert inventory.trails[good.TRAIL_ARN].status.is_logging.value


@modern
def test_trails_that_are_denied_in_one_region(observe: Observe) -> None:
    faults = [Fault(DENIED, operation="DescribeTrails", region="us-east-1")]
    inventory = observe(hardened_world(), faults).inventory
    (path,) = unknowns(inventory)
    assert path == f"{ACCOUNT}.discoveries/1.trail_arns"
    assert contents(inventory.trails) == contents(good.hardened().trails)


def without(world: World, **changes: object) -> World:
    """Declare a world in which something that the trail names does not exist."""
    return replace(world, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("missing", "kind", "name"),
    [
        ("buckets", "buckets", good.BUCKET),
        ("keys", "keys", good.KEY_ARN),
        ("log_groups", "log_groups", good.GROUP_ARN),
        ("topics", "topics", good.TOPIC_ARN),
        ("roles", "roles", good.ROLE_ARN),
    ],
)
def test_what_does_not_exist_is_known_not_to(observe: Observe, missing: str, kind: str, name: str) -> None:
    inventory = observe(without(hardened_world(), **{missing: ()})).inventory
    resource = getattr(inventory, kind)[name]
    assert resource.exists.value is False
    hidden = unknowns(inventory)
    assert hidden
    assert {unknown.cause for unknown in hidden.values()} == {Cause.ABSENT}
    with_it = {"buckets": ("objects/",), "topics": ("alert_topics/",)}.get(kind, ())
    assert all(path.startswith((f"{kind}/{name}.", *with_it)) for path in hidden)


NOT_CONFIGURED = {
    "GetBucketPolicy": ("policy", None),
    "GetBucketPolicyStatus": ("policy_is_public", False),
    "GetPublicAccessBlock": ("public_access_block", type(good.OWNER.public_access_block.value)()),
    "GetBucketOwnershipControls": ("object_ownership", None),
    "GetBucketVersioning": ("versioning", type(good.LOG_BUCKET.versioning.value)()),
    "GetObjectLockConfiguration": ("object_lock", type(good.LOG_BUCKET.object_lock.value)(enabled=False)),
    "GetBucketLifecycleConfiguration": ("lifecycle", ()),
    "GetBucketEncryption": ("encryption", None),
    "GetBucketLogging": ("access_log_bucket", None),
    "GetBucketReplication": ("replication", ()),
    "GetBucketNotificationConfiguration": ("notifications", ()),
    "GetBucketWebsite": ("website", False),
}


def test_setting_that_is_not_configured_is_known_not_to_be(observe: Observe) -> None:
    inventory = observe(hardened_world(bucket=dict.fromkeys(NOT_CONFIGURED))).inventory
    bucket = inventory.buckets[good.BUCKET]
    for name, absent in NOT_CONFIGURED.values():
        setting = getattr(bucket, name)
        assert isinstance(setting, Known), name
        assert setting.content == absent, name


@pytest.mark.parametrize("name", ["Not a Bucket", "a/../b", "x" * 300, "\u202eevil"])
def test_bucket_name_that_is_none(observe: Observe, name: str) -> None:
    inventory = observe(hardened_world(trail={"bucket": name})).inventory
    bucket = inventory.buckets[name]
    assert isinstance(bucket.exists, Unknown)
    assert isinstance(bucket.policy, Unknown)


@pytest.mark.parametrize(
    "setting", ["KmsKeyId", "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "SnsTopicARN"]
)
def test_name_that_is_no_arn(observe: Observe, setting: str) -> None:
    settings = {**hardened_world().trails[0].settings, setting: "nonsense"}
    inventory = observe(hardened_world(trail={"settings": settings})).inventory
    kinds = (inventory.keys, inventory.log_groups, inventory.roles, inventory.topics)
    (resource,) = (kind["nonsense"] for kind in kinds if "nonsense" in kind)
    assert not isinstance(resource.exists, Known) or resource.exists.content is False


def test_rotation_of_a_key_that_cannot_rotate(observe: Observe) -> None:
    fault = Fault(Refuse(AwsError("UnsupportedOperationException")), operation="GetKeyRotationStatus")
    key = observe(hardened_world(), [fault]).inventory.keys[good.KEY_ARN]
    assert (key.rotation_enabled.value, key.rotation_days.value) == (False, None)


def test_insights_where_the_service_does_not_offer_them(observe: Observe) -> None:
    fault = Fault(Refuse(AwsError("UnsupportedOperationException")), operation="GetInsightSelectors")
    assert observe(hardened_world(), [fault]).inventory.trails[good.TRAIL_ARN].insights.value is None
