"""What of an inventory can be judged, and how findings name it."""

import shlex
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from string import Template
from typing import NamedTuple

from msgspec.structs import replace

from checker.evidence import Known, Observed, Unknown
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
from checker.model import Remediation, Subject


class Identity(NamedTuple):
    """How a finding names a subject."""

    account: str
    region: str
    type: str
    arn: str


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
            return Identity(subject.id, "", "AWS::::Account", _account_arn(subject.id, inventory.partition))
        case Coverage():
            arn = _account_arn(subject.account.id, inventory.partition)
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


@lru_cache(maxsize=1)  # an account is followed by its Regions, which are named like it: one text for all
def _account_arn(account: str, partition: str) -> str:
    return f"arn:{partition}:iam::{account}:root"


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
