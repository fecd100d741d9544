"""Worlds that differ in who may reach the log bucket."""

from dataclasses import replace
from typing import Any

from tests import hardened as good
from tests.simulator import AccessPoint
from tests.simulator.worlds import ALL_BLOCKED
from tests.sources.four_ways.case import Case
from tests.sources.four_ways.worlds import base

OPEN = dict.fromkeys(ALL_BLOCKED, False)


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"GetBucketPolicy": {"Policy": good.document(*statements)}}


def blocked(**flags: bool) -> dict[str, Any]:
    return {"GetPublicAccessBlock": {"PublicAccessBlockConfiguration": ALL_BLOCKED | flags}}


ANYBODY = good.statement(Principal="*", Action="s3:GetObject", Resource=f"{good.BUCKET_ARN}/*")
FOREIGN = good.statement(
    Principal={"AWS": "arn:aws:iam::999999999999:root"},
    Action="s3:GetObject",
    Resource=f"{good.BUCKET_ARN}/*",
)
LOCKED_OUT = good.statement(
    Effect="Deny", Principal="*", Action="s3:*", Resource=[good.BUCKET_ARN, f"{good.BUCKET_ARN}/*"]
)
CARELESS = good.statement(
    Principal={"AWS": f"arn:aws:iam::{good.ACCOUNT}:root"}, Action="s3:*", Resource=f"{good.BUCKET_ARN}/*"
)
WIDE = good.WRITE | {"Resource": f"{good.BUCKET_ARN}/*"}
UNBOUND = good.WRITE | {"Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}
PUBLIC = {
    "Grants": [
        {
            "Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"},
            "Permission": "READ",
        }
    ]
}
OWNED_BY_WRITER = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}
THE_ACCOUNT_DECIDES = dict.fromkeys(("TH302", "TH305"), "the account may block what the bucket does not")
THE_ACCOUNT_DECIDES_THIS = {"TH305": THE_ACCOUNT_DECIDES["TH305"]}
POINT = AccessPoint(
    name="readers",
    account=good.ACCOUNT,
    region=good.HOME,
    bucket=good.BUCKET,
    public_access_block=ALL_BLOCKED,
)
CASES = [
    Case(
        "anybody may read",
        base(bucket=policy(good.ACL_CHECK, good.WRITE, ANYBODY, good.TLS_ONLY, good.NO_TAMPERING)),
        fails=("TH304", "TH318", "TH326"),
    ),
    Case(
        "anybody may read, and nothing blocks it",
        base(
            bucket=policy(good.ACL_CHECK, good.WRITE, ANYBODY, good.TLS_ONLY, good.NO_TAMPERING)
            | {"GetPublicAccessBlock": {"PublicAccessBlockConfiguration": OPEN}}
        ),
        fails=("TH304", "TH318", "TH326"),
        open=THE_ACCOUNT_DECIDES,
    ),
    Case(
        "anybody may read, and the account blocks nothing",
        base(
            bucket=policy(good.ACL_CHECK, good.WRITE, ANYBODY, good.TLS_ONLY, good.NO_TAMPERING)
            | {"GetPublicAccessBlock": {"PublicAccessBlockConfiguration": OPEN}},
            account={"public_access_block": OPEN},
        ),
        fails=("TH302", "TH304", "TH305", "TH318", "TH322", "TH326"),
    ),
    Case("the account blocks all", base(account={"public_access_block": ALL_BLOCKED}), passes=("TH322",)),
    Case(
        "a public ACL",
        base(bucket={"GetBucketAcl": PUBLIC, "GetBucketOwnershipControls": OWNED_BY_WRITER}),
        fails=("TH303", "TH313"),
    ),
    Case(
        "a public ACL, and nothing blocks it",
        base(
            bucket={
                "GetBucketAcl": PUBLIC,
                "GetBucketOwnershipControls": OWNED_BY_WRITER,
                "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": OPEN},
            }
        ),
        fails=("TH303", "TH313"),
        open=THE_ACCOUNT_DECIDES,
    ),
    Case("ACLs count", base(bucket={"GetBucketOwnershipControls": OWNED_BY_WRITER}), fails=("TH313",)),
    Case(
        "the account may make it public",
        base(bucket=blocked(BlockPublicPolicy=False)),
        open=THE_ACCOUNT_DECIDES_THIS,
    ),
    Case("plain HTTP", base(bucket=policy(good.ACL_CHECK, good.WRITE, good.NO_TAMPERING)), fails=("TH312",)),
    Case("tampering", base(bucket=policy(good.ACL_CHECK, good.WRITE, good.TLS_ONLY)), fails=("TH320",)),
    Case(
        "CloudTrail may not write",
        base(bucket=policy(good.ACL_CHECK, good.TLS_ONLY, good.NO_TAMPERING)),
        fails=("TH317",),
    ),
    Case(
        "any trail may write",
        base(bucket=policy(good.ACL_CHECK, UNBOUND, good.TLS_ONLY, good.NO_TAMPERING)),
        fails=("TH318",),
    ),
    Case(
        "CloudTrail may write anywhere",
        base(bucket=policy(good.ACL_CHECK, WIDE, good.TLS_ONLY, good.NO_TAMPERING)),
        fails=("TH319",),
    ),
    Case(
        "a stranger may read",
        base(bucket=policy(good.ACL_CHECK, good.WRITE, FOREIGN, good.TLS_ONLY, good.NO_TAMPERING)),
        fails=("TH326",),
    ),
    Case(
        "nobody may do anything",
        base(bucket=policy(good.ACL_CHECK, good.WRITE, LOCKED_OUT)),
        fails=("TH317", "TH328"),
    ),
    Case(
        "the account may do all",
        base(bucket=policy(good.ACL_CHECK, good.WRITE, CARELESS, good.TLS_ONLY, good.NO_TAMPERING)),
        fails=("TH327",),
    ),
    Case(
        "it is a website",
        base(bucket={"GetBucketWebsite": {"IndexDocument": {"Suffix": "index.html"}}}),
        fails=("TH329",),
    ),
    Case("a sound access point", base(access_points=(POINT,)), passes=("TH330",)),
    Case(
        "an open access point",
        base(access_points=(replace(POINT, public_access_block=OPEN),)),
        fails=("TH330",),
    ),
]
