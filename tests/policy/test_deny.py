from typing import Any

import pytest
from hypothesis import given

from checker.evidence import Unobserved
from checker.policy import Exceptions, denied_except, exceptions, parse, tls_only
from tests.hardened import ACCOUNT, BREAK_GLASS, BUCKET_ARN, BUCKET_POLICY, document, statement
from tests.policy.random_policies import POLICIES, WIDTH, statements

BOTH = [BUCKET_ARN, f"{BUCKET_ARN}/*"]
NO_TLS = {"Bool": {"aws:SecureTransport": "false"}}


def deny(**parts: Any) -> dict[str, Any]:
    """A Deny of plain HTTP with parts replaced; None takes a part away."""
    whole = {"Principal": "*", "Action": "s3:*", "Resource": BOTH, "Condition": NO_TLS, **parts}
    return statement(Effect="Deny", **{name: part for name, part in whole.items() if part is not None})


def tls(*policy: dict[str, Any]) -> bool | None:
    try:
        return tls_only(parse(document(*policy)), BUCKET_ARN).yes
    except Unobserved:
        return None


def on(resource: Any) -> dict[str, Any]:
    return deny(Resource=resource)


def when(condition: dict[str, Any]) -> dict[str, Any]:
    return deny(Condition=condition)


TLS: list[tuple[str, list[dict[str, Any]], bool | None]] = [
    ("as documented", [deny()], True),
    ("as a truth value", [when({"Bool": {"aws:SecureTransport": False}})], True),
    ("in a list", [when({"Bool": {"aws:SecureTransport": ["false"]}})], True),
    ("in other capitals", [when({"bool": {"AWS:securetransport": "FALSE"}})], True),
    ("if exists", [when({"BoolIfExists": {"aws:SecureTransport": "false"}})], True),
    ("as text", [when({"StringEquals": {"aws:SecureTransport": "false"}})], True),
    ("negated", [when({"StringNotEquals": {"aws:SecureTransport": "true"}})], True),
    ("whatever the transport", [when({})], True),
    ("with either transport", [when({"Bool": {"aws:SecureTransport": ["true", "false"]}})], True),
    ("without a TLS version", [when({"Null": {"s3:TlsVersion": "true"}})], True),
    ("every AWS principal", [deny(Principal={"AWS": "*"})], True),
    ("every action", [deny(Action="*")], True),
    ("every action but another service's", [deny(Action=None, NotAction="iam:*")], True),
    ("every resource", [on("*")], True),
    ("one pattern for both", [on(f"{BUCKET_ARN}*")], True),
    ("everything but another bucket", [deny(Resource=None, NotResource="arn:aws:s3:::other/*")], True),
    ("in two statements", [on(BUCKET_ARN), on(f"{BUCKET_ARN}/*")], True),
    ("beside old TLS", [deny(), when({"NumericLessThan": {"s3:TlsVersion": "1.2"}})], True),
    ("nothing", [], False),
    (
        "an Allow with TLS only",
        [{**deny(Condition={"Bool": {"aws:SecureTransport": "true"}}), "Effect": "Allow"}],
        False,
    ),
    ("the wrong way round", [when({"Bool": {"aws:SecureTransport": "true"}})], False),
    ("objects only", [on(f"{BUCKET_ARN}/*")], False),
    ("the bucket only", [on(BUCKET_ARN)], False),
    ("some objects", [on([BUCKET_ARN, f"{BUCKET_ARN}/AWSLogs/*"])], False),
    ("another bucket", [on(["arn:aws:s3:::other", "arn:aws:s3:::other/*"])], False),
    ("everything but the logs", [deny(Resource=None, NotResource=f"{BUCKET_ARN}/AWSLogs/*")], False),
    ("one action", [deny(Action="s3:PutObject")], False),
    ("some actions", [deny(Action=["s3:Get*", "s3:Put*", "s3:List*", "s3:Delete*"])], False),
    ("every action but one", [deny(Action=None, NotAction="s3:GetObject")], False),
    ("one account", [deny(Principal={"AWS": ACCOUNT})], False),
    ("everybody but one", [deny(Principal=None, NotPrincipal={"AWS": BREAK_GLASS})], False),
    ("old TLS only", [when({"NumericLessThan": {"s3:TlsVersion": "1.2"}})], False),
    ("but for a role", [when({**NO_TLS, "ArnNotEquals": {"aws:PrincipalArn": BREAK_GLASS}})], False),
    (
        "but for AWS services",
        [when({"Bool": {"aws:SecureTransport": "false", "aws:PrincipalIsAWSService": "false"}})],
        False,
    ),
    ("but from a network", [when({**NO_TLS, "NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}})], False),
    ("from a network", [when({**NO_TLS, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})], False),
    ("when the key is missing", [when({"Null": {"aws:SecureTransport": "true"}})], False),
    ("by a policy variable", [when({"Bool": {"aws:SecureTransport": "${aws:PrincipalTag/plain}"}})], None),
    ("by an unknown operator", [when({"Boolean": {"aws:SecureTransport": "false"}})], None),
]


@pytest.mark.parametrize(("policy", "expected"), [row[1:] for row in TLS], ids=[row[0] for row in TLS])
def test_plain_http(policy: list[dict[str, Any]], expected: bool | None) -> None:
    assert tls(*policy) is expected


def test_the_answer_says_which_part_is_missing() -> None:
    def why(*policy: dict[str, Any]) -> str:
        return tls_only(parse(document(*policy)), BUCKET_ARN).why

    assert why() == "plain HTTP is not denied for the bucket"
    objects = "plain HTTP is not denied for its objects, since statement 1 is narrowed by its resources"
    assert why(on(BUCKET_ARN)) == objects
    narrowed = why(when({**NO_TLS, "ArnNotEquals": {"aws:PrincipalArn": BREAK_GLASS}}))
    assert narrowed.endswith("is narrowed by its condition ArnNotEquals aws:PrincipalArn")


@given(POLICIES, statements("Deny"))
def test_a_further_deny_never_lets_plain_http_in(policy: list[Any], further: Any) -> None:
    assert WIDTH[tls(*policy, further)] >= WIDTH[tls(*policy)]


@given(POLICIES, statements("Allow"))
def test_an_allow_says_nothing_about_plain_http(policy: list[Any], allow: Any) -> None:
    assert tls(allow, *policy) is tls(*policy)


# Denied to everybody but a few.

DELETE = "s3:DeleteObject"
OBJECTS = f"{BUCKET_ARN}/*"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
OTHER = f"arn:aws:iam::{ACCOUNT}:role/other"
SSO = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_BreakGlass_*"


def but(operator: str, key: str, values: Any, **parts: Any) -> dict[str, Any]:
    return deny(**{"Action": "s3:Delete*", "Condition": {operator: {key: values}}, **parts})


def narrow_exceptions(policy: list[dict[str, Any]]) -> Exceptions:
    return exceptions(parse(document(*policy)), DELETE, OBJECTS)


def denied_but(allow_list: tuple[str, ...], policy: list[dict[str, Any]]) -> bool | None:
    try:
        return denied_except(parse(document(*policy)), DELETE, OBJECTS, allow_list).yes
    except Unobserved:
        return None


NAMED = but("ArnNotLike", "aws:PrincipalArn", BREAK_GLASS)
PLAIN = deny(Action="s3:Delete*", Condition=None)
WRITER = statement(Principal={"Service": "config.amazonaws.com"}, Action="s3:Delete*", Resource=OBJECTS)
EXCEPT: list[tuple[str, list[dict[str, Any]], tuple[str, ...], bool | None]] = [
    ("nobody", [PLAIN], (), True),
    ("a role that is allowed", [NAMED], (BREAK_GLASS,), True),
    ("a role within an allowed pattern", [NAMED], (f"arn:aws:iam::{ACCOUNT}:role/break-*",), True),
    ("a role that is not allowed", [NAMED], (OTHER,), False),
    ("a role, and nobody may be", [NAMED], (), False),
    ("by ArnNotEquals", [but("ArnNotEquals", "aws:PrincipalArn", BREAK_GLASS)], (BREAK_GLASS,), True),
    ("by StringNotEquals", [but("StringNotEquals", "aws:PrincipalArn", BREAK_GLASS)], (BREAK_GLASS,), True),
    ("by StringNotLike", [but("StringNotLike", "aws:PrincipalArn", [SSO])], (SSO,), True),
    ("by IfExists", [but("ArnNotLikeIfExists", "aws:PrincipalArn", BREAK_GLASS)], (BREAK_GLASS,), True),
    (
        "by user id",
        [but("StringNotLike", "aws:userid", "AROAEXAMPLEEXAMPLE:*")],
        ("AROAEXAMPLEEXAMPLE:*",),
        True,
    ),
    (
        "by NotPrincipal",
        [deny(Principal=None, NotPrincipal={"AWS": [BREAK_GLASS, ROOT]}, Condition=None)],
        (BREAK_GLASS, ACCOUNT),
        True,
    ),
    (
        "two, one of them not allowed",
        [but("ArnNotLike", "aws:PrincipalArn", [BREAK_GLASS, OTHER])],
        (BREAK_GLASS,),
        False,
    ),
    ("everybody", [but("ArnNotLike", "aws:PrincipalArn", "*")], (BREAK_GLASS,), False),
    ("every ARN", [but("StringNotLike", "aws:PrincipalArn", "arn:aws:iam::*")], (BREAK_GLASS,), False),
    ("an account", [but("StringNotEquals", "aws:PrincipalAccount", ACCOUNT)], (BREAK_GLASS,), False),
    (
        "an organization",
        [but("StringNotEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5")],
        (BREAK_GLASS,),
        False,
    ),
    ("anybody with MFA", [but("BoolIfExists", "aws:MultiFactorAuthPresent", "false")], (), False),
    (
        "the role, and it has to have MFA as well",
        [NAMED, but("BoolIfExists", "aws:MultiFactorAuthPresent", "false")],
        (BREAK_GLASS,),
        True,
    ),
    ("the positive way round", [but("ArnLike", "aws:PrincipalArn", BREAK_GLASS)], (BREAK_GLASS,), False),
    ("whoever is not signed in", [but("StringLike", "aws:PrincipalArn", "*")], (), False),
    (
        "some actions",
        [but("ArnNotLike", "aws:PrincipalArn", BREAK_GLASS, Action="s3:DeleteObjectVersion")],
        (BREAK_GLASS,),
        False,
    ),
    (
        "some objects",
        [but("ArnNotLike", "aws:PrincipalArn", BREAK_GLASS, Resource=f"{BUCKET_ARN}/AWSLogs/*")],
        (BREAK_GLASS,),
        False,
    ),
    (
        "all but some actions",
        [but("ArnNotLike", "aws:PrincipalArn", BREAK_GLASS, Action=None, NotAction="s3:Get*")],
        (BREAK_GLASS,),
        True,
    ),
    ("one principal", [deny(Principal={"AWS": OTHER}, Action="s3:*", Condition=None)], (), False),
    (
        "AWS services, which are granted nothing",
        [deny(Condition={"Bool": {"aws:PrincipalIsAWSService": "false"}})],
        (),
        True,
    ),
    (
        "AWS services, one of which is granted it",
        [WRITER, deny(Condition={"Bool": {"aws:PrincipalIsAWSService": "false"}})],
        (),
        False,
    ),
    ("a granted service, which is denied too", [WRITER, PLAIN], (), True),
    (
        "by a policy variable",
        [but("StringNotEquals", "aws:PrincipalArn", "${aws:PrincipalTag/arn}")],
        (BREAK_GLASS,),
        None,
    ),
    ("nothing denied", [], (BREAK_GLASS,), False),
]


@pytest.mark.parametrize(("policy", "allow", "expected"), [r[1:] for r in EXCEPT], ids=[r[0] for r in EXCEPT])
def test_denied_to_all_but(
    policy: list[dict[str, Any]], allow: tuple[str, ...], expected: bool | None
) -> None:
    assert denied_but(allow, policy) is expected


LEFT_OUT: list[tuple[list[dict[str, Any]], tuple[str, ...], tuple[str, ...]]] = [
    ([PLAIN], (), ()),
    ([NAMED], (BREAK_GLASS,), ()),
    ([NAMED, NAMED], (BREAK_GLASS,), ()),
    ([but("ArnNotLike", "aws:PrincipalArn", [BREAK_GLASS, SSO])], (BREAK_GLASS, SSO), ()),
    ([but("ArnNotLike", "aws:PrincipalArn", ROOT)], (ROOT,), ()),
    (
        [but("StringNotLike", "aws:userid", ["AROAEXAMPLEEXAMPLE:*", "AIDAEXAMPLEEXAMPLE", ACCOUNT])],
        ("AROAEXAMPLEEXAMPLE:*", "AIDAEXAMPLEEXAMPLE", ACCOUNT),
        (),
    ),
    ([but("ArnNotLike", "aws:PrincipalArn", "*")], (), ("*",)),
    (
        [but("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/admin")],
        (),
        ("arn:aws:iam::*:role/admin",),
    ),
    (
        [but("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:*")],
        (),
        (f"arn:aws:iam::{ACCOUNT}:*",),
    ),
    (
        [but("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/*")],
        (),
        (f"arn:aws:iam::{ACCOUNT}:role/*",),
    ),
    (
        [but("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/x/?*")],
        (),
        (f"arn:aws:iam::{ACCOUNT}:role/x/?*",),
    ),
    *(
        ([but("ArnNotLike", "aws:PrincipalArn", name)], (), (name,))
        for name in (
            f"arn:aws:iam::{ACCOUNT}:role/a*",
            f"arn:aws:iam::{ACCOUNT}:role/*a*",
            f"arn:aws:iam::{ACCOUNT}:user/?lice",
        )
    ),
    ([but("StringNotLike", "aws:userid", "*:alice")], (), ("*:alice",)),
    ([deny(Principal=None, NotPrincipal={"AWS": [BREAK_GLASS, ROOT]})], (BREAK_GLASS, ACCOUNT), ()),
    ([deny(Principal=None, NotPrincipal={"AWS": ROOT})], (), (ACCOUNT,)),
    (
        [deny(Principal=None, NotPrincipal={"AWS": [BREAK_GLASS, "444455556666"]})],
        (BREAK_GLASS,),
        ("444455556666",),
    ),
    ([deny(Principal=None, NotPrincipal="*")], (), ("*",)),
    ([but("ArnNotLike", "aws:PrincipalArn", OTHER, Action="s3:Put*")], (), ()),
    ([but("ArnNotLike", "aws:PrincipalArn", OTHER, Resource=BUCKET_ARN)], (), ()),
]


@pytest.mark.parametrize(("policy", "narrow", "broad"), LEFT_OUT)
def test_whom_a_deny_leaves_out(
    policy: list[dict[str, Any]], narrow: tuple[str, ...], broad: tuple[str, ...]
) -> None:
    assert narrow_exceptions(policy) == Exceptions(narrow, broad)


def test_the_hardened_bucket_policy() -> None:
    policy = parse(BUCKET_POLICY)
    assert tls_only(policy, BUCKET_ARN).yes
    assert exceptions(policy, DELETE, OBJECTS) == Exceptions((BREAK_GLASS,), ())
    assert denied_except(policy, DELETE, OBJECTS, (BREAK_GLASS,)).yes
    assert not denied_except(policy, "s3:GetObject", OBJECTS, (BREAK_GLASS,)).yes


@given(POLICIES, statements("Deny"))
def test_a_further_deny_never_spares_more(policy: list[Any], further: Any) -> None:
    allow = (BREAK_GLASS,)
    assert WIDTH[denied_but(allow, [*policy, further])] >= WIDTH[denied_but(allow, policy)]
