"""A trend at a terminal: a line a series, drawn with blocks."""

from collections.abc import Iterable, Iterator

from checker.history.trend import Repairs, Series, Trend
from checker.report.csv import moment
from checker.report.terminal import Terminal
from checker.report.text import count, visible
from checker.report.trend import labelled, lasted, percent, worst

MANY = 15
"""Series of one kind that are shown without ``verbose``."""
BLOCKS, ASCII = "▁▂▃▄▅▆▇█", "_.-:=+*#"
WIDEST = 40


def render(found: Trend, terminal: Terminal) -> str:
    """Return the trend as text; one block stands for one result, or for several where they are many."""
    first, last = moment(found.moments[0]), moment(found.moments[-1])
    lines = [f"{count(len(found.moments), 'result')} from {first} to {last}", ""]
    lines.append(f"  {_line(found.overall, terminal)}  of judged findings pass")
    for title, series in (
        ("FRAMEWORKS", found.frameworks),
        ("ACCOUNTS, the worst first", worst(found.accounts)),
        ("CONTROLS, the worst first", worst(found.controls)),
    ):
        lines += _section(title, list(series), terminal)
    lines += _repairs(found, terminal)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _section(title: str, series: list[Series], terminal: Terminal) -> Iterator[str]:
    if not series:
        return
    yield ""
    yield terminal.paint(f"{title}  {len(series):,} in all", "1")
    most = len(series) if terminal.verbose else MANY
    for one in series[:most]:
        yield f"  {_line(one, terminal)}  {_short(visible(labelled(one)), terminal)}"
    if left := len(series[most:]):
        yield f"  and {count(left, 'more series', 'more series')}: --verbose, or --format json"


def _short(label: str, terminal: Terminal) -> str:
    """Cut a label where the line ends; ``visible`` has made it one line of plain characters."""
    room = max(terminal.width - 52, 30)
    more = "…" if terminal.unicode else "..."
    return label if len(label) <= room else f"{label[: room - len(more)]}{more}"


def _line(one: Series, terminal: Terminal) -> str:
    rates = [tally.rate if tally else None for tally in one.tallies]
    return f"{spark(rates, terminal.unicode):<{min(len(rates), WIDEST)}}  {percent(one.latest.rate):>5}"


def spark(rates: list[float | None], unicode: bool = True) -> str:
    """Draw shares from 0 to 1, a block each; of many, the last of each stretch. Nothing leaves a space."""
    if len(rates) > WIDEST:
        rates = [rates[(n + 1) * len(rates) // WIDEST - 1] for n in range(WIDEST)]
    blocks = BLOCKS if unicode else ASCII
    return "".join(" " if rate is None else blocks[min(int(rate * 7), 7)] for rate in rates)


def _repairs(found: Trend, terminal: Terminal) -> Iterator[str]:
    if not found.repairs.repaired and not found.repairs.open:
        return
    yield ""
    yield terminal.paint("REPAIRS  as the results saw them", "1")
    for one in _shown(found):
        mean = "none yet" if one.mean_days is None else f"after {lasted(one.mean_days)} on average"
        oldest = "" if one.oldest_days is None else f", the oldest for {lasted(one.oldest_days)}"
        yield f"  {visible(one.kind):<10} {one.repaired:>5,} repaired ({mean}), {one.open:,} open{oldest}"


def _shown(found: Trend) -> Iterable[Repairs]:
    return found.repairs, *found.repairs_by_severity
