"""The controls inside ``cdk synth``: a validation plugin for any app of the CDK.

    Validations.of(app).add_plugins(TrailholdValidation())

Libraries before ``Validations`` take ``App(policy_validation_beta1=[TrailholdValidationBeta1()])``. A package
of one file, since Checkov would import a module of this folder, and with it the CDK.
"""

import atexit
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii

from checker.assessment import Refusal, set_apart
from checker.catalog import CONTROLS
from checker.frameworks import requirements_by_control
from checker.gate import judge
from checker.model import Control, Finding, Status, Thresholds
from checker.observation import CannotObserve
from checker.selection import choose
from checker.sources import templates

FAILING = "error"
"""The severity of every violation: once one is acknowledged, the CDK lets all others pass that say less."""


class _Validation:
    """Judges what was synthesised; what both interfaces of the CDK have in common."""

    def __init__(
        self,
        *,
        set: str = "baseline",
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        parameters: Mapping[str, str] | None = None,
        trusted_accounts: Sequence[str] = (),
        allow_incomplete: bool = False,
    ) -> None:
        """Choose controls with the words of ``trailhold check``; raises SelectionError with one sentence.

        A control that cannot be decided is a violation too, unless ``allow_incomplete`` is true; what no
        template tells is none. ``parameters`` are values of template parameters; ``trusted_accounts`` may
        receive the log beside the account that owns it.
        """
        self._controls = choose(
            CONTROLS.values(), set=set, select=select, ignore=ignore, frameworks=requirements_by_control()
        )
        self._parameters = dict(parameters or {})
        self._thresholds = Thresholds(trusted_accounts=tuple(trusted_accounts))
        self._counted = (Status.FAIL,) if allow_incomplete else (Status.FAIL, Status.UNKNOWN)

    @property
    def name(self) -> str:
        """The name in reports, and what acknowledgments begin with: ``trailhold::TH110``."""
        return "trailhold"

    @property
    def version(self) -> str | None:
        """The version of the distribution."""
        return _version()

    @property
    def rule_ids(self) -> list[str] | None:
        """Nothing: the CDK would report it for its analytics."""
        return None

    def _violations(self, paths: Iterable[str]) -> list[dict[str, Any]]:
        """Judge the assemblies that templates belong to; raises CannotObserve, which fails the synthesis."""
        _resources.cache_clear()
        return [
            {
                "rule_name": finding.control_id,
                "description": _sentence(finding),
                "fix": finding.remediation.text or None,
                "severity": FAILING,
                "rule_metadata": {"severity": finding.severity.value},
                "violating_resources": [_place(finding)],
            }
            for finding in _findings(_folders(paths), self._controls, self._parameters, self._thresholds)
            if finding.status in self._counted and finding.waiver is None
        ]


def _version() -> str | None:
    try:
        return version("trailhold")
    except PackageNotFoundError:
        return None


def _folders(paths: Iterable[str]) -> list[Path]:
    """Return the outermost assemblies: they name account and Region of each stack, and hold the stages."""
    folders = {Path(path).resolve().parent for path in paths}
    return sorted(one for one in folders if not any(other in one.parents for other in folders))


def _findings(
    folders: Sequence[Path],
    controls: tuple[Control, ...],
    parameters: Mapping[str, str],
    thresholds: Thresholds,
) -> tuple[Finding, ...]:
    if not folders:
        return ()
    reading = templates.read(folders, parameters)
    judged = judge(
        reading,
        controls,
        known=CONTROLS,
        version=_version() or "0+source",
        folder=Path("/dev/null"),  # so that paths stay as they are: the CDK wants whole ones
        thresholds=thresholds,
    )
    _refuse(judged.assessment.refused)
    return set_apart(judged.assessment).findings


def _refuse(refused: Sequence[Refusal]) -> None:
    for one in refused:
        raise CannotObserve(one.reason)


def _sentence(finding: Finding) -> str:
    unknown = "cannot be decided: " if finding.status is Status.UNKNOWN else ""
    return f"{finding.title}: {unknown}{finding.detail}"


def _place(finding: Finding) -> dict[str, Any]:
    """Say which resource decides. Without path metadata the CDK finds its construct by the logical id."""
    place = finding.location
    if place is None:
        return {"locations": [finding.resource_arn]}
    found: dict[str, Any] = {"locations": [f"line {place.line}"], "template_path": place.path}
    by_path, ids = _resources(place.path)
    id = by_path.get(place.construct) or place.construct.rpartition("/")[2]
    if place.construct in by_path:
        found["construct_path"] = place.construct
    return found | ({"resource_logical_id": id} if id in ids else {})


@cache
def _resources(path: str) -> tuple[dict[str, str], frozenset[str]]:
    """Return the logical ids of a template by construct path, as far as it has them, and all of them."""
    resources = json.loads(Path(path).read_text("utf-8")).get("Resources", {})
    by_path = {one.get("Metadata", {}).get("aws:cdk:path", ""): id for id, one in resources.items()}
    return by_path, frozenset(resources)


@jsii.implements(cdk.IPolicyValidationPluginBeta1)
class TrailholdValidationBeta1(_Validation):
    """The plugin for libraries before ``Validations``, given to the app when it is made."""

    def validate(self, context: cdk.IPolicyValidationContextBeta1) -> cdk.PolicyValidationPluginReportBeta1:
        """Return what the controls find in the templates of the app."""
        violations = self._violations(context.template_paths)
        if violations and not hasattr(cdk, "Validations"):
            atexit.register(_fail)
        return cdk.PolicyValidationPluginReportBeta1(
            success=not violations,
            violations=[
                cdk.PolicyViolationBeta1(
                    **{
                        **one,
                        "violating_resources": [_beta(at, context) for at in one["violating_resources"]],
                    }
                )
                for one in violations
            ],
        )


def _fail() -> None:
    """End with 1: such a library gives that code to its own process of Node, and Python would end with 0."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


def _beta(place: Mapping[str, Any], context: cdk.IPolicyValidationContextBeta1) -> Any:
    """Return a place for the older interface, which knows logical ids of templates alone."""
    return cdk.PolicyViolatingResourceBeta1(
        locations=place["locations"],
        resource_logical_id=place.get("resource_logical_id", ""),
        template_path=place.get("template_path", context.template_paths[0]),
    )


if hasattr(cdk, "IPolicyValidationPlugin"):

    @jsii.implements(cdk.IPolicyValidationPlugin)
    class TrailholdValidation(_Validation):
        """The plugin for ``Validations.of(app).add_plugins``."""

        def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
            """Return what the controls find in the templates of the app."""
            violations = self._violations(context.template_paths)
            return cdk.PolicyValidationPluginReport(
                success=not violations,
                violations=[
                    cdk.PolicyViolation(
                        **{
                            **one,
                            "violating_resources": [
                                cdk.PolicyViolatingResource(**place) for place in one["violating_resources"]
                            ],
                        }
                    )
                    for one in violations
                ],
            )
