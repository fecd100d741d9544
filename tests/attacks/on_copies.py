"""Attacks on what stands beside the log bucket: its copy elsewhere, and the bucket of its access logs."""

from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.on_buckets import BUCKET, UNBLOCKED, s3
from tests.attacks.on_objects import COPY_RULE, replication
from tests.attacks.world import COPY, ELSEWHERE, THEIRS
from tests.simulator.worlds import LOG_ARCHIVE, MEMBER

TARGET = {"Bucket": good.ACCESS_LOGS}


def access_logs(name: str, **params: Any) -> Step:
    return call(f"s3.{name}", by=LOG_ARCHIVE, **TARGET, **params)


def logging(target: str, prefix: str) -> tuple[Step, ...]:
    enabled = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": prefix}}
    return (s3("put_bucket_logging", BucketLoggingStatus=enabled),)


OPEN = good.document(
    good.statement(Principal="*", Action="s3:GetObject", Resource=f"arn:aws:s3:::{good.ACCESS_LOGS}/*")
)
ATTACKS = (
    Attack(
        "copy: in the same account and Region",
        good.ACCESS_LOGS,
        replication(
            Destination={
                **COPY_RULE["Destination"],
                "Bucket": f"arn:aws:s3:::{good.ACCESS_LOGS}",
                "Account": LOG_ARCHIVE,
            }
        ),
        fails="TH325 TH336",
    ),
    Attack(
        "copy: owned from here",
        COPY,
        replication(Destination={"Bucket": f"arn:aws:s3:::{COPY}"}),
        fails="TH336",
    ),
    Attack(
        "copy: delete",
        COPY,
        (call("s3.delete_bucket", by=MEMBER, at=ELSEWHERE, Bucket=COPY),),
        fails="TH325",
        moot="TH336",
    ),
    Attack(
        "copy: of what has a tag",
        BUCKET,
        replication(Filter={"Tag": {"Key": "keep", "Value": "yes"}}),
        fails="TH325",
        moot="TH336",
    ),
    Attack(
        "access logs: delete their bucket", good.ACCESS_LOGS, (access_logs("delete_bucket"),), fails="TH335"
    ),
    Attack("access logs: refused", good.ACCESS_LOGS, (access_logs("delete_bucket_policy"),), fails="TH335"),
    Attack(
        "access logs: everybody reads",
        good.ACCESS_LOGS,
        (
            *UNBLOCKED[1:],
            access_logs("delete_public_access_block"),
            access_logs("put_bucket_policy", Policy=OPEN),
        ),
        fails="TH322 TH335",
    ),
    Attack("access logs: to a stranger", THEIRS, logging(THEIRS, "s3/"), fails="TH335"),
    Attack(
        "access logs: below another prefix",
        good.ACCESS_LOGS,
        logging(good.ACCESS_LOGS, "nowhere/"),
        fails="TH335",
    ),
)
