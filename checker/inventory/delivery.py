"""Where else a trail's events go: CloudWatch Logs with its filters and alarms, and SNS."""

from msgspec import Struct

from checker.evidence import Cause, Observed, Unknown

NOT_READ = Unknown("this was not part of this observation", Cause.OUT_OF_SCOPE)
"""What a source leaves in place that does not read a setting at all."""


class MetricTransformation(Struct, frozen=True, kw_only=True):
    """The metric that a filter feeds."""

    name: str
    namespace: str
    value: str = ""
    """What each matching event adds: a figure, or the field of the event that has it (``$.size``)."""
    dimensions: tuple[str, ...] = ()
    """Their names; with any of them there is no metric of all events together."""
    unit: str = ""
    """Empty for ``None``, which is what a filter gives by itself."""
    default: float | Unknown | None = NOT_READ
    """What a minute adds in which events come and none matches; None for nothing."""


class MetricFilter(Struct, frozen=True, kw_only=True):
    """A metric filter of a log group, with its pattern as written."""

    name: str
    pattern: str
    transformations: tuple[MetricTransformation, ...] = ()
    criteria: str | Unknown = ""
    """Narrows the filter to events of some source accounts or Regions. Unknown where nobody can tell whether
    anything beside the pattern decides what the filter looks at and how it splits its metrics."""
    transformed: bool = False
    """Whether it looks at what a transformer of the log group made of the events."""


class MetricQuery(Struct, frozen=True, kw_only=True):
    """A part of an alarm on more than one metric: a metric, or an expression on the other parts."""

    id: str
    expression: str = ""
    metric: str = ""
    namespace: str = ""
    statistic: str = ""
    period: int | None = None
    dimensions: tuple[str, ...] = ()
    account: str = ""
    """Another account, where the metric is read there."""
    unit: str = ""
    """Data in other units is left out; empty for data in any."""
    returns: bool = True
    """Whether this part is what the alarm compares."""


class Alarm(Struct, frozen=True, kw_only=True):
    """A CloudWatch metric alarm that looks at a metric which one of the filters feeds."""

    arn: str
    name: str
    metric: str
    """Empty for an alarm on ``metrics``."""
    namespace: str
    statistic: str = ""
    comparison: str = ""
    threshold: float | None = None
    period: int | None = None
    """Seconds."""
    evaluation_periods: int | None = None
    actions_enabled: bool = True
    actions: tuple[str, ...] = ()
    """ARNs of what is told when the state becomes ALARM."""
    dimensions: tuple[str, ...] = ()
    """Their names."""
    datapoints: int | None = None
    """How many of the evaluated periods must be over the threshold; None means all of them."""
    missing_data: str = ""
    """What a period without data counts as: missing (default), notBreaching, breaching or ignore."""
    metrics: tuple[MetricQuery, ...] = ()
    unit: str = ""
    """Data in other units is left out, which leaves an alarm without any; empty for data in any."""


class CompositeAlarm(Struct, frozen=True, kw_only=True):
    """An alarm on the states of other alarms."""

    arn: str
    name: str
    rule: str
    """An expression such as ``ALARM(one) OR ALARM(other)``."""
    actions_enabled: bool = True
    actions: tuple[str, ...] = ()
    suppressor: str = ""
    """The alarm during which the actions are not taken."""


class MuteRule(Struct, frozen=True, kw_only=True):
    """A rule that keeps the actions of alarms back in windows of time; none that has expired."""

    name: str
    alarms: tuple[str, ...]
    """The names of the alarms that it mutes, composite ones among them."""


class ResourcePolicy(Struct, frozen=True, kw_only=True):
    """A resource policy of CloudWatch Logs, by name; one that is attached to a log group has none."""

    name: str
    document: str


class SubscriptionFilter(Struct, frozen=True, kw_only=True):
    """What sends a log group's events on: a filter of the group, or a policy for all groups of a Region."""

    name: str
    destination: str
    """ARN of a stream, a function or a destination of CloudWatch Logs, which may be another account's."""
    account_wide: bool = False


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
    composites: Observed[tuple[CompositeAlarm, ...]] = NOT_READ
    """Those that depend on one of the alarms."""
    mutes: Observed[tuple[MuteRule, ...]] = NOT_READ
    """The rules that mute one of these alarms, now or in a window to come."""
    subscription_filters: Observed[tuple[SubscriptionFilter, ...]] = NOT_READ
    """Those that send the group's events on, policies for all groups of the Region included."""
    region_policies: Observed[tuple[ResourcePolicy, ...]] = NOT_READ
    """Resource policies of the account in the Region, whichever groups they speak of."""
    own_policies: Observed[tuple[ResourcePolicy, ...]] = NOT_READ
    """Resource policies that are attached to this group."""


class MessageFilter(Struct, frozen=True, kw_only=True):
    """Which messages a subscription is sent; it gets no other."""

    policy: str
    """A JSON object, as written."""
    scope: str = "MessageAttributes"
    """What it is matched against: MessageAttributes, or MessageBody."""


class Subscription(Struct, frozen=True, kw_only=True):
    """Who receives what is published on a topic."""

    protocol: str
    """http, https, email, email-json, sms, sqs, application, lambda or firehose."""
    endpoint: str
    confirmed: bool
    arn: str = ""
    """Empty where it is not confirmed, and in templates."""
    filter: Observed[MessageFilter | None] = NOT_READ
    """None without a filter policy; read of topics that alarms and rules tell."""


class Feedback(Struct, frozen=True, kw_only=True):
    """The roles with which a topic logs how deliveries by one protocol went."""

    protocol: str
    """As the attributes of a topic name it: HTTP, Lambda, SQS, Firehose or Application."""
    success: str | None = None
    failure: str | None = None


class Topic(Struct, frozen=True, kw_only=True):
    """An SNS topic that a trail notifies."""

    arn: str
    account: str
    region: str
    exists: Observed[bool]
    policy: Observed[str | None]
    kms_key_id: Observed[str | None]
    confirmed_subscriptions: Observed[int]
    subscriptions: Observed[tuple[Subscription, ...]] = NOT_READ
    feedback: Observed[tuple[Feedback, ...]] = NOT_READ
    """Protocols with at least one role; empty without delivery status logging."""


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
