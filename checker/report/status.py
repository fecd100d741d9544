"""What each outcome is called in the formats of other systems: one table, so that no two writers disagree."""

from msgspec import Struct

from checker.report.tally import Outcome


class Names(Struct, frozen=True, kw_only=True):
    """The words and numbers that stand for one outcome."""

    ocsf_compliance: int
    """OCSF ``compliance.status_id``: 1 Pass; 2 Warning, which "did not yield a result due to missing
    information"; 3 Fail."""
    ocsf_compliance_word: str
    """Its caption, ``compliance.status``."""
    ocsf_finding: int
    """OCSF ``status_id`` of the finding: 1 New, 3 Suppressed, 4 Resolved."""
    ocsf_finding_word: str
    asff: str
    """ASFF ``Compliance.Status``. The workflow belongs to the customer and is never written."""


STATUS: dict[Outcome, Names] = {
    Outcome.FAIL: Names(
        ocsf_compliance=3,
        ocsf_compliance_word="Fail",
        ocsf_finding=1,
        ocsf_finding_word="New",
        asff="FAILED",
    ),
    Outcome.UNKNOWN: Names(
        ocsf_compliance=2,
        ocsf_compliance_word="Warning",
        ocsf_finding=1,
        ocsf_finding_word="New",
        asff="WARNING",
    ),
    Outcome.WAIVED: Names(
        ocsf_compliance=3,
        ocsf_compliance_word="Fail",
        ocsf_finding=3,
        ocsf_finding_word="Suppressed",
        asff="FAILED",
    ),
    Outcome.PASS: Names(
        ocsf_compliance=1,
        ocsf_compliance_word="Pass",
        ocsf_finding=4,
        ocsf_finding_word="Resolved",
        asff="PASSED",
    ),
}
"""What does not apply has no finding, and so no line here: formats that have a word for it count it apart."""
