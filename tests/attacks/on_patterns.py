"""Attacks on filters and rules: they are all there, and let through what matters."""

import json
from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.on_alerts import ACCOUNT_ARN, FED, FILTER, GROUP, RULE

TRAIL = good.TRAIL_ARN
PATTERN = FILTER.pattern
INSIDE = PATTERN.strip("{} ")
EVENTS: dict[str, Any] = json.loads(good.RULE.pattern)


def metric_filter(
    pattern: str = PATTERN, value: str = "1", metric: dict[str, Any] | None = None, **settings: Any
) -> tuple[Step, ...]:
    """Put a filter in the place of the one on narrowed trails, with other settings."""
    fed = {"metricName": FED.name, "metricNamespace": FED.namespace, "metricValue": value, **(metric or {})}
    return (
        call(
            "logs.put_metric_filter",
            logGroupName="audit",
            filterName=FILTER.name,
            filterPattern=pattern,
            metricTransformations=[fed],
            **settings,
        ),
    )


def drowning() -> Step:
    """Let every event take more from the metric than a narrowed trail adds."""
    fed = {"metricName": FED.name, "metricNamespace": FED.namespace, "metricValue": "-100"}
    return call(
        "logs.put_metric_filter",
        logGroupName="audit",
        filterName="usage",
        filterPattern="",
        metricTransformations=[fed],
    )


def misspelt(right: str, wrong: str) -> tuple[Step, ...]:
    assert right in PATTERN
    return metric_filter(PATTERN.replace(right, wrong))


def rule(**changes: Any) -> tuple[Step, ...]:
    """Change fields of the rule's pattern."""
    return (call("events.put_rule", **RULE, EventPattern=json.dumps({**EVENTS, **changes})),)


def detail(**changes: Any) -> tuple[Step, ...]:
    """Change fields of the record in the rule's pattern."""
    return rule(detail={**EVENTS["detail"], **changes})


TEXTS = {
    "a letter less": misspelt("PutEventSelectors", "PutEventSelector"),
    "a small letter": misspelt("PutEventSelectors", "putEventSelectors"),
    "another service": misspelt("cloudtrail.amazonaws.com", "cloudtrail.amazonaws.con"),
    "another field": misspelt("$.eventSource", "$.eventsource"),
    "and for or": misspelt("||", "&&"),
    "a word": metric_filter("PutEventSelectors"),
    "and never": metric_filter(f'{{ ({INSIDE}) && $.eventName = "nothing" }}'),
    "and only refused calls": metric_filter(f"{{ ({INSIDE}) && $.errorCode EXISTS }}"),
    "and only accepted calls": metric_filter(f"{{ ({INSIDE}) && $.errorCode NOT EXISTS }}"),
    "and only one Region": metric_filter(f'{{ ({INSIDE}) && $.awsRegion = "us-east-1" }}'),
}
RULES = {
    "one name": detail(eventName=["StopLogging"]),
    "names by their start": detail(eventName=[{"prefix": "Stop"}]),
    "all names but some": detail(eventName=[{"anything-but": ["StopLogging"]}]),
    "all but the attacker": detail(userIdentity={"arn": [{"anything-but": "intruder"}]}),
    "only refused calls": detail(errorCode=[{"exists": True}]),
    "another Region": detail(awsRegion=["eu-west-1"]),
    "another service": rule(source=["aws.s3"]),
    "another kind": rule(**{"detail-type": ["AWS Console Sign In via CloudTrail"]}),
    "another time": rule(time=[{"prefix": "2020"}]),
    "on a schedule": (call("events.put_rule", **RULE, ScheduleExpression="rate(1 day)"),),
}
ATTACKS = (
    *(Attack(f"filter: {name}", TRAIL, steps, fails="TH619") for name, steps in TEXTS.items()),
    Attack("filter: counts nothing", GROUP, metric_filter(value="0"), fails="TH619 TH622"),
    Attack(
        "filter: counts by caller",
        GROUP,
        metric_filter(metric={"dimensions": {"who": "$.userIdentity.arn"}}),
        fails="TH619 TH622",
    ),
    Attack(
        "filter: takes away when nothing matches",
        GROUP,
        metric_filter(metric={"defaultValue": -100.0}),
        fails="TH619 TH622",
    ),
    Attack("filter: another one takes away what it adds", GROUP, (drowning(),), fails="TH619 TH622"),
    *(Attack(f"rule: {name}", ACCOUNT_ARN, steps, fails="TH623") for name, steps in RULES.items()),
)
