from checker.catalog import CONTROLS
from checker.evidence import Known
from checker.inventory import BasicSelector, DataResource, Selectors
from checker.model import Status
from tests.controls.judging import Case, check, judge_all, parametrize, status_of
from tests.controls.trails import ALL_S3, another, data, discovered, single_region
from tests.hardened import DENIED, REGIONS, hardened

QUOTA, LIMITS = (CONTROLS[id] for id in ("TH126", "TH219"))
FOUR = tuple(another(f"more-{n}") for n in range(4))
MANY = tuple(f"arn:aws:s3:::bucket-{n}/" for n in range(251))


def basic(*selectors: BasicSelector) -> dict[str, object]:
    return {"selectors": Known(Selectors(basic=selectors))}


def resources(count: int) -> BasicSelector:
    return BasicSelector(data_resources=(DataResource(type="AWS::S3::Object", values=MANY[:count]),))


def values(count: int) -> dict[str, object]:
    """Advanced selectors with so many condition values, category and type included."""
    names = tuple(f"arn:aws:s3:::b{n}/" for n in range(count - 2))
    selector = data("AWS::S3::Object", resources_ARN={"starts_with": names})
    return {"selectors": Known(Selectors(advanced=(selector,)))}


BOTH = Selectors(basic=ALL_S3.basic, advanced=(data("AWS::S3::Object"),))
CASES = [
    Case(QUOTA, hardened(), Status.PASS, "1 of 5"),
    Case(QUOTA, hardened(more_trails=FOUR[:3]), Status.PASS, "4 of 5"),
    Case(QUOTA, hardened(more_trails=FOUR), Status.FAIL, "5 trails"),
    Case(QUOTA, hardened(account=discovered(denied=("us-west-2",))), Status.UNKNOWN),
    Case(QUOTA, hardened(account={"regions": DENIED}), Status.UNKNOWN),

    Case(LIMITS, hardened(), Status.PASS, "1 condition values"),
    Case(LIMITS, hardened(trail={"selectors": Known(Selectors())}), Status.PASS, "no selectors"),
    Case(LIMITS, hardened(trail=basic(*[BasicSelector()] * 5)), Status.PASS),
    Case(LIMITS, hardened(trail=basic(*[BasicSelector()] * 6)), Status.FAIL, "6 basic selectors"),
    Case(LIMITS, hardened(trail=basic(resources(250))), Status.PASS),
    Case(LIMITS, hardened(trail=basic(resources(250), resources(1))), Status.FAIL, "251 data resources"),
    Case(LIMITS, hardened(trail=values(500)), Status.PASS),
    Case(LIMITS, hardened(trail=values(501)), Status.FAIL, "501 condition values"),
    Case(LIMITS, hardened(trail={"selectors": Known(BOTH)}), Status.FAIL, "both"),
    Case(LIMITS, hardened(trail={"selectors": DENIED}), Status.UNKNOWN),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)


def test_a_trail_of_one_region_counts_there_alone() -> None:
    there = tuple(single_region(f"there-{n}") for n in range(4))
    found = judge_all(QUOTA, hardened(more_trails=there))
    failing = {region for region, judgement in found.items() if status_of(judgement) is Status.FAIL}
    assert failing == {"eu-west-1"}
    assert set(REGIONS) == set(found)


def test_whoever_has_both_kinds_is_judged_by_neither() -> None:
    inventory = hardened(trail={"selectors": Known(BOTH)})
    for id in ("TH201", "TH202", "TH207", "TH210"):
        found = {status_of(one) for one in judge_all(CONTROLS[id], inventory).values()}
        assert found == {Status.UNKNOWN}, id
