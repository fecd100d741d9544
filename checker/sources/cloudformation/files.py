"""Finds templates among files, and says in one sentence what is wrong with one that cannot be read."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from checker.observation import CannotObserve
from checker.sources.cloudformation.node import Malformed, child, entries
from checker.sources.cloudformation.text import Document, parsed, read

SUFFIXES = frozenset((".json", ".yaml", ".yml", ".template"))
MANIFEST = "manifest.json"
SKIPPED = frozenset(
    (
        *(".git", ".hg", ".svn", ".venv", "venv", ".tox", ".nox", "node_modules", "__pycache__"),
        *(".terraform", ".aws-sam", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"),
        "cdk.context.json",
    )
)
"""Names of folders and files in which nobody keeps templates that are to be judged."""
LANGUAGE = (".tf", ".tf.json", ".tofu", ".tofu.json")
"""How files end that Terraform and OpenTofu make plans of."""
_STAGED = re.compile(r"asset\.[0-9a-f]{32,}(\.\w+)?")
"""What the CDK stages beside its templates: code of functions, and copies of what nested stacks read."""
_SIGNS = (b"AWSTemplateFormatVersion", b"AWS::")
_HEAD = 1 << 16
"""Bytes in which a template that is no proper text, or too large, would still show what it is."""


def _nothing(path: Path) -> None:
    """Tell nobody."""


def in_folder(
    folder: Path, refuse: Callable[[CannotObserve], None], source: Callable[[Path], None] = _nothing
) -> Iterator[Path]:
    """Yield the files below a folder that may hold a template, and folders that the CDK synthesised into.

    Links are followed, each folder once, so that a loop of links ends. What cannot be looked into is refused,
    and ``source`` is told of files in Terraform's language, which only a plan makes something of.
    """
    waiting = [folder]
    been = set[str]()
    while waiting:
        path = waiting.pop()
        real = os.path.realpath(path)
        if real in been:
            continue
        been.add(real)
        try:
            if path != folder and is_assembly(path):
                yield path
                continue
            inside = _inside(path)
        except CannotObserve as refusal:
            refuse(refusal)
            continue
        for one in (path / name for name, is_folder in inside if not is_folder):
            if one.name.endswith(LANGUAGE):
                source(one)
            elif one.suffix.lower() in SUFFIXES and one.is_file():
                yield one
        waiting += [path / name for name, is_folder in reversed(inside) if is_folder]


def _inside(folder: Path) -> list[tuple[str, bool]]:
    """Return the names in a folder with whether each is a folder itself, but those that are skipped."""
    try:
        with os.scandir(folder) as found:
            inside = [(one.name, _is_folder(one)) for one in found]
    except OSError as error:
        raise CannotObserve(f"{folder} cannot be read: {error.strerror or error}", str(folder)) from error
    return sorted(
        (name, folder)
        for name, folder in inside
        if name not in SKIPPED and not (folder and _STAGED.fullmatch(name))
    )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


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


def template(path: Path, text: str | None = None) -> Document:
    """Read a template; raises CannotObserve with the place of what makes it none."""
    if path.name.endswith(LANGUAGE):
        do = "check its plan, written with: terraform show -json PLAN"
        raise CannotObserve(f"{path} is written in Terraform's language: {do}", str(path))
    found = Document(path, read(path) if text is None else text)
    _check(found)
    return found


def template_if_any(path: Path) -> Document | None:
    """Read a file of a folder: None when it holds something else than a template, such as settings.

    Raises CannotObserve for what says that it is a template and cannot be read as one, and for what cannot be
    looked at: it may be one.
    """
    try:
        found = Document(path, read(path))
    except CannotObserve:
        if not _looks_like_one(path):
            return None
        raise
    if not found.mentions and "AWSTemplateFormatVersion" not in found.spelled:
        return None
    if found.plainly_valid:
        return found
    if not isinstance(found.root.value, dict):
        return None
    if "Resources" not in found.root.value and "AWSTemplateFormatVersion" not in found.root.value:
        return None
    _check(found)
    return found


def _looks_like_one(path: Path) -> bool:
    """Say whether a file that is no proper text begins like a template; one that nobody may read might."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD).replace(b"\0", b"")
    except OSError:
        return True
    return any(sign in head for sign in _SIGNS)


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
        raise CannotObserve(f"{path} is not a CloudFormation template: it is not an object", str(path))
    resources = root.value.get("Resources")
    if resources is None:
        raise CannotObserve(f"{path} is not a CloudFormation template: it has no Resources", str(path))
    if not isinstance(resources.value, dict):
        raise Malformed("has Resources that are no object", *resources.place).within(path)
    for id, node in entries(resources):
        kind = child(node, "Type")
        if id.startswith("Fn::"):
            continue
        if not isinstance(node.value, dict):
            raise Malformed(f"has a resource {id!r} that is no object", *node.place).within(path)
        if kind is None or not isinstance(kind.value, str):
            raise Malformed(f"has a resource {id!r} without a Type", *node.place).within(path)
