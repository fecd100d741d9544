"""The control on what lies in the bucket: are digests and log files there that CloudTrail delivered."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from checker import delivery
from checker.evidence import Cause, Known, Unknown, Unobserved
from checker.inventory import LogObjects, Trail
from checker.model import (
    LIVE_ONLY,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)

HOURLY = timedelta(minutes=90)
"""Digests end an hour apart (CloudTrail User Guide, digest file structure), and this is less than two."""
ON_THE_WAY = timedelta(hours=3)
"""How long after the end of its hour a digest may be delivered."""
NAMED = 3


@control(
    id="TH332",
    name="ct-digest-and-log-objects-present",
    title="What CloudTrail delivered is still in the bucket",
    severity=Severity.HIGH,
    applies_to=Trail,
    told_by=LIVE_ONLY,
    expected="in each Region an unbroken row of digests until the latest, and log files",
    reads=(
        "cloudtrail:GetTrailStatus LatestDeliveryTime",
        "cloudtrail:GetTrailStatus LatestDigestDeliveryTime",
        "cloudtrail:GetTrailStatus StartLoggingTime",
        "s3:ListBucket Contents",
    ),
    remediation=Remediation(
        text="Find out who deleted them: look for earlier versions and delete markers, restore them, and "
        "validate the log files (aws cloudtrail validate-logs). Then lock the bucket.",
        cli="aws s3api list-object-versions --bucket $bucket --prefix AWSLogs/",
        cdk="Bucket(object_lock_default_retention=ObjectLockRetention.compliance(Duration.days(365)))",
        terraform="aws_s3_bucket_object_lock_configuration.rule.default_retention with mode and days",
    ),
)
def present(trail: Trail, context: Context) -> Judgement:
    """That digests are made says nothing about whether anybody kept them; here they are looked for.

    For each Region in which CloudTrail tells of a delivery within the last day, the names of digests since a
    day before the latest one are listed, and one log file since shortly before the latest delivery. The
    digests must follow each other by an hour, as their names tell, and reach the latest; before the first
    found nothing is known, since digests may have been switched on then. Names are all that is read:
    contents and signatures take s3:GetObject and kms:Decrypt, which an audit of settings should not have, and
    are for a validation. Of an organization's trail the files of its owner are
    looked for, as long as the owner was audited.

    A trail that was pointed at another bucket within the last hours fails until the next delivery. Of one
    that was started since its latest digest no other is expected yet.
    """
    bucket = context.inventory.bucket_of(trail)
    if isinstance(bucket.exists, Known) and not bucket.exists.content:
        return NotApplicable(f"the bucket {bucket.name} does not exist")
    every = context.inventory.objects_of(trail)
    places = [place for place in every if place.account == trail.account] or every
    accounts = context.inventory.accounts
    owner = accounts.get(trail.account)
    if not places and accounts and not owner:
        return NotApplicable(f"account {trail.account} was not audited, whose deliveries are looked for")
    if not places:
        reason = f"what trail {trail.name} delivered to {bucket.name} was not listed"
        unread = owner.unread if owner else None
        raise Unobserved(unread or Unknown(reason, Cause.OUT_OF_SCOPE))
    flaws, unknowns, expected = _looked_at(trail, places, context)
    unknowns += _not_looked_at(trail, places, context)
    if flaws:
        more = f", and {len(flaws) - NAMED} more" if len(flaws) > NAMED else ""
        return failed(f"{'; '.join(flaws[:NAMED])}{more}, in {bucket.name}", observed="missing")
    if unknowns:
        raise Unobserved(*dict.fromkeys(unknowns))
    if not expected:
        return NotApplicable("CloudTrail tells of no delivery within the last day")
    where = f"in {expected} Region{'' if expected == 1 else 's'}"
    return passed(f"what CloudTrail delivered {where} is in {bucket.name}", observed="present")


def _looked_at(
    trail: Trail, places: list[LogObjects], context: Context
) -> tuple[list[str], list[Unknown], int]:
    """Return what is missing, what could not be told, and in how many places something had to be there."""
    flaws: list[str] = []
    unknowns: list[Unknown] = []
    expected = 0
    for place in sorted(places, key=lambda found: (found.account, found.region)):
        wanted = False
        for look in (_digests, _logs):
            try:
                for flaw in look(trail, place, context):
                    wanted = True
                    flaws += [f"{place.region}: {flaw}"] if flaw else []
            except Unobserved as missing:
                unknowns.extend(missing.unknowns)
        expected += wanted
    return flaws, unknowns, expected


def _not_looked_at(trail: Trail, places: list[LogObjects], context: Context) -> list[Unknown]:
    """Return why nothing was listed where the trail delivers from: a Region may not have been read."""
    listed = {(place.account, place.region) for place in places}
    accounts = {account for account, _ in listed}
    found: list[Unknown] = []
    for seen in delivery.places(trail, context.inventory):
        if seen.account in accounts and (seen.account, seen.region) not in listed:
            latest = seen.status.latest_delivery_time
            reason = f"what trail {trail.name} delivered in {seen.region} was not listed"
            found.append(latest if isinstance(latest, Unknown) else Unknown(reason, Cause.OUT_OF_SCOPE))
    return found


def _digests(trail: Trail, place: LogObjects, context: Context) -> Iterator[str]:
    """Yield what is wrong with the digests, or an empty text; nothing where none are expected."""
    since = place.digests_from.value
    if since is None:
        return
    seen = context.inventory.sighting(trail, place.account, place.region)
    latest = seen.status.latest_digest_delivery_time.value if seen else None
    ends = place.digests.value
    if not ends:
        if latest is None or latest - since > ON_THE_WAY:
            yield f"no digest since {_told(since)}"
        return
    yield ""
    if latest and latest - ends[-1] > ON_THE_WAY:
        yield f"no digest after {_told(ends[-1])}, though one was delivered at {_told(latest)}"
    for before, after in pairwise(ends):
        if after - before > HOURLY:
            yield f"no digest between {_told(before)} and {_told(after)}"


def _logs(trail: Trail, place: LogObjects, context: Context) -> Iterator[str]:
    since = place.logs_from.value
    if since is not None:
        yield "" if place.logs.value else f"no log file since {_told(since)}"


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
