import json
from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from checker.evidence import Origin
from checker.model import Evidence, Finding
from checker.report.json import load, render
from checker.report.schema import FIELDS, schema
from tests.report import attacks, samples

VALIDATOR = jsonschema.Draft202012Validator(
    schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
SAMPLES = {
    "organization": samples.ORGANIZATION,
    "small": samples.SMALL,
    "empty": samples.EMPTY,
    "unread": samples.UNREAD,
    "hostile": attacks.hostile(),
}


def test_the_schema_is_a_schema_with_a_name() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$id"].startswith("urn:")


@pytest.mark.parametrize("name", SAMPLES)
def test_reports_are_valid(name: str) -> None:
    VALIDATOR.validate(json.loads(render(SAMPLES[name])))


@pytest.mark.parametrize("settings", [0, 1, 99, 100, 101, 250])
def test_evidence_that_is_written_in_parts_reads_as_one_list(settings: int) -> None:
    """A finding on the trail of an organization has thousands of settings, and others come after it."""
    first, *others = samples.ORGANIZATION.findings
    evidence = tuple(
        Evidence(origin=Origin(action="s3:Get", field=str(n)), value=[n]) for n in range(settings)
    )
    text = render(samples.assessment([replace(first, evidence=evidence), *others]))
    found = json.loads(text)
    shown = next(each for each in found["findings"] if each["fingerprint"] == first.fingerprint)
    assert [each["value"] for each in shown["evidence"]] == [[n] for n in range(settings)]
    assert text == json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _set(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def change(document: Any) -> None:
        for part in path[:-1]:
            document = document[part]
        document[path[-1]] = to

    return change


def _drop(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(document: Any) -> None:
        for part in path[:-1]:
            document = document[part]
        del document[path[-1]]

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("schema_version", to="2.0"),
        _set("findings", 0, "status", to="passed"),
        _set("findings", 0, "severity", to="urgent"),
        _set("findings", 0, "evidence", to={}),
        _set("summary", "fail", to=-1),
        _set("scan", "calls", to="many"),
        _drop("findings", 0, "waiver"),
        _drop("findings", 0, "evidence"),
        _drop("findings", 0, "remediation", "cli"),
        _drop("scan", "incomplete"),
        _drop("summary", "waived"),
        _drop("tool"),
    ],
)
def test_the_schema_refuses_what_is_no_report(change: Callable[[dict[str, Any]], None]) -> None:
    document = json.loads(render(samples.SMALL))
    VALIDATOR.validate(document)
    change(document)
    assert not VALIDATOR.is_valid(document)


def test_the_schema_describes_every_field_of_a_finding() -> None:
    assert tuple(FIELDS["Finding"]) == Finding.__struct_fields__
    described = schema()["$defs"]["Finding"]["properties"].values()
    assert all(part["description"] for part in described)


def test_the_keys_are_the_published_ones() -> None:
    document = json.loads(render(samples.SMALL))
    assert list(document) == ["schema_version", "tool", "scan", "summary", "findings"]
    assert document["summary"] == {"pass": 1, "fail": 1, "unknown": 1, "not_applicable": 1, "waived": 1}
    assert document["scan"]["caller"] == samples.SCAN.callers[0]
    assert list(document["findings"][0]) == list(Finding.__struct_fields__)


def test_a_waived_failure_stays_a_failure() -> None:
    waived = next(f for f in json.loads(render(samples.SMALL))["findings"] if f["waiver"])
    assert waived["status"] == "fail"
    assert waived["waiver"]["owner"] == samples.ACCEPTED.owner


def test_times_are_utc_wherever_they_come_from() -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    moved = replace(samples.SMALL, scan=replace(samples.SCAN, started=samples.STARTED.astimezone(east)))
    assert render(moved) == render(samples.SMALL)


@pytest.mark.parametrize("name", ["organization", "small", "empty", "unread"])
def test_a_report_can_be_read_back(name: str) -> None:
    text = render(SAMPLES[name])
    assert json.loads(render(load(text))) == json.loads(text)
    assert load(text).summary == SAMPLES[name].summary
    assert load(text).scan == SAMPLES[name].scan


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"schema_version": "2.0"}', "<html>", "[" * 10_000]
)
def test_what_is_no_report_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"this is not a JSON report of schema version 1\.0: "):
        load(text)
