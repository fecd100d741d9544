"""Amazon Resource Names taken apart."""

import re
from typing import NamedTuple

_ARN = re.compile(r"arn:(aws[a-z0-9-]*):([a-z0-9-]+):([a-z0-9-]*):([0-9]{12}|aws|):([^\x00-\x1f\x7f]+)")


class Arn(NamedTuple):
    """The parts of an ARN; Region and account are empty where the service leaves them out."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def name(self) -> str:
        """The last part of the resource's path."""
        return self.resource.rpartition("/")[2]


def parse(text: str) -> Arn | None:
    """Take an ARN apart, or return None for anything else."""
    match = _ARN.fullmatch(text)
    return Arn(*match.groups()) if match else None


def account_of(text: str) -> str:
    """Return the account that an ARN names, "" where it names none or is no ARN."""
    arn = parse(text)
    return arn.account if arn and arn.account.isdecimal() else ""
