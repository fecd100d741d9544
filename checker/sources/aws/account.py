"""Reads the account: who asks, which Regions are enabled, its organization, its Block Public Access."""

import re
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Unknown, derive
from checker.inventory import PublicAccessBlock
from checker.inventory.account import NOT_READ
from checker.observation import CannotObserve
from checker.sources.aws.api import Answer, Api, Caller, Target
from checker.sources.aws.arns import parse
from checker.sources.aws.calls import account as calls
from checker.sources.aws.failures import Failure
from checker.sources.aws.fields import required


class Regions(Struct, frozen=True, kw_only=True):
    """The Regions that are enabled, and the names of all that exist (empty when they could not be read)."""

    enabled: Observed[tuple[str, ...]]
    existing: frozenset[str] = frozenset()
    default: Observed[tuple[str, ...]] = NOT_READ
    """Those that are enabled without anybody opting in."""


class _Region(Struct, frozen=True, rename="pascal"):
    """An entry of account:ListRegions."""

    region_name: str
    region_opt_status: Literal["ENABLED", "ENABLED_BY_DEFAULT", "ENABLING", "DISABLING", "DISABLED"]

    @property
    def enabled(self) -> bool:
        """A Region that is being disabled still works; one that is being enabled does not yet."""
        return self.region_opt_status in ("ENABLED", "ENABLED_BY_DEFAULT", "DISABLING")

    @property
    def default(self) -> bool:
        return self.region_opt_status == "ENABLED_BY_DEFAULT"


class _Ec2Region(Struct, frozen=True, rename="pascal"):
    """An entry of ec2:DescribeRegions."""

    region_name: str
    opt_in_status: Literal["opt-in-not-required", "opted-in", "not-opted-in"]

    @property
    def enabled(self) -> bool:
        return self.opt_in_status != "not-opted-in"

    @property
    def default(self) -> bool:
        return self.opt_in_status == "opt-in-not-required"


async def read_identity(api: Api) -> Caller:
    """Ask STS who we are. Raise CannotObserve: without an identity nothing can be judged."""
    region = api.clients.region
    reply = await api.send(calls.IDENTITY, region)
    if reply.failure is not None:
        raise CannotObserve(_no_identity(reply.failure, region))
    answer = reply.answer or {}
    account, text = answer.get("Account"), answer.get("Arn")
    arn = parse(text) if isinstance(text, str) else None
    if arn is None or not isinstance(account, str) or not re.fullmatch(r"[0-9]{12}", account):
        raise CannotObserve(
            f"STS in {region} did not say who the caller is: check proxy and AWS_ENDPOINT_URL"
        )
    return Caller(account=account, arn=str(text), partition=arn.partition)


def _no_identity(failure: Failure, region: str) -> str:
    """Say in one sentence what is wrong and what to do."""
    answered = ": ".join(part for part in (failure.code, failure.detail) if part)
    match failure.cause:
        case Cause.EXPIRED if not failure.code:
            return f"no usable AWS credentials ({answered}): choose a --profile or sign in (aws sso login)"
        case Cause.EXPIRED:
            return f"the AWS credentials have expired ({answered}): renew them, then run again"
        case Cause.REGION_CLOSED:
            return (
                f"AWS in {region} does not know these credentials ({answered}): check the access key, the "
                "profile, and whether the Region is enabled"
            )
        case Cause.DENIED:
            return f"AWS refuses these credentials ({answered}): check role ARN, trust policy and external id"
        case Cause.THROTTLED:
            return f"AWS in {region} throttles the question who is calling ({answered}): try again later"
        case Cause.UNREACHABLE:
            return f"STS in {region} cannot be reached ({answered}): check network, proxy, AWS_ENDPOINT_URL"
        case Cause.MALFORMED:
            return f"STS in {region} answered with {failure.detail}: check proxy and AWS_ENDPOINT_URL"
        case _:
            return f"AWS in {region} does not say who is calling ({answered}): check the configuration"


async def read_regions(api: Api) -> Regions:
    """Ask Account Management for the Regions, and EC2, whose client is far heavier, when it does not say."""
    target = Target(name="the account", region=api.clients.region)
    listed = required(await api.ask_all(calls.REGIONS, target), "Regions", tuple[_Region, ...])
    if isinstance(listed, Known):
        return _regions(listed)
    answer = await api.ask(calls.REGIONS_BY_EC2, target, {"AllRegions": True})
    described = required(answer, "Regions", tuple[_Ec2Region, ...])
    if isinstance(described, Known):
        return _regions(described)
    if listed.reason == described.reason:
        return Regions(enabled=listed)
    return Regions(enabled=replace(listed, reason=f"{listed.reason}; {described.reason}"))


def _regions(found: Known[tuple[_Region, ...]] | Known[tuple[_Ec2Region, ...]]) -> Regions:
    enabled = tuple(sorted(region.region_name for region in found.content if region.enabled))
    default = tuple(sorted(region.region_name for region in found.content if region.default))
    return Regions(
        enabled=Known(enabled, found.origin),
        default=Known(default, found.origin),
        existing=frozenset(region.region_name for region in found.content),
    )


async def read_organization(api: Api) -> tuple[Observed[str | None], Observed[str | None]]:
    """Return the ids of the account's organization and of its management account, None outside of one."""
    answer = await _organization(api)
    if isinstance(answer, Unknown) or answer.content is None:
        none: Observed[str | None] = derive(answer, lambda _: None)
        return none, none
    return (
        required(answer, "Organization.Id", str),
        required(answer, "Organization.MasterAccountId", str),
    )


async def read_feature_set(api: Api) -> Observed[str | None]:
    """Return which features the account's organization has, None outside of one."""
    answer = await _organization(api)
    if isinstance(answer, Unknown) or answer.content is None:
        return derive(answer, lambda _: None)
    return required(answer, "Organization.FeatureSet", str)


async def _organization(api: Api) -> Observed[Answer]:
    return await api.ask_once(calls.ORGANIZATION, Target(name="the organization", region=api.clients.region))


async def read_public_access_block(api: Api) -> Observed[PublicAccessBlock]:
    """Read Block Public Access of the account as a whole."""
    caller = await api.caller
    target = Target(name=f"account {caller.account}", region=api.clients.region)
    answer = await api.ask(calls.ACCOUNT_PUBLIC_ACCESS_BLOCK, target, {"AccountId": caller.account})
    return derive(required(answer, "PublicAccessBlockConfiguration", BlockFlags), BlockFlags.settings)


class BlockFlags(Struct, frozen=True, rename="pascal"):
    """The four flags as S3 answers them, always together."""

    block_public_acls: bool
    ignore_public_acls: bool
    block_public_policy: bool
    restrict_public_buckets: bool

    def settings(self) -> PublicAccessBlock:
        """Return them as the inventory has them."""
        return PublicAccessBlock(
            block_public_acls=self.block_public_acls,
            ignore_public_acls=self.ignore_public_acls,
            block_public_policy=self.block_public_policy,
            restrict_public_buckets=self.restrict_public_buckets,
        )
