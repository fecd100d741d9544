"""Controls on a trail's status: read wherever the trail is seen, and without a failing notification."""

from collections.abc import Iterator

from checker.controls.delivery import errors_everywhere, extent
from checker.delivery import labels, named, places
from checker.evidence import Cause, Known, Unknown, Unobserved, sift
from checker.inventory import Account, Inventory, Sighting, Trail
from checker.model import (
    LIVE_ONLY,
    STRICT,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)
from checker.visibility import arns_in

STATUS = "aws cloudtrail get-trail-status --name $trail_arn --region $home_region"


@control(
    id="TH124",
    name="ct-notification-no-error",
    title="Notifications of log files reach the topic without an error",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    told_by=LIVE_ONLY,
    expected="no notification error in any Region",
    reads=("cloudtrail:DescribeTrails SnsTopicARN", "cloudtrail:GetTrailStatus LatestNotificationError"),
    remediation=Remediation(
        text="Restore the topic, its policy for cloudtrail.amazonaws.com, or the policy of its key; or take "
        "the topic off the trail.",
        cli="aws sns get-topic-attributes --topic-arn $topic --region $home_region",
        cdk="topic.add_to_resource_policy(PolicyStatement(actions=['sns:Publish'], ...))",
        terraform="aws_sns_topic_policy for aws_cloudtrail.sns_topic_name",
    ),
)
def notification_error(trail: Trail, context: Context) -> Judgement:
    """Systems that read log files when they are told of them read nothing any more, and nothing shows it."""
    if not trail.sns_topic_arn.value:
        return NotApplicable("the trail notifies no topic")
    return errors_everywhere(trail, context, "notification", lambda s: s.latest_notification_error)


@control(
    id="TH125",
    name="ct-status-checked-in-every-region",
    title="The trail's status was read in every Region, and none contradicts its home",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    told_by=LIVE_ONLY,
    sets=STRICT,
    expected="a status in every Region and account that sees the trail, logging wherever home logs",
    reads=(
        "account:ListRegions RegionName",
        "cloudtrail:DescribeTrails TrailARN",
        "cloudtrail:DescribeTrails IsMultiRegionTrail",
        "cloudtrail:GetTrailStatus IsLogging",
    ),
    remediation=Remediation(
        text="Let the auditor look into every Region; where a copy is missing or stopped, update the trail, "
        "which makes CloudTrail create its copies again.",
        cli=STATUS,
        cdk="CfnTrail(is_multi_region_trail=True)",
        terraform="aws_cloudtrail.is_multi_region_trail = true",
    ),
)
def status_everywhere(trail: Trail, context: Context) -> Judgement:
    """GetTrailStatus speaks of one Region, so a copy that stands still elsewhere shows nowhere else.

    CloudTrail creates the copies in Regions and member accounts even where bucket, topic or key refuse them.
    An enabled Region without a copy fails, and so does one whose copy is stopped while the trail logs at
    home; a Region or account whose status could not be read leaves this undecided. Accounts that were not
    audited and do not show the trail are not looked for here. Delivery errors are the matter of other
    controls.
    """
    inventory = context.inventory
    if not inventory.sightings_of(trail):
        raise Unobserved(Unknown("no account looked where the trail is seen", Cause.OUT_OF_SCOPE))
    everywhere = places(trail, inventory)
    name = labels(everywhere)
    stopped, unread = sift(everywhere, lambda place: not place.status.is_logging.value)
    at_home = trail.status.is_logging
    if isinstance(at_home, Known) and not at_home.content:
        stopped = []
    lacking = list(_without_copy(trail, inventory)) if trail.multi_region.value else []
    if lacking or stopped:
        told = [f"no copy in {named(lacking, name)}"] if lacking else []
        told += [f"stopped in {named(stopped, name)} although it logs at home"] if stopped else []
        return failed(f"the trail has {' and is '.join(told)}" if lacking else f"the trail is {told[0]}",
                      observed="not everywhere")  # fmt: skip
    if unread:
        raise Unobserved(*unread)
    return passed(f"the status was read in {extent(everywhere)}", observed=extent(everywhere))


def _without_copy(trail: Trail, inventory: Inventory) -> Iterator[Sighting]:
    """Yield where an account that sees the trail does not, although it looked."""
    watchers = {sighting.account for sighting in inventory.sightings_of(trail)}
    for account in (inventory.accounts[id] for id in sorted(watchers & inventory.accounts.keys())):
        for region in _looked(account):
            if inventory.sighting(trail, account.id, region) is None:
                yield Sighting(
                    account=account.id, region=region, trail_arn=trail.arn, status=trail.status
                )  # fmt: skip


def _looked(account: Account) -> list[str]:
    return [region for region in account.judged_regions if isinstance(arns_in(account, region), Known)]
