"""Controls on event data stores: what they collect, for how long, and whether they can be emptied or read.

CloudTrail Lake is closed to new customers (CloudTrail User Guide, document history, 2026-03-31): an account
without an event data store is asked nothing, and no remediation creates one.
"""

from checker.controls.governed import CLOUDTRAIL
from checker.evidence import Cause, Unknown, Unobserved
from checker.inventory import Account, EventDataStore
from checker.model import (
    BASELINE,
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
from checker.recording import management_lacks, spell

CLOUDTRAIL_EVENTS = frozenset({"Management", "Data", "NetworkActivity"})
"""What CloudTrail itself records; other categories come from AWS Config, Audit Manager or partners."""
INGESTING = frozenset({"ENABLED", "STARTING_INGESTION"})
UPDATE = "aws cloudtrail update-event-data-store --event-data-store $store_arn --region $region "
STORES = "cloudtrail:ListEventDataStores EventDataStores"


@control(
    id="TH901",
    name="eds-kms-cmk",
    title="Event data stores are encrypted with a customer managed key",
    severity=Severity.MEDIUM,
    applies_to=EventDataStore,
    sets=STRICT,
    expected="a KMS key of your own",
    reads=(
        STORES,
        "cloudtrail:GetEventDataStore KmsKeyId",
    ),
    remediation=Remediation(
        text="Give the event data store a KMS key of your own. It cannot be taken away or changed later, so "
        "choose one that is multi-Region and kept.",
        cli=f"{UPDATE}--kms-key-id KEY_ARN",
        cdk="CfnEventDataStore(kms_key_id=key.key_arn)",
        terraform="aws_cloudtrail_event_data_store.kms_key_id = aws_kms_key.lake.arn",
    ),
)
def encrypted(store: EventDataStore, context: Context) -> Judgement:
    """A key of one's own is a second lock: who may query the store still cannot read it without the key.

    Without one, a key that AWS owns encrypts the store, and every principal with the right to query reads it.
    """
    key = store.kms_key_id.value
    if key:
        return passed(f"the store is encrypted with {key}", observed=key)
    return failed("the store is encrypted with a key that AWS owns", observed="AWS owned key")


@control(
    id="TH902",
    name="eds-multi-region",
    title="Event data stores collect events of all Regions",
    severity=Severity.MEDIUM,
    applies_to=EventDataStore,
    sets=STRICT,
    expected="a multi-Region event data store",
    reads=(
        STORES,
        "cloudtrail:GetEventDataStore AdvancedEventSelectors",
        "cloudtrail:GetEventDataStore MultiRegionEnabled",
    ),
    remediation=Remediation(
        text="Let the event data store collect events of all Regions.",
        cli=f"{UPDATE}--multi-region-enabled",
        cdk="CfnEventDataStore(multi_region_enabled=True)",
        terraform="aws_cloudtrail_event_data_store.multi_region_enabled = true",
    ),
)
def multi_region(store: EventDataStore, context: Context) -> Judgement:
    """A store of one Region sees nothing of what an intruder does in a Region that nobody uses.

    Stores that hold no events of CloudTrail, but configuration items or those of partners, have no Regions.
    """
    kinds = _categories(store)
    if not kinds & CLOUDTRAIL_EVENTS:
        return NotApplicable(f"the store collects {_listed(kinds)}, not events of CloudTrail")
    if store.multi_region.value:
        return passed("the store collects events of all Regions", observed="multi-Region")
    return failed(f"the store collects events of {store.region} alone", observed="single-Region")


@control(
    id="TH903",
    name="eds-termination-protection",
    title="Event data stores are protected against deletion",
    severity=Severity.HIGH,
    applies_to=EventDataStore,
    sets=BASELINE,
    expected="termination protection is on",
    reads=(
        STORES,
        "cloudtrail:GetEventDataStore TerminationProtectionEnabled",
    ),
    remediation=Remediation(
        text="Turn termination protection on.",
        cli=f"{UPDATE}--termination-protection-enabled",
        cdk="CfnEventDataStore(termination_protection_enabled=True)",
        terraform="aws_cloudtrail_event_data_store.termination_protection_enabled = true",
    ),
)
def protected(store: EventDataStore, context: Context) -> Judgement:
    """Without it one call deletes all that the store holds; with it that takes two."""
    if store.termination_protection.value:
        return passed("termination protection is on", observed="on")
    return failed("termination protection is off", observed="off")


@control(
    id="TH904",
    name="eds-ingestion-enabled",
    title="Event data stores collect events",
    severity=Severity.HIGH,
    applies_to=EventDataStore,
    sets=STRICT,
    expected="the state ENABLED",
    reads=(
        STORES,
        "cloudtrail:GetEventDataStore Status",
    ),
    remediation=Remediation(
        text="Start ingestion again, after restoring the store if it waits for deletion, and find out who "
        "stopped it.",
        cli="aws cloudtrail start-event-data-store-ingestion --event-data-store $store_arn --region $region",
        cdk="CfnEventDataStore(ingestion_enabled=True)",
        terraform="aws_cloudtrail_event_data_store.suspend = false",
    ),
)
def ingesting(store: EventDataStore, context: Context) -> Judgement:
    """A store that was stopped still answers queries, from which the newest events are missing.

    A store that holds imported events alone is stopped on purpose and fails too, which is why this is not
    part of the baseline.
    """
    status = store.status.value
    if status in INGESTING:
        return passed(f"the store is in the state {status}", observed=status)
    return failed(f"the store is in the state {status} and collects nothing", observed=status)


@control(
    id="TH905",
    name="eds-retention-min",
    title="Event data stores keep events long enough",
    severity=Severity.MEDIUM,
    applies_to=EventDataStore,
    sets=STRICT,
    expected="at least log-retention-days",
    reads=(
        STORES,
        "cloudtrail:GetEventDataStore RetentionPeriod",
    ),
    remediation=Remediation(
        text="Lengthen the retention period: up to 3653 days with extendable, 2557 with fixed pricing.",
        cli=f"{UPDATE}--retention-period 366",
        cdk="CfnEventDataStore(retention_period=366)",
        terraform="aws_cloudtrail_event_data_store.retention_period = 366",
    ),
)
def retained(store: EventDataStore, context: Context) -> Judgement:
    """What has expired cannot be queried; a bucket that holds it longer is no help to who asks Lake."""
    days, wanted = store.retention_days.value, context.thresholds.log_retention_days
    expected = f"at least {wanted} days"
    if days >= wanted:
        return passed(f"events are kept for {days} days", observed=f"{days} days", expected=expected)
    return failed(f"events are deleted after {days} days", observed=f"{days} days", expected=expected)


@control(
    id="TH906",
    name="eds-organization-enabled",
    title="Event data stores of an organization's administrators collect events of all its accounts",
    severity=Severity.MEDIUM,
    applies_to=EventDataStore,
    told_by=LIVE_ONLY,
    sets=STRICT,
    expected="an organization event data store",
    reads=(
        STORES,
        "cloudtrail:GetEventDataStore OrganizationEnabled",
        "organizations:DescribeOrganization Organization.Id",
        "organizations:DescribeOrganization Organization.MasterAccountId",
        "organizations:ListDelegatedAdministrators DelegatedAdministrators",
        "organizations:ListDelegatedServicesForAccount DelegatedServices",
    ),
    remediation=Remediation(
        text="Let the event data store collect events of all accounts of the organization.",
        cli=f"{UPDATE}--organization-enabled",
        cdk="CfnEventDataStore(organization_enabled=True)",
        terraform="aws_cloudtrail_event_data_store.organization_enabled = true",
    ),
)
def of_organization(store: EventDataStore, context: Context) -> Judgement:
    """An account that could see the whole organization and looks at itself misses what happens elsewhere.

    The management account and delegated administrators can; whether an account is one of the latter, only
    they and the management account are told, so that a member's own store stays undecided where neither was
    asked.
    """
    if store.organization.value:
        return passed("the store collects events of the whole organization", observed="organization")
    owner = context.inventory.accounts.get(store.account)
    if owner is None:
        why = f"account {store.account} was not part of this observation"
        raise Unobserved(Unknown(why, Cause.OUT_OF_SCOPE))
    if owner.organization.value is None:
        return NotApplicable("the account belongs to no organization")
    if owner.management_account.value == store.account or _delegated(owner, context):
        return failed("the store collects events of its own account alone", observed="one account")
    return NotApplicable("the account does not administer CloudTrail for its organization")


def _delegated(owner: Account, context: Context) -> bool:
    """Say whether the account administers CloudTrail for its organization, which members are not told."""
    organization = context.inventory.organization_of(owner.id)
    if organization is None or not organization.told:
        why = f"whether account {owner.id} is a delegated administrator is told to the management account"
        raise Unobserved(Unknown(why, Cause.OUT_OF_SCOPE))
    return organization.administers(owner.id, CLOUDTRAIL)


@control(
    id="TH907",
    name="eds-selectors-cover-management",
    title="Event data stores collect all management events",
    severity=Severity.MEDIUM,
    applies_to=EventDataStore,
    sets=STRICT,
    expected="read and write management events of every service",
    reads=(
        STORES,
        "cloudtrail:GetEventDataStore AdvancedEventSelectors",
    ),
    remediation=Remediation(
        text="Add a selector for all management events, and take conditions out that leave some of them out.",
        cli=f"{UPDATE}--advanced-event-selectors "
        """'[{"Name":"management","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]'""",
        cdk="CfnEventDataStore(advanced_event_selectors=[...]) with eventCategory equals Management",
        terraform="aws_cloudtrail_event_data_store.advanced_event_selector with eventCategory Management",
    ),
)
def collects_management(store: EventDataStore, context: Context) -> Judgement:
    """A narrowed selector is how a store goes blind while it still grows.

    A store for data events alone fails too: it is asked as if it were the only one, which is why this is not
    part of the baseline. Stores that hold no events of CloudTrail are left out.
    """
    kinds = _categories(store)
    if not kinds & CLOUDTRAIL_EVENTS:
        return NotApplicable(f"the store collects {_listed(kinds)}, not events of CloudTrail")
    lacks = management_lacks(store.selectors.value)
    if lacks:
        return failed(f"the store does not collect {spell(lacks)}", observed="narrowed")
    return passed("the store collects all management events", observed="all management events")


def _categories(store: EventDataStore) -> set[str]:
    return {
        value
        for selector in store.selectors.value
        for condition in selector.field_selectors
        if condition.field == "eventCategory"
        for value in condition.equals
    }


def _listed(kinds: set[str]) -> str:
    return ", ".join(sorted(kinds)) or "nothing"
