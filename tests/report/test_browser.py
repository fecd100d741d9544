from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from checker.assessment import Assessment
from checker.history.difference import difference
from checker.history.trend import trend
from checker.report import Choices
from checker.report import difference as changes
from checker.report import render as rendered
from checker.report.html import render
from checker.report.trend import html as trend_html
from tests.report import attacks, samples
from tests.report.browser import Page

VISIBLE = "[...document.querySelectorAll('[data-o]')].filter(unit => !unit.closest('[hidden]'))"
FINDINGS = f"{VISIBLE}.reduce((n, unit) => n + unit.querySelectorAll('b[id]').length, 0)"


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Address of each sample's report."""
    folder = tmp_path_factory.mktemp("reports")
    assessments = {"organization": samples.ORGANIZATION, "hostile": attacks.hostile(), "empty": samples.EMPTY}
    return {name: _written(folder / f"{name}.html", assessment) for name, assessment in assessments.items()}


def _written(path: Path, assessment: Assessment) -> str:
    path.write_text(render(assessment), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("name", ["organization", "hostile", "empty"])
def test_a_report_breaks_no_rule_and_asks_for_nothing(page: Page, files: dict[str, str], name: str) -> None:
    page.open(files[name])
    page.js("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.complaints == []
    assert page.requests == [files[name]]


def test_the_policy_is_in_force(page: Page, files: dict[str, str]) -> None:
    page.open(files["organization"])
    page.js(
        "(() => { const script = document.createElement('script'); script.textContent = 'window.ran = 1';"
        "document.body.append(script); document.body.style.cssText; })()"
    )
    assert page.js("window.ran") is None
    assert any("Content Security Policy" in each for each in page.complaints)


def test_hostile_names_do_nothing(page: Page, files: dict[str, str]) -> None:
    page.open(files["hostile"])
    page.js("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.js("window.pwned") is None
    assert page.js("document.getElementById('forged')") is None
    assert page.js("document.querySelectorAll('img, main script, main style, svg[onload]').length") == 0
    assert page.js("[...document.links].every(link => link.hash && link.protocol === 'file:')")
    shown = page.js("document.body.innerText")
    assert "{{7*7}}" in shown
    assert not set(shown) & set("\x1b\x07\x9b\u202e\u2066\u200b")


def test_hostile_names_can_be_filtered_by(page: Page, files: dict[str, str]) -> None:
    page.open(files["hostile"])
    for attack in ("<script>window.pwned=1</script>", '"><img src=x onerror="window.pwned=1">'):
        page.js(f"document.getElementById('filters').elements.account.value = {attack!r}")
        _changed(page)
        assert page.js(FINDINGS) == 5
    assert page.js("window.pwned") is None


def _changed(page: Page) -> None:
    """Tell the form that a field changed, and wait for the effect."""
    page.js(
        "(() => { document.getElementById('filters').dispatchEvent(new Event('input'));"
        "return new Promise(done => setTimeout(done, 150)); })()"
    )


FAILED = next(f for f in samples.ORGANIZATION.findings if f.control_id == "TH302")
PASSED = next(f for f in reversed(samples.ORGANIZATION.findings) if f.control_id == "TH106")


@pytest.mark.parametrize(
    ("hash", "opened", "shown"),
    [
        ("TH110", ["TH110"], "TH110"),
        ("TH302", ["TH302"], "TH302"),
        (FAILED.fingerprint, ["TH302"], f"f{FAILED.fingerprint[:12]}"),
        (FAILED.fingerprint[:8], ["TH302"], f"f{FAILED.fingerprint[:12]}"),
        (f"f{PASSED.fingerprint[:12]}", ["TH106"], f"f{PASSED.fingerprint[:12]}"),
        ("nothing-here", [], "summary"),
        ("%3Cscript%3E", [], "summary"),
        ('"]', [], "summary"),
    ],
)
def test_a_link_opens_and_shows_its_target(
    page: Page, files: dict[str, str], hash: str, opened: list[str], shown: str
) -> None:
    page.open(f"{files['organization']}#{hash}")
    assert page.js("[...document.querySelectorAll('details.control[open]')].map(each => each.id)") == opened
    top, height = page.js(
        f"(() => {{ const box = document.getElementById('{shown}').getBoundingClientRect();"
        "return [box.top, innerHeight]; })()"
    )
    assert 0 <= top < height
    assert page.complaints == []


def test_a_link_shows_its_target_even_when_a_filter_hides_it(page: Page, files: dict[str, str]) -> None:
    page.open(f"{files['organization']}#severity=low")
    assert page.js("document.getElementById('TH110').hidden")
    page.js("location.hash = '#TH110'")
    page.js("new Promise(done => setTimeout(done, 50))")
    assert page.js("document.getElementById('TH110').open && !document.getElementById('TH110').hidden")


OF_ATTACKED = [f for f in samples.ORGANIZATION.findings if f.account_id == samples.ATTACKED]
CRITICAL = [f for f in samples.ORGANIZATION.findings if f.severity == "critical"]


@pytest.mark.parametrize(
    ("filters", "findings"),
    [
        ("", len(samples.ORGANIZATION.findings)),
        ("account=444455556666", len(OF_ATTACKED)),
        ("severity=critical", len(CRITICAL)),
        ("control=TH116", 2),
        ("text=landing%20zone", 1),
        ("text=AWS%20keeps%20no%20secrets", 0),
        ("severity=critical&account=444455556666", len([f for f in OF_ATTACKED if f in CRITICAL])),
    ],
)
def test_filters(page: Page, files: dict[str, str], filters: str, findings: int) -> None:
    page.open(f"{files['organization']}#{filters}")
    assert page.js(FINDINGS) == findings
    total = len(samples.ORGANIZATION.findings)
    told = f"{findings} of {total} findings" if findings < total else f"{total} findings"
    assert page.js("document.getElementById('shown').textContent") == told


TOLD = (
    "Object.fromEntries([...document.querySelectorAll('details.control:not([hidden]) > summary')].map(each =>"
    "[each.parentElement.id, each.querySelector('.vh').textContent + ': ' +"
    "[...each.querySelectorAll('.tally span')].map(part => part.textContent).join(', ')]))"
)


def test_controls_say_what_they_came_to_among_the_findings_that_are_shown(
    page: Page, files: dict[str, str]
) -> None:
    page.open(files["organization"])
    whole = page.js(TOLD)
    assert whole["TH110"] == "fail: 3 fail, 1 pass"
    page.open(f"{files['organization']}#account={samples.HARDENED}")
    shown = page.js(TOLD)
    assert shown["TH110"] == "pass: 1 pass"
    assert shown["TH102"] == "pass: 17 pass"
    assert page.js("document.querySelector('#TH110 .mark').className") == "mark pass"
    page.js("document.querySelector('#filters [type=reset]').click()")
    page.js("new Promise(done => setTimeout(done, 50))")
    assert page.js(TOLD) == whole


def test_500_accounts_open_and_filter_at_once(page: Page, tmp_path: Path) -> None:
    page.call("Performance.enable", timeDomain="threadTicks")
    page.open(_written(tmp_path / "large.html", samples.large(500, 60)))
    assert _busy(page) < 3, "seconds of computing, however busy the machine is; it takes less than one"
    page.js("document.querySelector('[name=text]').value = 'workload-499-production'")
    _changed(page)
    assert _busy(page) < 5
    assert page.js(FINDINGS) == 60


def _busy(page: Page) -> float:
    """Return the seconds that the page has computed so far."""
    metrics = page.call("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "ThreadTime"))


def test_filters_work_by_keyboard_alone(page: Page, files: dict[str, str]) -> None:
    page.open(files["organization"])
    page.js("document.querySelector('[name=status][value=pass]').focus()")
    page.press(" ", 32)
    page.js("new Promise(done => setTimeout(done, 50))")
    assert page.js(f"{VISIBLE}.some(unit => !unit.dataset.o)") is False
    page.js("document.querySelector('#TH110 > summary').focus()")
    page.press("Enter", 13)
    assert page.js("document.getElementById('TH110').open")
    page.js("document.querySelector('#filters [type=reset]').focus()")
    page.press("Enter", 13)
    page.js("new Promise(done => setTimeout(done, 50))")
    assert page.js(FINDINGS) == len(samples.ORGANIZATION.findings)


def test_without_scripts_all_is_there_and_nothing_pretends(page: Page, files: dict[str, str]) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open(files["organization"])
        assert page.js("getComputedStyle(document.getElementById('filters')).display") == "none"
        assert page.js(FINDINGS) == len(samples.ORGANIZATION.findings)
        assert page.js("document.querySelector('.copy')") is None
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("name", ["organization", "hostile"])
@pytest.mark.parametrize("width", [320, 400, 768, 1280])
def test_no_width_makes_the_page_scroll_sideways(
    page: Page, files: dict[str, str], width: int, name: str
) -> None:
    size: dict[str, Any] = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    page.call("Emulation.setDeviceMetricsOverride", **size)
    try:
        page.open(files[name])
        page.js("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.js("document.documentElement.scrollWidth") <= width, page.js(WIDE)
    finally:
        page.call("Emulation.clearDeviceMetricsOverride")


CHANGED = difference(samples.CLEAN, samples.ORGANIZATION)
WIDE = (
    "[...document.querySelectorAll('main *')].filter(each => each.scrollWidth > innerWidth)"
    ".map(each => each.outerHTML.slice(0, 200)).slice(-3)"
)
OTHERS: dict[str, Callable[[], str]] = {
    "framework": lambda: rendered("html", samples.ORGANIZATION, Choices(framework="nist-800-53-r5")),
    "hostile framework": lambda: rendered("html", attacks.hostile(), Choices(framework="soc2")),
    "diff": lambda: changes.render("html", CHANGED),
    "hostile diff": lambda: changes.render("html", difference(samples.EMPTY, attacks.hostile())),
    "trend": lambda: trend_html.render(trend([samples.CLEAN, samples.ORGANIZATION])),
    "hostile trend": lambda: trend_html.render(trend([attacks.hostile()])),
    "summary": lambda: rendered("summary", samples.ORGANIZATION),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_other_pages_keep_the_same_promises(page: Page, tmp_path: Path, name: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(OTHERS[name](), encoding="utf-8")
    for width in (320, 768, 1280):
        size: dict[str, Any] = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
        page.call("Emulation.setDeviceMetricsOverride", **size)
        try:
            page.open(path.as_uri())
            page.js("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert page.js("document.documentElement.scrollWidth") <= width, page.js(WIDE)
        finally:
            page.call("Emulation.clearDeviceMetricsOverride")
    assert page.complaints == []
    assert page.requests == [path.as_uri()]
    assert page.js("window.pwned") is None
    assert page.js("document.querySelectorAll('img, script, main style, svg[onload]').length") == 0
    assert page.js("[...document.links].every(link => document.getElementById(link.hash.slice(1)))")
    levels = page.js("[...document.querySelectorAll('h1,h2,h3,h4')].map(each => +each.tagName[1])")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.js("[...document.querySelectorAll('svg[role=img]')].every(each => each.ariaLabel)")
    assert page.js("new Set([...document.querySelectorAll('[id]')].map(each => each.id)).size") == page.js(
        "document.querySelectorAll('[id]').length"
    )


def test_paper_shows_what_the_screen_folds(page: Page, files: dict[str, str]) -> None:
    page.open(files["organization"])
    page.js(
        "addEventListener('beforeprint', () => {"
        "window.open_ = [...document.querySelectorAll('details[open]')]"
        ".map(each => each.className || each.parentElement.className || each.parentElement.id) })"
    )
    pdf = page.call("Page.printToPDF")["data"]
    assert len(pdf) > 10_000
    opened = page.js("window.open_")
    assert opened.count("list") == page.js("document.querySelectorAll('details.list').length")
    assert {name.split()[0] for name in opened} >= {"control", "list", "evidence", "words"}
    assert "how" not in opened, "code that nobody opened stays folded"
    assert page.js("document.querySelectorAll('details[open]').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_reader_s_colours(page: Page, files: dict[str, str], scheme: str) -> None:
    feature = {"name": "prefers-color-scheme", "value": scheme}
    page.call("Emulation.setEmulatedMedia", media="screen", features=[feature])
    try:
        page.open(files["organization"])
        ground = page.js("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, ground[4:-1].split(","))) < 3 * 128) == (scheme == "dark")
    finally:
        page.call("Emulation.setEmulatedMedia", media="", features=[])


def test_structure_for_those_who_do_not_see_it(page: Page, files: dict[str, str]) -> None:
    page.open(files["organization"])
    levels = page.js("[...document.querySelectorAll('h1,h2,h3,h4')].map(each => +each.tagName[1])")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.js(
        "['header', 'nav', 'main'].every(each => document.querySelectorAll('body > ' + each).length === 1)"
    )
    assert page.js("[...document.querySelectorAll('input, select')].every(each => each.labels.length)")
    assert page.js("[...document.querySelectorAll('svg[role=img]')].every(each => each.ariaLabel)")
    assert page.js("document.getElementById('shown').ariaLive") == "polite"
    links = page.js("[...document.links].map(link => link.hash.slice(1))")
    assert page.js(f"{links}.every(id => id.includes('=') || document.getElementById(id))")
