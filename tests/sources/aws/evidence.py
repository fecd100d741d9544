"""Looks into inventories: settings by path, with what was observed of each."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from checker.evidence import Cause, Known, Unknown
from checker.inventory import NOT_READ, Inventory, Subscription


def settings(item: Any, path: str = "") -> Iterator[tuple[str, Known[Any] | Unknown]]:
    """Yield every observed setting below an item with its path, like ``trails/arn:....status.is_logging``.

    What was not asked for on purpose, as most settings of the buckets that log buckets name, is left out.
    """
    if item == NOT_READ:
        return
    if isinstance(item, Known | Unknown):
        yield path, item
    elif isinstance(item, dict):
        for key, inner in item.items():
            yield from settings(inner, f"{path}/{key}")
    elif isinstance(item, tuple):
        for number, inner in enumerate(item):
            yield from settings(inner, f"{path}/{number}")
    elif hasattr(item, "__struct_fields__"):
        for name in item.__struct_fields__:
            yield from settings(getattr(item, name), f"{path}.{name}" if path else name)


def contents(item: Any) -> dict[str, Any]:
    """Map the path of each setting to what is known of it, or to the cause why nothing is; no times."""
    return {
        path: _timeless(setting.content) if isinstance(setting, Known) else setting.cause
        for path, setting in settings(item)
        if not (isinstance(setting, Known) and isinstance(setting.content, datetime))
    }


def _timeless(content: Any) -> Any:
    """Return what is known without where, and when, parts of it were read by calls of their own."""
    if isinstance(content, tuple):
        return tuple(map(_timeless, content))
    if isinstance(content, Subscription) and isinstance(content.filter, Known):
        return replace(content, filter=Known(content.filter.content))
    return content


def outdated(item: Any) -> set[str]:
    """Return the paths of settings that the installed botocore is too old to read, in whole or in part."""
    return {path for path, setting in settings(item) if "upgrade boto3 and botocore" in repr(setting)}


def unknowns(inventory: Inventory) -> dict[str, Unknown]:
    """Map the path of each setting that could not be read to the reason, but for what nobody asked for."""
    found = {path: setting for path, setting in settings(inventory) if isinstance(setting, Unknown)}
    return {path: unknown for path, unknown in found.items() if unknown.cause is not Cause.OUT_OF_SCOPE}
