"""Every saved query, asked of the records of an incident, finds what was planted and nothing else."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from cdk_app.saved_queries import SavedQuery, saved_queries
from cdk_app.trail_table import COLUMNS, PARTITIONS, projection
from tests.cdk.lake import ask, deliver, lake
from tests.cdk.records import (
    ACCOUNT,
    ADMIN_ROLE,
    BUCKET,
    HOME,
    INSTANCE,
    KEY,
    MALLORY,
    MEMBER,
    OFFICE,
    RECORDS,
    STRANGER,
)

REGIONS = ("eu-central-1", "us-east-1")
WHOLE = ("2026/11/01", "2026/11/30")
LATE = ("2026/11/18", "2026/11/18")


def queries(**more: Any) -> dict[str, SavedQuery]:
    made = saved_queries(database="trail", table="cloudtrail_logs", **{"name_account": False, **more})
    return {query.name: query for query in made}


QUERIES = queries()


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The log files of an organization with two accounts, read where the table says that they are."""
    folder = tmp_path_factory.mktemp("bucket")
    deliver(folder, RECORDS)
    properties = projection("AWSLogs/o-exampleorg/", (ACCOUNT, MEMBER), REGIONS, "2026/01/01")
    with lake(folder, properties["storage.location.template"]) as database:
        yield database


def test_the_table_reads_every_record_with_its_place(logs: duckdb.DuckDBPyConnection) -> None:
    found = logs.execute("SELECT eventid, account, region, day FROM trail.cloudtrail_logs").fetchall()
    assert {row[0] for row in found} == {record["eventID"] for record in RECORDS}
    assert ("deleted", MEMBER, "eu-central-1", "2026/11/18") in found


FINDS = [
    ("who-terminated-instance", WHOLE, [INSTANCE], ["terminated"]),
    ("who-terminated-instance", WHOLE, ["i-group"], ["scaled"]),
    ("who-terminated-instance", WHOLE, ["i-spot"], ["evicted"]),
    ("who-terminated-instance", WHOLE, ["i-0ab"], []),
    ("who-terminated-instance", ("2026/11/01", "2026/11/17"), [INSTANCE], []),
    ("who-changed-security-groups", WHOLE, [], ["opened", "modified"]),
    ("failed-console-sign-ins", WHOLE, [], ["knock", "root-failed", "sso-failed"]),
    ("failed-console-sign-ins", LATE, [], ["root-failed", "sso-failed"]),
    ("root-use", WHOLE, [], ["root-key", "root-failed"]),
    ("who-deleted-bucket", WHOLE, [BUCKET], ["deleted"]),
    (
        "actions-of-access-key",
        WHOLE,
        [KEY, KEY],
        ["login", "assume-denied", "assumed", "who-am-i", "deleted"],
    ),
    ("actions-of-access-key", WHOLE, ["AKIA", "AKIA"], []),
    (
        "incident-of-principal",
        WHOLE,
        [ADMIN_ROLE, "2026-11-18T10:02:00Z", "2026-11-18T11:02:00Z"],
        ["scaled", "opened", "modified", "revoke-denied"],
    ),
    (
        "incident-of-principal",
        WHOLE,
        [MALLORY, "2026-11-18T00:00:00Z", "2026-11-18T23:59:59Z"],
        ["assume-denied", "assumed"],
    ),
]


@pytest.mark.parametrize(("name", "days", "values", "expected"), FINDS)
def test_a_query_finds_what_was_planted_and_nothing_else(
    logs: duckdb.DuckDBPyConnection, name: str, days: Sequence[str], values: list[str], expected: list[str]
) -> None:
    found = ask(logs, QUERIES[name].sql, [*days, *values])
    assert [row["eventid"] for row in found] == expected


def addresses(logs: duckdb.DuckDBPyConnection, since: str, **more: Any) -> dict[str, dict[str, Any]]:
    sql = queries(**more)["activity-from-unknown-addresses"].sql
    return {row["sourceipaddress"]: row for row in ask(logs, sql, [*WHOLE, since])}


def test_an_address_is_known_by_success_and_not_by_knocking(logs: duckdb.DuckDBPyConnection) -> None:
    found = addresses(logs, "2026/11/18")
    assert list(found) == [STRANGER, "2001:db8::1"]
    assert (found[STRANGER]["actions"], found[STRANGER]["failed"]) == (4, 1)
    assert found[STRANGER]["first_seen"] == "2026-11-10T09:00:00Z"
    assert MALLORY in found[STRANGER]["principals"]


def test_without_a_baseline_every_address_is_unknown(logs: duckdb.DuckDBPyConnection) -> None:
    assert set(addresses(logs, "2026/11/01")) == {OFFICE, HOME, STRANGER, "2001:db8::1"}


def test_what_only_knocked_before_the_days_of_interest_is_not_shown(logs: duckdb.DuckDBPyConnection) -> None:
    sql = QUERIES["activity-from-unknown-addresses"].sql
    assert ask(logs, sql, ["2026/11/01", "2026/11/17", "2026/11/12"]) == []


@pytest.mark.parametrize(
    ("networks", "left"),
    [
        (("192.0.2.0/24",), ["2001:db8::1"]),
        (("192.0.2.0/24", "2001:db8::/32"), []),
        (("10.0.0.0/8",), [STRANGER, "2001:db8::1"]),
    ],
)
def test_known_networks_are_left_out(
    logs: duckdb.DuckDBPyConnection, networks: tuple[str, ...], left: list[str]
) -> None:
    assert list(addresses(logs, "2026/11/18", known_networks=networks)) == left


def test_denials_are_counted_by_principal_and_action(logs: duckdb.DuckDBPyConnection) -> None:
    found = ask(logs, QUERIES["what-was-denied"].sql, WHOLE)
    assert {(row["principal"].rsplit("/", 1)[-1], row["eventname"], row["times"]) for row in found} == {
        ("alice", "DeleteBucket", 1),
        ("alice", "RevokeSecurityGroupEgress", 1),
        ("alice", "RunInstances", 1),
        ("mallory", "AssumeRole", 1),
    }
    assert all(row["last_message"] for row in found if row["errorcode"] == "AccessDenied")


def test_a_query_can_be_held_to_one_account(logs: duckdb.DuckDBPyConnection) -> None:
    query = queries(name_account=True)["who-deleted-bucket"]
    assert query.parameters[0] == "account id"
    assert ask(logs, query.sql, [ACCOUNT, *WHOLE, BUCKET]) == []
    assert [row["eventid"] for row in ask(logs, query.sql, [MEMBER, *WHOLE, BUCKET])] == ["deleted"]


def test_what_a_principal_touched_is_named(logs: duckdb.DuckDBPyConnection) -> None:
    values = [*WHOLE, f"arn:aws:iam::{MEMBER}:role/deploy", "2026-11-18T00:00:00Z", "2026-11-19T00:00:00Z"]
    touched = [row["touched"] for row in ask(logs, QUERIES["incident-of-principal"].sql, values)]
    assert touched == [None, f"arn:aws:s3:::{BUCKET}"]


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
@pytest.mark.parametrize("name_account", [False, True])
def test_a_query_is_one_statement_of_athena(query: SavedQuery, name_account: bool) -> None:
    query = queries(name_account=name_account)[query.name]
    statements = sqlglot.parse(query.sql, read="athena")
    assert len(statements) == 1
    tree = statements[0]
    assert isinstance(tree, exp.Select)
    # Athena takes parameters in WHERE clauses alone, and counts them from the top.
    asked = list(tree.find_all(exp.Placeholder))
    assert len(asked) == len(query.parameters) == query.sql.count("?")
    assert all(mark.find_ancestor(exp.Where) for mark in asked)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_reads_only_the_days_that_are_asked_for(query: SavedQuery) -> None:
    scans = [
        scan
        for scan in sqlglot.parse_one(query.sql, read="athena").find_all(exp.Select)
        if any(table.db for table in scan.find_all(exp.Table) if table.parent_select is scan)
    ]
    assert len(scans) == 1
    between = scans[0].args["where"].find(exp.Between)
    assert between.this.name == "day"


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_says_what_it_asks_and_for_what(query: SavedQuery) -> None:
    head = query.sql.splitlines()[:2]
    assert query.question.endswith("?")
    assert head[0] == f"-- {query.question[:-1]}"
    assert all(parameter in head[1] for parameter in query.parameters)


def test_the_documents_show_every_query() -> None:
    text = (Path(__file__).parents[2] / "docs" / "asking-the-logs.md").read_text("utf-8")
    shown = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    assert {
        name: query.question[:-1] in shown.get(name, "") for name, query in QUERIES.items()
    } == dict.fromkeys(QUERIES, True)


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8"):
        queries(known_networks=("10.0.0.1/8",))


def test_partition_columns_are_no_columns_of_the_record() -> None:
    assert not set(PARTITIONS) & set(COLUMNS)
