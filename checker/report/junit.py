"""JUnit XML for CI: a suite a file or account, a case a finding, counts on every level.

Target: the schema of Jenkins' xunit plugin (junit-10.xsd). Readers differ in what they show: GitLab leaves
out the class name and the message, so that everything is in the name and the body.
"""

from collections import Counter
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from checker.assessment import Assessment, Refusal
from checker.model import Finding
from checker.report.status import STATUS
from checker.report.tally import Outcome, outcome, owner
from checker.report.text import accepted, clip, visible

LONGEST = 2_000
UNREADABLE = "files that could not be read"


def render(assessment: Assessment) -> str:
    """Return the report as XML; what was accepted is skipped with its reason, what is unknown is an error."""
    suites: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        suites.setdefault(_suite_of(finding), []).append(finding)
    root = Element("testsuites", {"name": assessment.tool.name, "time": "0"})
    for name, found in sorted(suites.items()):
        _suite(root, name, found, assessment)
    if assessment.refused:
        _unreadable(root, assessment.refused, assessment)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite_of(finding: Finding) -> str:
    if finding.location:
        return finding.location.path
    return owner(finding) or "owner unknown"


def _suite(root: Element, name: str, found: Iterable[Finding], assessment: Assessment) -> None:
    cases = list(found)
    elements = Counter(_element(finding) for finding in cases)
    suite = _opened(root, name, len(cases), elements, assessment)
    for finding in cases:
        _case(suite, finding)


def _opened(root: Element, name: str, tests: int, elements: Counter[str], assessment: Assessment) -> Element:
    scan = assessment.scan
    suite = SubElement(root, "testsuite", {"name": _text(name) or "-", "tests": str(tests)})
    suite.set("failures", str(elements["failure"]))
    suite.set("errors", str(elements["error"]))
    suite.set("skipped", str(elements["skipped"]))
    suite.set("time", "0")
    suite.set("timestamp", scan.finished.strftime("%Y-%m-%dT%H:%M:%S"))
    suite.set("hostname", "localhost")
    properties = SubElement(suite, "properties")
    told = {"version": assessment.tool.version, "source": scan.source, "caller": ", ".join(scan.callers)}
    if scan.notes:
        told["note"] = "; ".join(scan.notes)
    for key, value in told.items():
        if value:
            SubElement(properties, "property", {"name": key, "value": _text(value)})
    return suite


def _case(suite: Element, finding: Finding) -> None:
    place = finding.location.construct if finding.location else ""
    where = place or finding.resource_arn
    region = f" {finding.region}" if finding.region and not place else ""
    case = SubElement(suite, "testcase")
    case.set("name", _text(f"{finding.control_id} {finding.title} [{where}{region}]"))
    case.set("classname", f"trailhold.{_text(finding.control_id)}")
    case.set("time", "0")
    tag = _element(finding)
    if not tag:
        return
    message = accepted(finding.waiver) if finding.waiver else finding.detail
    if finding.known_since:
        message = f"known since the baseline of {finding.known_since}: {message}"
    child = SubElement(case, tag, {"message": _text(message)})
    if tag != STATUS[Outcome.WAIVED].junit:
        child.set("type", finding.severity.value)
    child.text = "\n".join(_text(line) for line in _body(finding))


def _element(finding: Finding) -> str:
    """Return the element of an outcome; what a baseline knows fails no job, as what is accepted."""
    return STATUS[Outcome.WAIVED if finding.known_since else outcome(finding)].junit


def _body(finding: Finding) -> Iterable[str]:
    yield f"{finding.control_id} {finding.status.value.upper()} {finding.severity.value}: {finding.detail}"
    if finding.waiver:
        yield f"accepted: {accepted(finding.waiver)}"
    if finding.location:
        place = finding.location
        yield f"at: {place.path}:{place.line}:{place.column} {place.text.strip()}".rstrip()
    yield f"resource: {finding.resource_arn}"
    if finding.observed:
        yield f"seen: {finding.observed}"
    if finding.expected:
        yield f"wanted: {finding.expected}"
    yield f"fix: {finding.remediation.text}"


def _unreadable(root: Element, refused: Iterable[Refusal], assessment: Assessment) -> None:
    cases = list(refused)
    suite = _opened(root, UNREADABLE, len(cases), Counter({"error": len(cases)}), assessment)
    for refusal in cases:
        case = SubElement(suite, "testcase", {"name": _text(refusal.path or refusal.reason)})
        case.set("classname", "trailhold.unreadable")
        case.set("time", "0")
        child = SubElement(case, "error", {"message": _text(refusal.reason), "type": "unreadable"})
        child.text = _text(refusal.reason)


def _text(text: str) -> str:
    """Return a text that XML can hold: control characters and lone surrogates are spelled out."""
    return clip(visible(text), LONGEST)
