"""Finds templates among files, and says in one sentence what is wrong with one that cannot be read."""

from collections.abc import Iterator
from pathlib import Path

from checker.observation import CannotObserve
from checker.sources.cloudformation.node import Malformed, child, entries
from checker.sources.cloudformation.text import MAX_BYTES, Document, parsed, read

SUFFIXES = frozenset((".json", ".yaml", ".yml", ".template"))
MANIFEST = "manifest.json"
_SKIPPED = frozenset((".git", ".venv", "node_modules", "__pycache__", "cdk.context.json"))


def in_folder(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that may hold a template, and folders that the CDK synthesised into."""
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise CannotObserve(f"{folder} cannot be read: {error.strerror or error}") from error
    for one in inside:
        if one.name in _SKIPPED:
            continue
        if one.is_dir() and not one.is_symlink():
            if is_assembly(one):
                yield one
            else:
                yield from in_folder(one)
        elif one.suffix in SUFFIXES and one.is_file():
            yield one


def is_assembly(folder: Path) -> bool:
    """Say whether a folder is one that the CDK synthesised into."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return False
    try:
        return child(parsed(manifest, read(manifest)), "artifacts") is not None
    except CannotObserve:
        if (folder / "cdk.out").exists():  # the CDK's own mark
            raise
        return False


def template(path: Path) -> Document:
    """Read a template; raises CannotObserve with the place of what makes it none."""
    found = Document(path, read(path))
    _check(found)
    return found


def template_if_any(path: Path) -> Document | None:
    """Read a file of a folder: None when it holds something else than a template, such as settings."""
    if path.stat().st_size > MAX_BYTES:
        return None
    try:
        found = Document(path, read(path))
    except CannotObserve:
        return None
    if not found.mentions and "AWSTemplateFormatVersion" not in found.text:
        return None
    if found.plainly_valid:
        return found
    if not isinstance(found.root.value, dict) or "Resources" not in found.root.value:
        return None
    _check(found)
    return found


def template_of_stack(path: Path) -> Document:
    """Read the template of a stack that another file names; it may declare no resources at all."""
    found = Document(path, read(path))
    if not found.plainly_valid and isinstance(found.root.value, dict) and "Resources" in found.root.value:
        _check(found)
    return found


def _check(document: Document) -> None:
    """Raise CannotObserve unless the outermost shape is a template's."""
    if document.plainly_valid:
        return
    path, root = document.path, document.root
    if not isinstance(root.value, dict):
        raise CannotObserve(f"{path} is not a CloudFormation template: it is not an object")
    resources = root.value.get("Resources")
    if resources is None:
        raise CannotObserve(f"{path} is not a CloudFormation template: it has no Resources")
    if not isinstance(resources.value, dict):
        raise CannotObserve(Malformed("has Resources that are no object", *resources.place).within(path))
    for id, node in entries(resources):
        kind = child(node, "Type")
        if id.startswith("Fn::"):
            continue
        if not isinstance(node.value, dict):
            raise CannotObserve(
                Malformed(f"has a resource {id!r} that is no object", *node.place).within(path)
            )
        if kind is None or not isinstance(kind.value, str):
            raise CannotObserve(Malformed(f"has a resource {id!r} without a Type", *node.place).within(path))
