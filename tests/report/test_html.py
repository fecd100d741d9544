import base64
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

import checker.report
from checker.model import Status
from checker.report.html import render
from tests.report import attacks, samples

TEMPLATES = Path(checker.report.__file__).parent / "templates"


class Elements(HTMLParser):
    """Every element with its attributes, and the text of each style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] in ("style", "script") and self.cdata_elem:
            self.raw[self.found[-1][0]] = self.raw.get(self.found[-1][0], "") + data

    def all(self, attribute: str) -> list[str]:
        return [attributes[attribute] or "" for _, attributes in self.found if attribute in attributes]


ORGANIZATION_TEXT, HOSTILE_TEXT = render(samples.ORGANIZATION), render(attacks.hostile())
ORGANIZATION, HOSTILE = Elements(ORGANIZATION_TEXT), Elements(HOSTILE_TEXT)


@pytest.mark.parametrize("page", [ORGANIZATION, HOSTILE], ids=["organization", "hostile"])
def test_the_page_asks_for_nothing_outside_itself(page: Elements) -> None:
    assert not page.all("src")
    assert not page.all("style")
    assert all(address.startswith("#") for address in page.all("href"))
    assert not [name for _, attributes in page.found for name in attributes if name.startswith("on")]
    assert {tag for tag, _ in page.found} & {"link", "img", "iframe", "object", "base", "embed"} == set()
    assert len([tag for tag, _ in page.found if tag == "script"]) == 1


def test_the_policy_allows_this_style_and_script_and_nothing_else() -> None:
    policy = next(a["content"] or "" for _, a in ORGANIZATION.found if "http-equiv" in a)
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == "'none'"
    for name in ("style", "script"):
        digest = base64.b64encode(sha256(ORGANIZATION.raw[name].encode()).digest()).decode()
        assert parts[f"{name}-src"] == f"'sha256-{digest}'"
    assert "unsafe" not in policy


@pytest.mark.parametrize("attack", ["<script>window", "<img src", "<svg/onload", "<h1 id=forged", "<!--"])
def test_no_attack_stays_markup(attack: str) -> None:
    assert attack not in HOSTILE_TEXT


def test_a_name_of_100_kb_is_cut() -> None:
    assert "A" * 20_001 not in HOSTILE_TEXT
    assert "(100,000 characters)" in HOSTILE_TEXT


def test_a_long_policy_is_shown_once_and_whole() -> None:
    assert ORGANIZATION_TEXT.count("AWSLogs/333344445555/*") == 1
    assert len(re.findall(r'<a href="#v[0-9a-f]{12}">', ORGANIZATION_TEXT)) == 2


def test_every_finding_has_its_anchor() -> None:
    ids = ORGANIZATION.all("id")
    assert {f"f{f.fingerprint[:12]}" for f in samples.ORGANIZATION.findings} <= set(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "shown",
    [
        "19 critical and 5 high failures to fix, and 7 findings could not be judged",
        "0 of 7 judged controls pass",
        "46 of 68 enabled Regions of 4 accounts have a trail that logs",
        "grant s3:GetBucketPolicy to the auditor",
        "LogFileValidationEnabled",
        "enable_log_file_validation = true",
        "CIS AWS Foundations Benchmark 5.0.0",
        "tags come with the landing zone",
        "aws kms enable-key",
        samples.SCAN.callers[0],
    ],
)
def test_the_page_tells(shown: str) -> None:
    assert shown in ORGANIZATION_TEXT


@pytest.mark.parametrize(
    ("verdicts", "cell"),
    [
        pytest.param({"TH201": Status.FAIL}, "part", id="a trail logs, without the management events"),
        pytest.param({"TH201": Status.PASS}, "pass", id="a trail logs, with the management events"),
        pytest.param(
            {"TH201": Status.FAIL, "TH210": Status.PASS}, "pass", id="several trails share the work"
        ),
        pytest.param({"TH210": Status.FAIL}, "part", id="several trails leave something out"),
        pytest.param({}, "pass", id="nobody asked about events"),
    ],
)
def test_the_map_tells_a_trail_that_logs_from_one_that_records(
    verdicts: dict[str, Status], cell: str
) -> None:
    account = samples.CONSOLE
    logs = samples.finding("TH102", Status.PASS, "a trail logs", account=account)
    like = samples.finding("TH203", Status.PASS, "management events", account=account)
    events = [replace(like, control_id=id, status=status) for id, status in verdicts.items()]
    page = Elements(render(samples.assessment((logs, *events))))
    cells = [
        a["class"] for tag, a in page.found if tag == "td" and a.get("class") in ("pass", "part", "fail")
    ]
    assert cells == [cell]


@pytest.mark.parametrize(
    ("each", "failing", "anchors"),
    [
        pytest.param(60, 10, 30_000, id="one of ten fails"),
        pytest.param(60, 1, 30_000, id="everything fails"),
        pytest.param(160, 20, 4_000, id="more passes than can be listed"),
    ],
)
def test_500_accounts_stay_under_5_mb(each: int, failing: int, anchors: int) -> None:
    text = render(samples.large(500, each, failing=failing))
    assert len(text.encode()) < 5_000_000
    assert len(re.findall(r' id="f[0-9a-f]{12}"', text)) == anchors
    assert ("too many in this audit to list" in text) is (anchors < 500 * each)


def test_a_large_report_shows_a_few_failures_whole_and_lists_the_others() -> None:
    found = samples.large(500, 4, failing=4).findings
    text = render(
        samples.assessment(
            replace(f, waiver=samples.ACCEPTED)
            if f.status is Status.FAIL and f.account_id > f"{400:012d}"
            else f
            for f in found
        )
    )
    units = Elements(text).all("data-o")
    assert (units.count("fail"), units.count("waived")) == (400, 100)
    assert len(re.findall(r'<article class="finding', text)) == 4
    assert "398 more findings like these" in text
    assert "98 more findings that somebody accepted" in text
    assert "(accepted: tags come with the landing zone; platform@example.com, until 2027-03-31)" in text
    assert "workload-300-production</small>" in text


PAIRS = [
    ("ink", "paper"), ("ink", "card"), ("ink", "soft"), ("quiet", "paper"), ("quiet", "card"),
    ("link", "paper"), ("link", "card"), ("fail", "card"), ("card", "fail"), ("card", "ink"),
    ("unknown", "card"), ("unknown", "unknown-soft"), ("waived", "card"), ("waived", "waived-soft"),
    ("pass", "pass-soft"),
]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(theme: str, text: str, ground: str) -> None:
    light, dark = re.findall(r":root \{(.*?)\}", (TEMPLATES / "tokens.css").read_text(), re.DOTALL)[:2]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", light if theme == "light" else dark))
    lighter, darker = sorted((_luminance(colours[text]), _luminance(colours[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
