"""``trailhold report trend``: how all the results of a place go over time."""

from argparse import Namespace

from checker.cli import outputs, places, terminal
from checker.cli.errors import Refused
from checker.history.trend import trend
from checker.report.trend import console, html, json


def run(arguments: Namespace) -> int:
    """Print the trend, and write it as HTML where that is asked for."""
    if arguments.html:
        outputs.writable(arguments.html)
    store = places.store(arguments.place, arguments.profile, arguments.region)
    names = places.listed(store)
    if not names:
        raise Refused(f"no results are kept in {store.place}: fill it with `trailhold audit --save`")
    found = trend(places.load(store, name) for name in names)
    if arguments.html:
        outputs.write(arguments.html, html.render(found).encode(), quiet=arguments.quiet)
    if arguments.format == "console":
        terminal.emit(console.render(found, outputs.screen(arguments.color, verbose=arguments.verbose)))
    else:
        terminal.emit(
            json.render(found) if arguments.format == "json" else html.render(found), encoding="utf-8"
        )
    return 0
