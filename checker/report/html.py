"""The report to read and to hand on: one file that needs nothing else and lets nothing in."""

import base64
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from checker import frameworks
from checker.assessment import Assessment
from checker.catalog import CONTROLS
from checker.report import coverage
from checker.report.advice import advice
from checker.report.page import page
from checker.report.shown import Values, commands, fragment, moment, readings, resource
from checker.report.tally import Outcome, outcome
from checker.report.text import clip, count, visible

LONGEST = 1_000
"""Characters that are shown of one text; the JSON report has it all."""


def render(assessment: Assessment) -> str:
    """Return the report as one HTML document.

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
        readings=readings,
        resource=resource,
        uncovered=coverage.uncovered,
    )
    environment.filters["moment"] = moment
    style, script = _asset("report.css"), _asset("report.js")
    return environment.get_template("report.html.j2").render(
        page=page(assessment, {id: control.rationale for id, control in CONTROLS.items()}),
        values=Values(),
        frameworks=frameworks.titles(),
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
    )


def _shown(value: object) -> object:
    """Make a text safe to look at, whatever the template does with it."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clip(visible(value), LONGEST)
    return value


def _asset(name: str) -> str:
    return (files("checker.report") / "templates" / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"
