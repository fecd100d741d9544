"""A control as a record, for every command that tells about controls."""

from collections.abc import Mapping

from msgspec import Struct

from checker.model import Control, Remediation


class Description(Struct, frozen=True, kw_only=True):
    """What the catalogue says about one control."""

    id: str
    name: str
    title: str
    severity: str
    sets: tuple[str, ...]
    applies_to: str
    """Kind of resource that it judges, such as Trail."""
    expected: str
    reads: tuple[str, ...]
    remediation: Remediation
    rationale: str
    requirements: dict[str, tuple[str, ...]]
    """Framework id to requirement ids."""


def describe(control: Control, requirements: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Description:
    """Describe a control with the requirements that it serves."""
    return Description(
        id=control.id,
        name=control.name,
        title=control.title,
        severity=control.severity.value,
        sets=control.sets,
        applies_to=control.applies_to.__name__,
        expected=control.expected,
        reads=control.reads,
        remediation=control.remediation,
        rationale=control.rationale,
        requirements=dict(requirements.get(control.id, {})),
    )


def command(template: str) -> str:
    """Return a command as it is typed, but for the ``$names`` that a report fills in: ``$$`` is one ``$``."""
    return template.replace("$$", "$")
