"""What is written is what CloudFormation and the provider take: no name, and no nesting, is made up."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sources.four_ways import describing
from tests.sources.four_ways.case import Case
from tests.sources.four_ways.table import CASES
from tests.sources.terraform import provider_schema
from tests.sources.terraform.planning import After

FREE = {"tags", "tags_all", "dimensions", "encryption_context_equals", "encryption_context_subset"}
"""Maps whose keys are anybody's."""
PROVIDER = provider_schema.known()
TEMPLATES = [case for case in CASES if "cloudformation" in case.ways]
PLANS = [case for case in CASES if "terraform" in case.ways]


def strange(values: dict[str, Any], schema: provider_schema.Schema, path: str) -> Iterator[str]:
    """Yield what the provider does not have, or has in another form."""
    for name, value in values.items():
        here, known = f"{path}.{name}", schema.get(name)
        if known is None:
            yield f"{here} is unknown"
        elif isinstance(known, dict):
            if not isinstance(value, list):
                yield f"{here} is a block"
            for one in value if isinstance(value, list) else ():
                yield from strange(one, known, here)
        elif value is None or isinstance(value, After):
            continue
        elif (known in ("list", "set")) != isinstance(value, list) or (known == "map") != (name in FREE):
            yield f"{here} is of the kind {known}"


@pytest.mark.parametrize("case", PLANS, ids=lambda case: case.name)
def test_the_provider_has_all_that_a_plan_says(case: Case) -> None:
    for address, values in describing.plan(case.world, case.style).items():
        type = address.partition(".")[0]
        settings = {
            name: value for name, value in values.items() if name not in ("depends_on", "provider_config_key")
        }
        assert list(strange(settings, PROVIDER[type]["settings"], type)) == []


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Yield where a template says something: types and properties, but no logical ids."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from paths(one, f"{path}/{name}")
    elif isinstance(value, list):
        for one in value:
            yield from paths(one, f"{path}/*")
    else:
        yield path


def properties(template: dict[str, Any]) -> set[str]:
    resources = template["Resources"].values()
    return {f"{one['Type']}{path}" for one in resources for path in paths(one["Properties"])}


def unlike(template: dict[str, Any], linted: set[str]) -> dict[str, Any]:
    """Return a template without the resources that no other names, and that were linted letter by letter."""
    left = {name: json.dumps(one, sort_keys=True) for name, one in template["Resources"].items()}
    for name, text in [*left.items()]:
        if text in linted and not any(f'"{name}"' in other for other in left.values()):
            del left[name]
    linted |= {*left.values()}
    return {**template, "Resources": {name: template["Resources"][name] for name in left}}


def test_cloudformation_takes_every_property_that_a_template_says(tmp_path: Path) -> None:
    """As few templates are linted as have every property of all of them."""
    pytest.importorskip("cfnlint")
    seen: set[str] = set()
    linted: set[str] = set()
    for place, case in enumerate(TEMPLATES):
        for number, template in enumerate(describing.templates(case.world, case.style).values()):
            new = properties(template) - seen
            if new:
                seen |= new
                (tmp_path / f"{place}-{number}.json").write_text(json.dumps(unlike(template, linted)))
    chosen = sorted(tmp_path.iterdir())
    assert len(chosen) < len(TEMPLATES) / 2
    command = [
        str(Path(sys.executable).parent / "cfn-lint"),
        "--format",
        "parseable",
        "--",
        *map(str, chosen),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    errors = [line for line in done.stdout.splitlines() if line.split(":")[5].startswith("E")]
    assert errors == []
