"""Reads what ``terraform show -json`` writes, and says in one sentence what else a file is.

Source: Terraform documentation, JSON Output Format (format versions 0.x and 1.x).
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from checker.observation import CannotObserve
from checker.sources.cloudformation import json_text
from checker.sources.cloudformation.node import Malformed, Node, child

MAX_BYTES = 1 << 27
"""Plans of thousands of resources stay below; what is larger is no plan that anybody reviews."""
_SHOW = "write it with: terraform show -json PLAN"
_ARCHIVE = b"PK\x03\x04"
"""A saved plan is a ZIP archive."""
_LOG = re.compile(rb'\{"@level":[^\n]*"@module":"(?:terraform|tofu)\.ui"')
"""The first line of what ``plan -json`` prints."""
_START = re.compile(r'\s*\{\s*"format_version"\s*:\s*"[\d.]+"\s*,\s*"terraform_version"')
_ADDRESS = re.compile(r'"address"\s*:\s*"((?:[^"\\]|\\.)*)"')


class _Head(msgspec.Struct):
    """As much of any JSON file as tells what Terraform wrote it for."""

    format_version: Any = None
    terraform_version: Any = None
    planned_values: msgspec.Raw = msgspec.Raw()
    resource_changes: msgspec.Raw = msgspec.Raw()
    values: msgspec.Raw = msgspec.Raw()
    lineage: Any = None

    @property
    def shown(self) -> bool:
        """Whether ``terraform show -json`` wrote it."""
        parts = (self.terraform_version, self.planned_values, self.resource_changes, self.values)
        return self.format_version is not None and any(map(bool, map(_filled, parts)))

    @property
    def kept(self) -> bool:
        """Whether it is a state as Terraform keeps it."""
        return self.lineage is not None and self.terraform_version is not None


def _utf8(raw: bytes) -> bytes:
    """Return text that a shell wrote as UTF-16, as PowerShell does, in UTF-8; all else as it is."""
    if not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw
    try:
        return raw.decode("utf-16").encode()
    except UnicodeError:
        return raw


def _filled(part: Any) -> bool:
    return bool(bytes(part)) if isinstance(part, msgspec.Raw) else part is not None


def recognise(path: Path) -> bool:
    """Say whether a file is Terraform's: a plan, or what ``load`` tells how to make one of. Raises nothing.

    A template, settings and anything else that does not look as if Terraform wrote it is not.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return False
    if raw.startswith(_ARCHIVE):
        return b"tfplan" in raw
    if _LOG.match(raw):
        return True
    raw = _utf8(raw)
    if not raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or b'"terraform_version"' not in raw:
        return False
    try:
        head = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"), type=_Head)
    except (msgspec.MsgspecError, RecursionError):
        return bool(_START.match(raw[:1000].decode("utf-8", "replace").removeprefix("\ufeff")))
    return head.shown or head.kept


class Shown(msgspec.Struct, frozen=True):
    """A plan or a state, decoded, with the place of each resource in the text."""

    path: Path
    content: Mapping[str, Any]
    text: str
    at: Mapping[str, int]
    """Where in the text each address stands first, which is in the planned values."""
    part: json_text.Part

    def place(self, address: str) -> tuple[int, int]:
        """Return line and column of a resource, from 1 on; zeros where it is not told."""
        return self.part.place(self.at[address]) if address in self.at else (0, 0)

    def values(self, address: str) -> Node | None:
        """Return the values of a resource as they are written, with their places."""
        at = self.text.rfind("{", 0, self.at[address]) if address in self.at else -1
        try:
            node = self.part.value(at) if at >= 0 else None
        except Malformed:
            return None
        written = (("values",), ("change", "after"), ("change", "before"))
        return next((found for names in written if (found := child(node, *names))), None)


def read(path: Path, raw: bytes | None = None) -> Shown:
    """Read a plan, or a state that was shown as JSON; raises CannotObserve with one sentence.

    ``raw`` is the content of what is no file, such as stdin.
    """
    raw = _utf8(_bytes(path) if raw is None else _checked(path, raw))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(path, "is not a Terraform plan in JSON: it is not UTF-8 text") from error
    try:
        content = msgspec.json.decode(text)
    except RecursionError as error:
        raise _refusal(path, "is nested too deeply to be a Terraform plan") from error
    except msgspec.MsgspecError as error:
        cut = "truncated" in str(error)
        what = "is cut short" if cut else f"is not JSON: {error}"
        raise _refusal(path, f"{what}; {_SHOW} > {path.name}") from error
    _check(path, content)
    return Shown(path=path, content=content, text=text, at=_places(text), part=json_text.Part(text))


def _refusal(path: Path, what: str) -> CannotObserve:
    return CannotObserve(f"{path} {what}", str(path))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _refusal(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return _checked(path, raw)


def _checked(path: Path, raw: bytes) -> bytes:
    if len(raw) > MAX_BYTES:
        raise _refusal(path, f"is larger than {MAX_BYTES} bytes, so it is not a Terraform plan")
    if raw.startswith(_ARCHIVE):
        shown = f"terraform show -json {path.name} > plan.json"
        raise _refusal(path, f"is a saved plan in Terraform's own format: write it as JSON with: {shown}")
    if _LOG.match(raw):
        raise _refusal(path, f"is what terraform plan -json says while it plans, and no plan: {_SHOW}")
    if not raw.strip():
        raise _refusal(path, f"is empty; {_SHOW} > {path.name}")
    return raw


def _check(path: Path, content: Any) -> None:
    """Raise CannotObserve unless it is a plan, or a state, of a version that is understood."""
    if not isinstance(content, dict):
        raise _refusal(path, "is not a Terraform plan: it is not an object")
    if "lineage" in content and "format_version" not in content:
        raise _refusal(path, "is a state as Terraform keeps it: write it with: terraform show -json")
    version = content.get("format_version")
    if not isinstance(version, str) or not re.fullmatch(r"\d+(\.\d+)*", version):
        raise _refusal(path, f"is not a Terraform plan: it has no format_version; {_SHOW}")
    if version.partition(".")[0] not in ("0", "1"):
        raise _refusal(path, f"has the format version {version}, and only 1.x is understood")
    if content.get("errored") is True:
        raise _refusal(path, "is a plan that ended in an error, so it is not complete: plan again")
    for name, kind in (("resource_changes", list), ("planned_values", dict), ("configuration", dict)):
        if not isinstance(content.get(name, kind()), kind):
            raise _refusal(path, f"is not a Terraform plan: its {name} is not what it should be")
    if not any(isinstance(content.get(name), dict) for name in ("planned_values", "values")):
        if set(content) <= {"format_version", "terraform_version"}:
            raise _refusal(path, "is an empty state, in which there is nothing to judge")
        raise _refusal(path, f"is not a Terraform plan: it has no planned_values; {_SHOW}")


def _places(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for match in _ADDRESS.finditer(text):
        address = match[1]
        if "\\" in address:
            address = msgspec.json.decode(f'"{address}"', type=str)
        found.setdefault(address, match.start())
    return found
