"""Diffs are read, undone and written as ``diff`` and ``patch`` do it, and follow a template that moves."""

from pathlib import Path

import pytest

from checker import examples
from checker.examples import HERE, __main__, example
from checker.examples.patch import parse, undone, written

LATER = "".join(f"line {number}\n" for number in range(1, 41))
EARLIER = LATER.replace("line 5\n", "").replace("line 20\n", "old 20\nold 21\n").replace("line 39", "old 39")
DIFF = written(EARLIER, LATER, "TH110", "t.yaml")
PATHS = sorted(HERE.glob("*.diff"))


def test_a_diff_says_what_to_do_to_the_earlier_text() -> None:
    assert DIFF.splitlines()[:10] == [
        "--- TH110.bad",
        "+++ t.yaml",
        "@@ -2,6 +2,7 @@",
        " line 2",
        " line 3",
        " line 4",
        "+line 5",
        " line 6",
        " line 7",
        " line 8",
    ]


def test_what_is_undone_is_the_earlier_text() -> None:
    assert undone(parse(DIFF), LATER) == EARLIER


def test_lines_above_are_notes() -> None:
    patch = parse(f"Also: TH311\nSetting: one = 1\nSetting: two = 2\n{DIFF}")
    assert (patch.said("Also"), patch.said("Setting")) == (("TH311",), ("one = 1", "two = 2"))
    assert (patch.said("At"), patch.file) == ((), "t.yaml")


@pytest.mark.parametrize("text", ["--- a\nline\n", "--- a\n"])
def test_what_is_no_diff_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no unified diff"):
        parse(text)


def test_a_template_that_has_changed_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match=r"t\.yaml differs from the diff at line 2"):
        undone(parse(DIFF), LATER.replace("line 3\n", "line three\n"))


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_every_diff_is_as_it_is_written(path: Path) -> None:
    """``make docs`` writes them."""
    control, _, language = path.stem.partition(".")
    found = example(control, "terraform" if language else "cloudformation")
    assert found is not None
    text = path.read_text()
    assert text[text.index("--- ") :] == written(found.bad, found.good, control, found.file)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "TH110.diff").write_text(f"Also: TH311\n{DIFF}")
    for module in (examples, __main__):
        monkeypatch.setattr(module, "HERE", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "moved",
    [
        "new\n" * 7 + LATER,
        LATER.replace("line 10\n", ""),
        LATER.replace("line 3\n", "line three\n"),
        LATER.replace("line 40\n", ""),
        LATER,
    ],
)
def test_a_diff_follows_its_template(folder: Path, moved: str) -> None:
    (folder / "t.yaml").write_text(moved)
    __main__.main()
    assert (folder / "TH110.diff").read_text().startswith("Also: TH311\n--- TH110.bad\n")
    found = example("TH110")
    assert found is not None
    differing = set(found.good.splitlines()) ^ set(found.bad.splitlines())
    assert differing == set(LATER.splitlines()) ^ set(EARLIER.splitlines())


def test_what_is_gone_is_named_and_nothing_written(folder: Path) -> None:
    before = (folder / "TH110.diff").read_text()
    (folder / "t.yaml").write_text(LATER.replace("line 20\n", "line twenty\n"))
    with pytest.raises(SystemExit, match=r"TH110\.diff: line 17 is no longer what it was"):
        __main__.main()
    assert (folder / "TH110.diff").read_text() == before
