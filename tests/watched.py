"""What watches over the hardened account's trail: the filters, alarms and rules that our own app deploys."""

import json
from collections.abc import Mapping, Sequence

from cdk_app.filters import CIS
from cdk_app.tampering import TAMPERING, event_pattern, metric_filter
from checker.inventory import Alarm, EventRule, MetricFilter, MetricTransformation

Names = Mapping[str, Sequence[str]]


def names(account: str, bucket: str, key: str, group: str, topic: str) -> Names:
    """Return what the filters name."""
    return {
        "buckets": [bucket],
        "keys": [f"*{key.rpartition('/')[2]}"],
        "log-groups": [group],
        "rules": ["trailhold-*"],
        "topics": [f"{topic}*"],
        "alarms-accounts": [account],
    }


def filters(named: Names) -> tuple[MetricFilter, ...]:
    """Return the filters of CIS and those for tampering."""
    return tuple(
        MetricFilter(
            name=f"trailhold-{found.id}",
            pattern=found.pattern,
            transformations=(
                MetricTransformation(name=found.metric_name, namespace="trailhold", value="1", default=None),
            ),
        )
        for found in (*CIS, *(metric_filter(tampering, named) for tampering in TAMPERING))
    )


def alarms(on: Sequence[MetricFilter], account: str, region: str, topic: str) -> tuple[Alarm, ...]:
    """Return an alarm for each filter."""
    return tuple(
        Alarm(
            arn=f"arn:aws:cloudwatch:{region}:{account}:alarm:{found.name}",
            name=found.name,
            metric=found.transformations[0].name,
            namespace="trailhold",
            statistic="Sum",
            comparison="GreaterThanOrEqualToThreshold",
            threshold=1.0,
            period=300,
            evaluation_periods=1,
            missing_data="notBreaching",
            actions=(topic,),
        )
        for found in on
    )


def rule(account: str, region: str, topic: str) -> EventRule:
    """Return the rule on calls that change trails."""
    return EventRule(
        arn=f"arn:aws:events:{region}:{account}:rule/trailhold-trail-tampering",
        name="trailhold-trail-tampering",
        state="ENABLED",
        pattern=json.dumps(event_pattern(TAMPERING[0], {})),
        targets=(topic,),
    )
