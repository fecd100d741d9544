from typing import Any

import pytest
from hypothesis import given

from checker.evidence import Unobserved
from checker.policy import CONTEXT_KEYS, Named, grants_to_cloudtrail, open_grant, owners_named, parse, who_may
from tests.hardened import (
    ACCOUNT,
    BUCKET_ARN,
    BUCKET_POLICY,
    CLOUDTRAIL,
    KEY_ENCRYPT,
    KEY_POLICY,
    TRAIL_ARN,
    document,
    statement,
)
from tests.policy.random_policies import POLICIES, WIDTH, statements

ORG = "o-a1b2c3d4e5"
OTHER = "444455556666"
OTHER_TRAIL = f"arn:aws:cloudtrail:eu-west-1:{OTHER}:trail/theirs"
RESOURCES = (BUCKET_ARN, f"{BUCKET_ARN}/*")
WRITE = statement(Principal=CLOUDTRAIL, Action="s3:PutObject", Resource=f"{BUCKET_ARN}/AWSLogs/{ACCOUNT}/*")
KNOWN = Named(frozenset({ACCOUNT}), frozenset({ORG}))


def is_open(*policy: dict[str, Any], named: Named | None = None) -> bool | None:
    """Whether CloudTrail may do something for another account's trail; None for undecided."""
    try:
        return open_grant(parse(document(*policy)), ("s3:*",), RESOURCES, named=named).yes
    except Unobserved:
        return None


def when(condition: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {**WRITE, "Condition": condition, **parts}


def one(operator: str, key: str, values: Any) -> dict[str, Any]:
    return when({operator: {key: values}})


ANY_TRAIL = "arn:aws:cloudtrail:*:*:trail/*"
BINDING: list[tuple[str, str, Any, bool | None]] = [
    ("StringEquals", "aws:SourceArn", TRAIL_ARN, False),
    ("StringEquals", "AWS:SourceARN", [TRAIL_ARN], False),
    ("StringLike", "aws:SourceArn", TRAIL_ARN, False),
    ("ArnEquals", "aws:SourceArn", TRAIL_ARN, False),
    ("ArnLike", "aws:SourceArn", f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*", False),
    ("StringLike", "aws:SourceArn", f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*", False),
    ("StringLike", "aws:SourceArn", f"arn:*:cloudtrail:*:{ACCOUNT}:*", False),
    ("ForAnyValue:StringEquals", "aws:SourceArn", TRAIL_ARN, False),
    ("ArnLike", "aws:SourceArn", ANY_TRAIL, True),
    ("StringLike", "aws:SourceArn", "*", True),
    ("StringLike", "aws:SourceArn", "arn:aws:cloudtrail:*", True),
    ("StringLike", "aws:SourceArn", "arn:aws:cloudtrail:us-east-1:1*:trail/*", True),
    ("StringLike", "aws:SourceArn", "arn:aws:cloudtrail:us-east-1:11112222333?:trail/audit", True),
    ("ArnLike", "aws:SourceArn", [TRAIL_ARN, ANY_TRAIL], True),
    ("StringLike", "aws:SourceArn", f"arn:aws:*:{ACCOUNT}:trail/*", None),
    ("StringEqualsIfExists", "aws:SourceArn", TRAIL_ARN, True),
    ("ForAllValues:StringEquals", "aws:SourceArn", TRAIL_ARN, True),
    ("StringNotEquals", "aws:SourceArn", TRAIL_ARN, True),
    ("Null", "aws:SourceArn", "false", True),
    ("StringEquals", "aws:SourceArn", "${aws:PrincipalTag/trail}", None),
    ("StringEquals", "aws:SourceAccount", ACCOUNT, False),
    ("StringEquals", "aws:SourceAccount", int(ACCOUNT), False),
    ("StringLike", "aws:SourceAccount", "*", True),
    ("StringLike", "aws:SourceAccount", "1111*", True),
    ("StringEqualsIfExists", "aws:SourceAccount", ACCOUNT, True),
    ("StringEquals", "aws:SourceOrgID", ORG, False),
    ("StringLike", "aws:SourceOrgID", "o-*", True),
    ("ForAnyValue:StringLike", "aws:SourceOrgPaths", f"{ORG}/*", False),
    ("ForAnyValue:StringLike", "aws:SourceOrgPaths", "o-*/*", True),
    ("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control", True),
    ("Bool", "aws:SecureTransport", "true", True),
    ("StringEquals", "aws:PrincipalServiceName", "cloudtrail.amazonaws.com", True),
    ("StringEquals", "aws:PrincipalServiceName", "config.amazonaws.com", False),
    ("StringEquals", "aws:PrincipalOrgID", ORG, False),
    ("IpAddress", "aws:SourceIp", "203.0.113.0/24", False),
]


@pytest.mark.parametrize(("operator", "key", "values", "expected"), BINDING)
def test_a_condition_binds_or_not(operator: str, key: str, values: Any, expected: bool | None) -> None:
    assert is_open(one(operator, key, values)) is expected


BOUND = when({"StringEquals": {"aws:SourceArn": TRAIL_ARN}})
DENY = statement(Effect="Deny", Principal=CLOUDTRAIL, Action="s3:*", Resource=list(RESOURCES))
EXISTING = {"StringEqualsIfExists": {"aws:SourceArn": TRAIL_ARN}, "Null": {"aws:SourceArn": "false"}}
POLICY_TABLE: list[tuple[str, list[dict[str, Any]], bool | None]] = [
    ("nothing", [], False),
    ("no condition", [WRITE], True),
    ("bound", [BOUND], False),
    ("one bound and one not", [BOUND, WRITE], True),
    (
        "by either of two keys",
        [when({"StringEquals": {"aws:SourceArn": TRAIL_ARN, "aws:SourceAccount": ACCOUNT}})],
        False,
    ),
    ("if it exists, and it has to", [when(EXISTING)], False),
    (
        "two that hold without the key",
        [when({"StringEqualsIfExists": {"aws:SourceArn": TRAIL_ARN, "aws:SourceAccount": ACCOUNT}})],
        True,
    ),
    ("another service", [{**WRITE, "Principal": {"Service": "config.amazonaws.com"}}], False),
    (
        "several services",
        [{**WRITE, "Principal": {"Service": ["config.amazonaws.com", "cloudtrail.amazonaws.com"]}}],
        True,
    ),
    ("everybody", [{**WRITE, "Principal": "*"}], True),
    ("everybody, bound to an account", [{**BOUND, "Principal": {"AWS": "*"}}], False),
    (
        "everybody but a role",
        [{**{k: v for k, v in WRITE.items() if k != "Principal"}, "NotPrincipal": {"AWS": ACCOUNT}}],
        True,
    ),
    ("an account", [{**WRITE, "Principal": {"AWS": ACCOUNT}}], False),
    ("another bucket", [{**WRITE, "Resource": "arn:aws:s3:::other/*"}], False),
    ("another service's action", [{**WRITE, "Action": "sns:Publish"}], False),
    ("any action", [{**WRITE, "Action": "*", "Resource": "*"}], True),
    ("the ACL only", [{**WRITE, "Action": "s3:GetBucketAcl", "Resource": BUCKET_ARN}], True),
    (
        "denied to other trails",
        [WRITE, {**DENY, "Condition": {"StringNotEquals": {"aws:SourceArn": TRAIL_ARN}}}],
        False,
    ),
    (
        "denied to other accounts",
        [WRITE, {**DENY, "Condition": {"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}}],
        False,
    ),
    (
        "denied to other accounts if known",
        [
            WRITE,
            {
                **DENY,
                "Condition": {
                    "StringNotEquals": {"aws:SourceAccount": ACCOUNT},
                    "Null": {"aws:SourceAccount": "false"},
                },
            },
        ],
        True,
    ),
    (
        "denied to services of other organizations",
        [
            WRITE,
            {
                **DENY,
                "Principal": "*",
                "Condition": {
                    "StringNotEquals": {"aws:SourceOrgID": ORG},
                    "Bool": {"aws:PrincipalIsAWSService": "true"},
                },
            },
        ],
        False,
    ),
    (
        "denied to other trails, for reading",
        [
            WRITE,
            {**DENY, "Action": "s3:Get*", "Condition": {"StringNotEquals": {"aws:SourceArn": TRAIL_ARN}}},
        ],
        True,
    ),
    (
        "denied to other trails, elsewhere",
        [
            WRITE,
            {**DENY, "Resource": BUCKET_ARN, "Condition": {"StringNotEquals": {"aws:SourceArn": TRAIL_ARN}}},
        ],
        True,
    ),
    (
        "denied to some other trails",
        [WRITE, {**DENY, "Condition": {"StringEquals": {"aws:SourceArn": OTHER_TRAIL}}}],
        True,
    ),
    (
        "denied to whom only the request knows",
        [WRITE, {**DENY, "Condition": {"StringNotEquals": {"aws:SourceAccount": "${aws:ResourceAccount}"}}}],
        None,
    ),
]


@pytest.mark.parametrize(
    ("policy", "expected"), [r[1:] for r in POLICY_TABLE], ids=[r[0] for r in POLICY_TABLE]
)
def test_policy(policy: list[dict[str, Any]], expected: bool | None) -> None:
    assert is_open(*policy) is expected


NAMES: list[tuple[dict[str, Any], bool | None]] = [
    ({"StringEquals": {"aws:SourceArn": TRAIL_ARN}}, False),
    ({"StringEquals": {"aws:SourceArn": OTHER_TRAIL}}, True),
    ({"StringEquals": {"aws:SourceArn": [TRAIL_ARN, OTHER_TRAIL]}}, True),
    ({"StringEquals": {"aws:SourceArn": [TRAIL_ARN, OTHER_TRAIL], "aws:SourceOrgID": ORG}}, False),
    ({"StringEquals": {"aws:SourceAccount": OTHER}}, True),
    ({"StringEquals": {"aws:SourceOrgID": ORG}}, False),
    ({"StringEquals": {"aws:SourceOrgID": "o-zzzzzzzzzz"}}, True),
]


@pytest.mark.parametrize(("condition", "expected"), NAMES)
def test_accounts_that_nobody_knows_stay_open(condition: dict[str, Any], expected: bool | None) -> None:
    assert is_open(when(condition)) is False
    assert is_open(when(condition), named=KNOWN) is expected


def test_the_owners_that_a_statement_names() -> None:
    named = when(
        {"StringLike": {"aws:SourceArn": [TRAIL_ARN, ANY_TRAIL]}, "StringEquals": {"aws:SourceOrgID": ORG}}
    )
    (found,) = parse(document(named)).statements
    assert owners_named(found) == (ACCOUNT, ORG)


def test_the_hardened_policies_are_bound() -> None:
    assert not open_grant(parse(BUCKET_POLICY), ("s3:*",), RESOURCES, named=KNOWN).yes
    key = parse(KEY_POLICY)
    assert not open_grant(key, ("kms:*",), ("*",), named=KNOWN).yes
    encrypting = ("kms:GenerateDataKey*",)
    assert not open_grant(key, encrypting, ("*",), CONTEXT_KEYS, KNOWN).yes
    without = {"StringEquals": {"aws:SourceArn": TRAIL_ARN}}
    source_only = parse(document({**KEY_ENCRYPT, "Condition": without}))
    assert open_grant(source_only, encrypting, ("*",), CONTEXT_KEYS).yes
    assert not open_grant(source_only, encrypting, ("*",)).yes


def test_the_answer_names_the_statement_and_the_action() -> None:
    policy = parse(document({**WRITE, "Sid": "Write"}))
    assert (
        open_grant(policy, ("s3:*",), RESOURCES).why == "statement Write lets CloudTrail perform s3:PutObject"
    )
    assert [s.label for s in grants_to_cloudtrail(policy)] == ["statement Write"]


@given(POLICIES, statements("Deny"))
def test_a_further_deny_never_opens(policy: list[Any], deny: Any) -> None:
    assert WIDTH[is_open(*policy, deny)] <= WIDTH[is_open(*policy)]


@given(POLICIES, statements("Allow"))
def test_a_further_allow_never_closes(policy: list[Any], allow: Any) -> None:
    assert WIDTH[is_open(*policy, allow)] >= WIDTH[is_open(*policy)]


ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
READ = statement(Principal={"AWS": [ROLE, OTHER]}, Action="s3:GetObject", Resource=f"{BUCKET_ARN}/*")
WHO: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([], []),
    ([READ], [ROLE, OTHER]),
    (
        [READ, {**READ, "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}],
        [ROLE, OTHER, "*"],
    ),
    ([{**READ, "Action": "s3:PutObject"}], []),
    ([{**READ, "Resource": f"{BUCKET_ARN}/AWSLogs/{ACCOUNT}/x"}], [ROLE, OTHER]),
    ([{**READ, "Resource": "arn:aws:s3:::other/*"}], []),
    ([{**{k: v for k, v in READ.items() if k != "Principal"}, "NotPrincipal": {"AWS": ROLE}}], ["*"]),
    ([READ, {**READ, "Effect": "Deny", "Principal": "*"}], []),
    (
        [
            READ,
            {
                **READ,
                "Effect": "Deny",
                "Principal": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
        [ROLE, OTHER],
    ),
    ([READ, {**READ, "Effect": "Deny", "Principal": {"AWS": ROLE}}], [ROLE, OTHER]),
]


@pytest.mark.parametrize(("policy", "expected"), WHO)
def test_who_is_granted_an_action(policy: list[dict[str, Any]], expected: list[str]) -> None:
    grants = who_may(parse(document(*policy)), "s3:GetObject", f"{BUCKET_ARN}/AWSLogs/{ACCOUNT}/x")
    assert [grant.principal for grant in grants] == expected
    assert all(grant.statement.allows for grant in grants)
