"""Finds what the CDK staged: the local file behind an address that exists only after deployment.

Without the CLI around it, an app leaves no ``aws:asset:path`` in its templates, and the asset manifests alone
tell. Source: AWS CDK, cloud assembly schema, AssetManifest.
"""

from collections.abc import Mapping
from pathlib import Path

from checker.sources.cloudformation import json_text
from checker.sources.cloudformation.node import Malformed, child, entries
from checker.sources.cloudformation.text import read

MANIFESTS = "*.assets.json"


def staged(folder: Path) -> Mapping[str, Path]:
    """Return the files of an assembly by the names that they get in S3; raises CannotObserve."""
    found: dict[str, Path] = {}
    for path in sorted(folder.glob(MANIFESTS)):
        try:
            root = json_text.parse(read(path))
        except Malformed as error:
            raise error.within(path) from error
        for _, file in entries(child(root, "files")):
            source = child(file, "source", "path")
            if source is None or not isinstance(source.value, str):
                continue
            for _, destination in entries(child(file, "destinations")):
                key = child(destination, "objectKey")
                if key and isinstance(key.value, str):
                    found[key.value.rpartition("/")[2]] = folder / source.value
    return found
