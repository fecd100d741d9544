"""One world told in two ways: what the wire says and what a template says are judged alike."""

import json
from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Known
from checker.inventory import (
    BasicSelector,
    LifecycleRule,
    ObjectLock,
    Selectors,
    Versioning,
)
from checker.sources.aws import Options, collect
from checker.sources.cloudformation import load
from tests import hardened as good
from tests.modern import modern
from tests.simulator import hardened_world, serve
from tests.sources.cloudformation.judging import (
    EXPRESSIBLE,
    GONE,
    HARDENED,
    PLACE,
    failing,
    findings,
    hardened,
    observed,
    statuses,
)

OPEN = good.document(
    *(good.statement(Principal="*", Action="s3:GetObject", Resource=f"{good.BUCKET_ARN}/*") for _ in range(1))
)


@modern
def test_the_hardened_world_is_judged_alike_on_the_wire_and_as_a_template(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = hardened_world()
    with serve(world) as aws:
        for name, value in aws.env(world.accounts[0].access_key, good.HOME).items():
            monkeypatch.setenv(name, value)
        live = collect(Options(max_attempts=1)).inventory
    template = load([HARDENED], parameters=PLACE).inventory
    assert statuses(template) == statuses(live)
    assert len(statuses(template)) == len(EXPRESSIBLE)


def test_it_is_judged_alike_where_neither_account_nor_region_is_given() -> None:
    told, symbolic = (load([HARDENED], parameters=given).inventory for given in (PLACE, {}))
    assert statuses(symbolic) == statuses(told)


def changed(policy: str, sid: str, **changes: Any) -> dict[str, Any]:
    """Return a policy of the template with one statement changed, or without it."""
    document = hardened()["Resources"][policy]["Properties"]["PolicyDocument"]
    kept = [s | changes if s["Sid"] == sid else s for s in document["Statement"]]
    found: dict[str, Any] = document | {"Statement": [s for s in kept if changes or s["Sid"] != sid]}
    return found


def without(statement: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in statement.items() if name != field}


EXPIRES_SOON: dict[str, Any] = {"Rules": [{"Id": "x", "Status": "Enabled", "ExpirationInDays": "30"}]}
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "logging is off",
        {"Trail__IsLogging": False},
        {"trail": {"status": good.status(is_logging=Known(False))}},
    ),
    (
        "logging is the text false",
        {"Trail__IsLogging": "false"},
        {"trail": {"status": good.status(is_logging=Known(False))}},
    ),
    ("single-Region", {"Trail__IsMultiRegionTrail": GONE}, {"trail": {"multi_region": Known(False)}}),
    (
        "no validation by default",
        {"Trail__EnableLogFileValidation": GONE},
        {"trail": {"log_file_validation": Known(False)}},
    ),
    ("no key", {"Trail__KMSKeyId": {"Ref": "AWS::NoValue"}}, {"trail": {"kms_key_id": Known(None)}}),
    ("no log group", {"Trail__CloudWatchLogsLogGroupArn": GONE}, {"trail": {"log_group_arn": Known(None)}}),
    ("no topic", {"Trail__SnsTopicName": GONE}, {"trail": {"sns_topic_arn": Known(None)}}),
    ("no tags", {"Trail__Tags": GONE}, {"trail": {"tags": Known({})}}),
    ("no Insights", {"Trail__InsightSelectors": GONE}, {"trail": {"insights": Known(())}}),
    (
        "writes alone, no management events",
        {
            "Trail__AdvancedEventSelectors": GONE,
            "Trail__EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": False}],
        },
        {
            "trail": {
                "selectors": Known(
                    Selectors(
                        basic=(BasicSelector(read_write_type="WriteOnly", include_management_events=False),)
                    )
                )
            }
        },
    ),
    (
        "KMS is left out",
        {
            "Trail__AdvancedEventSelectors": GONE,
            "Trail__EventSelectors": [{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}],
        },
        {
            "trail": {
                "selectors": Known(
                    Selectors(basic=(BasicSelector(exclude_management_event_sources=("kms.amazonaws.com",)),))
                )
            }
        },
    ),
    (
        "versions are suspended",
        {"LogBucket__VersioningConfiguration": {"Status": "Suspended"}},
        {"bucket": {"versioning": Known(Versioning(status="Suspended"))}},
    ),
    (
        "no access logs",
        {"LogBucket__LoggingConfiguration": GONE},
        {"bucket": {"access_log_bucket": Known(None)}},
    ),
    (
        "ACLs count",
        {"LogBucket__OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
        {"bucket": {"object_ownership": Known("ObjectWriter")}},
    ),
    (
        "a lock that is too short",
        {
            "LogBucket__ObjectLockConfiguration": {
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
            }
        },
        {"bucket": {"object_lock": Known(ObjectLock(enabled=True, mode="COMPLIANCE", days=30))}},
    ),
    (
        "objects expire too soon",
        {"LogBucket__LifecycleConfiguration": EXPIRES_SOON},
        {"bucket": {"lifecycle": Known((LifecycleRule(id="x", enabled=True, expiration_days=30),))}},
    ),
    ("the policy is missing", {"LogBucketPolicy__Bucket": "another"}, {"bucket": {"policy": Known(None)}}),
    (
        "plain HTTP",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "TlsOnly")},
        {"bucket": {"policy": Known(good.document(good.ACL_CHECK, good.WRITE, good.NO_TAMPERING))}},
    ),
    (
        "tampering",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "NoTampering")},
        {"bucket": {"policy": Known(good.document(good.ACL_CHECK, good.WRITE, good.TLS_ONLY))}},
    ),
    (
        "CloudTrail may not write",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "Write")},
        {"bucket": {"policy": Known(good.document(good.ACL_CHECK, good.TLS_ONLY, good.NO_TAMPERING))}},
    ),
    (
        "CloudTrail is not bound",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "AclCheck", Condition={})},
        {
            "bucket": {
                "policy": Known(
                    good.document(
                        without(good.ACL_CHECK, "Condition"), good.WRITE, good.TLS_ONLY, good.NO_TAMPERING
                    )
                )
            }
        },
    ),
    (
        "the key does not rotate",
        {"Key__EnableKeyRotation": GONE},
        {"key": {"rotation_enabled": Known(False)}},
    ),
    ("the key is disabled", {"Key__Enabled": False}, {"key": {"state": Known("Disabled")}}),
    (
        "the key admits nobody",
        {"Key__KeyPolicy": GONE},
        {"key": {"policy": Known(good.document(good.KEY_ADMIN))}},
    ),
    ("the group has no key", {"LogGroup__KmsKeyId": GONE}, {"log_group": {"kms_key_id": Known(None)}}),
    ("the group forgets", {"LogGroup__RetentionInDays": "90"}, {"log_group": {"retention_days": Known(90)}}),
    (
        "the group keeps for ever",
        {"LogGroup__RetentionInDays": GONE},
        {"log_group": {"retention_days": Known(None)}},
    ),
]


@pytest.mark.parametrize(("name", "template", "live"), CASES, ids=[case[0] for case in CASES])
def test_what_is_wrong_fails_alike(
    name: str, template: dict[str, Any], live: dict[str, Any], tmp_path: Path
) -> None:
    told = statuses(observed(tmp_path, hardened(**template)).inventory)
    seen = statuses(good.hardened(**live))
    apart = {id for id, status in told.items() if status == "apart"}
    assert apart <= {"TH217", "TH307", "TH316"}, (
        "only what MFA delete or a trail elsewhere could still excuse"
    )
    judged = told.keys() - apart
    assert {id: told[id] for id in judged} == {id: seen[id] for id in judged}
    assert told != statuses(load([HARDENED], parameters=PLACE).inventory)


def test_a_public_policy_fails(tmp_path: Path) -> None:
    statement = {
        "Sid": "Public",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": {"Fn::Sub": "${LogBucket.Arn}/*"},
    }
    document = hardened()["Resources"]["LogBucketPolicy"]["Properties"]["PolicyDocument"]
    document["Statement"].append(statement)
    inventory = observed(tmp_path, hardened(LogBucketPolicy__PolicyDocument=document)).inventory
    assert "TH304" in failing(inventory)


SILENT = {
    "LogBucket__PublicAccessBlockConfiguration": "TH305",
    "LogBucket__OwnershipControls": "TH313",
}


@pytest.mark.parametrize(("path", "control"), SILENT.items())
def test_what_protects_new_buckets_alone_is_undecided(path: str, control: str, tmp_path: Path) -> None:
    assert statuses(observed(tmp_path, hardened(**{path: GONE})).inventory)[control] == "unknown"


def test_a_finding_names_the_line_of_the_property_that_decides(tmp_path: Path) -> None:
    text = json.dumps(hardened(Trail__IsLogging=False), indent=2)
    (found,) = (
        f for f in findings(observed(tmp_path, text).inventory, ["TH106"]) if f.status.value == "fail"
    )
    origin = found.evidence[-1].origin
    lines = text.splitlines()
    assert lines[origin.line - 1].strip() == '"IsLogging": false,'
    assert lines[origin.line - 1].index('"IsLogging"') + 1 == origin.column
    assert origin.path == str(tmp_path / "template.json")


def test_a_missing_property_is_at_its_resource(tmp_path: Path) -> None:
    text = json.dumps(hardened(Trail__EnableLogFileValidation=GONE), indent=2)
    (found,) = findings(observed(tmp_path, text).inventory, ["TH110"])
    assert text.splitlines()[found.evidence[-1].origin.line - 1].strip() == '"Trail": {'


def test_a_bucket_that_is_opened_is_no_matter_of_the_account_alone(tmp_path: Path) -> None:
    """The account may still block what the template opens: UNKNOWN, and not set apart as told elsewhere."""
    flags = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    template = hardened(LogBucket__PublicAccessBlockConfiguration=dict.fromkeys(flags, False))
    statements = template["Resources"]["LogBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    statements.append({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"})
    found = statuses(observed(tmp_path, template).inventory, ["TH302", "TH305"])
    assert found == {"TH302": "unknown", "TH305": "unknown"}
