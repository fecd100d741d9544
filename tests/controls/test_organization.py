"""The organization: whom it reaches with its trail, who administers it, what its policies deny."""

from typing import Any

import pytest
from msgspec.structs import replace

from checker.controls import guarded_buckets, guardrails, lake, organization, organization_trail
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Administrator, Inventory, Organization, OrganizationPolicy, Place
from checker.inventory.key import ALIASES_NOT_READ
from checker.inventory.organization import RESOURCE_CONTROL, S3, SERVICE_CONTROL
from checker.model import Status, Thresholds
from tests import hardened as good
from tests.controls import test_lake
from tests.controls.judging import Case, check, parametrize
from tests.governed import (
    ARCHIVE,
    BREAK_GLASS,
    EVERYWHERE,
    FULL,
    GUARDING,
    KEY_ARN,
    LEAVING,
    ON_KEY,
    ON_LOGS,
    PLACES,
    ROOT,
    STRANGERS,
    TRAILS,
    UNIT,
    WORKLOAD,
    blind,
    deny,
    governed,
    policy,
)
from tests.hardened import ACCOUNT, BUCKET_ARN, DENIED, TRAIL, hardened, status

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
CLOUDTRAIL = "cloudtrail.amazonaws.com"
ONE_REGION = {"multi_region": Known(False)}
MEMBERS_VIEW = {"told": False}
STOPPED = {"status": status(is_logging=Known(False))}


def left_out(**organization: Any) -> Inventory:
    """The organization where its management account was not chosen for the audit."""
    found = governed(organization=organization)
    return replace(found, accounts={id: one for id, one in found.accounts.items() if id != ACCOUNT})


def closed(*, hidden: bool = False) -> Inventory:
    """Members that nobody can enter alone were chosen, and show no trail; ``hidden``: one is only denied."""
    found = left_out()
    none: Any = {"regions": DENIED, "discoveries": (), "caller_arn": ""}
    accounts = {
        id: replace(one, state="ACTIVE" if hidden and id == WORKLOAD else "SUSPENDED", **none)
        for id, one in found.accounts.items()
    }
    return replace(found, accounts=accounts, trails={}, sightings=())


def administered(*services: str, by: str = WORKLOAD) -> dict[str, Any]:
    return {"administrators": Known((Administrator(account=by, services=Known(services)),))}


def policies(*found: OrganizationPolicy, **changes: Any) -> dict[str, Any]:
    return {"policies": Known((FULL, *found)), **changes}


def unreadable(which: str) -> dict[str, Any]:
    return {"policies": Known(tuple(replace(p, document=DENIED) if p.id == which else p for p in GUARDING))}


def spared(*arns: str) -> dict[str, Any]:
    return {"ArnNotLike": {"aws:PrincipalArn": list(arns)}}


def denying(**condition: Any) -> OrganizationPolicy:
    return policy("p-trails", {**TRAILS, "Condition": condition})


def hiding(unread: str, *others: str) -> dict[str, Any]:
    """An administrator whose services were not read, and others of CloudTrail."""
    found = (Administrator(account=one, services=Known((CLOUDTRAIL,))) for one in others)
    hidden = Administrator(account=unread, services=DENIED)
    return {"administrators": Known((hidden, *found))}


EXPECTED = Thresholds(delegated_administrators=(WORKLOAD,))
OTHERS = Thresholds(delegated_administrators=("444455556666",))
in_organization = organization.in_organization
reached, exists = organization_trail.reached, organization_trail.organization_trail
at_home, per_partition = organization_trail.home_for_all, organization_trail.per_partition
trails, leaving = guardrails.trails_protected, guardrails.leaving_denied
logs = guardrails.dependencies_protected
blocked, strangers = guarded_buckets.public_access_blocked, guarded_buckets.strangers_kept_out
everybody, of_cloudtrail = organization.expected_administrators, organization.expected_of_cloudtrail
trusted = organization.trusted
HIDING: list[tuple[Any, tuple[str, ...], Status, str, Thresholds]] = [
    (of_cloudtrail, (ARCHIVE, WORKLOAD), FAIL, WORKLOAD, OTHERS),
    (of_cloudtrail, (ARCHIVE, WORKLOAD), UNKNOWN, "access was denied", EXPECTED),
    (of_cloudtrail, (WORKLOAD,), PASS, "no member administers", EXPECTED),
    (of_cloudtrail, (WORKLOAD,), UNKNOWN, "access was denied", Thresholds()),
    (everybody, (WORKLOAD,), FAIL, f"account {WORKLOAD} administers services that could not be read", OTHERS),
    (everybody, (WORKLOAD,), PASS, "as expected", EXPECTED),
]
STORE_OF_MEMBER = replace(test_lake.STORE, arn=test_lake.ARN.replace(ACCOUNT, WORKLOAD), account=WORKLOAD)


def with_store(**changes: Any) -> Any:
    return replace(governed(**changes), event_data_stores={STORE_OF_MEMBER.arn: STORE_OF_MEMBER})


LOGS = ("alias/logs-1",)
TAKING = ("kms:DeleteAlias", "kms:UpdateAlias")
ALIAS_ARN = KEY_ARN.rpartition(":")[0] + ":alias/logs-1"


def named(operator: str, *aliases: str, key: str = "kms:ResourceAliases") -> dict[str, Any]:
    return {**BREAK_GLASS, operator: {key: list(aliases)}}


def by_alias(
    *actions: str, operator: str = "ForAnyValue:StringLike", key: str = "kms:ResourceAliases"
) -> Any:
    """Deny on whatever key has an alias of logs."""
    return deny(*actions, **named(operator, "alias/logs-*", key=key))


ON_KEY_ACTIONS = tuple(ON_KEY["Action"])
OPEN_KEY = "kms:DisableKey"
ALIASED: list[tuple[tuple[dict[str, Any], ...], Any, Status, str]] = [
    ((by_alias("kms:*"),), LOGS, PASS, ""),
    ((by_alias("kms:*"),), ("alias/other",), FAIL, OPEN_KEY),
    ((by_alias("kms:*"),), (), FAIL, OPEN_KEY),
    ((by_alias("kms:*"),), DENIED, UNKNOWN, "access was denied"),
    ((by_alias("kms:*"),), ALIASES_NOT_READ, UNKNOWN, "aliases of the key were not read"),
    # Whoever takes the alias away, or moves it to another key, has the key.
    ((by_alias(*ON_KEY_ACTIONS),), LOGS, FAIL, OPEN_KEY),
    ((by_alias(*ON_KEY_ACTIONS, "kms:DeleteAlias"),), LOGS, FAIL, OPEN_KEY),
    ((by_alias(*ON_KEY_ACTIONS), deny(*TAKING, resource=ALIAS_ARN, **BREAK_GLASS)), LOGS, PASS, ""),
    ((by_alias(*ON_KEY_ACTIONS), deny(*TAKING, resource=KEY_ARN, **BREAK_GLASS)), LOGS, PASS, ""),
    ((by_alias(*ON_KEY_ACTIONS), deny(*TAKING, resource=f"{ALIAS_ARN}2")), LOGS, FAIL, OPEN_KEY),
    # An alias more, and not all are of logs any longer.
    ((by_alias("kms:*", operator="ForAllValues:StringLike"),), LOGS, PASS, ""),
    ((by_alias(*ON_KEY_ACTIONS, *TAKING, operator="ForAllValues:StringLike"),), LOGS, FAIL, OPEN_KEY),
    ((deny(*ON_KEY_ACTIONS, **named("ForAllValues:StringNotLike", "alias/app-*")),), LOGS, FAIL, OPEN_KEY),
    # None of these calls takes an alias in place of the key, so that the key is not named by one.
    ((by_alias("kms:*", operator="StringLike", key="kms:RequestAlias"),), LOGS, FAIL, OPEN_KEY),
    ((deny("kms:*", **named("StringNotLike", "alias/app-*", key="kms:RequestAlias")),), LOGS, PASS, ""),
    # In a Resource an alias is the alias, and not the key behind it.
    ((deny("kms:*", resource=ALIAS_ARN, **BREAK_GLASS),), LOGS, FAIL, OPEN_KEY),
    ((ON_KEY,), ALIASES_NOT_READ, PASS, ""),
]


def aliased(*statements: dict[str, Any], aliases: Any) -> Inventory:
    """The governed organization, whose key has aliases, under these statements on it."""
    world = governed(organization=policies(policy("p", ON_LOGS, *statements, to=(ARCHIVE,))))
    told = Known(aliases) if isinstance(aliases, tuple) else aliases
    return replace(world, keys={KEY_ARN: replace(world.keys[KEY_ARN], aliases=told)})


GONE = {"exists": Known(False)}
MISSING = Unknown("it does not exist", Cause.ABSENT)


def absent(**changes: Any) -> Inventory:
    """The governed organization, whose trail names a bucket and a key that are not there."""
    world = governed(bucket={**GONE, "account": MISSING})
    key = replace(world.keys[KEY_ARN], **{**GONE, **changes.get("key", {})})
    return replace(world, keys={KEY_ARN: key})


CASES = [
    Case(
        in_organization, hardened(account={"organization": Known("o-1"), "feature_set": Known("ALL")}), PASS
    ),
    Case(in_organization, hardened(), FAIL, "belongs to no organization"),
    Case(
        in_organization,
        hardened(account={"organization": Known("o-1"), "feature_set": Known("CONSOLIDATED_BILLING")}),
        FAIL,
        "billing",
    ),
    Case(in_organization, hardened(account={"organization": DENIED}), UNKNOWN),
    Case(everybody, governed(), PASS, "no member administers any service"),
    Case(everybody, governed(organization=administered("guardduty.amazonaws.com")), UNKNOWN, WORKLOAD),
    Case(
        everybody,
        governed(organization=administered("guardduty.amazonaws.com")),
        FAIL,
        f"account {WORKLOAD} administers guardduty.amazonaws.com",
        OTHERS,
    ),
    Case(everybody, governed(organization=administered("guardduty.amazonaws.com")), PASS, "", EXPECTED),
    Case(everybody, governed(organization={"administrators": DENIED}), UNKNOWN),
    Case(everybody, governed(organization=MEMBERS_VIEW), None, "judged from its management account"),
    Case(of_cloudtrail, governed(organization=administered("guardduty.amazonaws.com")), PASS, "", OTHERS),
    Case(of_cloudtrail, governed(organization=administered(CLOUDTRAIL)), FAIL, WORKLOAD, OTHERS),
    Case(of_cloudtrail, governed(organization=administered(CLOUDTRAIL)), PASS, "as expected", EXPECTED),
    Case(of_cloudtrail, governed(organization=administered(CLOUDTRAIL)), UNKNOWN),
    # What one account administers was not read: another one is strange all the same.
    *(
        Case(control, governed(organization=hiding(*accounts)), status, detail, thresholds)
        for control, accounts, status, detail, thresholds in HIDING
    ),
    Case(exists, governed(), PASS),
    Case(exists, governed(trail={"organization": Known(False)}), FAIL, "there is no organization trail"),
    Case(exists, governed(trail=ONE_REGION), FAIL, "one Region alone"),
    Case(exists, governed(trail=STOPPED), FAIL, "stopped"),
    Case(exists, governed(trail={"multi_region": DENIED}), UNKNOWN),
    Case(exists, governed(trail={"account": "999999999999"}, organization=administered()), FAIL),
    Case(exists, governed(trail={"account": "999999999999"}), FAIL, "of another organization"),
    Case(exists, governed(organization=MEMBERS_VIEW), None),
    Case(reached, governed(), PASS),
    Case(reached, governed(workload={"discoveries": blind()}), FAIL, "sees no multi-Region copy"),
    Case(reached, governed(workload={"regions": Known(("eu-west-1",))}), FAIL, "us-east-1 is not enabled"),
    Case(reached, governed(workload={"discoveries": (), "regions": DENIED}), UNKNOWN),
    Case(reached, governed(trail={"organization": DENIED}), UNKNOWN),
    # Another organization's trail is none of an account's.
    *(
        Case(
            reached,
            governed(
                workload={"discoveries": blind(), "organization": own}, management={"discoveries": seeing}
            ),
            status,
        )
        for own, seeing, status in (
            (Known("o-another"), good.OWNER.discoveries, PASS),
            (Known("o-exampleorg"), good.OWNER.discoveries, FAIL),
            (DENIED, good.OWNER.discoveries, UNKNOWN),
        )
    ),
    Case(reached, governed(trail={"organization": Known(False)}), None, "no organization trail was seen"),
    Case(reached, governed(workload={"discoveries": blind(), "state": "SUSPENDED"}), PASS),
    Case(reached, hardened(), None),
    Case(at_home, governed(), PASS),
    Case(at_home, governed(management={"default_regions": Known(("eu-west-1",))}), FAIL, "opted in"),
    Case(at_home, governed(management={"default_regions": DENIED}), PASS),
    Case(at_home, governed(trail={"home_region": "me-south-1", "account": WORKLOAD}), FAIL, "me-south-1"),
    Case(at_home, governed(trail={"home_region": "any-region", "account": WORKLOAD}), UNKNOWN),
    Case(at_home, governed(trail={"organization": DENIED}), UNKNOWN),
    Case(at_home, hardened(), None),
    *(Case(control, closed(), None, "suspended or closed") for control in (exists, per_partition)),
    *(Case(control, closed(hidden=True), UNKNOWN) for control in (exists, per_partition)),
    Case(per_partition, governed(), PASS, "partition aws"),
    Case(per_partition, governed(trail=STOPPED), PASS),
    Case(per_partition, governed(trail=ONE_REGION), FAIL),
    Case(per_partition, governed(trail={"account": "999999999999"}), FAIL),
    Case(
        per_partition,
        governed(trail={"account": "999999999999"}, organization=administered(CLOUDTRAIL, by="999999999999")),
        PASS,
    ),
    Case(per_partition, governed(trail={"organization": DENIED}), UNKNOWN),
    Case(trusted, governed(), PASS),
    Case(trusted, governed(organization={"trusted_services": Known(())}), FAIL, "no trusted access"),
    Case(trusted, governed(management={"trail_role": Known(False)}), FAIL, "AWSServiceRoleForCloudTrail"),
    Case(trusted, governed(management={"trail_role": DENIED}), UNKNOWN),
    Case(trusted, left_out(), UNKNOWN),
    Case(trusted, left_out(trail_role=Known(True)), PASS),
    Case(trusted, left_out(trail_role=Known(False)), FAIL, "AWSServiceRoleForCloudTrail"),
    Case(
        trusted,
        governed(organization={"trusted_services": Known(())}, management={"trail_role": DENIED}),
        FAIL,
    ),
    Case(trails, governed(), PASS, f"the management account {ACCOUNT} is exempt"),
    Case(trails, governed(organization=policies()), FAIL, "is not denied in 2 of 2 accounts"),
    Case(trails, governed(organization=policies(policy("p", TRAILS, to=(UNIT,)))), FAIL, f"in {ARCHIVE}"),
    Case(trails, governed(organization=policies(policy("p", TRAILS, to=(UNIT, ARCHIVE)))), PASS),
    Case(trails, governed(organization=policies(policy("p", TRAILS, to=(ARCHIVE, WORKLOAD)))), PASS),
    Case(
        trails,
        governed(organization=policies(policy("p", deny("cloudtrail:StopLogging")))),
        FAIL,
        "cloudtrail:DeleteTrail",
    ),
    Case(trails, governed(organization=policies(denying(**spared("arn:aws:iam::*:role/*")))), FAIL),
    Case(trails, governed(organization=policies(denying(**spared(f"arn:aws:iam::{WORKLOAD}:root")))), PASS),
    Case(trails, governed(organization=policies(denying(**spared("arn:aws:iam::999999999999:*")))), PASS),
    Case(
        trails,
        governed(organization=policies(denying(StringNotEquals={"aws:PrincipalAccount": "999999999999"}))),
        PASS,
    ),
    Case(
        trails,
        governed(organization=policies(denying(StringNotEquals={"aws:PrincipalAccount": WORKLOAD}))),
        FAIL,
        f"in {WORKLOAD}",
    ),
    Case(
        trails,
        governed(organization=policies(denying(StringNotEquals={"aws:PrincipalOrgID": "o-exampleorg"}))),
        FAIL,
        "2 of 2",
    ),
    Case(
        trails,
        governed(organization=policies(denying(Bool={"aws:MultiFactorAuthPresent": "false"}))),
        FAIL,
    ),
    Case(
        trails,
        governed(),
        FAIL,
        "",
        Thresholds(break_glass_arns=("arn:aws:iam::*:role/somebody-else",)),
    ),
    Case(
        trails,
        governed(),
        PASS,
        "",
        Thresholds(break_glass_arns=("arn:aws:iam::*:role/break-glass",)),
    ),
    # Without FullAWSAccess on its unit, the workload may do nothing at all: nothing is allowed there.
    Case(
        trails,
        governed(
            organization={
                "policies": Known(
                    (
                        replace(FULL, targets=Known(tuple(id for id in EVERYWHERE if id != UNIT))),
                        policy("p", TRAILS, to=(ARCHIVE,)),
                    )
                )
            }
        ),
        PASS,
    ),
    Case(trails, governed(organization={"policy_types": Known(())}), FAIL),
    Case(trails, governed(organization={"policy_types": DENIED}), UNKNOWN),
    Case(trails, governed(organization={"policies": DENIED}), UNKNOWN),
    Case(trails, governed(organization=unreadable("p-trails")), UNKNOWN),
    Case(trails, governed(organization=unreadable("p-logs")), PASS),
    Case(trails, governed(organization={"places": Known((PLACES[0], PLACES[2]))}), None, "no account but"),
    Case(
        trails,
        governed(
            organization={
                "places": Known((*PLACES, Place(id="777777777777", parent=UNIT, state="SUSPENDED")))
            }
        ),
        PASS,
    ),
    Case(trails, with_store(), PASS),
    Case(
        trails,
        with_store(
            organization=policies(
                policy("p", deny(*guardrails.OF_TRAILS, resource="arn:aws:cloudtrail:*:*:trail/*"))
            )
        ),
        FAIL,
        "cloudtrail:DeleteEventDataStore",
    ),
    Case(leaving, governed(), PASS),
    Case(leaving, governed(organization=policies(policy("p", LEAVING, to=(UNIT,)))), FAIL, ARCHIVE),
    Case(leaving, governed(organization=policies(policy("p", deny("organizations:*")))), PASS),
    Case(leaving, governed(organization={"places": DENIED}), UNKNOWN),
    Case(leaving, governed(organization=MEMBERS_VIEW), None),
    Case(logs, governed(), PASS),
    Case(logs, governed(organization=policies(policy("p", ON_LOGS))), FAIL, "kms:DisableKey"),
    Case(
        logs,
        governed(
            organization=policies(policy("p", ON_LOGS, ON_KEY, type=RESOURCE_CONTROL)),
        ),
        PASS,
    ),
    Case(
        logs,
        governed(
            organization=policies(policy("p", {**ON_LOGS, "Resource": "arn:aws:s3:::other*"}, ON_KEY)),
        ),
        FAIL,
        "s3:DeleteBucket",
    ),
    Case(logs, governed(bucket={"account": DENIED}), UNKNOWN),
    Case(
        logs,
        governed(bucket={"account": Known(ACCOUNT)}, trail={"kms_key_id": Known(None)}),
        None,
        "no member owns anything",
    ),
    Case(
        logs,
        governed(
            organization=policies(
                policy(
                    "p",
                    ON_LOGS,
                    {**ON_KEY, "Condition": {"StringLike": {"kms:ResourceAliases": "alias/logs-*"}}},
                )
            )
        ),
        UNKNOWN,
    ),
    *(
        Case(logs, aliased(*statement, aliases=aliases), status, detail)
        for statement, aliases, status, detail in ALIASED
    ),
    # An alias does not say which key is meant.
    *(
        Case(control, governed(trail={"kms_key_id": Known(ALIAS_ARN)}), UNKNOWN, "which key")
        for control in (logs, strangers)
    ),
    Case(logs, absent(), None, "no member owns anything"),
    Case(blocked, absent(), None, "no trail delivers to a bucket"),
    Case(strangers, absent(), None, "no member owns a log bucket"),
    Case(logs, absent(key={"exists": Known(True)}), PASS),
    Case(strangers, absent(key={"exists": Known(True)}), PASS, ":kms:"),
    Case(blocked, governed(), PASS),
    Case(blocked, governed(organization={"s3_policies": {ARCHIVE: Known(None)}}), FAIL, ARCHIVE),
    Case(
        blocked,
        governed(
            organization={
                "s3_policies": {
                    ARCHIVE: Known('{"s3_attributes":{"public_access_block_configuration":"none"}}')
                }
            }
        ),
        FAIL,
    ),
    Case(blocked, governed(organization={"s3_policies": {ARCHIVE: Known("nonsense")}}), UNKNOWN),
    Case(blocked, governed(organization={"s3_policies": {}}), UNKNOWN),
    Case(blocked, governed(bucket={"account": DENIED}), UNKNOWN),
    Case(strangers, governed(), PASS, BUCKET_ARN),
    Case(strangers, governed(organization=policies()), FAIL, BUCKET_ARN),
    Case(
        strangers,
        governed(organization=policies(policy("p", STRANGERS, to=(ARCHIVE,)))),
        FAIL,
    ),
    Case(
        strangers,
        governed(
            organization=policies(
                policy("p", {**STRANGERS, "Action": "s3:*"}, to=(ROOT,), type=RESOURCE_CONTROL)
            )
        ),
        FAIL,
        ":kms:",
    ),
    Case(
        strangers,
        governed(
            organization=policies(
                policy(
                    "p",
                    deny("s3:*", "kms:*", StringNotEqualsIfExists={"aws:PrincipalOrgID": "o-another"}),
                    type=RESOURCE_CONTROL,
                )
            )
        ),
        FAIL,
    ),
    Case(strangers, governed(organization=unreadable("p-strangers")), UNKNOWN),
    Case(
        strangers,
        governed(bucket={"account": Known(ACCOUNT)}, trail={"kms_key_id": Known(None)}),
        None,
    ),
    Case(lake.of_organization, with_store(), None, "does not administer CloudTrail"),
    Case(lake.of_organization, with_store(organization=administered(CLOUDTRAIL)), FAIL),
    Case(lake.of_organization, with_store(organization={"administrators": DENIED}), UNKNOWN),
    Case(lake.of_organization, with_store(organization=MEMBERS_VIEW), UNKNOWN),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)


def test_without_the_management_account_nobody_says_that_there_is_no_trail() -> None:
    world = governed(trail={"organization": Known(False)})
    left = replace(world, accounts={id: a for id, a in world.accounts.items() if id != ACCOUNT})
    check(Case(exists, left, UNKNOWN, "the management account"))


@pytest.mark.parametrize("kind", [SERVICE_CONTROL, RESOURCE_CONTROL, S3])
def test_policies_of_a_type_that_is_not_enabled_deny_nothing(kind: str) -> None:
    enabled = tuple(t for t in (RESOURCE_CONTROL, S3, SERVICE_CONTROL) if t != kind)
    world = governed(organization={"policy_types": Known(enabled)})
    check(Case(trails, world, FAIL if kind == SERVICE_CONTROL else PASS))
    check(Case(strangers, world, FAIL if kind == RESOURCE_CONTROL else PASS))


def test_an_organization_of_which_nothing_was_read_is_open() -> None:
    unread: Any = Organization(id="o-exampleorg", management_account=ACCOUNT)
    world = replace(governed(), organizations={unread.id: unread})
    for control in (everybody, of_cloudtrail, trusted, trails, leaving, strangers):
        check(Case(control, world, UNKNOWN))


def test_a_trail_of_one_account_is_no_business_of_the_organization() -> None:
    stray = replace(TRAIL, arn=TRAIL.arn.replace("audit", "stray"), name="stray")
    world = governed(
        more_trails=(stray,),
        organization=policies(policy("p", {**TRAILS, "Resource": TRAIL.arn}), policy("q", LEAVING)),
    )
    check(Case(trails, world, PASS))
