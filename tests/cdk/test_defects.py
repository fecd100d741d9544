"""Defects of other public templates and constructs, each shown not to be one of ours."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from cdk_app.refusal import Refusal
from cdk_app.settings import load
from checker.policy import Mark, Request, Service, decide, parse
from tests.cdk.whole_app import (
    ARCHIVE,
    LOCKED,
    LOGS,
    MANAGEMENT,
    ORGANIZATION,
    SPLIT,
    bucket_of,
    by_sid,
    context,
    policy_of,
    synthesise,
    texts,
)

TRAIL = f"arn:aws:cloudtrail:eu-central-1:{MANAGEMENT}:trail/organization-trail"
DELIVERY = f"trailhold-logs-{LOGS}-eu-central-1"
COPY = f"trailhold-archive-{ARCHIVE}-eu-west-1"
CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}
CHOICES: list[Mapping[str, Any]] = [{}, SPLIT, LOCKED, {"logs": {"key-prefix": "trail"}}]
POLICIES = ("PolicyDocument", "KeyPolicy")


def allows(template: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every Allow of every policy of a resource in a template; who may assume a role is no such."""
    for resource in template["Resources"].values():
        for name in POLICIES:
            policy = resource.get("Properties", {}).get(name, {"Statement": []})
            yield from (one for one in policy["Statement"] if one["Effect"] == "Allow")


def of_type(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["Properties"] for one in template["Resources"].values() if one["Type"] == kind]


def everything(*changes: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from synthesise(*changes).values()


class TestTheTrailOfTheCdk:
    @pytest.mark.parametrize("changes", CHOICES)
    def test_no_allow_for_cloudtrail_is_without_the_trail(self, changes: Mapping[str, Any]) -> None:
        found = [
            one
            for template in everything(changes)
            for one in allows(template)
            if one.get("Principal") == CLOUDTRAIL
        ]
        assert len(found) >= 6
        for statement in found:
            condition = statement["Condition"]
            # Of the key of the topic the topic is the bound: whether SNS passes a source on is undocumented.
            by_topic = "kms:EncryptionContext:aws:sns:topicArn" in condition.get("ArnLike", {})
            named = condition["StringEqualsIfExists" if by_topic else "StringEquals"]
            assert named["aws:SourceArn"] == TRAIL, statement["Sid"]

    def test_the_trail_is_named_in_its_own_account_and_not_in_the_buckets(self) -> None:
        policy = policy_of(synthesise(SPLIT)["log-archive"], DELIVERY)
        sources = {text for text in texts(policy) if ":trail/" in text}
        assert sources == {TRAIL}
        assert LOGS not in TRAIL

    def test_the_key_prefix_is_in_both_grants(self) -> None:
        template = synthesise(SPLIT, {"logs": {"key-prefix": "trail"}})["log-archive"]
        policy = by_sid(policy_of(template, DELIVERY))
        for sid, owner in (("ForTheOwner", MANAGEMENT), ("ForTheOrganization", ORGANIZATION)):
            assert policy[f"CloudTrailWrites{sid}"]["Resource"].endswith(f"/trail/AWSLogs/{owner}/*")

    def test_the_key_of_the_trail_admits_cloudtrail(self) -> None:
        keys = of_type(synthesise()["log-archive"], "AWS::KMS::Key")
        assert [
            key for key in keys if CLOUDTRAIL in [one["Principal"] for one in key["KeyPolicy"]["Statement"]]
        ]

    def test_an_existing_bucket_gets_no_policy_and_its_owner_the_statements(self) -> None:
        changes = {"archive": {"region": None}, "logs": {"existing-bucket": "there"}}
        output = synthesise(changes)["organization"]["Outputs"]["ExistingBucketPolicy"]["Value"]
        found = {one["Sid"]: one["Resource"] for one in json.loads(output)}
        assert found == {
            "CloudTrailChecksTheAcl": "arn:aws:s3:::there",
            "CloudTrailWritesForTheOwner": f"arn:aws:s3:::there/AWSLogs/{MANAGEMENT}/*",
        }

    def test_no_empty_list_of_basic_selectors_stands_beside_the_advanced(self) -> None:
        (trail,) = of_type(synthesise()["organization"], "AWS::CloudTrail::Trail")
        assert "EventSelectors" not in trail

    @pytest.mark.parametrize("missing", ["home-region", "accounts"])
    def test_what_the_trail_needs_is_demanded_and_not_warned_of(self, missing: str) -> None:
        given = context()["trailhold"]
        del given[missing]
        with pytest.raises(Refusal, match=f"missing required field `{missing}`"):
            load(given)


class TestPolicyOfTheBucket:
    """SRA, LZA, ACAI, Cloud Posse, OLE and org-formation."""

    def test_the_acl_check_lists_nothing(self) -> None:
        assert by_sid(policy_of(synthesise(SPLIT)["log-archive"], DELIVERY))["CloudTrailChecksTheAcl"][
            "Action"
        ] == ("s3:GetBucketAcl")

    def test_nobody_but_cloudtrail_is_allowed_anything(self) -> None:
        policy = policy_of(synthesise(SPLIT)["log-archive"], DELIVERY)
        assert [
            one for one in policy["Statement"] if one["Effect"] == "Allow" and one["Principal"] != CLOUDTRAIL
        ] == []

    def test_no_write_reaches_the_whole_bucket(self) -> None:
        policy = policy_of(synthesise(SPLIT)["log-archive"], DELIVERY)
        for statement in policy["Statement"]:
            if statement["Effect"] == "Allow" and statement["Action"] == "s3:PutObject":
                owner = statement["Resource"].split("/AWSLogs/")[1]
                assert owner in (f"{MANAGEMENT}/*", f"{ORGANIZATION}/*")

    @pytest.mark.parametrize(
        ("algorithm", "key", "allowed"),
        [
            (Mark.ABSENT, Mark.ABSENT, True),
            (("AES256",), Mark.ABSENT, True),
            (("aws:kms",), ("arn:of:Key9BCD29C7",), True),
            (("aws:kms",), (f"arn:aws:kms:eu-central-1:{LOGS}:alias/trailhold-logs",), True),
            (("aws:kms",), (f"arn:aws:kms:eu-central-1:{MANAGEMENT}:key/another",), False),
        ],
        ids=["CreateTrail probes without a header", "a digest of old", "our key", "its alias", "another key"],
    )
    @pytest.mark.parametrize("folder", ["CloudTrail", "CloudTrail-Digest", "CloudTrail-Insight"])
    def test_the_wrong_key_is_refused_and_nothing_else(
        self, folder: str, algorithm: Any, key: Any, allowed: bool
    ) -> None:
        policy = policy_of(synthesise(SPLIT)["log-archive"], DELIVERY)
        request = Request(
            principal=Service("cloudtrail.amazonaws.com"),
            action="s3:PutObject",
            resource=f"arn:aws:s3:::{DELIVERY}/AWSLogs/{ORGANIZATION}/{LOGS}/{folder}/eu-central-1/file.json.gz",
            context={
                "aws:sourcearn": (TRAIL,),
                "aws:sourceorgid": (ORGANIZATION,),
                "aws:principalisawsservice": ("true",),
                "aws:principalarn": Mark.ABSENT,
                "aws:securetransport": ("true",),
                "s3:tlsversion": ("1.3",),
                "s3:x-amz-acl": ("bucket-owner-full-control",),
                "s3:x-amz-server-side-encryption": algorithm,
                "s3:x-amz-server-side-encryption-aws-kms-key-id": key,
            },
        )
        assert decide(parse(json.dumps(policy)), request).yes is allowed

    def test_no_member_of_the_organization_can_suspend_versions_or_replicate_a_deletion(self) -> None:
        for stack, name in (("log-archive", DELIVERY), ("archive", COPY)):
            policy = policy_of(synthesise(SPLIT)[stack], name)
            granted = {
                text
                for one in policy["Statement"]
                if one["Effect"] == "Allow"
                for text in texts(one["Action"])
            }
            assert not granted & {"s3:PutBucketVersioning", "s3:ReplicateDelete", "s3:*"}


class TestSettingsOfTheBucket:
    """SRA, LZA, ACAI, Cloud Posse, NOZ and the CDK."""

    def test_no_acl_is_in_force(self) -> None:
        for template in everything(SPLIT):
            for bucket in of_type(template, "AWS::S3::Bucket"):
                assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}

    def test_what_expires_is_gone_in_the_end(self) -> None:
        for template in everything(SPLIT):
            for bucket in of_type(template, "AWS::S3::Bucket"):
                rules = bucket.get("LifecycleConfiguration", {"Rules": []})["Rules"]
                assert [one for one in rules if "ExpirationInDays" in one] == [
                    one for one in rules if "NoncurrentVersionExpiration" in one
                ]

    def test_access_logs_can_be_delivered(self) -> None:
        targets = 0
        for template in everything(SPLIT):
            for bucket in of_type(template, "AWS::S3::Bucket"):
                logging = bucket.get("LoggingConfiguration")
                if logging and "Ref" in logging["DestinationBucketName"]:
                    target = template["Resources"][logging["DestinationBucketName"]["Ref"]]["Properties"]
                    (rule,) = target["BucketEncryption"]["ServerSideEncryptionConfiguration"]
                    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
                    assert "ObjectLockEnabled" not in target
                    targets += 1
        assert targets >= 2

    def test_no_bucket_is_emptied_with_its_stack(self) -> None:
        for template in everything(SPLIT):
            assert "Custom::S3AutoDeleteObjects" not in {
                one["Type"] for one in template["Resources"].values()
            }

    def test_the_lock_is_on_in_the_tested_templates_too(self) -> None:
        assert bucket_of(synthesise(SPLIT)["archive"], COPY)["ObjectLockEnabled"] is True


class TestKeys:
    """The console's default, LZA and trussworks."""

    @pytest.mark.parametrize("changes", CHOICES)
    def test_no_service_uses_a_key_unconditionally(self, changes: Mapping[str, Any]) -> None:
        for template in everything(changes):
            for key in of_type(template, "AWS::KMS::Key"):
                for statement in key["KeyPolicy"]["Statement"]:
                    assert "Service" not in statement["Principal"] or statement["Condition"]


class TestDelivery:
    """SRA, NOZ, trussworks and the CDK."""

    def test_the_role_creates_no_log_group_and_writes_no_other_stream(self) -> None:
        (policy,) = [
            one
            for one in of_type(synthesise(SPLIT)["organization"], "AWS::IAM::ManagedPolicy")
            if "WriteTheStreamsOfTheTrail" in set(texts(one))
        ]
        found = set(texts(policy["PolicyDocument"]))
        assert "logs:CreateLogGroup" not in found
        assert not [text for text in found if text.endswith((":log-stream:*", "cloudtrail:*"))]

    def test_the_topic_of_another_account_would_be_found(self) -> None:
        template = synthesise()["organization"]
        (trail,) = of_type(template, "AWS::CloudTrail::Trail")
        assert trail["SnsTopicName"] == {"Ref": "Topic85E630E2"}  # a reference to a topic is its ARN

    def test_management_events_are_recorded_once(self) -> None:
        events = {"trail": {"data-events": [{"type": "AWS::S3::Object"}, {"type": "AWS::Lambda::Function"}]}}
        (trail,) = of_type(synthesise(events)["organization"], "AWS::CloudTrail::Trail")
        management = [
            s for s in trail["AdvancedEventSelectors"] if "Management" in set(texts(s["FieldSelectors"]))
        ]
        assert len(management) == 1

    def test_the_trail_does_not_record_its_own_deliveries(self) -> None:
        events = {"trail": {"data-events": [{"type": "AWS::S3::Object"}]}}
        (trail,) = of_type(synthesise(SPLIT, events)["organization"], "AWS::CloudTrail::Trail")
        found = set(texts(trail["AdvancedEventSelectors"]))
        for name in (DELIVERY, COPY, f"trailhold-access-logs-{LOGS}-eu-central-1"):
            assert f"arn:aws:s3:::{name}/" in found


class TestSettings:
    """SRA reads a flag as ``value in "true"``, which an empty text and a typing error satisfy."""

    @pytest.mark.parametrize("value", ["", "t", "ru", "true", "false", 1, None])
    def test_a_flag_is_true_or_false(self, value: object) -> None:
        with pytest.raises(Refusal, match=r"archive\.allow-same-region: expected `bool`"):
            load(context({"archive": {"allow-same-region": value}})["trailhold"])
