"""Every example is what it says: a good template passes its control, a bad one fails it and no other."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from checker.catalog import CONTROLS
from checker.examples import HERE, Example, example
from checker.examples.excerpt import excerpt, whole
from checker.model import Finding, Status
from tests.examples.halves import EXPRESSIBLE, Judged, good, judged, written

LIMITS = {"TH219": {"E3032", "E3037"}}
"""What cfn-lint knows of CloudTrail's limits as well, which is the point of that example."""


def the(id: str) -> Example:
    found = example(id)
    assert found is not None, f"{id} has no example: see CONTRIBUTING.md"
    return found


def test_there_is_an_example_for_each_control_that_a_template_can_express_and_for_no_other() -> None:
    assert {path.stem for path in HERE.glob("TH???.diff")} == set(EXPRESSIBLE)


@pytest.mark.parametrize("id", EXPRESSIBLE)
def test_the_good_template_passes_and_the_bad_one_fails_nothing_else(id: str) -> None:
    chosen = the(id)
    before = good(chosen.file, chosen.settings, chosen.parameters)
    after = judged(chosen, chosen.bad)
    assert before.statuses[id] == {"pass"}
    assert "fail" in after.statuses[id]
    assert _worse(before, after) == {id, *chosen.also}


def _worse(before: Judged, after: Judged) -> set[str]:
    """Return the controls that fail, or are left open, in the bad template alone."""
    return {
        id
        for id, statuses in after.statuses.items()
        if (statuses - before.statuses.get(id, set())) & {"fail", "unknown"}
    }


@pytest.mark.parametrize("id", EXPRESSIBLE)
def test_the_finding_stands_at_a_line_that_differs_or_at_what_it_stands_in(id: str) -> None:
    chosen = the(id)
    (found,) = _failing(judged(chosen, chosen.bad), id)
    assert found.location is not None
    if chosen.at:
        text = _line(chosen, found)
        assert re.fullmatch(rf'\s*"?{chosen.at}"?:.*', text), text
    else:
        assert found.location.path == chosen.file
        assert found.location.line in _marked(chosen), _line(chosen, found)


def _failing(after: Judged, id: str) -> list[Finding]:
    return [one for one in after.findings if one.control_id == id and one.status is Status.FAIL]


def _line(chosen: Example, found: Finding) -> str:
    place = found.location
    assert place is not None
    text = chosen.bad if place.path == chosen.file else (HERE / place.path).read_text()
    return text.splitlines()[place.line - 1]


def _marked(chosen: Example) -> set[int]:
    """Return the lines of the bad template that differ, and those that stand above one in the excerpt."""
    numbers: dict[int, int] = {}
    for at, line in enumerate(whole(chosen)):
        if line.sign != "+":
            numbers[at] = len(numbers) + 1
    texts = chosen.bad.splitlines()
    marked = {number for at, number in numbers.items() if whole(chosen)[at].sign == "-"}
    for at, line in enumerate(whole(chosen)):
        if line.sign != " ":
            marked |= set(_above(texts, len([one for one in numbers if one < at]), line.text))
    return marked


def _above(texts: list[str], before: int, text: str) -> list[int]:
    """Return the numbers of the lines that a text would stand in after so many lines."""
    indent, found = len(text) - len(text.lstrip()), []
    for number in range(before, 0, -1):
        here = texts[number - 1]
        if here.strip() and len(here) - len(here.lstrip()) < indent:
            indent = len(here) - len(here.lstrip())
            found.append(number)
    return found


@pytest.mark.parametrize("id", EXPRESSIBLE)
def test_an_excerpt_is_short_and_tells_the_halves_apart(id: str) -> None:
    lines = excerpt(the(id))
    assert len(lines) <= 40
    assert {line.sign for line in lines} & {"+", "-"}
    assert lines[0].text.strip().endswith((":", "{"))


@pytest.mark.parametrize("id", EXPRESSIBLE)
def test_others_fail_only_where_they_ask_for_the_same(id: str) -> None:
    assert set(the(id).also) <= set(CONTROLS) - {id}


@pytest.mark.parametrize("name", ["trail.yaml", "alarms.yaml", "lake.yaml", "organization"])
def test_the_good_templates_pass_the_baseline_as_they_are(name: str) -> None:
    command = [sys.executable, "-m", "checker", "check", str(HERE / name), "--quiet"]
    done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "FAIL 0   ? UNKNOWN 0" in done.stdout


def apart(text: str) -> list[str]:
    """Take a template apart: into its resources and parameters, and what is around them."""
    return re.split(r"(?m)^(?=  \w+:$|\S)", text)


def changed(bad: str, good: str) -> str:
    """Return a bad template without the resources that are those of the good one, and that no other names."""
    known, found = {*apart(good)}, apart(bad)
    names = [re.match(r"  (\w+):\n    Type: AWS::", one) for one in found]
    said = Counter(re.findall(r"\w+", bad))
    return "".join(
        one
        for one, name in zip(found, names, strict=True)
        if not (name and one in known and said[name[1]] == 1)
    )


def test_cfn_lint_finds_no_error(tmp_path: Path) -> None:
    """The good ones are without a warning, too; some bad ones leave a parameter unused."""
    pytest.importorskip("cfnlint")
    paths = []
    for id in EXPRESSIBLE:
        chosen = the(id)
        if chosen.file.endswith(".yaml"):
            bad = changed(chosen.bad, (HERE / chosen.file).read_text())
            written(tmp_path / id, chosen, bad)
            paths.append(tmp_path / id / chosen.file)
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--format", "parseable", "--"]
    templates = [*HERE.glob("*.yaml"), *HERE.glob("*/*.yaml")]
    done = subprocess.run([*command, *map(str, templates)], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    done = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False)
    errors: dict[str, set[str]] = {}
    for line in done.stdout.splitlines():
        path, rule = line.partition(":")[0], line.split(":")[5]
        if rule.startswith("E"):
            errors.setdefault(Path(path).relative_to(tmp_path).parts[0], set()).add(rule)
    assert errors == LIMITS
