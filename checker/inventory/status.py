"""Whether a trail records and delivers, as one account sees it in one Region."""

from msgspec import Struct

from checker.evidence import Moment, Observed


class TrailStatus(Struct, frozen=True, kw_only=True):
    """The answer of GetTrailStatus, which speaks of one Region only.

    Source: CloudTrail API reference, GetTrailStatus. Times are UTC; ``None`` means never, an empty or missing
    error means none.
    """

    is_logging: Observed[bool]
    latest_delivery_time: Observed[Moment | None]
    latest_delivery_error: Observed[str | None]
    latest_digest_delivery_time: Observed[Moment | None]
    latest_digest_delivery_error: Observed[str | None]
    latest_cloudwatch_logs_delivery_time: Observed[Moment | None]
    latest_cloudwatch_logs_delivery_error: Observed[str | None]
    latest_notification_error: Observed[str | None]
    start_logging_time: Observed[Moment | None]
    stop_logging_time: Observed[Moment | None]


class Sighting(Struct, frozen=True, kw_only=True):
    """A trail, or the shadow copy of one, that DescribeTrails shows an account in a Region."""

    account: str
    region: str
    trail_arn: str
    status: TrailStatus
