"""Deny statements as people write them, beside grants that let CloudTrail deliver."""

from typing import Any

import pytest
from msgspec.structs import replace

from checker.policy import Delivery
from tests.hardened import ACCOUNT, BUCKET_ARN, CLOUDTRAIL, KEY_ARN, NO_TAMPERING, TLS_ONLY, TRAIL_ARN
from tests.policy.test_delivery import (
    ACL,
    ENCRYPTED,
    KMS_ID,
    MEMBER,
    MINE,
    ORG,
    OWNER,
    ROLE,
    SINGLE,
    SSE,
    allowed,
    equal,
    put,
    refuse,
)

NOT_OURS = equal("aws:PrincipalOrgID", ORG, "StringNotEquals")
NOT_OURS_IF = equal("aws:PrincipalOrgID", ORG, "StringNotEqualsIfExists")
NOT_KMS = equal(SSE, "aws:kms", "StringNotEquals")
ELSEWHERE = equal("aws:SourceIp", "203.0.113.0/24", "NotIpAddress")
LOGS_ONLY = replace(ENCRYPTED, digests=False)
DENIED: list[tuple[str, Delivery, dict[str, Any], bool | None]] = [
    ("plain HTTP denied", SINGLE, TLS_ONLY, True),
    ("old TLS denied", SINGLE, refuse(equal("s3:TlsVersion", "1.2", "NumericLessThan")), True),
    ("TLS 1.2 denied", SINGLE, refuse(equal("s3:TlsVersion", "1.3", "NumericLessThan")), None),
    ("tampering denied", SINGLE, NO_TAMPERING, True),
    ("writing denied", SINGLE, refuse(), False),
    ("writing elsewhere denied", SINGLE, refuse(Resource=f"{BUCKET_ARN}/reports/*"), True),
    (
        "writing anywhere but below AWSLogs denied",
        SINGLE,
        refuse(Resource=None, NotResource=f"{BUCKET_ARN}/AWSLogs/*"),
        True,
    ),
    ("writing programs denied", SINGLE, refuse(Resource=f"{BUCKET_ARN}/*.exe"), True),
    ("digests denied", SINGLE, refuse(Resource=f"{BUCKET_ARN}/*/CloudTrail-Digest/*"), False),
    ("denied to all but a role", SINGLE, refuse(equal("aws:PrincipalArn", ROLE, "ArnNotLike")), False),
    (
        "denied to all but a role, by NotPrincipal",
        SINGLE,
        refuse(Principal=None, NotPrincipal={"AWS": ACCOUNT}),
        False,
    ),
    (
        "denied to all but CloudTrail, by NotPrincipal",
        SINGLE,
        refuse(Principal=None, NotPrincipal=CLOUDTRAIL),
        True,
    ),
    ("denied outside the organization", MEMBER, refuse(NOT_OURS), False),
    ("denied outside the organization, if known", MEMBER, refuse(NOT_OURS_IF), False),
    (
        "denied outside the organization, services aside",
        MEMBER,
        refuse({**NOT_OURS_IF, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}),
        True,
    ),
    (
        "denied outside a VPC endpoint",
        SINGLE,
        refuse(equal("aws:SourceVpce", "vpce-1", "StringNotEquals")),
        False,
    ),
    ("denied outside a network", SINGLE, refuse(ELSEWHERE), False),
    (
        "denied outside a network, services aside",
        SINGLE,
        refuse({**ELSEWHERE, "Bool": {"aws:PrincipalIsAWSService": "false"}}),
        True,
    ),
    ("denied without MFA", SINGLE, refuse({"Bool": {"aws:MultiFactorAuthPresent": "false"}}), True),
    (
        "denied without MFA, if known",
        SINGLE,
        refuse({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
        False,
    ),
    (
        "denied for other trails",
        SINGLE,
        refuse(equal("aws:SourceArn", TRAIL_ARN, "StringNotEquals"), Principal=CLOUDTRAIL),
        True,
    ),
    ("denied without the ACL header", SINGLE, refuse(equal("s3:x-amz-acl", OWNER, "StringNotEquals")), True),
    ("denied by a user agent", SINGLE, refuse(equal("aws:UserAgent", "x", "StringNotEquals")), None),
    # Encryption headers.
    ("a key without a demand", ENCRYPTED, ACL, True),
    ("denied without SSE-KMS, and there is no key", SINGLE, refuse(NOT_KMS), False),
    ("denied without SSE-KMS", LOGS_ONLY, refuse(NOT_KMS), True),
    ("denied without SSE-KMS, digests too", ENCRYPTED, refuse(NOT_KMS), None),
    (
        "denied without either",
        ENCRYPTED,
        refuse({**equal(SSE, ["aws:kms", "AES256"], "StringNotEquals"), "Null": {SSE: "false"}}),
        True,
    ),
    (
        "denied without SSE-KMS, digests aside",
        ENCRYPTED,
        refuse(Resource=None, NotResource=f"{BUCKET_ARN}/*/CloudTrail-Digest/*", condition=NOT_KMS),
        True,
    ),
    ("denied with another key", LOGS_ONLY, refuse(equal(KMS_ID, KEY_ARN, "StringNotEquals")), True),
    (
        "denied with this key",
        ENCRYPTED,
        refuse(equal(KMS_ID, "arn:aws:kms:us-east-1:1:key/2", "StringNotEquals")),
        False,
    ),
    (
        "denied with another key, if one is named",
        SINGLE,
        refuse({**equal(KMS_ID, KEY_ARN, "StringNotEquals"), "Null": {KMS_ID: "false"}}),
        True,
    ),
    ("denied without a header", SINGLE, refuse({"Null": {SSE: "true"}}), None),
]


@pytest.mark.parametrize(
    ("delivery", "further", "expected"), [r[1:] for r in DENIED], ids=[r[0] for r in DENIED]
)
def test_delivery_beside_a_deny(delivery: Delivery, further: dict[str, Any], expected: bool | None) -> None:
    assert allowed(delivery, ACL, put(MINE), further) is expected
