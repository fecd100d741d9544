"""Settings: what the trail records."""

import re
from typing import Literal

from msgspec import Struct

from cdk_app.formats import check

Insight = Literal["ApiCallRateInsight", "ApiErrorRateInsight"]


class DataEvents(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Data events of one resource type, which are billed one by one."""

    type: str
    """As CloudTrail calls it, such as ``AWS::S3::Object`` or ``AWS::Lambda::Function``."""
    arn_prefixes: tuple[str, ...] = ()
    """Record only resources whose ARN begins so; without any, all of the type."""
    exclude_arn_prefixes: tuple[str, ...] = ()
    record: Literal["all", "read", "write"] = "all"

    def __post_init__(self) -> None:
        check(
            bool(re.fullmatch(r"AWS::\w+::\w+", self.type)),
            f"type: {self.type!r} is not a resource type such as AWS::S3::Object",
        )
        given = {"arn-prefixes": self.arn_prefixes, "exclude-arn-prefixes": self.exclude_arn_prefixes}
        for what, prefixes in given.items():
            for arn in prefixes:
                check(arn.startswith("arn:"), f"{what}: {arn!r} is not the beginning of an ARN")


class NetworkActivity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Calls through VPC endpoints to one service, which are billed one by one."""

    source: str
    """The service, such as ``s3.amazonaws.com``."""
    denied_only: bool = True
    """Record only what the endpoint's policy denied."""

    def __post_init__(self) -> None:
        check(
            bool(re.fullmatch(r"[a-z0-9-]+\.amazonaws\.com(\.cn)?", self.source)),
            f"source: {self.source!r} is not an event source such as s3.amazonaws.com",
        )


class Recording(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The trail: management events always, everything that costs extra by explicit list."""

    name: str = "organization-trail"
    data_events: tuple[DataEvents, ...] = ()
    network_activity: tuple[NetworkActivity, ...] = ()
    insights: tuple[Insight, ...] = ("ApiCallRateInsight", "ApiErrorRateInsight")
    insights_on_data_events: bool = False
    allow_second_organization_trail: bool = False
    """Beside the one of Control Tower; every further copy of management events is billed."""
    allow_opt_in_home_region: bool = False

    def __post_init__(self) -> None:
        check(
            bool(re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9]|[._-](?![._-])){1,126}[A-Za-z0-9]", self.name)),
            f"name: {self.name!r} is not a trail name (3 to 128 letters, digits, and single . _ - inside)",
        )
        check(
            not self.name.startswith("aws-controltower-"),
            f"name: {self.name} belongs to Control Tower: set organization.control-tower to adopt its trail",
        )
        check(
            not self.insights_on_data_events or bool(self.data_events and self.insights),
            "insights-on-data-events needs data-events and insights",
        )
