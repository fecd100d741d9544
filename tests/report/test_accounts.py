"""A row an account: names beside ids, and nobody dropped, however many there are."""

from datetime import timedelta

from msgspec.structs import replace

from checker.assessment import Assessment, assess
from checker.catalog import CONTROLS
from checker.evidence import Cause, Unknown
from checker.observation import Audited, Observation, Scan
from checker.report import console, html, json
from checker.report.accounts import not_entered, remarks, rows
from checker.sources.aws.observe import unread_account
from tests import hardened as good
from tests.hardened import hardened

CLOSED, LAST = "200000000007", "200000000059"
WHY = f"account {CLOSED} (Hostile <b>) cannot be entered: check the role"


def organization(number: int = 60) -> Assessment:
    """One hardened account and many of which nothing is known, one of them for a reason, one suspended."""
    ids = [f"{200000000000 + n}" for n in range(number)]
    names = {CLOSED: "Hostile <b>\x1b[31m", LAST: "Dormant"}
    inventory = hardened(account={"name": "Management"})
    others = {
        id: replace(inventory.accounts[good.ACCOUNT], id=id, name=names.get(id, "Workload"), discoveries=())
        for id in ids
    }
    others[CLOSED] = unread_account(CLOSED, Unknown(WHY, Cause.DENIED), name=names[CLOSED])
    others[LAST] = replace(
        unread_account(LAST, Unknown("suspended", Cause.OUT_OF_SCOPE), name="Dormant"), state="SUSPENDED"
    )
    every = {**inventory.accounts, **others}
    roster = tuple(
        Audited(
            id=each.id,
            name=each.name,
            state=each.state,
            problem={CLOSED: WHY, LAST: "account is suspended"}.get(each.id, ""),
        )
        for each in every.values()
    )
    scan = Scan(
        source="aws",
        callers=("arn:aws:iam::111122223333:user/auditor",),
        accounts=tuple(sorted(every)),
        roster=roster,
        notes=("organizational unit ou-1 has no accounts",),
        started=good.NOW,
        finished=good.NOW + timedelta(seconds=9),
        calls=1,
    )
    observed = Observation(scan=scan, inventory=replace(inventory, accounts=every))
    return assess(observed, CONTROLS.values(), version="1")


SEEN = organization()


def test_every_account_has_a_row() -> None:
    found = rows(SEEN)
    assert len(found) == 61
    assert {row.id for row in found} == set(SEEN.scan.accounts)
    assert [row.id for row in not_entered(SEEN)] == [CLOSED]
    assert found[-1].id == LAST or found[-1].counts.fail == 0


def test_console_counts_the_rest_and_drops_no_obstacle() -> None:
    text = " ".join(console.render(SEEN, width=200).split())
    assert f"{CLOSED} Hostile <b>\\x1b[31m" in text
    assert WHY in text
    assert "account is suspended" in text
    assert "and 21 more accounts: --verbose" in text
    assert "Note organizational unit ou-1 has no accounts" in text
    assert "\x1b" not in text
    verbose = console.render(SEEN, width=200, verbose=True)
    assert all(f"\n  {id}  " in verbose for id in SEEN.scan.accounts)


def test_page_has_all_of_them() -> None:
    page = html.render(SEEN)
    assert all(id in page for id in SEEN.scan.accounts)
    assert "Hostile <b>" not in page
    assert "Hostile &lt;b&gt;" in page
    assert "account is suspended" in page


LONG = "account {id} (Workload) cannot be entered by somebody, for want of a role there that would let it in"


def test_what_is_long_is_said_once() -> None:
    found = [(id, LONG.format(id=id)) for id in (CLOSED, LAST)]
    quiet = [("200000000001", ""), ("200000000002", "account 200000000002 is suspended")]
    assert list(remarks([*quiet, *found, ("200000000003", "account 200000000003 is suspended")])) == [
        "",
        "account 200000000002 is suspended",
        LONG.format(id=CLOSED),
        f"not read, for the same reason as account {CLOSED}",
        "account 200000000003 is suspended",
    ]


def test_the_page_says_once_why_many_were_not_read() -> None:
    lost = tuple(
        replace(each, problem=LONG.format(id=each.id)) if each.state == "ACTIVE" else each
        for each in SEEN.scan.roster
    )
    page = html.render(replace(SEEN, scan=replace(SEEN.scan, roster=lost)))
    table = page[page.index('<section id="accounts"') : page.index('<section id="coverage"')]
    assert table.count("for want of a role there") == 1
    assert table.count("not read, for the same reason as account") == len(lost) - 2


def test_the_map_has_names() -> None:
    page = html.render(SEEN)
    map = page[page.index('<table class="map">') :]
    assert f"{good.ACCOUNT} <small" in map
    assert ">Management</small>" in map
    assert "not known" not in map[: map.index("</thead>")]
    shut = map[map.index(f'<tr><th scope="row">{CLOSED} <small') :]
    assert shut[: shut.index("</tr>")].count("<td") == 1
    assert f'<td class="unknown" colspan="{len(good.REGIONS)}"' in shut[: shut.index("</tr>")]


def test_report_can_be_read_back() -> None:
    again = json.load(json.render(SEEN))
    assert (again.scan.roster, again.scan.notes) == (SEEN.scan.roster, SEEN.scan.notes)
    named = {f.account_id: f.account_name for f in again.findings}
    assert named[good.ACCOUNT] == "Management"
    assert LAST not in named
