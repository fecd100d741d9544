import json
from pathlib import Path

import pytest

from checker.sources.aws.permissions import policy_document
from tests.cli.running import refused, trailhold


def test_the_policy_is_json(tmp_path: Path) -> None:
    assert json.loads(trailhold("policy", cwd=tmp_path).out) == policy_document()


def test_its_arns_are_of_a_partition(tmp_path: Path) -> None:
    printed = trailhold("policy", "--partition=aws-us-gov", cwd=tmp_path).out
    assert "arn:aws-us-gov:iam::" in printed
    assert "arn:aws:" not in printed


def test_the_template_carries_the_policy_in_a_role(tmp_path: Path) -> None:
    template = json.loads(trailhold("policy", "--format=cloudformation", cwd=tmp_path).out)
    assert [resource["Type"] for resource in template["Resources"].values()] == ["AWS::IAM::Role"]
    assert "cloudtrail:DescribeTrails" in json.dumps(template)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--role-name=x", "give --org or --stackset"),
        ("--role-name=x --format=cloudformation", "give --org or --stackset"),
        ("--stackset --partition=aws-cn", "a template fits every partition"),
        ("--format=cloudformation --partition=aws", "a template fits every partition"),
        ("--stackset --org", "give one"),
    ],
)
def test_what_would_do_nothing_is_refused(tmp_path: Path, options: str, says: str) -> None:
    assert says in refused(trailhold("policy", *options.split(), cwd=tmp_path))


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--format=yaml", "unknown format yaml; there are json, cloudformation"),
        ("--partition=azure", "azure is not the name of a partition"),
    ],
)
def test_a_slip(tmp_path: Path, option: str, says: str) -> None:
    assert says in refused(trailhold("policy", option, cwd=tmp_path))
