"""Each property that a source of templates reads, beside what the other language has for it.

A row without a word in one language says what that language cannot express, or says elsewhere; where neither
does, it stays outside or comes from the service's default. ``test_properties`` proves that the sources read
these and no others.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """One setting, in CloudFormation and in Terraform: ``type.property``, several where several make it."""

    what: str
    cloudformation: str
    terraform: str


def rows(what: str, type: str, resource: str, *pairs: str) -> list[Row]:
    """Return a row for each ``Property attribute``; ``-`` stands for no word."""
    found: list[Row] = []
    for pair in pairs:
        theirs, ours = pair.split()
        found.append(
            Row(
                f"{what} {theirs if theirs != '-' else ours}",
                "" if theirs == "-" else f"AWS::{type}.{theirs}",
                "" if ours == "-" else f"aws_{resource}.{ours}",
            )
        )
    return found
