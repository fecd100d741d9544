"""How far an audit reached is said of what was read, and of nothing else."""

from typing import Any

import pytest
from msgspec.structs import replace

from checker.assessment import assess
from checker.catalog import CONTROLS
from checker.evidence import Cause, Origin, Unknown
from checker.observation import Audited, Observation, Scan
from checker.report import reach
from tests import hardened as good

UNLISTED = Unknown(
    "account:ListRegions on the account is denied", Cause.DENIED, Origin(action="account:ListRegions")
)


def told(scope: tuple[str, ...] = (), controls: str = "TH101 TH102", **account: Any) -> str:
    scan = Scan(
        source="aws",
        callers=(),
        accounts=(good.ACCOUNT,),
        regions=scope,
        started=good.NOW,
        finished=good.NOW,
        calls=1,
    )
    inventory = good.hardened(account={"scope": scope, **account})
    observation = Observation(scan=scan, inventory=inventory)
    return reach.regions(assess(observation, [CONTROLS[id] for id in controls.split()], version="1"))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "all enabled (3)"),
        ({"scope": ("us-east-1",)}, "us-east-1"),
        ({"regions": UNLISTED}, f"3 asked: which are enabled in {good.ACCOUNT} could not be read"),
        (
            {"regions": UNLISTED, "discoveries": ()},
            f"none known: which are enabled in {good.ACCOUNT} could not be read",
        ),
        ({"regions": UNLISTED, "scope": ("us-east-1",)}, "us-east-1"),
        ({"controls": "TH110"}, "all enabled"),
    ],
)
def test_regions(given: dict[str, Any], text: str) -> None:
    assert told(**given) == text


@pytest.mark.parametrize(
    ("states", "lines"),
    [
        ((), []),
        ((("ACTIVE", ""),), []),
        ((("ACTIVE", "denied"), ("", "unknown id")), ["2 accounts not read, see ACCOUNTS"]),
        (
            (("SUSPENDED", "is suspended"), ("ACTIVE", "denied")),
            [
                "1 account not read, see ACCOUNTS",
                "1 account suspended or closed: not applicable, see ACCOUNTS",
            ],
        ),
        (
            (("PENDING_CLOSURE", "is being closed"),),
            ["1 account suspended or closed: not applicable, see ACCOUNTS"],
        ),
    ],
)
def test_accounts_without_a_word(states: tuple[tuple[str, str], ...], lines: list[str]) -> None:
    roster = tuple(
        Audited(id=f"{number:012}", name="", state=state, problem=problem)
        for number, (state, problem) in enumerate(states)
    )
    scan = Scan(
        source="aws", callers=(), accounts=(), roster=roster, started=good.NOW, finished=good.NOW, calls=1
    )
    found = assess(Observation(scan=scan, inventory=good.hardened()), (), version="1")
    assert list(reach.missing(found)) == lines
    assert list(reach.missing(replace(found, scan=replace(scan, roster=())))) == []
