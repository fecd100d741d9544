"""Where results are kept: a folder, or a prefix in S3."""

from checker.actions.aws import CannotAct
from checker.actions.storage import Storage
from checker.assessment import Assessment
from checker.cli import terminal
from checker.cli.errors import Refused
from checker.cli.values import path
from checker.history.folder import Folder
from checker.history.layout import Store, results, save
from checker.observation import CannotObserve
from checker.report import json, render


def store(place: str, profile: str | None = None, region: str | None = None) -> Store:
    """Return the store of a place; raises Refused."""
    if not place.startswith("s3://"):
        return Folder(path(place))
    try:
        return Storage(place, profile, region)
    except CannotAct as error:
        raise Refused(str(error)) from error


def load(store: Store, name: str) -> Assessment:
    """Return one result; raises Refused."""
    try:
        return json.load(store.read(name))
    except (CannotAct, CannotObserve) as error:
        raise Refused(str(error)) from error
    except ValueError as error:
        raise Refused(f"{store.place.rstrip('/')}/{name}: {error}") from error


def listed(store: Store, *, new: bool = False) -> list[str]:
    """Return the names of all results, the oldest first; raises Refused, but for a ``new`` folder."""
    if new and isinstance(store, Folder) and not store.path.exists():
        return []
    try:
        return results(store)
    except (CannotAct, CannotObserve) as error:
        raise Refused(str(error)) from error


def keep(store: Store, assessment: Assessment, *, quiet: bool) -> None:
    """Save a result and say so; raises Refused."""
    try:
        name = save(store, assessment, render("json", assessment).encode())
    except (CannotAct, CannotObserve) as error:
        raise Refused(str(error)) from error
    if not quiet:
        terminal.say(f"saved {store.place.rstrip('/')}/{name}")
