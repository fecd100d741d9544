"""Worlds that differ in the trail: what it records, and where it sends that."""

from typing import Any

from checker.model import CLOUDFORMATION, LIVE, Thresholds
from tests import hardened as good
from tests.simulator import Organization
from tests.simulator.worlds import ORGANIZATION_BUCKET_POLICY
from tests.sources.four_ways.case import EVERY_ALARM, Case
from tests.sources.four_ways.worlds import base, settings_of


def without(*names: str) -> dict[str, Any]:
    """Return the trail's settings without some of them."""
    return {name: value for name, value in settings_of(base()).items() if name not in names}


def with_(**settings: Any) -> dict[str, Any]:
    return {"settings": {**settings_of(base()), **settings}}


def basic(**selector: Any) -> dict[str, Any]:
    return {"advanced_selectors": (), "selectors": (selector,)}


def advanced(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"advanced_selectors": ({"Name": "some", "FieldSelectors": list(fields)},)}


MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}
EVERY_OBJECT = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]
OPT_IN = "af-south-1"
ORGANIZATION = (Organization(management=good.ACCOUNT),)
CASES = [
    Case("single-Region", base(trail={"multi_region": False}), fails=("TH104", *EVERY_ALARM)),
    Case("logging is off", base(trail={"status": {"IsLogging": False}}), fails=("TH106",)),
    Case("no global events", base(trail=with_(IncludeGlobalServiceEvents=False)), fails=("TH107",)),
    Case("no validation", base(trail=with_(LogFileValidationEnabled=False)), fails=("TH110",)),
    Case("no key", base(trail={"settings": without("KmsKeyId")}), fails=("TH111",)),
    Case(
        "no log group",
        base(trail={"settings": without("CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn")}),
        fails=("TH112", *EVERY_ALARM),
    ),
    Case("no topic", base(trail={"settings": without("SnsTopicARN", "SnsTopicName")}), fails=("TH114",)),
    Case("no tags", base(trail={"tags": {}}), fails=("TH116",)),
    Case("no Insights", base(trail={"insights": ()}), fails=("TH204", "TH211")),
    Case("one kind of Insights", base(trail={"insights": ("ApiCallRateInsight",)}), fails=("TH211",)),
    Case(
        "writes alone, no management events",
        base(trail=basic(ReadWriteType="WriteOnly", IncludeManagementEvents=False)),
        fails=("TH202", "TH211"),
    ),
    Case(
        "KMS is left out",
        base(trail=basic(IncludeManagementEvents=True, ExcludeManagementEventSources=["kms.amazonaws.com"])),
        fails=("TH203", "TH601", "TH603", "TH607", "TH621"),
    ),
    Case(
        "data events of every bucket",
        base(trail=basic(IncludeManagementEvents=True, DataResources=EVERY_OBJECT)),
        fails=("TH217",),
        passes=("TH207",),
    ),
    Case(
        "one service alone",
        base(trail=advanced(MANAGEMENT, {"Field": "eventSource", "Equals": ["s3.amazonaws.com"]})),
        fails=("TH203", "TH209"),
    ),
    Case(
        "too many selectors",
        base(trail={"advanced_selectors": (), "selectors": ({"ReadWriteType": "All"},) * 6}),
        fails=("TH219",),
    ),
    Case(
        "summaries without the events",
        base(
            trail={
                "aggregations": ({"EventCategory": "Data", "Templates": ["API_ACTIVITY"]},),
            }
        ),
        ways=(LIVE, CLOUDFORMATION),
        fails=("TH218",),
    ),
    Case(
        "a key that is not expected",
        base(),
        thresholds=Thresholds(allowed_kms_keys=("arn:aws:kms:*:999999999999:key/*",)),
        fails=("TH122",),
    ),
    Case(
        "a key that is expected",
        base(),
        thresholds=Thresholds(allowed_kms_keys=(f"arn:aws:kms:*:{good.ACCOUNT}:key/*",)),
        passes=("TH122",),
    ),
    Case(
        "another bucket is designated",
        base(),
        thresholds=Thresholds(designated_buckets=("other",)),
        fails=("TH123",),
    ),
    Case(
        "the bucket is designated",
        base(),
        thresholds=Thresholds(designated_buckets=(good.BUCKET,)),
        passes=("TH123",),
    ),
    Case(
        "an organization trail",
        base(
            trail={"organization": True},
            bucket={"GetBucketPolicy": {"Policy": ORGANIZATION_BUCKET_POLICY}},
            organizations=ORGANIZATION,
        ),
        passes=("TH006", "TH705"),
    ),
    Case(
        "an organization trail that may not deliver",
        base(trail={"organization": True}, organizations=ORGANIZATION),
        fails=("TH006",),
        passes=("TH705",),
    ),
    Case(
        "an organization trail at home in a Region to opt in to",
        base(
            trail={"organization": True, "home": OPT_IN},
            account={"chosen": (OPT_IN,), "disabled": ()},
            organizations=ORGANIZATION,
        ),
        fails=("TH006", "TH317", "TH517", "TH518", "TH705"),
    ),
]
