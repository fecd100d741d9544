"""The policies of an organization in templates: what they attach to its root holds, the rest is elsewhere."""

from pathlib import Path
from typing import Any

import pytest

from checker.assessment import beyond_scope
from checker.catalog import CONTROLS
from checker.model import Status
from checker.sources.cloudformation import load
from tests.controls.judging import worst_of
from tests.governed import BREAK_GLASS, LEAVING, TRAILS, deny
from tests.sources.cloudformation.judging import PLACE, findings, hardened, observed, statuses
from tests.sources.cloudformation.test_sets import write

SEVENS = sorted(id for id in CONTROLS if id.startswith("TH7"))
OF_POLICIES = ["TH709", "TH710", "TH711", "TH713"]
ROOT = "r-ab12"
APART = "apart"


def policy(*statements: dict[str, Any], to: Any = (ROOT,), type: str = "SERVICE_CONTROL_POLICY") -> Any:
    """A policy in a template."""
    if type == "RESOURCE_CONTROL_POLICY":
        statements = tuple({"Principal": "*", **one} for one in statements)
    targets = to if isinstance(to, dict) else list(to)
    content = {"Version": "2012-10-17", "Statement": list(statements)}
    properties = {"Name": "guard", "Type": type, "Content": content, "TargetIds": targets}
    return {"Type": "AWS::Organizations::Policy", "Properties": properties}


def judged(folder: Path, *policies: Any, more: Any = None, **parameters: str) -> dict[str, str]:
    resources = {f"Policy{n}": one for n, one in enumerate(policies)} | (more or {})
    template = {"Resources": resources, "Parameters": {"Root": {"Type": "String"}}}
    path = write(folder / "t.json", template)
    return statuses(load([path], parameters=parameters or PLACE).inventory, SEVENS)


ORGANIZATION = {"Organization": {"Type": "AWS::Organizations::Organization", "Properties": {}}}
OF_ROOT = {"Fn::GetAtt": ["Organization", "RootId"]}
SPARING = {"StringNotEquals": {"aws:PrincipalAccount": "444455556666"}}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}


@pytest.mark.parametrize(
    ("policies", "trails", "leaving"),
    [
        ([policy(TRAILS, LEAVING)], "pass", "pass"),
        ([policy(TRAILS), policy(LEAVING)], "pass", "pass"),
        ([policy(TRAILS)], "pass", APART),
        ([policy(LEAVING)], APART, "pass"),
        ([policy(deny("cloudtrail:StopLogging"))], APART, APART),
        # A unit or an account is not everybody, and nothing else is known to be attached to the others.
        ([policy(TRAILS, LEAVING, to=("ou-ab12-0a1b2c3d",))], APART, APART),
        ([policy(TRAILS, LEAVING, to=("444455556666",))], APART, APART),
        ([policy(TRAILS, LEAVING, to=("444455556666", ROOT))], "pass", "pass"),
        ([policy(TRAILS, LEAVING, to=())], APART, APART),
        # Two roots are two organizations, and what binds one does not bind the other.
        ([policy(TRAILS), policy(LEAVING, to=("r-cd34",))], "both", "both"),
        ([policy(TRAILS, to=(ROOT, "r-cd34")), policy(LEAVING, to=("r-cd34",))], "pass", "both"),
        # One of the members may be the one that is spared.
        ([policy({**TRAILS, "Condition": SPARING}, {**LEAVING, "Condition": SPARING})], APART, APART),
        ([policy({**TRAILS, "Condition": MFA}, LEAVING)], APART, "pass"),
        (
            [policy({**TRAILS, "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}})],
            APART,
            APART,
        ),
        (
            [
                policy(
                    {
                        **TRAILS,
                        "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:*"}},
                    }
                )
            ],
            APART,
            APART,
        ),
        (
            [
                policy(
                    {
                        **TRAILS,
                        "Condition": {
                            "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/ops"}
                        },
                    }
                )
            ],
            "pass",
            APART,
        ),
        # Nothing that is declared here allows anything: FullAWSAccess is attached by default, elsewhere.
        ([policy(deny("s3:*"))], APART, APART),
        ([policy({**LEAVING, "Resource": "*"}, type="RESOURCE_CONTROL_POLICY")], APART, APART),
        ([policy(TRAILS, LEAVING, to={"Ref": "Root"})], "unknown", "unknown"),
        (
            [policy({**TRAILS, "Condition": {"StringLike": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}})],
            APART,
            APART,
        ),
    ],
)
def test_what_the_root_is_denied_every_member_is(
    tmp_path: Path, policies: list[Any], trails: str, leaving: str
) -> None:
    path = write(
        tmp_path / "t.json",
        {
            "Resources": {f"Policy{n}": one for n, one in enumerate(policies)},
            "Parameters": {"Root": {"Type": "String"}},
        },
    )
    inventory = load([path], parameters=PLACE).inventory
    for id, expected in (("TH709", trails), ("TH710", leaving)):
        found = {"apart" if beyond_scope(f) else f.status.value for f in findings(inventory, [id])}
        assert found == ({"pass", APART} if expected == "both" else {expected})


def test_a_parameter_gives_the_root(tmp_path: Path) -> None:
    found = judged(tmp_path, policy(TRAILS, LEAVING, to=[{"Ref": "Root"}]), **PLACE, Root=ROOT)
    assert (found["TH709"], found["TH710"]) == ("pass", "pass")


def test_the_root_of_an_organization_that_is_declared_too(tmp_path: Path) -> None:
    found = judged(tmp_path, policy(TRAILS, LEAVING, to=[OF_ROOT]), more=ORGANIZATION)
    assert (found["TH709"], found["TH710"]) == ("pass", "pass")


@pytest.mark.parametrize("type", ["BACKUP_POLICY", "TAG_POLICY", "AISERVICES_OPT_OUT_POLICY"])
def test_policies_of_other_types_are_no_business_of_ours(tmp_path: Path, type: str) -> None:
    assert judged(tmp_path, policy(TRAILS, LEAVING, type=type)) == {}
    assert judged(tmp_path, more=ORGANIZATION) == {}


def test_a_policy_whose_condition_is_open_is_not_attached_for_sure(tmp_path: Path) -> None:
    conditional = {**policy(TRAILS, LEAVING), "Condition": "Guarded"}
    template = {
        "Parameters": {"Guard": {"Type": "String"}},
        "Conditions": {"Guarded": {"Fn::Equals": [{"Ref": "Guard"}, "yes"]}},
        "Resources": {"Policy": conditional},
    }
    path = write(tmp_path / "t.json", template)
    for given, status in (({}, "unknown"), ({"Guard": "yes"}, "pass")):
        found = statuses(load([path], parameters={**PLACE, **given}).inventory, ["TH709", "TH710"])
        assert set(found.values()) == {status}
    assert statuses(load([path], parameters={**PLACE, "Guard": "no"}).inventory, SEVENS) == {}


def test_the_finding_says_what_others_may_deny_and_where(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", {"Resources": {"P": policy(deny("cloudtrail:StopLogging"))}})
    told = worst_of(CONTROLS["TH709"], load([path], parameters=PLACE).inventory)
    assert told is not None
    assert "cloudtrail:DeleteTrail" in str(told)
    assert "StopLogging" not in str(told)
    assert "not part of these templates" in str(told)


ALL_ON_KEY = deny("kms:*", "s3:*", "logs:*", "sns:*", "iam:*", "events:*", "cloudwatch:*", **BREAK_GLASS)
STRANGERS = deny(
    "s3:*",
    "kms:*",
    StringNotEqualsIfExists={"aws:PrincipalOrgID": "o-exampleorg"},
    BoolIfExists={"aws:PrincipalIsAWSService": "false"},
)


def test_what_belongs_to_the_management_account_no_policy_binds(tmp_path: Path) -> None:
    """Bucket, key and guardrails in one template: the account may be the one that is exempt."""
    template = hardened()
    template["Resources"] |= {"Guard": policy(TRAILS, LEAVING, ALL_ON_KEY)}
    found = statuses(observed(tmp_path, template).inventory, OF_POLICIES)
    assert found == {"TH709": "pass", "TH710": "pass", "TH711": APART, "TH713": APART}


def test_guardrails_change_nothing_else(tmp_path: Path) -> None:
    plain = statuses(observed(tmp_path, hardened()).inventory, CONTROLS)
    template = hardened()
    template["Resources"] |= {"Guard": policy(TRAILS, LEAVING), **ORGANIZATION}
    guarded = statuses(observed(tmp_path, template).inventory, CONTROLS)
    assert {id: s for id, s in guarded.items() if id not in SEVENS} == {
        id: s for id, s in plain.items() if id not in SEVENS
    }
    assert not any(Status.FAIL.value == guarded[id] for id in SEVENS if id in guarded)
