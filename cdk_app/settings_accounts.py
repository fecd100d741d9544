"""Settings: whose accounts, which organization, and who may still change what is deployed."""

from msgspec import Struct

from cdk_app.formats import account_id, bucket_name, check, organization_id, role_arns


class Accounts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The accounts that take part; one alone does everything."""

    management: str
    """Owns the trail: the organization's management account, or the only account."""
    log_archive: str | None = None
    """Owns the delivery bucket and the key; without it the management account does."""
    archive: str | None = None
    """Owns the second copy; without it the log archive account does."""

    def __post_init__(self) -> None:
        for name, value in (("management", self.management), ("log-archive", self.log_archive)):
            if value is not None:
                account_id(value, name)
        if self.archive is not None:
            account_id(self.archive, "archive")

    @property
    def of_logs(self) -> str:
        """Return the account of the delivery bucket."""
        return self.log_archive or self.management

    @property
    def of_archive(self) -> str:
        """Return the account of the second copy."""
        return self.archive or self.of_logs


class Organization(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The AWS organization; without an id the trail records one account."""

    id: str | None = None
    control_tower: bool = False
    """Control Tower keeps an organization trail of its own here: adopt it instead of adding a second one."""
    control_tower_bucket: str | None = None
    """The log bucket of its landing zone, whose name has ended in letters of chance since version 4."""
    enable_access: bool = True
    """Give CloudTrail trusted access and its service-linked role; what is there already stays as it is."""
    delegated_administrator: str | None = None
    """A member account that shall manage CloudTrail too; never removed again."""

    def __post_init__(self) -> None:
        if self.id is not None:
            organization_id(self.id, "id")
        check(
            not self.control_tower or self.id is not None,
            "control-tower is set, but Control Tower needs an organization: give its id",
        )
        if self.control_tower_bucket is not None:
            bucket_name(self.control_tower_bucket, "control-tower-bucket")
            check(
                self.control_tower,
                "control-tower-bucket is the bucket of a trail that control-tower would adopt: set that too",
            )
        self._check_administrator()

    def _check_administrator(self) -> None:
        if self.delegated_administrator is None:
            return
        account_id(self.delegated_administrator, "delegated-administrator")
        check(
            self.id is not None, "delegated-administrator is set, but there is no organization: give its id"
        )
        check(
            self.enable_access and not self.control_tower,
            "delegated-administrator needs enable-access, and Control Tower not to manage CloudTrail",
        )


class Deployment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Who may change what was deployed, and how hard it is to delete."""

    break_glass_arns: tuple[str, ...] = ()
    """Roles or users that the tamper-proof policies leave out; none by default."""
    deployer_arns: tuple[str, ...] = ()
    """Further roles that may change the buckets' configuration, though never delete logs."""
    bootstrap_qualifier: str = "hnb659fds"
    """Names the CloudFormation execution role of ``cdk bootstrap``, which must keep its right to update."""
    termination_protection: bool = True

    def __post_init__(self) -> None:
        role_arns(self.break_glass_arns, "break-glass-arns")
        role_arns(self.deployer_arns, "deployer-arns")
        check(
            self.bootstrap_qualifier.isalnum() and len(self.bootstrap_qualifier) <= 10,
            f"bootstrap-qualifier: {self.bootstrap_qualifier!r} is not what cdk bootstrap --qualifier takes",
        )
