"""A governed organization as an inventory: its trail reaches a log archive and a workload."""

import json
from typing import Any

from msgspec.structs import replace

from checker.evidence import Known
from checker.inventory import (
    Account,
    Discovery,
    Inventory,
    Organization,
    OrganizationPolicy,
    Place,
    Trail,
)
from checker.inventory.organization import RESOURCE_CONTROL, S3, SERVICE_CONTROL
from tests import hardened as good
from tests.hardened import ACCOUNT, BUCKET_ARN, REGIONS, hardened

ID, ROOT, UNIT = "o-exampleorg", "r-root", "ou-root-workload"
ARCHIVE, WORKLOAD = "222233334444", "333344445555"
KEY_ARN = good.KEY_ARN.replace(ACCOUNT, ARCHIVE)
TRAIL_ARN = good.TRAIL_ARN
PLACES = (
    Place(id=ROOT, name="Root"),
    Place(id=UNIT, parent=ROOT, name="Workload"),
    Place(id=ACCOUNT, parent=ROOT),
    Place(id=ARCHIVE, parent=ROOT),
    Place(id=WORKLOAD, parent=UNIT),
)
EVERYWHERE = tuple(place.id for place in PLACES)
BLOCKING = json.dumps({"s3_attributes": {"public_access_block_configuration": "all"}})


def deny(*actions: str, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    """A Deny statement, for everybody unless it has a condition."""
    found = {"Effect": "Deny", "Action": list(actions), "Resource": resource}
    return {**found, "Condition": condition} if condition else found


def policy(
    id: str, *statements: dict[str, Any], to: tuple[str, ...] = (ROOT,), type: str = SERVICE_CONTROL
) -> OrganizationPolicy:
    """A policy with its targets."""
    if type == RESOURCE_CONTROL:
        statements = tuple({"Principal": "*", **one} for one in statements)
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return OrganizationPolicy(id=id, name=id, type=type, targets=Known(to), document=Known(document))


FULL = policy("p-FullAWSAccess", {"Effect": "Allow", "Action": "*", "Resource": "*"}, to=EVERYWHERE)
BREAK_GLASS = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/break-glass"}}
TRAILS = deny(
    *("cloudtrail:Stop*", "cloudtrail:Delete*", "cloudtrail:Update*", "cloudtrail:Put*"),
    *("cloudtrail:RemoveTags", "cloudtrail:DisableFederation"),
    **BREAK_GLASS,
)
LEAVING = deny("organizations:LeaveOrganization")
ON_LOGS = deny(
    *("s3:Delete*", "s3:Put*", "s3:BypassGovernanceRetention"),
    resource=[BUCKET_ARN, f"{BUCKET_ARN}/*"],
    **BREAK_GLASS,
)
ON_KEY = deny("kms:DisableKey", "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", **BREAK_GLASS)
STRANGERS = deny(
    "s3:*",
    "kms:*",
    StringNotEqualsIfExists={"aws:PrincipalOrgID": ID},
    BoolIfExists={"aws:PrincipalIsAWSService": "false"},
)
GUARDING = (
    FULL,
    policy("p-trails", TRAILS, LEAVING),
    policy("p-logs", ON_LOGS, ON_KEY, to=(ARCHIVE,)),
    policy("p-strangers", STRANGERS, to=(ARCHIVE,), type=RESOURCE_CONTROL),
)
ORGANIZATION = Organization(
    id=ID,
    management_account=ACCOUNT,
    trusted_services=Known(("cloudtrail.amazonaws.com",)),
    administrators=Known(()),
    policy_types=Known((RESOURCE_CONTROL, S3, SERVICE_CONTROL)),
    places=Known(PLACES),
    policies=Known(GUARDING),
    s3_policies={ARCHIVE: Known(BLOCKING)},
)


def member(id: str, **changes: Any) -> Account:
    """A member that sees the organization trail everywhere."""
    fine = replace(
        good.OWNER, id=id, caller_arn="", organization=Known(ID), management_account=Known(ACCOUNT)
    )
    return replace(fine, **changes)


def governed(
    *,
    organization: dict[str, Any] | None = None,
    management: dict[str, Any] | None = None,
    workload: dict[str, Any] | None = None,
    trail: dict[str, Any] | None = None,
    bucket: dict[str, Any] | None = None,
    more_trails: tuple[Trail, ...] = (),
) -> Inventory:
    """The organization with settings replaced by name: log bucket and key are the archive's."""
    base = hardened(
        account={
            "organization": Known(ID),
            "management_account": Known(ACCOUNT),
            "feature_set": Known("ALL"),
            "default_regions": Known(REGIONS),
            "trail_role": Known(True),
            **(management or {}),
        },
        trail={"organization": Known(True), "kms_key_id": Known(KEY_ARN), **(trail or {})},
        bucket={"account": Known(ARCHIVE), **(bucket or {})},
    )
    key = replace(base.keys[good.KEY_ARN], arn=KEY_ARN, account=ARCHIVE)
    accounts = {
        **base.accounts,
        ARCHIVE: member(ARCHIVE),
        WORKLOAD: member(WORKLOAD, **(workload or {})),
    }
    return replace(
        base,
        accounts=accounts,
        trails={**base.trails, **{t.arn: t for t in more_trails}},
        keys={KEY_ARN: key},
        organizations={ID: replace(ORGANIZATION, **(organization or {}))},
    )


def blind(*regions: str) -> tuple[Discovery, ...]:
    """What an account shows that sees no trail."""
    return tuple(Discovery(region=region, trail_arns=Known(())) for region in regions or REGIONS)
