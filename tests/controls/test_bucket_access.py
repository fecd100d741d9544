from typing import Any

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Grant, Inventory, PublicAccessBlock
from checker.model import Status
from tests.controls.judging import Case, check, parametrize
from tests.hardened import ACCOUNT, BUCKET_ARN, DENIED, document, hardened, statement

PUBLIC, ACL, POLICY = (CONTROLS[id] for id in ("TH302", "TH303", "TH304"))
GROUPS = "http://acs.amazonaws.com/groups"
WORLD = Known((Grant(grantee=f"{GROUPS}/global/AllUsers", permission="READ"),))
AWS_USERS = Known((Grant(grantee=f"{GROUPS}/global/AuthenticatedUsers", permission="WRITE"),))
DELIVERY_ONLY = Known((Grant(grantee=f"{GROUPS}/s3/LogDelivery", permission="WRITE"),))
OPEN_GRANT = statement(Principal="*", Action="s3:GetObject", Resource=f"{BUCKET_ARN}/*")
OPEN = Known(document(OPEN_GRANT))
BOUND = Known(document({**OPEN_GRANT, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}))
BY_S3 = Known(
    document({**OPEN_GRANT, "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{ACCOUNT}:*"}}})
)
DENIED_OUTSIDE = statement(
    Effect="Deny",
    Principal="*",
    Action="s3:*",
    Resource="*",
    Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
)
PERIMETER = Known(document(OPEN_GRANT, DENIED_OUTSIDE))
YES, NO = Known(True), Known(False)
NO_BLOCK = Known(PublicAccessBlock())
OTHER_FLAGS = Known(PublicAccessBlock(block_public_acls=True, block_public_policy=True))
IGNORE = Known(PublicAccessBlock(ignore_public_acls=True))
RESTRICT = Known(PublicAccessBlock(restrict_public_buckets=True))
FOREIGN = Unknown("the account was not entered", Cause.FOREIGN_ACCOUNT)


def bucket(account_block: Any = NO_BLOCK, **settings: Any) -> Inventory:
    """A bucket without Block Public Access and with ACLs, in an account with these flags."""
    loose = {"public_access_block": NO_BLOCK, "object_ownership": Known("ObjectWriter")}
    return hardened(bucket={**loose, **settings}, account={"public_access_block": account_block})


CASES = [
    Case(PUBLIC, hardened(), Status.PASS),
    Case(PUBLIC, bucket(), Status.PASS),
    Case(PUBLIC, bucket(acl=WORLD), Status.FAIL, "the ACL grants READ to everybody"),
    Case(PUBLIC, bucket(acl=AWS_USERS), Status.FAIL, "WRITE to every AWS user"),
    Case(PUBLIC, bucket(acl=DELIVERY_ONLY), Status.PASS),
    Case(PUBLIC, bucket(acl=WORLD, public_access_block=OTHER_FLAGS), Status.FAIL),
    Case(PUBLIC, bucket(acl=WORLD, public_access_block=RESTRICT), Status.FAIL),
    Case(PUBLIC, bucket(acl=WORLD, public_access_block=IGNORE), Status.PASS),
    Case(PUBLIC, bucket(IGNORE, acl=WORLD), Status.PASS),
    Case(PUBLIC, bucket(acl=WORLD, object_ownership=Known("BucketOwnerEnforced")), Status.PASS),
    Case(PUBLIC, bucket(acl=WORLD, object_ownership=Known("BucketOwnerPreferred")), Status.FAIL),
    Case(PUBLIC, bucket(acl=WORLD, object_ownership=Known(None)), Status.FAIL),
    Case(PUBLIC, bucket(acl=WORLD, object_ownership=DENIED), Status.UNKNOWN),
    Case(PUBLIC, bucket(acl=WORLD, object_ownership=DENIED, public_access_block=IGNORE), Status.PASS),
    Case(PUBLIC, bucket(acl=WORLD, public_access_block=DENIED), Status.UNKNOWN),
    Case(PUBLIC, bucket(IGNORE, acl=WORLD, public_access_block=DENIED), Status.PASS),
    Case(PUBLIC, bucket(DENIED, acl=WORLD), Status.UNKNOWN),
    Case(PUBLIC, bucket(acl=WORLD, account=Known("444455556666")), Status.UNKNOWN, "444455556666"),
    Case(PUBLIC, bucket(acl=WORLD, account=FOREIGN), Status.UNKNOWN),
    Case(PUBLIC, bucket(acl=DENIED), Status.UNKNOWN),
    Case(PUBLIC, bucket(acl=DENIED, object_ownership=Known("BucketOwnerEnforced")), Status.PASS),
    Case(PUBLIC, bucket(acl=DENIED, public_access_block=IGNORE), Status.PASS),
    Case(PUBLIC, bucket(policy=OPEN, policy_is_public=YES), Status.FAIL),
    Case(PUBLIC, bucket(policy=OPEN, policy_is_public=YES, public_access_block=OTHER_FLAGS), Status.FAIL),
    Case(PUBLIC, bucket(policy=OPEN, policy_is_public=YES, public_access_block=IGNORE), Status.FAIL),
    Case(PUBLIC, bucket(policy=OPEN, policy_is_public=YES, public_access_block=RESTRICT), Status.PASS),
    Case(PUBLIC, bucket(RESTRICT, policy=OPEN, policy_is_public=YES), Status.PASS),
    Case(PUBLIC, bucket(DENIED, policy=OPEN, policy_is_public=YES), Status.UNKNOWN),
    Case(PUBLIC, bucket(policy=BOUND), Status.PASS),
    Case(PUBLIC, bucket(policy=PERIMETER), Status.PASS),
    Case(PUBLIC, bucket(policy=Known(None)), Status.PASS),
    # S3 and the text disagree, or one of them is missing.
    Case(PUBLIC, bucket(policy=BOUND, policy_is_public=YES), Status.FAIL, "S3 calls"),
    Case(PUBLIC, bucket(policy=OPEN, policy_is_public=NO), Status.FAIL, "s3:GetObject"),
    Case(PUBLIC, bucket(policy=OPEN, policy_is_public=DENIED), Status.FAIL),
    Case(PUBLIC, bucket(policy=BOUND, policy_is_public=DENIED), Status.PASS),
    Case(PUBLIC, bucket(policy=DENIED, policy_is_public=YES), Status.FAIL),
    Case(PUBLIC, bucket(policy=DENIED, policy_is_public=NO), Status.PASS),
    Case(PUBLIC, bucket(policy=DENIED, policy_is_public=DENIED), Status.UNKNOWN),
    Case(PUBLIC, bucket(policy=BY_S3, policy_is_public=NO), Status.PASS),
    Case(PUBLIC, bucket(policy=BY_S3, policy_is_public=YES), Status.FAIL),
    Case(PUBLIC, bucket(policy=BY_S3, policy_is_public=DENIED), Status.UNKNOWN, "aws:SourceArn"),
    Case(PUBLIC, bucket(policy=Known("<html>"), policy_is_public=DENIED), Status.UNKNOWN, "not JSON"),
    Case(PUBLIC, bucket(policy=DENIED, policy_is_public=DENIED, public_access_block=RESTRICT), Status.PASS),
    # One way in is enough, whatever could not be read of the other.
    Case(PUBLIC, bucket(policy=DENIED, policy_is_public=DENIED, acl=WORLD), Status.FAIL),
    Case(PUBLIC, bucket(policy=OPEN, acl=WORLD), Status.FAIL, "READ to everybody; statement 1 lets anybody"),
    Case(ACL, hardened(), Status.PASS),
    Case(ACL, hardened(bucket={"acl": WORLD}), Status.FAIL, "READ to everybody"),
    Case(ACL, bucket(acl=AWS_USERS), Status.FAIL),
    Case(ACL, bucket(acl=DELIVERY_ONLY), Status.PASS),
    Case(ACL, bucket(acl=DENIED), Status.UNKNOWN),
    Case(POLICY, hardened(), Status.PASS),
    Case(POLICY, hardened(bucket={"policy": OPEN, "policy_is_public": YES}), Status.FAIL),
    Case(POLICY, bucket(policy=OPEN, policy_is_public=DENIED), Status.FAIL),
    Case(POLICY, bucket(policy=BOUND), Status.PASS),
    Case(POLICY, bucket(policy=Known(None)), Status.PASS),
    Case(POLICY, bucket(policy=BY_S3, policy_is_public=DENIED), Status.UNKNOWN),
    Case(POLICY, bucket(policy=DENIED, policy_is_public=DENIED), Status.UNKNOWN),
    Case(POLICY, hardened(bucket={"exists": NO, "policy": OPEN}), None),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)
