"""A waiver written below others: what was there stays, byte for byte."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checker.model import Status
from checker.observation import CannotObserve
from checker.waivers import Rule
from checker.waivers.adding import appended
from checker.waivers.reading import parse
from tests.waivers.test_reading import KNOWN, TOML, YAML

NEW = Rule(
    control="TH110", accounts=("333344445555",), reason='it is "so"', owner="o", expires=date(2027, 1, 2)
)
DASHED = 'waivers:\n# a\n- control: TH306\n  resource: "*"  # all\n  reason: |\n    r\n  owner: o'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("w.toml", TOML),
        ("w.toml", TOML.rstrip()),
        ("w.toml", ""),
        ("w.toml", "# nothing yet\n"),
        ("w.yaml", YAML),
        ("w.yml", DASHED),
        ("w.yaml", ""),
    ],
)
def test_it_is_read_back_and_the_rest_is_as_it_was(name: str, text: str) -> None:
    path = Path(name)
    joined = appended(path, text, NEW, KNOWN)
    assert joined.startswith(text)
    *_, last = parse(path, joined, KNOWN)
    assert replace(last, path="", line=0) == NEW


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("w.toml", "waivers = []\n", "does not end with its waivers: write this one by hand"),
        ("w.yaml", "waivers: []\n", "has no list with a dash"),
        (
            "w.yaml",
            YAML + "other: 1\n",
            "unknown key other",
        ),
        ("w.toml", TOML.replace("control", "contrl"), "unknown key contrl"),
    ],
)
def test_what_cannot_be_added_to_is_refused(name: str, text: str, says: str) -> None:
    with pytest.raises(CannotObserve, match=says):
        appended(Path(name), text, NEW, KNOWN)


def test_what_is_there_already_is_refused() -> None:
    text = appended(Path("w.toml"), TOML, NEW, KNOWN)
    with pytest.raises(CannotObserve, match="already"):
        appended(Path("w.toml"), text, replace(NEW, reason="another"), KNOWN)


TEXTS = st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable() and text.strip() == text)


@given(TEXTS, TEXTS, st.text(min_size=1, max_size=30, alphabet=st.characters(exclude_categories=["Cs"])))
@pytest.mark.parametrize("name", ["w.toml", "w.yaml"])
def test_any_text_survives(name: str, reason: str, owner: str, resource: str) -> None:
    rule = Rule(
        control="TH306",
        resources=(resource, "b"),
        statuses=(Status.FAIL, Status.UNKNOWN),
        reason=" ".join(reason.split()),
        owner=owner,
    )
    (read,) = parse(Path(name), appended(Path(name), "", rule, KNOWN), KNOWN)
    assert replace(read, path="", line=0) == rule
