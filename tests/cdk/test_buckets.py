"""The buckets: their settings, what their policies say, and how long things stay in them."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.cdk.whole_app import (
    ARCHIVE,
    LOCKED,
    LOGS,
    MANAGEMENT,
    ORGANIZATION,
    SPLIT,
    bucket_of,
    by_sid,
    policy_of,
    synthesise,
)

DELIVERY = f"trailhold-logs-{MANAGEMENT}-eu-central-1"
ACCESS = f"trailhold-access-logs-{MANAGEMENT}-eu-central-1"
COPY = f"trailhold-archive-{MANAGEMENT}-eu-west-1"
COPY_ACCESS = f"trailhold-archive-access-{MANAGEMENT}-eu-west-1"
ALL = [("log-archive", DELIVERY), ("log-archive", ACCESS), ("archive", COPY), ("archive", COPY_ACCESS)]
BREAK_GLASS = f"arn:aws:iam::{MANAGEMENT}:role/break-glass"
BOOTSTRAP = f"arn:aws:iam::{MANAGEMENT}:role/cdk-hnb659fds-cfn-exec-role-{MANAGEMENT}-eu-central-1"
TRAIL = f"arn:aws:cloudtrail:eu-central-1:{MANAGEMENT}:trail/organization-trail"
ROOT = f"arn:aws:iam::{MANAGEMENT}:root"


@pytest.mark.parametrize(("stack", "name"), ALL)
def test_every_bucket_is_private_versioned_and_without_acls(stack: str, name: str) -> None:
    bucket = bucket_of(synthesise()[stack], name)
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "AccessControl" not in bucket


@pytest.mark.parametrize(("stack", "name"), ALL)
def test_every_bucket_demands_tls(stack: str, name: str) -> None:
    policy = by_sid(policy_of(synthesise()[stack], name))
    both = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    for sid, condition in (
        ("DenyPlainHttp", {"Bool": {"aws:SecureTransport": "false"}}),
        ("DenyOldTls", {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
    ):
        statement = policy[sid]
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == (
            "Deny",
            {"AWS": "*"},
            "s3:*",
        )
        assert (statement["Resource"], statement["Condition"]) == (both, condition)


@pytest.mark.parametrize(
    ("stack", "name", "access"), [("log-archive", DELIVERY, ACCESS), ("archive", COPY, COPY_ACCESS)]
)
def test_accesses_are_logged_to_a_bucket_that_can_take_them(stack: str, name: str, access: str) -> None:
    template = synthesise()[stack]
    target = bucket_of(template, name)["LoggingConfiguration"]["DestinationBucketName"]["Ref"]
    bucket = template["Resources"][target]["Properties"]
    assert bucket["BucketName"] == access
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert not {"ObjectLockEnabled", "ObjectLockConfiguration"} & set(bucket)
    writing = by_sid(policy_of(template, access))["S3WritesAccessLogs"]
    assert writing["Condition"]["ArnLike"] == {"aws:SourceArn": f"arn:aws:s3:::{name}"}
    assert writing["Resource"] == f"arn:aws:s3:::{access}/s3/*"


@pytest.mark.parametrize(("stack", "name"), [("log-archive", DELIVERY), ("archive", COPY)])
def test_log_files_are_encrypted_with_a_key_of_their_own(stack: str, name: str) -> None:
    (rule,) = bucket_of(synthesise()[stack], name)["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["BucketKeyEnabled"] is True
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert rule["BlockedEncryptionTypes"] == {"EncryptionType": ["SSE-C"]}


def test_the_delivery_bucket_is_ready_for_mfa_delete() -> None:
    bucket = bucket_of(synthesise()["log-archive"], DELIVERY)
    assert not {"LifecycleConfiguration", "ObjectLockEnabled", "ObjectLockConfiguration"} & set(bucket)


def test_root_can_turn_mfa_delete_on_and_nothing_else() -> None:
    policy = by_sid(policy_of(synthesise()["log-archive"], DELIVERY))
    spared = {
        sid: text for sid, text in policy.items() if ROOT in str(text.get("Condition", {}).get("ArnNotLike"))
    }
    assert list(spared) == ["DenyVersioningChanges"]
    assert spared["DenyVersioningChanges"]["Action"] == "s3:PutBucketVersioning"


@pytest.mark.parametrize(
    ("changes", "stack", "name"),
    [({}, "archive", COPY), (LOCKED, "log-archive", DELIVERY)],
    ids=["archive", "object-lock"],
)
def test_the_locked_bucket_locks_ages_and_ends(changes: Mapping[str, Any], stack: str, name: str) -> None:
    bucket = bucket_of(synthesise(changes)[stack], name)
    assert bucket["ObjectLockEnabled"] is True
    retention = bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert retention == {"Mode": "GOVERNANCE", "Days": 366}
    *archiving, end = bucket["LifecycleConfiguration"]["Rules"]
    assert [rule["Transitions"] for rule in archiving] == [
        [{"StorageClass": "GLACIER", "TransitionInDays": 90}]
    ]
    assert (end["ExpirationInDays"], end["NoncurrentVersionExpiration"]) == (2557, {"NoncurrentDays": 366})
    assert end["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


def test_a_lock_that_nobody_lifts_is_a_choice() -> None:
    template = synthesise({"retention": {"lock-mode": "COMPLIANCE", "lock-years": 7}})["archive"]
    retention = bucket_of(template, COPY)["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert retention == {"Mode": "COMPLIANCE", "Days": 2557}


def test_digests_never_go_to_glacier() -> None:
    bucket = bucket_of(synthesise(SPLIT)["archive"], f"trailhold-archive-{ARCHIVE}-eu-west-1")
    owner, organization, _ = bucket["LifecycleConfiguration"]["Rules"]
    assert owner["Prefix"] == f"AWSLogs/{MANAGEMENT}/CloudTrail/"
    assert organization["Prefix"] == f"AWSLogs/{ORGANIZATION}/"
    assert organization["ObjectSizeGreaterThan"] == str(128 * 1024)


@pytest.mark.parametrize(
    ("changes", "prefixes"),
    [
        ({}, [f"AWSLogs/{MANAGEMENT}"]),
        ({"logs": {"key-prefix": "trail"}}, [f"trail/AWSLogs/{MANAGEMENT}"]),
        ({"organization": {"id": ORGANIZATION}}, [f"AWSLogs/{MANAGEMENT}", f"AWSLogs/{ORGANIZATION}"]),
        (
            {"organization": {"id": ORGANIZATION}, "logs": {"key-prefix": "a/b"}},
            [f"a/b/AWSLogs/{MANAGEMENT}", f"a/b/AWSLogs/{ORGANIZATION}"],
        ),
    ],
)
def test_cloudtrail_may_check_the_acl_and_write_below_its_prefixes(
    changes: Mapping[str, Any], prefixes: list[str]
) -> None:
    policy = policy_of(synthesise(changes)["log-archive"], DELIVERY)
    allows = [statement for statement in policy["Statement"] if statement["Effect"] == "Allow"]
    assert [(statement["Action"], statement["Resource"]) for statement in allows] == [
        ("s3:GetBucketAcl", f"arn:aws:s3:::{DELIVERY}"),
        *(("s3:PutObject", f"arn:aws:s3:::{DELIVERY}/{prefix}/*") for prefix in prefixes),
    ]
    source = {"aws:SourceArn": TRAIL}
    if "organization" in changes:
        source["aws:SourceOrgID"] = ORGANIZATION
    owned = {**source, "s3:x-amz-acl": "bucket-owner-full-control"}
    assert [statement["Condition"] for statement in allows] == [
        {"StringEquals": equal} for equal in (source, *([owned] * len(prefixes)))
    ]


def test_the_wrong_key_is_refused_and_a_missing_header_is_not() -> None:
    statement = by_sid(policy_of(synthesise()["log-archive"], DELIVERY))["DenyWrongKey"]
    header = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    assert statement["Condition"] == {
        "Null": {header: "false"},
        "StringNotEquals": {
            header: [
                "arn:of:Key9BCD29C7",
                f"arn:aws:kms:eu-central-1:{MANAGEMENT}:alias/trailhold-logs",
            ]
        },
    }


@pytest.mark.parametrize(
    ("break_glass", "destruction", "reconfiguration"),
    [([], None, [BOOTSTRAP]), ([BREAK_GLASS], [BREAK_GLASS], [BREAK_GLASS, BOOTSTRAP])],
)
def test_deployers_may_configure_and_only_break_glass_may_delete(
    break_glass: list[str], destruction: list[str] | None, reconfiguration: list[str]
) -> None:
    template = synthesise({"deployment": {"break-glass-arns": break_glass}})["log-archive"]
    policy = by_sid(policy_of(template, DELIVERY))
    assert policy["DenyDestruction"].get("Condition") == (
        {"ArnNotLike": {"aws:PrincipalArn": destruction}} if destruction else None
    )
    assert policy["DenyReconfiguration"]["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": reconfiguration}}


@pytest.mark.parametrize(
    "right",
    [
        "s3:DeleteObject*",
        "s3:DeleteBucketPolicy",
        "s3:BypassGovernanceRetention",
        "s3:UpdateObjectEncryption",
    ],
)
def test_a_deployer_cannot_destroy(right: str) -> None:
    statement = by_sid(policy_of(synthesise()["log-archive"], DELIVERY))["DenyDestruction"]
    assert right in statement["Action"]
    assert "Condition" not in statement


@pytest.mark.parametrize(
    ("changes", "outside"),
    [({}, {"aws:PrincipalAccount": MANAGEMENT}), (SPLIT, {"aws:PrincipalOrgID": ORGANIZATION})],
)
def test_outsiders_are_refused_but_services_are_not(
    changes: Mapping[str, Any], outside: dict[str, str]
) -> None:
    owner = LOGS if changes else MANAGEMENT
    template = synthesise(changes)["log-archive"]
    statement = by_sid(policy_of(template, f"trailhold-logs-{owner}-eu-central-1"))["DenyOutsiders"]
    assert statement["Condition"] == {
        "StringNotEquals": outside,
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }


def test_another_bootstrap_has_another_role() -> None:
    changes = {"deployment": {"bootstrap-qualifier": "security", "deployer-arns": [BREAK_GLASS]}}
    policy = by_sid(policy_of(synthesise(changes)["log-archive"], DELIVERY))
    assert policy["DenyReconfiguration"]["Condition"]["ArnNotLike"]["aws:PrincipalArn"] == [
        BOOTSTRAP.replace("hnb659fds", "security"),
        BREAK_GLASS,
    ]
