"""Turns Markdown into pages, and links between documents into links between pages."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from checker.catalog import CONTROLS
from checker.cli.describe import describe
from checker.cli.page import section
from checker.frameworks import requirements_by_control, titles

CATALOGUE = "policies/CONTROLS.md"
HOME = "README.md"


def build(root: Path, folder: Path) -> list[str]:
    """Write the site and return the names of its files; equal sources give equal bytes.

    Documents that the README leads to, directly or through others, become pages; other files that they link
    to are copied. A page whose source is gone is not removed: build into an empty folder.
    """
    sources = dict(_reached(root))
    sources |= {f"controls/{id}.md": text for id, text in _controls()}
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    template = environment.get_template("page.html.j2")
    style = Markup((Path(__file__).parent / "style.css").read_text("utf-8"))
    menu = [(name, _title(text)) for name, text in sources.items() if not name.startswith("controls/")]
    written: dict[str, bytes] = {}
    for name, text in sources.items():
        body = _html(text, name, set(sources))
        page = template.render(
            title=_title(text),
            style=style,
            body=Markup(body),
            menu=[(relpath(page_of(other), _folder(name)), title) for other, title in menu],
        )
        written[page_of(name)] = page.encode()
        for linked in _links(text):
            target = _resolved(name, linked)
            if target not in sources and (root / target).is_file():
                written[target] = (root / target).read_bytes()
    for name, content in written.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return sorted(written)


def page_of(name: str) -> str:
    """Return the name of the page of a document."""
    return "index.html" if name == HOME else f"{name.removesuffix('.md')}.html"


def _reached(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the documents that the README leads to, itself first."""
    waiting, seen = [HOME], {HOME}
    while waiting:
        name = waiting.pop(0)
        text = (root / name).read_text("utf-8")
        yield name, text
        for linked in _links(text):
            target = _resolved(name, linked)
            if target.endswith(".md") and target not in seen and (root / target).is_file():
                seen.add(target)
                waiting.append(target)


def _controls() -> Iterator[tuple[str, str]]:
    """Yield a page for each control, the same words as in the catalogue."""
    requirements = requirements_by_control()
    for control in CONTROLS.values():
        lines = list(section(describe(control, requirements), titles()))
        text = "\n".join([f"# {control.id} {control.title}", *lines[1:]])
        yield control.id, f"{text}\n\n[All controls](../{CATALOGUE})\n"


def _links(text: str) -> list[str]:
    found = re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", text)
    return [link for link in found if "://" not in link and not link.startswith("mailto:")]


def _resolved(name: str, link: str) -> str:
    return normpath(str(PurePosixPath(name).parent / link))


def _folder(name: str) -> str:
    return str(PurePosixPath(name).parent)


def _title(text: str) -> str:
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].replace("`", "") if found else "trailhold"


def _html(text: str, name: str, sources: set[str]) -> str:
    """Return the body: headings with anchors, links to pages, ids of controls in the catalogue as links."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = markdown.parse(text)
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slug(tokens[number + 1].content))
        for child in token.children or ():
            if child.type == "link_open":
                _relink(child, name, sources)
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    if name == CATALOGUE:
        html = re.sub(
            r'(<td><a href=")#(th\d+)(">)', lambda m: f"{m[1]}../controls/{m[2].upper()}.html{m[3]}", html
        )
    return html.replace("<table>", '<div class="scroll"><table>').replace("</table>", "</table></div>")


def slug(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    plain = re.sub(r"<[^>]+>|[`*]", "", heading).lower()
    return re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")


def _relink(token: Token, name: str, sources: set[str]) -> None:
    link, hash, anchor = str(token.attrGet("href") or "").partition("#")
    if link and "://" not in link and _resolved(name, link) in sources:
        token.attrSet("href", relpath(page_of(_resolved(name, link)), _folder(name)) + hash + anchor)
