"""A file of waivers: what counts, and every slip with its line."""

from datetime import date
from pathlib import Path

import pytest

from checker.model import Status
from checker.observation import CannotObserve
from checker.waivers import Rule, load

KNOWN = {"TH306": "log-bucket-access-logging", "TH110": "ct-log-file-validation"}
TOML = """\
# why we live with these
[[waivers]]
control = "TH306"
account = ["111122223333", "222233334444"]
resource = "arn:aws:s3:::logs-*"
reason = "access logs come with the landing zone"
owner = "platform@example.com"
expires = 2027-03-31

[[waivers]]
control = "ct-log-file-validation"
ou = "ou-abcd-11112222"
region = "us-*"
status = ["fail", "unknown"]
reason = "sandbox"
owner = "ops"
"""
YAML = """\
# why we live with these
waivers:
  - control: TH306
    account: [111122223333, "222233334444"]
    resource: arn:aws:s3:::logs-*
    reason: access logs come with the landing zone
    owner: platform@example.com
    expires: 2027-03-31
  - control: ct-log-file-validation
    ou: ou-abcd-11112222
    region: us-*
    status: [fail, unknown]
    reason: sandbox
    owner: ops
"""
SHORT = 'control = "TH306"\nresource = "*"\nreason = "r"\nowner = "o"\n'


def written(folder: Path, text: str, name: str = "w.toml") -> Path:
    (folder / name).write_text(text)
    return folder / name


@pytest.mark.parametrize(("name", "text", "lines"), [("w.toml", TOML, (2, 10)), ("w.yaml", YAML, (3, 9))])
def test_both_languages_say_the_same(tmp_path: Path, name: str, text: str, lines: tuple[int, int]) -> None:
    path = written(tmp_path, text, name)
    assert load(path, KNOWN) == (
        Rule(
            control="TH306",
            accounts=("111122223333", "222233334444"),
            resources=("arn:aws:s3:::logs-*",),
            reason="access logs come with the landing zone",
            owner="platform@example.com",
            expires=date(2027, 3, 31),
            path=str(path),
            line=lines[0],
        ),
        Rule(
            control="TH110",
            ous=("ou-abcd-11112222",),
            regions=("us-*",),
            statuses=(Status.FAIL, Status.UNKNOWN),
            reason="sandbox",
            owner="ops",
            path=str(path),
            line=lines[1],
        ),
    )


@pytest.mark.parametrize(("name", "text"), [("w.toml", "waivers = []"), ("w.yaml", "waivers: []")])
def test_a_list_may_be_empty(tmp_path: Path, name: str, text: str) -> None:
    assert load(written(tmp_path, text, name), KNOWN) == ()


ONE = "[[waivers]]\n" + SHORT


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = 1", ": unknown key a; there is only the list waivers"),
        ("[[waiver]]\n" + SHORT, ": unknown key waiver (did you mean waivers?)"),
        ("waivers = 3", ": waivers must be a list"),
        ("waivers = [3]", ": a waiver is a table with control"),
        ("[[waivers]\n", ":1: this is not valid TOML"),
        (ONE + "resorce = 'x'\n", ":6: unknown key resorce (did you mean resource?); there are control, acc"),
        (ONE.replace("TH306", "TH360"), ":2: unknown control TH360 (did you mean TH306?)"),
        (ONE.replace('reason = "r"\n', ""), ":1: this waiver has no reason: add it"),
        (ONE.replace('owner = "o"\n', ""), ":1: this waiver has no owner"),
        (
            ONE.replace('resource = "*"\n', ""),
            'ou, region or resource: resource = "*" means every',
        ),
        (ONE.replace('"r"', '"  "'), ":4: reason: '  ' is not a text that says something"),
        (ONE.replace('"r"', "3"), ":4: reason must be a text, and 3 is none"),
        (ONE.replace('"r"', '["r"]'), ":4: reason must be a text, and ['r'] is none"),
        (ONE.replace('"*"', "[]"), ":3: resource is an empty list, which matches nothing"),
        (ONE.replace('"*"', '[""]'), ":3: resource: '' is not a resource"),
        (ONE + "account = 111122223333\n", ":6: account must be a text, or a list of texts, and 1111"),
        (ONE + 'account = "1111"\n', ":6: account: '1111' is not an account id, which has 12 digits"),
        (ONE + 'account = "١١١١٢٢٢٢٣٣٣٣"\n', ":6: account: "),
        (ONE + 'ou = "Sandbox"\n', ":6: ou: 'Sandbox' is not the id of a unit"),
        (ONE + 'region = "EU"\n', ":6: region: 'EU' is not a Region"),
        (ONE + 'status = "pass"\n', ":6: status: 'pass' is not fail or unknown"),
        (ONE + 'expires = "next year"\n', ":6: expires: 'next year' is not a date"),
        (ONE + 'expires = "2027-02-30"\n', ":6: expires: 2027-02-30 is no day of the calendar"),
        (ONE + "expires = 2027-02-01T00:00:00Z\n", ":6: expires must be a text"),
        (ONE + "\n" + ONE, ":7: this waives what is waived in line 1 already: keep one of them"),
        (ONE + "owner = 'p'\n", ":6: this is not valid TOML: Cannot overwrite a value"),
    ],
)
def test_a_slip_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CannotObserve) as refused:
        load(written(tmp_path, text), KNOWN)
    assert str(refused.value).startswith(f"{tmp_path / 'w.toml'}")
    assert says in str(refused.value)


ITEM = 'waivers:\n- control: TH306\n  resource: "*"\n  reason: r\n  owner: o\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("3", ":1: a waiver is a table"),
        ("- control: TH306", ":1: a waiver is a table"),
        ("waivers:\n  control: TH306", ":1: waivers must be a list: write [[waivers]] in TOML, - in YAML"),
        ("waivers: [", ":1: this is not valid YAML"),
        ("waivers: []\nwaivers: []", ":2: the key waivers stands here and in line 1: keep one of them"),
        (ITEM + "  owner: p\n", ":6: the key owner stands here and in line 5: keep one of them"),
        (ITEM + "  expires:\n", ":6: expires must be a text, and None is none"),
        (ITEM + "  account: {}\n", ":6: account must be a text, or a list of texts, and {} is none"),
        (ITEM + "other: 1\n", ":6: unknown key other; there is only the list waivers"),
        (ITEM + ITEM.removeprefix("waivers:\n"), ":6: this waives what is waived in line 2 already"),
        ("waivers:\n- " + "[" * 3000, "nested too deeply"),
        ("waivers: !!python/object/apply:os.system [x]", ":1: a waiver is a table"),
        ("a: \x00", "this is not valid YAML"),
    ],
)
def test_a_slip_in_yaml_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CannotObserve) as refused:
        load(written(tmp_path, text, "w.yaml"), KNOWN)
    assert says in str(refused.value)


def test_the_order_of_a_list_makes_no_other_waiver(tmp_path: Path) -> None:
    one = ONE.replace('"*"', '["a", "b"]')
    with pytest.raises(CannotObserve, match="in line 1 already"):
        load(written(tmp_path, one + ONE.replace('"*"', '["b", "a"]')), KNOWN)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe", "this is not UTF-8 text"), (b"#" * ((1 << 20) + 1), "is larger than 1048576 bytes")],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "w.toml").write_bytes(content)
    with pytest.raises(CannotObserve, match=says):
        load(tmp_path / "w.toml", KNOWN)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotObserve, match="cannot be read: No such file"):
        load(tmp_path / "w.toml", KNOWN)


def test_entries_of_an_inline_array_have_no_line(tmp_path: Path) -> None:
    text = 'waivers = [{control = "TH306", resource = "*", reason = "r", owner = "o"}]'
    (rule,) = load(written(tmp_path, text), KNOWN)
    assert rule.place == str(tmp_path / "w.toml")


def test_a_text_that_looks_like_a_head_moves_no_line(tmp_path: Path) -> None:
    text = ONE.replace('"r"', '"""\n[[waivers]]\n"""')
    (rule,) = load(written(tmp_path, text), KNOWN)
    assert (rule.reason, rule.line) == ("[[waivers]]", 0)
