import pytest

from checker.inventory import Trail
from checker.model import BASELINE, STRICT, Control, Remediation, Severity, passed
from checker.selection import SelectionError, choose, find, items


def a_control(id: str, name: str, severity: Severity, sets: tuple[str, ...] = BASELINE) -> Control:
    return Control(
        id=id,
        name=name,
        title=name,
        severity=severity,
        applies_to=Trail,
        sets=sets,
        expected="",
        reads=(),
        told_by=(),
        remediation=Remediation(text=""),
        judge=lambda subject, context: passed("fine"),
        rationale="",
    )


CONTROLS = (
    a_control("TH301", "bucket-public", Severity.CRITICAL),
    a_control("TH101", "trail-exists", Severity.CRITICAL),
    a_control("TH110", "trail-validates", Severity.MEDIUM),
    a_control("TH112", "trail-has-tags", Severity.LOW, STRICT),
)
FRAMEWORKS = {
    "TH101": {"cis-5.0": ("3.1",)},
    "TH112": {"cis-5.0": ("3.9",), "fsbp": ("CloudTrail.9",)},
    "TH999": {"soc2": ("A1.1",)},
}
ALL = "TH101 TH110 TH112 TH301"


def chosen(set: str = "baseline", select: str = "", ignore: str = "") -> str:
    found = choose(CONTROLS, set=set, select=select.split(), ignore=ignore.split(), frameworks=FRAMEWORKS)
    return " ".join(control.id for control in found)


@pytest.mark.parametrize(
    ("set", "select", "ignore", "expected"),
    [
        ("baseline", "", "", "TH101 TH110 TH301"),
        ("strict", "", "", ALL),
        ("STRICT", "", "", ALL),
        ("cis-5.0", "", "", "TH101 TH112"),
        ("baseline", "TH110", "", "TH110"),
        ("baseline", "th110", "", "TH110"),
        ("baseline", "trail-validates", "", "TH110"),
        ("baseline", "TH1", "", "TH101 TH110 TH112"),
        ("baseline", "TH11", "", "TH110 TH112"),
        ("baseline", "TH", "", ALL),
        ("baseline", "TH110,TH301", "", "TH110 TH301"),
        ("baseline", "TH301 TH110", "", "TH110 TH301"),
        ("baseline", ",TH301,", "", "TH301"),
        ("baseline", "severity:critical", "", "TH101 TH301"),
        ("baseline", "severity:critical,severity:low", "", "TH101 TH112 TH301"),
        ("baseline", "framework:cis-5.0", "", "TH101 TH112"),
        ("baseline", "framework:FSBP", "", "TH112"),
        ("baseline", "set:strict", "", ALL),
        ("baseline", "set:fsbp", "", "TH112"),
        ("baseline", "", "TH3", "TH101 TH110"),
        ("baseline", "", "severity:critical,TH112", "TH110"),
        ("baseline", "TH1", "framework:cis-5.0", "TH110"),
        ("strict", "", "set:baseline", "TH112"),
    ],
)
def test_grammar(set: str, select: str, ignore: str, expected: str) -> None:
    assert chosen(set, select, ignore) == expected


@pytest.mark.parametrize(
    ("set", "select", "ignore", "says"),
    [
        ("baseline", "TH111", "", "unknown control TH111 (did you mean TH11"),
        ("baseline", "trail-validate", "", "(did you mean trail-validates?)"),
        ("baseline", "", "TH2", "unknown control TH2"),
        ("baseline", "TH1*", "", "unknown control TH1*"),
        (
            "baseline",
            "severity:hgih",
            "",
            "(did you mean high?); there are critical, high, medium, low, info",
        ),
        ("baseline", "severity:high", "", "no control has severity high"),
        ("baseline", "framework:cis-5", "", "unknown framework cis-5 (did you mean cis-5.0?)"),
        ("baseline", "framework:soc2", "", "no control has framework soc2"),
        ("baseline", "framework:", "", "unknown framework"),
        ("baseline", "severty:high", "", "unknown selector severty:high (did you mean severity?)"),
        (
            "strictest",
            "",
            "",
            "unknown set strictest (did you mean strict?); there are baseline, strict, cis-5.0",
        ),
        ("soc2", "", "", "no control has framework soc2"),
        ("baseline", "TH1", "TH", "no control is left to judge with"),
    ],
)
def test_what_selects_nothing_is_refused(set: str, select: str, ignore: str, says: str) -> None:
    with pytest.raises(SelectionError) as refused:
        chosen(set, select, ignore)
    assert says in str(refused.value)


def test_an_exact_id_is_not_a_prefix() -> None:
    longer = (*CONTROLS, a_control("TH1101", "longer", Severity.INFO))
    found = choose(longer, select=["TH110"], frameworks={})
    assert [control.id for control in found] == ["TH110"]


def test_items_are_split_at_commas_and_stripped() -> None:
    assert items(["TH1, TH2", "", " ,", "severity:high"]) == ("TH1", "TH2", "severity:high")


@pytest.mark.parametrize(("text", "id"), [("TH110", "TH110"), ("th110", "TH110"), ("bucket-public", "TH301")])
def test_find_one(text: str, id: str) -> None:
    assert find(text, CONTROLS).id == id


def test_find_takes_no_prefix() -> None:
    with pytest.raises(SelectionError, match=r"unknown control TH11 \(did you mean TH11"):
        find("TH11", CONTROLS)


@pytest.mark.parametrize("empty", ["", ",", " , "])
def test_an_empty_selection_is_no_selection_of_everything(empty: str) -> None:
    with pytest.raises(SelectionError, match="an empty selection names no control"):
        choose(CONTROLS, select=[empty], frameworks=FRAMEWORKS)
