"""What the expressions that Checkov left in a graph come to: names and ARNs of resources, or nothing yet.

Checkov writes an expression as text, so text that reads like one is taken for one: a value that was meant
literally becomes UNKNOWN at worst. Interpolations inside documents have lost their marks.
"""

import re
from collections.abc import Mapping
from typing import Any

from checker.sources.terraform.names import KINDS, arn_of, name_of
from checker.sources.terraform.resource import Open, Reference, Resource, Value

_NAME = r"(?:data\.)?aws_[a-z0-9_]+\.[A-Za-z_][\w-]*(?:\[[^\[\]]*\])?"
_REFERENCE = re.compile(rf"\$\{{({_NAME})\.([a-z_]\w*)\}}|(?<![\w.$-])({_NAME})\.([a-z_][a-z0-9_]*)")
_ROOT = re.compile(rf"(?:\$\{{)?({_NAME})\.(roots)\[0\]\.id\}}?")
"""The root of an organization, of which there is one."""
_EMBEDDED = re.compile(rf"\$\{{({_NAME})\.([a-z_]\w*)\}}|({_NAME})\.([a-z_][a-z0-9_]*)")
"""A reference in a document, where it may follow any letter."""
_MODULES = re.compile(r"(?:module\.[^.\[]+(?:\[[^\]]*\])?\.)*")
_MARK = "\x00"
"""Stands for a policy variable, which is text."""
_VARIABLE = re.compile(r"\$\$\{|\$\{(?=[\w-]+:|\*\}|\?\}|\$\})")
_FUNCTIONS = (
    "abs base64decode base64encode can ceil chomp coalesce coalescelist compact concat contains distinct "
    "element endswith file filebase64 fileexists fileset flatten floor format formatlist indent join "
    "jsondecode jsonencode keys length lookup lower max md5 merge min one parseint range regex regexall "
    "replace reverse setproduct setunion sha256 slice sort split startswith strcontains strrev substr sum "
    "templatefile templatestring timestamp title tobool tolist tomap tonumber toset tostring trim "
    "trimprefix trimsuffix trimspace try upper urlencode uuid values yamldecode yamlencode zipmap"
).replace(" ", "|")
_LEFT = re.compile(
    rf"\$\{{|%\{{"
    rf"|(?<![\w.$/-])(?:var|local|module|each|count|self|path|terraform)\.[A-Za-z_]"
    rf"|(?<![\w.$/-])data\.[a-z]\w*\.\w+"
    rf"|^!\s*\w|\s\?\s.*\s:\s"
    rf"|(?:^|[\s(,\[])(?:{_FUNCTIONS})\("
    rf"|^\s*[\[{{]?\s*for\s.+\sin\s.+:"
    rf"|^[a-z]+_\w+\.[A-Za-z_][\w-]*(?:\[[^\[\]]*\])?\.\w+$"
)
"""What only Terraform can tell."""
_LEFT_EMBEDDED = re.compile(r"(?:var|local|module|each|data)\.[A-Za-z_]\w*|\b[a-z]+_\w+\.[\w-]+\.[a-z_]+\b")
_OPEN = "Checkov leaves {} as it is written"
_HERE = {
    ("aws_caller_identity", "account_id"): "account",
    ("aws_caller_identity", "id"): "account",
    ("aws_partition", "partition"): "partition",
    ("aws_partition", "id"): "partition",
    ("aws_partition", "dns_suffix"): "suffix",
    ("aws_region", "name"): "region",
    ("aws_region", "id"): "region",
    ("aws_region", "region"): "region",
}
_NAMES = {"aws_s3_bucket": ("id", "bucket"), "aws_kms_key": ("id", "key_id"), "aws_cloudtrail": ("name",)}
"""Attributes that are the name itself; that of a trail's ``id`` depends on the version of the provider."""


class Scope:
    """The resources of a root module and of the modules that it calls."""

    def __init__(self, unset: frozenset[str] = frozenset()) -> None:
        self._unset = unset
        self._resources: dict[str, Resource] = {}
        self._counted: dict[str, str] = {}

    def add(self, resource: Resource, counted: str) -> None:
        """Take a resource in; ``counted`` names what its number depends on, where nobody can tell it."""
        self._resources[resource.address] = resource
        self._counted[resource.address] = counted

    def resource(self, address: str) -> Resource:
        """Return a resource by its address."""
        return self._resources[address]

    def counted(self, address: str) -> str:
        """Return what the number of a resource depends on; empty where it is there once."""
        return self._counted[address]

    def is_unset(self, name: str, own: Resource) -> bool:
        """Say whether a variable comes to null in a resource's module."""
        prefix = _MODULES.match(own.address)
        return (prefix[0] if prefix else "") + name in self._unset

    def name(self) -> None:
        """Tell the names of all resources, so that ARNs can be made of them; one may be made of another."""
        for _ in range(3):
            for address, one in list(self._resources.items()):
                kind = KINDS.get(one.type)
                if kind and kind.attribute in one.values:
                    value = told(one.values[kind.attribute], self, one)
                    if value != one.values[kind.attribute] and isinstance(value, str):
                        self._resources[address] = _with(one, {**one.values, kind.attribute: value})

    def find(self, name: str, own: Resource) -> Resource | None:
        """Return what a name leads to from inside a resource's module, or from one that calls it.

        Checkov puts an argument in place of a module's variable as it was written outside. A name that means
        one thing inside and another outside leads nowhere.
        """
        prefix = _MODULES.match(own.address)
        steps = prefix[0] if prefix else ""
        found: dict[str, Resource] = {}
        while True:
            plain = re.sub(r"\[[^\[\]]*\]$", "", name)
            for candidate in (steps + name, steps + plain):
                one = self._resources.get(candidate)
                if one and (candidate == steps + name or self._counted[candidate]):
                    found[one.address] = one
            if not steps:
                break
            steps = re.sub(r"module\.[^.\[]+(?:\[[^\]]*\])?\.$", "", steps)
        return next(iter(found.values())) if len(found) == 1 else None


def _with(resource: Resource, values: Mapping[str, Any]) -> Resource:
    return Resource(
        type=resource.type,
        address=resource.address,
        values=values,
        environment=resource.environment,
        path=resource.path,
        line=resource.line,
    )


def told(value: Any, scope: Scope, own: Resource, *, loose: bool = False) -> Value:
    """Return a value of a vertex as a value of a resource; ``loose`` inside documents."""
    if isinstance(value, dict):
        inner = {str(name): one for name, one in value.items() if not str(name).startswith("__")}
        return {_key(name, scope, own): told(one, scope, own, loose=loose) for name, one in inner.items()}
    if isinstance(value, list | tuple | set):
        return [told(one, scope, own, loose=loose) for one in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    if text in ("null", "None") or (text.startswith("var.") and scope.is_unset(text, own)):
        return None
    return _text(text, scope, own, loose)


def _key(name: str, scope: Scope, own: Resource) -> str:
    found = _text(name, scope, own, True)
    return found if isinstance(found, str) else name


def _text(text: str, scope: Scope, own: Resource, loose: bool) -> Value:
    """Return text with the names in it resolved; open where one is left."""
    plain = _VARIABLE.sub(_MARK, text)
    whole = _REFERENCE.fullmatch(plain.strip())
    if whole:
        return _referred(whole[1] or whole[3], whole[2] or whole[4], scope, own)
    root = _ROOT.fullmatch(plain.strip())
    if root:
        return _referred(root[1], root[2], scope, own)
    open_: list[str] = []

    def resolved(match: "re.Match[str]") -> str:
        found = _referred(match[1] or match[3], match[2] or match[4], scope, own)
        if isinstance(found, str):
            return found
        open_.append(match[0])
        return match[0]

    pattern = _EMBEDDED if loose else _REFERENCE
    read = pattern.sub(resolved, plain)
    left = _LEFT.search(read) or (_LEFT_EMBEDDED.search(read) if loose else None)
    if open_ or left:
        return Open(_OPEN.format(open_[0] if open_ else text[:80]), followed=False)
    return read.replace(_MARK, "${")


def _referred(name: str, attribute: str, scope: Scope, own: Resource) -> Value:
    """Return what an attribute of a resource is: where it is deployed to, its name, its ARN, or a value."""
    type = name.removeprefix("data.").partition(".")[0]
    if name.startswith("data.") and (type, attribute) in _HERE:
        found = scope.find(name, own)
        return str(getattr((found or own).environment, _HERE[type, attribute]))
    one = scope.find(name, own)
    if one is None:
        return Open(f"{name} is not described here", followed=False)
    kind = KINDS.get(one.type)
    if kind and attribute == "arn":
        return arn_of(one)
    if kind and attribute in _NAMES.get(one.type, (kind.attribute, "name")):
        return name_of(one)
    return Open("it is known only after apply", references=(Reference(one.address, attribute),))
