"""``--save`` of an audit: its result in a folder, since an audit writes nothing to AWS."""

from checker.assessment import Assessment
from checker.cli import terminal
from checker.cli.errors import Refused
from checker.cli.values import path
from checker.history import layout
from checker.history.folder import Folder
from checker.report import render


def folder(place: str) -> Folder | None:
    """Return the folder that is named, checked before the audit; raises Refused or CannotObserve."""
    if not place:
        return None
    if place.startswith("s3:"):
        raise Refused(
            "an audit only reads: save its result with --export FILE.json, "
            f"then keep it with trailhold report FILE --save {place}"
        )
    found = Folder(path(place))
    found.ready()
    return found


def save(folder: Folder, assessment: Assessment, *, quiet: bool) -> None:
    """Keep a result and say so; raises CannotObserve."""
    name = layout.save(folder, assessment, render("json", assessment).encode())
    if not quiet:
        terminal.say(f"saved {folder.place.rstrip('/')}/{name}")
