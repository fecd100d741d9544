"""What a plan brings about that it does not show, or that another provider sets in its own words."""

import re
from collections.abc import Iterator
from typing import Any

from checker.sources.terraform.document import Shown

_ELSEWHERE = re.compile(
    r"aws_cloudformation_stack(_set(_instance)?)?|aws_servicecatalog_provisioned_product"
    r"|awscc_(cloudformation_stack\w*|cloudtrail_\w+|s3_bucket\w*|kms_key|logs_log_group|sns_topic\w*)"
)
"""Types that deploy a template, and resources of the Cloud Control provider."""


def beyond(shown: Shown) -> Iterator[str]:
    """Name each resource of which nothing is judged, with its place."""
    changes = shown.content.get("resource_changes")
    for one in changes if isinstance(changes, list) else ():
        if isinstance(one, dict) and _ELSEWHERE.fullmatch(str(one.get("type"))) and _stays(one):
            address = str(one.get("address"))
            place = ":".join(map(str, (shown.path, *shown.place(address))))
            yield f"{place} {address} ({one['type']})"


def _stays(change: dict[str, Any]) -> bool:
    told = change.get("change")
    kept = not isinstance(told, dict) or told.get("actions") != ["delete"]
    return kept and change.get("mode") != "data"
