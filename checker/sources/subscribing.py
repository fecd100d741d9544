"""Subscription policies of CloudWatch Logs for all log groups of a Region, whichever source tells them."""

import msgspec
from msgspec import Struct

from checker.evidence import Known, Observed, Unknown
from checker.inventory import SubscriptionFilter

POLICY_TYPE = "SUBSCRIPTION_FILTER_POLICY"


class AccountFilter(Struct, frozen=True, kw_only=True):
    """A subscription policy for all log groups of a Region but those that are left out."""

    name: str
    destination: str
    left_out: tuple[str, ...] = ()


class _Document(Struct, frozen=True):
    """As much of a policy's document as says where events go."""

    DestinationArn: str


def account_filter(name: str, document: str, criteria: str) -> AccountFilter:
    """Read a policy; groups are left out by ``LogGroupName NOT IN ["a", "b"]`` and in no other way.

    A policy that selects by other means is taken to be for every group. Raises ValueError for a document that
    is not understood. Source: CloudWatch Logs API reference, PutAccountPolicy.
    """
    head, found, names = criteria.partition("NOT IN")
    left_out: tuple[str, ...] = ()
    try:
        destination = msgspec.json.decode(document, type=_Document).DestinationArn
        if found and head.strip() == "LogGroupName":
            left_out = msgspec.json.decode(names.strip(), type=tuple[str, ...])
    except msgspec.MsgspecError as error:
        raise ValueError(f"the subscription policy {name} is not understood") from error
    return AccountFilter(name=name, destination=destination, left_out=left_out)


def joined(
    group: str, own: Observed[tuple[SubscriptionFilter, ...]], everywhere: Observed[tuple[AccountFilter, ...]]
) -> Observed[tuple[SubscriptionFilter, ...]]:
    """Join the filters of a log group and the policies that do not leave it out."""
    if isinstance(own, Unknown):
        return own
    if isinstance(everywhere, Unknown):
        return everywhere
    for_all = (
        SubscriptionFilter(name=one.name, destination=one.destination, account_wide=True)
        for one in everywhere.content
        if group not in one.left_out
    )
    return Known((*own.content, *for_all), own.origin)
