"""What tells the management account of tampering: filters with alarms on the log group, and a rule."""

from typing import Any

from boto3 import Session

from checker.controls.tamper_alarms import BUCKET_PATTERN, REST_PATTERN
from checker.controls.tampering import RULE_PATTERN
from checker.monitoring import kinds

NAMESPACE = "organization-trail"


def build_alerts(session: Session, group: str, bucket: str) -> None:
    """Make a topic that somebody listens to, and alarms and a rule that tell it."""
    sns: Any = session.client("sns")
    topic = sns.create_topic(Name="trail-alerts")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@example.com")
    for name, pattern in _patterns(bucket).items():
        _alarm(session, group, name, pattern, topic)
    events: Any = session.client("events")
    events.put_rule(Name="trail-tampering", EventPattern=RULE_PATTERN)
    events.put_targets(Rule="trail-tampering", Targets=[{"Id": "alerts", "Arn": topic}])


def _patterns(bucket: str) -> dict[str, str]:
    """Return what is searched for, by the name of its metric."""
    required = {
        "RefusedCalls": kinds.UNAUTHORIZED,
        "SignInWithoutMfa": kinds.NO_MFA,
        "RootUse": kinds.ROOT,
        "IamPolicyChanges": kinds.IAM_POLICIES,
        "TrailChanges": kinds.TRAILS,
        "SignInFailures": kinds.SIGN_IN_FAILURES,
        "KeysDisabled": kinds.KEYS,
        "BucketPolicyChanges": kinds.BUCKETS,
        "ConfigChanges": kinds.CONFIG,
        "SecurityGroupChanges": kinds.SECURITY_GROUPS,
        "NetworkAclChanges": kinds.NETWORK_ACLS,
        "GatewayChanges": kinds.GATEWAYS,
        "RouteChanges": kinds.ROUTES,
        "VpcChanges": kinds.VPCS,
        "OrganizationChanges": kinds.ORGANIZATIONS,
        "TrailTampering": kinds.TRAIL_TAMPERING,
    }
    own = {"BucketTampering": BUCKET_PATTERN.replace("LOG_BUCKET", bucket), "AlarmTampering": REST_PATTERN}
    return {name: requirement.pattern for name, requirement in required.items()} | own


def _alarm(session: Session, group: str, name: str, pattern: str, topic: str) -> None:
    logs: Any = session.client("logs")
    metric = {"metricName": name, "metricNamespace": NAMESPACE, "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName=group, filterName=name, filterPattern=pattern, metricTransformations=[metric]
    )
    cloudwatch: Any = session.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace=NAMESPACE,
        MetricName=name,
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic],
    )
