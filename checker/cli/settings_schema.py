"""The JSON Schema of a configuration file, made from the types that read it."""

import ast
import inspect
from typing import Any

import msgspec

from checker.cli.config import Settings
from checker.cli.options import FAIL_ON
from checker.model import Thresholds

MEANINGS = {
    "set": "Which controls judge: baseline, strict, or a framework such as cis-5.0",
    "select": "Judge only these: ids, starts of ids, names, severity:high, framework:cis-5.0, set:strict",
    "ignore": "Leave these out; the same items",
    "fail-on": "The severity from which a failure makes exit code 1",
    "allow-incomplete": "Whether missing evidence leaves exit code 0",
    "min-severity": "The severity from which findings are shown; changes no exit code",
    "waivers": "File of accepted risks (.toml, .yaml), relative to this file",
    "strict-waivers": "Whether an expired or idle waiver makes exit code 1",
    "baseline": "A saved result, relative to this file: what failed there is known",
    "save": "The folder that keeps the results of audits, relative to this file",
    "region": "The Regions in which a live audit looks for trails; none: all that are enabled",
    "max-concurrency": "How many calls are under way at a time",
    "timeout": "How many seconds a call may take",
    "thresholds": "The figures and lists that controls compare with",
}
"""What each key says."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``trailhold.toml``, and of ``[tool.trailhold]``."""
    (root,), definitions = msgspec.json.schema_components((Settings,), ref_template="#/$defs/{name}")
    top, figures = definitions["Settings"], definitions["Thresholds"]
    meanings = documented(Thresholds)
    figures["properties"] = {
        name.replace("_", "-"): {"description": meanings[name], **kind} if name in meanings else kind
        for name, kind in figures["properties"].items()
    }
    for key, kind in top["properties"].items():
        top["properties"][key] = {"description": MEANINGS[key], **kind}
    top["properties"]["fail-on"]["enum"] = list(FAIL_ON)
    top["properties"]["min-severity"]["enum"] = list(FAIL_ON[:-1])
    top["additionalProperties"] = figures["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:trailhold:settings:1",
        **root,
        "$defs": {"Settings": top | {"title": "trailhold settings"}, "Thresholds": figures},
    }


def documented(kind: type) -> dict[str, str]:
    """Return the docstrings of a class's fields, as they stand below them in its source."""
    (node,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(node, ast.ClassDef)
    found = {}
    for field, below in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            found[field.target.id] = " ".join(str(below.value.value).split()).replace("``", "")
    return found
