"""Bucket and key policies as AWS documents them and people write them, against what CloudTrail delivers."""

from typing import Any

import pytest
from msgspec.structs import replace

from checker.evidence import Cause, Known, Unknown, Unobserved
from checker.policy import Delivery, allows_delivery, allows_encryption, log_prefixes, parse
from tests.hardened import (
    ACCOUNT,
    ACL_CHECK,
    BUCKET_ARN,
    BUCKET_POLICY,
    CLOUDTRAIL,
    KEY_ARN,
    KEY_POLICY,
    TLS_ONLY,
    TRAIL_ARN,
    WRITE,
    document,
    statement,
)

ORG = "o-a1b2c3d4e5"
SINGLE = Delivery(trail_arn=TRAIL_ARN, account=ACCOUNT, organization=Known(None), bucket_arn=BUCKET_ARN)
ENCRYPTED = replace(SINGLE, kms_key_arn=KEY_ARN)
PREFIXED = replace(SINGLE, key_prefix="logs/org")
ORGANIZATION = replace(SINGLE, organization=Known(ORG), organization_trail=True)
MEMBER = replace(SINGLE, organization=Known(ORG))
UNREAD = Unknown("the organization was not read", Cause.DENIED)
OBJECTS = f"{BUCKET_ARN}/*"


def allowed(delivery: Delivery, *policy: dict[str, Any]) -> bool | None:
    try:
        return allows_delivery(parse(document(*policy)), delivery).yes
    except Unobserved:
        return None


def put(*resources: str, **parts: Any) -> dict[str, Any]:
    return statement(
        Principal=CLOUDTRAIL,
        Action="s3:PutObject",
        Resource=[f"{BUCKET_ARN}/{r}" for r in resources],
        **parts,
    )


def refuse(condition: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    """A Deny of writing; None takes a part away."""
    whole = {"Principal": "*", "Action": "s3:PutObject", "Resource": OBJECTS, "Condition": condition, **parts}
    return statement(Effect="Deny", **{name: part for name, part in whole.items() if part is not None})


def equal(key: str, value: Any, operator: str = "StringEquals") -> dict[str, Any]:
    return {operator: {key: value}}


OWNER = "bucket-owner-full-control"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/x"
ACL = {k: v for k, v in ACL_CHECK.items() if k != "Condition"}
MINE = f"AWSLogs/{ACCOUNT}/*"
OURS = f"AWSLogs/{ORG}/*"
OWNED = equal("s3:x-amz-acl", OWNER)
SSE = "s3:x-amz-server-side-encryption"
KMS_ID = f"{SSE}-aws-kms-key-id"

ALLOWED: list[tuple[str, Delivery, list[dict[str, Any]], bool | None]] = [
    ("as AWS documented it until 2021", SINGLE, [ACL, put(MINE, Condition=OWNED)], True),
    ("bound to the trail", SINGLE, [ACL_CHECK, WRITE], True),
    (
        "bound to another trail",
        SINGLE,
        [ACL_CHECK, put(MINE, Condition=equal("aws:SourceArn", TRAIL_ARN + "2"))],
        False,
    ),
    ("bound to the account", SINGLE, [ACL, put(MINE, Condition=equal("aws:SourceAccount", ACCOUNT))], True),
    (
        "bound to another account",
        SINGLE,
        [ACL, put(MINE, Condition=equal("aws:SourceAccount", "444455556666"))],
        False,
    ),
    ("bound to the organization", MEMBER, [ACL, put(MINE, Condition=equal("aws:SourceOrgID", ORG))], True),
    (
        "bound to an organization that the account is not in",
        SINGLE,
        [ACL, put(MINE, Condition=equal("aws:SourceOrgID", ORG))],
        False,
    ),
    (
        "bound to an organization that was not read",
        replace(SINGLE, organization=UNREAD),
        [ACL, put(MINE, Condition=equal("aws:SourceOrgID", ORG))],
        None,
    ),
    (
        "bound to the caller's organization",
        MEMBER,
        [ACL, put(MINE, Condition=equal("aws:PrincipalOrgID", ORG))],
        False,
    ),
    (
        "in one statement",
        SINGLE,
        [
            statement(
                Principal=CLOUDTRAIL,
                Action=["s3:GetBucketAcl", "s3:PutObject"],
                Resource=[BUCKET_ARN, OBJECTS],
            )
        ],
        True,
    ),
    (
        "in one statement with a header that only writing has",
        SINGLE,
        [
            statement(
                Principal=CLOUDTRAIL,
                Action=["s3:GetBucketAcl", "s3:PutObject"],
                Resource=[BUCKET_ARN, OBJECTS],
                Condition=OWNED,
            )
        ],
        False,
    ),
    ("with another ACL", SINGLE, [ACL, put(MINE, Condition=equal("s3:x-amz-acl", "private"))], False),
    ("over TLS", SINGLE, [ACL, put(MINE, Condition={"Bool": {"aws:SecureTransport": "true"}})], True),
    (
        "to CloudTrail and Config",
        SINGLE,
        [{**ACL, "Principal": {"Service": ["config.amazonaws.com", "cloudtrail.amazonaws.com"]}}, put(MINE)],
        True,
    ),
    ("to everybody", SINGLE, [{**ACL, "Principal": "*"}, {**put(MINE), "Principal": {"AWS": "*"}}], True),
    (
        "to CloudTrail's former accounts",
        SINGLE,
        [
            {**ACL, "Principal": {"AWS": "arn:aws:iam::903692715234:root"}},
            {**put(MINE), "Principal": {"AWS": "903692715234"}},
        ],
        False,
    ),
    ("no policy", SINGLE, [], False),
    ("no ACL check", SINGLE, [put(MINE)], False),
    ("the ACL check on the objects", SINGLE, [{**ACL, "Resource": OBJECTS}, put(MINE)], False),
    ("no writing", SINGLE, [ACL], False),
    ("another account's prefix", SINGLE, [ACL, put("AWSLogs/444455556666/*")], False),
    ("the whole bucket", SINGLE, [ACL, put("*")], True),
    ("the bucket's ARN only", SINGLE, [ACL, {**put(MINE), "Resource": BUCKET_ARN}], False),
    ("logs without digests", SINGLE, [ACL, put(f"AWSLogs/{ACCOUNT}/CloudTrail/*")], False),
    (
        "logs without digests, which are off",
        replace(SINGLE, digests=False),
        [ACL, put(f"AWSLogs/{ACCOUNT}/CloudTrail/*")],
        True,
    ),
    ("gzipped JSON only", SINGLE, [ACL, put(f"AWSLogs/{ACCOUNT}/*.json.gz")], True),
    ("one Region", SINGLE, [ACL, put(f"AWSLogs/{ACCOUNT}/CloudTrail*/us-east-1/*")], False),
    ("without the trail's prefix", PREFIXED, [ACL, put(MINE)], False),
    ("with the trail's prefix", PREFIXED, [ACL, put(f"logs/org/{MINE}")], True),
    ("with a prefix that the trail has not", SINGLE, [ACL, put(f"logs/org/{MINE}")], False),
    ("below whoever calls", SINGLE, [ACL, put("AWSLogs/${aws:SourceAccount}/*")], None),
    # Organization trails.
    ("both prefixes", ORGANIZATION, [ACL, put(MINE, OURS)], True),
    ("both prefixes in two statements", ORGANIZATION, [ACL, put(MINE), put(OURS)], True),
    ("the organization's prefix only", ORGANIZATION, [ACL, put(OURS)], False),
    ("the owner's prefix only", ORGANIZATION, [ACL, put(MINE)], False),
    ("one member only", ORGANIZATION, [ACL, put(MINE, f"AWSLogs/{ORG}/{ACCOUNT}/*")], False),
    ("all below AWSLogs", ORGANIZATION, [ACL, put("AWSLogs/*")], True),
    (
        "both, the organization's without the trail's prefix",
        replace(ORGANIZATION, key_prefix="p"),
        [ACL, put(f"p/{MINE}", OURS)],
        False,
    ),
    (
        "both below the trail's prefix",
        replace(ORGANIZATION, key_prefix="p"),
        [ACL, put(f"p/{MINE}", f"p/{OURS}")],
        True,
    ),
    (
        "both, bound to the owner's account",
        ORGANIZATION,
        [ACL, put(MINE, OURS, Condition=equal("aws:SourceAccount", ACCOUNT))],
        True,
    ),
    ("an organization that was not read", replace(ORGANIZATION, organization=UNREAD), [ACL, put("*")], None),
    (
        "an organization that was not read, and not even the owner's prefix",
        replace(ORGANIZATION, organization=UNREAD),
        [ACL],
        False,
    ),
    ("an organization that is none", replace(ORGANIZATION, organization=Known(None)), [ACL, put("*")], None),
]


@pytest.mark.parametrize(
    ("delivery", "policy", "expected"), [r[1:] for r in ALLOWED], ids=[r[0] for r in ALLOWED]
)
def test_delivery(delivery: Delivery, policy: list[dict[str, Any]], expected: bool | None) -> None:
    assert allowed(delivery, *policy) is expected


CONTROL_TOWER = [
    {**TLS_ONLY, "Sid": "AllowSSLRequestsOnly"},
    statement(
        Principal={"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]},
        Action="s3:GetBucketAcl",
        Resource=BUCKET_ARN,
    ),
    statement(
        Principal={"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]},
        Action="s3:PutObject",
        Resource=[f"{BUCKET_ARN}/{ORG}/AWSLogs/{owner}/*" for owner in (ACCOUNT, ORG)],
        Condition={"StringEquals": {"aws:SourceOrgID": ORG}},
    ),
]


def test_a_landing_zone() -> None:
    assert allowed(replace(ORGANIZATION, key_prefix=ORG), *CONTROL_TOWER) is True
    assert allowed(ORGANIZATION, *CONTROL_TOWER) is False


def test_the_hardened_policies() -> None:
    assert allows_delivery(parse(BUCKET_POLICY), ENCRYPTED).yes
    assert allows_encryption(parse(KEY_POLICY), ENCRYPTED).yes


def test_a_refusal_says_what_and_where() -> None:
    def why(*policy: dict[str, Any]) -> str:
        return allows_delivery(parse(document(*policy)), SINGLE).why

    assert why() == f"CloudTrail may not perform s3:GetBucketAcl on {BUCKET_ARN}: no statement allows it"
    below = f"{BUCKET_ARN}/AWSLogs/{ACCOUNT}/CloudTrail/*.json.gz"
    assert why(ACL) == f"CloudTrail may not perform s3:PutObject on {below}: no statement allows it"
    denied = f"CloudTrail may not perform s3:PutObject on {below}: statement No denies it"
    assert why(ACL, put(MINE), {**refuse(), "Sid": "No"}) == denied


def test_an_unread_organization_is_the_reason() -> None:
    with pytest.raises(Unobserved) as missing:
        allows_delivery(parse(document(ACL, put("*"))), replace(ORGANIZATION, organization=UNREAD))
    assert missing.value.unknowns == (UNREAD,)


PREFIXES = [
    (SINGLE, (f"AWSLogs/{ACCOUNT}",)),
    (PREFIXED, (f"logs/org/AWSLogs/{ACCOUNT}",)),
    (ORGANIZATION, (f"AWSLogs/{ACCOUNT}", f"AWSLogs/{ORG}")),
    (MEMBER, (f"AWSLogs/{ACCOUNT}",)),
    (replace(ORGANIZATION, organization=UNREAD), (f"AWSLogs/{ACCOUNT}",)),
]


@pytest.mark.parametrize(("delivery", "expected"), PREFIXES)
def test_where_a_trail_writes(delivery: Delivery, expected: tuple[str, ...]) -> None:
    assert log_prefixes(delivery) == expected


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "the organization was not read"),
        ({"aws:RequestedRegion": "x"}, "depends on what the request carries"),
    ],
    ids=["the organization alone", "something else as well"],
)
def test_an_unread_organization_that_the_policy_names_is_the_reason(
    more: dict[str, str], reason: str
) -> None:
    bound = put(MINE, Condition={"StringEquals": {"aws:SourceOrgID": ORG, **more}})
    with pytest.raises(Unobserved, match=reason):
        allows_delivery(parse(document(ACL, bound)), replace(SINGLE, organization=UNREAD))
