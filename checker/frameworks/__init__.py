"""Which requirement of which standard a control answers, as data: one JSON file a framework."""

from functools import cache
from importlib.resources import files

from msgspec import Struct
from msgspec.json import decode

FRAMEWORKS: tuple[str, ...] = (
    "cis-1.2",
    "cis-1.4",
    "cis-2.0",
    "cis-3.0",
    "cis-4.0",
    "cis-5.0",
    "cis-6.0",
    "cis-7.0",
    "fsbp",
    "pci-3.2.1",
    "pci-4.0",
    "pci-4.0.1",
    "nist-800-53-r5",
    "nist-800-171-r2",
    "hipaa",
    "soc2",
    "iso-27001-2022",
    "gdpr",
    "security-hub",
    "aws-config",
)
"""Framework ids, in the order in which reports list them; ``framework:ID`` selects by one."""


class Framework(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One edition of one standard."""

    id: str
    title: str
    version: str
    """As its publisher writes it; empty where there is only one edition."""
    requirements: dict[str, tuple[str, ...]]
    """Requirement id, in the standard's own order, to the ids of the controls that serve it."""
    outline: dict[str, str] = {}
    """Every requirement id of the standard, or of its ``part``, in its order, to a few words of ours for it.

    Empty where only the requirements that controls serve are recorded.
    """
    part: str = ""
    """What ``outline`` is limited to, which stands in one place; empty when it is the whole standard."""

    @property
    def listed(self) -> tuple[str, ...]:
        """Every recorded requirement id, in the standard's order."""
        served = list(self.requirements)
        begin = next((n for n, id in enumerate(served) if id in self.outline), 0)
        return tuple(dict.fromkeys((*served[:begin], *self.outline, *served[begin:])))


@cache
def load(framework: str) -> Framework:
    """Read one framework's data; raises KeyError for an id that is not in ``FRAMEWORKS``."""
    if framework not in FRAMEWORKS:
        raise KeyError(framework)
    return decode((files(__name__) / f"{framework}.json").read_bytes(), type=Framework)


def titles() -> dict[str, str]:
    """Return each framework's title with its version, by id."""
    return {id: f"{load(id).title} {load(id).version}".rstrip() for id in FRAMEWORKS}


def requirements_by_control() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return control id to framework id to requirement ids: what the engine puts into findings."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for id in FRAMEWORKS:
        for requirement, controls in load(id).requirements.items():
            for control in controls:
                served = found.setdefault(control, {})
                served[id] = (*served.get(id, ()), requirement)
    return found


def controls_of(framework: str) -> frozenset[str]:
    """Return the ids of all controls that serve one framework; raises KeyError for an unknown one."""
    return frozenset(control for controls in load(framework).requirements.values() for control in controls)
