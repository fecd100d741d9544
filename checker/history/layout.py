"""Where results are kept: plain files below one place, laid out so that SQL engines read them as they are.

results/year=2026/month=11/day=21/20261121T120004Z-1a2b3c4d.json       the whole result
findings/account=111122223333/year=2026/month=11/day=21/20261121T120004Z-1a2b3c4d.jsonl
"""

import re
from collections.abc import Iterable
from datetime import UTC
from hashlib import sha256
from typing import Protocol

import msgspec

from checker.assessment import Assessment
from checker.model import Finding

RESULTS, FINDINGS = "results/", "findings/"
NAME = re.compile(r"(?:.*/)?(\d{8}T\d{6}Z)-[0-9a-f]{8}\.json")


class Store(Protocol):
    """A folder or a prefix that keeps files by relative names with ``/``."""

    @property
    def place(self) -> str:
        """Its name, as the user gave it."""
        ...

    def names(self, prefix: str) -> list[str]:
        """Return the names of all files whose name starts so, in any order."""
        ...

    def read(self, name: str) -> bytes:
        """Return a file."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Keep a file whole or not at all."""
        ...

    def write_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Keep files by their names, each whole or not at all; the first that cannot be kept ends it."""
        ...


def save(store: Store, assessment: Assessment, content: bytes) -> str:
    """Keep a result (``content`` is its JSON report) and a line a finding; return the name of the result.

    The same result again has the same names and bytes. The result comes last, so that what lists it has all.
    """
    finished = assessment.scan.finished.astimezone(UTC)
    stem = f"{finished:%Y%m%dT%H%M%SZ}-{sha256(content).hexdigest()[:8]}"
    day = f"year={finished:%Y}/month={finished:%m}/day={finished:%d}"
    accounts: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        safe = finding.account_id if re.fullmatch(r"\d{12}", finding.account_id) else "unknown"
        accounts.setdefault(safe, []).append(finding)
    at, version = f"{finished:%Y-%m-%d %H:%M:%S}", assessment.tool.version
    store.write_all(
        (f"{FINDINGS}account={account}/{day}/{stem}.jsonl", _lines(findings, at, version))
        for account, findings in sorted(accounts.items())
    )
    name = f"{RESULTS}{day}/{stem}.json"
    store.write(name, content)
    return name


def results(store: Store) -> list[str]:
    """Return the names of all results, the oldest first."""
    found = [name for name in store.names(RESULTS) if NAME.fullmatch(name)]
    return sorted(found, key=lambda name: name.rpartition("/")[2])


COLUMNS = (
    *("observed_at", "status", "severity", "control_id", "title", "account_name", "region"),
    *("resource_type", "resource_arn", "detail", "observed", "expected", "requirements"),
    *("waiver_reason", "waiver_owner", "waiver_expires", "known_since", "fingerprint", "tool_version"),
)
"""Of a line, beside the partitions account, year, month and day; new ones are added at the end."""


def _lines(findings: Iterable[Finding], observed_at: str, version: str) -> bytes:
    """Return a JSON object a line. ``status`` is that of the finding, also under a waiver."""
    lines = []
    for f in findings:
        line = {
            "observed_at": observed_at,
            **{name: getattr(f, name) for name in COLUMNS if hasattr(f, name)},
            "status": f.status.value,
            "severity": f.severity.value,
            "requirements": [
                f"{id} {each}" for id, names in sorted(f.requirements.items()) for each in names
            ],
            "waiver_reason": f.waiver.reason if f.waiver else "",
            "waiver_owner": f.waiver.owner if f.waiver else "",
            "waiver_expires": f.waiver.expires if f.waiver else "",
            "tool_version": version,
        }
        lines.append(_encoded({name: line[name] for name in COLUMNS}))
    return b"".join(line + b"\n" for line in lines)


def _encoded(line: dict[str, object]) -> bytes:
    try:
        return msgspec.json.encode(line)
    except UnicodeEncodeError:  # a lone surrogate, which AWS may send and UTF-8 cannot say
        spelled = {
            key: value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
            for key, value in line.items()
        }
        return msgspec.json.encode(spelled)
