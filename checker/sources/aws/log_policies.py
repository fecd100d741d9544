"""Reads who else may use a log group or is sent its events: resource policies and subscription filters."""

import asyncio
from typing import Any

from msgspec import Struct

from checker.evidence import Known, Observed, Unknown, derive
from checker.inventory import ResourcePolicy, SubscriptionFilter
from checker.sources.aws.api import Api, Target, malformed
from checker.sources.aws.calls import logs as calls
from checker.sources.aws.fields import required
from checker.sources.subscribing import POLICY_TYPE, AccountFilter, account_filter

Policies = Observed[tuple[ResourcePolicy, ...]]


class RegionPolicies(Struct, frozen=True, kw_only=True):
    """What holds for all log groups of a Region."""

    resource: Policies
    subscribing: Observed[tuple[AccountFilter, ...]]


class _Policy(Struct, frozen=True, rename="camel"):
    policy_document: str
    policy_name: str = ""

    def policy(self) -> ResourcePolicy:
        return ResourcePolicy(name=self.policy_name, document=self.policy_document)


class _AccountPolicy(Struct, frozen=True, rename="camel"):
    policy_name: str
    policy_document: str
    selection_criteria: str = ""


class _Subscription(Struct, frozen=True, rename="camel"):
    filter_name: str
    destination_arn: str

    def filter(self) -> SubscriptionFilter:
        return SubscriptionFilter(name=self.filter_name, destination=self.destination_arn)


async def read_region_policies(api: Api, region: str) -> RegionPolicies:
    """Read the account's resource policies and subscription policies of a Region."""
    target = Target(name=f"CloudWatch Logs in {region}", region=region)
    resource, subscribing = await asyncio.gather(
        api.ask_all(calls.RESOURCE_POLICIES, target),
        api.ask_all(calls.ACCOUNT_POLICIES, target, {"policyType": POLICY_TYPE}),
    )
    return RegionPolicies(
        resource=derive(
            required(resource, "resourcePolicies", tuple[_Policy, ...]),
            lambda raw: tuple(one.policy() for one in raw),
        ),
        subscribing=_account_filters(required(subscribing, "accountPolicies", tuple[_AccountPolicy, ...])),
    )


def _account_filters(found: Observed[tuple[_AccountPolicy, ...]]) -> Observed[tuple[AccountFilter, ...]]:
    if isinstance(found, Unknown):
        return found
    try:
        every = [
            account_filter(one.policy_name, one.policy_document, one.selection_criteria)
            for one in found.content
        ]
    except ValueError:
        return malformed(found.origin, "a subscription policy that is not understood")
    return Known(tuple(every), found.origin)


async def read_own_policies(api: Api, target: Target, arn: str) -> Policies:
    """Read the policies that are attached to one group."""
    params: dict[str, Any] = {"policyScope": "RESOURCE", "resourceArn": arn}
    answer = await api.ask_all(calls.RESOURCE_POLICIES, target, params)
    found = required(answer, "resourcePolicies", tuple[_Policy, ...])
    return derive(found, lambda raw: tuple(one.policy() for one in raw))


async def read_subscription_filters(
    api: Api, target: Target, name: str
) -> Observed[tuple[SubscriptionFilter, ...]]:
    """Read the group's own filters."""
    answer = await api.ask_all(calls.SUBSCRIPTION_FILTERS, target, {"logGroupName": name})
    found = required(answer, "subscriptionFilters", tuple[_Subscription, ...])
    return derive(found, lambda raw: tuple(one.filter() for one in raw))
