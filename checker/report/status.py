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
    sarif: str
    """SARIF ``kind`` of the result; passes have none, and what was accepted has ``suppressions``."""
    junit: str
    """JUnit element inside the test case; none for a pass."""
    github: str
    """Workflow command of GitHub, of a failure that is not mild; empty for none."""
    markdown: str
    """The mark in job summaries."""


STATUS: dict[Outcome, Names] = {
    Outcome.FAIL: Names(
        ocsf_compliance=3,
        ocsf_compliance_word="Fail",
        ocsf_finding=1,
        ocsf_finding_word="New",
        asff="FAILED",
        sarif="fail",
        junit="failure",
        github="error",
        markdown="❌",
    ),
    Outcome.UNKNOWN: Names(
        ocsf_compliance=2,
        ocsf_compliance_word="Warning",
        ocsf_finding=1,
        ocsf_finding_word="New",
        asff="WARNING",
        sarif="open",
        junit="error",
        github="notice",
        markdown="❔",
    ),
    Outcome.WAIVED: Names(
        ocsf_compliance=3,
        ocsf_compliance_word="Fail",
        ocsf_finding=3,
        ocsf_finding_word="Suppressed",
        asff="FAILED",
        sarif="fail",
        junit="skipped",
        github="notice",
        markdown="☑️",
    ),
    Outcome.PASS: Names(
        ocsf_compliance=1,
        ocsf_compliance_word="Pass",
        ocsf_finding=4,
        ocsf_finding_word="Resolved",
        asff="PASSED",
        sarif="pass",
        junit="",
        github="",
        markdown="✅",
    ),
}
"""What does not apply has no finding, and so no line here: formats that have a word for it count it apart."""
