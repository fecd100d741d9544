"""How far an audit reached, in words: accounts that have nothing to say, and the Regions that were asked."""

from collections.abc import Iterator

from checker.assessment import Assessment
from checker.report.text import count, listed

_LISTING = frozenset(("account:ListRegions", "ec2:DescribeRegions"))
"""The calls that tell which Regions an account has enabled."""
_SHOWN = 3


def missing(assessment: Assessment) -> Iterator[str]:
    """Yield how many accounts could not be read, and how many are closed, so that nothing applies to them."""
    silent = [each for each in assessment.scan.roster if each.problem]
    closed = sum(1 for each in silent if each.state not in ("ACTIVE", ""))
    if closed < len(silent):
        yield f"{count(len(silent) - closed, 'account')} not read, see ACCOUNTS"
    if closed:
        yield f"{count(closed, 'account')} suspended or closed: not applicable, see ACCOUNTS"


def regions(assessment: Assessment) -> str:
    """Say which Regions were asked; of all that are enabled only where every account told which they are."""
    scan = assessment.scan
    if scan.regions:
        return listed(list(scan.regions), 20)
    covering = [f for f in assessment.findings if f.resource_type == "AWS::::Account"]
    judged = {f.region for f in covering if f.region}
    unlisted = sorted(
        {f.account_id for f in covering if any(u.origin.action in _LISTING for u in f.unknowns)}
    )
    if unlisted:
        asked = f"{len(judged)} asked" if judged else "none known"
        return f"{asked}: which are enabled in {listed(unlisted, _SHOWN)} could not be read"
    return f"all enabled ({len(judged)})" if judged else "all enabled"
