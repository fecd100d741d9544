"""What every HTML report has in common: escaping twice over, and a policy that lets nothing in."""

import base64
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from checker.report.advice import advice
from checker.report.remarks import remarks
from checker.report.shown import commands, fragment, moment, readings, resource
from checker.report.tally import Outcome, given, outcome
from checker.report.text import clip, count, spot, visible

LONGEST = 1_000
"""Characters that are shown of one text; the JSON report has it all."""


def document(template: str, style: str, script: str, values: Mapping[str, object]) -> str:
    """Return one HTML document that needs nothing else; ``style`` and ``script`` are its own.

    Every text is escaped twice over: by Jinja for markup, and by ``_shown`` for what would not print. The
    policy in the document lets run only the style and the script whose digests it names.
    """
    environment = Environment(
        loader=PackageLoader("checker.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        Outcome=Outcome,
        advice=advice,
        outcome=outcome,
        count=count,
        commands=commands,
        fragment=fragment,
        moment=moment,
        given=given,
        readings=readings,
        remarks=remarks,
        resource=resource,
        spot=spot,
    )
    environment.filters["moment"] = moment
    return environment.get_template(template).render(
        style=Markup(style), script=Markup(script), policy=_policy(style, script), **values
    )


def asset(*names: str) -> str:
    """Return the files of a style or a script, one after the other."""
    folder = files("checker.report") / "templates"
    return "".join((folder / name).read_text(encoding="utf-8") for name in names)


def _shown(value: object) -> object:
    """Make a text safe to look at, whatever the template does with it."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clip(visible(value), LONGEST)
    return value


def _policy(style: str, script: str) -> str:
    scripts = f"script-src '{_digest(script)}'; " if script else ""
    return f"default-src 'none'; style-src '{_digest(style)}'; {scripts}base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"
