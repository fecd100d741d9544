"""What the filters see, tried on events, and that both kinds of pattern see the same tampering."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.session import Session

from cdk_app.filters import CIS, PATTERN_LIMIT, MetricFilter
from cdk_app.tampering import TAMPERING, Tampering, event_pattern, metric_filter
from tests.cdk.patterns import bus_matches, matches, on_bus

FILTERS = {found.id: found for found in CIS}
NAMES = {
    "buckets": ["logs", "archive"],
    "keys": ["*1234abcd"],
    "log-groups": ["/trailhold/cloudtrail"],
    "rules": ["trailhold-*"],
    "topics": ["arn:aws:sns:eu-central-1:111122223333:alerts*"],
}
OURS = {"buckets": "archive", "log-groups": "/trailhold/cloudtrail", "rules": "trailhold-key-tampering"} | {
    "keys": "arn:aws:kms:eu-central-1:111122223333:key/1234abcd",
    "topics": "arn:aws:sns:eu-central-1:111122223333:alerts:5678",
}
BASE: Mapping[str, Any] = {"eventType": "AwsApiCall", "sourceIPAddress": "198.51.100.7"}


def event(name: str, source: str = "ec2.amazonaws.com", **more: Any) -> dict[str, Any]:
    return {**BASE, "eventName": name, "eventSource": source, **more}


ROOT = {"type": "Root"}
SIGN_IN = event(
    "ConsoleLogin",
    "signin.amazonaws.com",
    userIdentity={"type": "IAMUser"},
    additionalEventData={"MFAUsed": "No"},
    responseElements={"ConsoleLogin": "Success"},
)
SEEN = [
    ("unauthorized-api-calls", event("RunInstances", errorCode="Client.UnauthorizedOperation"), True),
    ("unauthorized-api-calls", event("GetObject", errorCode="AccessDenied"), True),
    ("unauthorized-api-calls", event("DescribeKey", errorCode="AccessDeniedException"), True),
    ("unauthorized-api-calls", event("GetObject"), False),
    ("unauthorized-api-calls", event("HeadBucket", errorCode="AccessDenied"), False),
    (
        "unauthorized-api-calls",
        event("PutObject", errorCode="AccessDenied") | {"sourceIPAddress": "delivery.logs.amazonaws.com"},
        False,
    ),
    # Without its parentheses the pattern would let the exclusions go for one of the two errors.
    (
        "unauthorized-api-calls",
        event("HeadBucket", errorCode="Client.UnauthorizedOperation"),
        False,
    ),
    ("console-sign-in-without-mfa", SIGN_IN, True),
    ("console-sign-in-without-mfa", SIGN_IN | {"additionalEventData": {"MFAUsed": "Yes"}}, False),
    ("console-sign-in-without-mfa", SIGN_IN | {"userIdentity": {"type": "AssumedRole"}}, False),
    ("console-sign-in-without-mfa", SIGN_IN | {"responseElements": {"ConsoleLogin": "Failure"}}, False),
    ("root-use", event("CreateUser", userIdentity=ROOT), True),
    ("root-use", event("CreateUser", userIdentity=ROOT | {"invokedBy": "aws.internal"}), False),
    ("root-use", event("CreateUser", userIdentity=ROOT) | {"eventType": "AwsServiceEvent"}, False),
    ("iam-policy-changes", event("PutRolePolicy", "iam.amazonaws.com"), True),
    ("iam-policy-changes", event("GetRolePolicy", "iam.amazonaws.com"), False),
    ("cloudtrail-changes", event("StopLogging", "cloudtrail.amazonaws.com"), True),
    # What CIS does not see, and the extended filter below does.
    ("cloudtrail-changes", event("PutEventSelectors", "cloudtrail.amazonaws.com"), False),
    ("console-sign-in-failures", SIGN_IN | {"errorMessage": "Failed authentication"}, True),
    ("console-sign-in-failures", SIGN_IN, False),
    ("key-disabled-or-deleted", event("ScheduleKeyDeletion", "kms.amazonaws.com"), True),
    ("key-disabled-or-deleted", event("Decrypt", "kms.amazonaws.com"), False),
    ("bucket-policy-changes", event("PutBucketPolicy", "s3.amazonaws.com"), True),
    ("bucket-policy-changes", event("PutBucketPolicy", "other.amazonaws.com"), False),
    ("config-changes", event("StopConfigurationRecorder", "config.amazonaws.com"), True),
    ("security-group-changes", event("ModifySecurityGroupRules"), True),
    ("network-acl-changes", event("ReplaceNetworkAclAssociation"), True),
    ("network-gateway-changes", event("DetachInternetGateway"), True),
    ("route-table-changes", event("DisassociateRouteTable"), True),
    ("route-table-changes", event("CreateRoute", "appmesh.amazonaws.com"), False),
    ("vpc-changes", event("DeleteVpcPeeringConnection"), True),
    ("organizations-changes", event("LeaveOrganization", "organizations.amazonaws.com"), True),
    ("organizations-changes", event("DescribeOrganization", "organizations.amazonaws.com"), False),
]


@pytest.mark.parametrize(("name", "seen", "expected"), SEEN)
def test_what_cis_sees(name: str, seen: dict[str, Any], expected: bool) -> None:
    assert matches(FILTERS[name].pattern, seen) is expected


def test_cis_is_complete_and_every_filter_is_tried() -> None:
    assert [found.cis for found in CIS] == [f"4.{number}" for number in range(1, 16)]
    assert {name for name, _, expected in SEEN if expected} == set(FILTERS)


EVERY = [*CIS, *(metric_filter(one, NAMES) for one in TAMPERING)]


@pytest.mark.parametrize("found", EVERY, ids=lambda f: f.id)
def test_cloudwatch_logs_takes_the_pattern(found: MetricFilter) -> None:
    assert len(found.pattern) <= PATTERN_LIMIT


def test_ids_and_metrics_are_unique() -> None:
    assert len({found.id for found in EVERY}) == len({found.metric_name for found in EVERY}) == len(EVERY)


def subject(tampering: Tampering, value: str) -> list[dict[str, str]]:
    return [{field: value} for field in tampering.fields] or [{}]


@pytest.mark.parametrize("tampering", TAMPERING, ids=lambda t: t.id)
def test_both_patterns_see_every_call_on_what_is_ours(tampering: Tampering) -> None:
    for name in tampering.events:
        for parameters in subject(tampering, OURS.get(tampering.subject, "")):
            seen = event(name, tampering.source, requestParameters=parameters)
            assert matches(metric_filter(tampering, NAMES).pattern, seen), (name, parameters)
            assert bus_matches(event_pattern(tampering, NAMES), on_bus(seen)), (name, parameters)


@pytest.mark.parametrize("tampering", [one for one in TAMPERING if one.fields], ids=lambda t: t.id)
def test_neither_sees_the_same_call_on_what_is_not_ours(tampering: Tampering) -> None:
    for parameters in [{}, *subject(tampering, "somebody-elses")]:
        seen = event(tampering.events[0], tampering.source, requestParameters=parameters)
        assert not matches(metric_filter(tampering, NAMES).pattern, seen)
        assert not bus_matches(event_pattern(tampering, NAMES), on_bus(seen))


@pytest.mark.parametrize("tampering", TAMPERING, ids=lambda t: t.id)
def test_without_names_every_resource_counts(tampering: Tampering) -> None:
    seen = event(tampering.events[0], tampering.source)
    assert matches(metric_filter(tampering, {}).pattern, seen)
    assert bus_matches(event_pattern(tampering, {}), on_bus(seen))


def test_autoscaling_deletes_its_own_alarms_in_peace() -> None:
    (alarms,) = [one for one in TAMPERING if one.id == "alarm-tampering"]
    address = "dynamodb.application-autoscaling.amazonaws.com"
    seen = event("DeleteAlarms", "monitoring.amazonaws.com") | {"sourceIPAddress": address}
    assert not matches(metric_filter(alarms, {}).pattern, seen)
    assert not bus_matches(event_pattern(alarms, {}), on_bus(seen))


SERVICES = {"monitoring": "cloudwatch"}
OTHERWISE_NAMED = {
    *("PutBucketLifecycle", "DeleteBucketLifecycle", "DeleteBucketPublicAccessBlock"),
    *("PutBucketPublicAccessBlock", "PutBucketObjectLockConfiguration"),
}
"""How CloudTrail calls operations of S3, where it is not the API's name (S3 user guide)."""


@pytest.mark.parametrize("tampering", TAMPERING, ids=lambda t: t.id)
def test_every_event_is_an_operation_of_its_service(tampering: Tampering) -> None:
    service = tampering.source.split(".")[0]
    model = Session().get_service_model(SERVICES.get(service, service))
    assert set(tampering.events) - OTHERWISE_NAMED <= set(model.operation_names)
