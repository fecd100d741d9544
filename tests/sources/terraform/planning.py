"""Writes plans as ``terraform show -json`` does, from resources in few words.

The shapes are those of Terraform 1.11 (format version 1.2): ``after`` has null for what is unknown in a list
and leaves it out of an object, ``after_unknown`` says where, ``configuration`` has the names in expressions.
"""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from tests.hardened import ACCOUNT, HOME
from tests.sources.cloudformation.judging import GONE

__all__ = ["GONE", "After", "after", "plan", "written"]

COMPUTED: dict[str, tuple[str, ...]] = {
    "aws_s3_bucket": (
        "acl", "acceleration_status", "bucket_domain_name", "bucket_regional_domain_name", "cors_rule",
        "grant", "hosted_zone_id", "lifecycle_rule", "logging", "object_lock_configuration",
        "object_lock_enabled", "policy", "region", "replication_configuration", "request_payer",
        "server_side_encryption_configuration", "versioning", "website",
    ),
    "aws_kms_key": ("key_id", "multi_region", "policy", "rotation_period_in_days"),
    "aws_cloudtrail": ("home_region", "sns_topic_arn"),
    "aws_cloudwatch_log_group": ("log_group_class",),
    "aws_sns_topic": ("owner", "policy", "signature_version"),
    "aws_iam_role": ("inline_policy", "managed_policy_arns", "unique_id"),
}  # fmt: skip
"""What the provider fills in where nobody sets it."""


META = ("depends_on", "provider_config_key")
"""What stands beside the settings of a resource."""


class After(NamedTuple):
    """A value that is known only after the apply, made of these references."""

    references: tuple[str, ...]


def after(*references: str) -> After:
    """Name what a value is made of, each with the shorter names that Terraform lists behind it."""
    found: list[str] = []
    for one in references:
        found.append(one)
        parts = re.match(r"((?:data\.)?(?:module\.[^.\[]+|[a-z]\w*\.[^.\[]+))(\[[^\]]*\])?(\..+)?$", one)
        if parts and not one.startswith(("var.", "local.", "each.", "count.")):
            if parts[3]:
                found.append(parts[1] + (parts[2] or ""))
            if parts[2]:
                found.append(parts[1])
    return After(tuple(found))


def plan(
    resources: dict[str, dict[str, Any]],
    *,
    data: dict[str, dict[str, Any]] | None = None,
    actions: dict[str, list[str]] | None = None,
    calls: dict[str, dict[str, Any]] | None = None,
    outputs: dict[str, dict[str, Any]] | None = None,
    sensitive: dict[str, dict[str, Any]] | None = None,
    providers: dict[str, Any] | None = None,
    account: str = ACCOUNT,
) -> dict[str, Any]:
    """Return a plan.

    ``resources`` are by address, ``module.x[...]`` included, with ``depends_on`` beside their settings;
    ``data`` are data sources that were read.
    ``calls`` are the inputs of modules and ``outputs`` what they give, by module address without keys.
    """
    changes = [
        _change(address, values, (actions or {}).get(address, ["create"]), (sensitive or {}).get(address))
        for address, values in resources.items()
    ]
    read = dict(data or {})
    if account:
        read["data.aws_caller_identity.current"] = {"account_id": account, "id": account}
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": [
            {**_head(one["address"]), "values": one["change"]["after"]}
            for one in changes if one["change"]["actions"] != ["delete"]
        ]}},
        "resource_changes": changes,
        "prior_state": {
            "format_version": "1.0",
            "values": {"root_module": {"resources": [
                {**_head(address), "values": values} for address, values in read.items()
            ]}},
        },
        "configuration": {
            "provider_config": providers or {
                "aws": {
                    "name": "aws",
                    "full_name": "registry.terraform.io/hashicorp/aws",
                    "expressions": {"region": {"constant_value": HOME}},
                }
            },
            "root_module": _module("", resources, read, calls or {}, outputs or {}),
        },
        "complete": True,
        "errored": False,
    }  # fmt: skip


def _head(address: str) -> dict[str, Any]:
    module, own = _split(address)
    mode, own = ("data", own.removeprefix("data.")) if own.startswith("data.") else ("managed", own)
    type, _, name = own.partition(".")
    found = {"address": address, "mode": mode, "type": type, "name": name.partition("[")[0]}
    return found | ({"module_address": module} if module else {})


def _split(address: str) -> tuple[str, str]:
    steps = re.match(r"((?:module\.[^.\[]+(?:\[[^\]]*\])?\.)*)(.*)", address)
    assert steps
    return steps[1].removesuffix("."), steps[2]


def _change(address: str, values: dict[str, Any], actions: list[str], sensitive: Any) -> dict[str, Any]:
    head = _head(address)
    known, unknown = _parts({name: one for name, one in values.items() if name not in META})
    if actions == ["create"] and head["mode"] == "managed":
        for name in ("id", "arn", *COMPUTED.get(head["type"], ())):
            if name not in values:
                unknown[name] = True
    gone = actions in (["delete"], ["forget"])
    change = {
        "actions": actions,
        "before": known if gone else None,
        "after": None if gone else known,
        "after_unknown": {} if gone else unknown,
        "after_sensitive": sensitive or {},
    }
    return {**head, "change": change}


def _parts(value: Any) -> tuple[Any, Any]:
    """Return what is known of a value and where it is unknown."""
    if isinstance(value, After):
        return None, True
    if isinstance(value, dict):
        both = {name: _parts(one) for name, one in value.items()}
        known = {name: one for name, (one, unknown) in both.items() if unknown is not True}
        return known, {name: unknown for name, (_, unknown) in both.items() if unknown}
    if isinstance(value, list):
        items = [_parts(one) for one in value]
        return [one for one, _ in items], [unknown or False for _, unknown in items]
    return value, False


def _expression(value: Any) -> Any:
    """Return the expression that gives a value: blocks are objects in lists, all else is one expression."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return [{name: _expression(inner) for name, inner in one.items()} for one in value]
    references = _references(value)
    return {"references": references} if references else {"constant_value": value}


def _references(value: Any) -> list[str]:
    if isinstance(value, After):
        return list(value.references)
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [name for one in items for name in _references(one)]


def _module(
    path: str,
    resources: dict[str, dict[str, Any]],
    read: dict[str, dict[str, Any]],
    calls: dict[str, dict[str, Any]],
    outputs: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    """Return the configuration of the module at a path without keys."""
    declared: dict[str, Any] = {}
    inside: set[str] = set()
    for address, values in {**resources, **read}.items():
        module, own = _split(address)
        plain = re.sub(r"\[[^\]]*\]", "", module)
        if plain == path:
            name = own.partition("[")[0]
            head = _head(own)
            declared[name] = {
                **{key: head[key] for key in ("mode", "type", "name")},
                "address": name,
                "provider_config_key": values.get("provider_config_key", "aws"),
                "expressions": {key: _expression(value) for key, value in values.items() if key not in META},
                "depends_on": values.get("depends_on", []),
            }
        elif plain.startswith(f"{path}." if path else "module."):
            inside.add(".".join(plain.removeprefix(f"{path}.").split(".")[:2]))
    return {
        "resources": list(declared.values()),
        "outputs": {name: {"expression": _expression(v)} for name, v in outputs.get(path, {}).items()},
        "module_calls": {
            step.removeprefix("module."): {
                "expressions": {
                    name: _expression(value)
                    for name, value in calls.get(f"{path}.{step}" if path else step, {}).items()
                },
                "module": _module(f"{path}.{step}" if path else step, resources, read, calls, outputs),
            }
            for step in sorted(inside)
        },
    }


def written(folder: Path, content: dict[str, Any], name: str = "plan.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(content, indent=1))
    return path
