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
    MessageFilter,
    ResourcePolicy,
    Subscription,
    SubscriptionFilter,
)
from tests import hardened as good
from tests.modern import modern
from tests.simulator import (
    DENIED,
    EMPTY,
    GARBAGE,
    HTML,
    TRUNCATED,
    Fault,
    LogsPolicy,
    Role,
    World,
    hardened_world,
)
from tests.simulator.faults import Effect
from tests.simulator.worlds import ALERTS, TOPIC
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
        Subscription(
            protocol="sqs",
            endpoint=good.QUEUE_ARN,
            confirmed=True,
            arn=TOPIC.subscriptions[0]["SubscriptionArn"],
        ),
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


def alerting(*filters: dict[str, str]) -> World:
    """The hardened world, whose topic of alerts has a subscription a set of further attributes."""
    told = tuple(
        {
            "SubscriptionArn": f"{good.ALERTS_ARN}:{number:08d}-0000-0000-0000-000000000000",
            "Protocol": "sqs",
            "Endpoint": good.QUEUE_ARN,
            "Attributes": attributes,
        }
        for number, attributes in enumerate(filters)
    )
    counted = {**ALERTS.attributes, "SubscriptionsConfirmed": str(len(filters))}
    return replace(hardened_world(), topics=(TOPIC, replace(ALERTS, subscriptions=told, attributes=counted)))


POLICY = '{"severity": ["high"]}'
BY_ATTRIBUTES = MessageFilter(policy=POLICY)
BY_BODY = MessageFilter(policy=POLICY, scope="MessageBody")
FILTERS = [
    ({}, None),
    ({"FilterPolicy": ""}, None),
    ({"FilterPolicy": " { } "}, None),
    ({"FilterPolicy": "{}", "FilterPolicyScope": "MessageBody"}, None),
    ({"FilterPolicy": POLICY}, BY_ATTRIBUTES),
    ({"FilterPolicy": POLICY, "FilterPolicyScope": "MessageAttributes"}, BY_ATTRIBUTES),
    ({"FilterPolicy": POLICY, "FilterPolicyScope": "MessageBody"}, BY_BODY),
]


@pytest.mark.parametrize(("attributes", "filter"), FILTERS)
def test_filters_of_who_hears_of_alarms(
    attributes: dict[str, str], filter: MessageFilter | None, observe: Observe
) -> None:
    (one,) = observe(alerting(attributes)).inventory.alert_topics[good.ALERTS_ARN].subscriptions.value
    assert one.filter.value == filter
    assert one.filter.origin.action == "sns:GetSubscriptionAttributes"


ASKED = [(0, 1), (1, 3), (2, 3), (3, 7), (80, 63)]
"""How many subscriptions have a filter before one has none, and how many are asked for."""


@pytest.mark.parametrize(("filtered", "asked"), ASKED)
def test_filters_are_read_until_one_subscription_has_none(
    filtered: int, asked: int, serving: ServeWorld
) -> None:
    from checker.sources.aws import collect

    with serving(alerting(*[{"FilterPolicy": POLICY}] * filtered, *[{}] * 20)) as aws:
        topic = collect(options()).inventory.alert_topics[good.ALERTS_ARN]
        operations = [request.operation for request in aws.requests]
    assert operations.count("GetSubscriptionAttributes") == asked
    known = [one.filter for one in topic.subscriptions.value if isinstance(one.filter, Known)]
    assert len(known) == asked
    last = topic.subscriptions.value[-1].filter
    assert isinstance(last, Unknown)
    assert ("no more than 63" in last.reason) == (filtered > 63)


def test_filters_of_what_only_a_trail_tells_are_not_read(observe: Observe) -> None:
    (one,) = observe(hardened_world()).inventory.topics[good.TOPIC_ARN].subscriptions.value
    assert isinstance(one.filter, Unknown)
    assert one.filter.cause is Cause.OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("effect", "cause"),
    [(DENIED, Cause.DENIED), *((effect, Cause.MALFORMED) for effect in (EMPTY, GARBAGE, HTML, TRUNCATED))],
)
def test_a_filter_that_is_not_read_hides_who_hears(effect: Effect, cause: Cause, observe: Observe) -> None:
    fault = Fault(effect, service="sns", operation="GetSubscriptionAttributes")
    topic = observe(hardened_world(), [fault]).inventory.alert_topics[good.ALERTS_ARN]
    (one,) = topic.subscriptions.value
    assert isinstance(one.filter, Unknown)
    assert one.filter.cause is cause
    assert "sns:GetSubscriptionAttributes" in one.filter.reason
