"""Whatever is broken in the hardened template, the finding points at it, or at the resource that lacks it."""

from pathlib import Path
from typing import Any

import pytest

from checker.model import Location, Status
from tests.sources.cloudformation.judging import GONE, findings, hardened, observed
from tests.sources.cloudformation.test_truth import changed

OFF: dict[str, Any] = {"Statement": []}
CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("TH106", {"Trail__IsLogging": False}, "Trail", '"IsLogging": false'),
    ("TH104", {"Trail__IsMultiRegionTrail": GONE}, "Trail", '"Trail": {'),
    ("TH104", {"Trail__IsMultiRegionTrail": False}, "Trail", '"IsMultiRegionTrail": false'),
    ("TH110", {"Trail__EnableLogFileValidation": GONE}, "Trail", '"Trail": {'),
    ("TH110", {"Trail__EnableLogFileValidation": False}, "Trail", '"EnableLogFileValidation": false'),
    ("TH111", {"Trail__KMSKeyId": GONE}, "Trail", '"Trail": {'),
    ("TH111", {"Trail__KMSKeyId": ""}, "Trail", '"KMSKeyId": ""'),
    ("TH112", {"Trail__CloudWatchLogsLogGroupArn": GONE}, "Trail", '"Trail": {'),
    ("TH112", {"Trail__CloudWatchLogsRoleArn": ""}, "Trail", '"CloudWatchLogsRoleArn": ""'),
    ("TH114", {"Trail__SnsTopicName": GONE}, "Trail", '"Trail": {'),
    ("TH116", {"Trail__Tags": []}, "Trail", '"Tags": []'),
    ("TH204", {"Trail__InsightSelectors": []}, "Trail", '"InsightSelectors": []'),
    (
        "TH202",
        {
            "Trail__AdvancedEventSelectors": GONE,
            "Trail__EventSelectors": [{"IncludeManagementEvents": False}],
        },
        "Trail",
        '"EventSelectors": [',
    ),
    (
        "TH203",
        {
            "Trail__AdvancedEventSelectors": GONE,
            "Trail__EventSelectors": [{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}],
        },
        "Trail",
        '"EventSelectors": [',
    ),
    ("TH301", {"Trail__S3BucketName": {"Fn::ImportValue": "x"}}, "Trail", '"S3BucketName": {'),
    ("TH305", {"LogBucket__PublicAccessBlockConfiguration": GONE}, "LogBucket", '"LogBucket": {'),
    (
        "TH305",
        {"LogBucket__PublicAccessBlockConfiguration": {"BlockPublicAcls": "maybe"}},
        "LogBucket",
        '"PublicAccessBlockConfiguration": {',
    ),
    ("TH306", {"LogBucket__LoggingConfiguration": GONE}, "LogBucket", '"LogBucket": {'),
    (
        "TH308",
        {"LogBucket__VersioningConfiguration": {"Status": "Suspended"}},
        "LogBucket",
        '"Status": "Suspended"',
    ),
    ("TH312", {"LogBucketPolicy__Bucket": "another"}, "LogBucket", '"LogBucket": {'),
    (
        "TH312",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "TlsOnly")},
        "LogBucketPolicy",
        '"PolicyDocument": {',
    ),
    (
        "TH313",
        {"LogBucket__OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
        "LogBucket",
        '"Rules": [',
    ),
    (
        "TH315",
        {"LogBucket__LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": "30"}]}},
        "LogBucket",
        '"LifecycleConfiguration": {',
    ),
    ("TH317", {"LogBucketPolicy__PolicyDocument": OFF}, "LogBucketPolicy", '"PolicyDocument": {'),
    (
        "TH318",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "AclCheck", Condition={})},
        "LogBucketPolicy",
        '"PolicyDocument": {',
    ),
    (
        "TH320",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "NoTampering")},
        "LogBucketPolicy",
        '"PolicyDocument": {',
    ),
    ("TH401", {"Key__EnableKeyRotation": False}, "Key", '"EnableKeyRotation": false'),
    ("TH403", {"Key__Enabled": False}, "Key", '"Enabled": false'),
    ("TH405", {"Key__KeyPolicy": GONE}, "Key", '"Key": {'),
    ("TH405", {"Key__KeyPolicy": OFF}, "Key", '"KeyPolicy": {'),
    ("TH501", {"LogGroup__KmsKeyId": GONE}, "LogGroup", '"LogGroup": {'),
    ("TH502", {"LogGroup__RetentionInDays": "90"}, "LogGroup", '"RetentionInDays": "90"'),
]


@pytest.mark.parametrize(
    ("control", "broken", "resource", "line"), CASES, ids=[f"{c[0]} {' '.join(c[1])}" for c in CASES]
)
def test_a_finding_points_at_what_decides(
    control: str, broken: dict[str, Any], resource: str, line: str, tmp_path: Path
) -> None:
    observation = observed(tmp_path, hardened(**broken))
    lines = (tmp_path / "template.json").read_text().splitlines()
    found = [f for f in findings(observation.inventory, [control]) if f.status is not Status.PASS]
    assert found
    for place in (one.location for one in found):
        assert isinstance(place, Location)
        assert place.path.endswith("template.json")
        assert place.construct == f"template/{resource}"
        written = lines[place.line - 1]
        assert written.strip().startswith(line)
        assert place.column == len(written) - len(written.lstrip()) + 1


def test_the_construct_path_is_the_address(tmp_path: Path) -> None:
    template = hardened(Trail__IsLogging=False)
    template["Resources"]["Trail"]["Metadata"] = {"aws:cdk:path": "prod/audit/Trail/Resource"}
    (found,) = findings(observed(tmp_path, template).inventory, ["TH106"])
    assert found.location
    assert found.location.construct == "prod/audit/Trail/Resource"
