from typing import Any

from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.evidence import Known
from checker.inventory import Inventory, Trail
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.controls.trails import (
    ALL_S3,
    DATA_ONLY,
    STOPPED,
    another,
    data,
    discovered,
    selecting,
    single_region,
)
from tests.hardened import ALL_MANAGEMENT, BUCKET, BUCKET_ARN, DENIED, HOME, LOG_BUCKET, OWNER, hardened

ONE, SENSITIVE, OWN = (CONTROLS[id] for id in ("TH212", "TH213", "TH217"))
S3 = "AWS::S3::Object"
READS = data(S3, readOnly={"equals": ("true",)})
WRITES = data(S3, readOnly={"equals": ("false",)})
NOT_OURS = data(S3, resources_ARN={"not_starts_with": (f"{BUCKET_ARN}/",)})
OURS = data(S3, resources_ARN={"starts_with": (f"{BUCKET_ARN}/",)})
LISTED = Thresholds(sensitive_buckets=("cards",))
LOGS_LISTED = Thresholds(sensitive_buckets=(BUCKET,))
NO_ACCESS_LOGS = {"access_log_bucket": Known(None)}


def cards(**conditions: Any) -> dict[str, Any]:
    return selecting(data(S3, resources_ARN={"starts_with": ("arn:aws:s3:::cards/",)}, **conditions))


def elsewhere(**changes: Any) -> Inventory:
    """The hardened account, and another one that was audited too."""
    inventory = hardened(**changes)
    other = replace(OWNER, id="444455556666")
    return replace(inventory, accounts={**inventory.accounts, other.id: other})


def watched(watcher: Trail) -> Inventory:
    """The log bucket without access logs, and a trail that delivers to a second bucket."""
    inventory = hardened(bucket=NO_ACCESS_LOGS, more_trails=(watcher,))
    second = replace(LOG_BUCKET, name="elsewhere", arn="arn:aws:s3:::elsewhere")
    return replace(inventory, buckets={**inventory.buckets, "elsewhere": second})


def watcher(**conditions: Any) -> Trail:
    """A trail that records the log bucket alone, and delivers elsewhere."""
    ours = data(S3, resources_ARN={"starts_with": (f"{BUCKET_ARN}/",)}, **conditions)
    return another("watcher", bucket_name=Known("elsewhere"), **selecting(ours))


CASES = [
    Case(ONE, hardened(), Status.FAIL, "no multi-Region trail records"),
    Case(ONE, hardened(trail={"selectors": Known(ALL_S3)}), Status.PASS, "audit (us-east-1)"),
    Case(ONE, hardened(trail={"selectors": Known(DATA_ONLY)}), Status.PASS),
    Case(ONE, hardened(trail=selecting(READS, WRITES)), Status.PASS),
    Case(ONE, hardened(trail=selecting(data(S3))), Status.PASS),
    Case(ONE, hardened(trail=selecting(READS), more_trails=(another(**selecting(WRITES)),)), Status.FAIL),
    Case(ONE, hardened(trail=selecting(NOT_OURS)), Status.FAIL),
    Case(ONE, hardened(trail={**selecting(data(S3)), "status": STOPPED}), Status.FAIL, "no multi-Region"),
    Case(ONE, hardened(trail={**selecting(data(S3)), "multi_region": Known(False)}), Status.FAIL),
    Case(ONE, hardened(trail={"selectors": DENIED}), Status.UNKNOWN),
    Case(ONE, hardened(trail={"selectors": DENIED}, more_trails=(another(**selecting(data(S3))),)),
         Status.PASS, "second"),

    Case(SENSITIVE, hardened(), None, "lists no bucket"),
    Case(SENSITIVE, hardened(), Status.FAIL, "read and write events of cards", LISTED),
    Case(SENSITIVE, hardened(trail={"selectors": Known(ALL_S3)}), Status.PASS, "cards", LISTED),
    Case(SENSITIVE, hardened(trail=cards()), Status.PASS, "", LISTED),
    Case(SENSITIVE, hardened(trail=cards(readOnly={"equals": ("false",)})), Status.FAIL,
         "read events of cards", LISTED),
    Case(SENSITIVE, hardened(trail=cards(eventName={"equals": ("PutObject",)})), Status.FAIL, "eventName",
         LISTED),
    Case(SENSITIVE, hardened(trail=selecting(
        data(S3, resources_ARN={"starts_with": ("arn:aws:s3:::cards-copy/",)}))), Status.FAIL, "", LISTED),
    Case(SENSITIVE, hardened(trail=selecting(
        data(S3, resources_ARN={"starts_with": ("arn:aws:s3:::cards/in/",)}))), Status.FAIL, "", LISTED),
    Case(SENSITIVE, hardened(trail=selecting(
        data(S3, resources_ARN={"starts_with": ("arn:aws:s3:::car",)}))), Status.PASS, "", LISTED),
    Case(SENSITIVE, hardened(trail={"selectors": DENIED}), Status.UNKNOWN, "", LISTED),
    Case(SENSITIVE, hardened(trail={"selectors": DENIED}, more_trails=(another(**cards()),)),
         Status.PASS, "", LISTED),
    Case(SENSITIVE, hardened(more_trails=(single_region(region="eu-west-1", **cards()),)),
         Status.UNKNOWN, "in which Region", LISTED),
    Case(SENSITIVE, hardened(more_trails=(single_region(region=HOME, **selecting(OURS)),)),
         Status.PASS, "", LOGS_LISTED),
    Case(SENSITIVE, hardened(more_trails=(single_region(region="eu-west-1", **selecting(OURS)),)),
         Status.FAIL, "", LOGS_LISTED),
    Case(SENSITIVE, elsewhere(), Status.UNKNOWN, "in which Region of which account", LISTED),
    Case(SENSITIVE, hardened(bucket={"account": Known("444455556666")}), None, "other accounts", LOGS_LISTED),

    Case(OWN, hardened(), Status.PASS, "server access logs"),
    Case(OWN, hardened(bucket=NO_ACCESS_LOGS), Status.FAIL, "neither"),
    Case(OWN, watched(watcher()), Status.PASS, "data events"),
    Case(OWN, watched(replace(watcher(), status=STOPPED)), Status.FAIL),
    Case(OWN, watched(watcher(eventName={"equals": ("GetObject", "DeleteObject")})), Status.PASS),
    Case(OWN, watched(watcher(eventName={"equals": ("GetObject",)})), Status.FAIL),
    Case(OWN, watched(watcher(readOnly={"equals": ("true",)})), Status.FAIL),
    Case(OWN, hardened(trail=selecting(ALL_MANAGEMENT, data(S3))), Status.FAIL, "again and again"),
    Case(OWN, hardened(trail={"selectors": Known(ALL_S3)}), Status.FAIL, "again and again"),
    Case(OWN, hardened(trail=selecting(ALL_MANAGEMENT, NOT_OURS)), Status.PASS),
    Case(OWN, hardened(trail=selecting(READS)), Status.PASS),
    Case(OWN, hardened(trail=selecting(data(S3, userIdentity_arn={"starts_with": ("arn:aws:sts:",)}))),
         Status.PASS),
    Case(OWN, hardened(trail=selecting(data(S3, userIdentity_arn={"not_equals": ("arn:aws:iam::1:user",)}))),
         Status.FAIL, "again and again"),
    Case(OWN, hardened(trail=selecting(data(S3, sessionCredentialFromConsole={"equals": ("true",)}))),
         Status.PASS),
    Case(OWN, hardened(trail=selecting(data(S3, sessionCredentialFromConsole={"not_equals": ("true",)}))),
         Status.FAIL, "again and again"),
    Case(OWN, hardened(trail=selecting(data(S3, vpcEndpointId={"equals": ("vpce-1",)}))), Status.PASS),
    Case(OWN, hardened(trail=selecting(data(S3, resources_ARN={"starts_with": (f"{BUCKET_ARN}/reports/",)}))),
         Status.PASS),
    Case(OWN, hardened(trail={**selecting(data(S3)), "recursive_logging": Known(False)},
                       bucket=NO_ACCESS_LOGS), Status.PASS, "data events"),
    Case(OWN, hardened(trail={**selecting(data(S3)), "recursive_logging": Known(True)}), Status.FAIL),
    Case(OWN, hardened(trail={**selecting(data(S3)), "recursive_logging": DENIED}), Status.UNKNOWN),
    Case(OWN, hardened(trail={"selectors": DENIED}), Status.UNKNOWN),
    Case(OWN, hardened(trail={"selectors": DENIED}, bucket=NO_ACCESS_LOGS, account=discovered()),
         Status.UNKNOWN),
    Case(OWN, hardened(bucket={"access_log_bucket": DENIED}), Status.UNKNOWN),
    Case(OWN, hardened(bucket={**NO_ACCESS_LOGS, "account": Known("444455556666")}), Status.UNKNOWN,
         "444455556666"),
    Case(OWN, hardened(bucket={"exists": Known(False)}), None),
    Case(OWN, hardened(trail={"key_prefix": Known("org"), **selecting(
        data(S3, resources_ARN={"starts_with": (f"{BUCKET_ARN}/org/",)}))}), Status.FAIL, "again"),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)
