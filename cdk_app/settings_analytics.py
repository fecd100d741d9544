"""Settings: how the log files can be asked."""

import re
from ipaddress import ip_network
from typing import Literal

from msgspec import Struct

from cdk_app.formats import account_id, check, region

BillingMode = Literal["EXTENDABLE_RETENTION_PRICING", "FIXED_RETENTION_PRICING"]


class Analytics(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The table, the workgroup and the saved queries."""

    enabled: bool = True
    account_ids: tuple[str, ...] = ()
    """All accounts of the organization, if a query is to ask all at once; else each query names one."""
    regions: tuple[str, ...] = ()
    """Without any: all of the partition."""
    first_day: str = "NOW-10YEARS"
    known_networks: tuple[str, ...] = ()
    """CIDR blocks whose addresses are not unknown, such as those of an office or a VPN."""
    scan_limit_gib: int = 100
    """A query that reads more is stopped, and costs no more."""
    results_days: int = 30

    def __post_init__(self) -> None:
        for account in self.account_ids:
            account_id(account, "account-ids")
        for code in self.regions:
            region(code, "regions")
        check(
            bool(re.fullmatch(r"\d{4}/\d{2}/\d{2}|NOW-\d+(YEARS|MONTHS|WEEKS|DAYS)", self.first_day)),
            f"first-day: {self.first_day!r} is neither a day such as 2026/01/31 nor such as NOW-10YEARS",
        )
        for network in self.known_networks:
            check(_is_network(network), f"known-networks: {network!r} is not a CIDR block")
        check(self.scan_limit_gib >= 1, f"scan-limit-gib: {self.scan_limit_gib} is not at least 1")
        check(self.results_days >= 1, f"results-days: {self.results_days} is not a number of days")


class Lake(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """CloudTrail Lake, which takes no new customers; so there is none unless it is asked for."""

    enabled: bool = False
    retention_days: int = 2557
    billing_mode: BillingMode = "EXTENDABLE_RETENTION_PRICING"

    def __post_init__(self) -> None:
        longest = 3653 if self.billing_mode == "EXTENDABLE_RETENTION_PRICING" else 2557
        check(
            7 <= self.retention_days <= longest,
            f"retention-days: {self.retention_days} is not between 7 and {longest}, "
            f"which {self.billing_mode} allows",
        )


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True
