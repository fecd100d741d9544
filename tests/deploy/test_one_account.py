"""cdk.json deployed to one account by the genuine CDK CLI: deployed, audited, changed, broken, deleted.

The tests build on one deployment, in the order of this file.
"""

from pathlib import Path
from typing import Any

import pytest

from checker.catalog import CONTROLS
from checker.model import Status
from tests.cli.screen import at_terminal
from tests.deploy.embedded.cdk import Cdk
from tests.deploy.embedded.server import Aws
from tests.deploy.installation import (
    APP,
    BY_DEFAULT,
    COPY,
    DEPLOY,
    HOME,
    NOT_ASKED,
    NOT_SHOWN,
    TOGETHER,
    audit,
    bootstrap,
    done,
    listen,
    sabotage,
    settings,
    turn_on_mfa_delete,
)

ACCOUNT = "111122223333"
"""The account in cdk.json."""
BUCKET = f"trailhold-logs-{ACCOUNT}-{HOME}"
ARCHIVE = f"trailhold-archive-{ACCOUNT}-{COPY}"
CHANGED = settings(
    deployment={"termination-protection": False},
    realtime={"retention-days": 731},
    trail={"data-events": [{"type": "AWS::S3::Object"}, {"type": "AWS::Lambda::Function"}]},
)
UNENDING = "what is written to the log buckets is left out, or each record would make the next one"
PAIR = "the delivery bucket is ready for MFA delete, which S3 refuses beside a lifecycle; the copy is locked"
CHOSEN = {**BY_DEFAULT, "TH309": PAIR, "TH336": TOGETHER}
WITH_DATA_EVENTS = {**CHOSEN, "TH205": UNENDING, "TH206": UNENDING, "TH212": UNENDING}
del WITH_DATA_EVENTS["TH207"], WITH_DATA_EVENTS["TH208"]
"""Controls of the strict set that fail by choice, each with its reason."""
STRICT = ("--set", "strict", "--ignore", ",".join(NOT_SHOWN))
NOT_APPLICABLE = {**NOT_ASKED, "TH314": PAIR, "TH323": PAIR}


@pytest.fixture(scope="module")
def cdk(aws: Aws, tmp_path_factory: pytest.TempPathFactory) -> Cdk:
    """Return the CLI of the account's administrator, who has deployed the app that cdk.json names."""
    prepared = bootstrap(aws, ACCOUNT, tmp_path_factory.mktemp("one"))
    done(prepared(*DEPLOY, app=APP))
    return prepared


def stacks(aws: Aws) -> dict[str, Any]:
    found = {}
    for region in (HOME, COPY):
        for stack in aws.client("cloudformation", ACCOUNT, region).describe_stacks()["Stacks"]:
            if stack["StackName"].startswith("trailhold-"):
                found[stack["StackName"]] = (stack["StackStatus"], stack["EnableTerminationProtection"])
    return found


def test_every_stack_is_there_and_protected(aws: Aws, cdk: Cdk) -> None:
    assert {"trailhold-archive", "trailhold-log-archive", "trailhold-organization"} <= stacks(aws).keys()
    assert set(stacks(aws).values()) == {("CREATE_COMPLETE", True)}


def test_what_was_just_deployed_differs_in_nothing(cdk: Cdk) -> None:
    said = done(cdk("diff", "--fail", "--method=template", app=APP))
    assert "Number of stacks with differences: 0" in said


def test_only_the_step_of_root_is_left(cdk: Cdk) -> None:
    found = audit(cdk)
    assert found[Status.FAIL] == {"TH316"}
    assert found[Status.UNKNOWN] == set()


def test_nobody_but_root_can_take_it(cdk: Cdk, tmp_path: Path) -> None:
    command = ("mfa-delete", "enable", "--bucket", BUCKET)
    tried = at_terminal(tmp_path, cdk.environment, {}, *command)
    assert tried.code == 2
    assert "is not a root user" in tried.shown


def test_after_it_everything_that_can_be_shown_passes(aws: Aws, cdk: Cdk, tmp_path: Path) -> None:
    shown = turn_on_mfa_delete(aws, ACCOUNT, BUCKET, tmp_path)
    assert f"MFA delete is on for {BUCKET}, as S3 confirms" in shown
    listen(aws, ACCOUNT)
    found = audit(cdk, *STRICT)
    assert found[Status.FAIL] == set(CHOSEN)
    assert found[Status.UNKNOWN] == set()
    judged = found[Status.FAIL] | found[Status.PASS]
    assert set(CONTROLS) - judged == NOT_APPLICABLE.keys() | NOT_SHOWN.keys()


def test_a_protected_stack_cannot_be_deleted(cdk: Cdk) -> None:
    ended = cdk("destroy", "--all", "--force", app=cdk.synthesised)
    assert ended.returncode != 0
    assert "cannot be deleted while" in ended.stdout


def test_a_change_of_settings_reaches_aws(aws: Aws, cdk: Cdk) -> None:
    done(cdk(*DEPLOY, *CHANGED, app=APP))
    assert {protected for _, protected in stacks(aws).values()} == {False}
    logs = aws.client("logs", ACCOUNT, HOME)
    (group,) = logs.describe_log_groups(logGroupNamePrefix="/trailhold/cloudtrail")["logGroups"]
    assert group["retentionInDays"] == 731
    assert audit(cdk, *STRICT)[Status.FAIL] == set(WITH_DATA_EVENTS)


@pytest.mark.parametrize(
    ("type", "properties", "failing"),
    [
        ("AWS::CloudTrail::Trail", {"EnableLogFileValidation": False}, {"TH110"}),
        ("AWS::KMS::Key", {"EnableKeyRotation": False}, {"TH401"}),
        ("AWS::Logs::LogGroup", {"RetentionInDays": 30}, {"TH502"}),
        ("AWS::S3::Bucket", {"LoggingConfiguration": None}, {"TH306"}),
        (
            "AWS::CloudTrail::Trail",
            {"AdvancedEventSelectors": None, "EventSelectors": [{"ReadWriteType": "ReadOnly"}]},
            {"TH201"},
        ),
        # All that rest on a trail that logs; and the gap stays in its history, so this is the last case.
        (
            "AWS::CloudTrail::Trail",
            {"IsLogging": False},
            {"TH101", "TH102", "TH106", "TH120", "TH121", "TH201"},
        ),
    ],
    ids=["unsigned", "unrotated", "short", "unwatched", "reads only", "stopped"],
)
def test_what_is_broken_is_what_fails(
    cdk: Cdk, tmp_path: Path, type: str, properties: dict[str, Any], failing: set[str]
) -> None:
    done(cdk(*DEPLOY, app=sabotage(cdk.synthesised, tmp_path, type, properties)))
    found = audit(cdk)
    assert found[Status.FAIL] == failing
    assert found[Status.UNKNOWN] == set()


def test_logs_and_their_keys_outlive_the_stacks(aws: Aws, cdk: Cdk) -> None:
    done(cdk("destroy", "--all", "--force", app=cdk.synthesised))
    assert stacks(aws) == {}
    assert aws.client("cloudtrail", ACCOUNT, HOME).describe_trails()["trailList"] == []
    for region, bucket in ((HOME, BUCKET), (COPY, ARCHIVE)):
        s3 = aws.client("s3", ACCOUNT, region)
        (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        key = rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"]
        assert aws.client("kms", ACCOUNT, region).describe_key(KeyId=key)["KeyMetadata"]["Enabled"]
        assert (
            "cloudtrail.amazonaws.com" in s3.get_bucket_policy(Bucket=bucket)["Policy"] or bucket == ARCHIVE
        )
