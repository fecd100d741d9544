"""Writes a whole world as a template and as a plan, with its resources naming each other."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from tests.simulator.world import World, arn_account, arn_region
from tests.sources.four_ways import alarms, buckets, keys, lake, logs, organizations, recipients, trails
from tests.sources.four_ways.words import Resources, address, logical
from tests.sources.terraform.planning import After, after

Place = tuple[str, str]
"""Account and Region."""


class Style(Struct, frozen=True, kw_only=True):
    """What templates say beside settings, which no live account shows."""

    retained: bool = True
    """What a stack holds outlives it; a plan tells nothing of that."""
    waiting_days: int = 30
    """How long a key of a plan that is destroyed waits."""
    emptied: bool = False
    """Whatever deletes the bucket empties it first."""
    ordered: bool = True
    """The trail waits for the policies that CreateTrail looks at."""
    neutral: bool = True
    """Policies of templates leave the partition open."""
    protected: bool | None = None
    """Termination protection of the stacks, which the CDK says; None for templates by themselves."""


PLAIN = Style()


def _things(world: World) -> Iterator[tuple[Place, Resources, Resources]]:
    """Yield each resource with its place: as a template and as a plan have it."""
    for trail in world.trails:
        yield (trail.account, trail.home), trails.template(trail), trails.plan(trail)
    for bucket in world.buckets:
        yield (bucket.account, bucket.region), buckets.template(bucket), buckets.plan(bucket)
    for point in world.access_points:
        yield (point.account, point.region), buckets.point_template(point), buckets.point_plan(point)
    for key in world.keys:
        yield _place(key.arn), keys.template(key), keys.plan(key)
    for group in world.log_groups:
        yield (group.account, group.region), logs.template(group), logs.plan(group)
    for policy in world.logs_policies:
        yield (policy.account, policy.region), logs.policy_template(policy), logs.policy_plan(policy)
    for alarm in world.alarms:
        yield (alarm.account, alarm.region), alarms.template(alarm), alarms.plan(alarm)
    for mute in world.mute_rules:
        yield (mute.account, mute.region), alarms.mute_template(mute), alarms.mute_plan(mute)
    for rule in world.rules:
        yield (rule.account, rule.region), alarms.rule_template(rule), alarms.rule_plan(rule)
    for topic in world.topics:
        yield _place(topic.arn), recipients.template(topic), recipients.plan(topic)
    for role in world.roles:
        yield (arn_account(role.arn), ""), recipients.role_template(role), recipients.role_plan(role)
    for thing in world.lake:
        yield _place(thing.arn), lake.template(thing), lake.plan(thing)
    for one in world.organizations:
        yield (one.management, ""), organizations.template(one), organizations.plan(one)
    for account in world.accounts:
        if account.public_access_block is not None:
            yield (account.id, ""), {}, buckets.account_plan(account.id, account.public_access_block)


def _place(arn: str) -> Place:
    return arn_account(arn), arn_region(arn)


def _home(world: World) -> Place:
    return world.trails[0].account, world.trails[0].home


def templates(world: World, style: Style = PLAIN) -> dict[Place, dict[str, Any]]:
    """Return a template for each account and Region; what has no Region stands where the trail is at home."""
    home, found = _home(world), dict[Place, Resources]()
    for place, resources, _ in _things(world):
        there = place if place[1] else (place[0], home[1])
        found.setdefault(there, {}).update(resources)
    named = _references(world)
    return {
        place: {"AWSTemplateFormatVersion": "2010-09-09", "Resources": _styled(resources, named, style)}
        for place, resources in found.items()
        if resources
    }


def _references(world: World) -> dict[str, tuple[str, Any]]:
    """Return what stands for a name or an ARN beside the resource of that logical id."""
    found: dict[str, tuple[str, Any]] = {}

    def refer(literal: str, id: str, value: Any) -> None:
        found[literal] = id, value

    for bucket in world.buckets:
        id = logical("Bucket", bucket.name)
        refer(bucket.name, id, {"Ref": id})
        refer(f"arn:aws:s3:::{bucket.name}", id, {"Fn::GetAtt": [id, "Arn"]})
    for key in world.keys:
        refer(key.arn, keys.id_of(key), {"Fn::GetAtt": [keys.id_of(key), "Arn"]})
    for group in world.log_groups:
        id = logical("Group", group.name)
        arn = f"arn:aws:logs:{group.region}:{group.account}:log-group:{group.name}:*"
        refer(arn, id, {"Fn::GetAtt": [id, "Arn"]})
    for topic in world.topics:
        id = logical("Topic", topic.arn.rpartition(":")[2])
        refer(topic.arn, id, {"Ref": id})
    for role in world.roles:
        id = logical("Role", role.arn.rpartition("/")[2])
        refer(role.arn, id, {"Fn::GetAtt": [id, "Arn"]})
    for thing in world.lake:
        refer(thing.arn, lake.id_of(thing), {"Ref": lake.id_of(thing)})
    return found


OWN_NAMES = ("BucketName", "LogGroupName", "RoleName", "TopicName")
DOCUMENTS = ("PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument", "Policies")


def _styled(resources: Resources, named: Mapping[str, tuple[str, Any]], style: Style) -> Resources:
    here = {literal: value for literal, (id, value) in named.items() if id in resources}
    found = {id: _written(resource, here, style) for id, resource in resources.items()}
    policies = [id for id, one in found.items() if one["Type"].endswith(("::BucketPolicy", "::TopicPolicy"))]
    for resource in found.values():
        if resource["Type"] == "AWS::CloudTrail::Trail" and style.ordered and policies:
            resource["DependsOn"] = policies
        if not style.retained:
            resource.pop("DeletionPolicy", None)
            resource.pop("UpdateReplacePolicy", None)
    if style.emptied:
        for id in [id for id, one in found.items() if one["Type"] == "AWS::S3::Bucket"]:
            found[f"{id}Emptied"] = {
                "Type": "Custom::S3AutoDeleteObjects",
                "Properties": {
                    "ServiceToken": "arn:aws:lambda:us-east-1:111122223333:function:empty",
                    "BucketName": {"Ref": id},
                },
            }
    return found


def _written(resource: dict[str, Any], here: Mapping[str, Any], style: Style) -> dict[str, Any]:
    """Let a resource name others by reference; what names the resource itself stays text."""
    kept = {name: value for name, value in resource["Properties"].items() if name in OWN_NAMES}
    own = resource["Type"] in ("AWS::S3::Bucket", "AWS::Logs::LogGroup", "AWS::IAM::Role", "AWS::SNS::Topic")
    settings = _replaced(resource["Properties"], here) | (kept if own else {})
    if style.neutral:
        settings |= {name: _neutral(settings[name]) for name in DOCUMENTS if name in settings}
    return {**resource, "Properties": settings}


def _neutral(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _neutral(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_neutral(one) for one in value]
    if isinstance(value, str) and value.startswith("arn:aws:"):
        return {"Fn::Sub": "arn:${AWS::Partition}:" + value.removeprefix("arn:aws:")}
    return value


def _replaced(value: Any, by: Mapping[str, Any], put: Callable[[Any], Any] = lambda one: one) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(one, by, put) for name, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, by, put) for one in value]
    return put(by[value]) if isinstance(value, str) and value in by else value


def plan(world: World, style: Style = PLAIN) -> Resources:
    """Return the resources of a plan; those of other places than the trail's name their provider."""
    by = _made(world)
    written = {name: _linked(name, settings, by) for name, settings in _literally(world).items()}
    kinds = ("aws_s3_bucket_policy.", "aws_sns_topic_policy.", "aws_iam_role_policy")
    policies = [name for name in written if name.startswith(kinds)]
    for name, settings in written.items():
        if name.startswith("aws_cloudtrail.") and style.ordered:
            settings["depends_on"] = policies
        if name.startswith("aws_s3_bucket."):
            settings["force_destroy"] = style.emptied
        if name.startswith("aws_kms_key."):
            settings["deletion_window_in_days"] = style.waiting_days
    return written


def existing(world: World) -> Resources:
    """Return the resources as they are once they are there: with names and ARNs, and nothing left open."""
    arns = {keys.address_of(key): key.arn for key in world.keys}
    return {
        name: settings
        | ({"arn": arns[name], "key_id": arns[name].rpartition("/")[2]} if name in arns else {})
        for name, settings in _literally(world).items()
    }


def _literally(world: World) -> Resources:
    found: Resources = {}
    home = _home(world)
    for (account, region), _, resources in _things(world):
        place = (account, region or home[1])
        for name, settings in resources.items():
            beside = {} if place == home else {"provider_config_key": f"aws.{'_'.join(place)}"}
            found[name] = settings | beside
    return found


def providers(world: World) -> dict[str, Any]:
    """Return the configuration of a provider for each place but the trail's, and the one of that."""
    home = _home(world)
    found: dict[str, Any] = {}
    for place in dict.fromkeys((home, *(place for place, _, _ in _things(world) if place[1]))):
        key = "aws" if place == home else f"aws.{'_'.join(place)}"
        found[key] = {
            "name": "aws",
            "full_name": "registry.terraform.io/hashicorp/aws",
            "expressions": {
                "region": {"constant_value": place[1]},
                "allowed_account_ids": {"constant_value": [place[0]]},
            },
        }
        if place != home:
            found[key]["alias"] = key.removeprefix("aws.")
    return found


def _made(world: World) -> dict[str, After]:
    """Return what a name or an ARN is made of, where a plan knows it after the apply alone."""
    found = {bucket.name: after(f"{address('aws_s3_bucket', bucket.name)}.id") for bucket in world.buckets}
    found |= {key.arn: after(f"{keys.address_of(key)}.arn") for key in world.keys}
    for group in world.log_groups:
        made = after(f"{address('aws_cloudwatch_log_group', group.name)}.arn")
        found[f"arn:aws:logs:{group.region}:{group.account}:log-group:{group.name}:*"] = made
    for topic in world.topics:
        found[topic.arn] = after(f"{address('aws_sns_topic', topic.arn.rpartition(':')[2])}.arn")
    for role in world.roles:
        found[role.arn] = after(f"{address('aws_iam_role', role.arn.rpartition('/')[2])}.arn")
        for arn in role.managed:
            found[arn] = after(f"{address('aws_iam_policy', arn.rpartition('/')[2])}.arn")
    return found


def _linked(name: str, settings: dict[str, Any], by: Mapping[str, After]) -> dict[str, Any]:
    """Let a resource name others by what they are made of; a bucket keeps its name."""
    if name.startswith("aws_s3_bucket."):
        return dict(settings)
    return {key: _replaced(value, by) for key, value in settings.items()}
