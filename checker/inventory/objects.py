"""What lies in a log bucket for one trail, account and Region, as far as the names of objects tell it."""

from msgspec import Struct

from checker.evidence import Moment, Observed


class LogObjects(Struct, frozen=True, kw_only=True):
    """Digests and log files that were listed where CloudTrail says that it delivered them lately.

    Only names were read: neither the objects nor the key that encrypts them. A time is None, and nothing was
    listed, where CloudTrail itself tells of no delivery within the day before the observation.
    """

    trail_arn: str
    account: str
    """Whose events they hold."""
    region: str
    bucket: Observed[str]
    digests_from: Observed[Moment | None]
    """From when on digests were listed."""
    digests: Observed[tuple[Moment, ...]]
    """End times of the trail's digests since then, in order, without those that came late as backfill."""
    logs_from: Observed[Moment | None]
    """From when on log files were listed."""
    logs: Observed[bool]
    """Whether any log file was delivered since then, by any trail of the same folder."""

    @property
    def id(self) -> str:
        """Its key in the inventory."""
        return f"{self.trail_arn}/{self.account}/{self.region}"
