"""Who audits an organization may list it and assume one role; the role in each account may neither."""

import json
import re

import pytest

from checker.sources.aws import Organization, collect_organization
from checker.sources.aws.permissions import cloudformation_template, policy_document, stackset_template
from tests.simulator import Unit
from tests.simulator.worlds import MANAGEMENT, MEMBER
from tests.sources.aws.conftest import ServeWorld, options
from tests.sources.aws.organizations import ROLE, world
from tests.sources.aws.test_permissions import IAM_ACTION, allowed

ONE, ALL = policy_document(), policy_document(enter="auditor")
ENTERED = policy_document(entered=True)
LISTING = {
    "organizations:ListAccounts",
    "organizations:ListAccountsForParent",
    "organizations:ListOrganizationalUnitsForParent",
    "organizations:ListAWSServiceAccessForOrganization",
}


def test_policy_of_one_account_enters_no_other() -> None:
    assert allowed(ALL) >= allowed(ONE) | LISTING | {"sts:AssumeRole"}
    assert "sts:AssumeRole" not in allowed(ONE)


def test_one_role_may_be_assumed_and_no_other() -> None:
    (entering,) = (s for s in ALL["Statement"] if "sts:AssumeRole" in s["Action"])
    assert entering["Resource"] == ["arn:aws:iam::*:role/auditor"]
    assert entering["Action"] == ["sts:AssumeRole"]
    assert entering["Condition"] == {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}


def test_calls_of_an_organization_are_allowed(serving: ServeWorld) -> None:
    units = (Unit(id="ou-root-workload", accounts=(MEMBER,)),)
    with serving(world(units=units)) as aws:
        collect_organization(options(), Organization(role_name=ROLE, units=("ou-root-workload",)))
        made = {(r.account == MANAGEMENT, IAM_ACTION.get(r.name, r.name)) for r in aws.requests}
    assert {action for own, action in made if own} <= allowed(ALL)
    assert {action for own, action in made if not own} <= allowed(ENTERED)


def test_the_role_in_each_account_is_told_nothing_of_the_organization() -> None:
    assert allowed(ENTERED) < allowed(ONE)
    assert {action for action in allowed(ENTERED) if action.startswith("organizations:")} == {
        "organizations:DescribeOrganization"
    }
    assert {action.partition(":")[0] for action in allowed(ONE) - allowed(ENTERED)} == {"organizations"}


def test_caller_may_be_deployed_too() -> None:
    template = cloudformation_template(enter="auditor")
    # Where a member audits, it has this role and that of the StackSet.
    names = {template["Parameters"]["RoleName"]["Default"], Organization().role_name}
    assert names == {"trailhold-organization-auditor", "trailhold-auditor"}
    role = template["Resources"]["AuditorRole"]["Properties"]
    assert allowed(role["Policies"][0]["PolicyDocument"]) == allowed(ALL)


@pytest.mark.parametrize(("name", "path"), [("auditor", None), ("audit/trailhold", "/audit/")])
def test_role_of_every_account(name: str, path: str | None) -> None:
    template = stackset_template(name)
    role = template["Resources"]["AuditorRole"]["Properties"]
    assert (role["RoleName"], role.get("Path")) == (name.split("/")[-1], path)
    assert allowed(role["Policies"][0]["PolicyDocument"]) == allowed(ENTERED)
    assert "arn:aws:" not in json.dumps(template).replace(
        template["Parameters"]["AuditorArn"]["AllowedPattern"], ""
    )


def test_role_of_every_account_trusts_the_auditor_alone() -> None:
    template = stackset_template("auditor")
    (trust,) = template["Resources"]["AuditorRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"]["AWS"]["Fn::Sub"][0] == "arn:${AWS::Partition}:iam::${Account}:root"
    condition, with_id, without = trust["Condition"]["Fn::If"]
    assert condition in template["Conditions"]
    assert without == {
        "ArnLike": {"aws:PrincipalArn": {"Ref": "AuditorArn"}},
        "StringLike": {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}},
    }
    assert with_id == {**without, "StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}


@pytest.mark.parametrize(
    ("arn", "accepted"),
    [
        ("arn:aws:iam::111122223333:role/auditor", True),
        ("arn:aws-cn:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Audit_*", True),
        ("arn:aws:iam::111122223333:root", False),
        ("*", False),
    ],
)
def test_auditor_is_a_role_or_a_user(arn: str, accepted: bool) -> None:
    pattern = stackset_template("auditor")["Parameters"]["AuditorArn"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, arn)) is accepted


@pytest.mark.parametrize(
    ("id", "accepted"),
    [("o-*", True), ("o-abcd123456", True), ("*", False), ("o-", False), ("r-abcd", False)],
)
def test_organization_of_the_auditor(id: str, accepted: bool) -> None:
    given = stackset_template("auditor")["Parameters"]["OrganizationId"]
    assert bool(re.fullmatch(given["AllowedPattern"], id)) is accepted
    assert re.fullmatch(given["AllowedPattern"], given["Default"])


def test_policies_fit_into_a_managed_policy() -> None:
    for document in (ONE, ALL, ENTERED, policy_document("aws-us-gov", enter="audit/" + "x" * 64)):
        assert (
            len(json.dumps(document, separators=(",", ":"))) < 6144
        )  # IAM quota: characters but white space


def test_template_fits_into_an_inline_policy() -> None:
    role = stackset_template("auditor")["Resources"]["AuditorRole"]["Properties"]
    document = json.dumps(role["Policies"][0]["PolicyDocument"], separators=(",", ":"))
    assert len(document) < 10240  # IAM quota: inline policies of one role
