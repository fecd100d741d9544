"""Assessments to render: an organization of four accounts, special cases, and a large organization."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from checker.assessment import Assessment, Tool, gaps, summarise
from checker.engine import Skipped
from checker.evidence import Cause, Origin, Unknown
from checker.inventory import AdvancedSelector, FieldSelector, Selectors
from checker.model import Evidence, Finding, Remediation, Severity, Status, Waiver
from checker.observation import Scan

STARTED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HARDENED, CONSOLE, NEGLECTED, ATTACKED = "111122223333", "222233334444", "333344445555", "444455556666"
REGIONS = (
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
    "us-east-1", "us-east-2", "us-west-1", "us-west-2",
)  # fmt: skip


class Sample(Struct, frozen=True):
    """A control as far as reports see it."""

    id: str
    title: str
    severity: Severity
    type: str
    read: str
    """Action and field."""
    expected: str
    text: str
    cli: str


TRAIL, BUCKET, KEY, ACCOUNT = (
    "AWS::CloudTrail::Trail",
    "AWS::S3::Bucket",
    "AWS::KMS::Key",
    "AWS::::Account",
)
CONTROLS = {
    c.id: c
    for c in (
        Sample(
            "TH102", "Every enabled Region is recorded", Severity.CRITICAL, ACCOUNT,
            "cloudtrail:DescribeTrails trailList", "a logging trail with management events in the Region",
            "Record every enabled Region, best with one multi-Region trail.",
            "aws cloudtrail update-trail --name audit --is-multi-region-trail --region us-east-1",
        ),
        Sample(
            "TH106", "Trails are logging", Severity.CRITICAL, TRAIL,
            "cloudtrail:GetTrailStatus IsLogging", "logging is on",
            "Start logging, then find out who stopped it.",
            "aws cloudtrail start-logging --name $arn --region us-east-1",
        ),
        Sample(
            "TH110", "Trails sign their log files", Severity.HIGH, TRAIL,
            "cloudtrail:DescribeTrails LogFileValidationEnabled", "log file validation is on",
            "Turn log file validation on, so that CloudTrail delivers signed digests of the log files.",
            "aws cloudtrail update-trail --name $arn --enable-log-file-validation --region us-east-1",
        ),
        Sample(
            "TH203", "Trails leave out no management event source", Severity.HIGH, TRAIL,
            "cloudtrail:GetEventSelectors EventSelectors", "no excluded event source",
            "Remove the excluded event sources.", "",
        ),
        Sample(
            "TH302", "Log buckets are not public", Severity.CRITICAL, BUCKET,
            "s3:GetBucketPolicy Policy", "nobody outside the organization has access",
            "Block public access on the bucket.",
            "aws s3api put-public-access-block --bucket $name --public-access-block-configuration "
            "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        ),
        Sample(
            "TH315", "Log buckets keep log files long enough", Severity.HIGH, BUCKET,
            "s3:GetLifecycleConfiguration Rules", "at least 365 days",
            "Raise the expiry of the lifecycle rule.", "",
        ),
        Sample(
            "TH403", "The keys of trails are enabled", Severity.CRITICAL, KEY,
            "kms:DescribeKey KeyState", "the key is Enabled", "Enable the key.",
            "aws kms enable-key --key-id $arn --region us-east-1",
        ),
        Sample(
            "TH116", "Trails carry tags", Severity.LOW, TRAIL,
            "cloudtrail:ListTags ResourceTagList", "at least one tag", "Tag the trail.",
            "aws cloudtrail add-tags --resource-id $arn --tags-list Key=owner,Value=security",
        ),
    )
}  # fmt: skip
REQUIREMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "TH110": {"cis-5.0": ("3.2",), "nist-800-53-r5": ("AU-9(a)", "SI-7(1)")},
    "TH102": {"cis-5.0": ("3.1",)},
}


def arn(control: Sample, account: str, name: str = "audit") -> str:
    return {
        TRAIL: f"arn:aws:cloudtrail:us-east-1:{account}:trail/{name}",
        BUCKET: f"arn:aws:s3:::{name}-logs-{account}",
        KEY: f"arn:aws:kms:us-east-1:{account}:key/0a1b2c3d-1111-2222-3333-444455556666",
        ACCOUNT: f"arn:aws:iam::{account}:root",
    }[control.type]


def finding(
    id: str,
    status: Status,
    detail: str,
    *,
    account: str = NEGLECTED,
    region: str = "us-east-1",
    value: object = None,
    unknown: Cause | None = None,
    waiver: Waiver | None = None,
    name: str = "audit",
) -> Finding:
    """A finding of one of the sample controls, with one setting as its evidence or one that was not read."""
    control = CONTROLS[id]
    action, field = control.read.split()
    origin = Origin(action=action, field=field, account=account, region=region, at=STARTED)
    resource = arn(control, account, name)
    return Finding(
        control_id=id,
        title=control.title,
        status=status,
        severity=control.severity,
        account_id=account,
        region=region,
        resource_type=control.type,
        resource_arn=resource,
        detail=detail,
        observed="not readable" if unknown else str(value),
        expected=control.expected,
        evidence=() if unknown else (Evidence(origin=origin, value=value),),
        unknowns=(Unknown(detail, unknown, origin),) if unknown else (),
        remediation=Remediation(
            text=control.text,
            cli=control.cli.replace("$arn", resource).replace("$name", resource.split(":")[-1]),
            cdk="CfnTrail(self, 'Trail',\n    enable_log_file_validation=True,\n)" if id == "TH110" else "",
            terraform="enable_log_file_validation = true" if id == "TH110" else "",
        ),
        requirements=REQUIREMENTS.get(id, {}),
        fingerprint=sha256(f"{id}\n{resource}\n{region}".encode()).hexdigest(),
        waiver=waiver,
    )


def assessment(findings: Iterable[Finding], *, skipped: tuple[Skipped, ...] = (), **scan: Any) -> Assessment:
    """Put findings in the order of the engine, and count them."""
    order = {Status.FAIL: 0, Status.UNKNOWN: 1, Status.PASS: 2}
    found = sorted(
        findings,
        key=lambda f: (
            order[f.status],
            f.severity.rank,
            f.control_id,
            f.account_id,
            f.region,
            f.resource_arn,
        ),
    )
    return Assessment(
        tool=Tool(version="0.1.0"),
        scan=replace(SCAN, **scan),
        summary=summarise(found, len(skipped)),
        incomplete=gaps(found),
        findings=tuple(found),
        not_applicable=skipped,
        controls=tuple(sorted({*CONTROLS, *(f.control_id for f in found)})),
    )


SCAN = Scan(
    source="aws",
    callers=(f"arn:aws:sts::{HARDENED}:assumed-role/auditor/session",),
    accounts=(HARDENED, CONSOLE, NEGLECTED, ATTACKED),
    started=STARTED,
    finished=STARTED + timedelta(seconds=4, milliseconds=230),
    calls=412,
)
NARROW = Selectors(
    advanced=(
        AdvancedSelector(
            name="Management events",
            field_selectors=(FieldSelector(field="eventCategory", equals=("Data",)),),
        ),
    )
)
ACCEPTED = Waiver(
    control="TH116",
    reason="tags come with the landing zone",
    owner="platform@example.com",
    expires="2027-03-31",
)


def _coverage() -> Iterable[Finding]:
    denied = "cloudtrail:DescribeTrails was denied by a service control policy"
    for account in SCAN.accounts:
        for region in REGIONS:
            trail = f"arn:aws:cloudtrail:us-east-1:{account}:trail/audit"
            found = partial(finding, "TH102", account=account, region=region)
            if account == ATTACKED and region != "us-east-1":
                yield found(Status.FAIL, "no trail records the Region", value=[])
            elif account == NEGLECTED and region.startswith("ap-"):
                yield found(Status.UNKNOWN, denied, unknown=Cause.REGION_CLOSED)
            else:
                yield found(Status.PASS, "audit records the Region", value=[trail])


def _resources() -> Iterable[Finding]:
    good, bad, unread = Status.PASS, Status.FAIL, Status.UNKNOWN
    for account in (HARDENED, CONSOLE, NEGLECTED):
        yield finding("TH106", good, "logging is on", account=account, value=True)
        yield finding("TH203", good, "no event source is excluded", account=account, value=[])
    yield finding("TH106", bad, "logging is off since 2026-11-19 03:12 UTC", account=ATTACKED, value=False)
    yield finding("TH110", good, "log files are signed", account=HARDENED, value=True)
    for account in (CONSOLE, NEGLECTED, ATTACKED):
        yield finding("TH110", bad, "log files are not signed", account=account, value=False)
    yield finding("TH203", bad, "no management event is recorded", account=ATTACKED, value=NARROW)
    for account in (HARDENED, ATTACKED):
        yield finding("TH302", good, "nobody outside has access", account=account, value="{}")
    yield finding("TH302", bad, "everybody may read the log files", account=NEGLECTED, value=PUBLIC)
    yield finding("TH302", unread, "s3:GetBucketPolicy was denied", account=CONSOLE, unknown=Cause.DENIED)
    yield finding("TH315", good, "no rule expires log files", account=HARDENED, value=[])
    yield finding(
        "TH315", bad, "log files expire after 1 day, below 365", account=ATTACKED, value=[{"days": 1}]
    )
    yield finding("TH403", good, "the key is Enabled", account=HARDENED, value="Enabled")
    yield finding("TH403", bad, "the key is Disabled", account=ATTACKED, value="Disabled")
    yield finding("TH116", good, "1 tag", account=HARDENED, value={"owner": "security"})
    yield finding("TH116", bad, "no tag", account=CONSOLE, value={}, waiver=ACCEPTED)


PUBLIC = (
    '{"Version": "2012-10-17", "Statement": [{"Sid": "Everybody", "Effect": "Allow", "Principal": "*", '
    '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::audit-logs-333344445555/*"}, {"Sid": "Write", '
    '"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", '
    '"Resource": "arn:aws:s3:::audit-logs-333344445555/AWSLogs/333344445555/*"}]}'
)
NO_KEY = tuple(
    Skipped(
        control_id="TH403",
        account_id=account,
        resource_arn=f"arn:aws:cloudtrail:us-east-1:{account}:trail/audit",
        reason="the trail uses no key",
    )
    for account in (CONSOLE, NEGLECTED)
)

ORGANIZATION = assessment((*_coverage(), *_resources()), skipped=NO_KEY)
CLEAN = assessment(
    (f for f in ORGANIZATION.findings if f.account_id == HARDENED), accounts=(HARDENED,), calls=96
)
SMALL = assessment(
    (
        finding("TH110", Status.FAIL, "log files are not signed", value=False),
        finding("TH302", Status.UNKNOWN, "s3:GetBucketPolicy was denied", unknown=Cause.DENIED),
        finding("TH116", Status.FAIL, "no tag", value={}, waiver=ACCEPTED),
        finding("TH203", Status.PASS, "no event source is excluded", value=NARROW),
    ),
    skipped=NO_KEY[:1],
)
EMPTY = assessment((), accounts=(), callers=(), calls=0)
UNREAD = assessment(
    (finding("TH110", Status.UNKNOWN, "cloudtrail:DescribeTrails was denied", unknown=Cause.DENIED),)
)


def large(accounts: int, each: int, *, failing: int = 10) -> Assessment:
    """An organization in which one finding of ``failing`` fails; half of the others are Regions covered."""
    return assessment(
        (
            replace(_one(f"{n + 1:012d}", m, failing), account_name=f"workload-{n}-production")
            for n in range(accounts)
            for m in range(each)
        ),
        accounts=tuple(f"{n + 1:012d}" for n in range(accounts)),
    )


def _one(account: str, number: int, failing: int) -> Finding:
    found = partial(finding, account=account, name=f"audit-{number}")
    if number % failing == 0:
        return found("TH110", Status.FAIL, "log files are not signed", value=False)
    if number % 2:
        return found("TH102", Status.PASS, "audit records it", region=REGIONS[number % 17], value=[])
    id = ("TH106", "TH203", "TH302", "TH403")[number // 2 % 4]
    return found(id, Status.PASS, "it is as it should be", value=True)
