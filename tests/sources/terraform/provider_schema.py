"""What the Terraform provider for AWS knows of the resources that this project reads: ``provider.json``.

The provider's own schema comes with its binary alone. The package @cdktn/provider-aws is generated from that
schema, so the names are taken from there:

    npm pack @cdktn/provider-aws && tar xf cdktn-provider-aws-*.tgz
    python -m tests.sources.terraform.provider_schema package/lib
"""

import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import checker.sources.terraform

HERE = Path(__file__).parent
FILE = HERE / "provider.json"
_TYPE = re.compile(r"aws_[a-z0-9_]+")
_SETTING = re.compile(
    r"^\s+(\w+): \{\n\s+value: (.*?),\n\s+isBlock: (?:true|false),\n\s+type: \"(\w+)\"", re.MULTILINE
)
_STRUCT = re.compile(r"^function (\w+ToHclTerraform)\(struct\) \{(.*?)^\}", re.MULTILINE | re.DOTALL)
_RESOURCE = re.compile(r"synthesizeHclAttributes\(\) \{(.*?)^    \}", re.MULTILINE | re.DOTALL)
_GETTER = re.compile(r"^    get (\w+)\(\)", re.MULTILINE)

Schema = dict[str, Any]
"""Settings by name: a kind (simple, list, set, map), or for a block what is in it."""


@cache
def known() -> dict[str, dict[str, Schema]]:
    """Return settings, and what the provider alone tells (``computed``), by type."""
    found: dict[str, dict[str, Schema]] = json.loads(FILE.read_text())["types"]
    return found


def main() -> None:
    library = Path(sys.argv[1])
    sources = Path(checker.sources.terraform.__file__).parent.glob("*.py")
    wanted = {name for source in sources for name in _TYPE.findall(source.read_text())}
    types: dict[str, Any] = {}
    version = ""
    for path in sorted(library.glob("*/index.js")):
        code = path.read_text()
        for type in re.findall(r"\.tfResourceType = \"(\w+)\"", code):
            if type in wanted and not path.parent.name.startswith("data-"):
                version = _one(r"providerVersion: '([\d.]+)'", code)
                types[type] = _resource(code, path.with_suffix(".d.ts").read_text())
    text = json.dumps({"provider": "hashicorp/aws", "version": version, "types": types}, indent=1)
    FILE.write_text(text + "\n")


def _one(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else ""


def _resource(code: str, declared: str) -> dict[str, Any]:
    structs: dict[str, str] = dict(_STRUCT.findall(code))
    (body,) = _RESOURCE.findall(code)
    settings = _settings(body, structs)
    getters = _GETTER.findall(declared[declared.rindex("export declare class") :])
    told = {re.sub(r"([A-Z])", r"_\1", name).lower() for name in getters if not name.endswith("Input")}
    return {"settings": settings, "computed": sorted(told - settings.keys())}


def _settings(body: str, structs: dict[str, str]) -> Schema:
    found: Schema = {}
    for name, value, kind in _SETTING.findall(body):
        inner = _one(r"(\w+ToHclTerraform)", value)
        found[name] = _settings(structs[inner], structs) if inner in structs else kind
    return found


if __name__ == "__main__":
    main()
