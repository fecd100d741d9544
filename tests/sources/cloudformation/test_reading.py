"""Files that are no templates are refused in one sentence that says where; texts keep their places."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.observation import CannotObserve
from checker.sources.cloudformation import json_text, load, yaml_text
from checker.sources.cloudformation.node import MAX_NODES, Malformed, Node, child
from checker.sources.cloudformation.text import MAX_BYTES

TEMPLATE = '{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}'
DEEP = 500
LAUGHS = "\n".join(
    [
        "AWSTemplateFormatVersion: 2010-09-09",
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)),
        "Resources: {A: {Type: 'AWS::S3::Bucket'}}",
    ]
)

BAD: list[tuple[str, str, bytes, str]] = [
    ("empty", "t.json", b"", "t.json is empty"),
    ("blank", "t.yaml", b" \n\n", "t.yaml is empty"),
    ("binary", "t.json", b"\x89PNG\r\n\x1a\n\x00\xff", "t.json is not a template: it is not UTF-8 text"),
    ("zeros", "t.yaml", b"a: \0\0", "t.yaml is not a template: it is not text"),
    ("huge", "t.json", b" " * (MAX_BYTES + 1), "t.json is larger than"),
    ("cut short", "t.json", TEMPLATE[:30].encode(), "t.json:1:30 is cut short"),
    ("cut in a text", "t.json", TEMPLATE[:22].encode(), "is cut short"),
    ("no JSON", "t.json", b'{"Resources": {A: 1}}', "t.json:1:16 is not JSON: a key is missing here"),
    ("trailing", "t.json", f"{TEMPLATE} x".encode(), "t.json:1:51 has something after its end"),
    (
        "twice in JSON",
        "t.json",
        b'{"Resources": {},\n "Resources": {}}',
        "t.json:2:2 repeats the key 'Resources'",
    ),
    ("twice in YAML", "t.yaml", b"Resources: {}\nResources: {}\n", "t.yaml:2:1 repeats the key 'Resources'"),
    ("deep JSON", "t.json", b'{"Resources": ' + b"[" * DEEP, "levels deep"),
    ("deep YAML", "t.yaml", b"Resources: " + b"[" * DEEP, "levels deep"),
    ("exploding", "t.yaml", LAUGHS.encode(), f"has more than {MAX_NODES} values with its aliases expanded"),
    ("in itself", "t.yaml", b"Resources: &a {A: *a}\n", "the anchor 'a' stands inside itself"),
    ("no YAML", "t.yaml", b"Resources:\n\t- a\n", "t.yaml:2:1 is not YAML"),
    (
        "two documents",
        "t.yaml",
        b"Resources: {}\n---\nResources: {}\n",
        "t.yaml:2:1 holds more than one document",
    ),
    ("a list", "t.json", b"[]", "t.json is not a CloudFormation template"),
    ("a text", "t.yaml", b"hello", "t.yaml is not a CloudFormation template: it is not an object"),
    ("settings", "t.json", b'{"name": "x"}', "t.json is not a CloudFormation template: it has no Resources"),
    ("no object", "t.json", b'{"Resources": 1}', "t.json:1:2 has Resources that are no object"),
    ("no resource", "t.yaml", b"Resources:\n  A: 1\n", "t.yaml:2:3 has a resource 'A' that is no object"),
    ("no type", "t.yaml", b"Resources:\n  A: {}\n", "t.yaml:2:3 has a resource 'A' without a Type"),
]


@pytest.mark.parametrize(("file", "content", "told"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_what_is_no_template_is_refused(file: str, content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / file).write_bytes(content)
    with pytest.raises(CannotObserve) as refused:
        load([tmp_path / file])
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", ["Resources:\n  A: {Type: AWS::S3::Bucket, A: [}\n", TEMPLATE[:-5]])
def test_a_broken_template_in_a_folder_is_not_passed_over(content: str, tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(TEMPLATE)
    (tmp_path / "bad.yaml").write_text(content)
    with pytest.raises(CannotObserve, match=r"bad\.yaml:\d+:\d+ is "):
        load([tmp_path])


def test_a_folder_may_hold_other_things(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "x"}')
    (tmp_path / "workflow.yml").write_text("on: push\njobs: {a: &b {}, c: *b}\n")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "t.template").write_text(TEMPLATE)
    assert load([tmp_path]).inventory.trails == {}


@pytest.mark.parametrize("make", [lambda p: p, lambda p: p / "missing.yaml"], ids=["empty", "missing"])
def test_nothing_to_check_is_refused(make: Callable[[Path], Path], tmp_path: Path) -> None:
    with pytest.raises(CannotObserve, match="there is no"):
        load([make(tmp_path)])


def plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: plain(value) for key, value in node.value.items()}
    return [plain(one) for one in node.value] if isinstance(node.value, list) else node.value


YAML: list[tuple[str, Any]] = [
    ("a: 2012-10-17", {"a": "2012-10-17"}),
    ("a: 012345678901", {"a": "012345678901"}),
    ("a: 365", {"a": "365"}),
    ("a: [true, on, no, 'true', ~, '']", {"a": [True, True, False, "true", None, ""]}),
    ("a: !!str true", {"a": "true"}),
    ("a: !Ref B", {"a": {"Ref": "B"}}),
    ("a: !Condition B", {"a": {"Condition": "B"}}),
    ("a: !GetAtt B.C.D", {"a": {"Fn::GetAtt": ["B", "C.D"]}}),
    ("a: !GetAtt [B, C]", {"a": {"Fn::GetAtt": ["B", "C"]}}),
    ("a: !Sub 'x${B}'", {"a": {"Fn::Sub": "x${B}"}}),
    ("a: !Join ['', [!Ref B, c]]", {"a": {"Fn::Join": ["", [{"Ref": "B"}, "c"]]}}),
    ("a: !If [C, !Ref AWS::NoValue, {b: 1}]", {"a": {"Fn::If": ["C", {"Ref": "AWS::NoValue"}, {"b": "1"}]}}),
    ("a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}", {"a": {"b": "1"}, "c": {"b": "1"}, "d": {"b": "1", "e": "2"}}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), YAML)
def test_yaml_is_read_as_cloudformation_reads_it(text: str, value: Any) -> None:
    assert plain(yaml_text.parse(text)) == value


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, -2.5e3, true, false, null, "x\\u00e9\\ud83d\\ude00\\n"], "b": {}, "c": []}',
        '\t{\r\n\t"a" :\t"b"\r\n}\n',
    ],
)
def test_json_is_read_as_the_standard_library_reads_it(text: str) -> None:
    numbers_as_text = json.loads(text, parse_int=str, parse_float=str)
    assert plain(json_text.parse(text)) == numbers_as_text


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (json_text.parse, '{\n  "a": {\n    "b": [1,\n          2]\n  }\n}'),
        (yaml_text.parse, "# x\na:\n    b: [1,\n          2]\n"),
    ],
)
def test_every_value_knows_its_line_and_column(parse: Callable[[str], Node], text: str) -> None:
    found = child(parse(text), "a", "b")
    assert found is not None
    assert found.place == (3, 5)
    assert isinstance(found.value, list)
    assert found.value[1].place == (4, 11)


@pytest.mark.parametrize("end", range(1, len(TEMPLATE)))
def test_every_cut_is_noticed(end: int) -> None:
    with pytest.raises(Malformed):
        json_text.parse(TEMPLATE[:end])
