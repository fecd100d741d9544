"""One check a control for Checkov's graphs, so that its ids, skips, outputs and exit codes hold for ours."""

import sys
from fnmatch import fnmatch
from typing import Any

import configargparse
from checkov.common.bridgecrew.severities import Severities
from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
from checkov.common.util.config_utils import get_default_config_paths
from checkov.common.util.ext_argument_parser import ExtArgumentParser
from checkov.runner_filter import RunnerFilter

from checker.catalog import CONTROLS
from checker.inventory import (
    Channel,
    Dashboard,
    DeployedStack,
    EventDataStore,
    Key,
    LogBucket,
    LogGroup,
    Organization,
    Topic,
    Trail,
)
from checker.model import IN_TEMPLATES, Control, Severity
from policies import graph_judging
from policies.graph_judging import UNDECIDED, Asked

FRAMEWORKS = ("cloudformation", "terraform", "terraform_plan")
"""The registries of Checkov; plans are judged by that of Terraform in the versions that were tried."""
SUBJECTS = (Trail, LogBucket, Key, LogGroup, Topic, EventDataStore, Channel, Dashboard, Organization)
"""What templates declare; accounts and what they cover exist live alone."""
NO_VERTEX = (DeployedStack,)
"""What stands in the manifest of a cloud assembly, of which Checkov's graphs know nothing."""
_GUIDE = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
_PAGES = {
    "TH2": "logging-management-events-with-cloudtrail.html",
    "TH3": "create-s3-bucket-policy-for-cloudtrail.html",
    "TH4": "create-kms-key-policy-for-cloudtrail.html",
    "TH5": "monitor-cloudtrail-log-files-with-cloudwatch-logs.html",
    "TH6": "cloudwatch-alarms-for-cloudtrail.html",
    "TH7": "creating-trail-organization.html",
}


class _Check(BaseGraphCheck):
    """What all checks of the pack have in common."""

    def __init__(self, id: str, name: str, severity: Severity, guideline: str) -> None:
        super().__init__()
        self.id = id
        self.name = name
        self.category = "LOGGING"
        self.severity = Severities[severity.value.upper()]
        self.guideline = guideline

    def run(self, graph_connector: Any) -> tuple[list[Any], list[Any], list[Any]]:
        """Return the vertices that pass, fail, and cannot be decided; never raises.

        Checkov runs each check in a thread and drops what it raises, so that a control would vanish.
        """
        found = graph_judging.of(graph_connector, asked).by_control.get(self.id)
        return (
            ([], [], []) if found is None else (list(found.passed), list(found.failed), list(found.unknown))
        )


class ControlCheck(_Check):
    """A control of the catalogue."""

    def __init__(self, control: Control) -> None:
        page = _PAGES.get(control.id[:3], "best-practices-security.html")
        super().__init__(control.id, control.title, control.severity, _GUIDE + page)


class UndecidedCheck(_Check):
    """Fails where a control could not be decided, since Checkov shows UNKNOWN nowhere."""

    def __init__(self) -> None:
        name = "Every control could be decided (stderr says what could not, and why)"
        super().__init__(UNDECIDED, name, Severity.HIGH, _GUIDE + "best-practices-security.html")


def expressible() -> tuple[Control, ...]:
    """Return the controls whose subject a template can declare, or of which it tells enough to judge."""
    return tuple(
        control
        for control in CONTROLS.values()
        if control.applies_to in SUBJECTS
        or (control.applies_to not in NO_VERTEX and not set(IN_TEMPLATES).isdisjoint(control.told_by))
    )


def register() -> None:
    """Register each check once; Checkov loads the pack again for every framework."""
    checks = [*(ControlCheck(control) for control in expressible()), UndecidedCheck()]
    for check in checks:
        RunnerFilter.notify_external_check(check.id)
    for framework in FRAMEWORKS:
        registered = get_graph_checks_registry(framework).checks
        known = {check.id for check in registered}
        registered.extend(check for check in checks if check.id not in known)


def asked() -> Asked:
    """Say which controls were asked for: what ``--check`` names whatever its set, else those of the set.

    A pattern that means all of them, as ``TH*`` does, names none. A graph check is not told what it was
    chosen by, so Checkov's own parser reads its arguments, environment and configuration file again.
    """
    parser = ExtArgumentParser(
        default_config_files=get_default_config_paths(sys.argv[1:]),
        config_file_parser_class=configargparse.YAMLConfigFileParser,
        add_env_var_help=True,
    )
    parser.add_parser_args()
    given, _ = parser.parse_known_args(sys.argv[1:])
    wanted, unwanted = _patterns(given.check), _patterns(given.skip_check)
    every = expressible()
    left = [one for one in every if not any(_skips(one, pattern) for pattern in unwanted)]
    chosen = [pattern for pattern in wanted if not all(_matches(one, pattern) for one in every)]
    return Asked(
        named=tuple(one for one in left if any(_matches(one, pattern) for pattern in chosen)),
        of_set=() if wanted and len(chosen) == len(wanted) else tuple(left),
    )


def _patterns(given: list[str] | None) -> list[str]:
    """Return the items of an option that may be repeated, and holds items between commas."""
    return [one.strip() for items in given or [] for one in items.split(",") if one.strip()]


def _matches(control: Control, pattern: str) -> bool:
    """Say whether Checkov chooses a control: by its id, a pattern of it, or its severity and worse."""
    if pattern.upper() in Severities:
        return bool(_level(control) >= Severities[pattern.upper()].level)
    return fnmatch(control.id, pattern)


def _skips(control: Control, pattern: str) -> bool:
    """Say whether Checkov leaves a control out: by its id, a pattern of it, or its severity and milder."""
    if pattern.upper() in Severities:
        return bool(_level(control) <= Severities[pattern.upper()].level)
    return fnmatch(control.id, pattern)


def _level(control: Control) -> int:
    return int(Severities[control.severity.value.upper()].level)
