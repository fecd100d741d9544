"""Policy documents that a data source puts together."""

from pathlib import Path
from typing import Any

import pytest

from tests import hardened as good
from tests.hardened import BUCKET
from tests.sources.cloudformation.judging import statuses
from tests.sources.terraform.hardened import resources, without
from tests.sources.terraform.planning import after
from tests.sources.terraform.reading import content, observed

OPEN_TO_ALL = {
    "effect": "Allow",
    "actions": ["s3:GetObject"],
    "resources": [after("aws_s3_bucket.logs.arn")],
    "principals": [{"type": "*", "identifiers": ["*"]}],
    "condition": [],
}

STATEMENTS: list[tuple[str, Any, str, str]] = [
    ("open to everybody", OPEN_TO_ALL, "TH304", "pass"),
    (
        "a role that is still to be made",
        {**OPEN_TO_ALL, "principals": [{"type": "AWS", "identifiers": [after("aws_iam_role.to_logs.arn")]}]},
        "TH304",
        "fail or unknown",
    ),
    (
        "principals that nobody can tell",
        {**OPEN_TO_ALL, "principals": [{"type": "AWS", "identifiers": after("local.who")}]},
        "TH304",
        "fail or pass",
    ),
    (
        "actions that nobody can tell",
        {**OPEN_TO_ALL, "actions": after("local.what")},
        "TH304",
        "fail or pass",
    ),
]


@pytest.mark.parametrize(
    ("name", "statement", "control", "never"), STATEMENTS, ids=[s[0] for s in STATEMENTS]
)
def test_a_document_that_only_the_apply_writes_is_put_together(
    name: str, statement: dict[str, Any], control: str, never: str, tmp_path: Path
) -> None:
    found = resources(aws_s3_bucket_policy__policy=after("data.aws_iam_policy_document.p.json"))
    found["data.aws_iam_policy_document.p"] = {
        "statement": [statement],
        "json": after(),
        "version": None,
    }
    told = statuses(observed(tmp_path, found, actions={"data.aws_iam_policy_document.p": ["read"]}))
    assert told[control] not in never.split(" or ")


def test_statements_are_taken_from_other_documents(tmp_path: Path) -> None:
    found = resources(aws_s3_bucket_policy__policy=after("data.aws_iam_policy_document.p.json"))
    found["data.aws_iam_policy_document.p"] = {
        "source_policy_documents": [
            without(good.BUCKET_POLICY, 0),
            after("data.aws_iam_policy_document.q.json"),
        ],
        "override_policy_documents": ['{"Statement": {"Sid": "own", "Effect": "Deny", "Action": "x:*"}}'],
        "statement": [{"sid": "own", "actions": ["s3:*"], "resources": ["*"]}],
    }
    found["data.aws_iam_policy_document.q"] = {
        "statement": [
            {"sid": "q", "actions": ["s3:GetBucketAcl"], "resources": [after("aws_s3_bucket.logs.arn")]}
        ]
    }
    reads = {f"data.aws_iam_policy_document.{name}": ["read"] for name in "pq"}
    document = content(observed(tmp_path, found, actions=reads).buckets[BUCKET].policy)
    assert document.count('"Effect"') == 5
    assert '"Action": "x:*"' in document
    assert '"s3:*"' not in document.replace('"Action": "s3:*"', ""), "it was overridden"
