"""Reads what a request carries in XML or in a form, guided by botocore's models, into the shapes of boto3."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"


def from_xml(shape: Any, body: bytes) -> Any:
    """Read an XML document; namespaces do not matter."""
    return _element(shape, ElementTree.fromstring(body))


def _element(shape: Any, element: ElementTree.Element) -> Any:
    match shape.type_name:
        case "structure":
            found = {name: _child(member, name, element) for name, member in shape.members.items()}
            return {name: value for name, value in found.items() if value is not None}
        case "list":
            return [_element(shape.member, child) for child in element]
        case _:
            return _scalar(shape, element.text or "")


def _child(shape: Any, name: str, parent: ElementTree.Element) -> Any:
    wire = shape.serialization.get("name", name)
    if shape.serialization.get("xmlAttribute"):
        return parent.get(INSTANCE + wire.partition(":")[2])
    children = [child for child in parent if child.tag.rpartition("}")[2] == wire]
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        return [_element(shape.member, child) for child in children] or None
    return _element(shape, children[0]) if children else None


def from_form(shape: Any, form: Mapping[str, str], path: str = "") -> Any:
    """Read a form of the query protocol, whose names spell the structure: ``Rules.member.1.Name``."""
    match shape.type_name:
        case "structure":
            places = {name: _place(path, member, name) for name, member in shape.members.items()}
            return {
                name: from_form(shape.members[name], form, place)
                for name, place in places.items()
                if any(given == place or given.startswith(f"{place}.") for given in form)
            }
        case "list":
            items = path if shape.serialization.get("flattened") else f"{path}.member"
            return [from_form(shape.member, form, place) for place in _numbered(form, items)]
        case "map":
            entries = _numbered(form, f"{path}.entry")
            return {form[f"{one}.key"]: from_form(shape.value, form, f"{one}.value") for one in entries}
        case _:
            return _scalar(shape, form[path])


def _place(path: str, member: Any, name: str) -> str:
    wire = member.serialization.get("name", name)
    return f"{path}.{wire}" if path else wire


def _numbered(form: Mapping[str, str], path: str) -> list[str]:
    """Return the places of the entries of a list or map, in their order."""
    start = f"{path}."
    numbers = {name.removeprefix(start).partition(".")[0] for name in form if name.startswith(start)}
    return [f"{start}{number}" for number in sorted(numbers, key=int)]


def _scalar(shape: Any, text: str) -> Any:
    match shape.type_name:
        case "boolean":
            return text == "true"
        case "integer" | "long":
            return int(text)
        case "timestamp":
            return datetime.fromisoformat(text)
        case _:
            return text
