"""Worlds and parameters that the simulator's own tests share."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests import hardened as good
from tests.simulator import (
    Account,
    Alarm,
    Key,
    Role,
    World,
    hardened_world,
)
from tests.simulator.worlds import ALL_BLOCKED, MEMBER

Calls = Callable[..., Any]
BUCKET = {"Bucket": good.BUCKET}
TRAIL = {"TrailName": good.TRAIL_ARN}
TAGGED = {"ResourceIdList": [good.TRAIL_ARN]}
KEY = {"KeyId": good.KEY_ARN}
ROLE = {"RoleName": "audit-to-logs"}
DEFAULT_SELECTORS = hardened_world(trail={"advanced_selectors": (), "insights": ()})


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


ALARM = Alarm(
    name="tamper", account=good.ACCOUNT, region=good.HOME, settings={"MetricName": "Tamper", "Threshold": 1.0}
)
FILTER = {"filterName": "tamper", "filterPattern": '{ $.eventName = "StopLogging" }'}
MANAGED = "arn:aws:iam::aws:policy/ReadOnlyAccess"
RICH = replace(
    hardened_world(
        account={"public_access_block": ALL_BLOCKED},
        log_group={"metric_filters": (FILTER,)},
        bucket={
            "GetBucketAcl": {
                "Grants": [
                    {
                        "Grantee": {
                            "Type": "Group",
                            "URI": "http://acs.amazonaws.com/groups/global/AllUsers",
                        },
                        "Permission": "READ",
                    }
                ]
            },
            "GetBucketLifecycleConfiguration": {
                "Rules": [
                    {"ID": "one", "Status": "Enabled", "Filter": {"Prefix": "a"}, "Expiration": {"Days": 1}},
                    {"ID": "two", "Status": "Disabled", "Filter": {"And": {"Prefix": "b", "Tags": []}}},
                ]
            },
            "GetBucketReplication": {
                "ReplicationConfiguration": {
                    "Role": good.ROLE_ARN,
                    "Rules": [{"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::copy"}}],
                }
            },
        },
    ),
    alarms=(ALARM,),
    roles=(Role(arn=good.ROLE_ARN, trust=good.document(), managed={MANAGED: good.document()}),),
)


MISSING = World(accounts=(Account(id=good.ACCOUNT, regions=good.REGIONS),))
BARE = replace(
    DEFAULT_SELECTORS,
    buckets=(replace(DEFAULT_SELECTORS.buckets[0], answers={}),),
    roles=(Role(arn=good.ROLE_ARN, trust="{}"),),
)
FOREIGN = replace(
    MISSING,
    accounts=(*MISSING.accounts, Account(id=MEMBER)),
    keys=(Key(arn=good.KEY_ARN.replace(good.ACCOUNT, MEMBER), policy="{}"),),
    buckets=(replace(BARE.buckets[0], account=MEMBER),),
)
