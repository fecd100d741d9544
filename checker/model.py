"""The words of a judgement: control, verdict, finding."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from checker.evidence import Known, Origin, Unknown
from checker.inventory import (
    Account,
    Channel,
    Coverage,
    Dashboard,
    DeployedStack,
    EventDataStore,
    ExpectedTrail,
    Inventory,
    Key,
    LogBucket,
    LogGroup,
    Organization,
    Topic,
    Trail,
)


class Status(StrEnum):
    """What a judgement comes to. Not applicable is no status: it makes no finding."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How much a failure matters."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 is the most severe."""
        return list(Severity).index(self)


class Thresholds(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The figures that controls compare with: a deployer's choice (configuration file, [thresholds])."""

    log_retention_days: int = 365
    """Shortest life of log objects: lifecycle expiry and Object Lock retention."""
    archive_after_days: int = 1
    """Earliest age at which log objects may move to a Glacier class."""
    log_group_retention_days: int = 365
    delivery_max_age_hours: int = 24
    """Of the latest S3 or CloudWatch Logs delivery in the trail's home Region."""
    quiet_region_max_age_hours: int = 72
    """The same in every other Region, where nothing may happen for a while."""
    digest_max_age_hours: int = 3
    """Digests come hourly, also when nothing happened."""
    logging_gap_days: int = 90
    """How long a stop of logging stays worth a finding."""
    required_tags: tuple[str, ...] = ()
    """Tag keys that each trail must carry; without any, one tag of any key is enough."""
    break_glass_arns: tuple[str, ...] = ()
    """Principals (ARNs, wildcards allowed) that a tamper-proof policy may leave out."""
    trusted_accounts: tuple[str, ...] = ()
    """Account ids that log buckets and keys may be opened to, beside their owner and its organization."""
    log_archive_account: str = ""
    """Id of the account that has to own the log buckets; empty: any that was audited, or the trail's own."""
    allowed_kms_keys: tuple[str, ...] = ()
    """The only keys (ARNs, wildcards allowed) that trails may encrypt with; none listed: any key will do."""
    designated_buckets: tuple[str, ...] = ()
    """The only buckets (names, wildcards allowed) that trails may deliver to; none listed: any bucket."""
    designated_topics: tuple[str, ...] = ()
    """The only topics (ARNs, wildcards allowed) that trails may, and have to, notify."""
    designated_log_groups: tuple[str, ...] = ()
    """The only log groups (ARNs, wildcards allowed) that trails may, and have to, send events to."""
    sensitive_buckets: tuple[str, ...] = ()
    """Buckets (names) of which every access to an object has to be recorded."""
    required_data_types: tuple[str, ...] = ()
    """Resource types, such as AWS::DynamoDB::Table, of which every data event has to be recorded."""
    network_activity_sources: tuple[str, ...] = (
        "cloudtrail.amazonaws.com",
        "ec2.amazonaws.com",
        "kms.amazonaws.com",
        "s3.amazonaws.com",
        "secretsmanager.amazonaws.com",
    )
    """Services whose calls through VPC endpoints have to be recorded, at least those that are denied."""
    allowed_recipients: tuple[str, ...] = ()
    """Where events may be sent on (ARNs or endpoints, wildcards allowed): subscription filters and topics."""
    alarm_events: int = 1
    """Matching events in one period at which an alarm must have fired."""
    alarm_noise_events: int = 10
    """The same for events that are everyday, one by one: refused calls and failed sign-ins."""
    tamper_days: int = 90
    """How long a call that may have blinded a trail stays worth a finding; AWS keeps such calls 90 days."""
    expected_channel_services: tuple[str, ...] = ()
    """AWS services, such as ``inspector2``, that are known to have a channel of their own in CloudTrail."""
    delegated_administrators: tuple[str, ...] = ()
    """Account ids that may administer services for the whole organization."""
    trail_admin_arns: tuple[str, ...] = ()
    """Principals (ARNs, wildcards allowed) that are expected to change trails."""


class Context(Struct, frozen=True, kw_only=True):
    """What a control may look at beside its subject."""

    inventory: Inventory
    thresholds: Thresholds = Thresholds()

    @property
    def now(self) -> datetime:
        """The moment of the observation, against which ages are measured."""
        return self.inventory.taken_at


class Verdict(Struct, frozen=True):
    """The outcome of one judgement: a factual sentence, the value seen and the value wanted."""

    status: Status
    detail: str
    observed: str = ""
    expected: str = ""
    unknowns: tuple[Unknown, ...] = ()
    at: Origin | None = None
    """Where the deciding setting was read, where that is not the one that was read last."""


class NotApplicable(Struct, frozen=True):
    """The control asks nothing of this subject, and why."""

    reason: str


Judgement = Verdict | NotApplicable


def passed(detail: str, *, observed: str = "", expected: str = "") -> Verdict:
    """Say that the control holds; ``expected`` defaults to the control's own."""
    return Verdict(Status.PASS, detail, observed, expected)


def failed(
    detail: str, *, observed: str = "", expected: str = "", at: Known[Any] | Unknown | None = None
) -> Verdict:
    """Say that the control does not hold; ``expected`` defaults to the control's own.

    ``at`` is the setting that decides, for a control that reads another one after it.
    """
    return Verdict(Status.FAIL, detail, observed, expected, at=at.origin if at else None)


class Remediation(Struct, frozen=True, kw_only=True):
    """How to fix it.

    ``cli`` is a ``string.Template`` that the engine fills with quoted, real names:
    ``$account $region $trail_name $trail_arn $home_region $bucket $key_id $log_group $topic $role
    $store_arn $channel_arn $dashboard_arn $stack``
    (``engine.names``).
    """

    text: str
    cli: str = ""
    cdk: str = ""
    terraform: str = ""


Subject = (
    Account
    | Coverage
    | Trail
    | LogBucket
    | Key
    | LogGroup
    | Topic
    | ExpectedTrail
    | EventDataStore
    | Channel
    | Dashboard
    | DeployedStack
    | Organization
)
S = TypeVar("S", contravariant=True)


class Judge(Protocol[S]):
    """A pure function of its subject and context; it may raise Unobserved."""

    @property
    def __name__(self) -> str: ...

    def __call__(self, subject: S, context: Context, /) -> Judgement:
        """Judge one subject."""
        ...


class Control(Struct, frozen=True, kw_only=True):
    """One rule, declared once. The catalogue assigns ids; they never change meaning."""

    id: str
    name: str
    """The catalogue's kebab-case name."""
    title: str
    """What holds when it passes, as a statement: ``Trails sign their log files``."""
    severity: Severity
    applies_to: type[Any]
    sets: tuple[str, ...]
    expected: str
    reads: tuple[str, ...]
    """``service:Action Field`` for every setting it looks at: the documentation of how it is read."""
    remediation: Remediation
    told_by: tuple[str, ...]
    """The sources that tell enough to pass it and to fail it: ``aws``, ``cloudformation``, ``terraform``.

    From any other it comes to nothing, or to one of the two alone: a template declares that a key is there,
    and never that it is gone. ``tests/sources/four_ways`` proves it for every control.
    """
    of_destroyed: bool = False
    """Whether it judges what a plan destroys, too; every other control asks nothing of it."""
    judge: Callable[[Any, Context], Judgement]
    rationale: str
    """Why it matters, and what is decided where the specification leaves a choice (the judge's docstring)."""


BASELINE = ("baseline", "strict")
STRICT = ("strict",)

LIVE, CLOUDFORMATION, TERRAFORM = "aws", "cloudformation", "terraform"
ANYWHERE = (LIVE, CLOUDFORMATION, TERRAFORM)
IN_TEMPLATES = (CLOUDFORMATION, TERRAFORM)
LIVE_ONLY = (LIVE,)
NOT_DECLARED: tuple[type[Any], ...] = (Account, Coverage, ExpectedTrail, Organization)
"""What no template declares, unless the control says that one does: it makes resources inside an account."""


def control(
    *,
    id: str,
    name: str,
    title: str,
    severity: Severity,
    applies_to: type[S],
    expected: str,
    reads: tuple[str, ...],
    remediation: Remediation,
    sets: tuple[str, ...] = BASELINE,
    told_by: tuple[str, ...] = (),
    of_destroyed: bool = False,
) -> Callable[[Judge[S]], Control]:
    """Turn a judge into a control. It registers nothing: ``catalog`` names the families.

    ``told_by`` may be left out where every source tells it that knows of such subjects.
    """

    def declare(judge: Judge[S]) -> Control:
        return Control(
            id=id,
            name=name,
            title=title,
            severity=severity,
            applies_to=applies_to,
            sets=sets,
            expected=expected,
            reads=reads,
            remediation=remediation,
            told_by=told_by or (LIVE_ONLY if applies_to in NOT_DECLARED else ANYWHERE),
            of_destroyed=of_destroyed,
            judge=judge,
            rationale=_paragraphs(judge.__doc__ or ""),
        )

    return declare


def _paragraphs(docstring: str) -> str:
    """Join the lines of each paragraph, so that every report may wrap them its own way."""
    return "\n\n".join(" ".join(part.split()) for part in docstring.split("\n\n") if part.strip())


class Evidence(Struct, frozen=True, kw_only=True, gc=False):
    """One setting that the judgement read."""

    origin: Origin
    value: Any


class Waiver(Struct, frozen=True, kw_only=True):
    """An accepted risk."""

    control: str
    reason: str
    owner: str
    """Empty where nobody is named, as in a template."""
    expires: str = ""
    source: str = ""
    """Where it was written: a file, with line and column where it has them."""


class Location(Struct, frozen=True, kw_only=True):
    """Where in a file the setting stands that decided, or the resource that lacks it."""

    path: str
    line: int = 0
    """From 1 on; 0 where only the file is known."""
    column: int = 0
    construct: str = ""
    """The resource: construct path of the CDK, stack and logical id, address of Terraform."""
    text: str = ""
    """The line as it is written there, cut when it is long; empty where it was not kept."""


class Finding(Struct, frozen=True, kw_only=True):
    """A verdict, its control and its resource; what reports print and systems read."""

    control_id: str
    title: str
    status: Status
    severity: Severity
    account_id: str
    """The owner of the resource."""
    region: str
    resource_type: str
    """CloudFormation's name of the type, such as AWS::CloudTrail::Trail; AWS::::Account for an account."""
    resource_arn: str
    detail: str
    observed: str
    expected: str
    evidence: tuple[Evidence, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    """What could not be read, where the status is UNKNOWN."""
    remediation: Remediation
    requirements: dict[str, tuple[str, ...]] = {}
    """Framework id (``cis-5.0``) to requirement ids."""
    fingerprint: str
    waiver: Waiver | None = None
    location: Location | None = None
    """Of evidence that stands in a file; None where a live account was asked."""
    account_name: str = ""
    """The owner's name in its organization, where that is known."""
    managed_by: str = ""
    """The landing zone that deployed the resource, and where to change it there."""
    known_since: str = ""
    """The day of the baseline that has this failure already (ISO 8601); it then fails no run."""
