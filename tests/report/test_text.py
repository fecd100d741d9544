import pytest

from checker.report.shell import broken, commands
from checker.report.text import clip, count, listed, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("audit-trail_1 ✓ é 日本", "audit-trail_1 ✓ é 日本"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b31m", r"\x9b31m"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("safe\u202egnp", r"safe\u202egnp"),
        ("\u2066x\u2069\u200b\ufeff", r"\u2066x\u2069\u200b\ufeff"),
        ("\u2028\u00a0", r"\u2028\xa0"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("\0", r"\x00"),
    ],
)
def test_what_does_not_print_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_some_characters_may_stay() -> None:
    assert visible("a\n\x1b", keep="\n") == "a\n\\x1b"


def test_clip_tells_how_long_the_text_was() -> None:
    assert clip("abc", 3) == "abc"
    assert clip("a" * 1_000, 3) == "aaa… (1,000 characters)"


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 findings"), (1, "1 finding"), (2, "2 findings"), (1_000, "1,000 findings")]
)
def test_count_agrees_with_its_noun(number: int, told: str) -> None:
    assert count(number, "finding") == told


def test_long_lists_are_counted() -> None:
    assert listed(["a", "b"], 2) == "a, b"
    assert listed(["a", "b", "c", "d"], 2) == "a, b and 2 more"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("", []),
        ("aws s3 ls", [["aws", "s3", "ls"]]),
        ("aws x --name a --on", [["aws", "x", "--name a", "--on"]]),
        ("one\ntwo", [["one"], ["two"]]),
        ("aws x \\\n  --name a", [["aws", "x", "--name a"]]),
        ("aws x --name 'a b'", [["aws", "x", "--name 'a b'"]]),
        ("aws x --name 'a\nrm -rf /'", [["aws", "x", r"--name 'a\nrm -rf /'"]]),
        ("""x 'it'"'"'s\nb'""", [["x", r"""'it'"'"'s\nb'"""]]),
        ("x '\x1b[2J'", [["x", r"'\x1b[2J'"]]),
    ],
)
def test_a_script_splits_outside_quotes_only(script: str, words: list[list[str]]) -> None:
    assert commands(script) == words


def test_a_broken_command_is_still_one_command() -> None:
    words = ["aws", "x", "--name a", "--long option", "--on"]
    assert broken(words, 14) == ["aws x \\", "  --name a \\", "  --long option \\", "  --on"]
    assert commands("\n".join(broken(words, 14))) == [words]
