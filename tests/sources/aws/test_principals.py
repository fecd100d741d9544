"""What is read of users, roles, groups and their policies."""

from dataclasses import replace
from typing import Any

import pytest

from checker.controls import principals
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Group, Identities, InlinePolicy
from checker.sources import snapshot
from checker.sources.aws import Organization, collect, collect_organization, merge
from tests import hardened as good
from tests import simulator as sim
from tests.identities import ADMIN, ADMIN_ARN, LOOKING, LOOKING_ARN, allowing
from tests.simulator import (
    DENIED,
    EMPTY,
    GARBAGE,
    HTML,
    TRUNCATED,
    WRONG_TYPES,
    Fault,
    World,
    hardened_world,
    longest_chain,
    organization_world,
)
from tests.simulator.faults import Answering, Delay
from tests.simulator.worlds import LOG_ARCHIVE, MEMBER, ROLE
from tests.sources.aws.conftest import Observe, ServeWorld, options

READS: dict[str, Any] = {"reads": frozenset(read.partition(" ")[0] for read in principals.READS)}
DETAILS = "iam:GetAccountAuthorizationDetails"
IAM = f"arn:aws:iam::{good.ACCOUNT}:"
BOUNDARY = f"{IAM}policy/boundary"
UNUSED = f"{IAM}policy/unused"
STOP = allowing("cloudtrail:StopLogging")


def peopled(**more: Any) -> World:
    ann = sim.User(
        arn=f"{IAM}user/staff/ann",
        inline={"own": STOP},
        managed={LOOKING_ARN: LOOKING},
        groups=("admins",),
        boundary=BOUNDARY,
        tags={"team": "sec"},
    )
    admins = sim.Group(arn=f"{IAM}group/admins", inline={"more": LOOKING}, managed={ADMIN_ARN: ADMIN})
    world = {
        "users": (ann,),
        "groups": (admins,),
        "policies": {BOUNDARY: STOP, UNUSED: ADMIN, "arn:aws:iam::aws:policy/Unused": ADMIN},
    }
    return replace(hardened_world(), **world | more)


def identities(inventory: Any, account: str = good.ACCOUNT) -> Identities:
    found = inventory.principals[account].identities
    assert isinstance(found, Known)
    assert isinstance(found.content, Identities)
    return found.content


def test_users_roles_and_groups_are_as_declared(observe: Observe) -> None:
    inventory = observe(peopled(), **READS).inventory
    found = identities(inventory)
    (role, ann) = found.principals
    assert (role.arn, [one.name for one in role.inline]) == (good.ROLE_ARN, ["write"])
    assert (ann.arn, ann.id, ann.name, ann.is_user) == (f"{IAM}user/staff/ann", "AIDAEXAMPLE", "ann", True)
    assert (ann.groups, ann.boundary, ann.tags) == (("admins",), BOUNDARY, (("team", "sec"),))
    assert (ann.inline[0].name, ann.attached) == ("own", (LOOKING_ARN,))
    (more,) = found.groups["admins"].inline
    assert found.groups["admins"] == Group(
        arn=f"{IAM}group/admins",
        inline=(InlinePolicy(name="more", document=more.document),),
        attached=(ADMIN_ARN,),
    )
    assert sorted(found.policies) == sorted((ADMIN_ARN, BOUNDARY, LOOKING_ARN))
    known = found.policies[BOUNDARY]
    assert isinstance(known, Known)
    assert '"cloudtrail:StopLogging"' in known.content
    origin = inventory.principals[good.ACCOUNT].identities.origin
    assert (origin.action, origin.field, origin.account) == (DETAILS, "UserDetailList", good.ACCOUNT)


def test_nobody_is_asked_for_unless_a_control_wants_it(serving: ServeWorld) -> None:
    with serving(peopled()) as aws:
        inventory = collect(options()).inventory
        assert DETAILS not in {request.name for request in aws.requests}
    found = inventory.principals_of(good.ACCOUNT).identities
    assert isinstance(found, Unknown)
    assert found.cause is Cause.OUT_OF_SCOPE


def test_pages_are_followed_in_one_chain_beside_all_else(serving: ServeWorld) -> None:
    with serving(replace(peopled(), page_size=2)) as aws:
        assert len(identities(collect(options(**READS)).inventory).principals) == 2
        asked = [request for request in aws.requests if request.name == DETAILS]
    assert len(asked) == 4
    assert len(longest_chain(asked)) == 4


ROLE_ALONE = {
    "RoleDetailList": [
        {
            "Arn": good.ROLE_ARN,
            "RoleId": "AROAEXAMPLE",
            "AttachedManagedPolicies": [{"PolicyName": "AdministratorAccess", "PolicyArn": ADMIN_ARN}],
        }
    ],
    "IsTruncated": False,
}


@pytest.mark.parametrize("held", [{ADMIN_ARN: ADMIN}, {}])
def test_a_policy_that_no_page_had_is_asked_for(observe: Observe, held: dict[str, str]) -> None:
    world = replace(hardened_world(), roles=(replace(ROLE, managed=held),))
    alone = Fault(Answering(ROLE_ALONE), operation="GetAccountAuthorizationDetails")
    policy = identities(observe(world, [alone], **READS).inventory).policies[ADMIN_ARN]
    if held:
        assert isinstance(policy, Known)
        assert '"Action":"*"' in policy.content
    else:
        assert isinstance(policy, Unknown)
        assert policy.cause is Cause.ABSENT


@pytest.mark.parametrize("effect", [DENIED, EMPTY, GARBAGE, HTML, TRUNCATED, WRONG_TYPES])
@pytest.mark.parametrize("page", ["", '"Marker": "3"'])
def test_what_cannot_be_read_is_unknown(observe: Observe, effect: Any, page: str) -> None:
    world = replace(peopled(), page_size=3)
    fault = Fault(effect, operation="GetAccountAuthorizationDetails", resource=page)
    found = observe(world, [fault], **READS).inventory.principals[good.ACCOUNT].identities
    assert isinstance(found, Unknown), found
    assert found.origin.action == DETAILS


def test_a_page_that_leads_to_itself_ends_the_chain(observe: Observe) -> None:
    again = Fault(Answering({"IsTruncated": True, "Marker": "x"}), operation="GetAccountAuthorizationDetails")
    found = observe(hardened_world(), [again], **READS).inventory.principals[good.ACCOUNT].identities
    assert isinstance(found, Unknown)
    assert "the same page" in found.reason


def test_a_document_that_is_no_policy_is_kept_as_it_is(observe: Observe) -> None:
    world = peopled(roles=(replace(ROLE, inline={"odd": "{"}),))
    assert identities(observe(world, **READS).inventory).principals[0].inline[0].document == "{"


def test_every_account_of_an_organization_is_read_once(serving: ServeWorld) -> None:
    with serving(organization_world()) as aws:
        inventory = collect_organization(options(**READS), Organization(role_name="auditor")).inventory
        asked = [request.account for request in aws.requests if request.name == DETAILS]
    assert sorted(asked) == sorted(inventory.principals) == sorted((good.ACCOUNT, LOG_ARCHIVE, MEMBER))


def test_reading_starts_before_the_regions_are_known(serving: ServeWorld) -> None:
    slow = Fault(Delay(0.3), service="account")
    with serving(peopled(), slow) as aws:
        collect(options(**READS))
        (regions,) = (r for r in aws.requests if r.name == "account:ListRegions")
        (details,) = (r for r in aws.requests if r.name == DETAILS)
    assert regions.finished is not None
    assert details.started < regions.finished


def test_a_snapshot_and_a_merge_keep_what_was_read(observe: Observe) -> None:
    observation = observe(peopled(), **READS)
    unread = observe(peopled())
    known = observation.inventory.principals
    assert snapshot.normalised(observation).inventory.principals == known
    assert merge([unread, observation]).inventory.principals == known
    assert merge([observation, unread]).inventory.principals == known
