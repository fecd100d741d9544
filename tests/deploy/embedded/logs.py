"""CloudWatch in CloudFormation: log groups with their key, metric filters, alarms."""

from typing import Any

from tests.deploy.embedded.resource import Kind, Physical, Request, given


def put_group(request: Request) -> Physical:
    """Create a log group, or bring one to what the template says."""
    logs = request.client("logs")
    name = request.take("LogGroupName", request.name)
    key, days = request.take("KmsKeyId"), request.take("RetentionInDays")
    tags = {tag["Key"]: tag["Value"] for tag in request.take("Tags", [])}
    made = given(
        logGroupClass=request.take("LogGroupClass"),
        kmsKeyId=key,
        deletionProtectionEnabled=request.take("DeletionProtectionEnabled"),
    )
    if request.existing != name:
        logs.create_log_group(logGroupName=name, **made, **({"tags": tags} if tags else {}))
    elif key != _key(logs, name):
        # moto has neither AssociateKmsKey nor DisassociateKmsKey.
        raise ValueError("the key of a log group cannot be changed here")
    if days:
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    else:
        logs.delete_retention_policy(logGroupName=name)
    return Physical(name, {"Arn": request.arn("logs", f"log-group:{name}:*")})


def _key(logs: Any, group: str) -> str | None:
    found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return next((str(one["kmsKeyId"]) for one in found if one["logGroupName"] == group), None)


def delete_group(request: Request) -> None:
    """Delete a log group with all it holds."""
    request.client("logs").delete_log_group(logGroupName=request.existing)


def put_filter(request: Request) -> Physical:
    """Count the matching events of a log group in a metric."""
    logs = request.client("logs")
    group, name = request.take("LogGroupName"), request.take("FilterName", request.name)
    changes = [_transformation(dict(change)) for change in request.take("MetricTransformations")]
    logs.put_metric_filter(
        logGroupName=group,
        filterName=name,
        filterPattern=request.take("FilterPattern"),
        metricTransformations=changes,
    )
    return Physical(name)


def _transformation(change: dict[str, object]) -> dict[str, object]:
    """Write the API's names, which begin with a small letter."""
    return {name[0].lower() + name[1:]: value for name, value in change.items()}


def delete_filter(request: Request) -> None:
    """Stop counting."""
    group = request.take("LogGroupName")
    request.client("logs").delete_metric_filter(logGroupName=group, filterName=request.existing)


def put_alarm(request: Request) -> Physical:
    """Create an alarm or write over it: its properties have the API's names."""
    name = request.take("AlarmName", request.name)
    cloudwatch = request.client("cloudwatch")
    cloudwatch.put_metric_alarm(AlarmName=name, **request.properties)
    request.properties.clear()
    return Physical(name, {"Arn": request.arn("cloudwatch", f"alarm:{name}")})


def delete_alarm(request: Request) -> None:
    """Delete an alarm."""
    request.client("cloudwatch").delete_alarms(AlarmNames=[request.existing])


KINDS = {
    "AWS::Logs::LogGroup": Kind(put_group, delete_group, "LogGroupName"),
    "AWS::Logs::MetricFilter": Kind(put_filter, delete_filter, "FilterName"),
    "AWS::CloudWatch::Alarm": Kind(put_alarm, delete_alarm, "AlarmName"),
}
