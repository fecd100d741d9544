"""Which construct goes where, what all stacks have in common, and what is adopted in place of made."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest

from tests.cdk.synthesis import messages
from tests.cdk.whole_app import (
    ARCHIVE,
    CONTROL_TOWER,
    LOCKED,
    LOGS,
    MANAGEMENT,
    ORGANIZATION,
    SPLIT,
    bucket_of,
    build_app,
    context,
    synthesise,
    texts,
)

KEY = f"arn:aws:kms:eu-central-1:{MANAGEMENT}:key/0a1b2c3d-1111-2222-3333-444455556666"
NO_COPY: dict[str, Any] = {"archive": {"region": None}}
ADOPTED = {**NO_COPY, "organization": CONTROL_TOWER}
CHINA: dict[str, Any] = {"home-region": "cn-north-1", "archive": {"region": "cn-northwest-1"}}
CHOICES: list[Mapping[str, Any]] = [{}, SPLIT, LOCKED]


def places(*changes: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    stacks = build_app(*changes).synth().stacks
    return {stack.stack_name: (stack.environment.account, stack.environment.region) for stack in stacks}


@pytest.mark.parametrize(
    ("changes", "archive", "logs"),
    [({}, MANAGEMENT, MANAGEMENT), (SPLIT, ARCHIVE, LOGS)],
    ids=["one account", "organization"],
)
def test_each_stack_has_its_account_and_region(changes: Mapping[str, Any], archive: str, logs: str) -> None:
    found = places(changes)
    assert found["trailhold-archive"] == (archive, "eu-west-1")
    assert found["trailhold-log-archive"] == (logs, "eu-central-1")
    assert found["trailhold-organization"] == (MANAGEMENT, "eu-central-1")


def test_what_the_next_stack_needs_is_deployed_first() -> None:
    stacks = {stack.stack_name: stack for stack in build_app(SPLIT).synth().stacks}
    order = ["trailhold-archive", "trailhold-log-archive", "trailhold-organization"]
    for earlier, later in pairwise(order):
        assert stacks[earlier].id in [found.id for found in stacks[later].dependencies]


@pytest.mark.parametrize("changes", CHOICES, ids=["one account", "organization", "object-lock"])
def test_stacks_know_each_other_by_name_and_never_by_export(changes: Mapping[str, Any]) -> None:
    for template in synthesise(changes).values():
        assert not [text for text in texts(template) if text in ("Fn::ImportValue", "Export")]


@pytest.mark.parametrize("protected", [True, False])
def test_every_stack_is_protected_against_deletion(protected: bool) -> None:
    app = build_app({"deployment": {"termination-protection": protected}})
    assert {stack.termination_protection for stack in app.synth().stacks} == {protected}


def test_every_resource_that_takes_tags_has_them() -> None:
    for template in synthesise({"tags": {"owner": "security"}}).values():
        for resource in template["Resources"].values():
            if resource["Type"] in ("AWS::S3::Bucket", "AWS::KMS::Key", "AWS::CloudTrail::Trail"):
                tags = {tag["Key"]: tag["Value"] for tag in resource["Properties"]["Tags"]}
                assert tags == {"managed-by": "trailhold", "owner": "security"}


@pytest.mark.parametrize("changes", CHOICES, ids=["one account", "organization", "object-lock"])
def test_synthesis_repeats_itself(changes: Mapping[str, Any]) -> None:
    again = {
        stack.stack_name.removeprefix("trailhold-"): stack.template
        for stack in build_app(changes).synth().stacks
    }
    assert again == synthesise(changes)


@pytest.mark.parametrize("changes", CHOICES, ids=["one account", "organization", "object-lock"])
def test_logs_keys_and_their_policies_outlive_the_stacks(changes: Mapping[str, Any]) -> None:
    kept = {"AWS::S3::Bucket", "AWS::S3::BucketPolicy"}
    keys = ("Log files of the trail", "Copies of the log files", "Log group and topic of the trail")
    seen = set()
    for name in ("archive", "log-archive", "organization"):
        for resource in synthesise(changes).get(name, {"Resources": {}})["Resources"].values():
            described = str(resource.get("Properties", {}).get("Description", ""))
            is_key = resource["Type"] == "AWS::KMS::Key" and described.startswith(keys)
            if is_key or resource["Type"] in kept or _holds_events(resource):
                assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
                seen.add(resource["Type"])
    assert seen == {*kept, "AWS::KMS::Key", "AWS::Logs::LogGroup"}


def _holds_events(resource: Mapping[str, Any]) -> bool:
    names_it = resource.get("Properties", {}).get("LogGroupName") == "/trailhold/cloudtrail"
    return bool(resource["Type"] == "AWS::Logs::LogGroup" and names_it)


def test_no_default_logs_data_events() -> None:
    assert context()["trailhold"]["trail"]["data-events"] == []
    selectors = trail({})["AdvancedEventSelectors"]
    assert [s["FieldSelectors"] for s in selectors] == [
        [{"Field": "eventCategory", "Equals": ["Management"]}]
    ]


def test_the_trail_names_bucket_and_key_of_another_account() -> None:
    found = trail(SPLIT)
    assert found["S3BucketName"] == f"trailhold-logs-{LOGS}-eu-central-1"
    assert found["KMSKeyId"] == f"arn:aws:kms:eu-central-1:{LOGS}:alias/trailhold-logs"
    assert bucket_of(synthesise(SPLIT)["log-archive"], found["S3BucketName"])


def test_an_existing_bucket_is_used_and_left_alone() -> None:
    changes = {**NO_COPY, "logs": {"existing-bucket": "logs-of-yore"}}
    assert trail(changes)["S3BucketName"] == "logs-of-yore"
    types = {found["Type"] for found in synthesise(changes)["log-archive"]["Resources"].values()}
    assert not types & {"AWS::S3::Bucket", "AWS::S3::BucketPolicy"}


def test_an_existing_key_is_used_and_left_alone() -> None:
    changes = {"logs": {"existing-key-arn": KEY}}
    assert trail(changes)["KMSKeyId"] == KEY
    template = synthesise(changes)["log-archive"]
    name = f"trailhold-logs-{MANAGEMENT}-eu-central-1"
    (rule,) = bucket_of(template, name)["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == KEY


def test_bucket_and_key_that_are_there_already_need_no_stack() -> None:
    changes = {**NO_COPY, "logs": {"existing-bucket": "logs-of-yore", "existing-key-arn": KEY}}
    assert "log-archive" not in synthesise(changes)


def test_the_trail_of_control_tower_is_adopted_and_not_fought() -> None:
    templates = synthesise(ADOPTED)
    assert not {"archive", "log-archive"} & set(templates)
    for template in templates.values():
        assert "AWS::CloudTrail::Trail" not in {found["Type"] for found in template["Resources"].values()}


def test_a_second_organization_trail_beside_control_tower_is_a_choice() -> None:
    changes = {
        "organization": {"id": ORGANIZATION, "control-tower": True},
        "trail": {"allow-second-organization-trail": True},
    }
    assert trail(changes)["IsOrganizationTrail"] is True


@pytest.mark.parametrize(
    ("region", "archive", "partition"),
    [("us-gov-west-1", "us-gov-east-1", "aws-us-gov"), ("cn-north-1", "cn-northwest-1", "aws-cn")],
)
def test_other_partitions_are_named_throughout(region: str, archive: str, partition: str) -> None:
    templates = synthesise(
        {"home-region": region, "archive": {"region": archive}}, {"organization": {"id": ORGANIZATION}}
    )
    for template in templates.values():
        arns = [text for text in texts(template) if text.startswith("arn:")]
        assert {arn.split(":")[1] for arn in arns} == {partition}


def test_chinas_log_service_has_its_own_name() -> None:
    templates = synthesise(CHINA)
    assert "logs.cn-north-1.amazonaws.com.cn" in set(texts(templates["organization"]))


@pytest.mark.parametrize(
    ("changes", "told"),
    [(CHINA, True), ({**CHINA, "logs": {"protection": "object-lock"}}, False), ({}, False)],
    ids=["China", "China, locked", "elsewhere"],
)
def test_where_nobody_can_turn_mfa_delete_on_it_is_said(changes: Mapping[str, Any], told: bool) -> None:
    found = messages(build_app(changes).synth(), "trailhold-log-archive", "warning")
    assert any("aws-cn has no root user" in message for message in found) is told


def test_in_china_s3_may_call_keys_by_either_of_its_names() -> None:
    templates = synthesise(CHINA)
    home, copy = (
        {f"s3.{region}.amazonaws.com", f"s3.{region}.amazonaws.com.cn"}
        for region in ("cn-north-1", "cn-northwest-1")
    )
    assert home | copy <= set(texts(templates["log-archive"]))
    assert copy <= set(texts(templates["archive"]))


def trail(*changes: Mapping[str, Any]) -> dict[str, Any]:
    (found,) = [
        one["Properties"]
        for one in synthesise(*changes)["organization"]["Resources"].values()
        if one["Type"] == "AWS::CloudTrail::Trail"
    ]
    return dict(found)
