"""The version of the installed distribution."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


def version() -> str:
    """Return the distribution's version; a source tree that was never installed has none."""
    try:
        return installed("trailhold")
    except PackageNotFoundError:
        return "0+source"
