"""Controls on users and roles: what single policies give away, and who may blind a trail by all of them."""

from typing import Any

import pytest
from msgspec.structs import replace

from checker.controls.identity_policies import (
    no_decrypt_on_all_keys,
    no_full_cloudtrail_access,
    no_full_kms_access,
    no_managed_full_access,
)
from checker.controls.tamper_permissions import (
    no_indirect_tampering,
    no_partial_tampering,
    tampering_is_restricted,
)
from checker.engine import judge
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Account, Group, Inventory, ObjectLock, Principal
from checker.inventory.organization import (
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    Administrator,
    Organization,
    OrganizationPolicy,
    Place,
)
from checker.model import Context, Control, Status, Thresholds, Verdict
from checker.subjects import subjects
from tests import hardened as good
from tests.controls.judging import Case, check, parametrize
from tests.controls.test_lake import STORE
from tests.identities import ADMIN, ADMIN_ARN, LOOKING_ARN, allowing, joined, role, user, with_principals

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
FULL_ACCESS = "arn:aws:iam::aws:policy/AWSCloudTrail_FullAccess"
CUSTOM = f"arn:aws:iam::{good.ACCOUNT}:policy/custom"
LISTED = Thresholds(break_glass_arns=(good.BREAK_GLASS,))
STOP = "cloudtrail:StopLogging"
MANAGEMENT = "999988887777"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
REFUSED = good.DENIED
BOUNDARY = f"arn:aws:iam::{good.ACCOUNT}:policy/boundary"


def denying(*actions: str, resource: Any = "*", **more: Any) -> str:
    return good.document(good.statement(Effect="Deny", Action=list(actions), Resource=resource, **more))


def holding(*documents: str, who: Any = role, **more: Any) -> Inventory:
    """The hardened account and a developer with inline policies."""
    return with_principals(who("developer", inline=documents, **more))


def on(inventory: Inventory, *documents: str, **more: Any) -> Inventory:
    return with_principals(role("developer", inline=documents, **more), inventory=inventory)


UNREAD = good.hardened()
KEYS = f"arn:aws:kms:*:{good.ACCOUNT}:key/*"
ONE_KEY = "arn:aws:kms:us-east-1:111122223333:key/1"
DEVELOPERS = {"developers": Group(arn=f"arn:aws:iam::{good.ACCOUNT}:group/developers", attached=(CUSTOM,))}

DECRYPTING: list[tuple[Inventory, Status, str]] = [
    (with_principals(), PASS, "none of 1 custom policies"),
    (holding(allowing("kms:Decrypt")), FAIL, "inline policy p0 of role developer, statement 1"),
    (holding(allowing("kms:ReEncrypt*", resource=KEYS)), FAIL, ""),
    (holding(allowing("*")), FAIL, ""),
    (holding(allowing("kms:Decrypt", Condition=MFA)), FAIL, ""),
    (holding(good.document(good.statement(NotAction="iam:*", Resource="*"))), FAIL, ""),
    (holding(allowing("kms:Decrypt", resource=ONE_KEY)), PASS, ""),
    (holding(allowing("kms:Encrypt")), PASS, ""),
    (
        holding(
            allowing(
                "kms:Decrypt", Condition={"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
            )
        ),
        PASS,
        "",
    ),
    (
        holding(
            allowing("kms:Decrypt", Condition={"StringNotEquals": {"kms:ViaService": "s3.amazonaws.com"}})
        ),
        FAIL,
        "",
    ),
    (holding(joined(allowing("kms:*"), denying("kms:Decrypt", "kms:ReEncryptFrom"))), PASS, ""),
    (holding(joined(allowing("kms:*"), denying("kms:*", Condition=MFA))), FAIL, ""),
    (holding(allowing("kms:Decrypt", resource="arn:aws:kms:*:*:key/${aws:username}")), PASS, ""),
    (
        with_principals(
            user("ann", groups=("developers",)), groups=DEVELOPERS, policies={CUSTOM: allowing("kms:Decrypt")}
        ),
        FAIL,
        f"policy {CUSTOM}, statement 1, held by user/ann",
    ),
    (with_principals(groups=DEVELOPERS, policies={CUSTOM: allowing("kms:Decrypt")}), PASS, ""),
    (with_principals(role("x", boundary=CUSTOM), policies={CUSTOM: allowing("kms:Decrypt")}), PASS, ""),
    (with_principals(role("x", attached=(CUSTOM,)), policies={CUSTOM: REFUSED}), UNKNOWN, ""),
    (holding("{"), UNKNOWN, "inline policy p0 of role developer cannot be read"),
    (holding(allowing("kms:Decrypt"), "{"), FAIL, ""),
    (UNREAD, UNKNOWN, "were not read"),
]
FULL: list[tuple[str, Status, str]] = [
    (allowing("{service}:*"), FAIL, ""),
    (allowing("*"), FAIL, ""),
    (good.document(good.statement(NotAction=["iam:*", "s3:*"], Resource="*")), FAIL, ""),
    (good.document(good.statement(NotAction=["{service}:Get*"], Resource="*")), PASS, ""),
    (joined(allowing("{service}:*"), denying("{service}:Delete*")), PASS, ""),
    (allowing("{service}:Get*"), PASS, ""),
    (allowing("{service}:*", resource="arn:aws:{service}:us-east-1:111122223333:x/*"), PASS, ""),
    (allowing("{service}:*", Condition=MFA), FAIL, ""),
]
MANAGED: list[tuple[Inventory, Status, str]] = [
    (with_principals(), PASS, "nobody holds it"),
    (
        with_principals(role("developer", attached=(FULL_ACCESS,)), policies={FULL_ACCESS: ADMIN}),
        FAIL,
        f"role/developer holds {FULL_ACCESS}",
    ),
    (
        with_principals(
            user("ann", groups=("auditors",)),
            groups={
                "auditors": Group(arn="arn:aws:iam::111122223333:group/auditors", attached=(FULL_ACCESS,))
            },
            policies={FULL_ACCESS: ADMIN},
        ),
        FAIL,
        "user/ann holds",
    ),
    (
        with_principals(
            role("x", attached=(FULL_ACCESS.replace("Trail_", "Trail"),)),
            policies={FULL_ACCESS.replace("Trail_", "Trail"): REFUSED},
        ),
        FAIL,
        "",
    ),
    (with_principals(user("ann", groups=("gone",))), UNKNOWN, "group gone"),
    (UNREAD, UNKNOWN, ""),
]

NOBODY_ELSE = {"ArnNotLike": {"aws:PrincipalArn": good.BREAK_GLASS}}
OTHER_TRAIL = good.TRAIL_ARN.replace("/audit", "/other")
DIRECT: list[tuple[Inventory, Status, str]] = [
    (with_principals(), PASS, "none of 2 users and roles may"),
    (holding(allowing(STOP)), FAIL, "role/developer may cloudtrail:StopLogging (inline policy p0"),
    (holding(allowing("cloudtrail:Stop*")), FAIL, ""),
    (
        holding(allowing("cloudtrail:put*")),
        FAIL,
        "PutEventSelectors, cloudtrail:PutInsightSelectors and 1 more",
    ),
    (holding(allowing("cloudtrail:PutEventConfiguration")), FAIL, "may cloudtrail:PutEventConfiguration"),
    (holding(allowing("cloudtrail:RemoveTags", "cloudtrail:AddTags")), PASS, ""),
    (holding(good.document(good.statement(NotAction="iam:*", Resource="*"))), FAIL, "and 4 more"),
    (holding(allowing(STOP, resource=good.TRAIL_ARN)), FAIL, ""),
    (holding(allowing(STOP, resource=OTHER_TRAIL)), PASS, ""),
    (holding(good.document(good.statement(Action=STOP, NotResource=good.TRAIL_ARN))), PASS, ""),
    (holding(good.document(good.statement(Action=STOP, NotResource=OTHER_TRAIL))), FAIL, ""),
    (holding(allowing("s3:*", "ec2:*", "iam:*")), PASS, ""),
    (holding(allowing("cloudtrail:*"), denying(STOP)), FAIL, "DeleteTrail"),
    (holding(allowing("cloudtrail:*"), denying("cloudtrail:*")), PASS, ""),
    (holding(allowing(STOP), denying("*", Condition=NOBODY_ELSE)), PASS, ""),
    (holding(allowing(STOP, Condition=MFA)), FAIL, "when Bool aws:MultiFactorAuthPresent true"),
    (
        holding(allowing(STOP), denying("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})),
        FAIL,
        "when not Bool aws:MultiFactorAuthPresent false",
    ),
    (
        holding(allowing(STOP, Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})),
        PASS,
        "",
    ),
    (holding(allowing(STOP, Condition={"StringEquals": {"aws:RequestedRegion": good.HOME}})), FAIL, ""),
    (holding(allowing(STOP, Condition={"StringLike": {"aws:PrincipalArn": "*:role/ops*"}})), PASS, ""),
    (
        holding(
            allowing(STOP, Condition={"StringEquals": {"aws:PrincipalTag/team": "sec"}}),
            trust=Known(
                good.document(
                    good.statement(Principal={"AWS": MANAGEMENT}, Action=["sts:AssumeRole", "sts:TagSession"])
                )
            ),
        ),
        FAIL,
        "when",
    ),
    (
        holding(allowing(STOP, Condition={"StringEquals": {"aws:PrincipalTag/team": "sec"}}), who=user),
        PASS,
        "",
    ),
    (
        holding(
            allowing(STOP, Condition={"StringEquals": {"aws:PrincipalTag/team": "sec"}}),
            who=user,
            tags=(("team", "sec"),),
        ),
        FAIL,
        "",
    ),
    (holding(allowing(STOP, Condition={"StringLike": {"aws:userid": "AROAEXAMPLE:*"}})), FAIL, ""),
    (holding(allowing(STOP, Condition={"StringLike": {"aws:userid": "AROAOTHER:*"}})), PASS, ""),
    (holding(allowing(STOP, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-x"}})), PASS, ""),
    (holding(allowing(STOP, resource="arn:aws:cloudtrail:*:*:trail/${aws:username}")), UNKNOWN, "variable"),
    (
        with_principals(role("x", inline=allowing(STOP), boundary=BOUNDARY), policies={BOUNDARY: ADMIN}),
        FAIL,
        "",
    ),
    (
        with_principals(
            role("x", inline=allowing(STOP), boundary=BOUNDARY), policies={BOUNDARY: allowing("s3:*")}
        ),
        PASS,
        "",
    ),
    (
        with_principals(
            role("x", inline=allowing(STOP), boundary=BOUNDARY),
            policies={BOUNDARY: joined(ADMIN, denying("cloudtrail:*"))},
        ),
        PASS,
        "",
    ),
    (
        with_principals(role("x", inline=allowing(STOP), boundary=BOUNDARY), policies={BOUNDARY: REFUSED}),
        UNKNOWN,
        "",
    ),
    (with_principals(role("x", boundary=BOUNDARY), policies={BOUNDARY: REFUSED}), PASS, ""),
    (
        with_principals(role("x", inline=allowing(STOP), attached=(CUSTOM,)), policies={CUSTOM: REFUSED}),
        UNKNOWN,
        "",
    ),
    (
        with_principals(
            user("ann", groups=("developers",)), groups=DEVELOPERS, policies={CUSTOM: allowing(STOP)}
        ),
        FAIL,
        f"user/ann may cloudtrail:StopLogging (policy {CUSTOM}, statement 1)",
    ),
    (with_principals(user("ann", groups=("gone",))), UNKNOWN, "group gone"),
    (holding(""), UNKNOWN, "it is not JSON"),
    (
        with_principals(
            inventory=good.hardened(
                account={
                    "discoveries": (
                        *good.OWNER.discoveries[1:],
                        replace(good.OWNER.discoveries[0], trail_arns=REFUSED),
                    )
                }
            )
        ),
        UNKNOWN,
        "access was denied",
    ),
    (UNREAD, UNKNOWN, "were not read"),
]
ADMINS = with_principals(role("admin", attached=(ADMIN_ARN,)))


def member(**more: Any) -> Inventory:
    """The account as a member that does not own its organization's trail."""
    trail = {"arn": good.TRAIL_ARN.replace(good.ACCOUNT, "999988887777"), "account": "999988887777"}
    world = good.hardened(trail=trail, account={"organization": Known("o-x"), **more})
    return with_principals(role("developer", inline=allowing(STOP)), inventory=world)


IN_ORGANIZATION = good.hardened(
    account={"organization": Known("o-x"), "management_account": Known("999988887777")}
)

ALLOW_ALL = good.document(good.statement(Action="*", Resource="*"))


def governed(
    *policies: tuple[str, Any],
    inventory: Inventory = IN_ORGANIZATION,
    kind: str = SERVICE_CONTROL,
    types: tuple[str, ...] = (SERVICE_CONTROL, RESOURCE_CONTROL),
    administrators: tuple[str, ...] = (),
    **told: Any,
) -> Inventory:
    """The account below a unit, with policies by the place that they are attached to."""
    everywhere = ("r-root", "ou-work", good.ACCOUNT)
    full = OrganizationPolicy(
        id="p-full",
        name="FullAWSAccess",
        type=SERVICE_CONTROL,
        targets=Known(everywhere if kind != SERVICE_CONTROL or policies else ()),
        document=Known(ALLOW_ALL),
    )
    organization = Organization(
        id="o-x",
        management_account=MANAGEMENT,
        administrators=Known(
            tuple(
                Administrator(account=a, services=Known(("cloudtrail.amazonaws.com",)))
                for a in administrators
            )
        ),
        policy_types=Known(types),
        places=Known(
            (
                Place(id="r-root"),
                Place(id="ou-work", parent="r-root"),
                Place(id=good.ACCOUNT, parent="ou-work"),
                Place(id=MANAGEMENT, parent="r-root"),
            )
        ),
        policies=Known(
            (
                full,
                *(
                    OrganizationPolicy(
                        id=f"p-{number}",
                        name=f"policy {number}",
                        type=kind,
                        targets=Known((target,)),
                        document=Known(text) if isinstance(text, str) else text,
                    )
                    for number, (target, text) in enumerate(policies)
                ),
            )
        ),
    )
    return replace(inventory, organizations={"o-x": replace(organization, **told)})


def stopping(inventory: Inventory) -> Inventory:
    return on(inventory, allowing(STOP))


ONLY_BREAK_GLASS = denying("cloudtrail:*", Condition=NOBODY_ELSE)
NOT_DEVELOPERS = denying(
    "cloudtrail:*", Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/developer"}}
)
GOVERNED: list[tuple[Inventory, Status, str]] = [
    (stopping(governed(("r-root", denying(STOP)))), PASS, ""),
    (stopping(governed(("ou-work", ONLY_BREAK_GLASS))), PASS, ""),
    (
        stopping(governed(("ou-work", NOT_DEVELOPERS))),
        FAIL,
        "(inline policy p0 of role developer, statement 1)",
    ),
    (stopping(governed(("ou-other", denying(STOP)))), FAIL, ""),
    (stopping(governed(("ou-work", denying(STOP)), types=())), FAIL, ""),
    (stopping(governed(("ou-work", denying(STOP, Condition=MFA)))), FAIL, "when not Bool aws:Multi"),
    (stopping(governed()), PASS, ""),
    (stopping(governed(("ou-work", denying("s3:*")))), FAIL, ""),
    (
        stopping(
            governed(
                (
                    "ou-work",
                    denying(
                        "*",
                        Condition={
                            "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-x/r-root/ou-work/*"}
                        },
                    ),
                )
            )
        ),
        PASS,
        "",
    ),
    (stopping(governed(("ou-work", REFUSED))), UNKNOWN, "a policy that could not be read may deny it"),
    (stopping(governed(policies=REFUSED)), FAIL, "were not read (access was denied)"),
    (stopping(governed(told=False)), FAIL, "were not read"),
]
ORGANIZATION_TRAIL = good.hardened(
    trail={
        "arn": good.TRAIL_ARN.replace(good.ACCOUNT, MANAGEMENT),
        "account": MANAGEMENT,
        "organization": Known(True),
    },
    account={"organization": Known("o-x"), "management_account": Known(MANAGEMENT)},
)
DELEGATED = governed(
    ("ou-work", denying("s3:*")), inventory=ORGANIZATION_TRAIL, administrators=(good.ACCOUNT,)
)
ORDINARY = governed(
    ("ou-work", denying("s3:*")), inventory=ORGANIZATION_TRAIL, administrators=("123456789012",)
)

BUCKET_ARN, OBJECTS = good.BUCKET_ARN, f"{good.BUCKET_ARN}/*"
OPEN_BUCKET = good.hardened(
    bucket={
        "policy": Known(good.document(good.ACL_CHECK, good.WRITE)),
        "object_lock": Known(ObjectLock(enabled=True, mode="GOVERNANCE", days=365)),
    }
)
UNLOCKED = good.hardened(
    bucket={
        "policy": Known(good.document(good.ACL_CHECK, good.WRITE)),
        "object_lock": Known(ObjectLock(enabled=False)),
    }
)
DEVELOPER = f"arn:aws:iam::{good.ACCOUNT}:role/developer"


def naming(principal: str, action: str, resource: str = "*") -> dict[str, Any]:
    return good.statement(Principal={"AWS": principal}, Action=action, Resource=resource)


NAMED_IN_BUCKET = good.hardened(
    bucket={"policy": Known(good.document(naming(DEVELOPER, "s3:DeleteBucket", BUCKET_ARN)))}
)
NAMED_IN_KEY = good.hardened(key={"policy": Known(good.document(naming(DEVELOPER, "kms:DisableKey")))})
KEY_WITHOUT_IAM = good.hardened(
    key={"policy": Known(good.document(naming(good.BREAK_GLASS, "kms:*"), good.KEY_ENCRYPT))}
)
NOTHING_OWNED = good.hardened(
    trail={"arn": good.TRAIL_ARN.replace(good.ACCOUNT, "999988887777"), "account": "999988887777"},
    bucket={"account": Known("999988887777")},
)
IMPORTED = good.hardened(key={"origin": Known("EXTERNAL")})
DEFAULT_OF_SNS = good.document(
    good.statement(
        Principal={"AWS": "*"},
        Action=["SNS:DeleteTopic", "SNS:SetTopicAttributes"],
        Resource=good.ALERTS_ARN,
        Condition={"StringEquals": {"AWS:SourceOwner": good.ACCOUNT}},
    )
)
INDIRECT: list[tuple[Inventory, Status, str]] = [
    (with_principals(), PASS, "none of 2 users and roles may"),
    (ADMINS, PASS, ""),
    (holding(allowing("s3:*"), denying("s3:PutBucketRequestPayment")), PASS, ""),
    (holding(allowing("s3:*")), FAIL, "role/developer may s3:PutBucketRequestPayment (inline policy p0"),
    (on(IMPORTED, allowing("kms:Delete*")), FAIL, "kms:DeleteImportedKeyMaterial"),
    (holding(allowing("kms:Delete*")), PASS, ""),
    (on(OPEN_BUCKET, allowing("s3:PutLifecycleConfiguration")), FAIL, "role/developer may s3:PutLifecycle"),
    (on(OPEN_BUCKET, allowing("s3:DeleteObject*", resource=OBJECTS)), PASS, ""),
    (on(OPEN_BUCKET, allowing("s3:BypassGovernanceRetention", resource=OBJECTS)), FAIL, ""),
    (on(UNLOCKED, allowing("s3:DeleteObject*", resource=OBJECTS)), FAIL, "s3:DeleteObjectVersion"),
    (on(UNLOCKED, allowing("s3:DeleteObject", resource=f"{BUCKET_ARN}/AWSLogs/*")), FAIL, ""),
    (on(UNLOCKED, allowing("s3:DeleteObject", resource=f"{BUCKET_ARN}/other/*")), PASS, ""),
    (on(UNLOCKED, allowing("s3:DeleteObject", resource="arn:aws:s3:::elsewhere/*")), PASS, ""),
    (on(NAMED_IN_BUCKET), FAIL, "the resource's own policy, statement 1"),
    (on(NAMED_IN_BUCKET, boundary=LOOKING_ARN), PASS, ""),
    (holding(allowing("kms:ScheduleKeyDeletion")), FAIL, "kms:ScheduleKeyDeletion"),
    (on(KEY_WITHOUT_IAM, allowing("kms:*")), PASS, ""),
    (on(NAMED_IN_KEY), FAIL, "kms:DisableKey (the resource's own policy"),
    (holding(allowing("logs:*")), FAIL, "logs:DeleteLogGroup, logs:DeleteLogStream and 3 more"),
    (holding(allowing("logs:DeleteLogGroup", resource=f"{good.GROUP_ARN}:*")), FAIL, ""),
    (holding(allowing("logs:DeleteLogGroup", resource=good.GROUP_ARN)), FAIL, ""),
    (holding(allowing("logs:Put*", "logs:Delete*", resource="arn:aws:logs:*:*:team-1/*")), PASS, ""),
    (holding(allowing("sns:DeleteTopic", resource=good.ALERTS_ARN)), FAIL, "sns:DeleteTopic"),
    (on(good.hardened(alerts={"policy": Known(DEFAULT_OF_SNS)})), PASS, ""),
    (holding(allowing("events:DisableRule", resource=good.RULE.arn)), FAIL, "events:DisableRule"),
    (holding(allowing("events:RemoveTargets")), FAIL, "events:RemoveTargets"),
    (holding(allowing("cloudwatch:DisableAlarmActions")), FAIL, "cloudwatch:DisableAlarmActions"),
    (holding(allowing("cloudwatch:PutAlarmMuteRule")), FAIL, "cloudwatch:PutAlarmMuteRule"),
    (holding(allowing("iam:DeleteRolePolicy", resource=good.ROLE_ARN)), FAIL, "iam:DeleteRolePolicy"),
    (holding(allowing("s3:Get*", "kms:Decrypt", "logs:PutLogEvents", "sns:Publish")), PASS, ""),
    (with_principals(inventory=good.hardened(bucket={"policy": REFUSED})), UNKNOWN, "access was denied"),
    (with_principals(inventory=good.hardened(bucket={"account": REFUSED})), UNKNOWN, ""),
    (with_principals(inventory=good.hardened(key={"policy": Known("{")})), UNKNOWN, "cannot be read"),
    (with_principals(inventory=good.hardened(watch={"rules": REFUSED})), UNKNOWN, ""),
    (with_principals(inventory=good.hardened(log_group={"alarms": REFUSED})), UNKNOWN, ""),
    (UNREAD, UNKNOWN, "were not read"),
]


UNLISTED = STORE.arn.replace("us-east-1", "*").rpartition("/")[0] + "/*"


def with_store(**changes: Any) -> Inventory:
    store = replace(STORE, **changes)
    return replace(good.hardened(), event_data_stores={store.arn: store})


STORES: list[tuple[Inventory, Status, str]] = [
    (
        on(with_store(), allowing("cloudtrail:StopEventDataStoreIngestion")),
        FAIL,
        "StopEventDataStoreIngestion",
    ),
    (on(with_store(), allowing("cloudtrail:UpdateEventDataStore", resource=STORE.arn)), FAIL, ""),
    (on(with_store(), allowing("cloudtrail:UpdateEventDataStore", resource=good.TRAIL_ARN)), PASS, ""),
    (
        on(with_store(status=Known("PENDING_DELETION")), allowing("cloudtrail:UpdateEventDataStore")),
        PASS,
        "",
    ),
    (on(with_store(arn=UNLISTED, status=REFUSED), allowing("s3:*")), UNKNOWN, "access was denied"),
    (on(with_store(arn=UNLISTED, status=REFUSED), allowing(STOP)), FAIL, ""),
]
UNTOLD = {"o-x": replace(DELEGATED.organizations["o-x"], administrators=REFUSED)}


def full(control: Control, service: str) -> list[Case]:
    return [
        Case(control, holding(text.replace("{service}", service)), status, detail)
        for text, status, detail in FULL
    ]


CASES = [
    *(Case(no_decrypt_on_all_keys, *row) for row in DECRYPTING),
    *full(no_full_kms_access, "kms"),
    *full(no_full_cloudtrail_access, "cloudtrail"),
    *(Case(control, UNREAD, UNKNOWN) for control in (no_full_kms_access, no_full_cloudtrail_access)),
    Case(no_full_cloudtrail_access, with_principals(), PASS),
    *(Case(no_managed_full_access, *row) for row in MANAGED),
    *(Case(tampering_is_restricted, *row, thresholds=LISTED) for row in DIRECT),
    *(Case(no_partial_tampering, *row) for row in DIRECT),
    Case(tampering_is_restricted, with_principals(), FAIL, "role/break-glass may cloudtrail:StopLogging"),
    Case(tampering_is_restricted, ADMINS, FAIL, "role/admin may", LISTED),
    Case(no_partial_tampering, ADMINS, PASS),
    Case(tampering_is_restricted, member(), None, "owns nothing"),
    Case(
        no_partial_tampering,
        on(IN_ORGANIZATION, allowing(STOP)),
        FAIL,
        "service control policies, which may deny it, were not read",
    ),
    *(Case(no_partial_tampering, *row) for row in (*GOVERNED, *STORES)),
    Case(no_partial_tampering, stopping(DELEGATED), FAIL, "role/developer may cloudtrail:StopLogging"),
    Case(no_partial_tampering, stopping(ORDINARY), None, "owns nothing"),
    Case(
        no_partial_tampering, stopping(replace(DELEGATED, organizations=UNTOLD)), UNKNOWN, "access was denied"
    ),
    *(Case(no_indirect_tampering, *row) for row in INDIRECT),
    *(
        Case(
            no_indirect_tampering,
            on(governed(("ou-work", text), kind=RESOURCE_CONTROL), allowing("kms:*")),
            status,
        )
        for text, status in (
            (denying("kms:*", Principal="*"), PASS),
            (denying("s3:*", Principal="*"), FAIL),
            (denying("kms:*", Principal="*", Condition=NOBODY_ELSE), PASS),
        )
    ),
    Case(no_indirect_tampering, on(NOTHING_OWNED, allowing("s3:*")), PASS),
]


@parametrize(CASES)
def test_judgement(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(
    ("pattern", "spared"),
    [
        ("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_0a1b", True),
        ("arn:aws:iam::*:role/AWSReservedSSO_Ops_*", True),
        ("arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Ops_0a1b/*", True),
        ("AWSReservedSSO_Ops_*", True),
        ("AWSReservedSSO_*", True),
        ("AWSReservedSSO_Dev_*", False),
        ("arn:aws:iam::*:user/AWSReservedSSO_Ops_*", False),
        ("arn:aws:iam::999988887777:role/*", False),
    ],
)
def test_those_who_are_listed_are_spared(pattern: str, spared: bool) -> None:
    somebody = role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_0a1b", inline=allowing(STOP))
    inventory = with_principals(somebody)
    for thresholds in (
        Thresholds(trail_admin_arns=(pattern,)),
        Thresholds(break_glass_arns=(pattern,)),
    ):
        check(Case(no_partial_tampering, inventory, PASS if spared else FAIL, "", thresholds))


@pytest.mark.parametrize("make", [role, user])
@pytest.mark.parametrize(
    ("pattern", "spared"),
    [
        ("AWSReservedSSO_Ops_*", False),
        ("arn:aws:iam::*:*/AWSReservedSSO_Ops_*", False),
        ("arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Ops_0a1b/*", False),
        ("arn:aws:iam::111122223333:{kind}/AWSReservedSSO_Ops_0a1b", True),
    ],
)
def test_whoever_bears_the_name_of_a_permission_set_is_not_listed_by_it(
    make: Any, pattern: str, spared: bool
) -> None:
    found = with_principals(make("AWSReservedSSO_Ops_0a1b", inline=allowing(STOP)))
    thresholds = Thresholds(trail_admin_arns=(pattern.format(kind=make.__name__),))
    check(Case(no_partial_tampering, found, PASS if spared else FAIL, "", thresholds))


def verdict(control: Control, inventory: Inventory) -> tuple[Verdict, Any]:
    (subject,) = (s for s in subjects(inventory) if isinstance(s, Account))
    found, evidence = judge(control, subject, Context(inventory=inventory))
    assert isinstance(found, Verdict)
    return found, evidence


def test_a_sentence_names_the_first_few_and_the_evidence_all() -> None:
    crowd: list[Principal] = [role(f"r{n}", inline=allowing(STOP)) for n in range(5)]
    found, evidence = verdict(no_partial_tampering, with_principals(*crowd))
    assert "role/r2 may" in found.detail
    assert "role/r3" not in found.detail
    assert found.detail.endswith("; 2 more")
    (lines,) = (e.value for e in evidence if e.origin.action == "iam:GetAccountAuthorizationDetails")
    assert [line.partition(":role/")[2][:3] for line in lines] == ["r0:", "r1:", "r2:", "r3:", "r4:"]
    assert f"{STOP} on {good.TRAIL_ARN} by inline policy p0 of role r4, statement 1" in lines[4]


def test_the_evidence_of_a_pass_is_not_every_policy_of_the_account() -> None:
    _, evidence = verdict(no_partial_tampering, with_principals())
    assert [e.value for e in evidence] == ["2 users and roles of 4"]


def test_an_account_that_nobody_could_enter_says_why() -> None:
    shut = Unknown("role auditor cannot be assumed", Cause.DENIED)
    account = replace(good.OWNER, regions=shut, discoveries=())
    inventory = replace(good.hardened(), accounts={good.ACCOUNT: account})
    found, _ = verdict(no_managed_full_access, inventory)
    assert found.detail == shut.reason
