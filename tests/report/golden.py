"""Whole reports as files: ``UPDATE_GOLDEN=1 make test`` writes them anew, and git shows what changed."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check(name: str, text: str) -> None:
    """Compare a report with the file of that name, byte by byte, or write the file."""
    path = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode()
