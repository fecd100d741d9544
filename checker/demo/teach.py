"""What moto does not do as CloudTrail does, where an audit would come to another verdict because of it."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from moto.account import urls
from moto.account.responses import AccountResponse
from moto.cloudtrail.models import CloudTrailBackend, Trail, cloudtrail_backends
from moto.cloudtrail.responses import CloudTrailResponse
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.iam import models as iam_models
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.logs.responses import LogsResponse
from moto.organizations.models import organizations_backends
from moto.s3.models import S3Backend, s3_backends
from moto.s3.responses import S3Response
from moto.sns.models import Topic

from checker.demo.deliveries import list_objects_v2

JUST_NOW = timedelta(minutes=6)
"""Log files come about every five minutes."""
LAST_DIGEST = timedelta(minutes=35)
"""Digests come hourly."""
ALREADY = timedelta(days=200)
"""How long the trails have been logging when the demo begins: a new trail has no past to look at."""
ENABLED_REGIONS = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)
"""The Regions that are enabled in every account (Account Management Reference, enabled by default)."""
ALL_MANAGEMENT_EVENTS: dict[str, Any] = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}


class Lesson(NamedTuple):
    """One name of moto's, in a class or a module, and what takes its place."""

    owner: Any
    name: str
    answer: Any


class Delivery(NamedTuple):
    """A trail as GetTrailStatus sees it."""

    trail: Trail

    def description(self) -> dict[str, Any]:
        """Add what moto leaves out: deliveries, their errors, and digests.

        A trail that never started has no times at all, one that was stopped keeps those of its last hour.
        """
        status = self.trail.status
        answer: dict[str, Any] = {"IsLogging": status.is_logging}
        if status.started is None:
            return answer
        answer["StartLoggingTime"] = _seconds(status.started - ALREADY)
        if status.stopped:
            answer["StopLoggingTime"] = _seconds(status.stopped)
        end = datetime.now(UTC).replace(tzinfo=None) if status.is_logging else status.stopped
        assert end is not None
        broken = _delivery_error(self.trail)
        if broken:
            answer["LatestDeliveryError"] = broken
        answer["LatestDeliveryTime"] = _seconds(end - JUST_NOW)
        if self.trail.log_validation:
            answer["LatestDigestDeliveryTime"] = _seconds(end - LAST_DIGEST)
        if self.trail.cw_log_group_arn:
            answer |= _log_group_delivery(self.trail, end)
        return answer


def _seconds(moment: datetime) -> int:
    """Convert moto's naive UTC to the seconds of the wire."""
    return int(moment.replace(tzinfo=UTC).timestamp())


def _delivery_error(trail: Trail) -> str | None:
    """Return the S3 error that a delivery would meet: its bucket or its key is gone."""
    if trail.bucket_name not in s3_backends.bucket_accounts:
        return "NoSuchBucket"
    if not trail.kms_key_id:
        return None
    _, _, _, region, account, key = trail.kms_key_id.split(":", 5)
    found = kms_backends[account][region].keys.get(key.removeprefix("key/"))
    if found is None:
        return "KMS.NotFoundException"
    return None if found.key_state == "Enabled" else f"KMS.{found.key_state}Exception"


def _log_group_delivery(trail: Trail, end: datetime) -> dict[str, Any]:
    _, _, _, region, account, _, group = trail.cw_log_group_arn.removesuffix(":*").split(":", 6)
    if group not in logs_backends[account][region].groups:
        return {"LatestCloudWatchLogsDeliveryError": "ResourceNotFoundException"}
    return {"LatestCloudWatchLogsDeliveryTime": _seconds(end - JUST_NOW)}


def get_trail_status(self: CloudTrailBackend, name: str) -> Delivery:
    """Speak of deliveries too, and of organization trails in member accounts."""
    return Delivery(_visible(self, name))


def _visible(backend: CloudTrailBackend, name: str) -> Trail:
    for trail in backend.describe_trails(include_shadow_trails=True):
        if name in (trail.trail_name, trail.arn):
            return trail
    return backend.get_trail(name)


def describe_trails(self: CloudTrailBackend, include_shadow_trails: bool) -> list[Trail]:
    """Show a member account the organization's trails: moto keeps them to the management account."""
    found = list(_describe_trails(self, include_shadow_trails))
    management, _ = organizations_backends.master_accounts.get(self.account_id, (None, None))
    if management is None or not include_shadow_trails:
        return found
    owner = cloudtrail_backends[management][self.region_name]
    return found + [trail for trail in _describe_trails(owner, True) if trail.is_org_trail]


def description(self: Trail, include_region: bool = False) -> dict[str, Any]:
    """Say truly whether the trail has selectors of its own: moto says no, always."""
    return _description(self, include_region) | {
        "HasCustomEventSelectors": bool(self.event_selectors or self.advanced_event_selectors),
        "HasInsightSelectors": bool(self.insight_selectors),
    }


def get_event_selectors(self: Trail) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Answer with the default selector where none was set: moto answers with none, CloudTrail never does."""
    basic, advanced = self.event_selectors, self.advanced_event_selectors
    return (basic, advanced) if basic or advanced else ([ALL_MANAGEMENT_EVENTS], [])


def get_insight_selectors(self: Trail) -> list[dict[str, str]]:
    """Raise what CloudTrail raises while Insights is off: moto answers with an empty list."""
    if self.insight_selectors:
        return self.insight_selectors
    raise JsonRESTError("InsightNotEnabledException", f"Insights is not enabled on {self.trail_name}")


def get_bucket_encryption(self: S3Backend, bucket_name: str) -> dict[str, Any]:
    """Encrypt every bucket with SSE-S3 unless told otherwise, as S3 does since January 2023."""
    default = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}}
    return _get_bucket_encryption(self, bucket_name) or default


def get_bucket_versioning(self: S3Response) -> Any:
    """Name the document as S3 names it: the auditor takes no other document for S3's answer."""
    status, headers, body = _get_bucket_versioning(self)
    assert isinstance(body, str)
    return status, headers, re.sub("GetBucketVersioning(Response|Output)", "VersioningConfiguration", body)


def get_bucket_notification(self: S3Response) -> Any:
    """Name the document as S3 names it, as above."""
    status, headers, body = _get_bucket_notification(self)
    assert isinstance(body, str)
    document = "NotificationConfiguration"
    return status, headers, re.sub("GetBucketNotification(Response|Output)", document, body)


def list_regions(self: AccountResponse) -> ActionResult:
    """Answer account:ListRegions, which moto does not know."""
    status = "ENABLED_BY_DEFAULT"
    return ActionResult(
        {"Regions": [{"RegionName": name, "RegionOptStatus": status} for name in ENABLED_REGIONS]}
    )


def nothing_in(field: str) -> Callable[[CloudTrailResponse], ActionResult]:
    """Answer that an account has nothing of CloudTrail Lake, of which moto knows nothing."""
    return lambda _: ActionResult({field: []})


def get_event_configuration(self: CloudTrailResponse) -> ActionResult:
    """Answer that nothing of a trail's events is aggregated: moto does not know the operation."""
    return ActionResult({"TrailARN": self._get_param("TrailName"), "AggregationConfigurations": []})


def list_alarm_mute_rules(self: CloudWatchResponse) -> ActionResult:
    """Answer that no rule mutes alarms: moto knows of none."""
    return ActionResult({"AlarmMuteRuleSummaries": []})


def describe_account_policies(self: LogsResponse) -> str:
    """Answer that no policy holds for all log groups: moto does not know the operation."""
    return '{"accountPolicies": []}'


def subscriptions(self: Topic) -> int:
    """Count who listens to a topic: moto says nobody, always; all it knows are confirmed."""
    return sum(one.topic is self for one in self.sns_backend.subscriptions.values())


_describe_trails = CloudTrailBackend.describe_trails
_description = Trail.description
_get_bucket_encryption = S3Backend.get_bucket_encryption
_get_bucket_notification = S3Response.get_bucket_notification
_get_bucket_versioning = S3Response.get_bucket_versioning

LINKED_ROLES = {**iam_models.SERVICE_NAME_CONVERSION, "cloudtrail": "CloudTrail"}
"""How names of service-linked roles are spelled: moto would leave this one in lower case."""

LESSONS = (
    Lesson(CloudTrailBackend, "get_trail_status", get_trail_status),
    Lesson(CloudTrailBackend, "describe_trails", describe_trails),
    Lesson(Trail, "description", description),
    Lesson(Trail, "get_event_selectors", get_event_selectors),
    Lesson(Trail, "get_insight_selectors", get_insight_selectors),
    Lesson(S3Backend, "get_bucket_encryption", get_bucket_encryption),
    Lesson(S3Backend, "list_objects_v2", list_objects_v2),
    Lesson(S3Response, "get_bucket_notification", get_bucket_notification),
    Lesson(S3Response, "get_bucket_versioning", get_bucket_versioning),
    Lesson(CloudTrailResponse, "list_event_data_stores", nothing_in("EventDataStores")),
    Lesson(CloudTrailResponse, "list_channels", nothing_in("Channels")),
    Lesson(CloudTrailResponse, "list_dashboards", nothing_in("Dashboards")),
    Lesson(CloudTrailResponse, "get_event_configuration", get_event_configuration),
    Lesson(CloudWatchResponse, "list_alarm_mute_rules", list_alarm_mute_rules),
    Lesson(LogsResponse, "describe_account_policies", describe_account_policies),
    Lesson(Topic, "subscriptions_confimed", property(subscriptions, lambda _topic, _count: None)),
    Lesson(iam_models, "SERVICE_NAME_CONVERSION", LINKED_ROLES),
    Lesson(AccountResponse, "list_regions", list_regions),
    Lesson(urls, "url_paths", urls.url_paths | {"{0}/listRegions$": AccountResponse.dispatch}),
)


@contextmanager
def replaced(owner: Any, name: str, answer: Any) -> Iterator[None]:
    """Put another answer in the place of moto's, which may be none, inside the block."""
    original = getattr(owner, name, None)
    setattr(owner, name, answer)
    try:
        yield
    finally:
        if original is None:
            delattr(owner, name)
        else:
            setattr(owner, name, original)


@contextmanager
def taught() -> Iterator[None]:
    """Let moto answer so inside the block, and as before afterwards."""
    with ExitStack() as stack:
        for lesson in LESSONS:
            stack.enter_context(replaced(*lesson))
        yield
