"""An answer that is none never becomes a setting: each is as declared, or unknown."""

import pytest

from checker.evidence import Cause, Unknown
from checker.sources.aws.calls import CALLS
from tests import hardened as good
from tests.simulator import (
    EMPTY,
    GARBAGE,
    HTML,
    TRUNCATED,
    WRONG_SHAPE,
    WRONG_TYPES,
    Answering,
    Fault,
    HttpResponse,
    Instead,
    hardened_world,
)
from tests.simulator.faults import Effect
from tests.simulator.worlds import ALL_BLOCKED
from tests.sources.aws.conftest import Observe
from tests.sources.aws.evidence import contents, unknowns

NO_SETTINGS = Instead(HttpResponse(200, b"{}", "application/x-amz-json-1.1"))
FOREIGN_XML = Instead(HttpResponse(200, b"<?xml version='1.0'?><catalog><cd/></catalog>", "text/xml"))
LIST = Instead(HttpResponse(200, b"[]", "application/json"))
LOGIN_404 = Instead(HttpResponse(404, b"<html><body>not here</body></html>", "text/html"))
SPOILS: dict[str, Effect] = {
    "html": HTML,
    "empty": EMPTY,
    "garbage": GARBAGE,
    "truncated": TRUNCATED,
    "no settings": NO_SETTINGS,
    "other XML": FOREIGN_XML,
    "a list": LIST,
    "an HTML 404": LOGIN_404,
}
NO_ANSWER = {Cause.MALFORMED, Cause.UNDECIDED, Cause.UNREACHABLE}
"""botocore takes S3's broken XML for a server error, which it tries again."""
OF_TRAILS = ("GetTrailStatus", "GetEventSelectors", "GetInsightSelectors", "ListTags")
LEAVES = {
    "cloudtrail": (
        *OF_TRAILS,
        "GetEventConfiguration",
        "ListEventDataStores",
        "ListChannels",
        "ListDashboards",
        "LookupEvents",
    ),
    "s3": (
        "GetBucketPolicy",
        "GetBucketPolicyStatus",
        "GetPublicAccessBlock",
        "GetBucketAcl",
        "GetBucketOwnershipControls",
        "GetBucketVersioning",
        "GetObjectLockConfiguration",
        "GetBucketLifecycleConfiguration",
        "GetBucketEncryption",
        "GetBucketLogging",
        "GetBucketReplication",
        "GetBucketNotificationConfiguration",
        "GetBucketWebsite",
        "ListBuckets",
        "ListObjectsV2",
    ),
    "s3control": ("GetPublicAccessBlock",),
    "kms": ("DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListGrants"),
    "logs": (
        "DescribeLogGroups",
        "DescribeMetricFilters",
        "DescribeSubscriptionFilters",
        "DescribeAccountPolicies",
        "DescribeResourcePolicies",
    ),
    "cloudwatch": ("DescribeAlarms", "ListAlarmMuteRules"),
    "events": ("ListRules",),
    "sns": ("GetTopicAttributes", "ListSubscriptionsByTopic"),
    "iam": ("GetRole", "ListRolePolicies", "ListAttachedRolePolicies", "GetAccountAuthorizationDetails"),
    "organizations": ("DescribeOrganization",),
    "account": ("ListRegions",),
}
EVERYTHING = {"reads": frozenset(call.action for call in CALLS.values()), "history_pause": 0.0}
FILTERED = {
    "metric_filters": (
        {
            "filterName": "root",
            "filterPattern": "x",
            "metricTransformations": [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}],
        },
    )
}


@pytest.mark.parametrize("spoil", SPOILS)
def test_no_answer_is_no_setting(observe: Observe, spoil: str) -> None:
    world = hardened_world(log_group=FILTERED)
    declared = contents(observe(world, **EVERYTHING).inventory)
    faults = [Fault(SPOILS[spoil], service=s, operation=o) for s, leaves in LEAVES.items() for o in leaves]
    inventory = observe(world, faults, **EVERYTHING).inventory
    hidden = unknowns(inventory)
    for path, content in contents(inventory).items():
        assert path in hidden or content == declared[path], path
    told_by_others = ("trails/", "buckets/", "accounts/", "sightings/")
    rest = {
        path
        for path, content in contents(inventory).items()
        if path not in hidden and not path.startswith(told_by_others) and content is not Cause.OUT_OF_SCOPE
    }
    assert rest == {f"objects/{good.TRAIL_ARN}/{good.ACCOUNT}/{region}.bucket" for region in good.REGIONS}
    assert {unknown.cause for unknown in hidden.values()} <= NO_ANSWER
    bucket = {
        p.rpartition(".")[2] for p in contents(inventory) if p.startswith("buckets/") and p not in hidden
    }
    # TRUNCATED spoils answers, not the errors that say that something is not configured.
    assert bucket - {"lifecycle", "replication", "website"} == {"exists", "region"}


@pytest.mark.parametrize("spoil", SPOILS)
def test_regions_that_do_not_answer_for_their_trails(observe: Observe, spoil: str) -> None:
    inventory = observe(hardened_world(), [Fault(SPOILS[spoil], operation="DescribeTrails")]).inventory
    assert inventory.trails == {}
    hidden = unknowns(inventory)
    assert len(hidden) == len(good.REGIONS)
    assert {unknown.cause for unknown in hidden.values()} <= NO_ANSWER


def test_a_log_group_whose_name_is_none_is_not_one_that_is_gone(observe: Observe) -> None:
    faults = [Fault(WRONG_TYPES, operation="DescribeLogGroups")]
    group = observe(hardened_world(), faults).inventory.log_groups[good.GROUP_ARN]
    assert isinstance(group.exists, Unknown)
    assert group.exists.cause is Cause.MALFORMED


@pytest.mark.parametrize("status", [200, 404])
def test_head_bucket_of_another_web_server_proves_nothing(observe: Observe, status: int) -> None:
    page = Instead(HttpResponse(status, b"", "text/html"))
    bucket = observe(hardened_world(), [Fault(page, operation="HeadBucket")]).inventory.buckets[good.BUCKET]
    # The listing of the account's own buckets proves it instead.
    assert bucket.exists.value is True
    assert bucket.exists.origin.action == "s3:ListAllMyBuckets"


@pytest.mark.parametrize(
    ("operation", "output", "path"),
    [
        pytest.param(
            "DescribeTrails",
            {"trailList": [{"TrailARN": good.TRAIL_ARN, "IsMultiRegionTrail": True}]},
            "trails/{trail}.log_file_validation",
            id="a boolean that is missing",
        ),
        pytest.param(
            "GetEventSelectors",
            {"TrailARN": good.TRAIL_ARN, "EventSelectors": [{"ReadWriteType": "Sometimes"}]},
            "trails/{trail}.selectors",
            id="a value out of range",
        ),
        pytest.param(
            "GetBucketVersioning", {"Status": "On"}, "buckets/{bucket}.versioning", id="a strange status"
        ),
        pytest.param(
            "GetBucketPolicyStatus",
            {"PolicyStatus": {}},
            "buckets/{bucket}.policy_is_public",
            id="a flag that is missing",
        ),
        pytest.param(
            "GetBucketLifecycleConfiguration",
            {"Rules": [{"Status": "Perhaps"}]},
            "buckets/{bucket}.lifecycle",
            id="a rule without a sense",
        ),
        pytest.param(
            "GetTopicAttributes",
            {"Attributes": {"TopicArn": good.TOPIC_ARN, "SubscriptionsConfirmed": "many"}},
            "topics/{topic}.confirmed_subscriptions",
            id="a number that is none",
        ),
    ],
)
def test_wrong_value_hides_that_setting(
    observe: Observe, operation: str, output: dict[str, object], path: str
) -> None:
    names = {"trail": good.TRAIL_ARN, "bucket": good.BUCKET, "topic": good.TOPIC_ARN}
    inventory = observe(hardened_world(), [Fault(Answering(output), operation=operation)]).inventory
    assert unknowns(inventory)[path.format(**names)].cause is Cause.MALFORMED


@pytest.mark.parametrize("effect", [WRONG_TYPES, WRONG_SHAPE], ids=["types", "shape"])
@pytest.mark.parametrize("operation", OF_TRAILS)
def test_json_of_other_types(observe: Observe, effect: Effect, operation: str) -> None:
    declared = contents(observe(hardened_world()).inventory)
    fault = Fault(effect, service="cloudtrail", operation=operation)
    inventory = observe(hardened_world(), [fault]).inventory
    hidden = unknowns(inventory)
    assert all(path in hidden or content == declared[path] for path, content in contents(inventory).items())
    assert hidden if operation != "GetTrailStatus" or effect is WRONG_TYPES else not hidden


def test_pages_that_never_end(observe: Observe) -> None:
    page = Answering({"PolicyNames": ["a"], "IsTruncated": True, "Marker": "same"})
    role = observe(hardened_world(), [Fault(page, operation="ListRolePolicies")]).inventory.roles[
        good.ROLE_ARN
    ]
    assert isinstance(role.policies, Unknown)
    assert (role.policies.cause, "again and again" in role.policies.reason) == (Cause.MALFORMED, True)


@pytest.mark.parametrize(
    "arn", ["", "trail", "arn:aws:cloudtrail:::trail/x", good.TRAIL_ARN + "\x1b[2J", good.TRAIL_ARN + "\n"]
)
def test_trail_without_a_name(observe: Observe, arn: str) -> None:
    entries = [{"TrailARN": arn}, {"TrailARN": good.TRAIL_ARN, "S3BucketName": good.BUCKET}]
    page = Answering({"trailList": entries})
    inventory = observe(hardened_world(), [Fault(page, operation="DescribeTrails")]).inventory
    assert list(inventory.trails) == [good.TRAIL_ARN]
    discovery = inventory.accounts[good.ACCOUNT].discoveries[0]
    assert isinstance(discovery.trail_arns, Unknown)
    assert discovery.trail_arns.cause is Cause.MALFORMED


@pytest.mark.parametrize("flag", ["TRUE", "not what you expect", ""])
def test_xml_boolean_that_is_none(observe: Observe, flag: str) -> None:
    body = f"<PolicyStatus><IsPublic>{flag}</IsPublic></PolicyStatus>".encode()
    page = Instead(HttpResponse(200, body, "application/xml"))
    inventory = observe(hardened_world(), [Fault(page, operation="GetBucketPolicyStatus")]).inventory
    buckets = (f"buckets/{good.BUCKET}", f"linked_buckets/{good.ACCESS_LOGS}")
    hidden = {path: unknown.cause for path, unknown in unknowns(inventory).items()}
    assert hidden == {f"{bucket}.policy_is_public": Cause.MALFORMED for bucket in buckets}


def test_flags_are_read_one_by_one(observe: Observe) -> None:
    flags = {**ALL_BLOCKED, "BlockPublicPolicy": False}
    world = hardened_world(bucket={"GetPublicAccessBlock": {"PublicAccessBlockConfiguration": flags}})
    block = observe(world).inventory.buckets[good.BUCKET].public_access_block.value
    assert (block.block_public_acls, block.block_public_policy) == (True, False)
