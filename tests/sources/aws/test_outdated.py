"""A botocore older than a call or a parameter: what it cannot ask is unknown, and everything else is read."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import botocore
import pytest

from checker.catalog import CONTROLS
from checker.evidence import Cause
from checker.model import Status
from checker.sources.aws.calls.call import Call
from checker.sources.aws.clients import Clients
from checker.sources.aws.outdated import too_old
from tests import hardened as good
from tests.controls.judging import status_of, worst_of
from tests.simulator import hardened_world
from tests.sources.aws.conftest import Observe, ServeWorld, options
from tests.sources.aws.evidence import outdated, unknowns
from tests.sources.aws.test_lake import STORE

Model = dict[str, Any]
TRAIL = f"trails/{good.TRAIL_ARN}"


def forget(model: Model, shape: str, *members: str) -> None:
    for member in members:
        model["shapes"][shape]["members"].pop(member, None)


def old_cloudtrail(model: Model) -> None:
    model["operations"].pop("GetEventConfiguration", None)
    forget(model, "Trail", "RecursiveLogging")
    forget(model, "InsightSelector", "EventCategories")
    forget(model, "GetResourcePolicyResponse", "DelegatedAdminResourcePolicy")


def old_logs(model: Model) -> None:
    forget(model, "DescribeResourcePoliciesRequest", "policyScope", "resourceArn")
    forget(model, "LogGroup", "deletionProtectionEnabled")
    forget(model, "MetricFilter", "applyOnTransformedLogs", "emitSystemFieldDimensions")
    forget(model, "MetricFilter", "fieldSelectionCriteria")


def old_cloudwatch(model: Model) -> None:
    for name in ("ListAlarmMuteRules", "GetAlarmMuteRule"):
        model["operations"].pop(name, None)


@pytest.fixture
def old_botocore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models of botocore without what is newer than the oldest version that is supported."""
    changes: dict[str, Callable[[Model], None]] = {
        "cloudtrail": old_cloudtrail,
        "cloudwatch": old_cloudwatch,
        "logs": old_logs,
    }
    for service, change in changes.items():
        (found,) = (Path(botocore.__file__).parent / "data" / service).glob("*/service-2.json*")
        raw = gzip.decompress(found.read_bytes()) if found.suffix == ".gz" else found.read_bytes()
        model = json.loads(raw)
        change(model)
        target = tmp_path / service / found.parent.name / "service-2.json"
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(model))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    return tmp_path


def test_what_cannot_be_asked_is_unknown_and_says_what_to_do(observe: Observe, old_botocore: Path) -> None:
    inventory = observe(hardened_world()).inventory
    trail, group = inventory.trails[good.TRAIL_ARN], inventory.log_groups[good.GROUP_ARN]
    assert outdated(inventory) == {
        f"{TRAIL}.aggregations",
        f"{TRAIL}.recursive_logging",
        f"{TRAIL}.insights",
        f"log_groups/{good.GROUP_ARN}.own_policies",
        f"log_groups/{good.GROUP_ARN}.metric_filters",
        f"log_groups/{good.GROUP_ARN}.mutes",
        f"log_groups/{good.GROUP_ARN}.deletion_protection",
    }
    for setting in (trail.aggregations, trail.recursive_logging, group.own_policies):
        assert getattr(setting, "cause", None) is Cause.OUT_OF_SCOPE
        assert "does not know" in getattr(setting, "reason", "")
    assert unknowns(inventory) == {}
    assert group.region_policies.value == ()


def test_what_botocore_drops_from_an_answer_passes_nothing(observe: Observe, old_botocore: Path) -> None:
    """Filters may be narrowed, and Insights be for data alone, where neither is told."""
    inventory = observe(hardened_world()).inventory
    judged = {id: worst_of(CONTROLS[id], inventory) for id in ("TH211", "TH516", "TH605", "TH617", "TH622")}
    assert {id: status_of(found) for id, found in judged.items()} == dict.fromkeys(judged, Status.UNKNOWN)
    assert all("does not know" in getattr(found, "detail", "") for found in judged.values())
    assert status_of(worst_of(CONTROLS["TH204"], inventory)) is Status.PASS


def test_a_policy_that_botocore_drops_is_unknown(observe: Observe, old_botocore: Path) -> None:
    inventory = observe(replace(hardened_world(), lake=(STORE,))).inventory
    (store,) = inventory.event_data_stores.values()
    assert "does not know DelegatedAdminResourcePolicy" in getattr(store.delegated_policy, "reason", "")


def test_calls_that_are_not_made_are_not_counted(serving: ServeWorld, old_botocore: Path) -> None:
    from checker.sources.aws import collect

    with serving(hardened_world()) as aws:
        observation = collect(options())
        asked = [request.name for request in aws.requests]
    assert "cloudtrail:GetEventConfiguration" not in asked
    assert observation.scan.calls == len(asked)


@pytest.mark.parametrize(
    ("call", "params", "says"),
    [
        (Call(service="sns", operation="GetTopicAttributes"), {"TopicArn": "x"}, None),
        (Call(service="sns", operation="GetTopicColour"), {}, "does not know GetTopicColour"),
        (
            Call(service="sns", operation="GetTopicAttributes"),
            {"Colour": "x"},
            "Colour of GetTopicAttributes",
        ),
    ],
)
def test_what_a_client_knows(call: Call, params: dict[str, Any], says: str | None) -> None:
    failure = too_old(Clients(options()).get("sns", good.HOME), call, params)
    assert (failure is None) == (says is None)
    assert (says or "") in (failure.reason if failure else "")
