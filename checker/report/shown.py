"""How the HTML report spells resources, commands, times and values."""

from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote

import msgspec
from msgspec import Struct

from checker.inventory.arns import resource_of
from checker.model import Evidence, Finding
from checker.report.encoding import encode, plain
from checker.report.shell import broken
from checker.report.shell import commands as split
from checker.report.tally import Fold
from checker.report.text import clip, place, visible

SHORT = 240
"""Characters of a value that are shown in place; longer ones are shown once, at the end."""
LONGEST = 20_000
"""Characters that are shown of one value."""
WORD = 2_000
"""Characters that are shown of one word of a command."""
WIDTH = 100
"""Of a command's line."""


class Values:
    """Spells values, and keeps the long ones, so that a policy that many controls read is shown once."""

    def __init__(self) -> None:
        self.long: dict[str, tuple[str, str]] = {}
        """Element id to the beginning and the whole of a text, in the order of first use."""

    def short(self, value: object) -> str:
        """Return the value as text, cut when it is long."""
        text = spelled(value)
        return text if len(text) <= SHORT else f"{text[:SHORT]}…"

    def whole(self, value: object) -> str:
        """Return the id of the element that shows a long value as a whole, or an empty string."""
        text = spelled(value)
        if len(text) <= SHORT:
            return ""
        id = f"v{sha256(text.encode(errors='surrogatepass')).hexdigest()[:12]}"
        self.long.setdefault(id, (f"{text[:80]}…", clip(_indented(text), LONGEST)))
        return id


class Reading(Struct, frozen=True, kw_only=True):
    """One value of one setting, wherever it was read."""

    action: str
    """The call that answered, or where in a file it stands."""
    field: str
    value: object
    account: str
    regions: tuple[str, ...]
    times: tuple[datetime, ...]
    """The first and the last, or one, or none."""


def readings(fold: Fold) -> list[Reading]:
    """Return what the findings of a fold stand on: what Regions have in common is told once."""
    same: dict[tuple[str, str, str, str], list[Evidence]] = {}
    for finding in fold.findings:
        for evidence in finding.evidence:
            origin = evidence.origin
            key = (origin.action or place(origin), origin.field, origin.account, spelled(evidence.value))
            same.setdefault(key, []).append(evidence)
    return [_reading(found) for found in same.values()]


def _reading(found: list[Evidence]) -> Reading:
    first = found[0].origin
    times = sorted({e.origin.at.astimezone(UTC).replace(microsecond=0) for e in found if e.origin.at})
    return Reading(
        action=first.action or place(first),
        field=first.field,
        value=found[0].value,
        account=first.account,
        regions=tuple(dict.fromkeys(e.origin.region for e in found if e.origin.region)),
        times=tuple(dict.fromkeys((*times[:1], *times[-1:]))),
    )


def spelled(value: object) -> str:
    """Return a value as text: strings as they are, nothing as ``none``, the rest as JSON."""
    if value is None:
        return "none"
    return value if isinstance(value, str) else encode(plain(value)).decode()


def _indented(text: str) -> str:
    """Indent what is JSON, such as a policy, and leave anything else alone."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return msgspec.json.format(text.encode(), indent=2).decode()
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return text


def commands(fold: Fold) -> list[str]:
    """Return the fold's distinct commands, long ones on several lines."""
    scripts = dict.fromkeys(f.remediation.cli for f in fold.findings)
    found = [[clip(word, WORD) for word in words] for script in scripts for words in split(script)]
    return ["\n".join(broken(words, WIDTH)) for words in found]


def moment(at: datetime) -> str:
    """Return a time in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def resource(finding: Finding) -> str:
    """Return the part of the ARN that its account and Region do not tell; empty for an account."""
    if finding.resource_type == "AWS::::Account":
        return ""
    return resource_of(finding.resource_arn)


def fragment(text: str) -> str:
    """Return a text as it may stand in the fragment of an address."""
    return quote(clip(visible(text), SHORT), safe="")
