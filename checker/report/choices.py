"""What a reader may choose beside the format, and the refusal of what a format cannot say."""

from msgspec import Struct

OCSF_VERSIONS: tuple[str, ...] = ("1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "1.6.0", "1.7.0", "1.8.0")
"""Releases of the OCSF schema that have the class Compliance Finding, each verified by the tests."""


class Choices(Struct, frozen=True, kw_only=True):
    """The options of reports; formats that have no use for one ignore it."""

    ocsf_version: str = OCSF_VERSIONS[-1]
    sarif_location: str = ""
    """The file in which SARIF is to place findings that stand in none."""
    framework: str = ""
    """Id of a framework: the report then goes by its requirements."""


class CannotRender(ValueError):
    """A format cannot say what an assessment holds; the message is one sentence with what to do instead."""
