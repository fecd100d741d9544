"""Finds what an expression of the configuration refers to, through the inputs and outputs of modules.

A plan tells of an expression the names in it, and not how they are put together. Local values are not part of
it: what leads through one cannot be followed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from checker.sources.terraform.resource import Open, Reference

AFTER_APPLY = "it is known only after apply"
_NAMING = ("expressions", "for_each_expression", "count_expression")
"""Where a resource names others."""
_MOST = 40
"""Modules and inputs that lead to each other."""
_STEP = re.compile(r"module\.([^.\[]+)(\[[^\]]*\])?")
_MODULE_OUTPUT = re.compile(r"module\.([^.\[]+)(\[[^\]]*\])?(?:\.([^.\[]+))?.*")
_RESOURCE = re.compile(r"((?:data\.)?[a-z][\w-]*\.[^.\[]+(?:\[[^\]]*\])?)(?:\.([^.\[]+))?.*")
_NOT_RESOURCES = frozenset(("var", "local", "module", "each", "count", "self", "path", "terraform"))
_LISTS = frozenset(("statement", "rule"))
"""Blocks that keep the order in which they are written."""
_BLOCKS = frozenset((
    "condition", "principals", "not_principals", "statement", "rule", "transition", "filter", "tag", "and",
    "noncurrent_version_transition", "noncurrent_version_expiration", "expiration", "data_resource",
    "field_selector", "default_retention", "destination", "grant", "grantee", "metric_transformation",
))  # fmt: skip
"""Blocks inside others; what the provider may fill in beside them are attributes."""
_FILLED_IN = frozenset((
    "prefix", "days", "noncurrent_days", "newer_noncurrent_versions", "expired_object_delete_marker",
    "object_size_greater_than", "object_size_less_than", "mfa_delete", "bucket_key_enabled",
))  # fmt: skip
"""Settings inside blocks that the provider fills in where nobody sets them.

Of a ``dynamic`` block a plan has no expressions; these are unknown in it because nobody sets them: days and
prefixes do not come from resources that are still to be made.
"""


_NEVER_FILLED_IN = frozenset((
    "event_selector", "advanced_event_selector", "insight_selector", "versioning_configuration",
    "metric_transformation", "metric_query", "access_control_policy", "statement",
))  # fmt: skip
_RULES = (
    "aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_object_lock_configuration",
    "aws_s3_bucket_ownership_controls",
)  # fmt: skip
"""Blocks that nobody fills in: one that is unknown, without an expression, is made by a ``dynamic`` block."""


class Found(Struct):
    """References that were found so far, and whether all could be followed."""

    references: dict[Reference, None]
    lost: list[str]
    by_instance: bool = False


class Before(Struct, frozen=True):
    """What Terraform brings about before a resource."""

    addresses: frozenset[str]
    """Without the keys of instances: ``module.logs.aws_s3_bucket_policy.this``."""
    lost: tuple[str, ...]
    """Names that may lead to more, which a plan does not tell."""


class Module:
    """One instance of a module: its configuration, and the one that calls it."""

    def __init__(
        self, prefix: str, config: Mapping[str, Any], call: Mapping[str, Any], parent: "Module | None"
    ):
        self.prefix = prefix
        """What addresses in it begin with: nothing, or ``module.logs.``."""
        self.config = config
        self.call = call
        self.parent = parent
        self._declared = {str(one.get("address")): one for one in _dicts(config.get("resources"))}

    def declared(self, address: str) -> Mapping[str, Any]:
        """Return what the configuration says of a resource, by its address inside the module."""
        return self._declared.get(address, {})


class Configuration:
    """The configuration of a plan."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._modules = {"": Module("", root, {}, None)}

    def module(self, prefix: str) -> Module:
        """Return the instance of a module that addresses with this prefix belong to."""
        if prefix not in self._modules:
            steps = list(_STEP.finditer(prefix))
            above = self.module(prefix[: steps[-1].start()]) if steps else self._modules[""]
            call = _dict(_dict(above.config.get("module_calls")).get(steps[-1][1])) if steps else {}
            self._modules[prefix] = Module(prefix, _dict(call.get("module")), call, above)
        return self._modules[prefix]

    def open(self, prefix: str, declared: Mapping[str, Any], path: Sequence[str | int]) -> Open | None:
        """Say what is told of a value that is known after apply; None when nobody sets it."""
        expressions = _dict(declared.get("expressions"))
        found = Found(references={}, lost=[])
        names = _names(expressions, path)
        if names is None:
            if not declared or (len(path) == 1 and _is_dynamic(declared, path[0])):
                return Open(AFTER_APPLY, followed=False)
            written = (len(path) == 1 or path[-1] not in _BLOCKS) and _is_written(expressions, path)
            filled_in = written or (len(path) > 1 and path[-1] in _FILLED_IN)
            return None if filled_in else Open(AFTER_APPLY, followed=False)
        module = self.module(prefix)
        self._follow(module, names, found, declared, 0)
        lost = f", through {found.lost[0]}, of which a plan does not tell" if found.lost else ""
        return Open(
            AFTER_APPLY + lost,
            references=tuple(found.references),
            followed=not found.lost,
            by_instance=found.by_instance,
        )

    def before(self, prefix: str, address: str) -> "Before":
        """Return all that Terraform brings about before a resource."""
        found: dict[str, None] = {}
        lost: list[str] = []
        waiting = [(prefix, address)]
        while waiting:
            place, one = waiting.pop(0)
            module = self.module(place)
            for name, there in self._direct(module, module.declared(one), lost):
                if f"{there}{name}" not in found:
                    found[f"{there}{name}"] = None
                    waiting.append((there, name))
        return Before(frozenset(found), tuple(dict.fromkeys(lost)))

    def _direct(
        self, module: Module, declared: Mapping[str, Any], lost: list[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield the resources that a resource names, with the prefix of the module where each is."""
        names = [name for part in _NAMING for name in _all_names(declared.get(part))]
        yield from self._behind(module, [*names, *_texts(declared.get("depends_on"))], lost, 0)
        inner = module
        while inner.parent is not None:
            looped = [name for part in _NAMING[1:] for name in _all_names(inner.call.get(part))]
            yield from self._behind(inner.parent, [*looped, *_texts(inner.call.get("depends_on"))], lost, 0)
            inner = inner.parent

    def _behind(
        self, module: Module, names: Sequence[str], lost: list[str], depth: int
    ) -> Iterator[tuple[str, str]]:
        """Yield the resources behind names, through inputs and outputs; a module is all that is in it."""
        if depth > _MOST:
            lost.append("too many modules")
            return
        for name in _longest(names):
            kind, *steps = (part.partition("[")[0] for part in name.split("."))
            if kind == "local":
                lost.append(name)
            elif kind == "var" and module.parent is not None and steps:
                given = _dict(module.call.get("expressions")).get(steps[0])
                yield from self._behind(module.parent, list(_all_names(given)), lost, depth + 1)
            elif kind == "module" and steps:
                yield from self._of_module(module, steps, lost, depth)
            elif kind not in _NOT_RESOURCES:
                parts = _RESOURCE.fullmatch(name)
                if parts:
                    yield parts[1].partition("[")[0], module.prefix

    def _of_module(
        self, module: Module, steps: Sequence[str], lost: list[str], depth: int
    ) -> Iterator[tuple[str, str]]:
        inner = self.module(f"{module.prefix}module.{steps[0]}.")
        outputs = _dict(inner.config.get("outputs"))
        if len(steps) > 1 and steps[1] in outputs:
            told = _dict(outputs[steps[1]])
            every = [*_all_names(told.get("expression")), *_texts(told.get("depends_on"))]
            yield from self._behind(inner, every, lost, depth + 1)
            return
        for one in _dicts(inner.config.get("resources")):
            yield str(one.get("address")), inner.prefix
        for name in _dict(inner.config.get("module_calls")) if depth < _MOST else ():
            yield from self._of_module(inner, [str(name)], lost, depth + 1)

    def _follow(
        self, module: Module, names: Sequence[str], found: Found, declared: Mapping[str, Any], depth: int
    ) -> None:
        """Collect the resources behind names; only the longest of ``a.b.c``, ``a.b`` counts."""
        if depth > _MOST:
            found.lost.append("too many modules")
            return
        for name in _longest(names):
            kind = name.partition(".")[0].partition("[")[0]
            if kind in ("each", "count"):
                found.by_instance = True
                looped = declared.get("for_each_expression") if name.startswith("each.value") else None
                if looped:
                    self._follow(module, list(_all_names(looped)), found, {}, depth + 1)
            elif kind == "var":
                self._input(module, name, found, depth)
            elif kind == "module":
                self._output(module, name, found, depth)
            elif kind == "local":
                found.lost.append(name)
            elif kind not in _NOT_RESOURCES:
                parts = _RESOURCE.fullmatch(name)
                if parts:
                    found.references[Reference(module.prefix + parts[1], parts[2] or "")] = None

    def _input(self, module: Module, name: str, found: Found, depth: int) -> None:
        """Follow an input to what the calling module gives; what the root is given is known."""
        if module.parent is None:
            return
        given = _dict(module.call.get("expressions")).get(name.split(".")[1].partition("[")[0])
        if given is not None:
            self._follow(module.parent, list(_all_names(given)), found, module.call, depth + 1)

    def _output(self, module: Module, name: str, found: Found, depth: int) -> None:
        parts = _MODULE_OUTPUT.fullmatch(name)
        inner = self.module(f"{module.prefix}module.{parts[1]}{parts[2] or ''}.") if parts else None
        told = _dict(inner.config.get("outputs")).get(parts[3] or "") if inner and parts else None
        if inner is None or told is None:
            found.lost.append(name)
            return
        self._follow(inner, list(_all_names(_dict(told).get("expression"))), found, {}, depth + 1)


def _names(expressions: Any, path: Sequence[str | int]) -> list[str] | None:
    """Return the names in the expression for a value; None where no expression is told for it."""
    here, block = expressions, ""
    for part in path:
        if isinstance(part, int):
            if isinstance(here, list):
                ordered = block in _LISTS and part < len(here)
                here = here[part] if ordered or len(here) == 1 else {"all": here}
        elif not isinstance(here, dict):
            return None
        elif "references" in here or "constant_value" in here:
            break
        elif "all" in here and isinstance(here["all"], list):
            here = [one[part] for one in here["all"] if isinstance(one, dict) and part in one]
            here = here[0] if len(here) == 1 else {"references": list(_all_names(here))}
        else:
            here, block = here.get(part), part
        if here is None:
            return None
        if isinstance(here, list) and not all(isinstance(one, dict) for one in here):
            return None
    return list(_all_names(here))


def _is_dynamic(declared: Mapping[str, Any], name: str | int) -> bool:
    """Say whether an unknown block can only come from a ``dynamic`` one, which no plan has expressions of."""
    return name in _NEVER_FILLED_IN or (name == "rule" and declared.get("type") in _RULES)


def _is_written(expressions: Mapping[str, Any], path: Sequence[str | int]) -> bool:
    """Say whether the block around a value is told, so that its silence means that the value is not set."""
    around = path[:-1]
    while around and isinstance(around[-1], int):
        around = around[:-1]
    return not around or _names(expressions, around) is not None


def _all_names(expression: Any) -> Iterator[str]:
    if isinstance(expression, list):
        for one in expression:
            yield from _all_names(one)
    elif isinstance(expression, dict):
        references = expression.get("references")
        if isinstance(references, list):
            yield from (name for name in references if isinstance(name, str))
        else:
            for one in expression.values():
                yield from _all_names(one)


def _longest(names: Sequence[str]) -> list[str]:
    every = dict.fromkeys(names)
    return [one for one in every if not any(other.startswith((f"{one}.", f"{one}[")) for other in every)]


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _dicts(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()
