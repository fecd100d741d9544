"""Evaluate controls over an inventory: the only place where a missing setting becomes UNKNOWN."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from string import Template
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Origin, Unknown, Unobserved, recorded
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
from checker.inventory.landing_zone import LandingZone, of_name, of_trail
from checker.model import (
    Context,
    Control,
    Evidence,
    Finding,
    Judgement,
    Location,
    NotApplicable,
    Remediation,
    Status,
    Subject,
    Thresholds,
    Verdict,
)


class Skipped(Struct, frozen=True, kw_only=True):
    """A control that asks nothing of one subject."""

    control_id: str
    account_id: str
    resource_arn: str
    reason: str


class Evaluation(Struct, frozen=True, kw_only=True):
    """Findings in a fixed order (status, severity, control, account, Region, resource), and the skipped."""

    findings: tuple[Finding, ...]
    not_applicable: tuple[Skipped, ...]


class Identity(NamedTuple):
    """How a finding names a subject."""

    account: str
    region: str
    type: str
    arn: str


def evaluate(
    inventory: Inventory,
    controls: Iterable[Control],
    thresholds: Thresholds | None = None,
    requirements: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None,
    *,
    tolerant: bool = False,
) -> Evaluation:
    """Judge every subject of the inventory by every control that applies to it.

    ``requirements`` maps a control id to its requirements by framework. Equal inventories give equal results.
    ``tolerant`` turns a control's own mistake into UNKNOWN, so that one odd resource cannot end an audit.
    """
    context = Context(inventory=inventory, thresholds=thresholds or Thresholds())
    by_type: dict[type[Subject], list[Subject]] = {}
    for subject in subjects(inventory):
        by_type.setdefault(type(subject), []).append(subject)
    findings: list[Finding] = []
    skipped: list[Skipped] = []
    for control in controls:
        for subject in by_type.get(control.applies_to, ()):
            identity = identify(subject, inventory)
            judgement, evidence = judge(control, subject, context, tolerant=tolerant)
            if isinstance(judgement, NotApplicable):
                skipped.append(
                    Skipped(
                        control_id=control.id,
                        account_id=identity.account,
                        resource_arn=identity.arn,
                        reason=judgement.reason,
                    )
                )
                continue
            remediation = fill(control.remediation, names(subject, inventory))
            required = dict((requirements or {}).get(control.id, {}))
            finding = _finding(control, identity, judgement, evidence, remediation, required)
            findings.append(_labelled(finding, subject, inventory))
    return Evaluation(
        findings=tuple(sorted(findings, key=order)),
        not_applicable=tuple(sorted(skipped, key=lambda s: (s.control_id, s.account_id, s.resource_arn))),
    )


def judge(
    control: Control, subject: Subject, context: Context, *, tolerant: bool = False
) -> tuple[Judgement, tuple[Evidence, ...]]:
    """Judge one subject and keep what the control read on the way."""
    if isinstance(subject, Account) and not subject.active:
        return NotApplicable(f"the account is {subject.state.lower().replace('_', ' ')}"), ()
    if _is_destroyed(subject, context.inventory) and not control.of_destroyed:
        return NotApplicable("the plan destroys it"), ()
    with recorded() as reads:
        try:
            judgement = control.judge(subject, context)
        except Unobserved as missing:
            judgement = _undecided(*missing.unknowns)
        except Exception as error:
            if not tolerant:
                raise
            mistake = f"the control met something unforeseen ({type(error).__name__}: {error})"
            judgement = _undecided(Unknown(mistake, Cause.UNFORESEEN))
    return judgement, _evidence(reads)


def _is_destroyed(subject: Subject, inventory: Inventory) -> bool:
    return isinstance(subject, Trail | LogBucket) and inventory.is_destroyed(subject.arn)


def _undecided(*unknowns: Unknown) -> Verdict:
    return Verdict(Status.UNKNOWN, str(Unobserved(*unknowns)), "not readable", "", unknowns)


def _evidence(reads: Iterable[Known[object]]) -> tuple[Evidence, ...]:
    """Keep each setting once, in reading order; a setting without an origin is no evidence."""
    kept: dict[tuple[Origin, str], Evidence] = {}
    # A control reads the same setting again and again, and to spell it is what costs.
    for read in {id(read): read for read in reads}.values():
        if read.origin.action or read.origin.path:
            kept.setdefault(
                (read.origin, repr(read.content)), Evidence(origin=read.origin, value=read.content)
            )
    return tuple(kept.values())


def subjects(inventory: Inventory) -> Iterator[Subject]:
    """Yield everything that can be judged, each once; what is known not to exist is its trail's failure.

    Of what a plan destroys it is asked whether it may.
    """
    for account in inventory.accounts.values():
        yield account
        for region in _regions(account) if account.active else ():
            yield Coverage(account=account, region=region)
    yield from inventory.trails.values()
    for bucket in inventory.buckets.values():
        if not _absent(bucket.exists) or inventory.is_destroyed(bucket.arn):
            yield bucket
    for key in inventory.keys.values():
        if not _absent(key.exists):
            yield key
    for group in inventory.log_groups.values():
        if not _absent(group.exists):
            yield group
    for topic in inventory.topics.values():
        if not _absent(topic.exists):
            yield topic
    yield from inventory.expected.values()
    yield from inventory.event_data_stores.values()
    yield from inventory.channels.values()
    yield from inventory.dashboards.values()
    yield from inventory.stacks.values()
    yield from inventory.organizations.values()


def _regions(account: Account) -> tuple[str, ...]:
    """Return the Regions to cover; an empty one stands for those that an unread Region list may hide."""
    hidden = isinstance(account.regions, Unknown) and not account.scope
    return (*account.judged_regions, "") if hidden else account.judged_regions


def _absent(exists: Observed[bool]) -> bool:
    return isinstance(exists, Known) and not exists.content


def identify(subject: Subject, inventory: Inventory) -> Identity:
    """Name a subject the way AWS does. The account is the owner's, or unknown as an empty string."""
    match subject:
        case Account():
            return Identity(subject.id, "", "AWS::::Account", _account_arn(subject.id, inventory))
        case Coverage():
            arn = _account_arn(subject.account.id, inventory)
            return Identity(subject.account.id, subject.region, "AWS::::Account", arn)
        case Trail():
            return Identity(subject.account, subject.home_region, "AWS::CloudTrail::Trail", subject.arn)
        case LogBucket():
            owner = subject.account.content if isinstance(subject.account, Known) else ""
            region = subject.region.content if isinstance(subject.region, Known) else ""
            return Identity(owner, region, "AWS::S3::Bucket", subject.arn)
        case Key():
            return Identity(subject.account, subject.region, "AWS::KMS::Key", subject.arn)
        case LogGroup():
            return Identity(subject.account, subject.region, "AWS::Logs::LogGroup", subject.arn)
        case Topic():
            return Identity(subject.account, subject.region, "AWS::SNS::Topic", subject.arn)
        case ExpectedTrail():
            return Identity(subject.account, subject.region, "AWS::CloudTrail::Trail", subject.arn)
        case Organization():
            arn = f"arn:{inventory.partition}:organizations::{subject.account}:organization/{subject.id}"
            return Identity(subject.account, "", "AWS::Organizations::Organization", arn)
        case DeployedStack():
            return Identity(subject.account, subject.region, "AWS::CloudFormation::Stack", subject.arn)
        case EventDataStore() | Channel() | Dashboard():
            return Identity(
                subject.account, subject.region, f"AWS::CloudTrail::{type(subject).__name__}", subject.arn
            )


def _account_arn(account: str, inventory: Inventory) -> str:
    return f"arn:{inventory.partition}:iam::{account}:root"


def names(subject: Subject, inventory: Inventory) -> dict[str, str]:
    """Return the real names that a remediation may use, by the template words of ``Remediation``."""
    identity = identify(subject, inventory)
    words = {"account": identity.account, "region": identity.region}
    match subject:
        case Trail():
            words |= {
                "trail_name": subject.name,
                "trail_arn": subject.arn,
                "home_region": subject.home_region,
            }
            words |= _known(
                bucket=subject.bucket_name, key_id=subject.kms_key_id, topic=subject.sns_topic_arn
            )
            if isinstance(subject.log_role_arn, Known) and subject.log_role_arn.content:
                words["role"] = subject.log_role_arn.content.rpartition("/")[2]
            if isinstance(subject.log_group_arn, Known) and subject.log_group_arn.content:
                words["log_group"] = subject.log_group_arn.content.split(":log-group:")[-1].removesuffix(":*")
        case LogBucket():
            words["bucket"] = subject.name
        case Key():
            words["key_id"] = subject.arn
        case LogGroup():
            words["log_group"] = subject.name
        case Topic():
            words["topic"] = subject.arn
        case EventDataStore():
            words["store_arn"] = subject.arn
        case Channel():
            words["channel_arn"] = subject.arn
        case DeployedStack():
            words["stack"] = subject.name
        case Dashboard():
            words["dashboard_arn"] = subject.arn
        case ExpectedTrail():
            words |= {"trail_arn": subject.arn, "home_region": subject.region}
    return words


def _known(**settings: Observed[str] | Observed[str | None]) -> dict[str, str]:
    return {word: s.content for word, s in settings.items() if isinstance(s, Known) and s.content}


def fill(remediation: Remediation, words: Mapping[str, str]) -> Remediation:
    """Put real names into the command, quoted for a shell: AWS names are other people's text."""
    quoted = {word: shlex.quote(value) for word, value in words.items() if value}
    return replace(remediation, cli=Template(remediation.cli).safe_substitute(quoted))


def fingerprint(control_id: str, identity: Identity) -> str:
    """Identify a finding across runs and scanning accounts: no dates, no caller.

    The owner is part of every ARN but a bucket's, whose name is unique by itself and whose owner another
    scanning account may not learn. The Region tells an account's Regions apart and is fixed elsewhere.
    """
    part = identity.region if identity.type == "AWS::::Account" else ""
    parts = (control_id, identity.arn, part)
    return sha256("\n".join(parts).encode()).hexdigest()


def _finding(
    control: Control,
    identity: Identity,
    verdict: Verdict,
    evidence: tuple[Evidence, ...],
    remediation: Remediation,
    requirements: dict[str, tuple[str, ...]],
) -> Finding:
    return Finding(
        control_id=control.id,
        title=control.title,
        status=verdict.status,
        severity=control.severity,
        account_id=identity.account,
        region=identity.region,
        resource_type=identity.type,
        resource_arn=identity.arn,
        detail=verdict.detail,
        observed=verdict.observed,
        expected=verdict.expected or control.expected,
        evidence=evidence,
        unknowns=verdict.unknowns,
        remediation=remediation,
        requirements=requirements,
        fingerprint=fingerprint(control.id, identity),
        location=located(verdict, evidence),
    )


def _labelled(finding: Finding, subject: Subject, inventory: Inventory) -> Finding:
    """Name the owner as its organization does, and the landing zone that is to be changed instead."""
    owner = inventory.accounts.get(finding.account_id)
    zone = landing_zone(subject)
    if not zone and not (owner and owner.name):
        return finding
    return replace(
        finding,
        account_name=owner.name if owner else "",
        managed_by=f"{zone.name}: {zone.change}" if zone else "",
    )


def landing_zone(subject: Subject) -> LandingZone | None:
    """Tell which landing zone deployed what is judged."""
    match subject:
        case Trail():
            return of_trail(subject)
        case LogBucket() | LogGroup():
            return of_name(subject.name)
        case Key() | Topic():
            return of_name(subject.arn)
        case _:
            return None


def located(verdict: Verdict, evidence: Iterable[Evidence]) -> Location | None:
    """Say where in a file to look: at what decided or could not be told, else at what was read last."""
    named = [verdict.at] if verdict.at else [unknown.origin for unknown in verdict.unknowns]
    origins = [*named, *(one.origin for one in reversed(tuple(evidence)))]
    origin = next((one for one in origins if one.path), None)
    if origin is None:
        return None
    return Location(path=origin.path, line=origin.line, column=origin.column, construct=origin.address)


_STATUS_ORDER = (Status.FAIL, Status.UNKNOWN, Status.PASS)


def order(finding: Finding) -> tuple[int, int, str, str, str, str]:
    """Return what findings are sorted by."""
    return (
        _STATUS_ORDER.index(finding.status),
        finding.severity.rank,
        finding.control_id,
        finding.account_id,
        finding.region,
        finding.resource_arn,
    )
