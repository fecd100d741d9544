"""Controls on organization trails: that there is one, whom it reaches, and where it is at home."""

from collections.abc import Iterator

from checker.controls.governed import CLOUDTRAIL, nobody_looked, unseen
from checker.evidence import Cause, Known, Unknown, Unobserved, every, sift
from checker.inventory import Account, Inventory, Organization, Trail
from checker.model import (
    BASELINE,
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
from checker.visibility import Seen, is_logging, label, search, seen_multi_region, sends

ORGANIZATION = "organizations:DescribeOrganization Organization.MasterAccountId"
TRAILS = "cloudtrail:DescribeTrails IsOrganizationTrail"
MULTI_REGION = "cloudtrail:DescribeTrails IsMultiRegionTrail"
HOME = "cloudtrail:DescribeTrails HomeRegion"
CREATE = (
    "aws cloudtrail create-trail --name NAME --s3-bucket-name BUCKET --is-organization-trail "
    "--is-multi-region-trail --enable-log-file-validation --region us-east-1"
)
CDK = "CfnTrail(is_organization_trail=True, is_multi_region_trail=True, is_logging=True)"
TERRAFORM = "aws_cloudtrail with is_organization_trail = true and is_multi_region_trail = true"
DEFAULT_REGIONS = frozenset(
    (
        *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"),
        *("ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1"),
        *("eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    )
)
"""The Regions of the partition aws that nobody opts in to: those from before 20 March 2019 (Account
Management reference guide, Enable or disable AWS Regions); all later ones have to be enabled."""


@control(
    id="TH703",
    name="ct-org-trail-exists",
    title="A multi-Region organization trail logs",
    severity=Severity.HIGH,
    applies_to=Organization,
    sets=BASELINE,
    expected="at least one multi-Region organization trail that logs",
    reads=(ORGANIZATION, TRAILS, MULTI_REGION, "cloudtrail:GetTrailStatus IsLogging"),
    remediation=Remediation(
        text="Create a multi-Region organization trail in the management account or in an account that "
        "administers CloudTrail, with its bucket in a log archive account.",
        cli=CREATE,
        cdk=CDK,
        terraform=TERRAFORM,
    ),
)
def organization_trail(organization: Organization, context: Context) -> Judgement:
    """Only an organization trail records in accounts that are founded tomorrow, and no member can stop it.

    It has to be the management account's, or a delegated administrator's of CloudTrail: a trail of any other
    account is what is left of an organization that this account was in before. Where all accounts that were
    chosen are suspended or closed, nobody was there to see a trail, and there is nothing to judge.
    """
    if hidden := unseen(organization) or nobody_looked(context.inventory):
        return hidden
    inventory = context.inventory
    owner = inventory.accounts.get(organization.management_account)

    def is_one(trail: Trail) -> bool:
        return every(
            lambda: trail.organization.value,
            lambda: trail.multi_region.value,
            lambda: is_logging(trail, owner, inventory) if owner else trail.status.is_logging.value,
            lambda: _owns(organization, trail),
        )

    found = search(_candidates(owner, inventory), is_one)
    if found:
        return passed(f"organization trail {found.arn} logs", observed=found.arn)
    reason = "; ".join(sorted(_shortfalls(inventory))) or "there is no organization trail"
    return failed(f"no multi-Region organization trail logs: {reason}", observed="none")


def _owns(organization: Organization, trail: Trail) -> bool:
    """Say whether a trail is the organization's, and not what is left of another one."""
    return trail.account == organization.management_account or organization.administers(
        trail.account, CLOUDTRAIL
    )


def _candidates(owner: Account | None, inventory: Inventory) -> Iterator[Seen]:
    """Yield every trail that was seen, and what may hide more of them from the management account."""
    yield from inventory.trails.values()
    if owner is None:
        yield Unknown("the management account was not part of this observation", Cause.OUT_OF_SCOPE)
    else:
        yield from (item for item in seen_multi_region(owner, inventory) if isinstance(item, Unknown))


def _shortfalls(inventory: Inventory) -> Iterator[str]:
    of_organizations, _ = sift(inventory.trails.values(), lambda trail: trail.organization.value)
    for trail in of_organizations:
        single, _ = sift((trail,), lambda t: not t.multi_region.value)
        why = "records one Region alone" if single else "is stopped, or of another organization"
        yield f"{trail.arn} {why}"


@control(
    id="TH704",
    name="ct-org-trail-covers-all-accounts",
    title="The organization trail reaches every account",
    severity=Severity.HIGH,
    applies_to=Account,
    sets=BASELINE,
    expected="an organization trail that the account sees, at home in a Region that it has enabled",
    reads=(TRAILS, MULTI_REGION, HOME, "account:ListRegions Regions"),
    remediation=Remediation(
        text="Find out why the account has no copy of the trail: it has left and come back, or trusted "
        "access was off when it joined. Saving the trail once more as an organization trail gives every "
        "account its copy.",
        cli="aws cloudtrail update-trail --name TRAIL_ARN --is-organization-trail --region HOME_REGION",
        cdk=CDK,
        terraform=TERRAFORM,
    ),
)
def reached(account: Account, context: Context) -> Judgement:
    """An account without the trail's copy does what it likes unseen, while the organization feels covered.

    Judged account by account, so that the finding names the one to look at: an account is reached when it
    sees a multi-Region organization trail and has enabled the trail's home Region. Whether files arrive is
    judged by the controls on delivery. Where nobody saw an organization trail there is nothing to compare
    with, and whether there is one is asked of the organization as a whole.
    """
    inventory = context.inventory
    known, unread = sift(inventory.trails.values(), lambda trail: trail.organization.value)
    if not known and not unread:
        return NotApplicable("no organization trail was seen")
    if account.organization.value is None:
        return NotApplicable("the account belongs to no organization")
    known = [trail for trail in known if not _of_another(trail, account, inventory)]
    if not known:
        if unread:
            raise Unobserved(*unread)
        return NotApplicable("no trail of the account's organization was seen")

    def reaches(trail: Trail) -> bool:
        return every(
            lambda: trail.organization.value,
            lambda: trail.multi_region.value,
            lambda: sends(trail, account),
        )

    found = search(seen_multi_region(account, inventory), reaches)
    if found:
        return passed(
            f"organization trail {label(found, account.id)} reaches the account", observed=found.arn
        )
    closed, _ = sift(known, lambda trail: not sends(trail, account))
    names = ", ".join(sorted(trail.arn for trail in known))
    if closed:
        regions = ", ".join(sorted({trail.home_region for trail in closed}))
        why = f"{regions} is not enabled, and the account sends nothing to {names}"
        return failed(why, observed="home Region not enabled")
    return failed(f"the account sees no multi-Region copy of {names}", observed="no copy")


def _of_another(trail: Trail, account: Account, inventory: Inventory) -> bool:
    """Say whether a trail's owner is known to belong to another organization than an account."""
    owner = inventory.accounts.get(trail.account)
    own = owner.organization if owner else None
    return isinstance(own, Known) and own.content != account.organization.value


@control(
    id="TH705",
    name="ct-org-trail-home-region-not-opt-in",
    title="Organization trails are at home in a Region that every account has",
    severity=Severity.HIGH,
    applies_to=Trail,
    sets=BASELINE,
    expected="a home Region that is enabled by default",
    reads=(TRAILS, HOME, "account:ListRegions RegionOptStatus"),
    remediation=Remediation(
        text="Create an organization trail in a Region that is enabled by default, and delete this one "
        "once the new one delivers: the home Region of a trail cannot be changed.",
        cli=CREATE,
        cdk=f"{CDK} in a stack whose Region is enabled by default",
        terraform=f"{TERRAFORM}, of a provider whose Region is enabled by default",
    ),
)
def home_for_all(trail: Trail, context: Context) -> Judgement:
    """Accounts that have not opted in to the home Region send nothing, and nobody is told.

    Source: CloudTrail User Guide, "Creating a trail for an organization". What the owner's account was told
    of its Regions decides; where that was not read, the list that AWS has closed does.
    """
    if not trail.organization.value:
        return NotApplicable("the trail is of one account")
    region = trail.home_region
    if _by_default(trail, context.inventory):
        return passed(f"{region} is enabled in every account", observed=region)
    return failed(f"{region} is enabled only where somebody opted in to it", observed=region)


def _by_default(trail: Trail, inventory: Inventory) -> bool:
    owner = inventory.accounts.get(trail.account)
    default = getattr(owner.default_regions, "content", None) if owner else None
    if owner and default is not None:
        return trail.home_region in owner.default_regions.value
    if trail.home_region.count("-") < 2:
        why = f"the home Region of trail {trail.name} is not given"
        raise Unobserved(Unknown(why, Cause.UNDECIDED))
    return inventory.partition != "aws" or trail.home_region in DEFAULT_REGIONS


@control(
    id="TH706",
    name="ct-org-trail-per-partition",
    title="The partition has a multi-Region organization trail",
    severity=Severity.MEDIUM,
    applies_to=Organization,
    sets=STRICT,
    expected="a multi-Region organization trail in this partition",
    reads=(ORGANIZATION, TRAILS, MULTI_REGION),
    remediation=Remediation(
        text="Make the organization trail of this partition a multi-Region trail, or create one: no trail "
        "reaches from one partition into another.",
        cli="aws cloudtrail update-trail --name TRAIL_ARN --is-multi-region-trail --region HOME_REGION",
        cdk=CDK,
        terraform=TERRAFORM,
    ),
)
def per_partition(organization: Organization, context: Context) -> Judgement:
    """Accounts in AWS GovCloud (US) or China are organizations of their own, which are easily forgotten.

    An audit sees one partition, so that each is judged by its own audit. Here the trail need not log at this
    moment: whether it does is another control.
    """
    if hidden := unseen(organization) or nobody_looked(context.inventory):
        return hidden
    inventory = context.inventory
    owner = inventory.accounts.get(organization.management_account)
    # Where nobody said whose the organization is, a trail that is seen is its own: members see no others.
    untold = not organization.management_account
    found = search(
        _candidates(owner, inventory),
        lambda t: every(
            lambda: t.organization.value,
            lambda: t.multi_region.value,
            lambda: untold or _owns(organization, t),
        ),
    )
    if found:
        return passed(f"partition {inventory.partition} has {found.arn}", observed=found.arn)
    return failed(f"partition {inventory.partition} has no multi-Region organization trail", observed="none")
