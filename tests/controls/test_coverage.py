"""Coverage is decided account by account and Region by Region, and never by what could not be read."""

from typing import Any

from msgspec.structs import replace

from checker.controls.coverage import (
    account_has_logging_trail,
    multi_region_trail,
    no_redundant_trails,
    region_covered,
    security_trail,
)
from checker.controls.global_events import effective
from checker.controls.selectors import multi_region_read_write
from checker.evidence import Cause, Known, Observed
from checker.inventory import Inventory, Selectors, Sighting, Trail
from checker.model import Status, Verdict
from tests.controls.judging import Case, check, judge_all, parametrize, worst_of
from tests.controls.trails import (
    AWAY,
    DATA_ONLY,
    MEMBER,
    NO_KMS,
    READ,
    STOPPED,
    UNREAD_STATUS,
    WRITE,
    another,
    discovered,
    management,
    member,
    selecting,
    single_region,
)
from tests.hardened import ACCOUNT, DENIED, HOME, OWNER, REGIONS, TRAIL, TRAIL_ARN, hardened, status

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
LOCAL = {"multi_region": Known(False)}
OWN = replace(single_region(), account=MEMBER, arn=f"arn:aws:cloudtrail:{AWAY}:{MEMBER}:trail/local")


def closed_home(*own: Trail, regions: Observed[tuple[str, ...]] = OWNER.regions, **changes: Any) -> Inventory:
    """A member whose organization's trail is at home in a Region that the member has not enabled."""
    seen = member(*own, home_region="me-south-1", **changes)
    return replace(seen, accounts={MEMBER: replace(seen.accounts[MEMBER], regions=regions)})


CASES = [
    Case(account_has_logging_trail, hardened(), PASS, "trail audit (us-east-1) logs"),
    Case(account_has_logging_trail, hardened(trail={"status": STOPPED}), FAIL, "is stopped: audit"),
    Case(account_has_logging_trail, hardened(account=discovered(())), FAIL, "sees no trail"),
    Case(account_has_logging_trail, hardened(trail={"status": UNREAD_STATUS}), UNKNOWN),
    Case(account_has_logging_trail, hardened(account=discovered(denied=(AWAY,))), PASS),
    Case(account_has_logging_trail, hardened(account=discovered((), denied=(AWAY,))), UNKNOWN),
    Case(account_has_logging_trail, hardened(account={"regions": DENIED}), PASS),
    Case(account_has_logging_trail, hardened(account={"regions": DENIED, **discovered(())}), UNKNOWN),
    Case(account_has_logging_trail, hardened(account={"scope": (HOME,), **discovered(())}), UNKNOWN, HOME),
    Case(account_has_logging_trail, hardened(account={"scope": REGIONS, **discovered(())}), FAIL),
    Case(
        account_has_logging_trail,
        hardened(trail={"status": STOPPED}, more_trails=(single_region(),)),
        PASS,
        "local (eu-west-1)",
    ),
    Case(account_has_logging_trail, hardened(account=discovered(("arn:unread",))), UNKNOWN, "arn:unread"),
    Case(account_has_logging_trail, member(), PASS, TRAIL_ARN),
    Case(account_has_logging_trail, member(status=UNREAD_STATUS), UNKNOWN),
    Case(account_has_logging_trail, closed_home(), FAIL, "not enabled"),
    Case(account_has_logging_trail, closed_home(regions=DENIED), PASS),
    Case(region_covered, closed_home(), FAIL, "is at home in me-south-1, which is not enabled"),
    Case(multi_region_trail, closed_home(), FAIL),
    Case(effective, closed_home(), FAIL),
    Case(multi_region_read_write, closed_home(selectors=TRAIL.selectors), FAIL),
    Case(no_redundant_trails, closed_home(OWN), PASS),
    Case(region_covered, hardened(), PASS),
    Case(region_covered, hardened(trail=LOCAL), FAIL, "audit (us-east-1) records us-east-1 alone"),
    Case(region_covered, hardened(trail={"status": STOPPED}), FAIL, "audit (us-east-1) is stopped"),
    Case(region_covered, hardened(account=discovered(())), FAIL, "no trail is visible there"),
    Case(region_covered, hardened(account=discovered(denied=(AWAY,))), UNKNOWN),
    Case(region_covered, hardened(account={"regions": DENIED}), UNKNOWN),
    Case(region_covered, hardened(trail={"multi_region": DENIED}), UNKNOWN),
    Case(region_covered, hardened(trail={"multi_region": DENIED, "status": STOPPED}), FAIL),
    Case(region_covered, hardened(sightings=()), UNKNOWN, "the status of trail audit in"),
    Case(region_covered, hardened(account={"discoveries": ()}), UNKNOWN, "were not looked for"),
    Case(region_covered, hardened(trail=LOCAL, account={"scope": (HOME,)}), PASS),
    Case(region_covered, member(), PASS, TRAIL_ARN),
    Case(multi_region_trail, hardened(), PASS),
    Case(multi_region_trail, hardened(trail=LOCAL), FAIL),
    Case(multi_region_trail, hardened(trail={"status": STOPPED}), FAIL),
    Case(multi_region_trail, hardened(trail={"status": UNREAD_STATUS}), UNKNOWN),
    Case(multi_region_trail, hardened(trail={"multi_region": DENIED}), UNKNOWN),
    Case(multi_region_trail, hardened(trail={"multi_region": DENIED, "status": STOPPED}), FAIL),
    Case(multi_region_trail, hardened(account=discovered((), denied=(AWAY,))), FAIL),
    Case(multi_region_trail, hardened(account=discovered((), denied=REGIONS)), UNKNOWN),
    Case(multi_region_trail, hardened(account={"regions": DENIED}), PASS),
    Case(multi_region_trail, hardened(account={"scope": (AWAY,)}), PASS),
    Case(multi_region_trail, hardened(trail=LOCAL, account={"scope": (AWAY,)}), FAIL),
    Case(multi_region_trail, hardened(trail=LOCAL, more_trails=(another(),)), PASS, "second"),
    Case(multi_region_trail, member(), PASS),
    Case(multi_region_trail, member(status=UNREAD_STATUS), UNKNOWN),
    Case(security_trail, hardened(), PASS),
    Case(security_trail, hardened(trail=LOCAL), FAIL, "lacks multi-Region"),
    Case(security_trail, hardened(trail={"status": STOPPED}), FAIL, "lacks logging"),
    Case(security_trail, hardened(trail={"kms_key_id": Known(None)}), FAIL, "lacks a KMS key"),
    Case(security_trail, hardened(trail={"log_file_validation": Known(False)}), FAIL, "log file validation"),
    Case(security_trail, hardened(trail={"global_service_events": Known(False)}), FAIL, "global service"),
    Case(security_trail, hardened(trail={"selectors": Known(NO_KMS)}), FAIL, "all management events"),
    Case(security_trail, hardened(trail={"selectors": DENIED}), UNKNOWN),
    Case(security_trail, hardened(trail={"selectors": DENIED, "kms_key_id": Known(None)}), FAIL),
    Case(
        security_trail,
        hardened(trail={"kms_key_id": Known(None)}, more_trails=(another(**selecting(management())),)),
        PASS,
        "second",
    ),
    Case(
        security_trail,
        hardened(trail={"kms_key_id": Known(None)}, more_trails=(another(log_file_validation=Known(False)),)),
        FAIL,
        "audit (us-east-1) lacks a KMS key; second (us-east-1) lacks log file validation",
    ),
    Case(security_trail, hardened(account=discovered(())), FAIL, "sees no trail"),
    Case(no_redundant_trails, hardened(), PASS),
    Case(
        no_redundant_trails,
        hardened(more_trails=(another(),)),
        FAIL,
        "audit (us-east-1), second (us-east-1) in eu-west-1, us-east-1, us-west-2",
    ),
    Case(no_redundant_trails, hardened(more_trails=(single_region(),)), FAIL, "in eu-west-1"),
    Case(no_redundant_trails, hardened(more_trails=(another(status=STOPPED),)), PASS),
    Case(no_redundant_trails, hardened(more_trails=(another(selectors=Known(DATA_ONLY)),)), PASS),
    Case(no_redundant_trails, hardened(more_trails=(another(selectors=Known(Selectors())),)), FAIL),
    Case(
        no_redundant_trails,
        hardened(trail={"selectors": Known(READ)}, more_trails=(another(selectors=Known(WRITE)),)),
        PASS,
    ),
    Case(no_redundant_trails, hardened(more_trails=(another(selectors=DENIED),)), UNKNOWN),
    Case(no_redundant_trails, hardened(more_trails=(another(status=UNREAD_STATUS),)), UNKNOWN),
    Case(
        no_redundant_trails,
        hardened(more_trails=(another(status=UNREAD_STATUS), another("third"))),
        FAIL,
        "audit (us-east-1), third (us-east-1)",
    ),
    Case(no_redundant_trails, hardened(account=discovered(denied=(AWAY,))), UNKNOWN),
    Case(no_redundant_trails, hardened(account={"regions": DENIED}), UNKNOWN),
    Case(no_redundant_trails, hardened(account={"scope": (HOME,), "regions": DENIED}), PASS),
    Case(no_redundant_trails, hardened(trail=LOCAL, more_trails=(single_region(),)), PASS),
    Case(no_redundant_trails, hardened(account=discovered(())), PASS),
    Case(no_redundant_trails, member(), PASS),
    Case(no_redundant_trails, member(OWN), UNKNOWN),
    Case(no_redundant_trails, member(OWN, selectors=Known(Selectors())), FAIL, TRAIL_ARN),
]


@parametrize(CASES)
def test_coverage(case: Case) -> None:
    check(case)


def test_each_region_is_judged_by_its_own_trails() -> None:
    local = hardened(trail=LOCAL, account=discovered(denied=(AWAY,)))
    found = judge_all(region_covered, local)
    assert {region: getattr(j, "status", None) for region, j in found.items()} == {
        "eu-west-1": UNKNOWN,
        "us-east-1": PASS,
        "us-west-2": FAIL,
    }


def test_regions_that_could_not_be_listed_leave_one_that_is_undecided() -> None:
    found = judge_all(region_covered, hardened(account={"regions": DENIED}))
    assert {region: getattr(j, "status", None) for region, j in found.items()} == {
        "": UNKNOWN,
        **dict.fromkeys(REGIONS, PASS),
    }


def test_a_copy_that_does_not_log_covers_nothing_where_it_is() -> None:
    sightings = tuple(
        Sighting(
            account=ACCOUNT,
            region=region,
            trail_arn=TRAIL_ARN,
            status=STOPPED if region == AWAY else status(),
        )
        for region in REGIONS
    )
    found = judge_all(region_covered, hardened(sightings=sightings))
    assert getattr(found[AWAY], "status", None) is FAIL
    assert getattr(found[HOME], "status", None) is PASS


def test_an_organization_trail_seen_by_several_accounts_is_one_trail() -> None:
    seen = member(**selecting(management()))
    owner = hardened(trail={"organization": Known(True)})
    both = replace(
        owner,
        accounts={**owner.accounts, **seen.accounts},
        sightings=(*owner.sightings, *seen.sightings),
    )
    found = judge_all(no_redundant_trails, both)
    assert len(found) == 2
    assert all(getattr(j, "status", None) is PASS for j in found.values())


def test_undecided_tells_what_could_not_be_read() -> None:
    verdict = worst_of(account_has_logging_trail, hardened(account=discovered((), denied=(AWAY, HOME))))
    assert isinstance(verdict, Verdict)
    assert verdict.unknowns == (DENIED,)
    narrowed = worst_of(account_has_logging_trail, hardened(account={"scope": (HOME,), **discovered(())}))
    assert isinstance(narrowed, Verdict)
    assert [unknown.cause for unknown in narrowed.unknowns] == [Cause.OUT_OF_SCOPE]


def test_the_owners_status_serves_a_member_that_may_not_ask() -> None:
    unread = tuple(
        Sighting(account=MEMBER, region=region, trail_arn=TRAIL.arn, status=UNREAD_STATUS)
        for region in REGIONS
    )
    seen = replace(member(), sightings=unread)
    assert getattr(worst_of(multi_region_trail, seen), "status", None) is PASS
    assert getattr(worst_of(region_covered, seen), "status", None) is UNKNOWN
