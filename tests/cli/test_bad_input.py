"""What is no template, or a broken one: one sentence with its place, code 2, and the others are judged."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import Ended, trailhold
from tests.sources.cloudformation.judging import HARDENED

TRAIL = "Resources:\n  Trail:\n    Type: AWS::CloudTrail::Trail\n    Properties: {IsLogging: true}\n"
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{n}: &{n} [{', '.join(['*' + b] * 10)}]\n" for b, n in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP = (
    '{"Resources": {"A": {"Type": "AWS::CloudTrail::Trail", "Properties": ' + '{"a": ' * 500 + "1" + "}" * 503
)
BROKEN: dict[str, tuple[bytes, str]] = {
    "cut.json": (b'{"Resources": {"Trail": {"Type": "AWS::CloudTrail::Trail"', "cut.json:1:58 is cut short"),
    "no.json": (b'{"Resources": {"A": {"Type": "AWS::SNS::Topic",}}}', "no.json:1:48 is not JSON"),
    "after.json": (b'{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}} x', "after.json:1:51 has something"),
    "twice.json": (
        b'{"Resources": {"A": {"Type": "AWS::A::B", "Type": "AWS::A::C"}}}',
        "twice.json:1:43 repeats",
    ),
    "twice.yaml": (TRAIL.encode() + b"    Type: AWS::SNS::Topic\n", "twice.yaml:5:5 repeats the key 'Type'"),
    "sections.yaml": (f"{TRAIL}Resources: {{}}\n".encode(), "sections.yaml:5:1 repeats the key 'Resources'"),
    "flow.yaml": (b"Resources:\n  A: [AWS::SNS::Topic\n", "flow.yaml:3:1 is not YAML"),
    "tab.yaml": (b"Resources:\n\tA: AWS::SNS::Topic\n", "tab.yaml:2:1 is not YAML"),
    "laughs.yaml": (f"{LAUGHS}{TRAIL}".encode(), "values with its aliases expanded"),
    "itself.yaml": (
        f"x: &x [*x]\n{TRAIL}".encode(),
        "itself.yaml:1:8 is not YAML: the anchor 'x' stands inside",
    ),
    "deep.json": (DEEP.encode(), "is nested more than 120 levels deep"),
    "deep.yaml": (
        f"{TRAIL}x: {'[' * 5000}{']' * 5000}\n".encode(),
        "deep.yaml:5:124 is nested more than 120",
    ),
    "two.yaml": (f"{TRAIL}---\n{TRAIL}".encode(), "two.yaml:5:1 holds more than one document"),
    "untyped.yaml": (f"{TRAIL}  B: {{}}\n".encode(), "untyped.yaml:5:3 has a resource 'B' without a Type"),
    "list.yaml": (f"{TRAIL}  B: [1]\n".encode(), "list.yaml:5:3 has a resource 'B' that is no object"),
    "large.json": (
        b'{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}' + b" " * (50 << 20),
        "is larger than",
    ),
    "utf16.json": ('{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}'.encode("utf-16"), "is not UTF-8 text"),
    "latin.yaml": (
        f"# caf\xe9\n{TRAIL}".encode("latin-1"),
        "latin.yaml is not a template: it is not UTF-8 text",
    ),
    "nul.yaml": (f"{TRAIL}\0".encode(), "nul.yaml is not a template: it is not text"),
    "itself.json": (
        b'{"Resources": {"A": {"Type": "AWS::CloudFormation::Stack", '
        b'"Properties": {"TemplateURL": "itself.json"}}}}',
        "itself.json nests itself: A leads back to itself.json (at itself.json:1:16)",
    ),
}
NO_TEMPLATES: dict[str, tuple[bytes, str]] = {
    "binary.json": (bytes(range(256)) * 20, "is not a template: it is not UTF-8 text"),
    "empty.json": (b"", "is empty, so it is not a template"),
    "blank.yaml": (b"\n\n", "is empty, so it is not a template"),
    "settings.json": (b'{"name": "x"}', "is not a CloudFormation template: it has no Resources"),
    "list.json": (b"[1]", "is not a CloudFormation template: it is not an object"),
    "text.yaml": (b"hello\n", "is not a CloudFormation template: it is not an object"),
    "workflow.yml": (b"on: push\njobs: {a: {steps: []}}\n", "is not a CloudFormation template"),
}
ODD_BUT_GOOD: dict[str, Callable[[str], bytes]] = {
    "a byte order mark": lambda text: text.encode("utf-8-sig"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "no line break at the end": lambda text: text.rstrip("\n").encode(),
    "a document marker": lambda text: f"---\n{text}...\n".encode(),
}


def findings(ended: Ended) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(ended.out)["findings"]
    return found


@pytest.mark.parametrize("name", [*BROKEN, *NO_TEMPLATES])
def test_a_named_file_that_is_no_template_is_refused(name: str, tmp_path: Path) -> None:
    content, sentence = {**BROKEN, **NO_TEMPLATES}[name]
    (tmp_path / name).write_bytes(content)
    ended = trailhold("check", name, cwd=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert sentence in ended.err


@pytest.mark.parametrize(
    ("names", "code"),
    [(["cut.json", "twice.json"], 2), (["cut.json"], 2), ([], 0)],
    ids=["two", "one", "none"],
)
def test_where_nothing_could_be_judged_programs_learn_it_too(
    names: list[str], code: int, tmp_path: Path
) -> None:
    (tmp_path / "list.json").write_text("[1]")
    for name in names:
        (tmp_path / name).write_bytes({**BROKEN, **NO_TEMPLATES}[name][0])
    line = [
        "check",
        *(names or ["list.json"]),
        "--pass-over",
        "--format=json",
        "--export=r.xml",
        "--export=r.sarif",
    ]
    ended = trailhold(*line, cwd=tmp_path)
    assert ended.code == code
    document = json.loads(ended.out)
    assert document["findings"] == []
    assert [refused["path"] for refused in document["scan"]["refused"]] == names
    assert (tmp_path / "r.xml").read_text().count("<error") == len(names)
    (run,) = json.loads((tmp_path / "r.sarif").read_text())["runs"]
    assert run["invocations"][0]["executionSuccessful"] is (not names)


@pytest.mark.parametrize("name", BROKEN)
def test_one_broken_file_costs_no_other(name: str, tmp_path: Path) -> None:
    content, sentence = BROKEN[name]
    shutil.copy(HARDENED, tmp_path / "good.yaml")
    (tmp_path / name).write_bytes(content)
    ended = trailhold("check", ".", "--format=json", "--quiet", cwd=tmp_path)
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert sentence in ended.err
    assert {f["status"] for f in findings(ended)} == {"pass"}
    (refused,) = json.loads(ended.out)["scan"]["refused"]
    assert refused["path"] == name
    assert sentence in refused["reason"]


def test_what_is_no_template_is_passed_over_in_a_folder_and_counted(tmp_path: Path) -> None:
    shutil.copy(HARDENED, tmp_path / "good.yaml")
    for name, (content, _) in NO_TEMPLATES.items():
        (tmp_path / name).write_bytes(content)
    ended = trailhold("check", ".", "--format=json", cwd=tmp_path)
    assert ended.code == 0
    assert f"{len(NO_TEMPLATES)} files are no template and passed over" in ended.err
    assert {f["status"] for f in findings(ended)} == {"pass"}


@pytest.mark.parametrize("name", ODD_BUT_GOOD)
def test_odd_but_good(name: str, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_bytes(ODD_BUT_GOOD[name](HARDENED.read_text()))
    ended = trailhold("check", "t.yaml", "--format=json", "--quiet", cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert {f["status"] for f in findings(ended)} == {"pass"}


def test_folders_without_templates_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = trailhold("check", "empty", cwd=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert "there is no CloudFormation template in empty" in ended.err


def test_nobody_looks_into_folders_of_others(tmp_path: Path) -> None:
    shutil.copy(HARDENED, tmp_path / "good.yaml")
    for folder in (".git", ".venv", "node_modules", f"cdk.out/asset.{'0123' * 16}", "deep/.terraform"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "broken.json").write_bytes(BROKEN["cut.json"][0])
    assert trailhold("check", ".", "--quiet", cwd=tmp_path).code == 0


def test_a_link_that_leads_to_itself_has_an_end(tmp_path: Path) -> None:
    shutil.copy(HARDENED, tmp_path / "good.yaml")
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    assert trailhold("check", ".", "--quiet", cwd=tmp_path).code == 0
    ended = trailhold("check", "loop.yaml", cwd=tmp_path)
    assert ended.code == 2
    assert "there is no file or folder loop.yaml" in ended.err


def test_folders_are_searched_however_deep_they_lie(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(300):
        folder /= "d"
    folder.mkdir(parents=True)
    shutil.copy(HARDENED, folder / "good.yaml")
    ended = trailhold("check", ".", "--format=json", "--quiet", cwd=tmp_path)
    assert ended.code == 0
    assert findings(ended)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    shutil.copy(HARDENED, tmp_path / "good.yaml")
    shutil.copy(HARDENED, tmp_path / "mine.yaml")
    (tmp_path / "mine.yaml").chmod(0)
    ended = trailhold("check", ".", "--quiet", cwd=tmp_path)
    assert ended.code == 2
    assert "mine.yaml cannot be read: Permission denied" in ended.err


def test_a_parameter_without_a_value_is_unknown_and_says_how_to_give_one(tmp_path: Path) -> None:
    text = TRAIL.replace("IsLogging: true", "IsLogging: !Ref On") + "Parameters:\n  On: {Type: String}\n"
    (tmp_path / "t.yaml").write_text(text)
    ended = trailhold("check", "t.yaml", "--select=TH106", "--format=json", "--quiet", cwd=tmp_path)
    assert ended.code == 3
    (finding,) = findings(ended)
    assert "give it one with --parameters On=VALUE" in str(finding["detail"])
    assert finding["location"] == {
        "path": "t.yaml",
        "line": 4,
        "column": 18,
        "construct": "t/Trail",
        "text": "    Properties: {IsLogging: !Ref On}",
    }


@pytest.mark.parametrize("missing", ["missing.yaml", "-x/y"])
def test_a_missing_path_costs_no_other(missing: str, tmp_path: Path) -> None:
    shutil.copy(HARDENED, tmp_path / "good.yaml")
    ended = trailhold("check", "--format=json", "--quiet", "--", "good.yaml", missing, cwd=tmp_path)
    assert ended.code == 2
    assert f"there is no file or folder {missing}" in ended.err
    assert findings(ended)
