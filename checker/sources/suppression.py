"""An accepted risk as it is written beside a resource in a template."""

from msgspec import Struct


class Suppression(Struct, frozen=True, kw_only=True):
    """What somebody asked to waive; whether it counts is for others to say."""

    control: str
    """As written, known or not; empty where no control could be made out."""
    reason: str
    """Empty where none was given."""
    path: str
    line: int
    column: int
    construct: str
    """The resource that it is about, as ``Origin.address`` spells it; empty where it stands beside none."""

    @property
    def place(self) -> str:
        """Where it was written, as editors link it."""
        return f"{self.path}:{self.line}:{self.column}"
