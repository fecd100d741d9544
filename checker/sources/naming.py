"""Names that only the deployment gives, beside names and patterns that are written down.

A resource without a name of its own gets one from CloudFormation or from the provider of Terraform. Something
stands for that name wherever a template refers to it; what is written out is another matter: whether it means
the resource is known only where all names that the resource may get, or none of them, are covered.
"""

from collections.abc import Iterable

from msgspec import Struct

from checker.policy.globs import glob, reach


class Untold(Struct, frozen=True):
    """A name that is not known before the deployment."""

    stand_in: str
    """What stands for it wherever the template refers to it."""
    possible: str
    """A pattern of all names that it may be."""


def undecided(written: str, names: Iterable[Untold]) -> bool:
    """Say whether a name or pattern that is written may, and need not, cover one of these names.

    What has the stand-in in it was made of a reference, and means the resource.
    """
    return any(one.stand_in not in written and _open(written, one) for one in names)


def _open(written: str, one: Untold) -> bool:
    pattern = glob(written)
    return reach(pattern, glob(one.possible)) is not reach(pattern, glob(one.stand_in))
