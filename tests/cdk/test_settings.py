"""What a deployer may write in cdk.json, and the one sentence for each thing that cannot be."""

import json
from typing import Any

import msgspec
import pytest

from cdk_app.refusal import Refusal
from cdk_app.settings import Settings, load
from tests.cdk.whole_app import CONTROL_TOWER, LOGS, MANAGEMENT, ORGANIZATION, ROOT, SPLIT, context

BREAK_GLASS_OF_CHINA = "arn:aws-cn:iam::111122223333:role/break-glass"
BAD: list[tuple[dict[str, Any], str]] = [
    ({"accounts": {"management": "12345"}}, "accounts.management: '12345' is not a 12-digit account id"),
    ({"accounts": {"log-archive": "x"}}, "accounts.log-archive: 'x' is not a 12-digit account id"),
    ({"accounts": {"archive": "0"}}, "accounts.archive: '0' is not a 12-digit account id"),
    ({"accounts": {"management": 111122223333}}, "accounts.management: expected `str`, got `int`"),
    ({"accounts": {"log-archive": LOGS}}, "accounts names several accounts, which needs organization.id"),
    ({"organization": {"id": "abc"}}, "organization.id: 'abc' is not an organization id"),
    (
        {"organization": {"control-tower": True}},
        "organization: control-tower is set, but Control Tower needs",
    ),
    ({"home-region": "Frankfurt"}, "home-region: 'Frankfurt' is not a Region code"),
    ({"home-region": None}, "home-region: expected `str`, got `null`"),
    ({"archive": {"region": "eu"}}, "archive.region: 'eu' is not a Region code"),
    (
        {"archive": {"region": None}},
        "archive.region is missing: logs.protection mfa-delete keeps its locked copy",
    ),
    ({"archive": {"region": "eu-central-1"}}, "archive.region: eu-central-1 is the home Region"),
    ({"archive": {"region": "cn-north-1"}}, "archive.region: cn-north-1 is in another partition"),
    ({"archive": {"regoin": "eu-west-1"}}, "archive: object contains unknown field `regoin`"),
    ({"archives": {}}, "object contains unknown field `archives`"),
    (
        {"logs": {"protection": "object-lock"}, "archive": {"region": None}, **SPLIT},
        "accounts.archive is set, but archive.region is not",
    ),
    ({"retention": {"days": 365}}, "retention.days: a retention of 365 days is shorter than the lock"),
    (
        {"retention": {"lock-years": 8}},
        "retention.days: a retention of 2557 days is shorter than the lock of 8",
    ),
    ({"retention": {"lock-years": 0}}, "retention.lock-years: 0 is not between 1 and 100"),
    ({"retention": {"lock-years": "1"}}, "retention.lock-years: expected `int`, got `str`"),
    ({"retention": {"lock-mode": "NONE"}}, "retention.lock-mode: invalid enum value 'NONE'"),
    (
        {"retention": {"glacier-after-days": 3000}},
        "retention.glacier-after-days: 3000 is not below the retention",
    ),
    (
        {"deployment": {"break-glass-arns": [BREAK_GLASS_OF_CHINA]}},
        f"deployment.break-glass-arns: {BREAK_GLASS_OF_CHINA} is of another partition than eu-central-1",
    ),
    (
        {"deployment": {"break-glass-arns": ["arn:aws:iam::111122223333:root"]}},
        "deployment.break-glass-arns: 'arn:aws:iam::111122223333:root' is not the ARN of an IAM role or user",
    ),
    (
        {"deployment": {"break-glass-arns": ["arn:aws:iam::*:role/break-glass"]}},
        "deployment.break-glass-arns: 'arn:aws:iam::*:role/break-glass' is not the ARN",
    ),
    ({"deployment": {"bootstrap-qualifier": "not one"}}, "deployment.bootstrap-qualifier: 'not one' is not"),
    ({"deployment": {"termination-protection": "yes"}}, "deployment.termination-protection: expected `bool`"),
    ({"logs": {"bucket-name": "Logs"}}, "logs.bucket-name: 'Logs' is not a bucket name"),
    ({"logs": {"bucket-name": "a-b", "existing-bucket": "c-d"}}, "logs: bucket-name names a new bucket and"),
    ({"logs": {"existing-bucket": "there"}}, "archive.region cannot be set with logs.existing-bucket"),
    (
        {"logs": {"existing-bucket": "aws-controltower-logs-222222222222-eu-central-1"}},
        "logs.existing-bucket: aws-controltower-logs-222222222222-eu-central-1 belongs to Control Tower",
    ),
    (
        {"trail": {"name": "aws-controltower-BaselineCloudTrail"}},
        "trail.name: aws-controltower-BaselineCloudTrail belongs to Control Tower",
    ),
    (
        {"logs": {"existing-key-arn": "alias/x"}},
        "logs.existing-key-arn: 'alias/x' is not the ARN of a KMS key",
    ),
    (
        {"logs": {"existing-key-arn": "arn:aws:kms:us-east-1:111122223333:key/1"}},
        "logs.existing-key-arn: arn:aws:kms:us-east-1:111122223333:key/1 is in another Region",
    ),
    ({"logs": {"key-prefix": "/a"}}, "logs.key-prefix: '/a' is not a prefix"),
    (
        {"realtime": {"retention-days": 364}},
        "realtime.retention-days: CloudWatch Logs does not know 364 days",
    ),
    ({"trail": {"name": "a"}}, "trail.name: 'a' is not a trail name"),
    ({"trail": {"insights": ["Everything"]}}, "trail.insights[0]: invalid enum value 'Everything'"),
    ({"trail": {"insights-on-data-events": True}}, "trail: insights-on-data-events needs data-events"),
    ({"trail": {"data-events": [{"type": "s3"}]}}, "trail.data-events[0].type: 's3' is not a resource type"),
    (
        {"trail": {"data-events": [{"type": "AWS::S3::Object", "arn-prefixes": ["mine"]}]}},
        "trail.data-events[0].arn-prefixes: 'mine' is not the beginning of an ARN",
    ),
    ({"trail": {"network-activity": [{"source": "s3"}]}}, "trail.network-activity[0].source: 's3' is not"),
    ({"alarm-emails": ["nobody"]}, "alarm-emails: 'nobody' is not an e-mail address"),
    ({"name-prefix": "X"}, "name-prefix: 'X' is not 2 to 20 lower-case letters"),
    ({"tags": {"owner": 1}}, "tags"),
    (
        {"organization": {"id": ORGANIZATION, "control-tower": True}},
        "organization.control-tower-bucket is missing: aws cloudtrail describe-trails --trail-name-list ",
    ),
    (
        {"organization": {"id": ORGANIZATION, "control-tower-bucket": "logs-of-the-landing-zone"}},
        "organization: control-tower-bucket is the bucket of a trail that control-tower would adopt",
    ),
    (
        {"organization": CONTROL_TOWER},
        "logs and archive cannot be set while organization.control-tower adopts Control Tower's trail",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD, ids=lambda value: str(value)[:60])
def test_bad_input_is_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        load(context(changes)["trailhold"])
    text = str(refused.value)
    assert text.startswith(f"cdk.json: {sentence}")
    assert "\n" not in text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (None, 'cdk.json: there are no settings under "context": {"trailhold": {...}}'),
        ("{", "context trailhold: not JSON"),
        ([], "cdk.json: expected `object`, got `array`"),
        ({}, "cdk.json: object missing required field `home-region`"),
        ({"home-region": "eu-central-1"}, "cdk.json: object missing required field `accounts`"),
    ],
)
def test_no_settings_at_all(given: object, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        load(given)
    assert str(refused.value).startswith(sentence)


def test_cdk_json_shows_every_setting_with_its_default() -> None:
    shown = context()["trailhold"]
    required = {
        "home-region": shown["home-region"],
        "accounts": shown["accounts"],
        "archive": shown["archive"],
    }
    assert json.loads(msgspec.json.encode(load(required))) == shown


def test_settings_may_come_as_text_from_the_command_line() -> None:
    given = context()["trailhold"]
    assert load(json.dumps(given)) == load(given)


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "deploying.md").read_text()
    for group, value in context()["trailhold"].items():
        for name in value if isinstance(value, dict) and value else [group]:
            assert f"`{name}`" in text or f"`{group}.{name}`" in text, name


@pytest.mark.parametrize(
    ("changes", "management", "logs", "archive"),
    [
        ({}, MANAGEMENT, MANAGEMENT, MANAGEMENT),
        (
            {"accounts": {"log-archive": LOGS}, "organization": {"id": ORGANIZATION}},
            MANAGEMENT,
            LOGS,
            LOGS,
        ),
        (SPLIT, MANAGEMENT, LOGS, SPLIT["accounts"]["archive"]),
    ],
)
def test_one_account_does_what_no_other_is_given_for(
    changes: dict[str, Any], management: str, logs: str, archive: str
) -> None:
    accounts = load(context(changes)["trailhold"]).accounts
    assert (accounts.management, accounts.of_logs, accounts.of_archive) == (management, logs, archive)


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-central-1", "aws"),
        ("us-gov-west-1", "aws-us-gov"),
        ("cn-north-1", "aws-cn"),
        ("us-isob-east-1", "aws-iso-b"),
    ],
)
def test_the_partition_follows_from_the_home_region(region: str, partition: str) -> None:
    assert Settings(home_region=region, **_least()).partition == partition


def _least() -> dict[str, Any]:
    found = load(
        {**context({"logs": {"protection": "object-lock"}, "archive": {"region": None}})["trailhold"]}
    )
    return {"accounts": found.accounts, "logs": found.logs, "archive": found.archive}
