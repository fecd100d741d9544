"""The questions of an investigation as SQL for Athena: one file a question, in the folder ``queries``."""

from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path

from msgspec import Struct

FOLDER = Path(__file__).parent / "queries"
_DAYS = ("first day (yyyy/MM/dd)", "last day (yyyy/MM/dd)")


class SavedQuery(Struct, frozen=True, kw_only=True):
    """One question, with the SQL that answers it."""

    name: str
    question: str
    parameters: tuple[str, ...]
    """What each ``?`` of the SQL stands for, in order; Athena's parameters have no names."""
    sql: str


def saved_queries(
    *, database: str, table: str, name_account: bool, known_networks: Iterable[str] = ()
) -> list[SavedQuery]:
    """Return all questions, asked of a table.

    ``name_account``: the table cannot list its accounts, so a query has to name one. Raises ValueError for a
    known network that is no CIDR block.
    """
    known = " OR ".join(_within(network) for network in known_networks) or "FALSE"
    scope = ("account id", *_DAYS) if name_account else _DAYS
    events = f'WITH events AS (\n  SELECT * FROM "{database}"."{table}"\n  WHERE {_where(name_account)}\n)'
    return [_query(path, scope, events, known) for path in sorted(FOLDER.glob("*.sql"))]


def _query(path: Path, scope: tuple[str, ...], events: str, known: str) -> SavedQuery:
    head, body = _split(path.read_text("utf-8"))
    given = [line.removeprefix("Parameters: ") for line in head if line.startswith("Parameters: ")]
    parameters = (*scope, *(name.strip() for line in given for name in line.split(";")))
    # Without question marks: in a comment they could be taken for parameters.
    comment = [line.replace("?", "") for line in head if not line.startswith("Parameters: ")]
    comment.insert(1, "Parameters, in this order and in single quotes: " + "; ".join(parameters))
    lines = "\n".join(f"-- {line}" for line in comment)
    sql = f"{lines}\n{events}\n{body.replace('{known_networks}', known)}"
    return SavedQuery(name=path.stem, question=head[0], parameters=parameters, sql=sql)


def _split(text: str) -> tuple[list[str], str]:
    lines = text.splitlines()
    head = [line.removeprefix("-- ") for line in lines if line.startswith("-- ")]
    return head, "\n".join(lines[len(head) :])


def _where(name_account: bool) -> str:
    return "account = ? AND day BETWEEN ? AND ?" if name_account else "day BETWEEN ? AND ?"


def _within(network: str) -> str:
    """Say that the caller's address is in a network; what is no address is in none."""
    return f"coalesce(contains('{ip_network(network)}', TRY_CAST(sourceipaddress AS IPADDRESS)), FALSE)"
