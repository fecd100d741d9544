"""Undoes what silences a trail: stopped logging, and selectors that are not the declared ones.

It compares the trail with what was declared, whatever woke it up. So it may run at any time and any number of
times, a change that was undone already needs nothing, and its own calls never wake it up to more.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

Selectors = Sequence[Mapping[str, Any]]


def handler(event: Mapping[str, Any], _context: object) -> dict[str, list[str]]:
    """Restore the trail and report what had to be restored; raises when something could not be.

    ``event`` is a CloudTrail call as EventBridge reports it, or a scheduled event without one.
    """
    detail = event.get("detail") or {}
    if _caller_role(detail) == os.environ["ROLE_ARN"]:
        return {"restored": [], "failed": []}
    trail = os.environ["TRAIL_ARN"]
    cloudtrail = boto3.client("cloudtrail")
    try:
        restored, failed = _restore(cloudtrail, trail)
    except cloudtrail.exceptions.TrailNotFoundException:
        # Before the first deployment is complete there is none either: only the event says it was deleted.
        if detail.get("eventName") == "DeleteTrail":
            _report(trail, detail, [], ["the trail was deleted: deploy it again"])
        return {"restored": [], "failed": []}
    print(
        json.dumps({"trail": trail, "event": detail.get("eventID"), "restored": restored, "failed": failed})
    )
    if restored or failed:
        _report(trail, detail, restored, failed)
    if failed:
        raise RuntimeError(f"{trail}: {'; '.join(failed)}")
    return {"restored": restored, "failed": failed}


def _caller_role(detail: Mapping[str, Any]) -> str | None:
    session = (detail.get("userIdentity") or {}).get("sessionContext") or {}
    role: str | None = (session.get("sessionIssuer") or {}).get("arn")
    return role


def _restore(cloudtrail: Any, trail: str) -> tuple[list[str], list[str]]:
    """Return what was restored and what could not be; logging first, because every second of it counts."""
    restored: list[str] = []
    failed: list[str] = []
    for what, step in (("logging", _logging), ("selectors", _selectors), ("Insights", _insights)):
        try:
            restored += step(cloudtrail, trail)
        except cloudtrail.exceptions.TrailNotFoundException:
            raise
        except (ClientError, BotoCoreError) as error:
            # The latter too: a timeout, or an older SDK in the runtime that does not know a parameter.
            failed.append(f"{what} could not be restored: {error}")
    return restored, failed


def _logging(cloudtrail: Any, trail: str) -> list[str]:
    if cloudtrail.get_trail_status(Name=trail)["IsLogging"]:
        return []
    cloudtrail.start_logging(Name=trail)
    return ["logging was stopped, and runs again"]


def _selectors(cloudtrail: Any, trail: str) -> list[str]:
    declared = _declared("SELECTORS")
    if declared is None:
        return []
    found = cloudtrail.get_event_selectors(TrailName=trail)
    basic, advanced = found.get("EventSelectors") or [], found.get("AdvancedEventSelectors") or []
    if _canonical(declared) == (_canonical_basic(basic) if basic else _canonical(advanced)):
        return []
    cloudtrail.put_event_selectors(TrailName=trail, AdvancedEventSelectors=declared)
    return [f"event selectors were replaced, and are the declared ones again; they were {basic or advanced}"]


def _insights(cloudtrail: Any, trail: str) -> list[str]:
    declared = _declared("INSIGHTS")
    if declared is None:
        return []
    try:
        found = cloudtrail.get_insight_selectors(TrailName=trail).get("InsightSelectors") or []
    except cloudtrail.exceptions.InsightNotEnabledException:
        found = []
    if _canonical_insights(declared) == _canonical_insights(found):
        return []
    cloudtrail.put_insight_selectors(TrailName=trail, InsightSelectors=declared)
    return [f"Insights were replaced, and are the declared ones again; they were {found}"]


def _declared(name: str) -> list[dict[str, Any]] | None:
    value = os.environ.get(name)
    return None if value is None else json.loads(value)


def _canonical(selectors: Selectors) -> object:
    """Return what the selectors record, without names and order, which change nothing."""
    return frozenset(
        frozenset(
            (field["Field"], operator, frozenset(values))
            for field in selector["FieldSelectors"]
            for operator, values in field.items()
            if operator != "Field" and values
        )
        for selector in selectors
    )


def _canonical_basic(selectors: Selectors) -> object:
    """Return the same for basic selectors; only AWS's default one has an advanced equal here."""
    for selector in selectors:
        narrow = selector.get("DataResources") or selector.get("ExcludeManagementEventSources")
        if narrow or selector.get("ReadWriteType", "All") != "All" or not selector["IncludeManagementEvents"]:
            return None
    return _canonical([{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}])


def _canonical_insights(selectors: Selectors) -> object:
    return frozenset(
        (selector["InsightType"], frozenset(selector.get("EventCategories") or ["Management"]))
        for selector in selectors
    )


def _report(trail: str, detail: Mapping[str, Any], restored: Sequence[str], failed: Sequence[str]) -> None:
    text: Callable[[str], str] = lambda name: str(detail.get(name, "unknown"))  # noqa: E731
    lines = [
        f"Trail {trail}:",
        *(f"- {sentence}" for sentence in (*restored, *failed)),
        "",
        f"Call:   {text('eventName')}",
        f"Caller: {(detail.get('userIdentity') or {}).get('arn', 'unknown')}",
        f"From:   {text('sourceIPAddress')}",
        f"Time:   {text('eventTime')}",
        f"Event:  {text('eventID')}",
    ]
    boto3.client("sns").publish(
        TopicArn=os.environ["TOPIC_ARN"],
        Subject="Audit trail could not be restored" if failed else "Audit trail restored",
        Message="\n".join(lines),
    )
