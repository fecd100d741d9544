"""CloudTrail Lake for those who have it already: since 2026-05-31 it takes no new customers."""

from collections.abc import Sequence

from aws_cdk import Annotations, RemovalPolicy, Stack, Token
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_app.formats import check, partition_of
from cdk_app.key_statements import CLOUDTRAIL, new_key
from cdk_app.partitions import lacks

EXTENDABLE, FIXED = "EXTENDABLE_RETENTION_PRICING", "FIXED_RETENTION_PRICING"
LONGEST = {EXTENDABLE: 3653, FIXED: 2557}
"""Most days of retention by price plan (CloudTrail user guide, event data stores)."""
CLOSED = (
    "CloudTrail Lake takes no new customers since 2026-05-31: an account without an event data store cannot "
    "create this one; ask the log files with Athena instead (TrailAnalytics)"
)


class EventDataStore(Construct):
    """An event data store of management events, with a key of its own and protected from deletion.

    The key can never be taken away or changed. Its policy names no source: CloudTrail sends none for event
    data stores, and a condition on it would keep CloudTrail out. Hence a key that has no other use.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str = "trailhold",
        organization: bool = False,
        retention_days: int = 2557,
        billing_mode: str = EXTENDABLE,
        key_alias: str | None = None,
        break_glass_arns: Sequence[str] = (),
        termination_protection: bool = True,
    ) -> None:
        super().__init__(scope, construct_id)
        self._refuse(retention_days, billing_mode)
        Annotations.of(self).add_warning_v2("trailhold:cloudtrail-lake-closed", CLOSED)
        statements = [encrypt_events(), use_by_account(Stack.of(self).account)]
        self.key = new_key(self, f"Event data store {name}", statements, key_alias, break_glass_arns)
        self.store = cloudtrail.CfnEventDataStore(
            self,
            "Store",
            name=name,
            advanced_event_selectors=[management_events()],
            billing_mode=billing_mode,
            ingestion_enabled=True,
            kms_key_id=self.key.key_arn,
            multi_region_enabled=True,
            organization_enabled=organization,
            retention_period=retention_days,
            termination_protection_enabled=termination_protection,
        )
        self.store.apply_removal_policy(RemovalPolicy.RETAIN)

    def _refuse(self, retention_days: int, billing_mode: str) -> None:
        check(billing_mode in LONGEST, f"billing_mode: {billing_mode!r} is none of {', '.join(LONGEST)}")
        longest = LONGEST[billing_mode]
        check(
            7 <= retention_days <= longest,
            f"retention_days: {retention_days} is not between 7 and {longest}, which {billing_mode} allows",
        )
        region = Stack.of(self).region
        known = not Token.is_unresolved(region)
        check(
            not (known and lacks(partition_of(region), "event data stores")),
            f"there are no event data stores in the partition of {region}",
        )


def encrypt_events() -> iam.PolicyStatement:
    """Let CloudTrail encrypt and read events; aws:SourceArn and aws:SourceAccount are not supported here.

    Source: CloudTrail user guide, Configure KMS key policies.
    """
    return iam.PolicyStatement(
        sid="CloudTrailEncryptsEvents",
        principals=[iam.ServicePrincipal(CLOUDTRAIL)],
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=["*"],
    )


def use_by_account(account: str) -> iam.PolicyStatement:
    """Let the account's IAM policies say who may query: whoever does needs the key as well."""
    return iam.PolicyStatement(
        sid="AccountQueriesEvents",
        principals=[iam.AccountPrincipal(account)],
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=["*"],
    )


def management_events() -> cloudtrail.CfnEventDataStore.AdvancedEventSelectorProperty:
    """Record all management events, read and write."""
    return cloudtrail.CfnEventDataStore.AdvancedEventSelectorProperty(
        name="Management events",
        field_selectors=[
            cloudtrail.CfnEventDataStore.AdvancedFieldSelectorProperty(
                field="eventCategory", equal_to=["Management"]
            )
        ],
    )
