"""Attacks on the bucket: take it away, open it, or keep from it what should arrive."""

import json
from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.consequences import OF_THE_BUCKET, OF_THE_TRAIL_AND_BUCKET
from tests.attacks.world import OUTSIDER
from tests.simulator.worlds import LOG_ARCHIVE, MANAGEMENT, ORGANIZATION_BUCKET_POLICY
from tests.simulator.writes.buckets import NOTHING_BLOCKED

BUCKET, NAME = good.BUCKET_ARN, {"Bucket": good.BUCKET}
STATEMENTS = json.loads(ORGANIZATION_BUCKET_POLICY)["Statement"]
ACL_CHECK, WRITE, TLS_ONLY, NO_TAMPERING = STATEMENTS


def s3(name: str, **params: Any) -> Step:
    return call(f"s3.{name}", by=LOG_ARCHIVE, **{**NAME, **params})


def policy(*statements: dict[str, Any]) -> Step:
    return s3("put_bucket_policy", Policy=good.document(*statements))


def encrypting(key: str | None) -> Step:
    named = {"KMSMasterKeyID": key} if key else {}
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", **named}}
    return s3("put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": [default]})


UNBLOCKED = (
    s3("delete_public_access_block"),
    call("s3control.delete_public_access_block", by=LOG_ARCHIVE, AccountId=LOG_ARCHIVE),
)
EVERYBODY_READS = good.statement(Principal="*", Action="s3:GetObject", Resource=f"{BUCKET}/*")
STRANGER_READS = good.statement(
    Principal={"AWS": f"arn:aws:iam::{OUTSIDER}:root"}, Action="s3:GetObject", Resource=f"{BUCKET}/*"
)
REFUSING = good.statement(
    Effect="Deny",
    Principal={"Service": "cloudtrail.amazonaws.com"},
    Action="s3:PutObject",
    Resource=f"{BUCKET}/*",
)
ONLY_ORGANIZATION = good.statement(
    Effect="Deny",
    Principal="*",
    Action="s3:PutObject",
    Resource=f"{BUCKET}/*",
    Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorg"}},
)
ANY_TRAIL = {**WRITE, "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}
LOCKED_OUT = good.statement(Effect="Deny", Principal="*", Action="s3:*", Resource=[BUCKET, f"{BUCKET}/*"])
ATTACKS = (
    Attack(
        "delete",
        good.BUCKET,
        (s3("delete_bucket"),),
        fails="TH301",
        moot=OF_THE_TRAIL_AND_BUCKET,
        gone=(good.BUCKET_ARN,),
    ),
    Attack(
        "delete and take its name",
        good.BUCKET,
        (s3("delete_bucket"), call("s3.create_bucket", by=OUTSIDER, **NAME)),
        fails="TH333 TH334",
        unknown=f"TH620 TH711 TH712 TH713 {OF_THE_BUCKET}",
        moot="TH807",
    ),
    Attack(
        "delete and make anew",
        BUCKET,
        (s3("delete_bucket"), s3("create_bucket")),
        fails="TH306 TH307 TH308 TH309 TH311 TH312 TH314 TH316 TH317 TH320 TH323 TH324 TH325 TH332",
        moot="TH318 TH319 TH321 TH327 TH335 TH336",
    ),
    Attack(
        "policy: none",
        BUCKET,
        (s3("delete_bucket_policy"),),
        fails="TH312 TH317 TH320",
        moot="TH318 TH319 TH327",
    ),
    Attack("policy: refuses delivery", BUCKET, (policy(*STATEMENTS, REFUSING),), fails="TH317"),
    Attack("policy: only the organization", BUCKET, (policy(*STATEMENTS, ONLY_ORGANIZATION),), fails="TH317"),
    Attack(
        "policy: no delivery",
        BUCKET,
        (policy(ACL_CHECK, TLS_ONLY, NO_TAMPERING),),
        fails="TH317",
        moot="TH319",
    ),
    Attack("policy: no check of the ACL", BUCKET, (policy(WRITE, TLS_ONLY, NO_TAMPERING),), fails="TH317"),
    Attack(
        "policy: no member's files",
        BUCKET,
        (
            policy(
                ACL_CHECK, {**WRITE, "Resource": f"{BUCKET}/AWSLogs/{MANAGEMENT}/*"}, TLS_ONLY, NO_TAMPERING
            ),
        ),
        fails="TH317",
    ),
    Attack(
        "policy: any trail",
        good.BUCKET,
        (policy(ACL_CHECK, ANY_TRAIL, TLS_ONLY, NO_TAMPERING),),
        fails="TH318",
    ),
    Attack("policy: tampering allowed", BUCKET, (policy(ACL_CHECK, WRITE, TLS_ONLY),), fails="TH320"),
    Attack("policy: plain HTTP", BUCKET, (policy(ACL_CHECK, WRITE, NO_TAMPERING),), fails="TH312"),
    Attack(
        "policy: everybody reads",
        BUCKET,
        (*UNBLOCKED, policy(*STATEMENTS, EVERYBODY_READS)),
        fails="TH302 TH304 TH305 TH318 TH322 TH326",
    ),
    Attack("policy: a stranger reads", BUCKET, (policy(*STATEMENTS, STRANGER_READS),), fails="TH326"),
    Attack(
        "policy: everybody locked out", BUCKET, (policy(ACL_CHECK, WRITE, LOCKED_OUT),), fails="TH317 TH328"
    ),
    Attack(
        "ACL: everybody reads",
        BUCKET,
        (
            *UNBLOCKED,
            s3(
                "put_bucket_ownership_controls",
                OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
            ),
            s3("put_bucket_acl", ACL="public-read"),
        ),
        fails="TH302 TH303 TH305 TH313 TH322",
    ),
    Attack(
        "ACL: a stranger writes",
        BUCKET,
        (
            s3(
                "put_bucket_ownership_controls",
                OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
            ),
            s3("put_bucket_acl", GrantWrite=f'id="{OUTSIDER.zfill(64)}"'),
        ),
        fails="TH313",
        unknown="TH326",
    ),
    Attack(
        "ACLs on",
        BUCKET,
        (
            s3(
                "put_bucket_ownership_controls",
                OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
            ),
        ),
        fails="TH313",
    ),
    Attack(
        "access point without a block",
        "leak",
        (
            call(
                "s3control.create_access_point",
                by=LOG_ARCHIVE,
                AccountId=LOG_ARCHIVE,
                Name="leak",
                Bucket=good.BUCKET,
                PublicAccessBlockConfiguration=NOTHING_BLOCKED,
            ),
        ),
        fails="TH330",
    ),
    Attack(
        "access point of many Regions without a block",
        "leak",
        (
            call(
                "s3control.create_multi_region_access_point",
                by=LOG_ARCHIVE,
                at="us-west-2",
                AccountId=LOG_ARCHIVE,
                ClientToken="1",
                Details={
                    "Name": "leak",
                    "PublicAccessBlock": NOTHING_BLOCKED,
                    "Regions": [{"Bucket": good.BUCKET}],
                },
            ),
        ),
        fails="TH330",
    ),
    Attack("no block of public access", BUCKET, UNBLOCKED, fails="TH305 TH322"),
    Attack("no block for the account", LOG_ARCHIVE, UNBLOCKED[1:], fails="TH322"),
    Attack(
        "no access logs",
        BUCKET,
        (s3("put_bucket_logging", BucketLoggingStatus={}),),
        fails="TH306",
        moot="TH335",
    ),
    Attack(
        "access logs into the log",
        BUCKET,
        (
            s3(
                "put_bucket_logging",
                BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": good.BUCKET, "TargetPrefix": "s3/"}},
            ),
        ),
        fails="TH306 TH331 TH335",
    ),
    Attack(
        "no notifications",
        BUCKET,
        (s3("put_bucket_notification_configuration", NotificationConfiguration={}),),
        fails="TH324",
    ),
    Attack(
        "default key of AWS",
        BUCKET,
        (
            s3(
                "put_bucket_encryption",
                ServerSideEncryptionConfiguration={
                    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
                },
            ),
        ),
        fails="TH311",
    ),
    Attack(
        "default key of a stranger",
        BUCKET,
        (encrypting(f"arn:aws:kms:{good.HOME}:{OUTSIDER}:key/0a1b2c3d-1111-2222-3333-444455556666"),),
        fails="TH311",
    ),
    Attack("default key of AWS for S3", BUCKET, (encrypting(None),), fails="TH311"),
    Attack(
        "block of ACLs alone",
        BUCKET,
        (
            s3(
                "put_public_access_block",
                PublicAccessBlockConfiguration={
                    **NOTHING_BLOCKED,
                    "BlockPublicAcls": True,
                    "IgnorePublicAcls": True,
                },
            ),
            *UNBLOCKED[1:],
        ),
        fails="TH305 TH322",
    ),
    Attack(
        "ACL: everybody writes",
        BUCKET,
        (
            *UNBLOCKED,
            s3(
                "put_bucket_ownership_controls",
                OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
            ),
            s3("put_bucket_acl", ACL="public-read-write"),
        ),
        fails="TH302 TH303 TH305 TH313 TH322",
    ),
    Attack(
        "website",
        BUCKET,
        (s3("put_bucket_website", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}}),),
        fails="TH329",
    ),
)
