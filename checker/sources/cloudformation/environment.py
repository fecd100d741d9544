"""Where a stack is deployed to, as far as anybody said."""

from msgspec import Struct

ACCOUNT, REGION = "000000000000", "any-region"
"""Stand for an account and a Region that are not given: equal to themselves and to nothing written."""
_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-iso-", "aws-iso"),
)


class Environment(Struct, frozen=True, kw_only=True):
    """An account and a Region; those that are not given stay symbols."""

    account: str = ACCOUNT
    region: str = REGION
    partition: str = "aws"

    @property
    def complete(self) -> bool:
        """Whether nothing is a symbol."""
        return self.account != ACCOUNT and self.region != REGION

    @property
    def suffix(self) -> str:
        """The domain of the partition."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    def may_be(self, other: "Environment") -> bool:
        """Say whether another one may be the same place, as far as anybody said."""
        accounts, regions = {self.account, other.account} - {ACCOUNT}, {self.region, other.region} - {REGION}
        return len(accounts) < 2 and len(regions) < 2

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of something here."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


def environment(account: str = "", region: str = "", partition: str = "") -> Environment:
    """Return an environment; the partition follows from the Region, and is ``aws`` where nothing tells."""
    implied = next((name for start, name in _PARTITIONS if region.startswith(start)), "aws")
    return Environment(account=account or ACCOUNT, region=region or REGION, partition=partition or implied)


def symbolic(text: str) -> bool:
    """Say whether a text holds an account or a Region that is not given."""
    return ACCOUNT in text or REGION in text
