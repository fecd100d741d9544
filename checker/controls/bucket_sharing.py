"""Controls on what the log bucket's policy gives away: to other accounts, by careless words, or to nobody."""

from checker.controls.trust import NOT_GIVEN, opened, trusted
from checker.evidence import Cause, Known, Unknown, Unobserved
from checker.inventory import Grant, LogBucket, ReplicationRule
from checker.model import (
    STRICT,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)
from checker.policy import Statement, document_of, locked_out
from checker.policy.globs import covers

READS = ("s3:GetBucketPolicy Policy",)
EDIT = (
    "aws s3api get-bucket-policy --bucket $bucket --query Policy --output text > policy.json && "
    "$${EDITOR:-vi} policy.json && aws s3api put-bucket-policy --bucket $bucket --policy file://policy.json"
)


@control(
    id="TH326",
    name="log-bucket-cross-account-access-restricted",
    title="The log bucket is open to trusted accounts only",
    severity=Severity.HIGH,
    applies_to=LogBucket,
    expected="no grant, and no replication, to an account that is neither the owner's nor trusted",
    reads=(
        *READS,
        "s3:GetReplicationConfiguration Rules",
        "s3:GetBucketOwnershipControls ObjectOwnership",
        "s3:GetBucketAcl Grants",
        "organizations:DescribeOrganization Id",
    ),
    remediation=Remediation(
        text="Remove the statement, or name the account in trusted-accounts of the configuration if it is "
        "meant to read your logs. Bind readers of your organization by aws:PrincipalOrgID.",
        cli=EDIT,
        cdk="bucket.add_to_resource_policy(PolicyStatement(principals=[ArnPrincipal(reader_role_arn)], ...))",
        terraform="aws_iam_policy_document with principals of trusted accounts",
    ),
)
def cross_account(bucket: LogBucket, context: Context) -> Judgement:
    """A grant to another account is a door whose other side is guarded by somebody else.

    Trusted are the owner of the bucket, its organization (by aws:PrincipalOrgID, or an account that was
    audited and belongs to it), and the accounts in trusted-accounts and log-archive-account of the
    configuration. Denies count: a data perimeter closes what a statement opens. A grant that only a network
    binds is undecided, since no policy tells whose network it is. Services are not accounts: whom
    CloudTrail may act for is another control, and other services write here for features that the owner
    chose. A replication rule gives everything away that comes, so the account that an enabled one names has
    to be trusted like any reader, unless the same templates deploy the copy; whose a bucket is that a rule
    names alone is for the control on copies. While ACLs are in force, a grant to a canonical user other than
    the owner leaves this undecided, since S3 does not tell whose user that is.
    """
    document = document_of(bucket.policy)
    owner = bucket.account.value
    found = opened(document, ("s3:*",), (bucket.arn, f"{bucket.arn}/*"), owner, context)
    if found.yes:
        return failed(found.why, observed=found.why, at=_known(bucket))
    if copies := _strange_copies(bucket, owner, context):
        return failed(f"log objects are replicated to {copies}", observed=copies)
    if bucket.arn not in context.inventory.declarations and (strangers := _strangers(bucket)):
        user, right = strangers[0].grantee, strangers[0].permission
        reason = f"S3 does not tell whose canonical user {user} is, to whom the ACL grants {right}"
        raise Unobserved(Unknown(reason, Cause.UNDECIDED))
    return passed(found.why, observed="trusted accounts only")


def _strangers(bucket: LogBucket) -> list[Grant]:
    """Return the grants of an ACL in force to single users, the owner aside; groups have names as URIs."""
    if bucket.object_ownership.value == "BucketOwnerEnforced":
        return []
    users = [grant for grant in bucket.acl.value if "/" not in grant.grantee]
    return [grant for grant in users if grant.grantee != bucket.acl_owner.value]


def _strange_copies(bucket: LogBucket, owner: str, context: Context) -> str:
    """Tell where enabled rules replicate to that name an account which is not trusted."""
    known = trusted(owner, context).accounts
    named = [rule for rule in bucket.replication.value if rule.enabled and rule.destination_account]
    foreign = [rule for rule in named if rule.destination_account not in known]
    strange = [rule for rule in foreign if not _deployed_with(bucket, rule, context)]
    if strange and owner in NOT_GIVEN:
        reason = "the account of the template is not given: give it with --parameters AWS::AccountId=VALUE"
        raise Unobserved(Unknown(reason, Cause.UNDECIDED))
    return ", ".join(f"{rule.destination} of account {rule.destination_account}" for rule in strange)


def _deployed_with(bucket: LogBucket, rule: ReplicationRule, context: Context) -> bool:
    """Say whether the templates that declare the bucket declare the one that it is copied to as well."""
    copy = context.inventory.linked_buckets.get(rule.destination)
    if bucket.arn not in context.inventory.declarations or copy is None:
        return False
    there = isinstance(copy.exists, Known) and copy.exists.content
    owner = copy.account.content if isinstance(copy.account, Known) else ""
    return there and owner == rule.destination_account


@control(
    id="TH327",
    name="log-bucket-policy-hygiene",
    title="The log bucket's policy grants by name",
    severity=Severity.MEDIUM,
    applies_to=LogBucket,
    sets=STRICT,
    expected="no Allow of every S3 action, with NotPrincipal or with NotAction",
    reads=READS,
    remediation=Remediation(
        text="List the actions and principals that each Allow statement is for.",
        cli=EDIT,
        cdk='PolicyStatement(actions=["s3:GetObject"], principals=[ArnPrincipal(reader_role_arn)], ...)',
        terraform="aws_iam_policy_document with actions and principals, not not_actions or not_principals",
    ),
)
def hygiene(bucket: LogBucket, context: Context) -> Judgement:
    """What is granted by exclusion grows by itself: with each new action of S3, and each new principal.

    Only Allow statements are looked at; a Deny is the better the more it covers. Whether a broad grant
    reaches anybody who should not have it is for other controls, so this is a matter of strict taste.
    """
    text = bucket.policy.value
    if text is None:
        return NotApplicable("the bucket has no policy")
    careless = [(s, why) for s in document_of(bucket.policy).allows if (why := _carelessness(s))]
    if careless:
        words = "; ".join(f"{s.label} {why}" for s, why in careless)
        return failed(words, observed=words)
    return passed("every Allow statement names its actions and principals", observed="named")


def _carelessness(statement: Statement) -> str:
    if statement.not_principal:
        return "allows everybody but those it names (NotPrincipal)"
    if statement.not_action:
        return "allows every action but those it names (NotAction)"
    wide = [action for action in statement.actions if covers(action.lower(), "s3:*")]
    return f"allows every S3 action ({wide[0]})" if wide else ""


@control(
    id="TH328",
    name="log-bucket-policy-no-lockout",
    title="The log bucket's policy locks nobody out for good",
    severity=Severity.MEDIUM,
    applies_to=LogBucket,
    expected="no Deny of every action to everybody but the root user",
    reads=READS,
    remediation=Remediation(
        text="As root user of the owner, delete or replace the policy; leave a break-glass role out of the "
        "new one by ArnNotLike aws:PrincipalArn.",
        cli="aws s3api delete-bucket-policy --bucket $bucket",
        cdk='PolicyStatement(effect=Effect.DENY, conditions={"ArnNotLike": {"aws:PrincipalArn": role}}, ...)',
        terraform='a Deny with condition { test = "ArnNotLike" variable = "aws:PrincipalArn" }',
    ),
)
def lockout(bucket: LogBucket, context: Context) -> Judgement:
    """Once every action is denied to everybody, nobody can read the log or mend the policy but the root user.

    S3 lets the root user of the owner replace the policy whatever it says. Denying what destroys logs to all
    but a few is asked for elsewhere and locks nobody out; this fails only if one statement denies all actions
    on the bucket to every other identity, whatever its request carries.
    """
    document = document_of(bucket.policy)
    partition = bucket.arn.split(":")[1]
    root = f"arn:{partition}:iam::{bucket.account.value}:root"
    found = locked_out(document, bucket.arn, root)
    if found.yes:
        return failed(
            f"{found.statements[0].label} denies every action to everybody but the root user",
            observed="locked out",
            at=_known(bucket),
        )
    return passed("no statement denies every action to everybody", observed="not locked out")


def _known(bucket: LogBucket) -> Known[str | None] | None:
    return bucket.policy if isinstance(bucket.policy, Known) else None
