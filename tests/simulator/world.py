"""The declared world: what the simulated AWS consists of. Settings have the shapes of boto3's answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

DEFAULT_REGIONS = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)
"""The 17 Regions that every account has enabled."""

Settings = Mapping[str, Any]
ROOT = "r-root"
"""The id of every organization's root."""


def healthy_status() -> dict[str, Any]:
    """Return the GetTrailStatus answer of a trail that logs and delivered 20 minutes ago."""
    recent = datetime.now(UTC) - timedelta(minutes=20)
    return {
        "IsLogging": True,
        "LatestDeliveryTime": recent,
        "LatestDigestDeliveryTime": recent,
        "LatestCloudWatchLogsDeliveryTime": recent,
        "LatestNotificationTime": recent,
        "StartLoggingTime": recent - timedelta(days=400),
    }


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account; its access key id is ``access_key``, its secret anything at all."""

    id: str
    name: str = ""
    regions: tuple[str, ...] = DEFAULT_REGIONS
    disabled: tuple[str, ...] = ("af-south-1", "me-south-1")
    """Regions that exist but were not opted in to: calls there fail."""
    chosen: tuple[str, ...] = ()
    """Those of its Regions that it has opted in to."""
    public_access_block: Settings | None = None

    @property
    def access_key(self) -> str:
        return f"AKIA{self.id}USER"


@dataclass(frozen=True, kw_only=True)
class Unit:
    """An organizational unit with the accounts that are directly in it; those of no unit are in the root."""

    id: str
    name: str = ""
    parent: str = ROOT
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A policy of an organization, with the ids that it is attached to."""

    id: str
    document: str
    type: str = "SERVICE_CONTROL_POLICY"
    targets: tuple[str, ...] = (ROOT,)


@dataclass(frozen=True, kw_only=True)
class Organization:
    """An organization; its members hold shadow copies of its trails."""

    id: str = "o-exampleorg"
    management: str
    members: tuple[str, ...] = ()
    delegated: tuple[str, ...] = ()
    """Members that are delegated administrators of some service, and may list accounts."""
    states: Mapping[str, str] = field(default_factory=dict)
    """Of accounts that are not ACTIVE."""
    units: tuple[Unit, ...] = ()
    trusted: tuple[str, ...] = ("cloudtrail.amazonaws.com",)
    """Services with trusted access."""
    features: str = "ALL"
    policy_types: tuple[str, ...] = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
    """Those that are enabled."""
    policies: tuple[Policy, ...] = ()
    """Beside FullAWSAccess."""
    narrowed: tuple[str, ...] = ()
    """What FullAWSAccess was detached from; it is attached everywhere else."""
    administered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Delegated administrators and their services."""
    apart: tuple[str, ...] = ()
    """Members that see nothing of its trails: they have just come, or their copy is gone."""

    def holds(self, account: str) -> bool:
        """Tell whether the account belongs to the organization."""
        return account == self.management or account in self.members


@dataclass(frozen=True, kw_only=True)
class Trail:
    """A trail; ``settings`` are those of DescribeTrails beside name, home Region and kind."""

    name: str
    account: str
    home: str
    bucket: str
    multi_region: bool = True
    organization: bool = False
    partition: str = "aws"
    settings: Settings = field(default_factory=dict)
    status: Settings = field(default_factory=healthy_status)
    status_in: Mapping[tuple[str, str], Settings] = field(default_factory=dict)
    """(account, Region) -> what GetTrailStatus adds or changes there."""
    selectors: tuple[Settings, ...] = ()
    advanced_selectors: tuple[Settings, ...] = ()
    """Without any selector AWS answers its default: all management events."""
    insights: tuple[str | Settings, ...] = ()
    """Types, or whole InsightSelectors."""
    aggregations: tuple[Settings, ...] = ()
    """AggregationConfigurations of GetEventConfiguration."""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return f"arn:{self.partition}:cloudtrail:{self.home}:{self.account}:trail/{self.name}"


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """An S3 bucket. ``answers`` maps an operation, like GetBucketVersioning, to its answer; None or a missing
    entry means "not configured", which S3 answers with an error code or an empty document."""

    name: str
    account: str
    region: str
    answers: Mapping[str, Settings | None] = field(default_factory=dict)
    readers: tuple[str, ...] = ()
    """Other accounts that may read it."""
    objects: tuple[str, ...] | None = None
    """Names of its objects; None stands for what the trails of the world delivered."""


@dataclass(frozen=True, kw_only=True)
class AccessPoint:
    """An access point of S3; without a Region it is one for many, which leads to one bucket here."""

    name: str
    account: str
    region: str
    bucket: str
    public_access_block: Settings


@dataclass(frozen=True, kw_only=True)
class Key:
    """A KMS key; ``metadata`` changes DescribeKey's answer, ``rotation`` is GetKeyRotationStatus's."""

    arn: str
    policy: str
    metadata: Settings = field(default_factory=dict)
    rotation: Settings = field(default_factory=lambda: {"KeyRotationEnabled": True})
    aliases: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    grants: tuple[Settings, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LogGroup:
    """A log group; ``settings`` are those of DescribeLogGroups, filters those of DescribeMetricFilters."""

    name: str
    account: str
    region: str
    settings: Settings = field(default_factory=dict)
    metric_filters: tuple[Settings, ...] = ()
    subscription_filters: tuple[Settings, ...] = ()
    policy: str | None = None
    """The resource policy that is attached to it."""


@dataclass(frozen=True, kw_only=True)
class LogsPolicy:
    """A policy of CloudWatch Logs for all log groups of an account in a Region.

    Without a ``type`` it is a resource policy, else an account policy of that type.
    """

    name: str
    account: str
    region: str
    document: str
    type: str = ""
    selection: str = ""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm; ``settings`` are those of DescribeAlarms, and an AlarmRule makes it a composite one."""

    name: str
    account: str
    region: str
    settings: Settings = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MuteRule:
    """A rule that mutes alarms; ``settings`` are those of GetAlarmMuteRule beside name and ARN."""

    name: str
    account: str
    region: str
    settings: Settings = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of the default event bus; ``settings`` are those of ListRules beside name and ARN."""

    name: str
    account: str
    region: str
    targets: tuple[str, ...] = ()
    settings: Settings = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Past:
    """A call in CloudTrail's event history; ``record`` is the record itself."""

    name: str
    account: str
    region: str
    time: datetime
    record: Settings = field(default_factory=dict)
    username: str = ""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """An SNS topic with the attributes of GetTopicAttributes."""

    arn: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    subscriptions: tuple[Settings, ...] = ()
    """Entries of ListSubscriptionsByTopic; ``Attributes`` are what GetSubscriptionAttributes tells beside."""


@dataclass(frozen=True, kw_only=True)
class Role:
    """An IAM role; policies map a name (inline) or an ARN (managed) to a document."""

    arn: str
    trust: str
    inline: Mapping[str, str] = field(default_factory=dict)
    managed: Mapping[str, str] = field(default_factory=dict)
    boundary: str | None = None
    assumable_from: tuple[str, ...] = ()
    """Accounts whose callers may assume it."""
    external_id: str | None = None
    id: str = "AROAEXAMPLE"
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class User:
    """An IAM user, with policies as roles have them."""

    arn: str
    inline: Mapping[str, str] = field(default_factory=dict)
    managed: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    """Names."""
    boundary: str | None = None
    id: str = "AIDAEXAMPLE"
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Group:
    """An IAM group, with policies as roles have them."""

    arn: str
    inline: Mapping[str, str] = field(default_factory=dict)
    managed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LakeThing:
    """An event data store, channel or dashboard; ``settings`` are those of its Get operation."""

    arn: str
    name: str = ""
    settings: Settings = field(default_factory=dict)
    policy: str | None = None

    @property
    def kind(self) -> str:
        """``eventdatastore``, ``channel`` or ``dashboard``."""
        return self.arn.split(":", 5)[5].partition("/")[0]


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything that exists. Names of other worlds' things are unknown here, as on AWS."""

    accounts: tuple[Account, ...]
    organizations: tuple[Organization, ...] = ()
    trails: tuple[Trail, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    access_points: tuple[AccessPoint, ...] = ()
    keys: tuple[Key, ...] = ()
    log_groups: tuple[LogGroup, ...] = ()
    logs_policies: tuple[LogsPolicy, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    mute_rules: tuple[MuteRule, ...] = ()
    rules: tuple[Rule, ...] = ()
    past: tuple[Past, ...] = ()
    topics: tuple[Topic, ...] = ()
    roles: tuple[Role, ...] = ()
    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()
    policies: Mapping[str, str] = field(default_factory=dict)
    """Documents of managed policies that nobody holds, or that bound somebody, by ARN."""
    lake: tuple[LakeThing, ...] = ()
    partition: str = "aws"
    page_size: int = 50
    """Entries a page of the operations that page."""
    extra: Mapping[tuple[str, str], Settings] = field(default_factory=dict)
    """(service, operation) -> a fixed answer, for operations that the simulator does not know."""

    def account(self, account_id: str) -> Account:
        """Return a declared account."""
        return next(a for a in self.accounts if a.id == account_id)

    def region_of(self, bucket: str) -> str:
        """Return where a declared bucket is."""
        return next(b.region for b in self.buckets if b.name == bucket)

    def organization_of(self, account_id: str) -> Organization | None:
        """Return the organization that the account belongs to."""
        return next((o for o in self.organizations if o.holds(account_id)), None)

    def credentials(self) -> dict[str, tuple[str, str]]:
        """Map each access key id to its account and caller ARN; roles get a key ``ASIA...``."""
        users = {
            a.access_key: (a.id, f"arn:{self.partition}:iam::{a.id}:user/auditor") for a in self.accounts
        }
        sessions = {session_key(role): (arn_account(role.arn), session_arn(role)) for role in self.roles}
        return users | sessions


def arn_account(arn: str) -> str:
    return arn.split(":")[4]


def arn_region(arn: str) -> str:
    return arn.split(":")[3]


def session_key(role: Role) -> str:
    """Return the access key id that AssumeRole gives for the role: the same for each session."""
    digest = sum(ord(c) * 31**i for i, c in enumerate(role.arn)) % 10**16
    return f"ASIA{digest:016d}"


def session_arn(role: Role) -> str:
    """Return the caller ARN of a session of the role."""
    partition, name = role.arn.split(":")[1], role.arn.rsplit("/", 1)[-1]
    return f"arn:{partition}:sts::{arn_account(role.arn)}:assumed-role/{name}/session"
