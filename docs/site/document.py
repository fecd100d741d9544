"""Markdown of this repository: its title, what it links to, and what a browser shows of it."""

import re
from collections.abc import Collection
from pathlib import PurePosixPath
from posixpath import normpath, relpath

from markdown_it import MarkdownIt
from markdown_it.token import Token

HOME = "README.md"


def page_of(name: str) -> str:
    """Return the name of the page of a document."""
    return "index.html" if name == HOME else f"{name.removesuffix('.md')}.html"


def title(text: str) -> str:
    """Return the first heading."""
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].replace("`", "") if found else "trailhold"


def links(text: str) -> list[str]:
    """Return the files that a document links to, as it names them."""
    found = re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", text)
    return [link for link in found if "://" not in link and not link.startswith("mailto:")]


def resolved(name: str, link: str) -> str:
    """Return the path of what a document links to, from the root of the repository."""
    return normpath(str(PurePosixPath(name).parent / link))


def beside(name: str, other: str) -> str:
    """Return the address of a file as a page links to it."""
    return relpath(other, PurePosixPath(name).parent)


def html(text: str, name: str, pages: Collection[str]) -> str:
    """Return the body: headings with the anchors of GitHub, links to pages where there are pages."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = markdown.parse(text)
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slug(tokens[number + 1].content))
        for child in token.children or ():
            if child.type == "link_open":
                _relink(child, name, pages)
    shown: str = markdown.renderer.render(tokens, markdown.options, {})
    # What is wider than a phone scrolls by itself, and can be reached by the keyboard to do so.
    shown = shown.replace(
        "<table>", '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>'
    )
    return shown.replace("</table>", "</table></div>").replace("<pre><code", '<pre tabindex="0"><code')


def slug(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    plain = re.sub(r"<[^>]+>|[`*]", "", heading).lower()
    return re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")


def _relink(token: Token, name: str, pages: Collection[str]) -> None:
    link, hash, anchor = str(token.attrGet("href") or "").partition("#")
    if link and "://" not in link and resolved(name, link) in pages:
        token.attrSet("href", beside(name, page_of(resolved(name, link))) + hash + anchor)
