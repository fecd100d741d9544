"""What does not exist, or not here, or not for everybody: with the codes that AWS uses."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests import hardened as good
from tests.simulator import (
    Trail,
    World,
    organization_world,
    serve,
)
from tests.simulator.samples import (
    BARE,
    BUCKET,
    FOREIGN,
    KEY,
    MANAGED,
    MISSING,
    RICH,
    ROLE,
    TAGGED,
    TRAIL,
    Calls,
    code_of,
)
from tests.simulator.worlds import LOG_ARCHIVE, MEMBER

ERRORS: list[tuple[str, World, str, dict[str, Any], str]] = [
    (
        "no organization",
        MISSING,
        "organizations:describe_organization",
        {},
        "AWSOrganizationsNotInUseException",
    ),
    ("no trail", MISSING, "cloudtrail:get_trail_status", {"Name": good.TRAIL_ARN}, "TrailNotFoundException"),
    ("insights off", BARE, "cloudtrail:get_insight_selectors", TRAIL, "InsightNotEnabledException"),
    ("no bucket, no body", MISSING, "s3:head_bucket", BUCKET, "404"),
    ("no bucket", MISSING, "s3:get_bucket_acl", BUCKET, "NoSuchBucket"),
    ("foreign bucket, no body", FOREIGN, "s3:head_bucket", BUCKET, "403"),
    ("foreign bucket", FOREIGN, "s3:get_bucket_policy", BUCKET, "AccessDenied"),
    (
        "owned by somebody else",
        BARE,
        "s3:get_bucket_acl",
        {**BUCKET, "ExpectedBucketOwner": MEMBER},
        "AccessDenied",
    ),
    ("no bucket policy", BARE, "s3:get_bucket_policy", BUCKET, "NoSuchBucketPolicy"),
    ("no lifecycle", BARE, "s3:get_bucket_lifecycle_configuration", BUCKET, "NoSuchLifecycleConfiguration"),
    (
        "account without block",
        BARE,
        "s3control:get_public_access_block",
        {"AccountId": good.ACCOUNT},
        "NoSuchPublicAccessBlockConfiguration",
    ),
    ("no key", MISSING, "kms:describe_key", KEY, "NotFoundException"),
    (
        "foreign key",
        FOREIGN,
        "kms:describe_key",
        {"KeyId": good.KEY_ARN.replace(good.ACCOUNT, MEMBER)},
        "AccessDeniedException",
    ),
    (
        "no log group",
        MISSING,
        "logs:describe_metric_filters",
        {"logGroupName": "x"},
        "ResourceNotFoundException",
    ),
    ("no topic", MISSING, "sns:get_topic_attributes", {"TopicArn": good.TOPIC_ARN}, "NotFound"),
    ("no role", MISSING, "iam:get_role", ROLE, "NoSuchEntity"),
    ("no inline policy", BARE, "iam:get_role_policy", {**ROLE, "PolicyName": "x"}, "NoSuchEntity"),
    ("no managed policy", BARE, "iam:get_policy", {"PolicyArn": MANAGED}, "NoSuchEntity"),
    ("not simulated", MISSING, "kms:list_keys", {}, "UnknownOperationException"),
]


@pytest.mark.parametrize(
    ("world", "name", "params", "code"), [e[1:] for e in ERRORS], ids=[e[0] for e in ERRORS]
)
def test_absence_has_the_services_own_code(
    call: Calls, world: World, name: str, params: dict[str, Any], code: str
) -> None:
    with serve(world) as aws, pytest.raises(ClientError) as error:
        call(aws, name, params)
    assert code_of(error) == code


SINGLE = Trail(name="local", account=good.ACCOUNT, home="us-west-2", bucket=good.BUCKET, multi_region=False)


@pytest.mark.parametrize(
    ("account", "region", "shadows", "names"),
    [
        (good.ACCOUNT, good.HOME, True, ["audit"]),
        (good.ACCOUNT, "us-west-2", True, ["audit", "local"]),
        (good.ACCOUNT, "us-west-2", False, ["local"]),
        (MEMBER, "eu-west-1", True, ["audit"]),
        (MEMBER, good.HOME, False, []),
    ],
)
def test_trails_cast_shadows(call: Calls, account: str, region: str, shadows: bool, names: list[str]) -> None:
    world = organization_world()
    with serve(replace(world, trails=(*world.trails, SINGLE))) as aws:
        wanted = {"includeShadowTrails": shadows}
        answer = call(aws, "cloudtrail:describe_trails", wanted, key=f"AKIA{account}USER", region=region)
    assert [t["Name"] for t in answer["trailList"]] == names


def test_status_is_that_of_one_account_and_region(call: Calls) -> None:
    broken = {(MEMBER, "eu-west-1"): {"LatestDeliveryError": "AccessDenied"}}
    world = organization_world()
    with serve(replace(world, trails=(replace(world.trails[0], status_in=broken),))) as aws:
        name, params = "cloudtrail:get_trail_status", {"Name": good.TRAIL_ARN}
        member = f"AKIA{MEMBER}USER"
        assert (
            call(aws, name, params, key=member, region="eu-west-1")["LatestDeliveryError"] == "AccessDenied"
        )
        assert "LatestDeliveryError" not in call(aws, name, params, key=member, region="us-west-2")
        assert "LatestDeliveryError" not in call(aws, name, params, region="eu-west-1")


@pytest.mark.parametrize(
    ("name", "params", "account", "region", "code"),
    [
        ("get_event_selectors", TRAIL, MEMBER, good.HOME, "TrailNotFoundException"),
        ("get_insight_selectors", TRAIL, MEMBER, good.HOME, "TrailNotFoundException"),
        ("get_event_selectors", {"TrailName": "audit"}, good.ACCOUNT, "eu-west-1", "TrailNotFoundException"),
        ("list_tags", TAGGED, good.ACCOUNT, "eu-west-1", "ResourceNotFoundException"),
    ],
    ids=["selectors by a member", "insights by a member", "a shadow by name", "tags outside the home Region"],
)
def test_what_a_shadow_copy_does_not_tell(
    call: Calls, name: str, params: dict[str, Any], account: str, region: str, code: str
) -> None:
    with serve(organization_world()) as aws, pytest.raises(ClientError) as error:
        call(aws, f"cloudtrail:{name}", params, key=f"AKIA{account}USER", region=region)
    assert code_of(error) == code


def test_a_role_is_assumed_by_those_who_may(call: Calls) -> None:
    role = {"RoleArn": f"arn:aws:iam::{LOG_ARCHIVE}:role/auditor", "RoleSessionName": "session"}
    with serve(organization_world()) as aws:
        key = call(aws, "sts:assume_role", role)["Credentials"]["AccessKeyId"]
        identity = call(aws, "sts:get_caller_identity", key=key)
        with pytest.raises(ClientError) as error:
            call(aws, "sts:assume_role", role, key=f"AKIA{MEMBER}USER")
    assert identity["Arn"] == f"arn:aws:sts::{LOG_ARCHIVE}:assumed-role/auditor/session"
    assert code_of(error) == "AccessDenied"


def test_an_external_id_must_fit(call: Calls) -> None:
    world = organization_world()
    roles = tuple(replace(r, external_id="secret") for r in world.roles)
    role = {"RoleArn": f"arn:aws:iam::{LOG_ARCHIVE}:role/auditor", "RoleSessionName": "session"}
    with serve(replace(world, roles=roles)) as aws:
        assert call(aws, "sts:assume_role", {**role, "ExternalId": "secret"})
        with pytest.raises(ClientError):
            call(aws, "sts:assume_role", role)


def test_a_bucket_redirects_to_its_own_region(call: Calls) -> None:
    with serve(RICH) as aws:
        answer = call(aws, "s3:get_bucket_versioning", BUCKET, region="eu-west-1", attempts=2)
        statuses = [(r.region, r.status) for r in aws.requests if r.operation == "GetBucketVersioning"]
    assert answer["Status"] == "Enabled"
    assert (statuses[0], statuses[-1]) == (("eu-west-1", 301), (good.HOME, 200))


def test_a_region_that_is_not_enabled_knows_nobody(call: Calls) -> None:
    with serve(RICH) as aws, pytest.raises(ClientError) as error:
        call(aws, "cloudtrail:describe_trails", region="af-south-1")
    assert code_of(error) == "UnrecognizedClientException"


def test_a_stranger_is_refused(call: Calls) -> None:
    with serve(RICH) as aws, pytest.raises(ClientError) as error:
        call(aws, "sts:get_caller_identity", key="AKIANOBODYKNOWSTHIS0")
    assert code_of(error) == "InvalidClientTokenId"
