import base64
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from checker.assessment import Assessment
from checker.model import Status, Waiver
from checker.report.summary import render, summary
from tests.report import attacks, samples
from tests.report.browser import Page

CROWDED = samples.assessment(
    replace(f, waiver=replace(samples.ACCEPTED, reason=f"{n} {'long reason ' * 30}")) if n % 9 == 0 else f
    for n, f in enumerate(samples.large(50, 30).findings + samples.ORGANIZATION.findings)
)
ASSESSMENTS = {
    "organization": samples.ORGANIZATION,
    "large": samples.large(200, 60),
    "crowded": CROWDED,
    "clean": samples.CLEAN,
    "empty": samples.EMPTY,
    "hostile": attacks.hostile(),
}


@pytest.mark.parametrize("name", ASSESSMENTS)
def test_it_prints_on_one_page_and_breaks_no_rule(page: Page, tmp_path: Path, name: str) -> None:
    path = tmp_path / "summary.html"
    path.write_text(render(ASSESSMENTS[name]), encoding="utf-8")
    page.open(path.as_uri())
    pdf = base64.b64decode(page.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert len(re.findall(rb"/Type /Page\b(?!s)", pdf)) == 1
    assert page.complaints == []
    assert page.requests == [path.as_uri()]


def test_the_worst_comes_first() -> None:
    made = summary(samples.ORGANIZATION)
    assert [risk.control_id for risk in made.risks] == ["TH102", "TH106", "TH302", "TH403", "TH110"]
    assert made.more_risks == 2
    assert made.risks[-1].where == "3 resources in 3 accounts"
    assert made.accounts[0][0] == samples.ATTACKED
    assert made.failing_accounts == 3


def test_requirements_are_counted_as_the_report_by_framework_counts_them() -> None:
    met = {each.id: (each.met, each.judged) for each in summary(samples.CLEAN).frameworks}
    assert met["cis-6.0"] == (1, 1)
    row = re.search(r">CIS AWS Foundations Benchmark 6\.0\.0</th>(.*?)</tr>", render(samples.CLEAN))
    assert row is not None
    assert re.findall(r">(\d+)<", row[1]) == ["1", "1"]


def test_what_was_accepted_ends_soonest_first() -> None:
    ends = ("2027-03-31", "", "2026-12-01")
    found = [
        replace(
            samples.finding("TH116", Status.FAIL, "no tag", account=f"{n:012d}"),
            waiver=Waiver(control="TH116", reason="r", owner="o", expires=end),
        )
        for n, end in enumerate(ends)
    ]
    made = summary(samples.assessment(found))
    assert [each.expires for each in made.accepted] == ["2026-12-01", "2027-03-31"]
    assert made.more_accepted == 1


@pytest.mark.parametrize(
    ("assessment", "says"),
    [
        (samples.ORGANIZATION, "19 critical and 5 high failures to fix, and 7 findings could not be judged"),
        (samples.ORGANIZATION, "s3:GetBucketPolicy was denied"),
        (samples.ORGANIZATION, "tags come with the landing zone"),
        (samples.CLEAN, "Everything could be read, and no risk was accepted."),
        (samples.EMPTY, "No control could be judged"),
    ],
)
def test_it_tells(assessment: Assessment, says: str) -> None:
    assert says in render(assessment)


def test_no_attack_stays_markup() -> None:
    text = render(attacks.hostile())
    assert not re.search(r"<script|<img|<svg/onload|<h1 id=forged", text)
    assert not set(text) & set("\x1b\x07\x9b\u202e\u2066\u200b")
