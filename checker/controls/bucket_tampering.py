"""The control on what the log bucket's policy denies even to administrators: undoing the log."""

from checker.controls.granting import delivery_of
from checker.evidence import Unobserved, all_that
from checker.inventory import LogBucket
from checker.model import Context, Judgement, Remediation, Severity, control, failed, passed
from checker.policy import Document, denied_except, document_of, exceptions, log_prefixes

ON_OBJECTS = ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention")
ON_BUCKET = (
    "s3:PutLifecycleConfiguration",
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketVersioning",
)


@control(
    id="TH320",
    name="log-bucket-policy-deny-tamper",
    title="The bucket policy denies tampering to all but a few",
    severity=Severity.HIGH,
    applies_to=LogBucket,
    expected="deleting objects and changing lifecycle, policy, versioning or retention is denied to all but "
    "named principals",
    reads=("s3:GetBucketPolicy Policy", "cloudtrail:DescribeTrails S3KeyPrefix"),
    remediation=Remediation(
        text="Add a Deny statement for Principal * with s3:DeleteObject*, s3:PutLifecycleConfiguration, "
        "s3:PutBucketPolicy, s3:DeleteBucketPolicy, s3:PutBucketVersioning and s3:BypassGovernanceRetention "
        "on the bucket and its objects, and the single condition ArnNotLike aws:PrincipalArn with the ARN of "
        "a break-glass role.",
        cli="aws s3api get-bucket-policy --bucket $bucket --query Policy --output text > policy.json && "
        "$${EDITOR:-vi} policy.json && "
        "aws s3api put-bucket-policy --bucket $bucket --policy file://policy.json",
        cdk="bucket.add_to_resource_policy(PolicyStatement(effect=Effect.DENY, principals=[AnyPrincipal()], "
        'conditions={"ArnNotLike": {"aws:PrincipalArn": break_glass_role_arn}}, ...))',
        terraform='aws_s3_bucket_policy with a Deny where test = "ArnNotLike" variable = "aws:PrincipalArn"',
    ),
)
def deny_tampering(bucket: LogBucket, context: Context) -> Judgement:
    """Whoever takes over an administrator deletes the evidence next; an explicit Deny outlives any Allow.

    Deleting the policy counts as changing it: a Deny that anybody may delete with its policy denies nothing.

    Left out may be principals that are named: users, roles, or a few by a common name, of one account, and
    those that the threshold break_glass_arns lists. Once it lists any, no others may be left out. A whole
    account, a wildcard in its place, or a condition such as MFA that anybody may come to meet is no such
    exception. ``:root`` in a condition means the root user alone.

    Objects are those below the prefixes of the trails that are known to deliver here, or all. AWS services
    need no Deny as long as nothing grants them the action.
    """
    document = document_of(bucket.policy)
    demands = [(action, bucket.arn) for action in ON_BUCKET]
    demands += [(action, objects) for action in ON_OBJECTS for objects in log_objects(bucket, context)]
    left_out, broad = _left_out(document, demands)
    allowed = _allowed(left_out, context.thresholds.break_glass_arns)
    open_to = all_that(demands, lambda demand: not denied_except(document, *demand, allowed).yes)
    if not open_to:
        spared = ", ".join(name for name in left_out if name in allowed)
        return passed(
            f"tampering is denied to everybody{' but ' if spared else ''}{spared}", observed="denied"
        )
    actions = tuple(dict.fromkeys(action for action, _ in open_to))
    more = f"; nor {'is' if len(actions) == 2 else 'are'} {', '.join(actions[1:])}" if actions[1:] else ""
    others = [*broad, *(name for name in left_out if name not in allowed)]
    spared = f"; left out: {', '.join(others)}" if others else ""
    why = denied_except(document, *open_to[0], allowed).why
    return failed(f"{why}{more}{spared}", observed=f"not denied: {', '.join(actions)}", at=bucket.policy)


def log_objects(bucket: LogBucket, context: Context) -> tuple[str, ...]:
    """Return where the trails of the bucket keep their files; all of it when that is not known exactly."""
    found: dict[str, None] = {}
    for trail in context.inventory.trails_of_bucket(bucket):
        try:
            delivery = delivery_of(trail, context, bucket)
            if delivery.organization_trail:
                _ = delivery.organization.value
        except Unobserved:
            return (f"{bucket.arn}/*",)
        found |= dict.fromkeys(f"{bucket.arn}/{prefix}/*" for prefix in log_prefixes(delivery))
    return tuple(found) or (f"{bucket.arn}/*",)


def _left_out(document: Document, demands: list[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = [exceptions(document, *demand) for demand in demands]
    narrow = dict.fromkeys(name for e in found for name in e.narrow)
    return tuple(narrow), tuple(dict.fromkeys(name for e in found for name in e.broad))


def _allowed(left_out: tuple[str, ...], break_glass: tuple[str, ...]) -> tuple[str, ...]:
    """Return who may be left out: the configured principals, or without any those that are narrow.

    An account (12 digits) is in the narrow ones only where NotPrincipal needs it beside its user or role.
    """
    if not break_glass:
        return left_out
    accounts = (name for name in left_out if name.isdigit())
    return (*break_glass, *accounts)
