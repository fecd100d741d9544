"""The evidence package of an audit: what was seen, what was judged, and the hashes of both."""

from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from checker.assessment import Assessment
from checker.frameworks import titles
from checker.report import Choices, reach, render
from checker.report.csv import moment
from checker.report.remarks import remarks
from checker.report.text import count, visible

SUFFIX = ".zip"
REPORTS = {
    "findings.json": (
        "json",
        "every finding with its evidence; `trailhold report findings.json` shows it again",
    ),
    "report.html": ("html", "the same, to read in a browser"),
    "summary.html": ("summary", "one page, to print"),
    "findings.csv": ("csv", "one row a finding, for a spreadsheet"),
}
SNAPSHOT = "snapshot.json"
SUMS = "SHA256SUMS"
FOLDER = "trailhold-evidence/"
"""Everything is in one folder, so that unpacking scatters nothing."""
EARLIEST = 1980
"""The first year that a ZIP archive can write down."""


def build(assessment: Assessment, snapshot: bytes | None, framework: str = "") -> bytes:
    """Return the archive; equal arguments give equal bytes.

    ``snapshot`` is the saved evidence, from which anybody can judge again; None where only the result is.
    With a framework its report is there as well.
    """
    contents = {name: render(format, assessment).encode() for name, (format, _) in REPORTS.items()}
    told = {name: what for name, (_, what) in REPORTS.items()}
    for format in ("html", "csv") if framework else ():
        name = f"{framework}.{format}"
        contents[name] = render(format, assessment, Choices(framework=framework)).encode()
        told[name] = f"by the requirements of {titles()[framework]}"
    if snapshot is not None:
        contents[SNAPSHOT] = snapshot
        told[SNAPSHOT] = "the evidence as it was read; `trailhold audit --from snapshot.json` judges it again"
    told[SUMS] = "SHA-256 of every other file; check with: sha256sum --check SHA256SUMS"
    contents["README.txt"] = _readme(assessment, told).encode()
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(contents.items()))
    return _archive({**dict(sorted(contents.items())), SUMS: sums.encode()}, assessment)


def _archive(contents: dict[str, bytes], assessment: Assessment) -> bytes:
    """Pack the files with the time of the observation, so that packing again changes nothing."""
    at = assessment.scan.finished.utctimetuple()
    stamp = at[:6] if at.tm_year >= EARLIEST else (EARLIEST, 1, 1, 0, 0, 0)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in contents.items():
            entry = ZipInfo(FOLDER + name, stamp)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 3  # the same bytes on every system
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return file.getvalue()


def _readme(assessment: Assessment, told: dict[str, str]) -> str:
    scan, summary = assessment.scan, assessment.summary
    lines = [
        "Evidence of a CloudTrail audit",
        "",
        f"Tool        {assessment.tool.name} {visible(assessment.tool.version)}",
        f"Source      {visible(scan.source)}",
        f"Observed    {moment(scan.started)} to {moment(scan.finished)}, {count(scan.calls, 'call')}",
        f"Accounts    {_listed(scan.accounts)}",
        f"Regions     {_listed(scan.regions) if scan.regions else reach.regions(assessment)}",
        f"Who looked  {_listed(scan.callers)}",
        f"Controls    {len(assessment.controls)}",
        f"Findings    {summary.failed} fail, {summary.unknown} unknown, {summary.waived} waived,"
        f" {summary.passed} pass; {summary.not_applicable} judgements did not apply",
        *(f"Note        {visible(remark)}" for remark in remarks(assessment)),
        "",
        "PASS: read and satisfied. FAIL: read and not satisfied. UNKNOWN: could not be read, or what was",
        "read cannot be decided. A waived finding keeps its status; its owner accepted the risk.",
        "",
        "Files",
    ]
    width = max(map(len, told)) + 2
    lines += [f"  {name:{width}}{what}" for name, what in sorted(told.items())]
    if SNAPSHOT not in told:
        lines += ["", "The snapshot of the evidence is not here: the package was made from a saved result."]
    return "\n".join([*lines, ""])


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(map(visible, texts)) or "none"
