"""What the policies of our keys say, one purpose a statement."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.region_info import RegionInfo
from constructs import Construct

from cdk_app.lengths import KEY_POLICY, check_policy
from cdk_app.trail_identity import TrailIdentity

CLOUDTRAIL = "cloudtrail.amazonaws.com"
ADMINISTERING = [
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:Describe*",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:Get*",
    "kms:List*",
    "kms:PutKeyPolicy",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
]
"""Nothing that encrypts or decrypts, and no grants, which would hand on just that."""
DESTROYING = ["kms:DeleteImportedKeyMaterial", "kms:DisableKey", "kms:ScheduleKeyDeletion"]


def new_key(
    scope: Construct,
    description: str,
    statements: Sequence[iam.PolicyStatement],
    alias: str | None,
    break_glass_arns: Sequence[str],
) -> kms.Key:
    """Make a key that rotates every year and outlives its stack, with these and the common statements.

    Raises Refusal for a policy that is too large for KMS.
    """
    account = Stack.of(scope).account
    common = [administer(account), deny_destruction(break_glass_arns)]
    policy = iam.PolicyDocument(statements=[*common, *statements])
    check_policy(scope, "a key", policy, KEY_POLICY)
    return kms.Key(
        scope,
        "Key",
        description=description,
        alias=alias,
        enable_key_rotation=True,
        removal_policy=RemovalPolicy.RETAIN,
        policy=policy,
    )


def administer(account: str) -> iam.PolicyStatement:
    """Let the account's IAM policies say who administers the key; none of them can make it decrypt."""
    return iam.PolicyStatement(
        sid="AdministerWithoutUse",
        principals=[iam.AccountPrincipal(account)],
        actions=ADMINISTERING,
        resources=["*"],
    )


def deny_destruction(break_glass_arns: Sequence[str]) -> iam.PolicyStatement:
    """Refuse everybody but the break-glass principals what makes all that was encrypted unreadable."""
    return iam.PolicyStatement(
        sid="DenyDestruction",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=DESTROYING,
        resources=["*"],
        conditions={"ArnNotLike": {"aws:PrincipalArn": list(break_glass_arns)}} if break_glass_arns else None,
    )


def encrypt_log_files(trail: TrailIdentity) -> list[iam.PolicyStatement]:
    """Let one trail encrypt, bound by its ARN and by the encryption context that CloudTrail sets.

    Decrypt is what CloudTrail needs of a key that a bucket key derives from (CloudTrail user guide, Configure
    KMS key policies); it hands out nothing that it decrypts.
    """
    source = {"aws:SourceArn": trail.arn}
    context = {"kms:EncryptionContext:aws:cloudtrail:arn": trail.any_arn}
    return [
        iam.PolicyStatement(
            sid="CloudTrailEncrypts",
            principals=[iam.ServicePrincipal(CLOUDTRAIL)],
            actions=["kms:GenerateDataKey*"],
            resources=["*"],
            conditions={"StringEquals": source, "StringLike": context},
        ),
        iam.PolicyStatement(
            sid="CloudTrailChecksTheKey",
            principals=[iam.ServicePrincipal(CLOUDTRAIL)],
            actions=["kms:Decrypt", "kms:DescribeKey"],
            resources=["*"],
            conditions={"StringEquals": source},
        ),
    ]


def read_through_s3(account: str, region: str, bucket_arn: str) -> iam.PolicyStatement:
    """Let the account's IAM policies say who decrypts, but only objects of one bucket and only through S3.

    The context names the object, or the bucket where a bucket key was used (S3 user guide, Bucket Keys).
    """
    return iam.PolicyStatement(
        sid="ReadersDecryptThroughS3",
        principals=[iam.AccountPrincipal(account)],
        actions=["kms:Decrypt"],
        resources=["*"],
        conditions={
            "StringEquals": {"kms:ViaService": through_s3(region)},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": [bucket_arn, f"{bucket_arn}/*"]},
        },
    )


def encrypt_log_group(region: str, log_group_arn: str) -> iam.PolicyStatement:
    """Let CloudWatch Logs use the key for one log group, which its encryption context names."""
    return iam.PolicyStatement(
        sid="CloudWatchLogsEncrypts",
        principals=[iam.ServicePrincipal(f"logs.{region}.{domain_suffix(region)}")],
        actions=["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
        resources=["*"],
        conditions={"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": log_group_arn}},
    )


def publish_log_files(trail: TrailIdentity, topics_arn: str) -> iam.PolicyStatement:
    """Let CloudTrail announce one trail's log files on encrypted topics.

    SNS calls the key for CloudTrail, with the topic as encryption context. AWS documents no source for that
    call (CloudTrail user guide, Amazon SNS topic policy): where one is sent it has to be the trail, and where
    none is, the trail can still be created. The policy of the topic names the trail in any case.
    """
    return iam.PolicyStatement(
        sid="CloudTrailPublishes",
        principals=[iam.ServicePrincipal(CLOUDTRAIL)],
        actions=["kms:Decrypt", "kms:GenerateDataKey*"],
        resources=["*"],
        conditions={
            "StringEqualsIfExists": {"aws:SourceArn": trail.arn},
            "ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": topics_arn},
        },
    )


def through_s3(region: str) -> str | list[str]:
    """Return the name, or in China both possible names, by which kms:ViaService knows S3 in a Region."""
    suffixes = sorted({"amazonaws.com", domain_suffix(region)})
    names = [f"s3.{region}.{suffix}" for suffix in suffixes]
    return names if len(names) > 1 else names[0]


def domain_suffix(region: str) -> str:
    """Return what ends the names of regional service principals, as in China's ``amazonaws.com.cn``."""
    known = None if Token.is_unresolved(region) else RegionInfo.get(region).domain_suffix
    return known or "amazonaws.com"
