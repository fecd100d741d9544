import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.evidence import Cause, Known, Origin, Unknown, Unobserved
from checker.policy import Document, MalformedPolicy, document_of, parse
from checker.policy.document import EVERYBODY, MAX_CHARACTERS
from tests.hardened import BUCKET_POLICY, DENIED, document, statement

ALLOW = statement(Principal="*", Action="s3:GetObject", Resource="*")


def text(**changes: Any) -> str:
    """One statement with elements replaced; None takes an element away."""
    changed = {key: value for key, value in {**ALLOW, **changes}.items() if value is not None}
    return document(changed)


MALFORMED = [
    ("", "not JSON"),
    ("no", "not JSON"),
    ("{", "not JSON"),
    ("\ufeff{}", "not JSON"),
    ('{"Statement": NaN}', "not JSON"),
    ("[]", "not an object"),
    ("null", "not an object"),
    ("7", "not an object"),
    ("[" * 100 + "]" * 100, "not an object"),
    ("[" * 60_000, "too deeply"),
    ('{"Statement":' * 100 + "[]" + "}" * 100, "unknown element"),
    (" " * (MAX_CHARACTERS + 1), "characters long"),
    ("1" * 5_000, "not JSON"),
    ('{"Statement": [], "Statement": []}', "repeats an element"),
    ('{"Version": "2012-10-17"}', "has no Statement"),
    ('{"Version": "2013-10-17", "Statement": []}', "its Version"),
    ('{"Version": 20121017, "Statement": []}', "its Version"),
    ('{"Version": ["2012-10-17"], "Statement": []}', "its Version"),
    ('{"Statement": [], "Statements": []}', "unknown element 'Statements'"),
    ('{"Statement": "Allow"}', "statement 1 is not an object"),
    ('{"Statement": [[]]}', "statement 1 is not an object"),
    (text(Effect="allow"), "the Effect of statement 1"),
    (text(Effect=["Allow"]), "the Effect of statement 1"),
    (text(Effect=None), "the Effect of statement 1"),
    (text(Actions="s3:*"), "unknown element"),
    (text(Action=None), "has no Action"),
    (text(NotAction="s3:*"), "both Action and NotAction"),
    (text(NotPrincipal="*"), "both Principal and NotPrincipal"),
    (text(NotResource="*"), "both Resource and NotResource"),
    (text(Action={"s3": "*"}), "the Action of statement 1"),
    (text(Action=[["s3:*"]]), "the Action of statement 1"),
    (text(Resource=[None]), "the Resource of statement 1"),
    (text(Principal="111122223333"), "the Principal of statement 1"),
    (text(Principal=["*"]), "the Principal of statement 1"),
    (text(Principal={"Aws": "*"}), "the Principal of statement 1"),
    (text(Principal={"AWS": {"*": "*"}}), "the Principal of statement 1"),
    (text(Condition=[]), "the Condition of statement 1"),
    (text(Condition={"Bool": "true"}), "the Condition of statement 1"),
    (text(Condition={"Bool": {"aws:SecureTransport": None}}), "the Condition of statement 1"),
    (text(Condition={"For any": {"aws:SecureTransport": "true"}}), "the Condition of statement 1"),
    (text(Sid=["x"]), "the Sid of statement 1"),
    (text(Sid="\ud800"), "not Unicode"),
]


@pytest.mark.parametrize(("policy", "why"), MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_no_policy_is_refused_in_one_sentence(policy: str, why: str) -> None:
    with pytest.raises(MalformedPolicy) as refused:
        parse(policy)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


def condition(operator: str, key: str, values: Any) -> str:
    return text(Condition={operator: {key: values}})


EQUIVALENT = [
    (document(ALLOW), json.dumps({"Version": "2012-10-17", "Statement": ALLOW})),
    (document(ALLOW), json.dumps({"Id": "any", "Version": "2012-10-17", "Statement": [ALLOW]}, indent=3)),
    (text(Principal="*"), text(Principal={"AWS": "*"})),
    (text(Principal={"AWS": "*"}), text(Principal={"AWS": ["*"]})),
    (text(Principal={"AWS": "111122223333"}), text(Principal={"AWS": "arn:aws:iam::111122223333:root"})),
    (text(Principal={"AWS": "111122223333"}), text(Principal={"AWS": ["arn:aws-cn:iam::111122223333:root"]})),
    (text(Action="s3:GetObject"), text(Action=["s3:GetObject"])),
    (text(Resource="*"), text(Resource=["*"])),
    (text(Resource="*"), text(Resource=None)),
    (text(Condition={}), text()),
    (
        condition("Bool", "aws:SecureTransport", "false"),
        condition("Bool", "aws:SecureTransport", [False]),
    ),
    (
        condition("NumericEquals", "s3:max-keys", "10"),
        condition("NumericEquals", "s3:max-keys", 10),
    ),
]


@pytest.mark.parametrize(("one", "other"), EQUIVALENT, ids=range(len(EQUIVALENT)))
def test_spellings_that_mean_the_same_read_the_same(one: str, other: str) -> None:
    assert parse(one) == parse(other)


def test_conditions_are_taken_apart() -> None:
    found = parse(condition("ForAnyValue:StringLikeIfExists", "AWS:PrincipalOrgPaths", "o-1/*")).statements[0]
    read = found.conditions[0]
    assert (read.qualifier, read.operator, read.if_exists) == ("foranyvalue", "stringlike", True)
    assert (read.key, read.values) == ("aws:principalorgpaths", ("o-1/*",))
    assert read.spelling == "ForAnyValue:StringLikeIfExists AWS:PrincipalOrgPaths"


def test_a_statement_goes_by_its_sid_or_its_place() -> None:
    labels = [s.label for s in parse(document(ALLOW, {**ALLOW, "Sid": "Readers"})).statements]
    assert labels == ["statement 1", "statement Readers"]


def test_policy_variables_exist_from_2012_on() -> None:
    old = json.dumps({"Version": "2008-10-17", "Statement": ALLOW})
    assert not parse(old).statements[0].variables
    assert not parse(json.dumps({"Statement": ALLOW})).statements[0].variables
    assert parse(document(ALLOW)).statements[0].variables


def test_everybody_has_one_spelling() -> None:
    assert parse(text()).statements[0].principals == (EVERYBODY,)
    assert parse(text(Principal=None)).statements[0].principals is None


def test_no_policy_is_an_empty_document() -> None:
    assert document_of(Known(None)) == Document()
    assert document_of(Known(BUCKET_POLICY)) == parse(BUCKET_POLICY)


def test_a_malformed_policy_is_unobserved() -> None:
    origin = Origin(action="s3:GetBucketPolicy", field="Policy")
    with pytest.raises(Unobserved) as missing:
        document_of(Known("<html>", origin))
    assert missing.value.unknowns == (
        Unknown("the policy cannot be read: it is not JSON", Cause.MALFORMED, origin),
    )
    with pytest.raises(Unobserved) as denied:
        document_of(DENIED)
    assert denied.value.unknowns == (DENIED,)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
ELEMENTS = st.sampled_from(
    [
        "Version",
        "Id",
        "Statement",
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "Condition",
    ]
)
NEARLY = st.recursive(
    JSON | st.sampled_from(["Allow", "Deny", "*", "s3:*", "2012-10-17", "AWS"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ELEMENTS, inner, max_size=6),
    max_leaves=20,
)


def accepts_or_refuses(policy: str) -> None:
    try:
        parse(policy)
    except MalformedPolicy as refused:
        assert str(refused)


@given(st.text())
def test_any_text_is_read_or_refused(policy: str) -> None:
    accepts_or_refuses(policy)


@given(JSON | NEARLY)
def test_any_json_is_read_or_refused(loaded: Any) -> None:
    accepts_or_refuses(json.dumps(loaded))


@given(st.dictionaries(ELEMENTS, NEARLY))
def test_any_statement_is_read_or_refused(loaded: Any) -> None:
    accepts_or_refuses(json.dumps({"Statement": {**ALLOW, **loaded}}))
