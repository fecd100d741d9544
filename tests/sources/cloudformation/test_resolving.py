"""Functions, parameters and conditions give what CloudFormation would, or say why nobody can tell."""

from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Cause, Known, Unknown
from checker.observation import CannotObserve
from tests.hardened import ACCOUNT, HOME
from tests.sources.cloudformation.judging import PLACE, observed

BASE: dict[str, Any] = {
    "Parameters": {
        "Set": {"Type": "String", "Default": "set"},
        "Open": {"Type": "String"},
        "Names": {"Type": "CommaDelimitedList", "Default": "a, b,c"},
        "Secret": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a/b"},
    },
    "Mappings": {"M": {"one": {"x": "mapped"}, HOME: {"x": "here"}}},
    "Conditions": {
        "Yes": {"Fn::Equals": [{"Ref": "Set"}, "set"]},
        "No": {"Fn::Not": [{"Condition": "Yes"}]},
        "Open": {"Fn::Equals": [{"Ref": "Open"}, "x"]},
        "Both": {"Fn::And": [{"Condition": "No"}, {"Condition": "Open"}]},
        "Either": {"Fn::Or": [{"Condition": "Open"}, {"Condition": "Yes"}]},
        "Circle": {"Fn::Not": [{"Condition": "Circle"}]},
        "Here": {"Fn::Equals": [{"Ref": "AWS::Region"}, HOME]},
    },
}

Fn = dict[str, Any]
VALUES: list[tuple[Any, str]] = [
    ("text", "text"),
    ({"Ref": "Set"}, "set"),
    ({"Ref": "AWS::AccountId"}, ACCOUNT),
    ({"Ref": "AWS::Region"}, HOME),
    ({"Ref": "AWS::Partition"}, "aws"),
    ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
    ({"Ref": "AWS::StackName"}, "template"),
    ({"Ref": "Bucket"}, "template-bucket"),
    ({"Fn::GetAtt": ["Bucket", "Arn"]}, "arn:aws:s3:::template-bucket"),
    ({"Fn::GetAtt": "Bucket.Arn"}, "arn:aws:s3:::template-bucket"),
    ({"Fn::Sub": "${Set}-${AWS::Region}-${!aws:username}"}, f"set-{HOME}-${{aws:username}}"),
    ({"Fn::Sub": ["${A}${Bucket.Arn}", {"A": {"Ref": "Set"}}]}, "setarn:aws:s3:::template-bucket"),
    ({"Fn::Join": ["-", ["a", {"Ref": "Set"}, {"Ref": "AWS::NoValue"}]]}, "a-set"),
    ({"Fn::Join": ["", {"Ref": "Names"}]}, "abc"),
    ({"Fn::Select": ["1", {"Ref": "Names"}]}, "b"),
    ({"Fn::Select": [2, {"Fn::Split": [":", "a:b:c"]}]}, "c"),
    ({"Fn::FindInMap": ["M", "one", "x"]}, "mapped"),
    ({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "x"]}, "here"),
    ({"Fn::FindInMap": ["M", "none", "x", {"DefaultValue": "else"}]}, "else"),
    ({"Fn::If": ["Yes", "a", {"Ref": "Open"}]}, "a"),
    ({"Fn::If": ["No", {"Ref": "Open"}, "b"]}, "b"),
    ({"Fn::If": ["Both", "a", "b"]}, "b"),
    ({"Fn::If": ["Either", "a", "b"]}, "a"),
    ({"Fn::If": ["Open", "same", "same"]}, "same"),
    ({"Fn::If": ["Here", "a", "b"]}, "a"),
]
OPEN: list[tuple[Any, Cause, str]] = [
    ({"Ref": "Open"}, Cause.UNDECIDED, "give it one with --parameters Open=VALUE"),
    ({"Ref": "Secret"}, Cause.UNDECIDED, "the parameter Secret comes from Systems Manager"),
    ({"Fn::Sub": "a${Open}"}, Cause.UNDECIDED, "the parameter Open has no value"),
    ({"Fn::If": ["Open", "a", "b"]}, Cause.UNDECIDED, "the parameter Open has no value"),
    ({"Fn::If": ["Circle", "a", "b"]}, Cause.UNDECIDED, "Circle depends on itself"),
    ({"Ref": "Nobody"}, Cause.MALFORMED, "Nobody is defined nowhere"),
    ({"Fn::GetAtt": ["Bucket", "DomainName"]}, Cause.UNDECIDED, "is known only after deployment"),
    ({"Fn::ImportValue": "elsewhere"}, Cause.OUT_OF_SCOPE, "elsewhere is not part of these templates"),
    ({"Fn::Transform": {"Name": "AWS::Include"}}, Cause.UNDECIDED, "Fn::Transform is evaluated when"),
    ({"Fn::GetAZs": ""}, Cause.UNDECIDED, "Fn::GetAZs is evaluated when"),
    ({"Fn::Select": [9, {"Ref": "Names"}]}, Cause.MALFORMED, "item 9 of 3"),
    ({"Fn::Join": ["-"]}, Cause.MALFORMED, "does not have the 2 parts"),
    ({"Fn::FindInMap": ["M", "none", "x"]}, Cause.UNDECIDED, "the mapping M has no none.x"),
    ({"a": "b"}, Cause.MALFORMED, "not a text"),
    (["a"], Cause.MALFORMED, "not a text"),
]


def trail(value: Any, **properties: Any) -> dict[str, Any]:
    fixed = {"TrailName": "audit", "IsLogging": True, "S3BucketName": "logs"}
    return BASE | {
        "Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "Trail": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {**fixed, "S3KeyPrefix": value, **properties},
            },
        }
    }


def key_prefix(folder: Path, value: Any) -> Any:
    (found,) = observed(folder, trail(value)).inventory.trails.values()
    return found.key_prefix


@pytest.mark.parametrize(("value", "resolved"), VALUES)
def test_functions_are_resolved(value: Any, resolved: str, tmp_path: Path) -> None:
    found = key_prefix(tmp_path, value)
    assert isinstance(found, Known), found
    assert found.content == resolved


@pytest.mark.parametrize(("value", "cause", "reason"), OPEN)
def test_what_nobody_can_tell_is_unknown(value: Any, cause: Cause, reason: str, tmp_path: Path) -> None:
    found = key_prefix(tmp_path, value)
    assert isinstance(found, Unknown), found
    assert reason in found.reason
    assert found.cause is cause
    assert found.origin.line > 0


def test_no_value_is_no_property(tmp_path: Path) -> None:
    assert key_prefix(tmp_path, {"Ref": "AWS::NoValue"}).content is None


def test_one_unresolved_property_hides_no_other(tmp_path: Path) -> None:
    template = trail("x", EnableLogFileValidation={"Ref": "Open"}, IsMultiRegionTrail="true")
    (found,) = observed(tmp_path, template).inventory.trails.values()
    assert isinstance(found.log_file_validation, Unknown)
    assert found.multi_region.value is True


def test_a_parameter_that_names_a_bucket_is_the_same_in_its_policy(tmp_path: Path) -> None:
    template = trail("x", S3BucketName={"Ref": "Bucket"})
    template["Resources"]["Bucket"]["Properties"] = {"BucketName": {"Ref": "Open"}}
    template["Resources"]["Policy"] = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": "Open"},
            "PolicyDocument": {"Statement": [{"Resource": {"Fn::Sub": "arn:aws:s3:::${Open}/*"}}]},
        },
    }
    inventory = observed(tmp_path, template).inventory
    (bucket,) = inventory.buckets.values()
    assert isinstance(bucket.policy, Known)
    assert f"{bucket.arn}/*" in str(bucket.policy.content)


MACROS: list[tuple[Any, bool]] = [
    ("AWS::Serverless-2016-10-31", True),
    (["AWS::LanguageExtensions"], True),
    ("Mine", False),
    (["AWS::LanguageExtensions", "Mine"], False),
]


@pytest.mark.parametrize(("transform", "told"), MACROS)
def test_a_macro_of_somebody_leaves_everything_open(transform: Any, told: bool, tmp_path: Path) -> None:
    (found,) = observed(tmp_path, trail("x") | {"Transform": transform}).inventory.trails.values()
    assert isinstance(found.status.is_logging, Known) is told


def test_a_trail_in_a_loop_is_there_and_unknown(tmp_path: Path) -> None:
    loop = ["Name", ["a", "b"], {"Trail${Name}": trail("x")["Resources"]["Trail"]}]
    template = {"Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::Trails": loop}}
    (found,) = observed(tmp_path, template).inventory.trails.values()
    assert isinstance(found.status.is_logging, Unknown)
    assert "a loop makes it" in found.status.is_logging.reason


@pytest.mark.parametrize(("condition", "count"), [("Yes", 1), ("No", 0), ("Open", 1)])
def test_a_resource_whose_condition_does_not_hold_is_not_there(
    condition: str, count: int, tmp_path: Path
) -> None:
    template = trail("x")
    template["Resources"]["Trail"]["Condition"] = condition
    assert len(observed(tmp_path, template).inventory.trails) == count


@pytest.mark.parametrize(
    ("value", "given", "told"),
    [
        ({"Fn::If": ["IsProd", False, True]}, {}, None),
        ({"Fn::If": ["IsProd", False, True]}, {"Name": "prod"}, False),
        ({"Ref": "Later"}, {}, None),
    ],
    ids=["a name that is not given", "one that is given", "a default that the deployment reads"],
)
def test_what_a_parameter_will_be_decides_nothing_before(
    value: Any, given: dict[str, str], told: bool | None, tmp_path: Path
) -> None:
    template = trail("x", TrailName={"Ref": "Name"}, EnableLogFileValidation=value)
    template["Parameters"] = {
        "Name": {"Type": "String"},
        "Later": {"Type": "String", "Default": "{{resolve:ssm:/validation}}"},
    }
    template["Conditions"] = {"IsProd": {"Fn::Equals": [{"Ref": "Name"}, "prod"]}}
    (found,) = observed(tmp_path, template, **{**PLACE, **given}).inventory.trails.values()
    setting = found.log_file_validation
    assert (setting.content if isinstance(setting, Known) else None) is told


@pytest.mark.parametrize("given", [{}, {"AWS::Region": HOME}])
def test_a_policy_that_spells_an_account_out_needs_to_know_the_own_one(
    given: dict[str, str], tmp_path: Path
) -> None:
    template = trail("x", S3BucketName={"Ref": "Bucket"})
    template["Resources"]["Policy"] = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": "Bucket"},
            "PolicyDocument": {
                "Statement": {"Resource": f"arn:aws:s3:::template-bucket/AWSLogs/{ACCOUNT}/*"}
            },
        },
    }
    (bucket,) = observed(tmp_path, template, **(given or {"Set": "set"})).inventory.buckets.values()
    assert isinstance(bucket.policy, Unknown)
    assert "--parameters AWS::AccountId=VALUE" in bucket.policy.reason
    (bucket,) = observed(tmp_path, template, **{"AWS::AccountId": ACCOUNT}).inventory.buckets.values()
    assert isinstance(bucket.policy, Known)


@pytest.mark.parametrize(("given", "known"), [({"Set": "set"}, False), ({"Open": "audit"}, True)])
def test_a_policy_that_names_a_trail_needs_to_know_what_trails_are_called(
    given: dict[str, str], known: bool, tmp_path: Path
) -> None:
    template = trail("x", S3BucketName={"Ref": "Bucket"}, TrailName={"Fn::Sub": "${Open}"})
    arn = {"Fn::Sub": "arn:aws:cloudtrail:${AWS::Region}:${AWS::AccountId}:trail/audit"}
    template["Resources"]["Policy"] = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": "Bucket"},
            "PolicyDocument": {"Statement": {"Condition": {"StringEquals": {"aws:SourceArn": arn}}}},
        },
    }
    (bucket,) = observed(tmp_path, template, **given).inventory.buckets.values()
    assert isinstance(bucket.policy, Known) is known, bucket.policy


def test_a_dynamic_reference_is_unknown(tmp_path: Path) -> None:
    assert isinstance(key_prefix(tmp_path, "{{resolve:ssm:/prefix}}"), Unknown)


def test_long_chains_end_as_unknown(tmp_path: Path) -> None:
    chain = {f"C{n}": {"Fn::Not": [{"Condition": f"C{n + 1}"}]} for n in range(2000)}
    template = trail({"Fn::If": ["C0", "a", "b"]})
    template["Conditions"] = chain | {"C2000": BASE["Conditions"]["Yes"]}
    (found,) = observed(tmp_path, template).inventory.trails.values()
    assert isinstance(found.key_prefix, Unknown)


def test_a_value_for_a_parameter_that_nobody_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotObserve, match="no template has a parameter Slip"):
        observed(tmp_path, trail("x"), Slip="1")
