"""Why a value of a template cannot be known before deployment."""

from typing import Final, TypeAlias

from checker.evidence import Cause, Origin, Unknown

Resolved: TypeAlias = "str | bool | list[Resolved] | dict[str, Resolved] | NoValue | None"
"""A value without functions; numbers are text."""


class NoValue:
    """What ``AWS::NoValue`` gives: the property, or the item of a list, is not there."""


NO_VALUE: Final = NoValue()


class Unresolved(Exception):
    """A value depends on something that these templates do not tell; the reason is part of a sentence."""

    def __init__(self, reason: str, cause: Cause = Cause.UNDECIDED) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cause = cause

    def unknown(self, what: str, origin: Origin) -> Unknown:
        """Say of which setting it is the reason."""
        return Unknown(f"{what} cannot be told, since {self.reason}", self.cause, origin)
