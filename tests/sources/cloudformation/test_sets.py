"""Several templates are one world: exports, nested stacks, cdk.out folders, and what lies outside."""

import json
from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Cause, Known, Unknown
from checker.observation import CannotObserve
from checker.sources.cloudformation import load
from tests.hardened import ACCOUNT, ALARMS, BUCKET, HOME, KEY_ARN
from tests.sources.cloudformation.judging import HARDENED, PLACE, hardened, statuses

OTHER = "222233334444"


def write(path: Path, template: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(template, indent=1))
    return path


def split(found: dict[str, Any], ids: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Move some resources to a template of their own."""
    moved = {id: found["Resources"].pop(id) for id in ids}
    return found, {**found, "Resources": moved}


def stacks() -> tuple[dict[str, Any], dict[str, Any]]:
    """The hardened template with its bucket and key in a second one, which exports them."""
    trail, logs = split(hardened(), ("LogBucket", "LogBucketPolicy", "Key"))
    logs["Outputs"] = {
        "Bucket": {
            "Value": {"Ref": "LogBucket"},
            "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-bucket"}},
        },
        "KeyArn": {"Value": {"Fn::GetAtt": ["Key", "Arn"]}, "Export": {"Name": "key"}},
    }
    return trail, logs


def referring(trail: dict[str, Any], bucket: Any, key: Any) -> dict[str, Any]:
    resources = trail["Resources"]
    resources["Trail"]["Properties"] |= {"S3BucketName": bucket, "KMSKeyId": key}
    resources["LogGroup"]["Properties"]["KmsKeyId"] = key
    resources["Topic"]["Properties"]["KmsMasterKeyId"] = key
    return trail


def alone() -> dict[str, str]:
    return statuses(load([HARDENED], parameters=PLACE).inventory)


def test_exports_lead_from_stack_to_stack(tmp_path: Path) -> None:
    trail, logs = stacks()
    imports = [{"Fn::ImportValue": name} for name in ("logs-bucket", "key")]
    paths = [
        write(tmp_path / "trail.json", referring(trail, *imports)),
        write(tmp_path / "logs.json", logs),
    ]
    assert statuses(load(paths, parameters=PLACE).inventory) == alone()
    assert statuses(load([tmp_path], parameters=PLACE).inventory) == alone()


def test_an_export_of_two_stacks_is_nobodys(tmp_path: Path) -> None:
    trail, logs = stacks()
    write(tmp_path / "trail.json", referring(trail, BUCKET, {"Fn::ImportValue": "key"}))
    write(tmp_path / "logs.json", logs)
    write(
        tmp_path / "more.json",
        {
            "Resources": {"A": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {"K": {"Value": "x", "Export": {"Name": "key"}}},
        },
    )
    (found,) = load([tmp_path], parameters=PLACE).inventory.trails.values()
    assert isinstance(found.kms_key_id, Unknown)
    assert found.kms_key_id.cause is Cause.UNDECIDED


def nested(folder: Path, url: str, **metadata: str) -> Path:
    trail, logs = stacks()
    logs["Parameters"]["Name"] = {"Type": "String"}
    logs["Resources"]["LogBucket"]["Properties"]["BucketName"] = {"Ref": "Name"}
    outputs = ({"Fn::GetAtt": ["Logs", f"Outputs.{name}"]} for name in ("Bucket", "KeyArn"))
    parent = referring(trail, *outputs)
    parent["Resources"]["Logs"] = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": url, "Parameters": {"Name": {"Ref": "LogBucketName"}}},
        "Metadata": metadata,
    }
    write(folder / "logs.json", logs)
    return write(folder / "parent.json", parent)


@pytest.mark.parametrize(
    ("url", "metadata"),
    [("logs.json", {}), ("https://s3.test/assets/0123", {"aws:asset:path": "logs.json"})],
    ids=["path", "asset"],
)
@pytest.mark.parametrize("folder", [True, False], ids=["folder", "parent-alone"])
def test_a_nested_stack_is_read_inside_its_parent(
    url: str, metadata: dict[str, str], folder: bool, tmp_path: Path
) -> None:
    parent = nested(tmp_path, url, **metadata)
    inventory = load([tmp_path if folder else parent], parameters=PLACE).inventory
    assert statuses(inventory) == alone()
    assert list(inventory.buckets) == [BUCKET]


def test_a_nested_stack_that_is_given_no_value_takes_its_default(tmp_path: Path) -> None:
    path = nested(tmp_path, "logs.json")
    parent, logs = (json.loads((tmp_path / name).read_text()) for name in ("parent.json", "logs.json"))
    parent["Resources"]["Logs"]["Properties"]["Parameters"]["Days"] = {"Ref": "AWS::NoValue"}
    logs["Parameters"]["Days"] = {"Type": "Number", "Default": 7}
    expiring = {"Id": "x", "Status": "Enabled", "ExpirationInDays": {"Ref": "Days"}}
    logs["Resources"]["LogBucket"]["Properties"]["LifecycleConfiguration"] = {"Rules": [expiring]}
    write(tmp_path / "logs.json", logs)
    (bucket,) = load([write(path, parent)], parameters=PLACE).inventory.buckets.values()
    assert [rule.expiration_days for rule in bucket.lifecycle.value] == [7]


def test_a_nested_stack_elsewhere_leaves_what_it_gives_open(tmp_path: Path) -> None:
    parent = nested(tmp_path, "https://s3.test/assets/0123")
    (found,) = load([parent], parameters=PLACE).inventory.trails.values()
    assert isinstance(found.bucket_name, Unknown)


def test_a_stack_that_nests_itself_is_refused(tmp_path: Path) -> None:
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "a.json"}}
    write(tmp_path / "a.json", {"Resources": {"Self": stack}})
    with pytest.raises(CannotObserve, match=r"a\.json nests itself"):
        load([tmp_path])


def assembly(folder: Path, environments: dict[str, tuple[str, dict[str, Any]]]) -> Path:
    artifacts: dict[str, Any] = {"Tree": {"type": "cdk:tree"}}
    for name, (environment, template) in environments.items():
        write(folder / f"{name}.template.json", template)
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": environment,
            "properties": {"templateFile": f"{name}.template.json"},
        }
    write(folder / "manifest.json", {"version": "1", "artifacts": artifacts})
    return folder


def test_what_the_cdk_synthesised_knows_where_it_goes(tmp_path: Path) -> None:
    trail, logs = stacks()
    inner = assembly(tmp_path / "assembly-prod", {"logs": (f"aws://{ACCOUNT}/{HOME}", logs)})
    referring(trail, {"Fn::ImportValue": "logs-bucket"}, {"Fn::ImportValue": "key"})
    trail["Resources"]["Trail"]["Metadata"] = {"aws:cdk:path": "prod/trail/Trail"}
    assembly(tmp_path, {"trail": (f"aws://{ACCOUNT}/{HOME}", trail)})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["artifacts"]["assembly-prod"] = {
        "type": "cdk:cloud-assembly",
        "properties": {"directoryName": inner.name},
    }
    write(tmp_path / "manifest.json", manifest)
    observation = load([tmp_path])
    assert statuses(observation.inventory) == alone()
    assert observation.scan.accounts == (ACCOUNT,)
    (found,) = observation.inventory.trails.values()
    assert found.log_file_validation.origin.field == "prod/trail/Trail EnableLogFileValidation"


def test_stacks_of_different_accounts_are_different_owners(tmp_path: Path) -> None:
    trail, logs = stacks()
    referring(trail, BUCKET, KEY_ARN.replace(ACCOUNT, OTHER))
    assembly(tmp_path, {"trail": (f"aws://{ACCOUNT}/{HOME}", trail), "logs": (f"aws://{OTHER}/{HOME}", logs)})
    told = statuses(load([tmp_path]).inventory)
    assert told["TH317"] == "fail", "the policy names the account of the bucket, not that of the trail"


def test_an_environment_that_the_cdk_does_not_know_may_be_given(tmp_path: Path) -> None:
    assembly(tmp_path, {"all": ("aws://unknown-account/unknown-region", hardened())})
    assert load([tmp_path]).scan.accounts == ()
    assert load([tmp_path], parameters=PLACE).scan.accounts == (ACCOUNT,)


ELSE = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:else:*"
OUTSIDE: list[tuple[tuple[str, ...], str, Any, tuple[str, ...], set[str]]] = [
    (("LogBucket", "LogBucketPolicy"), "Trail__S3BucketName", "elsewhere", ("TH3",), {"TH620"}),
    # The ARN of a key tells by itself where the key is, and whose.
    ((), "Trail__KMSKeyId", KEY_ARN, ("TH40", "TH410"), set()),
    (
        (),
        "Trail__CloudWatchLogsLogGroupArn",
        ELSE,
        ("TH501", "TH502", "TH503", "TH505", "TH506", "TH515", "TH516", "TH6"),
        {"TH517"},
    ),
]


@pytest.mark.parametrize(("gone", "path", "value", "about", "amiss"), OUTSIDE, ids=["bucket", "key", "group"])
def test_what_lies_outside_is_out_of_scope(
    gone: tuple[str, ...], path: str, value: Any, about: tuple[str, ...], amiss: set[str], tmp_path: Path
) -> None:
    """What is ``amiss`` is a filter, or a role, which is still for the one that was here."""
    template, _ = split(hardened(**{path: value}), gone)
    told = statuses(load([write(tmp_path / "t.json", template)], parameters=PLACE).inventory)
    before = alone()
    assert {status for id, status in told.items() if id.startswith(about)} - {"apart"} == {
        told[id] for id in amiss if id.startswith(about)
    }
    assert before.keys() <= told.keys()
    changed = {id for id, status in told.items() if status not in ("apart", before.get(id))}
    assert changed == amiss


def test_two_of_a_name_are_refused_together(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        write(tmp_path / name, hardened())
    with pytest.raises(
        CannotObserve, match=r"the trail audit is defined twice, in .*a\.json:\d+ and .*b\.json:\d+"
    ):
        load([tmp_path])


def test_what_is_given_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", hardened())
    assert len(load([path, tmp_path], parameters=PLACE).inventory.trails) == 1


@pytest.mark.parametrize(("alias", "found"), [("alias/logs", True), ("alias/other", False)])
def test_an_alias_leads_to_its_key(alias: str, found: bool, tmp_path: Path) -> None:
    template = hardened(Trail__KMSKeyId=alias)
    template["Resources"]["Alias"] = {
        "Type": "AWS::KMS::Alias",
        "Properties": {"AliasName": "alias/logs", "TargetKeyId": {"Ref": "Key"}},
    }
    inventory = load([write(tmp_path / "t.json", template)], parameters=PLACE).inventory
    assert statuses(inventory)["TH406"] == ("pass" if found else "apart")


def test_a_bucket_for_trails_elsewhere_is_judged(tmp_path: Path) -> None:
    _, logs = stacks()
    inventory = load([write(tmp_path / "logs.json", logs)], parameters=PLACE).inventory
    assert inventory.trails == {}
    assert statuses(inventory)["TH312"] == "pass"


def test_metric_filters_and_alarms_of_the_group_are_found(tmp_path: Path) -> None:
    template = hardened()
    fed = {"MetricName": "m", "MetricNamespace": "n", "MetricValue": "1"}
    template["Resources"] |= {
        "Filter": {
            "Type": "AWS::Logs::MetricFilter",
            "Properties": {
                "LogGroupName": {"Ref": "LogGroup"},
                "FilterPattern": "{ $.x = 1 }",
                "MetricTransformations": [fed],
            },
        },
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "MetricName": "m",
                "Namespace": "n",
                "Threshold": 1,
                "AlarmActions": [{"Ref": "Topic"}],
            },
        },
        "Unrelated": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "z", "Namespace": "n"}},
    }
    inventory = load([write(tmp_path / "t.json", template)], parameters=PLACE).inventory
    (group,) = inventory.log_groups.values()
    assert isinstance(group.metric_filters, Known)
    assert isinstance(group.alarms, Known)
    assert group.metric_filters.content[-1].pattern == "{ $.x = 1 }"
    assert {a.metric for a in group.alarms.content} - {a.metric for a in ALARMS} == {"m"}
    assert (group.alarms.content[-1].threshold, group.alarms.content[-1].actions) == (
        1.0,
        (f"arn:aws:sns:{HOME}:{ACCOUNT}:audit",),
    )


def test_a_policy_of_some_bucket_may_be_that_of_one_without(tmp_path: Path) -> None:
    other = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"Bucket": {"Fn::ImportValue": "x"}, "PolicyDocument": {}},
    }
    template = hardened()
    template["Resources"]["Other"] = other
    assert statuses(load([write(tmp_path / "t.json", template)], parameters=PLACE).inventory) == alone()
    del template["Resources"]["LogBucketPolicy"]
    told = statuses(load([write(tmp_path / "t.json", template)], parameters=PLACE).inventory)
    assert told["TH312"] == "apart"


@pytest.mark.parametrize(("condition", "there"), [("IsDurable", True), ("IsNot", False)])
def test_a_nested_stack_that_is_not_created_gives_nothing(
    condition: str, there: bool, tmp_path: Path
) -> None:
    path = nested(tmp_path, "logs.json")
    parent = json.loads(path.read_text())
    parent["Conditions"]["IsNot"] = {"Fn::Not": [{"Condition": "IsDurable"}]}
    parent["Resources"]["Logs"]["Condition"] = condition
    inventory = load([write(path, parent)], parameters=PLACE).inventory
    assert (BUCKET in inventory.buckets) is there


def test_a_key_under_the_name_of_the_api_is_no_key(tmp_path: Path) -> None:
    template = hardened()
    properties = template["Resources"]["Trail"]["Properties"]
    properties["KmsKeyId"] = properties.pop("KMSKeyId")
    assert (
        statuses(load([write(tmp_path / "t.json", template)], parameters=PLACE).inventory)["TH111"] == "fail"
    )
