"""Management events by the union of what is recorded, in any spelling, and what nobody records."""

from msgspec.structs import replace

from checker.controls.narrowing import no_narrowing, no_source_exclusions
from checker.controls.selectors import (
    management_events,
    multi_region_read_write,
    read_write_by_union,
)
from checker.evidence import Known
from checker.inventory import AdvancedSelector, BasicSelector, FieldSelector, Selectors, Trail
from checker.model import NotApplicable, Status
from tests.controls.judging import Case, check, judge_all, parametrize
from tests.controls.trails import (
    ALL_S3,
    AWAY,
    DATA_ONLY,
    FOREIGN,
    NO_KMS,
    READ,
    STOPPED,
    UNREAD_STATUS,
    WRITE,
    another,
    data,
    discovered,
    management,
    member,
    selecting,
    single_region,
)
from tests.hardened import DENIED, HOME, REGIONS, TRAIL_ARN, hardened

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
KMS = "kms.amazonaws.com"
LOCAL = {"multi_region": Known(False)}

READ_SELECTOR = management(readOnly={"equals": ("true",)})
WRITE_SELECTOR = management(readOnly={"equals": ("false",)})
BUT_KMS = management(eventSource={"not_equals": (KMS,)})
MISLEADING = replace(data("AWS::S3::Object"), name="Management events selector")
BLIND = management(eventName={"not_equals": ("StopLogging",)})
NO_CATEGORY = AdvancedSelector(field_selectors=(FieldSelector(field="readOnly", equals=("true", "false")),))


def everywhere(name: str, selectors: Selectors) -> tuple[Trail, ...]:
    """A single-Region trail in every Region."""
    return tuple(single_region(name, region, selectors=Known(selectors)) for region in REGIONS)


CASES = [
    Case(multi_region_read_write, hardened(), PASS, "audit (us-east-1) records read and write"),
    Case(multi_region_read_write, hardened(trail={"selectors": Known(Selectors())}), PASS),
    Case(multi_region_read_write, hardened(trail={"selectors": Known(READ)}), FAIL, "write management"),
    Case(multi_region_read_write, hardened(trail={"selectors": Known(DATA_ONLY)}), FAIL, "read and write"),
    Case(multi_region_read_write, hardened(trail={"selectors": Known(ALL_S3)}), PASS),
    Case(
        multi_region_read_write, hardened(trail={"selectors": Known(NO_KMS)}), PASS, "without read and write"
    ),
    Case(multi_region_read_write, hardened(trail=selecting(READ_SELECTOR, WRITE_SELECTOR)), PASS),
    Case(multi_region_read_write, hardened(trail=selecting(READ_SELECTOR)), FAIL, "write management events"),
    Case(multi_region_read_write, hardened(trail=selecting(MISLEADING)), FAIL),
    Case(multi_region_read_write, hardened(trail=selecting(NO_CATEGORY)), FAIL),
    Case(multi_region_read_write, hardened(trail=selecting(BLIND)), FAIL, "with eventName StopLogging"),
    Case(multi_region_read_write, hardened(trail=selecting(BUT_KMS)), PASS, f"eventSource {KMS}"),
    Case(
        multi_region_read_write,
        hardened(trail=selecting(management(eventSource={"not_equals": ("iam.amazonaws.com",)}))),
        FAIL,
        "eventSource iam.amazonaws.com",
    ),
    Case(
        multi_region_read_write,
        hardened(trail=selecting(management(eventSource={"equals": (KMS,)}))),
        FAIL,
        "eventSource any other",
    ),
    Case(multi_region_read_write, hardened(trail={"status": STOPPED}), FAIL, "no multi-Region trail logs"),
    Case(multi_region_read_write, hardened(trail=LOCAL), FAIL, "no multi-Region trail logs"),
    Case(multi_region_read_write, hardened(trail={"selectors": DENIED}), UNKNOWN),
    Case(multi_region_read_write, hardened(trail={"selectors": DENIED, "status": STOPPED}), FAIL),
    Case(multi_region_read_write, hardened(trail={"status": UNREAD_STATUS}), UNKNOWN),
    Case(
        multi_region_read_write,
        hardened(trail={"selectors": Known(READ)}, more_trails=(another(selectors=Known(WRITE)),)),
        PASS,
        "audit (us-east-1) records read management events; second (us-east-1) records write",
    ),
    Case(
        multi_region_read_write,
        hardened(trail={"selectors": Known(READ)}, more_trails=(another(selectors=DENIED),)),
        UNKNOWN,
    ),
    Case(multi_region_read_write, hardened(more_trails=(another(selectors=DENIED),)), PASS),
    Case(multi_region_read_write, hardened(account=discovered(denied=(AWAY,))), PASS),
    Case(multi_region_read_write, hardened(account=discovered((), denied=(AWAY,))), FAIL),
    Case(multi_region_read_write, hardened(account={"regions": DENIED}), PASS),
    Case(multi_region_read_write, hardened(account={"scope": (AWAY,)}), PASS),
    Case(multi_region_read_write, member(), UNKNOWN, "belongs to account"),
    Case(multi_region_read_write, member(**selecting(management())), PASS),
    Case(management_events, hardened(), PASS, "read and write management events"),
    Case(management_events, hardened(trail={"selectors": Known(Selectors())}), PASS),
    Case(management_events, hardened(trail={"selectors": Known(READ)}), PASS, "read management events"),
    Case(management_events, hardened(trail={"selectors": Known(DATA_ONLY)}), FAIL),
    Case(management_events, hardened(trail=selecting(MISLEADING)), FAIL),
    Case(management_events, hardened(trail={"selectors": DENIED}), UNKNOWN),
    Case(
        management_events,
        hardened(trail={"selectors": Known(DATA_ONLY)}, more_trails=(another(status=STOPPED),)),
        FAIL,
    ),
    Case(
        management_events,
        hardened(trail={"selectors": Known(DATA_ONLY)}, more_trails=(another(selectors=Known(DATA_ONLY)),)),
        FAIL,
    ),
    Case(
        management_events,
        hardened(trail={"selectors": Known(DATA_ONLY)}, more_trails=(another(selectors=DENIED),)),
        UNKNOWN,
    ),
    Case(no_source_exclusions, hardened(), PASS),
    Case(no_source_exclusions, hardened(trail={"selectors": Known(Selectors())}), PASS),
    Case(no_source_exclusions, hardened(trail={"selectors": Known(READ)}), PASS),
    Case(no_source_exclusions, hardened(trail={"selectors": Known(NO_KMS)}), FAIL, f"eventSource {KMS}"),
    Case(no_source_exclusions, hardened(trail=selecting(BUT_KMS)), FAIL, f"eventSource {KMS}"),
    Case(no_source_exclusions, hardened(trail=selecting(BUT_KMS, management())), PASS),
    Case(
        no_source_exclusions,
        hardened(trail={"selectors": Known(Selectors(basic=(*NO_KMS.basic, BasicSelector())))}),
        PASS,
    ),
    Case(
        no_source_exclusions,
        hardened(trail=selecting(BUT_KMS, management(eventSource={"starts_with": ("kms.",)}))),
        PASS,
    ),
    Case(
        no_source_exclusions,
        hardened(trail=selecting(management(eventSource={"not_starts_with": ("iam",)}))),
        FAIL,
        "eventSource iam*",
    ),
    Case(
        no_source_exclusions,
        hardened(trail=selecting(management(eventSource={"ends_with": ("s.amazonaws.com",)}))),
        FAIL,
        "any other",
    ),
    Case(no_source_exclusions, hardened(trail=selecting(BLIND)), PASS),
    Case(
        no_source_exclusions,
        hardened(
            trail=selecting(
                management(eventSource={"not_equals": (KMS,)}, eventName={"not_equals": ("Decrypt",)})
            )
        ),
        FAIL,
        KMS,
    ),
    Case(
        no_source_exclusions,
        hardened(
            trail=selecting(BUT_KMS, management(eventSource={"equals": (KMS,)}, eventName={"equals": ("A",)}))
        ),
        FAIL,
        KMS,
    ),
    Case(no_source_exclusions, hardened(trail={"selectors": Known(DATA_ONLY)}), None, "no management events"),
    Case(no_source_exclusions, hardened(trail={"selectors": DENIED}), UNKNOWN),
    Case(
        no_source_exclusions,
        hardened(trail={"selectors": Known(NO_KMS)}, more_trails=(another(),)),
        PASS,
    ),
    Case(
        no_source_exclusions,
        hardened(trail={"selectors": Known(NO_KMS)}, more_trails=(another(selectors=Known(READ)),)),
        FAIL,
        "are not recorded",
    ),
    Case(
        no_source_exclusions,
        hardened(trail={"selectors": Known(NO_KMS)}, more_trails=(another(status=STOPPED),)),
        FAIL,
    ),
    Case(
        no_source_exclusions,
        hardened(trail={"selectors": Known(NO_KMS)}, more_trails=(single_region(region=HOME),)),
        FAIL,
    ),
    Case(
        no_source_exclusions,
        hardened(
            trail={"selectors": Known(NO_KMS), "organization": Known(True)},
            more_trails=(another(),),
        ),
        FAIL,
    ),
    Case(
        no_source_exclusions,
        hardened(trail={"selectors": Known(NO_KMS)}, more_trails=(another(selectors=DENIED),)),
        UNKNOWN,
    ),
    Case(no_source_exclusions, member(selectors=Known(NO_KMS)), FAIL),
    Case(no_source_exclusions, member(), UNKNOWN),
    Case(no_narrowing, hardened(), PASS),
    Case(no_narrowing, hardened(trail=selecting(READ_SELECTOR)), PASS),
    Case(no_narrowing, hardened(trail=selecting(READ_SELECTOR, data("AWS::S3::Object"))), PASS),
    Case(no_narrowing, hardened(trail=selecting(BLIND)), FAIL, "eventName NotEquals StopLogging"),
    Case(no_narrowing, hardened(trail=selecting(BUT_KMS)), FAIL, f"eventSource NotEquals {KMS}"),
    Case(
        no_narrowing,
        hardened(trail=selecting(management(sessionCredentialFromConsole={"equals": ("true",)}))),
        FAIL,
        "sessionCredentialFromConsole Equals true",
    ),
    Case(
        no_narrowing,
        hardened(trail=selecting(management(userIdentity_arn={"not_starts_with": ("arn:aws:iam",)}))),
        FAIL,
        "userIdentity.arn NotStartsWith arn:aws:iam",
    ),
    Case(
        no_narrowing, hardened(trail=selecting(management(new={"ends_with": ("x",)}))), FAIL, "new EndsWith x"
    ),
    Case(no_narrowing, hardened(trail=selecting(management(eventType={}))), None),
    Case(no_narrowing, hardened(trail=selecting(BLIND, management())), PASS),
    Case(
        no_narrowing,
        hardened(
            trail=selecting(
                READ_SELECTOR,
                management(readOnly={"equals": ("false",)}, eventName={"not_equals": ("StopLogging",)}),
            )
        ),
        FAIL,
    ),
    Case(no_narrowing, hardened(trail={"selectors": Known(NO_KMS)}), None, "no advanced selectors"),
    Case(no_narrowing, hardened(trail=selecting(MISLEADING)), None, "no management events"),
    Case(no_narrowing, hardened(trail={"selectors": DENIED}), UNKNOWN),
    Case(no_narrowing, hardened(trail=selecting(BLIND), more_trails=(another(),)), PASS),
    Case(no_narrowing, hardened(trail=selecting(BLIND), more_trails=(another(selectors=FOREIGN),)), UNKNOWN),
    Case(no_narrowing, hardened(trail=selecting(BLIND), more_trails=(another(**selecting(BLIND)),)), FAIL),
    Case(read_write_by_union, hardened(), PASS, "audit (us-east-1) records read and write"),
    Case(
        read_write_by_union,
        hardened(trail={"selectors": Known(READ)}, more_trails=everywhere("writes", WRITE)),
        PASS,
        "writes (us-west-2) records write management events",
    ),
    Case(
        read_write_by_union,
        hardened(trail={"selectors": Known(READ)}, more_trails=(single_region(selectors=Known(WRITE)),)),
        FAIL,
        "no trail records write management events in us-east-1, us-west-2",
    ),
    Case(read_write_by_union, hardened(trail=LOCAL), FAIL, "in eu-west-1, us-west-2"),
    Case(read_write_by_union, hardened(trail=LOCAL, account={"scope": (HOME,)}), PASS),
    Case(read_write_by_union, hardened(trail={"selectors": DENIED}), UNKNOWN),
    Case(read_write_by_union, hardened(account=discovered(denied=(AWAY,))), UNKNOWN),
    Case(read_write_by_union, hardened(trail=LOCAL, account=discovered(denied=(AWAY,))), FAIL, "us-west-2"),
    Case(read_write_by_union, hardened(account={"regions": DENIED}), UNKNOWN),
    Case(read_write_by_union, member(), UNKNOWN),
]


@parametrize(CASES)
def test_selectors(case: Case) -> None:
    check(case)


def test_the_primary_trail_and_its_deliberate_second_both_pass() -> None:
    both = hardened(more_trails=(another(**selecting(BUT_KMS)),))
    for control in (no_source_exclusions, no_narrowing):
        assert all(getattr(j, "status", None) is PASS for j in judge_all(control, both).values())


def test_who_records_what_was_left_out_is_said() -> None:
    both = hardened(more_trails=(another(**selecting(BUT_KMS)),))
    judgement = judge_all(no_source_exclusions, both)[another().arn]
    assert getattr(judgement, "detail", "").endswith("are left to others: audit (us-east-1)")


def test_a_trail_for_data_events_beside_one_that_watches_is_asked_for_nothing() -> None:
    world = hardened(trail={"selectors": Known(DATA_ONLY)}, more_trails=(another(),))
    judged = judge_all(management_events, world)
    beside = judged.pop(TRAIL_ARN)
    assert isinstance(beside, NotApplicable)
    assert "which records them" in beside.reason
    assert [getattr(one, "status", None) for one in judged.values()] == [PASS]
