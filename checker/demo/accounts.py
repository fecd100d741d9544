"""The accounts of the demo, each built through the API as its owner, or an attacker, would."""

from typing import Any

from boto3 import Session

from checker.demo.environment import REGION
from checker.demo.members import ATTACKER, LEGACY, PAYMENTS, SANDBOX, Member
from checker.demo.organization import session_of
from checker.demo.policies import CLOUDTRAIL, allow, delivery, document, key_policy, trust

SANDBOX_TRAIL = "management-events"
BLOCKED = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)


def trail_arn(member: Member, name: str) -> str:
    """Return the ARN that a trail of the account will have: policies name it before it exists."""
    return f"arn:aws:cloudtrail:{REGION}:{member.id}:trail/{name}"


def bucket_of(session: Session, name: str, *, public: bool = False, **settings: Any) -> Any:
    """Create a bucket as S3 does since April 2023, without ACLs and without public access, or as before."""
    s3: Any = session.client("s3")
    s3.create_bucket(Bucket=name, **settings)
    if not public:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=BLOCKED)
    ownership = "ObjectWriter" if public else "BucketOwnerEnforced"
    s3.put_bucket_ownership_controls(
        Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": ownership}]}
    )
    return s3


def build_sandbox() -> None:
    """Make what a few clicks make: one trail for all Regions, a bucket of its own, and nothing more.

    As scripts do that forget the second call, it leaves the start to ``start_sandbox``.
    """
    session = session_of(SANDBOX)
    bucket = f"aws-cloudtrail-logs-{SANDBOX.id}-5d1f3c2a"
    s3 = bucket_of(session, bucket)
    policy = document(*delivery(bucket, trail_arn(SANDBOX, SANDBOX_TRAIL), SANDBOX.id))
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    cloudtrail: Any = session.client("cloudtrail")
    cloudtrail.create_trail(Name=SANDBOX_TRAIL, S3BucketName=bucket, IsMultiRegionTrail=True)


def start_sandbox() -> None:
    """Start the trail of the sandbox."""
    cloudtrail: Any = session_of(SANDBOX).client("cloudtrail")
    cloudtrail.start_logging(Name=SANDBOX_TRAIL)


def build_legacy() -> None:
    """Make what is found in an account that nobody looks after and that the organization never invited.

    A script once created a trail in one Region, which nobody started, over a bucket that everybody can read.
    """
    session = session_of(LEGACY)
    bucket = "legacy-logs"
    s3 = bucket_of(session, bucket, public=True)
    everything = f"arn:aws:s3:::{bucket}/*"
    s3.put_bucket_policy(
        Bucket=bucket,
        Policy=document(
            allow(CLOUDTRAIL, "s3:GetBucketAcl", f"arn:aws:s3:::{bucket}"),
            allow(CLOUDTRAIL, "s3:PutObject", everything),
            allow("*", "s3:GetObject", everything),
        ),
    )
    cloudtrail: Any = session.client("cloudtrail")
    cloudtrail.create_trail(Name="default", S3BucketName=bucket, IncludeGlobalServiceEvents=False)


def build_deployer(session: Session) -> None:
    """Make what the payments team deploys with: a role that may do more than anybody thought of.

    Its policy was to let it tag and describe trails; the keys of the user behind it are what leaked.
    """
    iam: Any = session.client("iam")
    trusting = trust({"AWS": f"arn:aws:iam::{PAYMENTS.id}:root"})
    role = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trusting)["Role"]["Arn"]
    may = {"Effect": "Allow", "Action": ["s3:*Object", "cloudtrail:*"], "Resource": "*"}
    iam.put_role_policy(RoleName="deploy", PolicyName="deploy", PolicyDocument=document(may))
    iam.create_user(UserName="ci")
    enter = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role}
    iam.put_user_policy(UserName="ci", PolicyName="deploy", PolicyDocument=document(enter))


def build_payments() -> None:
    """Make two sound trails; ``blind_payments`` is what the attacker does to them."""
    session = session_of(PAYMENTS)
    build_deployer(session)
    cloudtrail: Any = session.client("cloudtrail")
    for name in ("audit", "audit-copy"):
        bucket = f"payments-{name}-logs"
        s3 = bucket_of(session, bucket)
        trail = trail_arn(PAYMENTS, name)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        s3.put_bucket_policy(Bucket=bucket, Policy=document(*delivery(bucket, trail, PAYMENTS.id)))
        kms: Any = session.client("kms")
        key = kms.create_key(Policy=key_policy(PAYMENTS.id, trail))["KeyMetadata"]["Arn"]
        kms.enable_key_rotation(KeyId=key)
        cloudtrail.create_trail(
            Name=name,
            S3BucketName=bucket,
            KmsKeyId=key,
            IsMultiRegionTrail=True,
            EnableLogFileValidation=True,
        )
        cloudtrail.start_logging(Name=name)


def blind_payments() -> None:
    """Blind both trails with a handful of calls, none of which deletes anything."""
    session = session_of(PAYMENTS)
    cloudtrail: Any = session.client("cloudtrail")
    s3: Any = session.client("s3")
    kms: Any = session.client("kms")
    key = cloudtrail.get_trail(Name="audit")["Trail"]["KmsKeyId"]
    kms.disable_key(KeyId=key.rpartition("/")[2])
    one_day = {"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(
        Bucket="payments-audit-logs", LifecycleConfiguration={"Rules": [one_day]}
    )
    cloudtrail.stop_logging(Name="audit")
    bucket_of(session_of(ATTACKER), "payments-audit-copy-log")
    cloudtrail.update_trail(Name="audit-copy", S3BucketName="payments-audit-copy-log")
    cloudtrail.put_event_selectors(
        TrailName="audit-copy",
        EventSelectors=[
            {
                "ReadWriteType": "ReadOnly",
                "IncludeManagementEvents": False,
                "DataResources": [
                    {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::payments-audit-logs/none"]}
                ],
            }
        ],
    )
