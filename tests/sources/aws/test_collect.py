"""What is read of a healthy account is what was declared."""

from collections import Counter
from dataclasses import replace

import pytest

from checker.evidence import Cause, Known, Unknown
from checker.inventory import (
    AdvancedSelector,
    BasicSelector,
    DataResource,
    FieldSelector,
    Inventory,
    Selectors,
)
from tests import hardened as good
from tests.simulator import Alarm, Role, World, hardened_world
from tests.simulator.worlds import ROLE
from tests.sources.aws.conftest import Observe, ServeWorld, options
from tests.sources.aws.evidence import contents, outdated, settings, unknowns

HARDENED = good.hardened()


@pytest.fixture
def inventory(observe: Observe) -> Inventory:
    return observe(hardened_world()).inventory


def test_hardened_account_is_read_completely(inventory: Inventory) -> None:
    assert unknowns(inventory) == {}
    assert inventory.partition == "aws"
    assert list(inventory.accounts) == [good.ACCOUNT]


@pytest.mark.parametrize("kind", ["trails", "keys", "log_groups", "topics", "roles"])
def test_resources_are_as_declared(inventory: Inventory, kind: str) -> None:
    read, declared = contents(getattr(inventory, kind)), contents(getattr(HARDENED, kind))
    for path in outdated(getattr(inventory, kind)):  # with the oldest botocore that is supported
        del read[path], declared[path]
    assert read == declared


def test_bucket_is_as_declared(inventory: Inventory) -> None:
    read, declared = contents(inventory.buckets), contents(HARDENED.buckets)
    acl = f"/{good.BUCKET}.acl"
    assert [grant.permission for grant in read.pop(acl)] == ["FULL_CONTROL"]
    declared.pop(acl)
    assert read == declared


def test_every_region_is_asked_for_trails_and_status(inventory: Inventory) -> None:
    account = inventory.accounts[good.ACCOUNT]
    assert account.regions.value == good.REGIONS
    assert [(d.region, d.trail_arns.value) for d in account.discoveries] == [
        (region, (good.TRAIL_ARN,)) for region in good.REGIONS
    ]
    assert [s.region for s in inventory.sightings] == list(good.REGIONS)


def test_every_setting_says_where_it_was_read(inventory: Inventory) -> None:
    for path, setting in settings(inventory):
        if isinstance(setting, Unknown) and setting.cause is Cause.OUT_OF_SCOPE:
            continue
        assert setting.origin.action.count(":") == 1, path
        assert setting.origin.account == good.ACCOUNT, path
        assert setting.origin.region in good.REGIONS, path
        assert setting.origin.at is not None, path
    trail = inventory.trails[good.TRAIL_ARN]
    assert (trail.log_file_validation.origin.action, trail.log_file_validation.origin.field) == (
        "cloudtrail:DescribeTrails",
        "LogFileValidationEnabled",
    )


def test_status_is_read_in_each_region(observe: Observe) -> None:
    failing = {(good.ACCOUNT, "eu-west-1"): {"LatestDeliveryError": "NoSuchBucket"}}
    inventory = observe(hardened_world(trail={"status_in": failing})).inventory
    errors = {s.region: s.status.latest_delivery_error.value for s in inventory.sightings}
    assert errors == {"eu-west-1": "NoSuchBucket", "us-east-1": None, "us-west-2": None}
    assert inventory.trails[good.TRAIL_ARN].status.latest_delivery_error.value is None


def test_nothing_is_asked_twice(serving: ServeWorld) -> None:
    from checker.sources.aws import collect

    with serving(hardened_world()) as aws:
        observation = collect(options())
        asked = Counter((r.name, r.region, repr(sorted(r.params.items()))) for r in aws.requests)
    assert [call for call, times in asked.items() if times > 1] == []
    assert observation.scan.calls == sum(asked.values())


@pytest.mark.parametrize(
    ("settings_", "expected"),
    [
        pytest.param(
            {
                "advanced_selectors": (),
                "selectors": (
                    {
                        "ReadWriteType": "WriteOnly",
                        "IncludeManagementEvents": False,
                        "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
                        "ExcludeManagementEventSources": ["kms.amazonaws.com"],
                    },
                ),
            },
            Selectors(
                basic=(
                    BasicSelector(
                        read_write_type="WriteOnly",
                        include_management_events=False,
                        data_resources=(DataResource(type="AWS::S3::Object", values=("arn:aws:s3",)),),
                        exclude_management_event_sources=("kms.amazonaws.com",),
                    ),
                )
            ),
            id="basic",
        ),
        pytest.param(
            {"advanced_selectors": ()}, Selectors(basic=(BasicSelector(),)), id="the service's default"
        ),
        pytest.param(
            {
                "advanced_selectors": (
                    {
                        "Name": "n",
                        "FieldSelectors": [
                            {
                                "Field": "eventName",
                                "Equals": ["a"],
                                "NotEquals": ["b"],
                                "StartsWith": ["c"],
                                "NotStartsWith": ["d"],
                                "EndsWith": ["e"],
                                "NotEndsWith": ["f"],
                            }
                        ],
                    },
                )
            },
            Selectors(
                advanced=(
                    AdvancedSelector(
                        name="n",
                        field_selectors=(
                            FieldSelector(
                                field="eventName",
                                equals=("a",),
                                not_equals=("b",),
                                starts_with=("c",),
                                not_starts_with=("d",),
                                ends_with=("e",),
                                not_ends_with=("f",),
                            ),
                        ),
                    ),
                )
            ),
            id="every operator",
        ),
    ],
)
def test_selectors(observe: Observe, settings_: dict[str, object], expected: Selectors) -> None:
    inventory = observe(hardened_world(trail=settings_)).inventory
    assert inventory.trails[good.TRAIL_ARN].selectors.value == expected


def test_insights_that_are_off_are_known_to_be(observe: Observe) -> None:
    inventory = observe(hardened_world(trail={"insights": ()})).inventory
    assert inventory.trails[good.TRAIL_ARN].insights.value == ()


def test_alarms_are_those_on_a_metric_that_a_filter_feeds(observe: Observe) -> None:
    feeds = {"metricName": "root", "metricNamespace": "trail", "metricValue": "1"}
    world = hardened_world(
        log_group={
            "metric_filters": (
                {"filterName": "root", "filterPattern": "{ $.x = 1 }", "metricTransformations": [feeds]},
            )
        }
    )
    metric = {"Statistic": "Sum", "Threshold": 1.0, "Period": 300, "EvaluationPeriods": 1}
    alarms = tuple(
        Alarm(
            name=f"alarm-{number}",
            account=good.ACCOUNT,
            region=good.HOME,
            settings={**metric, "MetricName": name, "Namespace": namespace},
        )
        for number, (name, namespace) in enumerate([("root", "trail"), ("root", "other"), ("disk", "trail")])
    )
    inventory = observe(replace(world, alarms=alarms, page_size=1)).inventory
    group = inventory.log_groups[good.GROUP_ARN]
    assert [f.name for f in group.metric_filters.value] == ["root"]
    assert [a.name for a in group.alarms.value] == ["alarm-0"]


def test_attached_policies_are_read_in_their_default_version(observe: Observe) -> None:
    managed = f"arn:aws:iam::{good.ACCOUNT}:policy/logs"
    role: Role = replace(ROLE, managed={managed: good.document()}, boundary=managed)
    inventory = observe(replace(hardened_world(), roles=(role,))).inventory
    read = inventory.roles[good.ROLE_ARN]
    assert [(p.name, p.arn) for p in read.policies.value] == [("write", None), ("logs", managed)]
    assert read.permissions_boundary.value == managed


def test_pages_are_followed(observe: Observe) -> None:
    inline = {f"policy-{n}": good.document() for n in range(5)}
    world = replace(hardened_world(), roles=(replace(ROLE, inline=inline),), page_size=2)
    inventory = observe(world).inventory
    assert isinstance(policies := inventory.roles[good.ROLE_ARN].policies, Known)
    assert [p.name for p in policies.content] == list(inline)


def test_other_partition(observe: Observe) -> None:
    home, account = "us-gov-west-1", "111122223333"
    arn = f"arn:aws-us-gov:cloudtrail:{home}:{account}:trail/audit"
    world = hardened_world(
        regions=(home, "us-gov-east-1"),
        trail={"home": home, "partition": "aws-us-gov", "settings": {}},
    )
    world = replace(
        world, partition="aws-us-gov", buckets=tuple(replace(b, region=home) for b in world.buckets)
    )
    inventory = observe(world, region=home).inventory
    assert inventory.partition == "aws-us-gov"
    assert list(inventory.trails) == [arn]
    assert inventory.buckets[good.BUCKET].arn == f"arn:aws-us-gov:s3:::{good.BUCKET}"
    assert unknowns(inventory) == {}


def test_account_without_a_trail(observe: Observe) -> None:
    world: World = replace(hardened_world(), trails=())
    inventory = observe(world).inventory
    assert inventory.trails == {}
    assert all(d.trail_arns.value == () for d in inventory.accounts[good.ACCOUNT].discoveries)
