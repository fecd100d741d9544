"""The framework data: complete, well-formed, and saying what the standards say."""

import re
from importlib.resources import files
from itertools import chain

import pytest

from checker import frameworks
from checker.catalog import CONTROLS
from checker.frameworks import FRAMEWORKS, controls_of, load, requirements_by_control, titles

IDS = {
    "cis": r"\d+\.\d+(\.\d+)?",
    "fsbp": r"(CloudTrail|S3|KMS|SNS)\.\d+",
    "pci": r"(A?\d+(\.\d+)+)(\.[a-z])?",
    "nist-800-53": r"[A-Z]{2}-\d+(\([0-9a-z]+\))*",
    "nist-800-171": r"3\.\d+\.\d+",
    "hipaa": r"164\.\d{3}(\([0-9a-zA-Z]+\))+",
    "soc2": r"(CC|A|C|PI)\d\.\d",
    "iso": r"A\.\d+\.\d+",
    "gdpr": r"Art\.\d+",
    "security-hub": r"(Account|CloudTrail|CloudWatch|S3|KMS|SNS)\.\d+",
    "aws-config": r"[a-z0-9]+(-[a-z0-9]+)+",
}

SERVES = [
    ("cis-1.2", "2.1", {"TH103", "TH201"}),
    ("cis-1.2", "2.8", {"TH401"}),
    ("cis-1.4", "3.3", {"TH302"}),
    ("cis-5.0", "3.1", {"TH102", "TH103", "TH201"}),
    ("cis-5.0", "3.2", {"TH110"}),
    ("cis-5.0", "3.5", {"TH111"}),
    ("cis-7.0", "4.6", {"TH401"}),
    ("fsbp", "CloudTrail.5", {"TH112", "TH113"}),
    ("pci-3.2.1", "10.5.2", {"TH110", "TH308"}),
    ("pci-4.0.1", "10.2.1", {"TH205", "TH206", "TH306"}),
    ("nist-800-53-r5", "SC-28(1)", {"TH111", "TH310", "TH311", "TH501", "TH510", "TH901"}),
    ("nist-800-171-r2", "3.8.9", {"TH311", "TH325"}),
    ("hipaa", "164.312(c)(2)", {"TH110", "TH111", "TH308", "TH310", "TH312"}),
    ("soc2", "CC6.3", {"TH304"}),
    ("iso-27001-2022", "A.8.10", {"TH308", "TH314"}),
    ("gdpr", "Art.32", {"TH110", "TH111", "TH310", "TH311", "TH312", "TH501", "TH510"}),
    ("security-hub", "CloudTrail.1", {"TH103", "TH201"}),
    ("security-hub", "CloudTrail.3", {"TH101"}),
    ("aws-config", "cloud-trail-log-file-validation-enabled", {"TH110"}),
]


@pytest.mark.parametrize(("framework", "requirement", "controls"), SERVES)
def test_requirement_is_served_by(framework: str, requirement: str, controls: set[str]) -> None:
    assert set(load(framework).requirements[requirement]) == controls
    for control in controls:
        assert control in controls_of(framework)
        assert requirement in requirements_by_control()[control][framework]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_requirement_ids_look_like_the_standards_own(framework: str) -> None:
    pattern = next(shape for prefix, shape in IDS.items() if framework.startswith(prefix))
    requirements = load(framework).requirements
    assert requirements
    assert [id for id in requirements if not re.fullmatch(pattern, id)] == []
    assert all(controls and len(set(controls)) == len(controls) for controls in requirements.values())


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_control_exists(framework: str) -> None:
    assert controls_of(framework) - set(CONTROLS) == set()


WHOLE = {
    "cis-1.2": (23, r"[23]\."),
    "cis-1.4": (31, r"(2\.1|3|4)\."),
    "cis-2.0": (31, r"(2\.1|3|4)\."),
    "cis-3.0": (29, r"(2\.1|3|4)\."),
    "cis-4.0": (29, r"(2\.1|3|4)\."),
    "cis-5.0": (63, ""),
    "cis-6.0": (63, ""),
    "cis-7.0": (35, r"[345]\."),
    "fsbp": (4, r"CloudTrail\."),
    "pci-4.0": (27, r"10\."),
    "pci-4.0.1": (27, r"10\."),
    "nist-800-53-r5": (74, "AU-"),
    "nist-800-171-r2": (110, ""),
    "hipaa": (55, r"164\.3(08|10|12)"),
    "soc2": (61, ""),
    "iso-27001-2022": (93, r"A\."),
    "gdpr": (20, r"Art\.(2[4-9]|3\d|4[0-3])$"),
    "security-hub": (9, r"CloudTrail\."),
}
"""How many requirements a standard, or the part of it that is listed whole, has, and how their ids begin."""


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_what_is_listed_as_whole_is_whole_and_says_what_it_is(framework: str) -> None:
    data = load(framework)
    number, part = WHOLE.get(framework, (0, "-"))
    assert len(data.outline) == number
    assert all(re.match(part, id) for id in data.outline)
    assert [id for id in data.requirements if re.match(part, id) and id not in data.outline] == []
    everything = part == "" or set(data.outline) >= set(data.requirements)
    assert bool(data.part) or everything or not data.outline
    first = data.listed.index(next(iter(data.outline))) if data.outline else 0
    assert data.listed[first : first + number] == tuple(data.outline)
    assert set(data.listed) == {*data.outline, *data.requirements}
    assert all(0 < len(words) <= 80 and words[-1] != "." for words in data.outline.values())


def test_every_file_is_listed_under_its_own_id() -> None:
    names = {file.name for file in files(frameworks).iterdir() if file.name.endswith(".json")}
    assert names == {f"{id}.json" for id in FRAMEWORKS}
    assert [load(id).id for id in FRAMEWORKS] == list(FRAMEWORKS)


@pytest.mark.parametrize(
    ("framework", "title"),
    [
        ("cis-5.0", "CIS AWS Foundations Benchmark 5.0.0"),
        ("pci-4.0.1", "PCI DSS 4.0.1"),
        ("gdpr", "General Data Protection Regulation (EU) 2016/679"),
    ],
)
def test_title_names_the_edition(framework: str, title: str) -> None:
    assert titles()[framework] == title


def test_reading_by_control_loses_nothing() -> None:
    by_control = requirements_by_control()
    pairs = {(f, r, c) for c, served in by_control.items() for f, rs in served.items() for r in rs}
    assert pairs == {(f, r, c) for f in FRAMEWORKS for r, cs in load(f).requirements.items() for c in cs}


def test_unknown_framework_is_a_key_error() -> None:
    with pytest.raises(KeyError, match=r"cis-0\.9"):
        controls_of("cis-0.9")


def test_controls_are_named_by_id() -> None:
    named = set(chain.from_iterable(controls_of(framework) for framework in FRAMEWORKS))
    assert [id for id in named if not re.fullmatch(r"TH\d{3}", id)] == []
