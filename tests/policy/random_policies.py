"""Small random policies and requests, for properties that hold of all policies."""

from typing import Any

from hypothesis import strategies as st

from checker.policy import Everyone, Identity, Mark, Request, Service, Stranger

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/auditor"
USER = f"arn:aws:iam::{ACCOUNT}:user/bob"
OBJECT = "arn:aws:s3:::logs/AWSLogs/x"
CLOUDTRAIL = Service("cloudtrail.amazonaws.com")
KEYS = ["aws:SourceArn", "aws:PrincipalOrgID", "aws:Other"]
VALUES = ["a", "b", "a*", "*", "${aws:username}", "?"]
OPERATOR_NAMES = [
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIfExists",
    "ForAllValues:StringLike",
    "ForAnyValue:StringNotLike",
    "Null",
    "Bool",
]
ACTIONS = ["s3:*", "*", "s3:GetObject", "s3:Get*", "s3:PutObject", "kms:*"]
RESOURCES = ["*", OBJECT, "arn:aws:s3:::logs/*", "arn:aws:s3:::logs/${aws:username}/*", "arn:aws:s3:::logs"]
NAMES: list[Any] = ["*", {"AWS": ROLE}, {"AWS": [USER, ACCOUNT]}, {"Service": "cloudtrail.amazonaws.com"}]


def listed(values: list[str]) -> Any:
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=3)


def statements(effect: str) -> Any:
    parts = {"Effect": st.just(effect)}
    conditions = st.dictionaries(
        st.sampled_from(OPERATOR_NAMES), st.dictionaries(st.sampled_from(KEYS), listed(VALUES)), max_size=2
    )
    return st.builds(
        lambda principal, action, resource, rest: {
            **dict([principal, action, resource]),
            **rest,
        },
        st.tuples(st.sampled_from(["Principal", "NotPrincipal"]), st.sampled_from(NAMES)),
        st.tuples(st.sampled_from(["Action", "NotAction"]), listed(ACTIONS)),
        st.tuples(st.sampled_from(["Resource", "NotResource"]), listed(RESOURCES)),
        st.fixed_dictionaries(parts, optional={"Condition": conditions}),
    )


POLICIES = st.lists(statements("Allow") | statements("Deny"), max_size=4)
REQUESTS = st.builds(
    lambda principal, action, resource, context, otherwise, every: Request(
        principal=principal,
        action=action,
        resource=resource,
        context={key.lower(): value for key, value in context.items()},
        otherwise=otherwise,
        every=every,
    ),
    st.sampled_from(
        [Identity(ROLE), Identity(USER), CLOUDTRAIL, Service("*"), Stranger(), Everyone((ROLE,))]
    ),
    st.sampled_from(["s3:GetObject", "s3:PutObject", "s3:*"]),
    st.sampled_from([OBJECT, "arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]),
    st.dictionaries(
        st.sampled_from(KEYS),
        st.sampled_from([("a",), ("b", "c"), Mark.ABSENT, Mark.UNKNOWN, Mark.FREE]),
    ),
    st.sampled_from([Mark.ABSENT, Mark.UNKNOWN, Mark.FREE]),
    st.booleans(),
)
MEMBERS = st.builds(
    lambda principal, action, resource, context: Request(
        principal=principal,
        action=action,
        resource=resource,
        context={key.lower(): value for key, value in context.items()},
        otherwise=Mark.ABSENT,
    ),
    st.sampled_from([Identity(ROLE), Identity(USER), CLOUDTRAIL]),
    st.sampled_from(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]),
    st.sampled_from([OBJECT, "arn:aws:s3:::logs/y"]),
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from([("a",), ("b",), ("c",)])),
)
WIDTH = {False: 0, None: 1, True: 2}
"""How much an answer allows: no, undecided, yes."""
