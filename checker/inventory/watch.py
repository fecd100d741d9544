"""What watches over the trails in one Region of an account without a log group, and what happened there."""

from msgspec import Struct

from checker.evidence import Cause, Moment, Observed, Unknown

RULES_NOT_READ = Unknown("EventBridge rules were not part of this observation", Cause.OUT_OF_SCOPE)
HISTORY_NOT_READ = Unknown(
    "recent events were not looked up: audit again with a control that asks for them", Cause.OUT_OF_SCOPE
)


class EventRule(Struct, frozen=True, kw_only=True):
    """An EventBridge rule of the default event bus that picks calls of CloudTrail's own API."""

    arn: str
    name: str
    state: str
    """ENABLED, DISABLED or ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS."""
    pattern: str
    targets: tuple[str, ...]
    """ARNs."""


class TamperEvent(Struct, frozen=True, kw_only=True):
    """A call that may have blinded a trail."""

    id: str
    name: str
    time: Moment
    caller: str
    """ARN of the identity, or its name where CloudTrail tells no ARN; may be empty."""
    issuer: str = ""
    """ARN of the role behind the caller's session."""
    address: str = ""
    error: str = ""
    """Why AWS refused; empty for a call that did something."""


class History(Struct, frozen=True, kw_only=True):
    """The calls that may blind a trail, as CloudTrail's event history has them."""

    events: tuple[TamperEvent, ...] = ()
    since: Moment
    """Since when these are all."""


class RegionWatch(Struct, frozen=True, kw_only=True):
    """One Region of an account."""

    account: str
    region: str
    rules: Observed[tuple[EventRule, ...]] = RULES_NOT_READ
    history: Observed[History] = HISTORY_NOT_READ
