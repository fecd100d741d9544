"""Controls on who may use the trail's key beside CloudTrail, and on where it is."""

from msgspec.structs import replace

from checker.controls.key_policy import EDIT
from checker.controls.trust import NO_ACCOUNT, NOT_GIVEN, trusted
from checker.evidence import Cause, Known, Unknown, Unobserved
from checker.inventory import Key, KeyGrant, Trail
from checker.inventory.arns import account_of
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
from checker.policy import CONTEXT_KEYS, Document, Everyone, Mark, Request, Statement, decide, document_of
from checker.policy.globs import covers

READING = frozenset({"Decrypt", "ReEncryptFrom"})
HANDING_ON = "CreateGrant"


@control(
    id="TH407",
    name="trail-key-policy-defined",
    title="The trail's key has a policy of its own",
    severity=Severity.LOW,
    applies_to=Key,
    sets=STRICT,
    expected="a key policy that says more than the default of KMS",
    reads=("kms:GetKeyPolicy Policy", "kms:DescribeKey KeyManager"),
    remediation=Remediation(
        text="Write a key policy that names CloudTrail, the administrators and the readers of the log.",
        cli=EDIT.format(region="$region"),
        cdk="Key(policy=PolicyDocument(statements=[...]))",
        terraform="aws_kms_key_policy, or aws_kms_key.policy",
    ),
)
def policy_defined(key: Key, context: Context) -> Judgement:
    """Where none is given, KMS leaves the key to the IAM policies of the account, and CloudTrail outside.

    In a template a policy is left out; on AWS there is always one, and the default is known by granting
    everything to the account and nothing to anybody else. A trail cannot use such a key, which the control on
    what CloudTrail may encrypt tells as well: so this one is strict.
    """
    if key.manager.value == "AWS":
        return NotApplicable("AWS writes the policies of the keys that it manages")
    document = document_of(key.policy)
    if document.statements and all(_is_default(s, key) for s in document.statements):
        return failed("the key has the default policy, or none was given", observed="default policy")
    return passed("the key has a policy of its own", observed="own policy")


def _is_default(statement: Statement, key: Key) -> bool:
    return (
        statement.allows
        and not statement.conditions
        and statement.principals == (("AWS", key.account),)
        and not statement.not_principal
        and any(covers(action.lower(), "kms:*") for action in statement.actions)
    )


@control(
    id="TH408",
    name="trail-key-not-multi-region",
    title="The trail's key exists in one Region only",
    severity=Severity.INFO,
    applies_to=Key,
    sets=STRICT,
    expected="a single-Region key",
    reads=("kms:DescribeKey MultiRegion",),
    remediation=Remediation(
        text="If no other Region has to decrypt the log, give the trail a single-Region key; a key cannot be "
        "changed into one.",
        cli="aws cloudtrail update-trail --name TRAIL --kms-key-id KEY_ARN --region $region",
        cdk="Key(multi_region=False)",
        terraform="aws_kms_key.multi_region = false",
    ),
)
def single_region(key: Key, context: Context) -> Judgement:
    """Each replica of a key opens the same files and has a policy of its own that somebody has to watch.

    CloudTrail supports multi-Region keys, and whoever reads a copy of the log elsewhere may need one.
    """
    if key.multi_region.value:
        return failed("the key is a multi-Region key", observed="multi-Region")
    return passed("the key is a single-Region key", observed="single-Region")


@control(
    id="TH409",
    name="trail-key-grants-reviewed",
    title="No grant lets anybody read past the key policy",
    severity=Severity.LOW,
    applies_to=Key,
    told_by=(LIVE, TERRAFORM),
    sets=STRICT,
    expected="no grant that decrypts whatever the encryption context, is handed on, leaves the account or is "
    "there twice",
    reads=("kms:ListGrants Grants",),
    remediation=Remediation(
        text="Revoke grants that nobody needs; CloudTrail itself needs none.",
        cli="aws kms revoke-grant --key-id $key_id --grant-id GRANT_ID --region $region",
        cdk="a statement of the key policy in place of a grant",
        terraform="no aws_kms_grant for the key",
    ),
)
def grants(key: Key, context: Context) -> Judgement:
    """A grant is a permission that no policy shows; one that decrypts is a quiet way back to the log.

    A grant fails if it decrypts whatever the encryption context, lets its holder make further grants, is held
    in an account that is not trusted, or repeats another one but for its id. AWS services hold grants for
    features of theirs that share the key, which is why this is strict.
    """
    found = key.grants.value
    known = trusted(key.account, context).accounts
    flaws = [f"grant {grant.id} of {grant.grantee} {why}" for grant in found if (why := _flaw(grant, known))]
    flaws += _repeated(found)
    if flaws:
        return failed("; ".join(flaws), observed=f"{len(found)} grants")
    if not found:
        return passed("the key has no grants", observed="no grants")
    return passed(f"none of the {len(found)} grants is broad", observed=f"{len(found)} grants")


def _flaw(grant: KeyGrant, known: frozenset[str]) -> str:
    account = account_of(grant.grantee)
    if account and account not in known:
        return f"is held in account {account}, which is not trusted"
    if HANDING_ON in grant.operations:
        return "lets its holder make further grants"
    reading = sorted(READING & set(grant.operations))
    if reading and not grant.constraints:
        return f"allows {' and '.join(reading)} whatever the encryption context"
    return ""


def _repeated(found: tuple[KeyGrant, ...]) -> list[str]:
    seen: dict[KeyGrant, str] = {}
    flaws: list[str] = []
    for grant in found:
        first = seen.setdefault(replace(grant, id=""), grant.id)
        if first != grant.id:
            flaws.append(f"grant {grant.id} repeats {first}")
    return flaws


@control(
    id="TH410",
    name="trail-key-decrypt-restricted",
    title="The trail's key decrypts log files for their readers only",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=STRICT,
    expected="kms:Decrypt only with the encryption context of a trail, and not for the whole account",
    reads=("cloudtrail:DescribeTrails KmsKeyId", "kms:GetKeyPolicy Policy"),
    remediation=Remediation(
        text="Grant kms:Decrypt to the readers of the log by name, with the condition Null "
        "kms:EncryptionContext:aws:cloudtrail:arn false, and leave it out of what the account as a whole may "
        "do.",
        cli=EDIT.format(region="KEY_REGION"),
        cdk='PolicyStatement(actions=["kms:Decrypt"], conditions={"Null": '
        '{"kms:EncryptionContext:aws:cloudtrail:arn": "false"}}, ...)',
        terraform='condition { test = "Null" variable = "kms:EncryptionContext:aws:cloudtrail:arn" '
        'values = ["false"] }',
    ),
)
def decrypt(trail: Trail, context: Context) -> Judgement:
    """Encryption protects the log from those who may read the bucket, unless they may decrypt everything.

    A grant of kms:Decrypt counts as open if it works without the encryption context that CloudTrail puts into
    every log file. The usual delegation to the account (its root, kms:*) is one: any IAM policy can then hand
    out the log. Services are left aside, since they decrypt for whom their own policies let in. The
    default of KMS delegates so: this is strict.
    """
    key = context.inventory.key_of(trail)
    if key is None:
        return NotApplicable("the trail uses no KMS key")
    if isinstance(key.exists, Known) and not key.exists.content:
        return NotApplicable(f"the key {key.arn} does not exist")
    document = document_of(key.policy)
    open_ = [s.label for s in _of_identities(document) if _decrypts_anything(s, document, key)]
    if open_:
        words = ", ".join(dict.fromkeys(open_))
        return failed(
            f"{words} of the policy of {key.arn} grants kms:Decrypt without the trail's encryption context",
            observed=words,
        )
    return passed("kms:Decrypt takes the trail's encryption context", observed="bound")


def _of_identities(document: Document) -> list[Statement]:
    """Return the Allow statements as they speak of identities, without those for services alone."""
    found: list[Statement] = []
    for statement in document.allows:
        if statement.not_principal or statement.principals is None:
            found.append(statement)
            continue
        people = tuple(p for p in statement.principals if p[0] != "Service")
        found += [replace(statement, principals=people)] if people else []
    return found


def _decrypts_anything(statement: Statement, document: Document, key: Key) -> bool:
    request = Request(
        principal=Everyone(),
        action="kms:Decrypt",
        resource=key.arn,
        context={"aws:principalisawsservice": ("false",), **dict.fromkeys(CONTEXT_KEYS, Mark.ABSENT)},
        otherwise=Mark.FREE,
    )
    return decide(Document((statement, *document.denies)), request).yes


@control(
    id="TH411",
    name="trail-key-region-matches-bucket",
    title="The trail's key is where the bucket is, in a known account",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    expected="the key in the bucket's Region, of the trail's, the bucket's or a trusted account",
    reads=(
        "cloudtrail:DescribeTrails KmsKeyId",
        "s3:ListBucket x-amz-bucket-region",
        "s3:ListAllMyBuckets Buckets",
    ),
    remediation=Remediation(
        text="Give the trail a key of your own in the bucket's Region (of a multi-Region key the replica "
        "there); if another account keeps keys for you, name it in trusted-accounts of the configuration.",
        cli="aws cloudtrail update-trail --name $trail_arn --kms-key-id KEY_ARN --region $home_region",
        cdk="the key and the bucket in one stack",
        terraform="aws_kms_key and aws_s3_bucket with the same provider",
    ),
)
def place(trail: Trail, context: Context) -> Judgement:
    """CloudTrail wants the key in the Region of the bucket, and whoever owns it decides who reads the log.

    An attacker's key turns the log into a hostage: an account that is neither the trail's, nor the bucket's,
    nor trusted fails. S3 takes a multi-Region key for a single-Region one (S3 User Guide, SSE-KMS), so
    a replica in the right Region helps only if it is the one that the trail names.
    """
    key = context.inventory.key_of(trail)
    if key is None:
        return NotApplicable("the trail uses no KMS key")
    bucket = context.inventory.bucket_of(trail)
    if any(isinstance(found.exists, Known) and not found.exists.content for found in (key, bucket)):
        return NotApplicable("the key or the bucket does not exist")
    if key.account not in trusted(trail.account, context).accounts and key.account != bucket.account.value:
        if {key.account, trail.account, bucket.account.value} & NOT_GIVEN:
            raise Unobserved(Unknown(NO_ACCOUNT, Cause.UNDECIDED))
        return failed(
            f"the key belongs to account {key.account}, neither the trail's nor the bucket's nor trusted",
            observed=key.account,
            at=trail.kms_key_id,
        )
    region = bucket.region.value
    if key.region != region and {key.region, region} & NOT_GIVEN:
        reason = "the Region of the template is not given: give it with --parameters AWS::Region=VALUE"
        raise Unobserved(Unknown(reason, Cause.UNDECIDED))
    if key.region != region:
        several = isinstance(key.multi_region, Known) and key.multi_region.content
        return failed(
            f"the {'multi-Region ' if several else ''}key is in {key.region}, and the bucket in {region}",
            observed=key.region,
            expected=f"a key in {region}",
            at=trail.kms_key_id,
        )
    return passed(f"key and bucket are in {region}", observed=region)
