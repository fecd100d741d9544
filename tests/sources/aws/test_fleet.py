"""A whole organization observed over the wire: every account its own view, every resource once."""

import os
from dataclasses import replace
from typing import Any

import pytest

from checker.evidence import Cause, Known, Unknown
from checker.inventory import Account as Seen
from checker.observation import CannotObserve
from checker.report.advice import advice
from checker.sources.aws import Organization, collect_organization
from tests import hardened as good
from tests.modern import modern
from tests.simulator import (
    DENIED,
    DENIED_BY_SCP,
    EXPIRED,
    HANG,
    HTML,
    RESET,
    SERVER_ERROR,
    THROTTLED,
    Delay,
    Fault,
    Trail,
    Unit,
)
from tests.simulator.worlds import LOG_ARCHIVE, MANAGEMENT, MEMBER, ORGANIZATION_BUCKET_POLICY
from tests.sources.aws.conftest import ServeWorld, options
from tests.sources.aws.evidence import contents
from tests.sources.aws.organizations import OTHER, ROLE, asked_twice, auditor, joined_by, observed, world

RESOURCES = (
    "GetEventSelectors",
    "GetInsightSelectors",
    "ListTags",
    "GetBucketPolicy",
    "DescribeKey",
    "GetTopicAttributes",
)


def why(account: Seen) -> Unknown:
    assert account.unread
    return account.unread


def test_every_account_is_read_with_its_own_credentials(serving: ServeWorld) -> None:
    with serving(world()) as aws:
        observation = collect_organization(options(), Organization(role_name=ROLE))
        requests = aws.requests
    accounts = observation.inventory.accounts
    assert [(a.id, a.name, a.caller_arn.split(":")[4]) for a in accounts.values()] == [
        (MANAGEMENT, "Management", MANAGEMENT),
        (LOG_ARCHIVE, "Log archive", LOG_ARCHIVE),
        (MEMBER, "Workload", MEMBER),
    ]
    assert all(a.discoveries and a.regions.value == good.REGIONS for a in accounts.values())
    assert {s.account for s in observation.inventory.sightings} == set(accounts)
    assert {r.account for r in requests if r.operation == "DescribeTrails"} == set(accounts)
    assert observation.scan.calls == len(requests)


def test_what_the_trail_names_is_read_once_and_by_its_owner(serving: ServeWorld) -> None:
    with serving(world()) as aws:
        inventory = collect_organization(options(), Organization(role_name=ROLE)).inventory
        requests = aws.requests
    assert asked_twice(requests) == []
    asked = {name: {r.account for r in requests if r.operation == name} for name in RESOURCES}
    assert asked == {name: {LOG_ARCHIVE if "Bucket" in name else MANAGEMENT} for name in RESOURCES}
    bucket = inventory.buckets[good.BUCKET]
    assert (bucket.account.value, bucket.policy.value) == (LOG_ARCHIVE, ORGANIZATION_BUCKET_POLICY)
    assert list(inventory.trails) == [good.TRAIL_ARN]
    assert isinstance(inventory.trails[good.TRAIL_ARN].selectors, Known)


def test_status_is_asked_in_each_account_and_region(serving: ServeWorld) -> None:
    failing = {(MEMBER, "eu-west-1"): {"LatestDeliveryError": "AccessDenied"}}
    base = world()
    base = replace(base, trails=tuple(replace(t, status_in=failing) for t in base.trails))
    sightings = observed(serving, base).inventory.sightings
    assert len(sightings) == 3 * len(good.REGIONS)
    broken = [(s.account, s.region) for s in sightings if s.status.latest_delivery_error.value]
    assert broken == [(MEMBER, "eu-west-1")]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, {MANAGEMENT, LOG_ARCHIVE, MEMBER, OTHER}),
        ({"units": ("ou-root-workload",)}, {MEMBER, OTHER}),
        ({"units": ("ou-root-inner000",)}, {OTHER}),
        ({"units": ("ou-root-workload",), "exclude": (OTHER,)}, {MEMBER}),
        ({"accounts": (LOG_ARCHIVE,), "units": ("ou-root-inner000",)}, {LOG_ARCHIVE, OTHER}),
        ({"exclude": (MANAGEMENT, OTHER)}, {LOG_ARCHIVE, MEMBER}),
        ({"units": ("r-root",)}, {MANAGEMENT, LOG_ARCHIVE, MEMBER, OTHER}),
    ],
)
def test_accounts_are_chosen(serving: ServeWorld, wanted: dict[str, Any], expected: set[str]) -> None:
    units = (
        Unit(id="ou-root-workload", accounts=(MEMBER,)),
        Unit(id="ou-root-inner000", parent="ou-root-workload", accounts=(OTHER,)),
    )
    base = joined_by(replace(world(units=units), page_size=1), OTHER)
    assert set(observed(serving, base, **wanted).inventory.accounts) == expected


def test_all_accounts_cost_one_list(serving: ServeWorld) -> None:
    with serving(world()) as aws:
        collect_organization(options(), Organization(role_name=ROLE))
        names = [r.operation for r in aws.requests if r.service == "organizations"]
    assert sorted(names) == ["DescribeOrganization", "ListAccounts"]


@pytest.mark.parametrize("enterable", [True, False])
def test_role_of_a_management_account_that_was_left_out_is_asked_for(
    serving: ServeWorld, enterable: bool
) -> None:
    base = world(delegated=(LOG_ARCHIVE,))
    roles = (auditor(MEMBER, by=(LOG_ARCHIVE,)), *((auditor(MANAGEMENT, by=(LOG_ARCHIVE,)),) * enterable))
    base = replace(base, roles=(*(r for r in base.roles if not r.arn.endswith("/auditor")), *roles))
    reads = frozenset({"organizations:ListAWSServiceAccessForOrganization", "iam:GetRole"})
    with serving(base, account=LOG_ARCHIVE) as aws:
        wanted = Organization(role_name=ROLE, exclude=(MANAGEMENT,))
        observation = collect_organization(options(reads=reads), wanted)
        assert observation.scan.calls == len(aws.requests)
    (governed,) = observation.inventory.organizations.values()
    if enterable:
        assert governed.trail_role.value is True
    else:
        assert isinstance(governed.trail_role, Unknown)
        assert "cannot be entered" in governed.trail_role.reason


def test_evidence_is_followed_out_of_the_selection(serving: ServeWorld) -> None:
    inventory = observed(serving, world(), accounts=(MEMBER,)).inventory
    assert list(inventory.accounts) == [MEMBER]
    assert inventory.buckets[good.BUCKET].account.value == LOG_ARCHIVE
    assert isinstance(inventory.trails[good.TRAIL_ARN].selectors, Known)
    assert isinstance(inventory.trails[good.TRAIL_ARN].status.is_logging, Known)


def test_delegated_administrator_audits_as_the_management_account_does(serving: ServeWorld) -> None:
    base = world(delegated=(LOG_ARCHIVE,))
    roles = (auditor(MANAGEMENT, by=(LOG_ARCHIVE,)), auditor(MEMBER, by=(LOG_ARCHIVE,)))
    base = replace(base, roles=(*(r for r in base.roles if not r.arn.endswith("/auditor")), *roles))
    inventory = observed(serving, base, account=LOG_ARCHIVE).inventory
    assert inventory.accounts[LOG_ARCHIVE].caller_arn.endswith("user/auditor")
    assert inventory.accounts[MANAGEMENT].caller_arn.endswith("assumed-role/auditor/session")
    assert isinstance(inventory.trails[good.TRAIL_ARN].selectors, Known)


def test_management_account_that_cannot_be_entered_hides_its_trail_alone(serving: ServeWorld) -> None:
    base = world(delegated=(LOG_ARCHIVE,))
    base = replace(base, roles=(*base.roles, auditor(OTHER), auditor(MEMBER, by=(LOG_ARCHIVE,))))
    base = replace(
        base, roles=tuple(r for r in base.roles if MEMBER not in r.arn or LOG_ARCHIVE in r.assumable_from)
    )
    inventory = observed(serving, base, account=LOG_ARCHIVE).inventory
    assert why(inventory.accounts[MANAGEMENT]).cause is Cause.NOT_ENTERED
    selectors = inventory.trails[good.TRAIL_ARN].selectors
    assert isinstance(selectors, Unknown)
    assert "account 111122223333 (Management) cannot be entered" in selectors.reason
    assert inventory.buckets[good.BUCKET].policy.value == ORGANIZATION_BUCKET_POLICY
    assert isinstance(inventory.sightings[0].status.is_logging, Known)


@modern
@pytest.mark.parametrize("state", ["SUSPENDED", "PENDING_CLOSURE", "PENDING_ACTIVATION", "CLOSED"])
def test_accounts_that_nobody_can_enter_are_not_tried(serving: ServeWorld, state: str) -> None:
    with serving(world(states={MEMBER: state})) as aws:
        observation = collect_organization(options(), Organization(role_name=ROLE))
        assert not [r for r in aws.requests if MEMBER in str(r.params.get("RoleArn"))]
    account = observation.inventory.accounts[MEMBER]
    assert (account.state, account.active, account.discoveries) == (state, False, ())
    (row,) = (each for each in observation.scan.roster if each.id == MEMBER)
    assert row.problem.startswith(f"account {MEMBER} (Workload) is ")


def test_role_that_is_missing_leaves_a_named_account(serving: ServeWorld) -> None:
    base = world()
    base = replace(base, roles=tuple(role for role in base.roles if MEMBER not in role.arn))
    observation = observed(serving, base)
    unread = why(observation.inventory.accounts[MEMBER])
    assert unread.cause is Cause.NOT_ENTERED
    assert (
        f"account {MEMBER} (Workload) cannot be entered as arn:aws:iam::{MEMBER}:role/auditor"
        in unread.reason
    )
    assert "external id" in unread.reason
    assert len(observation.inventory.sightings) == 2 * len(good.REGIONS)


@pytest.mark.parametrize(
    ("effect", "says"),
    [
        (DENIED, "check that the role exists there and trusts this caller"),
        (DENIED_BY_SCP, "let the policies of the organization allow sts:AssumeRole to this caller"),
        (EXPIRED, "renew the credentials and run again"),
        (THROTTLED, "run again with a lower --max-concurrency"),
        (RESET, "check the network path to STS"),
        (HTML, "look at what answers there"),
    ],
)
def test_account_that_cannot_be_entered_says_what_to_do(serving: ServeWorld, effect: Any, says: str) -> None:
    shut = Fault(effect, operation="AssumeRole", resource=MEMBER)
    unread = why(observed(serving, world(), shut).inventory.accounts[MEMBER])
    assert (unread.cause, unread.origin.account) == (Cause.NOT_ENTERED, MEMBER)
    assert says in unread.reason


def test_external_id_opens_the_door(serving: ServeWorld) -> None:
    base = world()
    roles = tuple(replace(r, external_id="4711") if r.arn.endswith("/auditor") else r for r in base.roles)
    closed = observed(serving, replace(base, roles=roles)).inventory.accounts
    opened = observed(serving, replace(base, roles=roles), external_id="4711").inventory.accounts
    assert [bool(a.unread) for a in closed.values()] == [False, True, True]
    assert [bool(a.unread) for a in opened.values()] == [False, False, False]


def test_role_of_another_partition(serving: ServeWorld) -> None:
    home = "us-gov-west-1"
    base = world()
    accounts = tuple(replace(a, regions=(home,), disabled=()) for a in base.accounts)
    roles = tuple(replace(r, arn=r.arn.replace("arn:aws:", "arn:aws-us-gov:")) for r in base.roles)
    base = replace(base, partition="aws-us-gov", accounts=accounts, roles=roles, trails=())
    with serving(base, region=home):
        observation = collect_organization(options(), Organization(role_name=ROLE))
    assert [account.unread for account in observation.inventory.accounts.values()] == [None] * 3


def test_id_that_the_organization_does_not_have_is_named(serving: ServeWorld) -> None:
    observation = observed(serving, world(), accounts=(MEMBER, OTHER))
    assert why(observation.inventory.accounts[OTHER]).cause is Cause.NOT_ENTERED
    assert why(observation.inventory.accounts[OTHER]).reason == (
        f"account {OTHER} is not in organization o-exampleorg: the id is wrong, or the account has left"
    )
    assert [(row.id, row.state) for row in observation.scan.roster] == [(MEMBER, "ACTIVE"), (OTHER, "")]


@pytest.mark.parametrize(
    ("faults", "settings", "wanted", "says"),
    [
        ([Fault(DENIED, operation="ListAccounts")], {}, {}, "organizations:ListAccounts"),
        ([Fault(THROTTLED, operation="ListAccounts")], {}, {}, "throttled.*: run again later"),
        ([Fault(EXPIRED, operation="ListAccounts")], {}, {}, "renew the credentials"),
        ([Fault(SERVER_ERROR, operation="ListAccounts")], {}, {}, "check the network path"),
        ([Fault(HTML, operation="ListAccounts")], {}, {}, "check proxy and AWS_ENDPOINT_URL"),
        ([], {}, {"units": ("ou-none-12345678",)}, "ou-none-12345678 does not exist"),
        ([], {"units": (Unit(id="ou-root-empty000"),)}, {"units": ("ou-root-empty000",)}, "has no accounts"),
        ([], {}, {"accounts": (OTHER,)}, f"{OTHER} is not among its accounts"),
        ([], {}, {"exclude": (MANAGEMENT, LOG_ARCHIVE, MEMBER)}, "every account is excluded"),
        ([Fault(EXPIRED, service="sts")], {}, {}, "expired"),
    ],
    ids=[
        "denied",
        "throttled",
        "list expired",
        "server",
        "HTML",
        "no unit",
        "empty unit",
        "no account",
        "all excluded",
        "expired",
    ],
)
def test_nothing_to_read_ends_the_run(
    serving: ServeWorld,
    faults: list[Fault],
    settings: dict[str, Any],
    wanted: dict[str, Any],
    says: str,
) -> None:
    with pytest.raises(CannotObserve, match=says):
        observed(serving, world(**settings), *faults, **wanted)


def test_member_may_not_audit_the_organization(serving: ServeWorld) -> None:
    with pytest.raises(CannotObserve, match="from the management account or a delegated administrator"):
        observed(serving, world(), account=MEMBER)


def test_account_alone_is_told_so(serving: ServeWorld) -> None:
    with pytest.raises(CannotObserve, match="belongs to no organization: audit it without --org"):
        observed(serving, replace(world(), organizations=()))


def test_empty_unit_beside_others_is_noted(serving: ServeWorld) -> None:
    units = (Unit(id="ou-root-empty000"), Unit(id="ou-root-workload", accounts=(MEMBER,)))
    wanted: dict[str, Any] = {
        "units": ("ou-root-empty000", "ou-root-workload"),
        "exclude": (OTHER,),
        "log_archive": OTHER,
    }
    assert observed(serving, world(units=units), **wanted).scan.notes == (
        "organizational unit ou-root-empty000 has no accounts",
        f"--exclude {OTHER} excludes nothing",
        f"log archive account {OTHER} is not in the organization: no bucket can be looked for there",
    )


@pytest.mark.parametrize("processes", [1, 2])
def test_region_that_is_not_enabled_is_noted(serving: ServeWorld, processes: int) -> None:
    base = joined_by(world(), OTHER, regions=("us-east-1",), disabled=("eu-west-1", "me-south-1"))
    with serving(base):
        wanted = Organization(role_name=ROLE, processes=processes)
        found = collect_organization(options(regions=("eu-west-1", "us-east-1", "me-south-1")), wanted)
    assert found.scan.notes == (
        f"Region eu-west-1 is not enabled in account {OTHER}: nothing is judged there",
        "Region me-south-1 is not enabled in 4 of 4 accounts: nothing is judged there",
    )


def test_credentials_that_expire_on_the_way_name_what_is_missing(serving: ServeWorld) -> None:
    expired = Fault(EXPIRED, account=MEMBER, operation="GetTrailStatus")
    inventory = observed(serving, world(), expired).inventory
    unread = [s.status.is_logging for s in inventory.sightings if s.account == MEMBER]
    assert {u.cause for u in unread if isinstance(u, Unknown)} == {Cause.EXPIRED}
    assert all(isinstance(s.status.is_logging, Known) for s in inventory.sightings if s.account != MEMBER)


def test_account_that_hangs_is_given_up_alone(serving: ServeWorld) -> None:
    hang = Fault(HANG, account=MEMBER, operation="GetTrailStatus")
    inventory = observed(serving, world(), hang, account_timeout=6.0).inventory
    late = [s.status.is_logging for s in inventory.sightings if s.account == MEMBER]
    assert {u.reason for u in late if isinstance(u, Unknown)} == {
        f"account {MEMBER} (Workload) was not read within 6 s (--account-timeout)"
    }
    assert {u.cause for u in late if isinstance(u, Unknown)} == {Cause.LATE}
    assert advice(Cause.LATE, "").startswith("run again with a longer --account-timeout")
    assert inventory.accounts[MEMBER].unread is None
    assert all(isinstance(s.status.is_logging, Known) for s in inventory.sightings if s.account != MEMBER)


def test_account_that_hangs_from_the_start_says_so_once(serving: ServeWorld) -> None:
    hang = Fault(HANG, account=MEMBER)
    unread = why(observed(serving, world(), hang, account_timeout=6.0).inventory.accounts[MEMBER])
    assert unread.reason.count("was not read within 6 s") == 1


def test_role_that_hangs_is_given_up_too(serving: ServeWorld) -> None:
    hang = Fault(HANG, operation="AssumeRole", resource=MEMBER)
    accounts = observed(serving, world(), hang, account_timeout=6.0).inventory.accounts
    assert "was not read within 6 s" in why(accounts[MEMBER]).reason
    assert why(accounts[MEMBER]).cause is Cause.LATE
    assert accounts[LOG_ARCHIVE].unread is None


def test_slow_account_keeps_nobody_waiting(serving: ServeWorld) -> None:
    """It may take two of the four threads, and no more."""
    slow = Fault(Delay(0.5), account=MEMBER)
    with serving(world(), slow) as aws:
        limits = Organization(role_name=ROLE, calls_an_account=2)
        collect_organization(options(max_concurrency=4), limits)
        others = [r for r in aws.requests if r.account != MEMBER and r.operation == "GetTrailStatus"]
        slowest = [r for r in aws.requests if r.account == MEMBER]
    assert max(r.finished or 0 for r in others) < max(r.finished or 0 for r in slowest) - 1


def test_throttled_account_is_retried_without_the_others(serving: ServeWorld) -> None:
    throttled = Fault(THROTTLED, account=MEMBER, operation="DescribeTrails", times=2)
    with serving(world(), throttled):
        observation = collect_organization(options(max_attempts=4), Organization(role_name=ROLE))
    assert all(isinstance(d.trail_arns, Known) for d in observation.inventory.accounts[MEMBER].discoveries)


STRAY = Trail(name="own", account=MEMBER, home="eu-west-1", bucket="strays", settings={})


@pytest.mark.parametrize(
    ("owner", "wanted"),
    [(OTHER, {}), (OTHER, {"log_archive": OTHER}), (MEMBER, {}), (LOG_ARCHIVE, {})],
    ids=["somewhere", "named", "the trail's own account", "log archive by name"],
)
def test_owner_of_a_bucket_is_found(serving: ServeWorld, owner: str, wanted: dict[str, str]) -> None:
    base = joined_by(world(), OTHER)
    bucket = replace(base.buckets[0], name="strays", account=owner, region="eu-west-1")
    base = replace(base, trails=(*base.trails, STRAY), buckets=(*base.buckets, bucket))
    found = observed(serving, base, **wanted).inventory.buckets["strays"]
    assert (found.account.value, found.region.value) == (owner, "eu-west-1")
    assert found.versioning.value.status == "Enabled"


@pytest.mark.parametrize("exists", [True, False])
def test_bucket_that_nobody_owns(serving: ServeWorld, exists: bool) -> None:
    """A bucket outside of the organization is looked for everywhere; one that is gone is not."""
    outside = replace(world().buckets[0], name="strays", account="999988887777", region="eu-west-1")
    base = replace(world(), trails=(*world().trails, STRAY))
    base = replace(base, buckets=(*base.buckets, *((outside,) if exists else ())))
    with serving(base) as aws:
        inventory = collect_organization(options(), Organization(role_name=ROLE)).inventory
        everywhere = [r for r in aws.requests if r.operation == "ListBuckets" and not r.params.get("Prefix")]
    bucket = inventory.buckets["strays"]
    if exists:
        assert isinstance(bucket.account, Unknown)
        assert bucket.account.cause is Cause.FOREIGN_ACCOUNT
        assert bucket.outside.value is True
        assert bucket.account == bucket.policy
        assert bucket.account.reason == (
            "bucket strays is in none of the accounts of the organization: find out whose it is"
        )
        assert len(everywhere) == 3
    else:
        assert bucket.exists.value is False
        assert isinstance(bucket.outside, Unknown)
        assert everywhere == []


@pytest.mark.parametrize(
    ("settings", "faults", "left"),
    [
        ({"states": {LOG_ARCHIVE: "SUSPENDED"}}, (), "(Log archive), which is suspended"),
        ({}, (Fault(DENIED, operation="ListBuckets", account=LOG_ARCHIVE),), "(Log archive)"),
        ({}, (Fault(DENIED, operation="AssumeRole", resource=LOG_ARCHIVE),), "(Log archive)"),
    ],
    ids=["suspended", "no list", "not entered"],
)
def test_bucket_may_be_of_an_account_whose_buckets_nobody_could_list(
    serving: ServeWorld, settings: dict[str, Any], faults: tuple[Fault, ...], left: str
) -> None:
    bucket = observed(serving, world(**settings), *faults).inventory.buckets[good.BUCKET]
    assert (bucket.outside.value, bucket.disowned) == (False, (MANAGEMENT, MEMBER))
    assert isinstance(bucket.policy, Unknown)
    assert bucket.policy.reason.endswith(f"could be listed, which leaves account {LOG_ARCHIVE} {left}")


def test_member_without_the_home_region_and_member_that_sees_nothing(serving: ServeWorld) -> None:
    base = joined_by(world(apart=(MEMBER,)), OTHER, regions=("eu-west-1", "us-west-2"))
    with serving(base, region="eu-west-1"):
        inventory = collect_organization(options(), Organization(role_name=ROLE)).inventory
    seen = {
        account: {s.region for s in inventory.sightings if s.account == account}
        for account in (MEMBER, OTHER)
    }
    assert seen == {MEMBER: set(), OTHER: {"eu-west-1", "us-west-2"}}
    assert good.HOME not in inventory.accounts[OTHER].regions.value


def test_processes_find_what_one_finds(serving: ServeWorld) -> None:
    base = joined_by(world(states={LOG_ARCHIVE: "SUSPENDED"}), OTHER)
    base = replace(base, trails=(*base.trails, STRAY))
    base = replace(base, roles=tuple(role for role in base.roles if OTHER not in role.arn))
    seen = [observed(serving, base, processes=number) for number in (1, 2, 3)]
    alone = contents(seen[0].inventory)
    assert [contents(one.inventory) for one in seen] == [alone] * 3
    assert [one.scan.roster for one in seen] == [seen[0].scan.roster] * 3
    assert len(alone) > 200


def test_processes_read_each_resource_once(serving: ServeWorld) -> None:
    with serving(world()) as aws:
        wanted = Organization(role_name=ROLE, processes=3)
        observation = collect_organization(options(), wanted)
        requests = aws.requests
    assert [call for call in asked_twice(requests) if "AssumeRole" not in call[1]] == []
    assert observation.scan.calls == len(requests)


def test_trail_whose_owner_shows_nothing_is_followed_all_the_same(serving: ServeWorld) -> None:
    """The process of the owner does not see the trail: its own DescribeTrails are denied."""
    denied = Fault(DENIED, operation="DescribeTrails", account=MANAGEMENT)
    inventory = observed(serving, world(), denied, processes=3).inventory
    assert isinstance(inventory.trails[good.TRAIL_ARN].selectors, Known)
    assert inventory.buckets[good.BUCKET].account.value == LOG_ARCHIVE


def test_process_that_dies_is_replaced(serving: ServeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.sources.aws.workers._work", os.abort)
    inventory = observed(serving, world(), processes=3).inventory
    assert [account.unread for account in inventory.accounts.values()] == [None] * 3
