"""One world told in four ways is the same: live on the wire, as a template, as a plan, as a snapshot."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from checker.evidence import Known
from checker.inventory import Inventory
from checker.sources import snapshot, terraform
from checker.sources.aws import Options, collect
from tests import hardened as good
from tests.modern import modern
from tests.simulator import World, hardened_world, serve
from tests.sources.aws.evidence import settings
from tests.sources.cloudformation import judging
from tests.sources.cloudformation.judging import GONE, statuses
from tests.sources.cloudformation.test_truth import changed
from tests.sources.terraform import hardened as planned
from tests.sources.terraform.planning import after, plan, written

KEYS = "key/hardened-Key", "key/template-Key", "key/aws_kms_key.logs"
"""How templates and plans call the key before it has an id."""
POLICIES = ("policy", "trust_policy", "document")


def live(world: World, monkeypatch: pytest.MonkeyPatch) -> Inventory:
    with serve(world) as aws:
        for name, value in aws.env(world.accounts[0].access_key, good.HOME).items():
            monkeypatch.setenv(name, value)
        return collect(Options(max_attempts=1)).inventory


def saved(folder: Path, observation: Any) -> Inventory:
    """Return what a snapshot of an observation gives back."""
    path = folder / "snapshot.json"
    path.write_bytes(snapshot.dump(observation))
    return snapshot.load(path).inventory


def told(item: Any) -> dict[str, Any]:
    """Map each setting of trails and what they lead to, that is known, to its content."""
    found: dict[str, Any] = {}
    for kind in ("trails", "buckets", "keys", "log_groups", "topics", "roles"):
        for path, setting in settings(getattr(item, kind), kind):
            if isinstance(setting, Known) and ".status." not in path.replace(".status.is_logging", ""):
                found[plain(path)] = comparable(setting.content)
    return found


def plain(text: str) -> str:
    for name in KEYS:
        text = text.replace(name, good.KEY_ARN.rpartition(":")[2])
    return text


def comparable(content: Any) -> Any:
    """Return a content that is equal for equal things: documents parsed, the key under one name.

    MFA delete is left out, which root alone can switch on, and so neither a template nor a plan.
    """
    if isinstance(content, str):
        text = plain(content)
        return json.loads(text) if text.startswith('{"') else text
    if hasattr(content, "__struct_fields__"):
        names = (name for name in content.__struct_fields__ if name != "mfa_delete")
        return {name: comparable(getattr(content, name)) for name in names}
    return [comparable(one) for one in content] if isinstance(content, tuple | list) else content


def loose(document: Any) -> Any:
    """Return a document where a list of one is that one, as AWS has it."""
    if isinstance(document, dict):
        return {name: loose(one) for name, one in document.items() if name != "Sid"}
    if isinstance(document, list):
        return loose(document[0]) if len(document) == 1 else [loose(one) for one in document]
    return str(document).lower() if isinstance(document, bool) else document


def equal(one: Inventory, other: Inventory, *but: str) -> int:
    """Assert that two tell the same of what both tell; return how many settings that are."""
    ours, theirs = told(one), told(other)
    both = {path for path in ours.keys() & theirs.keys() if not path.endswith(but)}
    assert {path: loose(ours[path]) for path in both} == {path: loose(theirs[path]) for path in both}
    return len(both)


def judged(inventory: Inventory) -> dict[str, str]:
    return {id: status for id, status in statuses(inventory).items() if status != "apart"}


BESIDE = (".acl", ".metric_filters", ".alarms", ".composites", ".subscriptions", ".feedback")
"""What the world on the wire has beside what is declared: the owner's own grant, alarms, subscribers."""
ALARMS = "TH6"
"""Begins the ids of the controls on alarms: a plan does not tell who hears of them, the wire has others."""


def watched() -> dict[str, dict[str, Any]]:
    """Return the template's filters and alarms as resources of a plan."""
    found: dict[str, dict[str, Any]] = {}
    for id, resource in judging.hardened()["Resources"].items():
        settings = resource["Properties"]
        if resource["Type"] == "AWS::Logs::MetricFilter":
            (fed,) = settings["MetricTransformations"]
            found[f"aws_cloudwatch_log_metric_filter.{id}"] = {
                "name": f"template-{id}",
                "log_group_name": after("aws_cloudwatch_log_group.audit.name"),
                "pattern": settings["FilterPattern"],
                "metric_transformation": [
                    {
                        "name": fed["MetricName"],
                        "namespace": fed["MetricNamespace"],
                        "value": fed["MetricValue"],
                    }
                ],
            }
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            found[f"aws_cloudwatch_metric_alarm.{id}"] = {
                "alarm_name": settings["AlarmName"],
                "metric_name": settings["MetricName"],
                "namespace": settings["Namespace"],
                "statistic": settings["Statistic"],
                "period": settings["Period"],
                "evaluation_periods": settings["EvaluationPeriods"],
                "threshold": settings["Threshold"],
                "comparison_operator": settings["ComparisonOperator"],
                "treat_missing_data": settings["TreatMissingData"],
                "actions_enabled": True,
                "alarm_actions": [good.ALERTS_ARN],
            }
    return found


def planned_world(**changes: Any) -> dict[str, Any]:
    """Return the hardened plan with resources changed, watched like the template."""
    return plan(planned.resources(**changes) | watched())


class Case(NamedTuple):
    """A world: how it differs from the hardened one, told in each way."""

    name: str
    template: dict[str, Any]
    plan: dict[str, Any]
    world: dict[str, Any]


def without(policy: str, place: int, **changes: Any) -> str:
    return planned.without(policy, place, **changes)


BUCKET_POLICY = "aws_s3_bucket_policy__policy"
TLS, TAMPERING, WRITE = (
    without(good.BUCKET_POLICY, 2),
    without(good.BUCKET_POLICY, 3),
    without(good.BUCKET_POLICY, 1),
)
CASES = [
    Case("nothing", {}, {}, {}),
    Case(
        "logging is off",
        {"Trail__IsLogging": False},
        {"aws_cloudtrail__enable_logging": False},
        {"trail": {"status": {"IsLogging": False}}},
    ),
    Case(
        "one Region alone",
        {"Trail__IsMultiRegionTrail": GONE},
        {"aws_cloudtrail__is_multi_region_trail": GONE},
        {"trail": {"multi_region": False}},
    ),
    Case(
        "no key",
        {"Trail__KMSKeyId": GONE},
        {"aws_cloudtrail__kms_key_id": None},
        {
            "trail": {
                "settings": {
                    name: value
                    for name, value in hardened_world().trails[0].settings.items()
                    if name != "KmsKeyId"
                }
            }
        },
    ),
    Case(
        "no tags",
        {"Trail__Tags": GONE},
        {"aws_cloudtrail__tags_all": {}, "aws_cloudtrail__tags": None},
        {"trail": {"tags": {}}},
    ),
    Case(
        "no Insights",
        {"Trail__InsightSelectors": GONE},
        {"aws_cloudtrail__insight_selector": []},
        {"trail": {"insights": ()}},
    ),
    Case(
        "writes alone, no management events",
        {
            "Trail__AdvancedEventSelectors": GONE,
            "Trail__EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": False}],
        },
        {
            "aws_cloudtrail__advanced_event_selector": [],
            "aws_cloudtrail__event_selector": [
                {
                    "read_write_type": "WriteOnly",
                    "include_management_events": False,
                    "data_resource": [],
                    "exclude_management_event_sources": None,
                }
            ],
        },
        {
            "trail": {
                "advanced_selectors": (),
                "selectors": ({"ReadWriteType": "WriteOnly", "IncludeManagementEvents": False},),
            }
        },
    ),
    Case(
        "KMS is left out",
        {
            "Trail__AdvancedEventSelectors": GONE,
            "Trail__EventSelectors": [{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}],
        },
        {
            "aws_cloudtrail__advanced_event_selector": [],
            "aws_cloudtrail__event_selector": [
                {
                    "read_write_type": "All",
                    "include_management_events": True,
                    "data_resource": [],
                    "exclude_management_event_sources": ["kms.amazonaws.com"],
                }
            ],
        },
        {
            "trail": {
                "advanced_selectors": (),
                "selectors": (
                    {
                        "ReadWriteType": "All",
                        "IncludeManagementEvents": True,
                        "ExcludeManagementEventSources": ["kms.amazonaws.com"],
                    },
                ),
            }
        },
    ),
    Case(
        "data events of every bucket",
        {
            "Trail__AdvancedEventSelectors": GONE,
            "Trail__EventSelectors": [
                {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]}
            ],
        },
        {
            "aws_cloudtrail__advanced_event_selector": [],
            "aws_cloudtrail__event_selector": [
                {
                    "read_write_type": "All",
                    "include_management_events": True,
                    "data_resource": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}],
                    "exclude_management_event_sources": [],
                }
            ],
        },
        {
            "trail": {
                "advanced_selectors": (),
                "selectors": (
                    {
                        "ReadWriteType": "All",
                        "IncludeManagementEvents": True,
                        "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
                    },
                ),
            }
        },
    ),
    Case(
        "versions are suspended",
        {"LogBucket__VersioningConfiguration": {"Status": "Suspended"}},
        {"aws_s3_bucket_versioning__versioning_configuration": [{"status": "Suspended"}]},
        {"bucket": {"GetBucketVersioning": {"Status": "Suspended"}}},
    ),
    Case(
        "no access logs",
        {"LogBucket__LoggingConfiguration": GONE},
        {"aws_s3_bucket_logging": GONE},
        {"bucket": {"GetBucketLogging": None}},
    ),
    Case(
        "the account may make it public",
        {"LogBucket__PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
        {
            "aws_s3_bucket_public_access_block__block_public_policy": False,
            "aws_s3_bucket_public_access_block__ignore_public_acls": GONE,
            "aws_s3_bucket_public_access_block__restrict_public_buckets": None,
        },
        {
            "bucket": {
                "GetPublicAccessBlock": {
                    "PublicAccessBlockConfiguration": {
                        "BlockPublicAcls": True,
                        "IgnorePublicAcls": False,
                        "BlockPublicPolicy": False,
                        "RestrictPublicBuckets": False,
                    }
                }
            },
            "account": {"public_access_block": None},
        },
    ),
    Case(
        "ACLs count",
        {"LogBucket__OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
        {"aws_s3_bucket_ownership_controls__rule": [{"object_ownership": "ObjectWriter"}]},
        {
            "bucket": {
                "GetBucketOwnershipControls": {
                    "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
                }
            }
        },
    ),
    Case(
        "a lock that is too short",
        {
            "LogBucket__ObjectLockConfiguration": {
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
            }
        },
        {
            "aws_s3_bucket_object_lock_configuration__rule": [
                {"default_retention": [{"mode": "COMPLIANCE", "days": 30, "years": 0}]}
            ]
        },
        {
            "bucket": {
                "GetObjectLockConfiguration": {
                    "ObjectLockConfiguration": {
                        "ObjectLockEnabled": "Enabled",
                        "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
                    }
                }
            }
        },
    ),
    Case(
        "encrypted by S3 alone",
        {"LogBucket__BucketEncryption": GONE},
        {"aws_s3_bucket_server_side_encryption_configuration": GONE},
        {
            "bucket": {
                "GetBucketEncryption": {
                    "ServerSideEncryptionConfiguration": {
                        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
                    }
                }
            }
        },
    ),
    Case(
        "plain HTTP",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "TlsOnly")},
        {BUCKET_POLICY: TLS},
        {"bucket": {"GetBucketPolicy": {"Policy": TLS}}},
    ),
    Case(
        "tampering",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "NoTampering")},
        {BUCKET_POLICY: TAMPERING},
        {"bucket": {"GetBucketPolicy": {"Policy": TAMPERING}}},
    ),
    Case(
        "CloudTrail may not write",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "Write")},
        {BUCKET_POLICY: WRITE},
        {"bucket": {"GetBucketPolicy": {"Policy": WRITE}}},
    ),
    Case(
        "the key does not rotate",
        {"Key__EnableKeyRotation": GONE},
        {"aws_kms_key__enable_key_rotation": GONE},
        {"key": {"rotation": {"KeyRotationEnabled": False}}},
    ),
    Case(
        "the key is disabled",
        {"Key__Enabled": False},
        {"aws_kms_key__is_enabled": False},
        {"key": {"metadata": {"KeyState": "Disabled", "Enabled": False}}},
    ),
    Case(
        "the key admits nobody",
        {"Key__KeyPolicy": GONE},
        {"aws_kms_key__policy": GONE},
        {"key": {"policy": good.document(good.KEY_ADMIN)}},
    ),
    Case(
        "the group forgets",
        {"LogGroup__RetentionInDays": 90},
        {"aws_cloudwatch_log_group__retention_in_days": 90},
        {"log_group": {"settings": {"retentionInDays": 90, "kmsKeyId": good.KEY_ARN}}},
    ),
    Case(
        "the group keeps for ever",
        {"LogGroup__RetentionInDays": GONE},
        {"aws_cloudwatch_log_group__retention_in_days": 0},
        {"log_group": {"settings": {"kmsKeyId": good.KEY_ARN}}},
    ),
    Case(
        "the group has no key",
        {"LogGroup__KmsKeyId": GONE},
        {"aws_cloudwatch_log_group__kms_key_id": None},
        {"log_group": {"settings": {"retentionInDays": 365}}},
    ),
]
STILL_FINE = {"nothing"}
LEFT_OPEN = {"the account may make it public"}
"""What a plan leaves undecided, because the block of the account may hold."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_template_a_plan_and_a_snapshot_tell_the_same(case: Case, tmp_path: Path) -> None:
    template = judging.observed(tmp_path, judging.hardened(**case.template))
    planning = terraform.load([written(tmp_path, planned_world(**case.plan))])
    assert equal(planning.inventory, template.inventory) >= 40
    verdicts, others = judged(planning.inventory), judged(template.inventory)
    both = {id for id in verdicts.keys() & others.keys() if not id.startswith(ALARMS)}
    assert {id: verdicts[id] for id in both} == {id: others[id] for id in both}
    assert len(both) >= 45
    assert saved(tmp_path, planning) == planning.inventory
    assert saved(tmp_path, template) == template.inventory
    before = judged(terraform.load([written(tmp_path, planned_world())]).inventory)
    assert (verdicts == before) == (case.name in STILL_FINE)


@modern
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_plan_tells_what_the_wire_will_show(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planning = terraform.load([written(tmp_path, planned_world(**case.plan))]).inventory
    seen = live(hardened_world(**case.world), monkeypatch)
    assert equal(planning, seen, *BESIDE) >= 40
    verdicts, on_the_wire = judged(planning), statuses(seen)
    both = {id for id in verdicts if not id.startswith(ALARMS) and id in on_the_wire}
    both -= {id for id in both if verdicts[id] == "unknown" and case.name in LEFT_OPEN}
    assert {id: verdicts[id] for id in both} == {id: on_the_wire[id] for id in both}
    assert len(both) >= 45
