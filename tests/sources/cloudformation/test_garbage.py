"""Whatever stands in a template, it is read or it is unknown: nothing ends in an exception."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.catalog import CONTROLS
from checker.engine import evaluate
from checker.observation import CannotObserve
from tests.sources.cloudformation.judging import hardened, observed

RULES = [
    {
        "Id": "all",
        "Status": "Enabled",
        "Prefix": "AWSLogs/",
        "TagFilters": [{"Key": "a", "Value": "b"}],
        "ObjectSizeGreaterThan": "5",
        "ExpirationInDays": 800,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 800, "NewerNoncurrentVersions": 3},
        "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 30}],
        "NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "TransitionInDays": 30}],
    }
]
COPIES = [
    {
        "Id": "all",
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "x"}},
        "Destination": {"Bucket": "arn:aws:s3:::copy", "Account": "222233334444", "StorageClass": "GLACIER"},
    }
]
RICH = hardened(
    LogBucket__LifecycleConfiguration={"Rules": RULES},
    LogBucket__ReplicationConfiguration={"Role": "r", "Rules": COPIES},
    LogBucket__AccessControl="Private",
    Trail__EventSelectors=[{"ReadWriteType": "All", "DataResources": [{"Type": "a", "Values": ["b"]}]}],
)
WATCHED = ("RootUseFilter", "RootUseAlarm", "AlarmTamperingFilter")
"""What stands for all filters and alarms, which are alike but for the two ways to write a pattern."""
for name, resource in [*RICH["Resources"].items()]:
    if resource["Type"] in ("AWS::Logs::MetricFilter", "AWS::CloudWatch::Alarm") and name not in WATCHED:
        del RICH["Resources"][name]
GARBAGE: list[Any] = [
    None, True, "", "x", [], {}, [[]], [{}], {"x": "y"}, ["x", "y"], {"Ref": []}, {"Ref": "Nobody"},
    {"Fn::GetAtt": []}, {"Fn::GetAtt": "x"}, {"Fn::If": "x"}, {"Fn::If": [[], 1, 2]}, {"Fn::Sub": [1]},
    {"Fn::Sub": "${}"}, {"Fn::Join": [[], {}]}, {"Fn::Select": [-1, []]}, {"Fn::Split": ["", "x"]},
    {"Fn::FindInMap": [1, 2, {}]}, {"Fn::ImportValue": {}}, {"Fn::What": 1}, {"Ref": "AWS::NoValue"}, 1e308,
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def planted(path: tuple[Any, ...], garbage: Any) -> dict[str, Any]:
    template: Any = copy.deepcopy(RICH)
    here = template
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = garbage
    found: dict[str, Any] = template
    return found


SECTIONS = [path for path in places(RICH) if path[0] != "Resources" or len(path) > 2]
SAMPLES = [(path, GARBAGE[n % len(GARBAGE)]) for n, path in enumerate(SECTIONS * 3)]
SAMPLES += [(path, garbage) for path in SECTIONS if path[1:2] and path[1] in WATCHED for garbage in GARBAGE]


@pytest.mark.parametrize("part", range(8))
def test_garbage_anywhere_is_no_exception(part: int, tmp_path: Path) -> None:
    for path, garbage in SAMPLES[part::8]:
        try:
            inventory = observed(tmp_path, planted(path, garbage)).inventory
        except CannotObserve as refusal:
            assert "\n" not in str(refusal)
            continue
        evaluate(inventory, CONTROLS.values())


def test_the_rich_template_is_read_completely(tmp_path: Path) -> None:
    template = copy.deepcopy(RICH)
    del template["Resources"]["Trail"]["Properties"]["EventSelectors"]
    (bucket,) = observed(tmp_path, json.loads(json.dumps(template))).inventory.buckets.values()
    (rule,) = bucket.lifecycle.value
    assert (rule.expiration_days, rule.noncurrent_expiration_days, rule.noncurrent_newer_versions) == (
        800,
        800,
        3,
    )
    assert [t.days for t in (*rule.transitions, *rule.noncurrent_transitions)] == [30, 30]
    assert (rule.filter.prefix, rule.filter.tags, rule.filter.size_greater_than) == (
        "AWSLogs/",
        (("a", "b"),),
        5,
    )
    (copied,) = bucket.replication.value
    assert (copied.prefix, copied.destination_account) == ("x", "222233334444")
