"""CloudTrail in CloudFormation, which moto does not know."""

from typing import Any

from tests.deploy.embedded.resource import Kind, Physical, Request

FLAGS = (
    "EnableLogFileValidation",
    "IncludeGlobalServiceEvents",
    "IsMultiRegionTrail",
    "IsOrganizationTrail",
    "CloudWatchLogsLogGroupArn",
    "CloudWatchLogsRoleArn",
    "S3BucketName",
    "S3KeyPrefix",
    "SnsTopicName",
)


def put_trail(request: Request) -> Physical:
    """Create a trail, or bring one to what the template says."""
    cloudtrail = request.client("cloudtrail")
    name = request.take("TrailName", request.name)
    settings = {flag: request.take(flag) for flag in FLAGS if flag in request.properties}
    settings |= {"KmsKeyId": request.take("KMSKeyId")} if "KMSKeyId" in request.properties else {}
    tags = request.take("Tags", [])
    if request.existing == name:
        cloudtrail.update_trail(Name=name, **settings)
    else:
        cloudtrail.create_trail(Name=name, TagsList=tags, **settings)
    _selectors(request, cloudtrail, name)
    if request.take("IsLogging"):
        cloudtrail.start_logging(Name=name)
    else:
        cloudtrail.stop_logging(Name=name)
    arn = request.arn("cloudtrail", f"trail/{name}")
    topic = str(settings.get("SnsTopicName", ""))
    return Physical(name, {"Arn": arn, "SnsTopicArn": topic})


def _selectors(request: Request, cloudtrail: Any, name: str) -> None:
    for kind in ("EventSelectors", "AdvancedEventSelectors"):
        selectors = request.take(kind)
        if selectors:
            cloudtrail.put_event_selectors(TrailName=name, **{kind: selectors})
    insights = request.take("InsightSelectors")
    if insights or request.existing:
        cloudtrail.put_insight_selectors(TrailName=name, InsightSelectors=insights or [])


def delete_trail(request: Request) -> None:
    """Delete a trail."""
    request.client("cloudtrail").delete_trail(Name=request.existing)


KINDS = {"AWS::CloudTrail::Trail": Kind(put_trail, delete_trail, "TrailName")}
