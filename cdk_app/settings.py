"""What a deployer may choose, read and validated once from the context of ``cdk.json``."""

import json
import re
from typing import Any

import msgspec
from msgspec import Struct, field

from cdk_app.formats import check, partition_of, region
from cdk_app.refusal import Refusal
from cdk_app.settings_accounts import Accounts, Deployment, Organization
from cdk_app.settings_alerts import Alerts, Guards
from cdk_app.settings_analytics import Analytics, Lake
from cdk_app.settings_storage import Archive, Logs, Realtime, Retention
from cdk_app.settings_trail import Recording

CONTROL_TOWER_TRAIL = "aws-controltower-BaselineCloudTrail"
KEY = "trailhold"
"""Where the settings are in the context."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """All choices of a deployment; what may be left out has the secure default."""

    home_region: str
    """Of the trail, the delivery bucket and the key."""
    accounts: Accounts
    name_prefix: str = "trailhold"
    """Begins the names of stacks, buckets, aliases and log groups."""
    organization: Organization = field(default_factory=Organization)
    deployment: Deployment = field(default_factory=Deployment)
    trail: Recording = field(default_factory=Recording)
    logs: Logs = field(default_factory=Logs)
    retention: Retention = field(default_factory=Retention)
    archive: Archive = field(default_factory=Archive)
    realtime: Realtime = field(default_factory=Realtime)
    analytics: Analytics = field(default_factory=Analytics)
    event_data_store: Lake = field(default_factory=Lake)
    alerts: Alerts = field(default_factory=Alerts)
    guardrails: Guards = field(default_factory=Guards)
    alarm_emails: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        region(self.home_region, "home-region")
        check(
            bool(re.fullmatch(r"[a-z][a-z0-9-]{0,18}[a-z0-9]", self.name_prefix)),
            f"name-prefix: {self.name_prefix!r} is not 2 to 20 lower-case letters, digits and hyphens",
        )
        for email in self.alarm_emails:
            check(
                bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email)),
                f"alarm-emails: {email!r} is not an e-mail address",
            )
        self._check_accounts()
        self._check_partition()
        self._check_storage()
        self._check_alerts()

    @property
    def partition(self) -> str:
        """Return the partition of the home Region."""
        return partition_of(self.home_region)

    @property
    def adopts_trail(self) -> bool:
        """Say whether Control Tower's trail is used in place of one of our own."""
        return self.organization.control_tower and not self.trail.allow_second_organization_trail

    @property
    def needs_log_archive(self) -> bool:
        """Say whether bucket or key have to be made; both can be there already."""
        existing = self.logs.existing_bucket is not None and self.logs.existing_key_arn is not None
        return not (self.adopts_trail or existing)

    def _check_accounts(self) -> None:
        several = {self.accounts.management, self.accounts.of_logs, self.accounts.of_archive}
        check(
            len(several) == 1 or self.organization.id is not None,
            "accounts names several accounts, which needs organization.id: the policies that join them trust "
            "one organization",
        )
        check(
            self.accounts.of_archive == self.accounts.of_logs or self.archive.region is not None,
            "accounts.archive is set, but archive.region is not: there would be no archive in it",
        )

    def _check_partition(self) -> None:
        named = {
            "deployment.break-glass-arns": self.deployment.break_glass_arns,
            "deployment.deployer-arns": self.deployment.deployer_arns,
            "logs.existing-key-arn": filter(None, [self.logs.existing_key_arn]),
        }
        for what, arns in named.items():
            for arn in arns:
                check(
                    arn.split(":")[1] == self.partition,
                    f"{what}: {arn} is of another partition than {self.home_region} ({self.partition})",
                )
        other = self.archive.region
        check(
            other is None or partition_of(other) == self.partition,
            f"archive.region: {other} is in another partition than {self.home_region}, "
            "and S3 does not replicate there",
        )

    def _check_alerts(self) -> None:
        check(
            self.realtime.log_group or self.adopts_trail or not self.alerts.alarms,
            "alerts.alarms needs realtime.log-group, since metric filters work on nothing else; set it, or "
            "set alerts.alarms to false",
        )
        check(
            not (self.alerts.auto_restart and self.adopts_trail),
            "alerts.auto-restart cannot be set while organization.control-tower adopts Control Tower's "
            "trail: the landing zone says what it records",
        )
        for code in self.alerts.regions:
            check(
                partition_of(code) == self.partition,
                f"alerts.regions: {code} is in another partition than {self.home_region} ({self.partition})",
            )
        check(
            not self.guardrails.target_ids or self.organization.id is not None,
            "guardrails.target-ids needs organization.id: only an organization has such policies",
        )
        for what, account in (
            ("guardrails.target-ids", self.guardrails.target_ids),
            ("organization.delegated-administrator", (self.organization.delegated_administrator,)),
        ):
            check(
                self.accounts.management not in account,
                f"{what}: {self.accounts.management} is the management account, which cannot be one",
            )

    def _check_storage(self) -> None:
        if self.adopts_trail:
            check(
                self.organization.control_tower_bucket is not None,
                "organization.control-tower-bucket is missing: aws cloudtrail describe-trails "
                f"--trail-name-list {CONTROL_TOWER_TRAIL} says what the landing zone calls it",
            )
            check(
                self.logs == Logs() and self.archive.region is None,
                "logs and archive cannot be set while organization.control-tower adopts Control Tower's "
                "trail: its bucket is changed in the landing zone",
            )
            return
        key = self.logs.existing_key_arn
        check(
            key is None or key.split(":")[3] == self.home_region,
            f"logs.existing-key-arn: {key} is in another Region than the bucket; CloudTrail would refuse it",
        )
        if self.logs.existing_bucket is not None:
            check(
                self.archive.region is None,
                "archive.region cannot be set with logs.existing-bucket: replication belongs to its owner",
            )
            return
        check(
            self.archive.region is not None or self.logs.protection != "mfa-delete",
            "archive.region is missing: logs.protection mfa-delete keeps its locked copy in another Region; "
            "choose one, or set logs.protection to object-lock",
        )
        check(
            self.archive.region != self.home_region or self.archive.allow_same_region,
            f"archive.region: {self.archive.region} is the home Region, and the copy has to survive its "
            "loss; choose another, or set archive.allow-same-region",
        )


def load(context: object) -> Settings:
    """Return the settings in a context value: an object, or its JSON as ``cdk --context`` passes it.

    Raises Refusal with one sentence for whatever is unknown, mistyped, malformed or impossible together.
    """
    if context is None:
        raise Refusal(f'cdk.json: there are no settings under "context": {{"{KEY}": {{...}}}}')
    try:
        return msgspec.convert(_decoded(context), Settings, strict=True)
    except msgspec.ValidationError as error:
        raise Refusal(_sentence(str(error))) from None


def _decoded(context: object) -> Any:
    if not isinstance(context, str):
        return context
    try:
        return json.loads(context)
    except json.JSONDecodeError as error:
        raise Refusal(f"context {KEY}: not JSON ({error})") from None


def _sentence(message: str) -> str:
    """Put the place first: ``archive.lock-years: expected `int`, got `str```."""
    text, _, place = message.partition(" - at `$")
    where = place.rstrip("`").removeprefix(".").removesuffix("[...]")
    text = text[0].lower() + text[1:] if text.startswith(("Expected", "Object", "Invalid")) else text
    nested = where and not text.startswith(f"{where}")
    joint = "." if re.match(r"[a-z-]+: ", text) else ": "
    return f"cdk.json: {where}{joint}{text}" if nested else f"cdk.json: {text}"
