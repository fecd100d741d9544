"""More trails than the hardened one, and others who look at them."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from msgspec.structs import replace

from checker.evidence import Cause, Known, Unknown
from checker.inventory import (
    AdvancedSelector,
    BasicSelector,
    DataResource,
    Discovery,
    FieldSelector,
    Inventory,
    Selectors,
    Sighting,
    Trail,
)
from tests.hardened import ACCOUNT, DENIED, HOME, NOW, OWNER, REGIONS, TRAIL, TRAIL_ARN, status

Operators: TypeAlias = Mapping[str, tuple[str, ...]]

AWAY = "eu-west-1"
MEMBER = "444455556666"
FOREIGN = Unknown("the trail belongs to account 111122223333", Cause.FOREIGN_ACCOUNT)
STOPPED = status(is_logging=Known(False))
UNREAD_STATUS = status(is_logging=DENIED)

READ, WRITE = (Selectors(basic=(BasicSelector(read_write_type=rw),)) for rw in ("ReadOnly", "WriteOnly"))
NO_KMS = Selectors(basic=(BasicSelector(exclude_management_event_sources=("kms.amazonaws.com",)),))
ALL_S3 = Selectors(
    basic=(BasicSelector(data_resources=(DataResource(type="AWS::S3::Object", values=("arn:aws:s3",)),)),)
)
DATA_ONLY = Selectors(
    basic=(
        BasicSelector(
            include_management_events=False,
            data_resources=(DataResource(type="AWS::S3::Object", values=("arn:aws:s3:::",)),),
        ),
    )
)


def management(**conditions: Operators) -> AdvancedSelector:
    """A selector for management events; ``management(readOnly={"equals": ("true",)})`` narrows it."""
    return _selector("Management", conditions)


def data(type: str, **conditions: Operators) -> AdvancedSelector:
    """A selector for data events of one type; ``_`` stands for the dot in ``resources_ARN``."""
    return _selector("Data", {"resources.type": {"equals": (type,)}, **conditions})


def _selector(category: str, conditions: dict[str, Operators]) -> AdvancedSelector:
    fields: dict[str, Operators] = {"eventCategory": {"equals": (category,)}, **conditions}
    return AdvancedSelector(
        field_selectors=tuple(
            replace(FieldSelector(field=name.replace("_", ".")), **operators)
            for name, operators in fields.items()
        )
    )


def selecting(*advanced: AdvancedSelector) -> dict[str, Any]:
    """The hardened trail with these selectors: ``hardened(trail=selecting(...))``."""
    return {"selectors": Known(Selectors(advanced=advanced))}


def another(name: str = "second", region: str = HOME, **changes: Any) -> Trail:
    """One more trail of the account, as good as the first but for the changes."""
    arn = f"arn:aws:cloudtrail:{region}:{ACCOUNT}:trail/{name}"
    return replace(replace(TRAIL, arn=arn, name=name, home_region=region), **changes)


def single_region(name: str = "local", region: str = AWAY, **changes: Any) -> Trail:
    """A trail for one Region alone."""
    return another(name, region, **{"multi_region": Known(False), **changes})


def discovered(arns: tuple[str, ...] = (TRAIL_ARN,), denied: tuple[str, ...] = ()) -> dict[str, Any]:
    """What the account's Regions show; in some of them it may not look."""
    return {
        "discoveries": tuple(
            Discovery(region=region, trail_arns=DENIED if region in denied else Known(arns))
            for region in REGIONS
        )
    }


def member(*own: Trail, **changes: Any) -> Inventory:
    """A member account that sees an organization trail (its owner was not audited) and trails of its own."""
    unread = {"selectors": FOREIGN, "insights": FOREIGN, "tags": FOREIGN}
    organization = replace(replace(TRAIL, organization=Known(True), **unread), **changes)
    trails = (organization, *own)
    sightings = tuple(
        Sighting(account=MEMBER, region=region, trail_arn=trail.arn, status=trail.status)
        for trail in trails
        for region in REGIONS
    )
    account = replace(
        OWNER, id=MEMBER, organization=Known("o-example"), **discovered(tuple(t.arn for t in trails))
    )
    return Inventory(
        partition="aws",
        taken_at=NOW,
        accounts={MEMBER: account},
        trails={trail.arn: trail for trail in trails},
        sightings=sightings,
    )
