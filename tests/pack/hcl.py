"""Writes resources of the plans' tests in Terraform's language."""

import json
from pathlib import Path
from typing import Any

from tests.hardened import ACCOUNT, HOME
from tests.sources.terraform.planning import After

PROVIDER = f"""\
provider "aws" {{
  region              = "{HOME}"
  allowed_account_ids = ["{ACCOUNT}"]
}}
"""
MAPS = ("tags", "tags_all")
STREAMS = ("cloud_watch_logs_group_arn",)
"""What CloudTrail takes with the mark of all log streams alone, of which the names in a plan do not tell."""
FILLED_IN = ("tags_all",)
"""What the provider puts together, and nobody writes."""


def written(folder: Path, resources: dict[str, dict[str, Any]], more: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [_resource(address, values) for address, values in resources.items()]
    path = folder / "main.tf"
    path.write_text("\n".join([PROVIDER, more, *blocks]))
    return path


def _resource(address: str, values: dict[str, Any]) -> str:
    type, _, name = address.partition(".")
    inside = [_setting(key, value, "  ") for key, value in values.items() if key not in FILLED_IN]
    return "\n".join([f'resource "{type}" "{name}" {{', *filter(None, inside), "}", ""])


def _setting(name: str, value: Any, indent: str) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, dict) and name not in MAPS:
        value = [value]
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return "\n".join(_block(name, one, indent) for one in value)
    if name in STREAMS and isinstance(value, After):
        return f'{indent}{name} = "${{{value.references[0]}}}:*"'
    return f"{indent}{name} = {_expression(value)}"


def _block(name: str, values: dict[str, Any], indent: str) -> str:
    inside = [_setting(key, value, indent + "  ") for key, value in values.items()]
    return "\n".join([f"{indent}{name} {{", *filter(None, inside), f"{indent}}}"])


def _expression(value: Any) -> str:
    if isinstance(value, After):
        return value.references[0]
    if isinstance(value, str):
        document = value.startswith("{")
        return f"jsonencode({_object(json.loads(value))})" if document else json.dumps(value)
    return _object(value)


def _object(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_object(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_object, value)) + "]"
    return json.dumps(value).replace("${", "$${")
