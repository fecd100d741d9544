"""Policy documents of plans: written out, or put together from the statements of a data source.

Source of names and defaults: Terraform AWS provider documentation, aws_iam_policy_document.
"""

import json
from collections.abc import Iterator
from typing import Any

from checker.evidence import Cause, Known, Observed, Unknown, derive
from checker.sources.cloudformation.documents import spelled_out
from checker.sources.cloudformation.settings import Wrong, document
from checker.sources.naming import undecided
from checker.sources.terraform.names import (
    ALARM,
    BUCKET,
    COMPOSITE,
    GROUP,
    ROLE,
    RULE,
    TOPIC,
    TRAIL,
    USER,
    arn_of,
    untold,
)
from checker.sources.terraform.resource import Open, Resource, Value
from checker.sources.terraform.settings import block, blocks, setting, unknown, value_of
from checker.sources.terraform.world import World

SOURCE = "aws_iam_policy_document"
LATER = "${known after apply}"
"""Stands in a document for text that only the apply gives: like a policy variable, it may be any text."""
_OURS = {
    "AWS::S3::Bucket": BUCKET,
    "AWS::CloudTrail::Trail": TRAIL,
    "AWS::Logs::LogGroup": GROUP,
    "AWS::IAM::Role": ROLE,
    "AWS::SNS::Topic": TOPIC,
    "AWS::CloudWatch::Alarm": ALARM,
    "AWS::CloudWatch::CompositeAlarm": COMPOSITE,
    "AWS::Events::Rule": RULE,
}
_MOST = 10
"""Documents that are made of each other."""


class Untold(Exception):
    """A document depends on something that decides too much to leave it open."""

    def __init__(self, why: str) -> None:
        super().__init__(why)


def policy(resource: Resource, path: str, world: World, *about: Resource) -> Observed[str | None]:
    """Read a policy document as text, None where none is set.

    One that spells out an account, a Region or a name while the one that it may mean is not known is
    undecided: whether the one is the other would decide what it allows. ``about`` has what is judged by it
    beside trails and what they name.
    """
    found = text(resource, path, world)
    if isinstance(found, Unknown) or not found.content:
        return found

    def may_be(type: str, name: str) -> bool:
        ours = _OURS[type]
        named = [open_ for one in about if one.type == ours and (open_ := untold(one))]
        return not world.named(ours, name) and undecided(name, [*world.untold(ours), *named])

    for written, what, how in spelled_out(found.content, resource.environment, may_be):
        reason = f"{path} of {resource.address} names {written}, and {what} is not given: {how}"
        return Unknown(reason, Cause.UNDECIDED, found.origin)
    return Known(found.content, found.origin)


def granted(resource: Resource, path: str, world: World) -> Observed[str]:
    """Read the policy of an identity, which no text that only the apply gives may be part of.

    Of a bucket's own policy it is clear what it is about; of an identity's, all of what it allows is in such
    a text.
    """
    found = text(resource, path, world)
    if isinstance(found, Known) and LATER in (found.content or ""):
        reason = (
            f"{path} of {resource.address} cannot be told, since its resources are known only after apply"
        )
        return Unknown(reason, Cause.UNDECIDED, found.origin)
    return derive(found, lambda document: document or "")


def text(resource: Resource, path: str, world: World) -> Observed[str | None]:
    """Read a policy document as text; what a data source will write is put together beforehand."""
    found = value_of(resource, path)
    if not isinstance(found, Open):
        return setting(resource, path, lambda value: document(value) or None, None)
    sources = world.targets(found, (SOURCE,), resource)
    if len(sources) != 1:
        return unknown(resource, path, found)
    try:
        return Known(json.dumps(_document(sources[0], world, 0)), sources[0].origin())
    except Untold as error:
        reason = f"{path} of {resource.address} cannot be told, since {error}"
        return Unknown(reason, Cause.UNDECIDED, sources[0].origin())
    except Wrong as error:
        reason = f"{path} of {resource.address} is made from {sources[0].address}, which is {error}"
        return Unknown(reason, Cause.MALFORMED, sources[0].origin())


def _document(source: Resource, world: World, depth: int) -> dict[str, Any]:
    """Put a document together: those that it starts from, its own statements, those that override."""
    known = source.values.get("json")
    if isinstance(known, str) and known:
        return _parsed(known, source)
    if depth > _MOST:
        raise Untold(f"{source.address} leads too far")
    version = _plain(source.values.get("version"), source, "version") or "2012-10-17"
    if version != "2012-10-17":
        raise Untold(f"{source.address} is of the version {version}")
    found: list[dict[str, Any]] = []
    for path in ("source_json", "source_policy_documents"):
        found += _parts(source, path, world, depth)
    found = _merged(found, [_statement(one, source, world) for one in _statements(source)])
    for path in ("override_json", "override_policy_documents"):
        found = _merged(found, _parts(source, path, world, depth))
    return {"Version": version, "Statement": found}


def _merged(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join statements; one with the Sid of an earlier one takes its place."""
    found = list(first)
    for one in second:
        sid = one.get("Sid")
        place = next((n for n, old in enumerate(found) if sid and old.get("Sid") == sid), None)
        if place is None:
            found.append(one)
        else:
            found[place] = one
    return found


def _parts(source: Resource, path: str, world: World, depth: int) -> list[dict[str, Any]]:
    """Return the statements of other documents that a document is made of."""
    found = source.values.get(path)
    given = found if isinstance(found, list) else [found] if found else []
    statements: list[dict[str, Any]] = []
    open_ = [one for one in given if isinstance(one, Open)]
    behind = world.targets(open_[0], (SOURCE,), source) if open_ else []
    if len(behind) != len(open_):
        raise Untold(f"{path} of {source.address} {open_[0].reason.removeprefix('it ')}")
    later = iter(behind)
    for one in given:
        inner = _document(next(later), world, depth + 1) if isinstance(one, Open) else _parsed(one, source)
        told = inner.get("Statement", [])
        statements += told if isinstance(told, list) else [told]
    return statements


def _parsed(value: Value, source: Resource) -> dict[str, Any]:
    try:
        found = json.loads(value) if isinstance(value, str) and value else {}
    except (ValueError, RecursionError):
        raise Wrong(f"{source.address}, whose JSON is none") from None
    if not isinstance(found, dict):
        raise Wrong(f"{source.address}, whose JSON is no policy document")
    return found


def _statements(source: Resource) -> Iterator[dict[str, Value]]:
    found = source.values.get("statement")
    if isinstance(found, Open):
        raise Untold(f"the statements of {source.address} are known only after apply")
    yield from blocks(found or [])


def _statement(one: dict[str, Value], source: Resource, world: World) -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": _plain(one.get("effect"), source, "effect") or "Allow"}
    sid = _plain(one.get("sid"), source, "sid")
    if sid:
        found["Sid"] = sid
    for name, element in (("actions", "Action"), ("not_actions", "NotAction")):
        actions = [_plain(each, source, name) for each in _items(one.get(name), source, name)]
        if actions:
            found[element] = actions
    for name, element in (("resources", "Resource"), ("not_resources", "NotResource")):
        texts = [_text(each) for each in _items(one.get(name), source, name)]
        if texts:
            found[element] = texts
    for name, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        who = _principals(one.get(name), source, world)
        if who:
            found[element] = who
    conditions = _conditions(one.get("condition"), source)
    return found | ({"Condition": conditions} if conditions else {})


def _items(value: Value, source: Resource, name: str) -> list[Value]:
    if isinstance(value, Open):
        raise Untold(f"{name} of {source.address} are known only after apply")
    return value if isinstance(value, list) else [value] if value else []


def _plain(value: Value, source: Resource, name: str) -> str:
    if isinstance(value, Open):
        raise Untold(f"{name} of {source.address} is known only after apply")
    return value if isinstance(value, str) else ""


def _text(value: Value) -> str:
    """Return a text of a statement; the data source has ``&{`` where a policy variable has ``${``."""
    if isinstance(value, Open):
        return LATER
    if not isinstance(value, str):
        raise Wrong("a policy document with something that is no text")
    return value.replace("&{", "${")


def _principals(value: Value, source: Resource, world: World) -> Any:
    found: dict[str, list[str]] = {}
    for one in _items(value, source, "principals"):
        kind = _plain(block(one).get("type"), source, "type")
        names = _items(block(one).get("identifiers"), source, "identifiers")
        later = iter(_roles(names, source, world))
        found.setdefault(kind, []).extend(
            next(later) if isinstance(name, Open) else _text(name) for name in names
        )
    return "*" if "*" in found else found


def _roles(names: list[Value], source: Resource, world: World) -> list[str]:
    """Return the ARNs of the principals that are known only after apply: as many as resources made them."""
    open_ = [name for name in names if isinstance(name, Open)]
    behind = world.targets(open_[0], (ROLE, USER), source) if open_ else []
    if len(behind) != len(open_):
        raise Untold(f"principals of {source.address} are known only after apply")
    return [arn_of(one) for one in behind]


def _conditions(value: Value, source: Resource) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for one in _items(value, source, "conditions"):
        test, variable = (_plain(block(one).get(name), source, name) for name in ("test", "variable"))
        values = block(one).get("values")
        listed = [values] if isinstance(values, Open) else _items(values, source, "values")
        told = [_text(each) for each in listed]
        found.setdefault(test, {}).setdefault(variable, []).extend(told)
    return found
