"""One waiver, and which findings it is about."""

import re
from collections.abc import Mapping
from datetime import date
from fnmatch import translate
from functools import lru_cache

from msgspec import Struct

from checker.model import Finding, Status, Waiver


class Rule(Struct, frozen=True, kw_only=True):
    """A waiver as a file has it. Of a scope that lists several, one has to match; of several scopes, each."""

    control: str
    """Id of the control."""
    accounts: tuple[str, ...] = ()
    ous: tuple[str, ...] = ()
    """Ids of organizational units or of the root, with all below them."""
    regions: tuple[str, ...] = ()
    """Patterns with ``*`` and ``?``, as in ``resources``."""
    resources: tuple[str, ...] = ()
    """Patterns of what reports print: the ARN, ``account 111122223333``, or the construct in a template."""
    statuses: tuple[Status, ...] = (Status.FAIL,)
    reason: str
    owner: str
    expires: date | None = None
    """The last day on which it counts, in UTC."""
    path: str = ""
    line: int = 0
    """From 1 on; 0 where the file does not tell."""

    @property
    def place(self) -> str:
        """Where it is written, as editors link it."""
        return f"{self.path}:{self.line}" if self.line else self.path

    @property
    def identity(self) -> tuple[object, ...]:
        """What two waivers of the same risk have in common."""
        scopes = (self.accounts, self.ous, self.regions, self.resources, self.statuses)
        return self.control, *(tuple(sorted(scope)) for scope in scopes)

    @property
    def waiver(self) -> Waiver:
        """What reports say of it."""
        return Waiver(
            control=self.control,
            reason=self.reason,
            owner=self.owner,
            expires=self.expires.isoformat() if self.expires else "",
            source=self.place,
        )

    def expired(self, today: date) -> bool:
        """Say whether its last day is over."""
        return self.expires is not None and self.expires < today

    def covers(self, finding: Finding, units: Mapping[str, tuple[str, ...]]) -> bool:
        """Say whether the finding's control and resource are meant, whatever its status.

        ``units`` are the accounts of organizational units; of one that is missing there, none is known.
        """
        return (
            finding.control_id == self.control
            and (not self.accounts or finding.account_id in self.accounts)
            and (not self.ous or any(finding.account_id in units.get(ou, ()) for ou in self.ous))
            and (not self.regions or any(matches(each, finding.region) for each in self.regions))
            and (not self.resources or any(matches(r, n) for r in self.resources for n in names(finding)))
        )


def names(finding: Finding) -> tuple[str, ...]:
    """Return what reports call the resource of a finding."""
    found = [finding.resource_arn]
    if finding.resource_type == "AWS::::Account":
        found.append(f"account {finding.account_id}")
    if finding.location and finding.location.construct:
        found.append(finding.location.construct)
    return tuple(found)


def matches(pattern: str, text: str) -> bool:
    """Match a whole text: ``*`` stands for any characters, ``?`` for one; case counts."""
    return _pattern(pattern).match(text) is not None


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern without backtracking; a bracket is a bracket."""
    return re.compile(translate(text.replace("[", "[[]")))
