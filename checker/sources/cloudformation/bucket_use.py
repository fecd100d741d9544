"""What leads to a bucket beside its policy, and where its events and access logs go, as templates say it.

Source of defaults: CloudFormation template reference, AWS::S3::Bucket, AWS::S3::AccessPoint and
AWS::S3::MultiRegionAccessPoint.
"""

from typing import Any

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import AccessPoint, PublicAccessBlock
from checker.sources.cloudformation.settings import exists, flag, objects, one, part, setting, word
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World, name_of

ACCESS_POINT = "AWS::S3::AccessPoint"
MULTI_REGION = "AWS::S3::MultiRegionAccessPoint"
CUSTOM_NOTIFICATIONS = "Custom::S3BucketNotifications"
"""With which the CDK sets notifications after the bucket."""
_ALL_ON = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)
_DESTINATIONS = {
    "LambdaConfigurations": "Function",
    "QueueConfigurations": "Queue",
    "TopicConfigurations": "Topic",
}


def block_of(value: Any) -> PublicAccessBlock:
    """Read the four flags of a configuration; those that it leaves out are off."""
    found = one(value)
    return PublicAccessBlock(
        block_public_acls=part(found, "BlockPublicAcls", flag, False),
        ignore_public_acls=part(found, "IgnorePublicAcls", flag, False),
        block_public_policy=part(found, "BlockPublicPolicy", flag, False),
        restrict_public_buckets=part(found, "RestrictPublicBuckets", flag, False),
    )


def website(resource: Resource) -> Observed[bool]:
    """Read whether the bucket serves a website."""
    return setting(resource, "WebsiteConfiguration", lambda _: True, False)


def notifications(name: str, resource: Resource, world: World) -> Observed[tuple[str, ...]]:
    """Read where events go; what a custom resource sets after the bucket is undecided."""
    for custom in world.of(CUSTOM_NOTIFICATIONS):
        told = setting(custom, "BucketName", word, "")
        if isinstance(told, Unknown) or told.content == name:
            reason = f"notifications of {resource.label} are set by a function when it is deployed"
            return Unknown(reason, Cause.UNDECIDED, custom.origin(""))
    return setting(resource, "NotificationConfiguration", _told, ())


def _told(value: Any) -> tuple[str, ...]:
    found = one(value)
    arns = sorted(
        part(each, field, word, "")
        for kind, field in _DESTINATIONS.items()
        for each in part(found, kind, objects, ())
    )
    bridge = part(found, "EventBridgeConfiguration", one, None)
    on = bridge is not None and part(bridge, "EventBridgeEnabled", flag, True)
    return (*arns, *(("EventBridge",) if on else ()))


def access_log_prefix(resource: Resource) -> Observed[str | None]:
    """Read how the names of access logs begin, None without logging."""
    return setting(
        resource, "LoggingConfiguration", lambda value: part(one(value), "LogFilePrefix", word, ""), None
    )


def access_points(name: str, world: World) -> Observed[tuple[AccessPoint, ...]]:
    """Read the access points that these templates make for a bucket; others may exist beside them."""
    found, open_ = world.by_target(ACCESS_POINT, "Bucket")
    if open_:
        return open_[0]
    points = [
        _point(resource, "PublicAccessBlockConfiguration", several=False) for resource in found.get(name, [])
    ]
    for resource in world.of(MULTI_REGION):
        places = setting(resource, "Regions", _buckets, ())
        if isinstance(places, Unknown):
            return places
        if name in places.content:
            points.append(_point(resource, "PublicAccessBlockConfiguration", several=True))
    return Known(tuple(points))


def _buckets(value: Any) -> tuple[str, ...]:
    return tuple(part(place, "Bucket", word, "") for place in objects(value))


def _point(resource: Resource, field: str, *, several: bool) -> AccessPoint:
    created, here = exists(resource), resource.stack.environment
    region = "" if several else here.region
    name = setting(resource, "Name", word, None)
    called = (name.content if isinstance(name, Known) else None) or name_of(resource) or resource.id
    return AccessPoint(
        arn=f"arn:{here.partition}:s3:{region}:{here.account}:accesspoint/{called}",
        multi_region=several,
        public_access_block=created
        if isinstance(created, Unknown)
        else setting(resource, field, block_of, _ALL_ON),
    )
