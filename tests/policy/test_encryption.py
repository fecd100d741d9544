"""Key policies against what CloudTrail does with the key."""

from typing import Any

import pytest

from checker.evidence import Unobserved
from checker.policy import allows_encryption, parse
from tests.hardened import KEY_ADMIN, KEY_ARN, KEY_DESCRIBE, KEY_ENCRYPT, TRAIL_ARN, document
from tests.policy.test_delivery import ENCRYPTED, ORG, equal

ENCRYPT = {k: v for k, v in KEY_ENCRYPT.items() if k != "Condition"}
KEY: list[tuple[str, list[dict[str, Any]], bool | None]] = [
    ("as documented", [KEY_ADMIN, KEY_ENCRYPT, KEY_DESCRIBE], True),
    ("describing without a condition", [KEY_ENCRYPT, {**KEY_DESCRIBE, "Condition": {}}], True),
    ("in one statement", [{**ENCRYPT, "Action": ["kms:GenerateDataKey", "kms:DescribeKey"]}], True),
    (
        "in one statement with an encryption context",
        [{**KEY_ENCRYPT, "Action": ["kms:GenerateDataKey*", "kms:DescribeKey"]}],
        False,
    ),
    ("the account only", [KEY_ADMIN], False),
    ("without describing", [KEY_ENCRYPT], False),
    ("without encrypting", [KEY_DESCRIBE], False),
    (
        "for another trail",
        [{**ENCRYPT, "Condition": equal("aws:SourceArn", f"{TRAIL_ARN}2")}, KEY_DESCRIBE],
        False,
    ),
    (
        "in another account's context",
        [
            {
                **ENCRYPT,
                "Condition": equal(
                    "kms:EncryptionContext:aws:cloudtrail:arn",
                    "arn:aws:cloudtrail:*:444455556666:trail/*",
                    "StringLike",
                ),
            },
            KEY_DESCRIBE,
        ],
        False,
    ),
    ("on another key", [{**ENCRYPT, "Resource": f"{KEY_ARN}0"}, KEY_DESCRIBE], False),
    ("denied", [ENCRYPT, KEY_DESCRIBE, {**ENCRYPT, "Effect": "Deny", "Principal": "*"}], False),
    (
        "denied outside the organization",
        [
            ENCRYPT,
            KEY_DESCRIBE,
            {
                **ENCRYPT,
                "Effect": "Deny",
                "Principal": "*",
                "Condition": equal("aws:PrincipalOrgID", ORG, "StringNotEquals"),
            },
        ],
        False,
    ),
    (
        "through S3 only",
        [{**ENCRYPT, "Condition": equal("kms:ViaService", "s3.us-east-1.amazonaws.com")}, KEY_DESCRIBE],
        None,
    ),
]


@pytest.mark.parametrize(("policy", "expected"), [row[1:] for row in KEY], ids=[row[0] for row in KEY])
def test_encryption(policy: list[dict[str, Any]], expected: bool | None) -> None:
    try:
        assert allows_encryption(parse(document(*policy)), ENCRYPTED).yes is expected
    except Unobserved:
        assert expected is None
