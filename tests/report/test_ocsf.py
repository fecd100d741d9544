"""Every event against the published schema of the version that it names."""

import json
from functools import cache
from typing import Any

import jsonschema
import pytest
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from checker.assessment import Assessment
from checker.report import Choices, render
from checker.report.choices import OCSF_VERSIONS, CannotRender
from tests.report import attacks, samples

NEWEST = OCSF_VERSIONS[-1]


@cache
def validator(version: str) -> jsonschema.Draft202012Validator:
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=version))
    return jsonschema.Draft202012Validator(schema.get_class_schema("compliance_finding", profiles=["cloud"]))


def events(assessment: Assessment, version: str = NEWEST) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = json.loads(render("ocsf", assessment, Choices(ocsf_version=version)))
    return made


@pytest.mark.parametrize("version", OCSF_VERSIONS)
def test_events_are_valid_in_the_version_that_they_name(version: str) -> None:
    made = events(samples.SMALL, version) + events(samples.CLEAN, version)[:5]
    for event in made:
        validator(version).validate(event)
        assert event["metadata"]["version"] == version


@pytest.mark.parametrize("version", [OCSF_VERSIONS[0], NEWEST])
def test_hostile_names_make_valid_events(version: str) -> None:
    for event in events(attacks.hostile(), version):
        validator(version).validate(event)
        assert all(c.isprintable() for c in event["message"])


@pytest.mark.parametrize(
    ("change", "version"),
    [
        ({"class_uid": 2004}, NEWEST),
        ({"severity_id": "high"}, NEWEST),
        ({"surprise": 1}, NEWEST),
        ({"evidences": [{"data": {}}]}, "1.3.0"),
        ({"resources": []}, "1.2.0"),
    ],
)
def test_the_schema_would_notice(change: dict[str, Any], version: str) -> None:
    event = events(samples.SMALL, version)[0]
    assert validator(version).is_valid(event)
    assert not validator(version).is_valid(event | change)


@pytest.mark.parametrize("version", OCSF_VERSIONS)
def test_no_attribute_is_deprecated(version: str) -> None:
    schema = get_ocsf_schema(version=version)
    attributes = schema["classes"]["compliance_finding"]["attributes"]
    for event in events(samples.SMALL, version):
        assert not [name for name in event if "@deprecated" in attributes[name]]
        inner = schema["objects"]["compliance"]["attributes"]
        assert not [name for name in event["compliance"] if "@deprecated" in inner[name]]


@pytest.mark.parametrize(
    ("control", "compliance", "finding"),
    [
        pytest.param("TH203", (1, "Pass"), (4, "Resolved"), id="pass"),
        pytest.param("TH110", (3, "Fail"), (1, "New"), id="fail"),
        pytest.param("TH302", (2, "Warning"), (1, "New"), id="unknown"),
        pytest.param("TH116", (3, "Fail"), (3, "Suppressed"), id="waived"),
    ],
)
def test_status(control: str, compliance: tuple[int, str], finding: tuple[int, str]) -> None:
    event = next(e for e in events(samples.SMALL) if e["metadata"]["event_code"] == control)
    assert (event["compliance"]["status_id"], event["compliance"]["status"]) == compliance
    assert (event["status_id"], event["status"]) == finding


def test_the_captions_are_the_schema_s_own() -> None:
    schema = get_ocsf_schema(version=NEWEST)
    finding = schema["classes"]["compliance_finding"]["attributes"]
    compliance = schema["objects"]["compliance"]["attributes"]
    for event in events(samples.ORGANIZATION):
        for name in ("activity", "category", "class", "severity", "status", "type"):
            id = "uid" if name in ("category", "class", "type") else "id"
            said = event.get(f"{name}_name", event.get(name))
            assert finding[f"{name}_{id}"]["enum"][str(event[f"{name}_{id}"])]["caption"] == said
        status = event["compliance"]
        assert compliance["status_id"]["enum"][str(status["status_id"])]["caption"] == status["status"]


def test_times_are_milliseconds() -> None:
    assert events(samples.SMALL)[0]["time"] == int(samples.SCAN.finished.timestamp() * 1000)


def test_an_unread_setting_names_what_is_missing() -> None:
    event = next(e for e in events(samples.SMALL) if e["compliance"]["status_id"] == 2)
    assert any("grant s3:GetBucketPolicy" in detail for detail in event["compliance"]["status_details"])


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(CannotRender, match=r"unknown OCSF version 1\.0\.0; there are 1\.1\.0"):
        events(samples.SMALL, "1.0.0")


def test_a_policy_of_10_mb_does_not_make_an_event_of_10_mb() -> None:
    assert len(render("ocsf", attacks.huge(10_000_000))) < 100_000
