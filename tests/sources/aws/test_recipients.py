"""Who receives a trail's events beside the bucket, as AWS tells it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from checker.evidence import Cause, Known, Unknown
from checker.inventory import (
    Aggregation,
    Feedback,
    Inventory,
    ResourcePolicy,
    Subscription,
    SubscriptionFilter,
)
from tests import hardened as good
from tests.modern import modern
from tests.simulator import DENIED, Fault, LogsPolicy, Role, World, hardened_world
from tests.simulator.worlds import TOPIC
from tests.sources.aws.conftest import Observe, ServeWorld, options

HERE: dict[str, Any] = {"account": good.ACCOUNT, "region": good.HOME}
THEIRS = "arn:aws:logs:us-east-1:444455556666:destination:collector"
SUBSCRIBING = "SUBSCRIPTION_FILTER_POLICY"
SHARING = f"arn:aws:iam::{good.ACCOUNT}:role/CloudWatch-CrossAccountSharingRole"
TRUST = good.document(good.statement(Principal={"AWS": "444455556666"}, Action="sts:AssumeRole"))


def group_of(inventory: Inventory) -> Any:
    return inventory.log_groups[good.GROUP_ARN]


def subscribing(selection: str = "", document: str = "", **place: Any) -> World:
    policy = LogsPolicy(
        name="all",
        document=document or json.dumps({"DestinationArn": THEIRS}),
        type=SUBSCRIBING,
        selection=selection,
        **{**HERE, **place},
    )
    return replace(hardened_world(), logs_policies=(policy,))


def test_subscriptions_and_feedback_of_a_topic(observe: Observe) -> None:
    waiting = {"SubscriptionArn": "PendingConfirmation", "Protocol": "email", "Endpoint": "a@example.com"}
    roles = {
        "SQSFailureFeedbackRoleArn": good.ROLE_ARN,
        "HTTPSuccessFeedbackRoleArn": "",
        "SQSSuccessFeedbackSampleRate": "100",
    }
    topic = replace(
        TOPIC,
        subscriptions=(*TOPIC.subscriptions, waiting),
        attributes={**TOPIC.attributes, **roles},
    )
    inventory = observe(replace(hardened_world(), topics=(topic,), page_size=1)).inventory
    read = inventory.topics[good.TOPIC_ARN]
    assert read.subscriptions.value == (
        Subscription(protocol="sqs", endpoint=good.QUEUE_ARN, confirmed=True),
        Subscription(protocol="email", endpoint="a@example.com", confirmed=False),
    )
    assert read.feedback.value == (Feedback(protocol="SQS", failure=good.ROLE_ARN),)


def test_a_topic_that_is_gone_has_no_subscriptions_to_judge(observe: Observe) -> None:
    topic = observe(replace(hardened_world(), topics=())).inventory.topics[good.TOPIC_ARN]
    assert topic.exists == Known(False, topic.exists.origin)
    assert getattr(topic.subscriptions, "cause", None) is Cause.ABSENT


def test_filters_of_a_group_and_policies_for_all_groups_are_joined(observe: Observe) -> None:
    world = subscribing()
    own = {"filterName": "own", "filterPattern": "", "destinationArn": good.QUEUE_ARN}
    world = replace(
        world, log_groups=tuple(replace(g, subscription_filters=(own,)) for g in world.log_groups)
    )
    assert group_of(observe(world).inventory).subscription_filters.value == (
        SubscriptionFilter(name="own", destination=good.QUEUE_ARN),
        SubscriptionFilter(name="all", destination=THEIRS, account_wide=True),
    )


SELECTED = [
    ('LogGroupName NOT IN ["audit"]', {}, 0),
    ('LogGroupName NOT IN ["other"]', {}, 1),
    ("", {"region": "eu-west-1"}, 0),
    ("DataSourceName NOT IN [1]", {}, 1),
]


@pytest.mark.parametrize(("selection", "place", "count"), SELECTED)
def test_a_policy_for_all_groups_may_leave_some_out(
    selection: str, place: dict[str, Any], count: int, observe: Observe
) -> None:
    group = group_of(observe(subscribing(selection, **place)).inventory)
    assert len(group.subscription_filters.value) == count


@pytest.mark.parametrize(
    ("selection", "document"), [("", "{"), ("", "{}"), ("LogGroupName NOT IN audit", ""), ("", "[]")]
)
def test_a_policy_that_is_not_understood_hides_nothing(
    selection: str, document: str, observe: Observe
) -> None:
    group = group_of(observe(subscribing(selection, document)).inventory)
    assert isinstance(group.subscription_filters, Unknown)
    assert group.subscription_filters.cause is Cause.MALFORMED
    assert group.retention_days.value == 365


@modern
def test_resource_policies_of_the_region_and_of_the_group(observe: Observe) -> None:
    world = hardened_world(log_group={"policy": good.document()})
    policies = tuple(LogsPolicy(name=f"p{n}", document=good.document(), **HERE) for n in range(3))
    world = replace(world, logs_policies=policies, page_size=2)
    group = group_of(observe(world).inventory)
    assert [policy.name for policy in group.region_policies.value] == ["p0", "p1", "p2"]
    assert group.own_policies.value == (ResourcePolicy(name="", document=good.document()),)


def test_what_holds_for_a_region_is_asked_once_for_all_its_groups(serving: ServeWorld) -> None:
    from checker.sources.aws import collect

    world = hardened_world()
    (audit,), (group,) = world.trails, world.log_groups
    second = replace(
        audit,
        name="second",
        settings={**audit.settings, "CloudWatchLogsLogGroupArn": f"{good.GROUP_ARN}-2:*"},
    )
    world = replace(world, trails=(audit, second), log_groups=(group, replace(group, name=f"{group.name}-2")))
    with serving(world) as aws:
        collect(options())
        asked = [request.operation for request in aws.requests]
    assert asked.count("DescribeAccountPolicies") == 1
    assert asked.count("DescribeSubscriptionFilters") == 2


def test_aggregations_and_recursive_logging(observe: Observe) -> None:
    told = {"EventCategory": "Data", "Templates": ["API_ACTIVITY", "USER_ACTIONS"]}
    world = hardened_world(trail={"aggregations": (told,)})
    (audit,) = world.trails
    silent = replace(audit, settings={**audit.settings, "RecursiveLogging": False})
    trail = observe(replace(world, trails=(silent,))).inventory.trails[good.TRAIL_ARN]
    if isinstance(trail.aggregations, Known):  # an old botocore knows neither
        assert trail.aggregations.value == (
            Aggregation(event_category="Data", templates=("API_ACTIVITY", "USER_ACTIONS")),
        )
        assert trail.recursive_logging.value is False


def test_who_shares_cloudwatch(observe: Observe) -> None:
    world = hardened_world()
    alone = observe(world).inventory.accounts[good.ACCOUNT]
    assert alone.sharing_trust.value is None
    world = replace(world, roles=(*world.roles, Role(arn=SHARING, trust=TRUST)))
    shared = observe(world).inventory.accounts[good.ACCOUNT]
    assert json.loads(shared.sharing_trust.value or "") == json.loads(TRUST)


HIDDEN = [
    ("sns", "ListSubscriptionsByTopic", "topics", good.TOPIC_ARN, "subscriptions"),
    ("logs", "DescribeSubscriptionFilters", "log_groups", good.GROUP_ARN, "subscription_filters"),
    ("logs", "DescribeAccountPolicies", "log_groups", good.GROUP_ARN, "subscription_filters"),
    ("logs", "DescribeResourcePolicies", "log_groups", good.GROUP_ARN, "region_policies"),
    ("iam", "GetRole", "accounts", good.ACCOUNT, "sharing_trust"),
]


@pytest.mark.parametrize(("service", "operation", "kind", "arn", "setting"), HIDDEN)
def test_a_denial_hides_its_setting_alone(
    service: str, operation: str, kind: str, arn: str, setting: str, observe: Observe
) -> None:
    fault = Fault(DENIED, service=service, operation=operation)
    inventory = observe(hardened_world(), [fault]).inventory
    read = getattr(getattr(inventory, kind)[arn], setting)
    assert read.cause is Cause.DENIED
    assert f"{service}:{operation}" in read.reason
    assert inventory.log_groups[good.GROUP_ARN].retention_days.value == 365
