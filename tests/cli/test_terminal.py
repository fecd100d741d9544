import io
from typing import TextIO

import pytest

from checker.cli import terminal


class Screen(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


SCREEN, PIPE = Screen(), io.StringIO()


@pytest.mark.parametrize(
    ("choice", "environment", "stream", "expected"),
    [
        ("auto", {}, SCREEN, True),
        ("auto", {}, PIPE, False),
        ("auto", {}, None, False),
        ("auto", {"NO_COLOR": "1"}, SCREEN, False),
        ("auto", {"NO_COLOR": ""}, SCREEN, True),
        ("auto", {"FORCE_COLOR": "1"}, PIPE, True),
        ("auto", {"FORCE_COLOR": "0"}, PIPE, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, SCREEN, False),
        ("auto", {"TERM": "dumb"}, SCREEN, False),
        ("always", {"NO_COLOR": "1"}, PIPE, True),
        ("never", {"FORCE_COLOR": "1"}, SCREEN, False),
    ],
)
def test_colour(choice: str, environment: dict[str, str], stream: TextIO | None, expected: bool) -> None:
    assert terminal.colour(choice, environment, stream) is expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain é 漢", "plain é 漢"),
        ("two\nlines\tand  more ", "two lines and more"),
        ("\x1b[2Jcleared\x07", "\\x1b[2Jcleared\\x07"),
        ("over\u202eride", "over\\u202eride"),
        ("lone \ud800", "lone \\ud800"),
        ("x" * 1001, "x" * 997 + "..."),
    ],
)
def test_messages_are_one_harmless_line(text: str, line: str) -> None:
    assert terminal.one_line(text) == line


def test_words_go_to_stderr_in_whatever_it_can_show(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say("bucket\n\ud800")
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "trailhold: bucket \\ud800\n")


def test_closed_streams_are_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    terminal.emit("data")
    terminal.say("words")


@pytest.mark.parametrize(
    ("encoding", "asked", "expected"),
    [
        ("utf-8", None, "é\n".encode()),
        ("ascii", None, b"\\xe9\n"),
        ("ascii", "utf-8", "é\n".encode()),
    ],
)
def test_data_is_written_in_full_whatever_the_terminal(
    monkeypatch: pytest.MonkeyPatch, encoding: str, asked: str | None, expected: bytes
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding))
    terminal.emit("é\n", encoding=asked)
    assert written.getvalue() == expected
