"""A trail as somebody declared it, to compare with the one that is there."""

from msgspec import Struct

from checker.evidence import Observed
from checker.inventory.trail import Trail


class ExpectedTrail(Struct, frozen=True, kw_only=True):
    """What a template says of a trail; settings that only a deployment gives a value are OUT_OF_SCOPE."""

    arn: str
    """Of the trail that was found, or else the one that a deployment would give it."""
    account: str
    region: str
    """Empty where neither the template nor a trail of that name tells."""
    created: Observed[bool]
    """Whether the template's conditions let it be created at all."""
    trail: Trail
