"""What leads to a bucket beside its policy, and where its events and access logs go, as plans say it.

Source of names and defaults: Terraform AWS provider documentation, aws_s3_bucket_notification,
aws_s3_bucket_website_configuration, aws_s3_access_point, aws_s3control_multi_region_access_point.
"""

from typing import Any

from checker.evidence import Known, Observed, Unknown
from checker.inventory import AccessPoint, PublicAccessBlock
from checker.sources.cloudformation.settings import flag, part
from checker.sources.terraform.aspects import Aspect, either, setter
from checker.sources.terraform.names import BUCKET, FUNCTION, QUEUE, TOPIC, arn_of, name_of
from checker.sources.terraform.resource import Open, Resource
from checker.sources.terraform.settings import block, setting, unknown, value_of
from checker.sources.terraform.world import World, only_live

LOG_PREFIX = Aspect("aws_s3_bucket_logging", "target_prefix", "logging.target_prefix")
_WEBSITE = Aspect("aws_s3_bucket_website_configuration", "bucket", "website")
_NOTIFICATION = Aspect("aws_s3_bucket_notification", "eventbridge")
ACCESS_POINT, MULTI_REGION = "aws_s3_access_point", "aws_s3control_multi_region_access_point"
_DESTINATIONS = (
    ("lambda_function", "lambda_function_arn", FUNCTION),
    ("queue", "queue_arn", QUEUE),
    ("topic", "topic_arn", TOPIC),
)


def website(resource: Resource, world: World) -> Observed[bool]:
    """Read whether the bucket serves a website."""
    found = setter(_WEBSITE, resource, world)
    if isinstance(found, Unknown):
        return found
    if found.own:
        return Known(True, found.resource.origin())
    return either(_WEBSITE, resource, world, lambda _: True, lambda _: True, False)


def notifications(resource: Resource, world: World) -> Observed[tuple[str, ...]]:
    """Read where events go; what an existing bucket has that no plan sets stays as it is."""
    found = setter(_NOTIFICATION, resource, world)
    if isinstance(found, Unknown):
        return found
    if not found.own and resource.new is False and not found.destroyed:
        return only_live("the notifications of a bucket that exists already", resource)
    if not found.own:
        return Known((), resource.origin(_NOTIFICATION.type))
    arns: list[str] = []
    for kind, field, type in _DESTINATIONS:
        told = _arns(found.resource, kind, field, type, world)
        if isinstance(told, Unknown):
            return told
        arns += told
    bridge = setting(found.resource, "eventbridge", flag, False)
    if isinstance(bridge, Unknown):
        return bridge
    every = (*sorted(arns), *(("EventBridge",) if bridge.content else ()))
    return Known(every, found.resource.origin())


def _arns(resource: Resource, kind: str, field: str, type: str, world: World) -> list[str] | Unknown:
    blocks = value_of(resource, kind)
    if isinstance(blocks, Open):
        return unknown(resource, kind, blocks)
    found: list[str] = []
    for one in blocks if isinstance(blocks, list) else ():
        arn = one.get(field) if isinstance(one, dict) else None
        behind = world.targets(arn, (type,), resource) if isinstance(arn, Open) else []
        if isinstance(arn, Open) and len(behind) != 1:
            return unknown(resource, f"{kind}.{field}", arn)
        found.append(arn_of(behind[0]) if behind else str(arn or ""))
    return found


def access_points(name: str, world: World) -> Observed[tuple[AccessPoint, ...]]:
    """Read the access points that these plans make for a bucket; others may exist beside them."""
    found, open_ = world.by_target(ACCESS_POINT, "bucket", BUCKET)
    if open_:
        return open_[0]
    points = [
        _point(one, "public_access_block_configuration", "name", several=False) for one in found.get(name, [])
    ]
    for resource in world.of(MULTI_REGION):
        names = _behind(resource, world)
        if isinstance(names, Unknown):
            return names
        if name in names:
            points.append(_point(resource, "details.public_access_block", "details.name", several=True))
    return Known(tuple(points))


def _behind(resource: Resource, world: World) -> list[str] | Unknown:
    """Return the names of the buckets behind an access point for several Regions."""
    places = value_of(resource, "details.region")
    if isinstance(places, Open):
        return unknown(resource, "details.region", places)
    found: list[str] = []
    for place in places if isinstance(places, list) else ():
        bucket = place.get("bucket") if isinstance(place, dict) else None
        if isinstance(bucket, Open):
            targets = world.targets(bucket, (BUCKET,), resource)
            if not targets:
                return unknown(resource, "details.region.bucket", bucket)
            found += map(name_of, targets)
        elif isinstance(bucket, str):
            found.append(bucket)
    return found


def _point(resource: Resource, path: str, named: str, *, several: bool) -> AccessPoint:
    here, name = resource.environment, value_of(resource, named)
    label = name if isinstance(name, str) and name else resource.address
    return AccessPoint(
        arn=f"arn:{here.partition}:s3:{'' if several else here.region}:{here.account}:accesspoint/{label}",
        multi_region=several,
        public_access_block=setting(resource, path, _flags, _flags({})),
    )


def _flags(value: Any) -> PublicAccessBlock:
    """Read the four flags of an access point, each of which is on unless it is set off."""
    found = block(value)
    flags = {name: part(found, name, flag, True) for name in PublicAccessBlock.__struct_fields__}
    return PublicAccessBlock(**flags)
