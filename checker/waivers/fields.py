"""The keys of a waiver: what they mean and what they may hold, for reading, for writing and for editors."""

import re
from typing import Any

SCOPES = ("account", "ou", "region", "resource")
"""At least one says where; ``resource = "*"`` says everywhere."""
FIELDS = {
    "control": "Id or name of the control",
    "account": "Account ids",
    "ou": "Ids of organizational units or of the root, with all accounts below; for audits with --org",
    "region": "Regions, with * and ?",
    "resource": "What reports print as the resource, with * and ?: an ARN, `account ID`, or a construct",
    "status": "What is accepted: fail (default), unknown, or both",
    "reason": "Why the risk is accepted",
    "owner": "Who accepts it",
    "expires": "The last day on which it counts (ISO 8601 date, UTC); without one, it counts until removed",
}
REQUIRED = ("control", "reason", "owner")
SHAPES = {
    "account": (r"\d{12}", "an account id, which has 12 digits"),
    "ou": (
        r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}",
        "the id of a unit, such as ou-abcd-11112222",
    ),
    "region": (r"[a-z0-9*?-]{1,32}", "a Region, such as eu-west-1 or us-*"),
    "resource": (r"(?s).+", "a resource"),
    "status": (r"fail|unknown", "fail or unknown"),
    "expires": (r"\d{4}-\d{2}-\d{2}", "a date, such as 2027-03-31"),
}
"""What each text of a key must look like in full: one that can match nothing is a slip."""


def well(key: str, text: str) -> bool:
    """Say whether a text may be the value of a key."""
    return bool(re.fullmatch(SHAPES.get(key, (r"(?s).*\S.*", ""))[0], text, re.ASCII))


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a file of waivers, for editors."""
    properties: dict[str, Any] = {}
    for key, meaning in FIELDS.items():
        shape = SHAPES.get(key, (r"\S", ""))[0].removeprefix("(?s)")
        one = {"type": "string", "pattern": f"^({shape})$" if key in SHAPES else shape}
        if key in (*SCOPES, "status"):
            many = {"type": "array", "items": one, "minItems": 1}
            properties[key] = {"description": meaning, "anyOf": [one, many]}
        else:
            properties[key] = {"description": meaning, **one}
    entry = {
        "type": "object",
        "properties": properties,
        "required": list(REQUIRED),
        "anyOf": [{"required": [scope]} for scope in SCOPES],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:trailhold:waivers:1",
        "title": "trailhold waivers",
        "type": "object",
        "properties": {"waivers": {"type": "array", "items": entry}},
        "required": ["waivers"],
        "additionalProperties": False,
    }
