"""Controls on what an organization does for the accounts that keep its logs, whatever these do themselves."""

import msgspec

from checker.controls.governed import bound, elsewhere, few, gone, unseen, untold, without_effect
from checker.controls.guardrails import TREE
from checker.controls.log_dependencies import key_of, trails_of_interest
from checker.evidence import Cause, Unknown, Unobserved, sift
from checker.inventory import Inventory, LogBucket, Organization
from checker.inventory.arns import account_of
from checker.inventory.organization import RESOURCE_CONTROL
from checker.model import (
    LIVE,
    STRICT,
    TERRAFORM,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)
from checker.policy.guardrails import Guardrails

OWNERS = ("cloudtrail:DescribeTrails S3BucketName", "s3:ListAllMyBuckets Buckets")
FROM_OUTSIDE = (
    *("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"),
    *("s3:PutBucketPolicy", "s3:ListBucket"),
)
ON_KEYS = ("kms:Decrypt", "kms:GenerateDataKey", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:DisableKey")
OF_BUCKETS = frozenset({"s3:PutBucketPolicy", "s3:ListBucket"})


def _log_buckets(inventory: Inventory) -> tuple[list[LogBucket], list[Unknown]]:
    """Return the buckets of the trails that matter that are there, and what may hide more of them."""
    found: dict[str, LogBucket] = {}
    unknowns: list[Unknown] = []
    for trail in trails_of_interest(inventory):
        try:
            bucket = inventory.bucket_of(trail)
            if gone(bucket.exists):
                continue
            _ = bucket.account.value
        except Unobserved as missing:
            unknowns += missing.unknowns
        else:
            found[bucket.name] = bucket
    return list(found.values()), list(dict.fromkeys(unknowns))


@control(
    id="TH712",
    name="org-s3-policy-bpa",
    title="An S3 policy of the organization blocks public access where logs are kept",
    severity=Severity.LOW,
    applies_to=Organization,
    sets=STRICT,
    expected="an S3 policy in effect that blocks all public access in the accounts of the log buckets",
    reads=(
        *OWNERS,
        "organizations:ListRoots Roots.PolicyTypes",
        "organizations:DescribeEffectivePolicy EffectivePolicy.PolicyContent",
    ),
    remediation=Remediation(
        text="Enable S3 policies and attach one that assigns all to public_access_block_configuration.",
        cli="aws organizations enable-policy-type --root-id ROOT_ID --policy-type S3_POLICY && "
        "aws organizations create-policy --type S3_POLICY --name block-public-access "
        "--description 'Blocks public access' --content "
        """'{"s3_attributes":{"public_access_block_configuration":{"@@assign":"all"}}}'""",
        cdk="CfnPolicy(type='S3_POLICY', target_ids=[log_archive_account], content={...})",
        terraform="aws_organizations_policy with type = S3_POLICY",
    ),
)
def public_access_blocked(organization: Organization, context: Context) -> Judgement:
    """Block Public Access that the organization sets cannot be turned off in the account that it protects.

    The policy in effect decides, wherever it is attached (AWS Organizations user guide, Amazon S3 policies).
    The accounts are those that own the buckets of organization trails, or of all trails where there is none.
    """
    if hidden := unseen(organization):
        return hidden
    buckets, unknowns = _log_buckets(context.inventory)
    owners = sorted({bucket.account.value for bucket in buckets})
    if not owners and not unknowns:
        return NotApplicable("no trail delivers to a bucket")
    absent = Unknown("the S3 policy in effect was not part of this observation", Cause.OUT_OF_SCOPE)
    left, unread = sift(owners, lambda o: not _blocks(organization.s3_policies.get(o, absent).value))
    if left:
        return failed(f"no S3 policy blocks public access in account {few(left)}", observed="not blocked")
    if unknowns or unread:
        raise Unobserved(*unknowns, *unread)
    return passed(f"an S3 policy blocks public access in account {few(owners)}", observed="all")


class _Attributes(msgspec.Struct, frozen=True):
    public_access_block_configuration: str = ""


class _S3Policy(msgspec.Struct, frozen=True):
    s3_attributes: _Attributes = _Attributes()


def _blocks(policy: str | None) -> bool:
    if policy is None:
        return False
    try:
        found = msgspec.json.decode(policy, type=_S3Policy).s3_attributes
    except msgspec.DecodeError as error:
        raise Unobserved(Unknown(f"the S3 policy cannot be read: {error}", Cause.MALFORMED)) from error
    return found.public_access_block_configuration == "all"


@control(
    id="TH713",
    name="org-rcp-protects-log-bucket",
    title="A resource control policy keeps strangers away from log bucket and key",
    severity=Severity.LOW,
    applies_to=Organization,
    sets=STRICT,
    expected="access from outside of the organization to log bucket and key is denied by a resource control "
    "policy",
    told_by=(LIVE, TERRAFORM),
    reads=(*OWNERS, "cloudtrail:DescribeTrails KmsKeyId", *TREE, "kms:ListAliases Aliases"),
    remediation=Remediation(
        text="Attach a resource control policy to the log archive account that denies s3:* and kms:* on "
        "bucket and key to whoever is not of the organization and no AWS service.",
        cli="aws organizations create-policy --type RESOURCE_CONTROL_POLICY --name keep-strangers-out "
        "--description 'Keeps strangers away from logs' --content file://policy.json && "
        "aws organizations attach-policy --policy-id POLICY_ID --target-id ACCOUNT_ID",
        cdk="CfnPolicy(type='RESOURCE_CONTROL_POLICY', target_ids=[log_archive_account], content={...})",
        terraform="aws_organizations_policy with type = RESOURCE_CONTROL_POLICY",
    ),
)
def strangers_kept_out(organization: Organization, context: Context) -> Judgement:
    """A bucket policy that an intruder opens to their own account opens nothing while this one denies it.

    It must deny reading, writing and reconfiguring to everybody who is not of the organization, identities
    and anonymous callers alike; AWS services and the threshold trusted-accounts may be left out. To what
    belongs to the management account no such policy applies.
    """
    if hidden := unseen(organization):
        return hidden
    guard = Guardrails(organization, context.inventory.partition, context.inventory.keys, context.now)
    trusted = context.thresholds.trusted_accounts
    found, unknowns = _found(context.inventory)
    members = bound(organization, guard.members() if found else (), [account for account, _ in found])
    things = [thing for thing in found if thing[0] in members]
    if found and not things and not unknowns and not organization.whole:
        raise Unobserved(elsewhere("whether a policy binds those who own log bucket and key is not told"))
    if not things and not unknowns:
        return NotApplicable("no member owns a log bucket or its key")

    def is_open(thing: tuple[str, str]) -> bool:
        account, arn = thing
        return any(
            not guard.denies_outsiders(account, action, resource, trusted)
            for action, resource in _outside_actions(arn)
        )

    left, undecided = sift(things, is_open)
    names = few(arn for _, arn in left)
    if left and not organization.whole:
        open_ = f"access by strangers to {names} is not denied by what is declared here"
        return without_effect(organization, (RESOURCE_CONTROL,), open_)
    if left:
        why = f"no resource control policy keeps strangers away from {names}"
        return failed(why, observed="open to bucket and key policies")
    if unknowns or undecided:
        raise Unobserved(*untold(organization, (*unknowns, *undecided)))
    names = few(arn for _, arn in things)
    return passed(f"strangers are denied access to {names}", observed="denied")


def _outside_actions(arn: str) -> list[tuple[str, str]]:
    if ":kms:" in arn:
        return [(action, arn) for action in ON_KEYS]
    return [(action, arn if action in OF_BUCKETS else f"{arn}/*") for action in FROM_OUTSIDE]


def _found(inventory: Inventory) -> tuple[list[tuple[str, str]], list[Unknown]]:
    """Return buckets and keys of the trails with their owners, and what may hide more of them."""
    buckets, unknowns = _log_buckets(inventory)
    found = {(bucket.account.value, bucket.arn): None for bucket in buckets}
    for trail in trails_of_interest(inventory):
        try:
            arn = key_of(trail)
        except Unobserved as missing:
            unknowns += missing.unknowns
        else:
            if arn and not _is_gone(arn, inventory):
                found[account_of(arn), arn] = None
    return list(found), unknowns


def _is_gone(arn: str, inventory: Inventory) -> bool:
    key = inventory.keys.get(arn)
    return key is not None and gone(key.exists)
