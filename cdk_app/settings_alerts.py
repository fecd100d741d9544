"""Settings: what is reported, what is undone at once, and what nobody in the organization may do."""

import re

from msgspec import Struct

from cdk_app.formats import check, region


class Alerts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Alarms on the trail's log group, and rules that report tampering within seconds."""

    alarms: bool = True
    leave_out: tuple[str, ...] = ()
    """Alarms that are not wanted, by id, such as ``vpc-changes``."""
    thresholds: dict[str, int] = {}
    """Events in five minutes that an alarm takes, by id; one without an entry."""
    tampering: bool = True
    regions: tuple[str, ...] = ()
    """Further Regions of the management account in which tampering is reported."""
    auto_restart: bool = False
    """Start the trail again when it is stopped, and restore its selectors."""

    def __post_init__(self) -> None:
        for code in self.regions:
            region(code, "regions")


class Guards(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The organization's policies: none without a target."""

    target_ids: tuple[str, ...] = ()
    """The root, organizational units or accounts that are protected and kept in bounds."""
    member_trails: bool = True
    """Keep member accounts from changing trails of their own too."""

    def __post_init__(self) -> None:
        for target in self.target_ids:
            check(
                bool(re.fullmatch(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|\d{12}", target)),
                f"target-ids: {target!r} is not the id of a root (r-), a unit (ou-) or an account",
            )
