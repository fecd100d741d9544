"""A small Athena: the table as DuckDB sees it, filled from log files as CloudTrail lays them out in S3.

The SQL is read by sqlglot as Athena's and written as DuckDB's: its meaning is tested, not its letters.
"""

import gzip
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from cdk_app.trail_table import COLUMNS, PARTITIONS

Record = Mapping[str, Any]


def key(record: Record, organization: str = "o-exampleorg") -> str:
    """Return the key of the log file that holds a record."""
    account, region = record["recipientAccountId"], record["awsRegion"]
    day = record["eventTime"][:10].replace("-", "/")
    folder = f"AWSLogs/{organization}/{account}/CloudTrail/{region}/{day}"
    return f"{folder}/{account}_CloudTrail_{region}_{day.replace('/', '')}T0000Z_{record['eventID']}.json.gz"


def deliver(folder: Path, records: Iterable[Record]) -> None:
    """Write each record into a log file of its own, as CloudTrail would into its bucket."""
    for record in records:
        path = folder / key(record)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(json.dumps({"Records": [record]}).encode()))


def lake(folder: Path, template: str) -> duckdb.DuckDBPyConnection:
    """Open all log files whose path fits ``storage.location.template``, which is relative to the folder."""
    database = duckdb.connect()
    columns = {**COLUMNS, **dict.fromkeys(PARTITIONS, "string")}
    declared = ", ".join(f'"{name}" {duck_type(hive)}' for name, hive in columns.items())
    database.execute(f"CREATE SCHEMA trail; CREATE TABLE trail.cloudtrail_logs ({declared})")
    rows = [[row.get(name) for name in columns] for row in _rows(folder, template)]
    marks = ", ".join("?" for _ in columns)
    database.executemany(f"INSERT INTO trail.cloudtrail_logs VALUES ({marks})", rows)
    return database


def ask(database: duckdb.DuckDBPyConnection, sql: str, values: Sequence[str]) -> list[dict[str, Any]]:
    """Run a query that is written for Athena."""
    seen = database.execute("SELECT DISTINCT sourceipaddress FROM trail.cloudtrail_logs").fetchall()
    cursor = database.execute(in_duckdb(sql, [row[0] for row in seen]), list(values))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def in_duckdb(sql: str, addresses: Iterable[str]) -> str:
    """Translate; for the want of IP addresses a network becomes the list of the addresses that are in it."""
    tree = sqlglot.parse_one(sql, read="athena")
    for contains in list(tree.find_all(exp.ArrayContains)):
        cast = contains.expression
        assert isinstance(cast, exp.TryCast)
        assert cast.to.this == exp.DataType.Type.IPADDRESS
        inside = [address for address in addresses if _contains(contains.this.name, address)]
        contains.replace(
            exp.In(this=cast.this, expressions=[exp.Literal.string(item) for item in [*inside, ""]])
        )
    return tree.sql(dialect="duckdb")


def duck_type(hive: str) -> str:
    """Return DuckDB's name of a Hive type: ``array<struct<a:string>>`` is ``STRUCT("a" VARCHAR)[]``."""
    kind, _, inner = hive.partition("<")
    inner = inner.removesuffix(">")
    match kind:
        case "array":
            return f"{duck_type(inner)}[]"
        case "map":
            return f"MAP({', '.join(duck_type(part) for part in _parts(inner))})"
        case "struct":
            fields = [part.partition(":") for part in _parts(inner)]
            return "STRUCT(" + ", ".join(f'"{name}" {duck_type(kind)}' for name, _, kind in fields) + ")"
        case "string":
            return "VARCHAR"
    raise AssertionError(f"unknown Hive type {hive}")


def _parts(inner: str) -> list[str]:
    """Split at the commas that are not inside angle brackets."""
    parts, depth = [""], 0
    for char in inner:
        depth += (char == "<") - (char == ">")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _rows(folder: Path, template: str) -> Iterable[dict[str, Any]]:
    pattern = re.sub(r"\\\$\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(template)) + r"[^/]+\.json\.gz"
    for path in sorted(folder.rglob("*.json.gz")):
        if place := re.fullmatch(pattern, path.relative_to(folder).as_posix()):
            for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]:
                row = {name.lower(): value for name, value in record.items()}
                yield {name: cell(row.get(name), kind) for name, kind in COLUMNS.items()} | place.groupdict()


def cell(value: Any, hive: str) -> Any:
    """Read a value as the SerDe does: names in lower case, and JSON text where the column is a string."""
    kind, _, inner = hive.partition("<")
    inner = inner.removesuffix(">")
    if value is None:
        return None
    if kind == "array":
        return [cell(item, inner) for item in value]
    if kind == "struct":
        given = {name.lower(): item for name, item in value.items()}
        fields = (part.partition(":") for part in _parts(inner))
        return {name: cell(given.get(name), kind) for name, _, kind in fields}
    if kind == "map":
        return {name: cell(item, _parts(inner)[1]) for name, item in value.items()}
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _contains(network: str, address: str) -> bool:
    """Do as Trino's ``contains`` of a network and an address; what is no address was cast to NULL."""
    try:
        return ip_address(address) in ip_network(network)
    except ValueError:
        return False
