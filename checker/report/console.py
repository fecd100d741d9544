"""The report at a terminal: what failed and how to fix it first, what passed last."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import TypeAlias

from checker.assessment import Assessment
from checker.evidence import Cause
from checker.model import Finding, Location, Severity
from checker.report import reach
from checker.report.accounts import remarks, rows
from checker.report.advice import Obstacle, obstacles
from checker.report.shell import broken, commands
from checker.report.tally import Counts, Fold, Group, Outcome, by_control, counted, folded
from checker.report.terminal import LONGEST, Terminal
from checker.report.text import accepted, clip, count, listed, visible

MANY_ACCOUNTS = 40
"""Accounts that are shown without ``verbose``; those that could not be entered always are."""
MANY = 5
"""Findings of one control that are shown without ``verbose``."""

Show: TypeAlias = Callable[[Fold, Terminal], Iterator[str]]


def render(
    assessment: Assessment,
    *,
    color: bool = False,
    width: int = 100,
    verbose: bool = False,
    unicode: bool = True,
) -> str:
    """Return the report as text.

    ``verbose`` lists every finding. Without ``unicode`` the report's own symbols are ASCII; names that AWS
    returns may still hold other characters.
    """
    terminal = Terminal(color=color, width=width, verbose=verbose, unicode=unicode)
    groups = by_control(assessment.findings)
    lines = [
        *_header(assessment, terminal),
        *_failures(groups, terminal),
        *_unknowns(assessment, groups, terminal),
        *_waived(groups, terminal),
        *_refused(assessment, terminal),
        *_passes(groups, terminal),
        *_accounts(assessment, terminal),
        *_summary(assessment, groups, terminal),
        *_next_steps(assessment, groups, terminal),
    ]
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    return text if unicode else text.replace("…", "...")


def _header(assessment: Assessment, terminal: Terminal) -> Iterator[str]:
    scan = assessment.scan
    seconds = (scan.finished - scan.started).total_seconds()
    yield terminal.paint(f"{assessment.tool.name} {visible(assessment.tool.version)}", "1")
    if scan.before_deployment:
        accounts = listed(list(scan.accounts)) or "not told by the templates"
        yield from terminal.wrapped(accounts, 2, "Accounts  ")
        yield from terminal.wrapped(count(len(assessment.controls), "control"), 2, "Judged    ")
        return
    yield from terminal.wrapped(listed(list(scan.callers), 3) or "not recorded", 2, "Caller    ")
    yield from terminal.wrapped(listed(list(scan.accounts)) or "none", 2, "Accounts  ")
    for lost in reach.missing(assessment):
        yield from terminal.wrapped(lost, 2, "          ")
    yield from terminal.wrapped(reach.regions(assessment), 2, "Regions   ")
    calls = f"{count(scan.calls, 'call')} in {seconds:.1f} s, finished {_moment(scan.finished)}"
    yield from terminal.wrapped(calls, 2, "Observed  ")
    yield from terminal.wrapped(count(len(assessment.controls), "control"), 2, "Judged    ")
    for note in scan.notes:
        yield from terminal.wrapped(note, 2, "Note      ")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _failures(groups: Iterable[Group], terminal: Terminal) -> Iterator[str]:
    failed = [group for group in groups if group.outcome is Outcome.FAIL]
    for severity in Severity:
        same = [group for group in failed if group.severity is severity]
        if not same:
            continue
        number = sum(len(group.shown_as(Outcome.FAIL)) for group in same)
        yield from terminal.heading(Outcome.FAIL, f"{severity.upper()}  {count(number, 'finding')}")
        for group in same:
            yield ""
            yield from _title(group, terminal)
            yield from _wanted(group.shown_as(Outcome.FAIL), terminal)
            yield from _each(group.shown_as(Outcome.FAIL), terminal, _failures_once())


def _title(group: Group, terminal: Terminal) -> list[str]:
    return terminal.wrapped(group.title, 2, f"{visible(group.control_id)}  ", "1")


def _wanted(findings: list[Finding], terminal: Terminal) -> Iterator[str]:
    for expected in sorted({f.expected for f in findings if f.expected})[:MANY]:
        yield from terminal.wrapped(expected, 4, "want  ")


def _each(findings: list[Finding], terminal: Terminal, show: Show) -> Iterator[str]:
    """Show findings one by one, and count those that a terminal has no room for."""
    folds = folded(findings)
    most = len(folds) if terminal.verbose else MANY
    for fold in folds[:most]:
        yield from terminal.wrapped(fold.resource, 4)
        yield from show(fold, terminal)
    if left := sum(len(fold.findings) for fold in folds[most:]):
        yield f"    and {count(left, 'more finding')}: --verbose, or a report with --export"


def _failures_once() -> Show:
    """Return what shows the failures of one control, and a fix again only where it is another."""
    before: list[str] = []

    def show(fold: Fold, terminal: Terminal) -> Iterator[str]:
        yield from terminal.wrapped(fold.detail, 6)
        if fold.first.managed_by:
            yield from terminal.wrapped(fold.first.managed_by, 6, "by   ")
        if fold.first.known_since:
            yield from terminal.wrapped(f"since the baseline of {fold.first.known_since}", 6, "known  ")
        yield from _excerpt(fold.first.location, terminal)
        fix = list(_fix(fold.first, terminal))
        yield from terminal.wrapped("as above", 6, "fix  ") if fix == before else fix
        before[:] = fix

    return show


def _excerpt(place: Location | None, terminal: Terminal) -> Iterator[str]:
    """Show where in a file the setting stands that decided: the place, and the line with a mark below it."""
    if place is None:
        return
    where = f"{place.path}:{place.line}:{place.column}" if place.line else place.path
    yield from terminal.wrapped(f"{where}  {place.construct}".rstrip(), 6, "at   ")
    line = place.text.expandtabs(1)
    indent = len(line) - len(line.lstrip())
    before = visible(line[indent : max(place.column - 1, indent)])
    if line.strip() and len(before) < terminal.width - 20:
        bar = terminal.paint("│" if terminal.unicode else "|", "2")
        shown = clip(visible(line[indent:]), max(terminal.width - 20, 40))
        yield f"{' ' * 11}{bar} {shown}"
        yield f"{' ' * 11}{bar} {' ' * len(before)}{terminal.paint('^', '1')}"


def _fix(finding: Finding, terminal: Terminal) -> Iterator[str]:
    width = max(terminal.width - 11, 40)
    short = [[clip(word, LONGEST) for word in words] for words in commands(finding.remediation.cli)]
    lines = [line for words in short for line in broken(words, width)]
    for number, line in enumerate(lines):
        yield " " * 6 + terminal.paint("     " if number else "fix  ", "2") + terminal.paint(line, "36")
    if not lines:
        yield from terminal.wrapped(finding.remediation.text, 6, "fix  ")


def _unknowns(assessment: Assessment, groups: Iterable[Group], terminal: Terminal) -> Iterator[str]:
    unknown = [finding for group in groups for finding in group.shown_as(Outcome.UNKNOWN)]
    if not unknown:
        return
    number = count(len(unknown), "finding")
    yield from terminal.heading(Outcome.UNKNOWN, f"{number} neither passed nor failed, for want of evidence")
    for obstacle in obstacles(assessment.incomplete):
        yield ""
        yield from _obstacle(obstacle, terminal)
    for fold in folded(f for f in unknown if terminal.verbose or not f.unknowns):
        yield ""
        yield from terminal.wrapped(fold.first.title, 2, f"{visible(fold.first.control_id)}  ", "1")
        yield from terminal.wrapped(fold.resource, 4)
        yield from terminal.wrapped(fold.detail, 6)


def _obstacle(obstacle: Obstacle, terminal: Terminal) -> Iterator[str]:
    yield from terminal.wrapped(obstacle.reason, 2, codes="1")
    if obstacle.places:
        yield from terminal.wrapped(listed(list(obstacle.places)), 4, "where      ")
    if obstacle.actions:
        yield from terminal.wrapped(", ".join(obstacle.actions), 4, "not read   ")
    if obstacle.advice:
        yield from terminal.wrapped(obstacle.advice, 4, "to do      ")
    yield from terminal.wrapped(", ".join(obstacle.controls), 4, "undecided  ")


def _waived(groups: Iterable[Group], terminal: Terminal) -> Iterator[str]:
    waived = [group for group in groups if group.shown_as(Outcome.WAIVED)]
    if waived:
        number = sum(len(group.shown_as(Outcome.WAIVED)) for group in waived)
        yield from terminal.heading(Outcome.WAIVED, f"{count(number, 'finding')}, accepted by their owners")
    for group in waived:
        yield ""
        yield from _title(group, terminal)
        yield from _each(group.shown_as(Outcome.WAIVED), terminal, _accepted)


def _accepted(fold: Fold, terminal: Terminal) -> Iterator[str]:
    yield from terminal.wrapped(f"{fold.first.status.upper()} {fold.first.severity}: {fold.detail}", 6)
    if waiver := fold.first.waiver:
        yield from terminal.wrapped(accepted(waiver), 6, "accepted  ")


def _refused(assessment: Assessment, terminal: Terminal) -> Iterator[str]:
    if not assessment.refused:
        return
    number = count(len(assessment.refused), "file")
    yield from terminal.heading(Outcome.UNKNOWN, f"{number} could not be read, so nothing in it was judged")
    for refusal in assessment.refused:
        yield from terminal.wrapped(refusal.reason, 4)


def _passes(groups: Iterable[Group], terminal: Terminal) -> Iterator[str]:
    passed = [group for group in groups if group.shown_as(Outcome.PASS)]
    if not passed:
        return
    number = sum(len(group.shown_as(Outcome.PASS)) for group in passed)
    told = f"{count(number, 'finding')} of {count(len(passed), 'control')}"
    yield from terminal.heading(Outcome.PASS, told)
    if not terminal.verbose:
        clean = [group.control_id for group in passed if group.outcome is Outcome.PASS]
        mixed = [group.control_id for group in passed if group.outcome is not Outcome.PASS]
        if clean:
            yield from terminal.wrapped(" ".join(sorted(clean)), 2, "everywhere  ")
        if mixed:
            yield from terminal.wrapped(" ".join(sorted(mixed)), 2, "in part     ")
        return
    for group in passed:
        yield ""
        yield from _title(group, terminal)
        for fold in folded(group.shown_as(Outcome.PASS)):
            yield from terminal.wrapped(fold.resource, 4)
            yield from terminal.wrapped(fold.detail, 6)


def _accounts(assessment: Assessment, terminal: Terminal) -> Iterator[str]:
    """Show a row an account: those that need attention, and as many of the others as there is room for."""
    found = rows(assessment)
    if not found:
        return
    yield ""
    yield terminal.paint(f"ACCOUNTS  {count(len(found), 'account')}", "1")
    most = len(found) if terminal.verbose else MANY_ACCOUNTS
    shown = [row for row in found if row.remark] if len(found) > most else []
    shown = [*[row for row in found if row not in shown][: max(most - len(shown), 0)], *shown]
    width = max(len(visible(row.name)) for row in shown)
    for row, remark in zip(shown, remarks((row.id, row.remark) for row in shown), strict=True):
        numbers = f"{row.counts.fail:>5,} fail {row.counts.unknown:>5,} unknown {row.counts.passed:>5,} pass"
        yield f"  {visible(row.id)}  {visible(row.name):<{min(width, 32)}} {numbers}"
        if remark:
            yield from terminal.wrapped(remark, 4)
    if left := len(found) - len(shown):
        yield f"  and {count(left, 'more account')}: --verbose, or a report with --export"


def _summary(assessment: Assessment, groups: list[Group], terminal: Terminal) -> Iterator[str]:
    summary = assessment.summary
    controls = counted(group.outcome for group in groups)
    rule = "─" if terminal.unicode else "-"
    yield ""
    yield terminal.paint(rule * min(terminal.width, 100), "2")
    yield from terminal.wrapped(_score(controls, summary.passed), 0, codes="1")
    numbers = (
        (Outcome.FAIL, summary.failed),
        (Outcome.UNKNOWN, summary.unknown),
        (Outcome.WAIVED, summary.waived),
        (Outcome.PASS, summary.passed),
    )
    told = "   ".join(f"{terminal.badge(outcome)} {number:,}" for outcome, number in numbers)
    yield f"{told}   not applicable {summary.not_applicable:,}"


def _score(controls: Counts, passes: int) -> str:
    if controls.percent is None and passes:
        return f"No control could be judged everywhere, {controls.unknown} undecided"
    if controls.percent is None:
        return "Nothing could be judged"
    passed = f"{controls.passed} of {count(controls.judged, 'judged control')} pass ({controls.percent} %)"
    return f"{passed}, {controls.unknown} undecided" if controls.unknown else passed


def _to_know_more(assessment: Assessment) -> Iterator[str]:
    """Yield the commands that help against what was not read: no permission opens another's account."""
    causes = {gap.cause for gap in assessment.incomplete}
    if Cause.NOT_ENTERED in causes:
        yield "trailhold policy --stackset: the role that lets the auditor into every account"
    if Cause.FOREIGN_ACCOUNT in causes and not assessment.scan.roster:
        yield (
            "trailhold audit --org: reads in every account what is its own, from the management account or a "
            "delegated administrator"
        )
    if Cause.DENIED in causes:
        yield "trailhold policy: the permissions that a complete audit needs"


def _next_steps(assessment: Assessment, groups: list[Group], terminal: Terminal) -> Iterator[str]:
    steps, live = [], not assessment.scan.before_deployment
    if worst := next((group for group in groups if group.outcome is Outcome.FAIL), None):
        steps.append(f"trailhold explain {visible(worst.control_id)}: why it matters and how to fix it")
    if live:
        steps += _to_know_more(assessment)
    if groups:
        command = "audit" if live else "check PATH"
        steps.append(f"trailhold {command} --export report.html: every finding with its evidence")
    for number, step in enumerate(steps):
        yield from terminal.wrapped(step, 0, "      " if number else "Next  ")
