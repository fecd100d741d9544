"""Names that only the apply gives lead through modules, instances and other resources."""

from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Cause, Unknown
from tests.sources.terraform.planning import after
from tests.sources.terraform.reading import content, observed, only

MODULES: list[tuple[str, dict[str, dict[str, Any]], Any, Any, str | None]] = [
    (
        "an input leads to the caller",
        {"module.t.aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("var.bucket")}},
        {"module.t": {"bucket": after("aws_s3_bucket.b.id")}},
        {},
        "named",
    ),
    (
        "an input of an input",
        {"module.a.module.b.aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("var.inner")}},
        {
            "module.a": {"outer": after("aws_s3_bucket.b.id")},
            "module.a.module.b": {"inner": after("var.outer")},
        },
        {},
        "named",
    ),
    (
        "an output of a module with keys",
        {
            "aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after('module.m["k"].id')},
            'module.m["k"].aws_s3_bucket.i': {"bucket": "inner"},
        },
        {},
        {"module.m": {"id": after("aws_s3_bucket.i.id")}},
        "inner",
    ),
    (
        "an output that passes an input on",
        {
            "aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("module.m.id")},
            "module.m.aws_sns_topic.i": {"name": "x"},
        },
        {"module.m": {"given": after("aws_s3_bucket.b.bucket")}},
        {"module.m": {"id": after("var.given")}},
        "named",
    ),
    (
        "a local value leads nowhere",
        {"aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("local.bucket")}},
        {},
        {},
        None,
    ),
    (
        "one of two cannot be told",
        {
            "aws_cloudtrail.x": {
                "name": "t",
                "s3_bucket_name": after("aws_s3_bucket.b.id", "aws_s3_bucket.c.id"),
            },
            "aws_s3_bucket.c": {"bucket": "other"},
        },
        {},
        {},
        None,
    ),
    (
        "one of two of which one is not there",
        {
            "aws_cloudtrail.x": {
                "name": "t",
                "s3_bucket_name": after("aws_s3_bucket.b.id", "aws_s3_bucket.none[0].id"),
            }
        },
        {},
        {},
        "named",
    ),
    (
        "an instance by its number",
        {
            "aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("aws_s3_bucket.n[1].id")},
            "aws_s3_bucket.n[0]": {"bucket": "zero"},
            "aws_s3_bucket.n[1]": {"bucket": "one"},
        },
        {},
        {},
        "one",
    ),
    (
        "the instance with the same key",
        {
            'aws_cloudtrail.x["eu"]': {"name": "t", "s3_bucket_name": after("aws_s3_bucket.n", "each.key")},
            'aws_s3_bucket.n["us"]': {"bucket": "us"},
            'aws_s3_bucket.n["eu"]': {"bucket": "eu"},
        },
        {},
        {},
        "eu",
    ),
    (
        "the only one of all instances",
        {
            "aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("aws_s3_bucket.n")},
            "aws_s3_bucket.n[0]": {"bucket": "zero"},
        },
        {},
        {},
        "zero",
    ),
    (
        "a name that nobody knows yet is the address",
        {
            "aws_cloudtrail.x": {"name": "t", "s3_bucket_name": after("aws_s3_bucket.p.id")},
            "aws_s3_bucket.p": {"bucket_prefix": "logs-"},
        },
        {},
        {},
        "aws_s3_bucket.p",
    ),
]


@pytest.mark.parametrize(
    ("name", "found", "calls", "outputs", "bucket"), MODULES, ids=[m[0] for m in MODULES]
)
def test_names_that_only_the_apply_gives_are_followed(
    name: str, found: dict[str, dict[str, Any]], calls: Any, outputs: Any, bucket: str | None, tmp_path: Path
) -> None:
    every = {"aws_s3_bucket.b": {"bucket": "named"}, **found}
    inventory = observed(tmp_path, every, calls=calls, outputs=outputs)
    named = only(inventory.trails).bucket_name
    if bucket is None:
        assert isinstance(named, Unknown)
        assert named.cause is Cause.UNDECIDED
    else:
        assert content(named) == bucket
        assert content(inventory.buckets[bucket].exists)
