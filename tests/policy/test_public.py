from typing import Any

import pytest
from hypothesis import given

from checker.evidence import Unobserved
from checker.policy import is_public, parse
from tests.hardened import BUCKET_ARN, BUCKET_POLICY, KEY_POLICY, document, statement
from tests.policy.random_policies import POLICIES, WIDTH, statements

ORG = "o-a1b2c3d4e5"
ROLE = "arn:aws:iam::111122223333:role/reader"
OPEN = statement(Principal="*", Action="s3:GetObject", Resource=f"{BUCKET_ARN}/*")
RESOURCES = (BUCKET_ARN, f"{BUCKET_ARN}/*")


def public(*policy: dict[str, Any]) -> bool | None:
    """Yes, no, or None for undecided."""
    try:
        return is_public(parse(document(*policy)), resources=RESOURCES).yes
    except Unobserved:
        return None


def when(operator: str, key: str, values: Any) -> dict[str, Any]:
    return {**OPEN, "Condition": {operator: {key: values}}}


def to(principal: Any) -> dict[str, Any]:
    return {**OPEN, "Principal": principal}


BINDING = [
    # One condition on a grant to everybody, and whether it stays public.
    ("StringEquals", "aws:PrincipalOrgID", ORG, False),
    ("StringEquals", "AWS:principalorgid", [ORG], False),
    ("StringLike", "aws:PrincipalOrgID", ORG, False),
    ("StringLike", "aws:PrincipalOrgID", "o-*", True),
    ("StringLike", "aws:PrincipalOrgID", [ORG, "*"], True),
    ("StringEqualsIfExists", "aws:PrincipalOrgID", ORG, True),
    ("StringNotEquals", "aws:PrincipalOrgID", ORG, True),
    ("ForAnyValue:StringEquals", "aws:PrincipalOrgID", ORG, False),
    ("ForAllValues:StringEquals", "aws:PrincipalOrgID", ORG, True),
    ("Null", "aws:PrincipalOrgID", "false", True),
    ("StringEquals", "aws:SourceVpc", "vpc-91237329", False),
    ("StringLike", "aws:SourceVpc", "vpc-*", True),
    ("StringEquals", "aws:SourceVpce", ["vpce-1a2b3c4d", "vpce-5e6f7a8b"], False),
    ("StringNotEquals", "aws:SourceVpce", "vpce-1a2b3c4d", True),
    ("StringEquals", "aws:SourceAccount", "111122223333", False),
    ("StringEquals", "aws:SourceOwner", "111122223333", False),
    ("StringEquals", "aws:SourceOrgID", ORG, False),
    ("ArnEquals", "aws:SourceArn", "arn:aws:sns:us-east-1:111122223333:topic", False),
    ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:111122223333:*", None),
    ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:*", True),
    ("ArnEquals", "aws:PrincipalArn", ROLE, False),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/reader", True),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*", None),
    ("StringEquals", "aws:PrincipalAccount", "111122223333", False),
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORG}/r-ab12/*", None),
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "*/r-ab12/*", True),
    ("StringEquals", "aws:userid", "AIDACKCEVSQ6C2EXAMPLE", False),
    ("StringLike", "aws:userid", "*", True),
    ("StringEquals", "s3:DataAccessPointAccount", "111122223333", False),
    ("ArnLike", "s3:DataAccessPointArn", "arn:aws:s3:us-west-2:111122223333:accesspoint/*", False),
    ("ArnLike", "s3:DataAccessPointArn", "arn:aws:s3:us-west-2:*:accesspoint/*", True),
    ("StringEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", "arn:aws:kms:::key/1", False),
    ("IpAddress", "aws:SourceIp", "203.0.113.0/24", False),
    ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "2001:db8::/32"], False),
    ("IpAddress", "aws:SourceIp", "13.0.0.0/8", False),
    ("IpAddress", "aws:SourceIp", "10.0.0.0/8", False),
    ("IpAddress", "aws:SourceIp", "0.0.0.0/1", True),
    ("IpAddress", "aws:SourceIp", "0.0.0.0/0", True),
    ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "::/0"], True),
    ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", True),
    ("IpAddressIfExists", "aws:SourceIp", "203.0.113.0/24", True),
    ("Bool", "aws:SecureTransport", "true", True),
    ("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control", True),
    ("StringLike", "aws:Referer", "https://example.com/*", True),
    ("StringEquals", "aws:PrincipalTag/team", "audit", True),
    ("StringEquals", "aws:UserAgent", "secret", True),
    ("NumericLessThan", "s3:signatureAge", "1000", True),
    ("DateLessThan", "aws:CurrentTime", "2020-01-01", True),
    ("StringEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}", None),
    ("StringNearly", "aws:PrincipalOrgID", ORG, None),
]


@pytest.mark.parametrize(("operator", "key", "values", "expected"), BINDING)
def test_a_grant_to_everybody_under_a_condition(
    operator: str, key: str, values: Any, expected: bool | None
) -> None:
    assert public(when(operator, key, values)) is expected


ORG_ONLY = {"StringNotEquals": {"aws:PrincipalOrgID": ORG}}
VPCE_ONLY = {"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}
DENY = statement(Effect="Deny", Principal="*", Action="s3:*", Resource=list(RESOURCES))
POLICY_TABLE: list[tuple[str, list[dict[str, Any]], bool | None]] = [
    ("nothing", [], False),
    ("everybody", [OPEN], True),
    ("everybody as an AWS principal", [to({"AWS": "*"})], True),
    ("everybody in a list", [to({"AWS": [ROLE, "*"]})], True),
    (
        "everybody but one",
        [{k: v for k, v in OPEN.items() if k != "Principal"} | {"NotPrincipal": {"AWS": ROLE}}],
        True,
    ),
    ("a role", [to({"AWS": ROLE})], False),
    ("a foreign account", [to({"AWS": "444455556666"})], False),
    ("a service", [to({"Service": "cloudtrail.amazonaws.com"})], False),
    ("any service", [to({"Service": "*"})], True),
    ("users of a public identity provider", [to({"Federated": "graph.facebook.com"})], True),
    (
        "users of a company's identity provider",
        [to({"Federated": "arn:aws:iam::111122223333:saml-provider/x"})],
        False,
    ),
    ("a canonical user", [to({"CanonicalUser": "79a59df900b949e5"})], False),
    ("a deleted role", [to({"AWS": "AROACKCEVSQ6C2EXAMPLE"})], False),
    ("every action", [{**OPEN, "Action": "*"}], True),
    (
        "every action but some",
        [{k: v for k, v in OPEN.items() if k != "Action"} | {"NotAction": "s3:Delete*"}],
        True,
    ),
    ("another service's action", [{**OPEN, "Action": "kms:Decrypt"}], False),
    ("every resource", [{**OPEN, "Resource": "*"}], True),
    ("part of the bucket", [{**OPEN, "Resource": f"{BUCKET_ARN}/public/*"}], True),
    ("another bucket", [{**OPEN, "Resource": "arn:aws:s3:::other/*"}], False),
    (
        "every resource but another",
        [{k: v for k, v in OPEN.items() if k != "Resource"} | {"NotResource": "arn:aws:s3:::x/*"}],
        True,
    ),
    ("listing", [{**OPEN, "Action": "s3:ListBucket", "Resource": BUCKET_ARN}], True),
    (
        "two conditions, one binding",
        [
            {
                **OPEN,
                "Condition": {
                    "Bool": {"aws:SecureTransport": "true"},
                    "StringEquals": {"aws:SourceVpc": "vpc-1"},
                },
            }
        ],
        False,
    ),
    ("a bound and an open grant", [when("StringEquals", "aws:SourceVpc", "vpc-1"), OPEN], True),
    (
        "IfExists with a demand that the key exists",
        [
            {
                **OPEN,
                "Condition": {
                    "StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"},
                    "Null": {"aws:SourceVpc": "false"},
                },
            }
        ],
        False,
    ),
    ("denied outside the organization", [OPEN, {**DENY, "Condition": ORG_ONLY}], False),
    ("denied outside a VPC endpoint", [OPEN, {**DENY, "Condition": VPCE_ONLY}], False),
    (
        "denied outside the organization, services aside",
        [
            OPEN,
            {
                **DENY,
                "Condition": {
                    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                },
            },
        ],
        None,
    ),
    ("to AWS services", [{**OPEN, "Condition": {"Bool": {"aws:PrincipalIsAWSService": "true"}}}], None),
    (
        "to one service by a condition",
        [{**OPEN, "Condition": {"StringEquals": {"aws:PrincipalServiceName": "logging.s3.amazonaws.com"}}}],
        None,
    ),
    ("denied outside, for other actions", [OPEN, {**DENY, "Action": "s3:Put*", "Condition": ORG_ONLY}], True),
    (
        "denied outside, for the bucket only",
        [OPEN, {**DENY, "Resource": BUCKET_ARN, "Condition": ORG_ONLY}],
        True,
    ),
    ("denied to one", [OPEN, {**DENY, "Principal": {"AWS": ROLE}}], True),
    ("denied without TLS", [OPEN, {**DENY, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}], True),
    ("denied entirely", [OPEN, DENY], False),
    ("every action, denied entirely", [{**OPEN, "Action": "*", "Resource": "*"}, DENY], False),
]


@pytest.mark.parametrize(
    ("policy", "expected"), [row[1:] for row in POLICY_TABLE], ids=[row[0] for row in POLICY_TABLE]
)
def test_policy(policy: list[dict[str, Any]], expected: bool | None) -> None:
    assert public(*policy) is expected


def test_the_hardened_policies_are_not_public() -> None:
    assert not is_public(parse(BUCKET_POLICY), resources=RESOURCES).yes
    assert not is_public(parse(KEY_POLICY), ("kms:*",)).yes


def test_the_answer_names_the_statement_and_the_action() -> None:
    decision = is_public(parse(document({**OPEN, "Sid": "Website"})), resources=RESOURCES)
    assert decision.why == "statement Website lets anybody perform s3:GetObject"


KEY = statement(Principal={"AWS": "*"}, Action=["kms:Decrypt", "kms:Encrypt"], Resource="*")
KEYS: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"StringEquals": {"kms:CallerAccount": "111122223333"}}, False),
    (
        {
            "StringEquals": {
                "kms:CallerAccount": "111122223333",
                "kms:ViaService": "s3.us-east-1.amazonaws.com",
            }
        },
        False,
    ),
    ({"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}, True),
    (
        {
            "StringLike": {
                "kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:111122223333:trail/*"
            }
        },
        True,
    ),
    ({"StringEquals": {"aws:PrincipalOrgID": ORG}}, False),
    ({"StringEquals": {"aws:SourceAccount": "111122223333"}}, False),
    ({"StringLike": {"kms:CallerAccount": "*"}}, True),
]


@pytest.mark.parametrize(("condition", "expected"), KEYS)
def test_key_policy(condition: dict[str, Any], expected: bool) -> None:
    policy = parse(document({**KEY, "Condition": condition}))
    assert is_public(policy, ("kms:*",)).yes is expected


@given(POLICIES, statements("Deny"))
def test_a_further_deny_makes_nothing_public(policy: list[Any], deny: Any) -> None:
    assert WIDTH[public(*policy, deny)] <= WIDTH[public(*policy)]


@given(POLICIES, statements("Allow"))
def test_a_further_allow_makes_nothing_private(policy: list[Any], allow: Any) -> None:
    assert WIDTH[public(*policy, allow)] >= WIDTH[public(*policy)]
