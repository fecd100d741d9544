"""SARIF as code scanning takes it: required fields, limits, places, and what stands for what is unread."""

import json
import re
from typing import Any
from urllib.parse import unquote

import pytest
from msgspec.structs import replace

from checker.assessment import Assessment, Refusal
from checker.model import Location, Severity
from checker.report import CannotRender, Choices, render
from checker.report.sarif import LEVELS, MOST, SCORES
from checker.report.tally import Outcome, outcome
from tests.report import attacks, samples

PLACE = Location(
    path="templates/a b.yaml", line=7, column=9, construct="prod/Trail", text="  IsLogging: false"
)
REFUSAL = Refusal(path="broken.yaml", line=3, column=1, reason="broken.yaml:3:1 is not YAML")


def placed(assessment: Assessment, place: Location = PLACE) -> Assessment:
    found = tuple(replace(f, location=place) for f in assessment.findings)
    return replace(assessment, findings=found, scan=replace(assessment.scan, source="cloudformation"))


def log(assessment: Assessment, **choices: Any) -> dict[str, Any]:
    (run,) = json.loads(render("sarif", assessment, Choices(**choices)))["runs"]
    found: dict[str, Any] = run
    return found


def test_only_what_does_not_pass_is_a_result() -> None:
    found = placed(samples.ORGANIZATION)
    kinds = [result["properties"]["status"] for result in log(found)["results"]]
    expected = [outcome(f).value for f in found.findings if outcome(f) is not Outcome.PASS]
    assert kinds == expected


@pytest.mark.parametrize(
    "assessment", [samples.SMALL, samples.ORGANIZATION, attacks.hostile(samples.NEGLECTED)]
)
def test_everything_that_github_needs_is_there(assessment: Assessment) -> None:
    run = log(placed(assessment))
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        for name, most in (("shortDescription", 1024), ("fullDescription", 1024)):
            assert 0 < len(rule[name]["text"]) <= most
        assert rule["help"]["text"]
        assert rule["helpUri"].startswith("https://")
        assert len(rule["name"]) <= 255
        assert len(rule["properties"]["tags"]) <= 20
        assert 0 < float(rule["properties"]["security-severity"]) <= 10
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["level"] in ("error", "warning", "note")
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["region"]["startLine"] >= 1
        assert physical["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        assert re.fullmatch(r"[!-~]+", physical["artifactLocation"]["uri"])


def test_a_place_is_a_relative_uri_with_line_column_and_construct() -> None:
    (location,) = log(placed(samples.SMALL))["results"][0]["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "templates/a%20b.yaml", "uriBaseId": "%SRCROOT%"}
    assert physical["region"] == {
        "startLine": 7,
        "startColumn": 9,
        "snippet": {"text": "  IsLogging: false"},
    }
    assert location["logicalLocations"] == [{"fullyQualifiedName": "prod/Trail", "kind": "resource"}]


@pytest.mark.parametrize(
    "path", ["../out\x1bside.yaml", "a%2e.yaml", "c:\\x?.yaml", "<stdin>", "\ud800.yaml", "a#b"]
)
def test_a_path_never_breaks_its_uri(path: str) -> None:
    found = log(placed(samples.SMALL, replace(PLACE, path=path)))
    uri = found["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[\w./%:~-]+", uri)
    assert "\x1b" not in unquote(uri)


def test_a_path_outside_is_absolute() -> None:
    found = log(placed(samples.SMALL, replace(PLACE, path="/elsewhere/t.yaml")))
    physical = found["results"][0]["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "file:///elsewhere/t.yaml"}


def test_unknown_is_open_and_waived_is_suppressed() -> None:
    results = {r["ruleId"]: r for r in log(placed(samples.SMALL))["results"]}
    assert (results["TH302"]["kind"], results["TH302"]["level"]) == ("open", "note")
    (suppression,) = results["TH116"]["suppressions"]
    assert suppression["kind"] == "external"
    assert suppression["status"] == "accepted"
    assert samples.ACCEPTED.reason in suppression["justification"]
    assert "suppressions" not in results["TH110"]


def test_severities_fall_into_the_bands_of_github() -> None:
    bands = [(9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.0, Severity.LOW)]
    for severity in (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW):
        assert next(band for least, band in bands if float(SCORES[severity]) > least) is severity
    assert LEVELS.keys() == SCORES.keys() == set(Severity)


def test_a_refused_file_makes_the_run_unsuccessful() -> None:
    (invocation,) = log(replace(placed(samples.CLEAN), refused=(REFUSAL,)))["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"] == REFUSAL.reason
    assert notification["locations"][0]["physicalLocation"]["region"]["startLine"] == 3


def test_a_live_audit_is_refused_unless_a_file_carries_it() -> None:
    with pytest.raises(CannotRender, match="--sarif-location FILE"):
        render("sarif", samples.SMALL)
    for result in log(samples.SMALL, sarif_location="org.toml")["results"]:
        physical = result["locations"][0]["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "org.toml"


def test_results_beyond_the_limit_are_counted() -> None:
    finding = placed(samples.SMALL).findings[0]
    run = log(replace(placed(samples.SMALL), findings=(finding,) * (MOST + 3)))
    assert len(run["results"]) == MOST
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("3 further findings")
