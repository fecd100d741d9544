"""Attacks on the statements of the bucket policy: what CloudTrail may write, who may tamper, who may read."""

import json
from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step
from tests.attacks.on_buckets import (
    ACL_CHECK,
    BUCKET,
    NO_TAMPERING,
    STATEMENTS,
    TLS_ONLY,
    UNBLOCKED,
    WRITE,
    policy,
)
from tests.attacks.on_objects import lock
from tests.attacks.world import OUTSIDER
from tests.simulator.worlds import LOG_ARCHIVE, MEMBER

OBJECTS = f"{BUCKET}/*"
OWNER = {"AWS": f"arn:aws:iam::{LOG_ARCHIVE}:root"}
STRANGER = {"AWS": f"arn:aws:iam::{OUTSIDER}:root"}
EQUAL = WRITE["Condition"]["StringEquals"]


def refusing(**statement: Any) -> tuple[Step, ...]:
    """Add a Deny statement, on writes of everybody unless it says something else."""
    everybody = {"Principal": "*"} if "NotPrincipal" not in statement else {}
    actions = {"Action": "s3:PutObject"} if "NotAction" not in statement else {}
    objects = {"Resource": OBJECTS} if "NotResource" not in statement else {}
    return (policy(*STATEMENTS, {"Effect": "Deny", **everybody, **actions, **objects, **statement}),)


def refusing_unless(operator: str, key: str, value: str) -> tuple[Step, ...]:
    return refusing(Condition={operator: {key: value}})


def writing_if(operator: str, key: str, value: str) -> tuple[Step, ...]:
    """Let CloudTrail write on one more condition, which its calls do not meet."""
    conditions = {**WRITE["Condition"], operator: {**WRITE["Condition"].get(operator, {}), key: value}}
    return (policy(ACL_CHECK, {**WRITE, "Condition": conditions}, TLS_ONLY, NO_TAMPERING),)


def protecting(**changes: Any) -> tuple[Step, ...]:
    """Change the statement that keeps everybody from tampering."""
    changed = {name: value for name, value in {**NO_TAMPERING, **changes}.items() if value is not None}
    return (policy(ACL_CHECK, WRITE, TLS_ONLY, changed),)


def all_but(action: str) -> list[str]:
    assert action in NO_TAMPERING["Action"]
    return [one for one in NO_TAMPERING["Action"] if one != action]


def granting(principal: Any, *actions: str, resource: str = OBJECTS, **more: Any) -> tuple[Step, ...]:
    granted = good.statement(Principal=principal, Action=list(actions), Resource=resource, **more)
    return (policy(*STATEMENTS, granted),)


def unprotected(*actions: str, resource: str = OBJECTS) -> tuple[Step, ...]:
    """Let a stranger do what nobody is denied any more."""
    granted = good.statement(Principal=STRANGER, Action=list(actions), Resource=resource)
    return (policy(ACL_CHECK, WRITE, TLS_ONLY, granted),)


REFUSALS = {
    "all but the owner": refusing(NotPrincipal=OWNER),
    "all actions but some": refusing(
        NotAction=["s3:Get*", "s3:List*", "s3:Delete*"], Resource=[BUCKET, OBJECTS]
    ),
    "all objects but some": refusing(NotResource=f"{BUCKET}/elsewhere/*"),
    "an action with a wildcard": refusing(Action="s3:P*Object"),
    "the check of the ACL": refusing(Action="s3:GetBucketAcl", Resource=BUCKET),
    "digests": refusing(Resource=f"{BUCKET}/*/CloudTrail-Digest/*"),
    "one account": refusing(Resource=f"{BUCKET}/AWSLogs/o-exampleorg/{MEMBER}/*"),
    "one Region": refusing(Resource=f"{BUCKET}/*/eu-west-1/*"),
    "unless encrypted otherwise": refusing_unless(
        "StringNotEquals", "s3:x-amz-server-side-encryption", "AES256"
    ),
    "unless encrypted with a stranger's key": refusing_unless(
        "StringNotEquals",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        f"arn:aws:kms:{good.HOME}:{OUTSIDER}:key/1",
    ),
    "unless from an office": refusing_unless("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"),
    "unless from a network": refusing_unless("StringNotEquals", "aws:SourceVpce", "vpce-1"),
    "unless by a role": refusing_unless("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/admin"),
    "unless for a stranger": refusing_unless("StringNotEquals", "aws:SourceAccount", OUTSIDER),
}
CONDITIONS = {
    "another ACL": writing_if("StringEquals", "s3:x-amz-acl", "private"),
    "from an office": writing_if("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
    "over plain HTTP": writing_if("Bool", "aws:SecureTransport", "false"),
    "with MFA": writing_if("Bool", "aws:MultiFactorAuthPresent", "true"),
    "by the organization": writing_if("StringEquals", "aws:PrincipalOrgID", "o-exampleorg"),
}
PROTECTIONS = {
    "when it never holds": protecting(
        Condition={"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
    ),
    "but deletions": protecting(Action=all_but("s3:DeleteObject*")),
    "but lifecycle rules": protecting(Action=all_but("s3:PutLifecycleConfiguration")),
    "of the bucket alone": protecting(Resource=BUCKET),
    "of everything else": protecting(Resource=None, NotResource=[BUCKET, OBJECTS]),
    "but for everybody": protecting(Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:*"}}),
}
ATTACKS = (
    *(Attack(f"refused: {name}", BUCKET, steps, fails="TH317") for name, steps in REFUSALS.items()),
    *(
        Attack(f"allowed: {name}", BUCKET, steps, fails="TH317", moot="TH319")
        for name, steps in CONDITIONS.items()
    ),
    Attack(
        "allowed: for another trail",
        BUCKET,
        (policy(*(json.loads(json.dumps(one).replace("trail/audit", "trail/old")) for one in STATEMENTS)),),
        fails="TH317",
    ),
    *(Attack(f"protected: {name}", BUCKET, steps, fails="TH320") for name, steps in PROTECTIONS.items()),
    Attack(
        "plain HTTP but for the owner",
        BUCKET,
        (policy(ACL_CHECK, WRITE, NO_TAMPERING, {**TLS_ONLY, "Principal": OWNER}),),
        fails="TH312",
    ),
    Attack(
        "plain HTTP but for writes",
        BUCKET,
        (policy(ACL_CHECK, WRITE, NO_TAMPERING, {**TLS_ONLY, "Action": "s3:PutObject"}),),
        fails="TH312",
    ),
    Attack(
        "granted: a stranger lifts the lock",
        BUCKET,
        (
            *lock(Mode="GOVERNANCE", Days=365),
            *unprotected("s3:BypassGovernanceRetention", "s3:DeleteObjectVersion"),
        ),
        fails="TH307 TH316 TH320 TH326",
    ),
    Attack(
        "granted: a stranger expires",
        BUCKET,
        unprotected("s3:PutLifecycleConfiguration", resource=BUCKET),
        fails="TH320 TH326",
    ),
    Attack("granted: a stranger writes", BUCKET, granting(STRANGER, "s3:PutObject"), fails="TH326"),
    Attack(
        "granted: another organization",
        BUCKET,
        granting("*", "s3:GetObject", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-attackersorg"}}),
        fails="TH326",
    ),
    Attack(
        "granted: everybody but the owner",
        BUCKET,
        (
            *UNBLOCKED,
            policy(
                *STATEMENTS,
                {"Effect": "Allow", "NotPrincipal": OWNER, "Action": "s3:GetObject", "Resource": OBJECTS},
            ),
        ),
        fails="TH302 TH304 TH305 TH318 TH322 TH326 TH327",
    ),
    Attack(
        "granted: everybody lists",
        BUCKET,
        (*UNBLOCKED, *granting({"AWS": "*"}, "s3:List*", resource=BUCKET)),
        fails="TH302 TH304 TH305 TH318 TH322 TH326",
    ),
    Attack(
        "granted: whoever signs in with a phone",
        BUCKET,
        granting({"Federated": "cognito-identity.amazonaws.com"}, "s3:GetObject"),
        fails="TH304 TH326",
    ),
)
