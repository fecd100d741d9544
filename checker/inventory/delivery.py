"""Where else a trail's events go: CloudWatch Logs with its filters and alarms, and SNS."""

from msgspec import Struct

from checker.evidence import Observed


class MetricTransformation(Struct, frozen=True, kw_only=True):
    """The metric that a filter feeds."""

    name: str
    namespace: str
    value: str = ""


class MetricFilter(Struct, frozen=True, kw_only=True):
    """A metric filter of a log group, with its pattern as written."""

    name: str
    pattern: str
    transformations: tuple[MetricTransformation, ...] = ()


class Alarm(Struct, frozen=True, kw_only=True):
    """A CloudWatch metric alarm on a metric that one of the filters feeds."""

    arn: str
    name: str
    metric: str
    namespace: str
    statistic: str = ""
    comparison: str = ""
    threshold: float | None = None
    period: int | None = None
    """Seconds."""
    evaluation_periods: int | None = None
    actions_enabled: bool = True
    actions: tuple[str, ...] = ()


class LogGroup(Struct, frozen=True, kw_only=True):
    """A log group that a trail names."""

    arn: str
    """Without the ``:*`` at the end."""
    name: str
    account: str
    region: str
    exists: Observed[bool]
    retention_days: Observed[int | None]
    """None means that events never expire."""
    kms_key_id: Observed[str | None]
    log_class: Observed[str]
    """STANDARD, INFREQUENT_ACCESS or DELIVERY."""
    deletion_protection: Observed[bool]
    metric_filters: Observed[tuple[MetricFilter, ...]]
    alarms: Observed[tuple[Alarm, ...]]


class Topic(Struct, frozen=True, kw_only=True):
    """An SNS topic that a trail notifies."""

    arn: str
    account: str
    region: str
    exists: Observed[bool]
    policy: Observed[str | None]
    kms_key_id: Observed[str | None]
    confirmed_subscriptions: Observed[int]


class RolePolicy(Struct, frozen=True, kw_only=True):
    """A permission policy of a role: inline by name, or managed by ARN."""

    name: str
    arn: str | None = None
    document: str


class Role(Struct, frozen=True, kw_only=True):
    """The IAM role with which CloudTrail writes to CloudWatch Logs."""

    arn: str
    account: str
    exists: Observed[bool]
    trust_policy: Observed[str | None]
    policies: Observed[tuple[RolePolicy, ...]]
    permissions_boundary: Observed[str | None]
