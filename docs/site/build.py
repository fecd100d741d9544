"""Writes the site: the documents that the README leads to, the catalogue, and a page a control."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from checker.catalog import CONTROLS
from docs.site import catalogue, document
from docs.site.document import HOME, beside, page_of

HERE = Path(__file__).parent
TOKENS = "checker/report/templates/tokens.css"


def build(root: Path, folder: Path) -> list[str]:
    """Write the site and return the names of its files; equal sources give equal bytes.

    Documents that the README leads to, directly or through others, become pages; other files that they link
    to are copied. A page whose source is gone is not removed: build into an empty folder.
    """
    documents = dict(_reached(root))
    catalogue_text = documents.pop(catalogue.SOURCE)
    sources = documents | {catalogue.SOURCE: catalogue.table(catalogue_text)}
    sources |= {catalogue.source_of(id): catalogue.page(id) for id in CONTROLS}
    written: dict[str, bytes] = {name: text.encode() for name, text in catalogue.templates()}
    for name, text in sources.items():
        written[page_of(name)] = _page(root, name, text, sources).encode()
        for linked in document.links(text):
            target = document.resolved(name, linked)
            if target not in sources and (root / target).is_file():
                written[target] = (root / target).read_bytes()
    for name, content in written.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return sorted(written)


def _reached(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the documents that the README leads to, itself first."""
    waiting, seen = [HOME], {HOME}
    while waiting:
        name = waiting.pop(0)
        text = (root / name).read_text("utf-8")
        yield name, text
        for linked in document.links(text):
            target = document.resolved(name, linked)
            if target.endswith(".md") and target not in seen and (root / target).is_file():
                seen.add(target)
                waiting.append(target)


def _page(root: Path, name: str, text: str, sources: Mapping[str, str]) -> str:
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    style = (root / TOKENS).read_text("utf-8") + (HERE / "style.css").read_text("utf-8")
    menu = [
        (beside(name, page_of(other)), document.title(found), other == name)
        for other, found in sources.items()
        if not catalogue.is_control(other)
    ]
    return environment.get_template("page.html.j2").render(
        title=document.title(text),
        home=beside(name, page_of(HOME)),
        controls=beside(name, page_of(catalogue.SOURCE)),
        of_control=catalogue.is_control(name),
        style=Markup(style),
        body=Markup(document.html(text, name, set(sources))),
        script=Markup((HERE / "filter.js").read_text("utf-8") if name == catalogue.SOURCE else ""),
        menu=menu,
    )
