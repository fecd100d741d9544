"""The documentation as pages: every control has one, and every link leads somewhere."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest

from checker.catalog import CONTROLS
from checker.examples import LANGUAGES, example
from docs.site.build import build
from docs.site.document import slug
from tests.report import browser

ROOT = Path(__file__).parent.parent


class Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.levels: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        if found.get("id"):
            self.anchors.add(str(found["id"]))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build(ROOT, folder)
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}


def test_every_control_and_every_document_has_a_page(site: Path) -> None:
    assert {path.stem for path in (site / "controls").glob("*.html")} == set(CONTROLS)
    documents = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert {path.stem for path in (site / "docs").glob("*.html")} == documents
    assert "TH110" in (site / "controls" / "TH110.html").read_text("utf-8")


def test_a_page_shows_what_fails_and_what_passes_with_the_line_that_decides(site: Path) -> None:
    text = (site / "controls" / "TH110.html").read_text("utf-8")
    bad, good = text.split("Fails</h3>")[1].split("Passes</h3>")
    assert "<mark>    EnableLogFileValidation: false</mark>" in bad
    assert "<mark>    EnableLogFileValidation: true</mark>" in good.split("</pre>")[0]


@pytest.mark.parametrize("control", CONTROLS)
def test_every_example_marks_lines_in_both_halves(site: Path, control: str) -> None:
    text = (site / "controls" / f"{control}.html").read_text("utf-8")
    halves = re.findall(r'<section class="(bad|good)">.*?<code>(.*?)</code>', text, re.DOTALL)
    shown = [language for language in LANGUAGES if example(control, language)]
    assert [kind for kind, _ in halves] == ["bad", "good"] * len(shown)
    assert all("<mark" in code for _, code in halves)
    assert ("<h2" in text.split("Why no template of")[0]) or halves


def test_the_whole_templates_are_there(site: Path) -> None:
    good = site / "checker" / "examples" / "trail.yaml"
    bad = site / "controls" / "TH110.bad.yaml"
    differing = set(good.read_text().splitlines()) ^ set(bad.read_text().splitlines())
    assert {line.strip() for line in differing} == {
        "EnableLogFileValidation: true",
        "EnableLogFileValidation: false",
    }


def test_every_link_leads_to_a_page_and_its_anchor(pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links:
            if "://" in link or link.startswith("mailto:"):
                continue
            name, _, anchor = link.partition("#")
            target = (path.parent / unquote(name)).resolve() if name else path
            if not target.is_file() or (anchor and target in pages and anchor not in pages[target].anchors):
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert re.findall(r"<script[^>]", text) == []  # what there is stands in the page
        assert "<link" not in text
        assert "<img" not in text


def test_the_same_sources_give_the_same_bytes(site: Path, tmp_path: Path) -> None:
    again = build(ROOT, tmp_path)
    assert all((site / name).read_bytes() == (tmp_path / name).read_bytes() for name in again)


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Where teams are", "where-teams-are"),
        ("`trailhold` & co.", "trailhold--co"),
        ('<a id="x"></a>X', "x"),
    ],
)
def test_anchors_are_those_of_github(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Page]:
    with browser.browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


SHOWN = "[...document.querySelectorAll('tr[data-words]')].filter(row => !row.hidden).map(row => row.id)"


@pytest.mark.parametrize(
    ("words", "severity", "set", "found"),
    [
        ("", "", "", len(CONTROLS)),
        ("TH110", "", "", ["th110"]),
        ("sign log", "high", "", ["th110"]),
        ("digest-free cis", "", "", []),
        ("cis-5.0 trails sign", "", "", ["th110"]),
        ("no such words", "", "", []),
        ("", "critical", "strict", None),
    ],
)
def test_the_catalogue_is_narrowed_as_one_types(
    tab: browser.Page, site: Path, words: str, severity: str, set: str, found: list[str] | int | None
) -> None:
    tab.open((site / "policies" / "CONTROLS.html").as_uri())
    for name, value in (("words", words), ("severity", severity), ("set", set)):
        tab.js(
            f"(() => {{ const field = document.getElementById('filter').{name}; field.value = '{value}';"
            " field.dispatchEvent(new Event('input', {bubbles: true})) })()"
        )
    shown = tab.js(SHOWN)
    said = tab.js("document.querySelector('[role=status]').textContent")
    assert said == f"{len(shown)} of {len(CONTROLS)} controls"
    if found is None:
        assert {CONTROLS[id.upper()].severity.value for id in shown} == {severity}
    else:
        assert found in (shown, len(shown))
    assert tab.complaints == []


CONTRAST = """(() => {
  const shade = (text) => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return { a, l: [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
      .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0) };
  };
  const behind = (node) => {
    const found = shade(getComputedStyle(node).backgroundColor);
    return found.a || !node.parentElement ? found : behind(node.parentElement);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const low = new Set();
  for (let text; (text = walker.nextNode());) {
    const node = text.parentElement;
    if (!text.data.trim() || !node.getClientRects().length) continue;
    const [one, other] = [shade(getComputedStyle(node).color).l, behind(node).l].sort((a, b) => b - a);
    if ((one + 0.05) / (other + 0.05) < 4.5) low.add(`${node.tagName} ${text.data.trim().slice(0, 40)}`);
  }
  return [...low];
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "policies/CONTROLS.html", "controls/TH312.html"])
def test_every_word_can_be_told_from_what_is_behind_it(
    tab: browser.Page, site: Path, name: str, scheme: str
) -> None:
    tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    tab.open((site / name).as_uri())
    assert tab.js(CONTRAST) == []


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("name", ["index.html", "policies/CONTROLS.html", "controls/TH312.html"])
def test_no_page_is_wider_than_its_screen(tab: browser.Page, site: Path, name: str, width: int) -> None:
    tab.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    tab.open((site / name).as_uri())
    assert tab.js("document.documentElement.scrollWidth") <= width


def test_the_first_key_leads_past_the_menu_and_headings_leave_out_no_level(pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        assert page.links[0] == "#main", path
        assert page.anchors >= {"main", "documents"}
        assert page.levels[0] == 1, path
        assert all(after - before <= 1 for before, after in pairwise(page.levels)), (path, page.levels)
