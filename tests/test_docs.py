"""What the documents promise exists: generated pages are fresh, links lead somewhere, commands parse."""

import re
import shlex
from pathlib import Path

import pytest

from checker.catalog import CONTROLS
from checker.cli.config import Settings
from checker.cli.describe import describe
from checker.cli.example import linked
from checker.cli.page import page
from checker.cli.parser import parse
from checker.frameworks import requirements_by_control, titles
from checker.model import Thresholds

ROOT = Path(__file__).parent.parent
FOLDERS = (".", "bench", "docs", "examples", "policies")
DOCUMENTS = sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.md"))
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)(?:#[^)\s]*)?\)")
COMMAND = re.compile(r"^(?: {4}|\$ |)(trailhold(?: [^#\n]*)?|make [a-z]+)(?: *#.*)?$", re.MULTILINE)
BLOCK = re.compile(r"^```(?:\w*)\n(.*?)^```$|((?:^ {4}.*\n)+)", re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Every command line inside a code block of a document."""
    found = []
    for document in DOCUMENTS:
        text = document.read_text("utf-8").replace("\\\n", " ")
        for block in BLOCK.finditer(text):
            found += [
                (document.name, line.strip()) for line in COMMAND.findall(block.group(1) or block.group(2))
            ]
    return found


def test_the_page_of_controls_is_fresh() -> None:
    requirements = requirements_by_control()
    fresh = page([describe(control, requirements) for control in CONTROLS.values()], titles(), linked)
    assert (ROOT / "policies" / "CONTROLS.md").read_text("utf-8") == fresh, "run `make docs`"


def test_every_setting_is_explained() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    names = (*Settings.__struct_encode_fields__, *(n.replace("_", "-") for n in Thresholds.__struct_fields__))
    assert [name for name in names if name != "thresholds" and f"`{name}`" not in page] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_local_links_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text("utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize(("document", "command"), commands())
def test_commands_can_be_typed(document: str, command: str) -> None:
    words = shlex.split(command)
    if words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    else:
        parse(words[1:])


def test_the_readme_shows_the_two_commands() -> None:
    shown = {command for document, command in commands() if document == "README.md"}
    assert {"make demo", "make test", "trailhold audit"} <= shown
