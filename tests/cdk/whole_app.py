"""The whole app, synthesised in this process once for each choice of settings, and its templates."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from cdk_app.settings import load
from cdk_app.stacks import build

ROOT = Path(__file__).parent.parent.parent
MANAGEMENT, LOGS, ARCHIVE = "111122223333", "222222222222", "333333333333"
ORGANIZATION = "o-abcdefghij"
SPLIT = {
    "accounts": {"management": MANAGEMENT, "log-archive": LOGS, "archive": ARCHIVE},
    "organization": {"id": ORGANIZATION},
}
"""An organization with an account each for the trail, its logs and their copy."""
CONTROL_TOWER_BUCKET = f"aws-controltower-cloudtrail-logs-{LOGS}-abc-xyz"
CONTROL_TOWER = {
    "id": ORGANIZATION,
    "control-tower": True,
    "control-tower-bucket": CONTROL_TOWER_BUCKET,
}
LOCKED = {"logs": {"protection": "object-lock"}, "archive": {"region": None}}
"""The delivery bucket locks itself, and there is no copy."""

Template = dict[str, Any]


def context(*changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of cdk.json with groups of settings changed."""
    found: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
    settings = found["trailhold"]
    for name, value in (pair for change in changes for pair in change.items()):
        both = isinstance(value, dict) and isinstance(settings.get(name), dict)
        settings[name] = {**settings[name], **value} if both else value
    return found


def build_app(*changes: Mapping[str, Any]) -> cdk.App:
    """Return the app, not yet synthesised."""
    found = context(*changes)
    app = cdk.App(context=found)
    build(app, load(found["trailhold"]))
    return app


def synthesise(*changes: Mapping[str, Any]) -> Mapping[str, Template]:
    """Return the templates by the names of their stacks, without the prefix."""
    return _synthesise(json.dumps(changes, sort_keys=True))


@cache
def _synthesise(changes: str) -> Mapping[str, Template]:
    stacks = build_app(*json.loads(changes)).synth().stacks
    return {stack.stack_name.removeprefix("trailhold-"): stack.template for stack in stacks}


def policy_of(template: Template, bucket_name: str) -> dict[str, Any]:
    """Return a bucket's policy as S3 would get it."""
    for found in template["Resources"].values():
        if found["Type"] == "AWS::S3::BucketPolicy":
            bucket = template["Resources"][found["Properties"]["Bucket"]["Ref"]]
            if bucket["Properties"].get("BucketName") == bucket_name:
                return dict(resolved(template, found["Properties"]["PolicyDocument"]))
    raise AssertionError(f"no policy for {bucket_name}")


def bucket_of(template: Template, bucket_name: str) -> dict[str, Any]:
    """Return the properties of a bucket."""
    (found,) = [
        one["Properties"]
        for one in template["Resources"].values()
        if one["Type"] == "AWS::S3::Bucket" and one["Properties"].get("BucketName") == bucket_name
    ]
    return dict(found)


def by_sid(policy: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the statements of a policy by their ids."""
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def resolved(template: Template, value: Any) -> Any:
    """Return a value with its references resolved, as far as the template alone tells."""
    match value:
        case {"Fn::GetAtt": [name, "Arn"]}:
            found = template["Resources"][name]
            return (
                f"arn:aws:s3:::{found['Properties'].get('BucketName', name)}"
                if _is_bucket(found)
                else f"arn:of:{name}"
            )
        case {"Fn::Join": [joint, list(parts)]}:
            return joint.join(str(resolved(template, part)) for part in parts)
        case {"Ref": name}:
            return template["Resources"][name]["Properties"].get("BucketName", name)
        case dict():
            return {key: resolved(template, found) for key, found in value.items()}
        case list():
            return [resolved(template, found) for found in value]
    return value


def _is_bucket(resource: Mapping[str, Any]) -> bool:
    return bool(resource["Type"] == "AWS::S3::Bucket")


def texts(value: Any) -> Iterator[str]:
    """Yield every text in a template, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, found in value.items():
            yield key
            yield from texts(found)
    elif isinstance(value, list):
        for found in value:
            yield from texts(found)
