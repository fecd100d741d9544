"""Calls on how an organization governs its accounts; who has to list its tree lists its accounts too."""

from checker.sources.aws.calls.call import Call, Pages
from checker.sources.aws.calls.organization import (
    ACCOUNTS_OF_UNIT,
    TRUSTED_SERVICES,
    UNITS_OF_UNIT,
)

__all__ = ["ACCOUNTS_OF_UNIT", "TRUSTED_SERVICES", "UNITS_OF_UNIT"]


def _pages(items: str) -> Pages:
    return Pages(items=items, answer_token="NextToken", request_token="NextToken")


ROOTS = Call(service="organizations", operation="ListRoots", pages=_pages("Roots"))
POLICIES = Call(service="organizations", operation="ListPolicies", pages=_pages("Policies"))
POLICY = Call(service="organizations", operation="DescribePolicy")
TARGETS = Call(service="organizations", operation="ListTargetsForPolicy", pages=_pages("Targets"))
ADMINISTRATORS = Call(
    service="organizations", operation="ListDelegatedAdministrators", pages=_pages("DelegatedAdministrators")
)
ADMINISTERED = Call(
    service="organizations", operation="ListDelegatedServicesForAccount", pages=_pages("DelegatedServices")
)
EFFECTIVE = Call(
    service="organizations",
    operation="DescribeEffectivePolicy",
    absent={"EffectivePolicyNotFoundException": None},
)
