"""Faults on demand and the record of requests do what they say."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from tests import hardened as good
from tests.simulator import (
    CLOSED_REGION,
    DENIED,
    DENIED_BY_SCP,
    EMPTY,
    EXPIRED,
    GARBAGE,
    HANG,
    HTML,
    RESET,
    SERVER_ERROR,
    THROTTLED,
    TRUNCATED,
    WRONG_SHAPE,
    WRONG_TYPES,
    Answering,
    Delay,
    Fault,
    longest_chain,
    max_overlap,
    serve,
    serve_apart,
)
from tests.simulator.faults import Effect
from tests.simulator.record import Request
from tests.simulator.samples import BUCKET, KEY, RICH, ROLE, Calls, code_of
from tests.simulator.worlds import MEMBER

REFUSALS: list[tuple[Effect, str, dict[str, Any], str]] = [
    (DENIED, "cloudtrail:describe_trails", {}, "AccessDeniedException"),
    (DENIED, "s3:get_bucket_policy", BUCKET, "AccessDenied"),
    (DENIED, "s3:head_bucket", BUCKET, "403"),
    (DENIED, "s3control:get_public_access_block", {"AccountId": good.ACCOUNT}, "AccessDenied"),
    (DENIED, "sns:get_topic_attributes", {"TopicArn": good.TOPIC_ARN}, "AuthorizationError"),
    (DENIED, "iam:get_role", ROLE, "AccessDenied"),
    (DENIED, "ec2:describe_regions", {}, "UnauthorizedOperation"),
    (DENIED, "account:list_regions", {}, "AccessDeniedException"),
    (DENIED, "cloudwatch:describe_alarms", {}, "AccessDenied"),
    (DENIED_BY_SCP, "kms:describe_key", KEY, "AccessDeniedException"),
    (THROTTLED, "kms:describe_key", KEY, "ThrottlingException"),
    (THROTTLED, "s3:get_bucket_policy", BUCKET, "SlowDown"),
    (CLOSED_REGION, "cloudtrail:describe_trails", {}, "UnrecognizedClientException"),
    (EXPIRED, "sts:get_caller_identity", {}, "ExpiredTokenException"),
    (SERVER_ERROR, "logs:describe_log_groups", {}, "InternalFailure"),
]


@pytest.mark.parametrize(("effect", "name", "params", "code"), REFUSALS)
def test_a_refusal_is_worded_by_the_service(
    call: Calls, effect: Effect, name: str, params: dict[str, Any], code: str
) -> None:
    with serve(RICH, faults=[Fault(effect)]) as aws, pytest.raises(ClientError) as error:
        call(aws, name, params)
    assert code_of(error) == code


def test_an_scp_says_so(call: Calls) -> None:
    with (
        serve(RICH, faults=[Fault(DENIED_BY_SCP)]) as aws,
        pytest.raises(ClientError, match="service control policy"),
    ):
        call(aws, "kms:describe_key", KEY)


@pytest.mark.parametrize(
    ("effect", "name", "expected"),
    [
        (RESET, "cloudtrail:describe_trails", ConnectionClosedError),
        (HANG, "cloudtrail:describe_trails", ReadTimeoutError),
        (HTML, "sts:get_caller_identity", KeyError),
        (EMPTY, "ec2:describe_regions", ResponseParserError),
        (TRUNCATED, "ec2:describe_regions", ResponseParserError),
        (GARBAGE, "cloudtrail:describe_trails", UnicodeDecodeError),
        (WRONG_SHAPE, "cloudtrail:describe_trails", AttributeError),
    ],
)
def test_what_is_no_answer_raises_in_botocore(
    call: Calls, effect: Effect, name: str, expected: type[Exception]
) -> None:
    with serve(RICH, faults=[Fault(effect)]) as aws, pytest.raises(expected):
        call(aws, name, patience=0.5 if effect is HANG else 60)


@pytest.mark.parametrize("effect", [HTML, EMPTY, TRUNCATED], ids=["html", "empty", "truncated"])
def test_botocore_takes_broken_json_for_an_empty_answer(call: Calls, effect: Effect) -> None:
    """Whoever reads JSON services has to notice himself that a required member is missing."""
    with serve(RICH, faults=[Fault(effect)]) as aws:
        answer = call(aws, "cloudtrail:describe_trails")
    assert set(answer) == {"ResponseMetadata"}


def test_values_of_the_wrong_type_reach_the_caller(call: Calls) -> None:
    with serve(RICH, faults=[Fault(WRONG_TYPES)]) as aws:
        assert call(aws, "cloudtrail:describe_trails")["trailList"][0]["Name"] == 7
        assert call(aws, "ec2:describe_regions")["Regions"][0]["RegionName"] == "not what you expect"
    with serve(RICH, faults=[Fault(Answering({"trailList": [{"TrailARN": 1}]}))]) as aws:
        assert call(aws, "cloudtrail:describe_trails")["trailList"] == [{"TrailARN": 1}]


@pytest.mark.parametrize(
    ("where", "met"),
    [
        ({"service": "cloudtrail", "operation": "GetTrailStatus"}, True),
        ({"operation": "GetTrail"}, False),
        ({"account": good.ACCOUNT, "region": good.HOME}, True),
        ({"region": "eu-west-1"}, False),
        ({"account": MEMBER}, False),
        ({"resource": good.TRAIL_ARN}, True),
        ({"resource": "trail/other"}, False),
    ],
)
def test_a_fault_meets_only_what_it_names(call: Calls, where: dict[str, Any], met: bool) -> None:
    with serve(RICH, faults=[Fault(DENIED, **where)]) as aws:
        if met:
            with pytest.raises(ClientError):
                call(aws, "cloudtrail:get_trail_status", {"Name": good.TRAIL_ARN})
        else:
            assert call(aws, "cloudtrail:get_trail_status", {"Name": good.TRAIL_ARN})["IsLogging"]


def test_throttling_ends_after_the_given_times(call: Calls) -> None:
    with serve(RICH, faults=[Fault(THROTTLED, times=1)]) as aws:
        call(aws, "cloudtrail:describe_trails", attempts=2)
        assert [r.status for r in aws.requests] == [400, 200]


def test_every_request_is_recorded(call: Calls) -> None:
    with serve(RICH, faults=[Fault(Delay(0.01), service="kms")]) as aws:
        call(aws, "kms:describe_key", KEY)
        (request,) = aws.requests
        aws.forget()
        assert aws.requests == []
    assert (request.account, request.region, request.name) == (good.ACCOUNT, good.HOME, "kms:DescribeKey")
    assert (dict(request.params), request.status) == (KEY, 200)
    assert request.finished is not None
    assert request.finished >= request.started + 0.01


def test_another_process_serves_the_same(call: Calls) -> None:
    with serve_apart(RICH, faults=[Fault(DENIED, service="kms")]) as aws:
        assert call(aws, "cloudtrail:describe_trails")["trailList"]
        with pytest.raises(ClientError):
            call(aws, "kms:describe_key", KEY)
        assert [r.name for r in aws.requests] == ["cloudtrail:DescribeTrails", "kms:DescribeKey"]
        aws.forget()
        assert aws.requests == []


@pytest.mark.parametrize(
    ("spans", "chain", "overlap"),
    [
        ([], 0, 0),
        ([(0, 1), (1, 2), (2, 3)], 3, 1),
        ([(0, 3), (0, 3), (0, 3)], 1, 3),
        ([(0, 9), (0, 1), (2, 3), (2.5, 4), (5, 6)], 3, 3),
    ],
)
def test_chain_and_overlap(spans: list[tuple[float, float]], chain: int, overlap: int) -> None:
    requests = [Request("", "", "", "", {}, start, end) for start, end in spans]
    assert len(longest_chain(requests)) == chain
    assert max_overlap(requests) == overlap
