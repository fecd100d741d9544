"""What to write into Security Hub, decided before anything is: a pure plan over what is there already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from checker.assessment import Assessment
from checker.report.asff import GENERATOR, asff, moment
from checker.report.encoding import encode
from checker.report.tally import Outcome, outcome

PERMISSIONS = ("securityhub:GetFindings", "securityhub:BatchImportFindings")
"""Beside what an audit needs, and in the one account and Region that take the findings."""
MOST_FINDINGS, MOST_BYTES = 100, 5_500_000
"""Of one call; the service allows 6 MB."""
LIMIT_OF_ONE = 240_000
"""Bytes of one finding."""
IDENTITY = (
    "SchemaVersion",
    "Id",
    "ProductArn",
    "GeneratorId",
    "AwsAccountId",
    "CreatedAt",
    "Title",
    "Description",
    "Resources",
    "Compliance",
    "FindingProviderFields",
)
"""What is sent back of a finding that is archived because nothing is left to judge."""
PROVIDER = ("Severity", "Types")
"""What a provider may only write into ``FindingProviderFields``."""

Asff = dict[str, Any]


class Plan(Struct, frozen=True, kw_only=True):
    """What to send; everything else in Security Hub is left alone."""

    imported: tuple[Asff, ...]
    """Open findings, new ones and those that are there already."""
    archived: tuple[Asff, ...]
    """Ours that now pass, or whose resource this audit looked for and did not find."""
    newer: int
    """Findings of which Security Hub has a later observation than this one."""

    @property
    def findings(self) -> tuple[Asff, ...]:
        """All that is sent."""
        return (*self.imported, *self.archived)


def plan(assessment: Assessment, existing: Iterable[Asff], *, account: str, region: str) -> Plan:
    """Decide what to import and what to archive in the Security Hub of an account and Region.

    All findings are filed under ``account``, as the default product demands, and name the owner of the
    resource in their own fields. Of ``existing`` only what is ours, active and of the same product counts.
    """
    present = {f["Id"]: f for f in existing if _ours(f, account, region)}
    finished = moment(assessment.scan.finished)
    imported, archived, newer = [], [], 0
    current = set()
    for finding in assessment.findings:
        made = _writable(asff(finding, assessment, account=account, region=region))
        current.add(made["Id"])
        before = present.get(made["Id"])
        if before is None and outcome(finding) is Outcome.PASS:
            continue
        if before is not None and before["UpdatedAt"] > finished:
            newer += 1
            continue
        if before is not None:
            made = {key: value for key, value in made.items() if key != "Note"}
            made["CreatedAt"] = before["CreatedAt"]
        if outcome(finding) is Outcome.PASS:
            archived.append(made | {"RecordState": "ARCHIVED"})
        else:
            imported.append(made)
    gone = [f for id, f in present.items() if id not in current and rejudged(f, assessment)]
    newer += sum(f["UpdatedAt"] > finished for f in gone)
    archived += [_closed(f, finished) for f in gone if f["UpdatedAt"] <= finished]
    return Plan(imported=tuple(imported), archived=tuple(archived), newer=newer)


def rejudged(finding: Mapping[str, Any], assessment: Assessment) -> bool:
    """Say whether an audit would have found again what one of our earlier findings is about.

    Its control judged, its account and Region were looked at, and nothing in the account stayed unread: what
    could not be read may be why the resource was not found.
    """
    fields, scan = finding.get("ProductFields", {}), assessment.scan
    control, owner = fields.get("trailhold/ControlId"), fields.get("trailhold/AccountId")
    if control not in assessment.controls or owner not in scan.accounts:
        return False
    if scan.regions and fields.get("trailhold/Region") not in scan.regions:
        return False
    return not any(gap.account in (owner, "") for gap in assessment.incomplete)


def batches(findings: Sequence[Asff]) -> Iterator[list[Asff]]:
    """Split what is sent into calls that the service accepts."""
    batch: list[Asff] = []
    size = 0
    for finding in findings:
        more = len(encode(finding))
        if batch and (len(batch) == MOST_FINDINGS or size + more > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(finding)
        size += more
    if batch:
        yield batch


def _ours(finding: Mapping[str, Any], account: str, region: str) -> bool:
    """Trust no filter of somebody else with what may be archived."""
    return (
        str(finding.get("GeneratorId", "")).startswith(GENERATOR)
        and str(finding.get("Id", "")).startswith(GENERATOR)
        and finding.get("AwsAccountId") == account
        and str(finding.get("ProductArn", "")).endswith(f":{region}:{account}:product/{account}/default")
        and finding.get("RecordState", "ACTIVE") == "ACTIVE"
    )


def _writable(finding: Asff) -> Asff:
    return {key: value for key, value in finding.items() if key not in PROVIDER}


def _closed(finding: Mapping[str, Any], at: str) -> Asff:
    kept = {key: finding[key] for key in IDENTITY if key in finding}
    fields = finding.get("ProductFields", {})
    ours = {key: value for key, value in fields.items() if key.startswith(GENERATOR)}
    return kept | {"ProductFields": ours, "UpdatedAt": at, "RecordState": "ARCHIVED"}
