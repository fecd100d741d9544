"""Results as files: names, bytes, and that DuckDB reads them as they are."""

import json
import re
from pathlib import Path

import duckdb
import pytest
import sqlglot
from msgspec.structs import replace
from sqlglot import exp

from checker.history.folder import Folder
from checker.history.layout import COLUMNS, results, save
from checker.model import Finding
from checker.observation import CannotObserve
from checker.report import render, saved
from tests.history.results import ACCOUNT, OTHER, PASS, day, one, waived

ROOT = Path(__file__).parents[2]


def kept(folder: Path, number: int, *findings: Finding) -> str:
    result = day(number, *findings)
    return save(Folder(folder), result, render("json", result).encode())


def test_a_result_is_whole_and_its_findings_are_lines_by_account(tmp_path: Path) -> None:
    name = kept(tmp_path, 0, one(), one(status=PASS, account=OTHER))
    assert name.startswith("results/year=2026/month=11/day=20/20261120T120004Z-")
    assert [f.status for f in saved.load(tmp_path / name).findings] == ["fail", "pass"]
    lines = sorted(p.relative_to(tmp_path).parts[1] for p in tmp_path.glob("findings/**/*.jsonl"))
    assert lines == [f"account={ACCOUNT}", f"account={OTHER}"]


def test_the_same_result_twice_is_there_once_and_order_is_that_of_time(tmp_path: Path) -> None:
    later, first, again = kept(tmp_path, 9, one()), kept(tmp_path, 1, one()), kept(tmp_path, 1, one())
    assert results(Folder(tmp_path)) == [first, later]
    assert first == again


def test_duckdb_reads_it_as_it_is(tmp_path: Path) -> None:
    kept(tmp_path, 0, one(), one("TH102"), one("TH106", PASS, account=OTHER))
    kept(tmp_path, 1, one(status=PASS), waived(one("TH102")), one("TH106", PASS, account=OTHER))
    text = (ROOT / "docs" / "history.md").read_text("utf-8")
    query = text.split("```sql\n")[1].split("```")[0].replace("history/", f"{tmp_path}/")
    rows = duckdb.connect().execute(query).fetchall()
    assert [(str(day), account, rate) for day, account, rate in rows] == [
        ("2026-11-20", ACCOUNT, 0.0),
        ("2026-11-20", OTHER, 1.0),
        ("2026-11-21", ACCOUNT, 1.0),
        ("2026-11-21", OTHER, 1.0),
    ]


@pytest.fixture(scope="module")
def table() -> exp.Create:
    """The table of the documentation, as a parser of Athena's own grammar reads it."""
    text = (ROOT / "docs" / "history.md").read_text("utf-8")
    (statement,) = re.findall(r"```\n(CREATE EXTERNAL TABLE.*?)```", text, re.DOTALL)
    parsed = sqlglot.parse_one(statement, dialect="athena", error_level=sqlglot.ErrorLevel.RAISE)
    assert isinstance(parsed, exp.Create)
    return parsed


def columns(schema: exp.Expression) -> dict[str, str]:
    return {each.name: each.args["kind"].sql("hive").lower() for each in schema.expressions}


def test_the_table_of_athena_has_the_columns_of_the_lines(tmp_path: Path, table: exp.Create) -> None:
    kept(tmp_path, 0, one())
    (path,) = tmp_path.glob("findings/**/*.jsonl")
    assert tuple(json.loads(path.read_text())) == COLUMNS
    kinds = {"observed_at": "timestamp", "requirements": "array<string>"}
    assert list(columns(table.this).items()) == [(name, kinds.get(name, "string")) for name in COLUMNS]


def test_the_table_of_athena_finds_the_files_where_they_are(tmp_path: Path, table: exp.Create) -> None:
    kept(tmp_path, 0, one(), one(account=OTHER))
    (partitioned,), (location,) = (
        table.find_all(exp.PartitionedByProperty),
        table.find_all(exp.LocationProperty),
    )
    partitions, place = columns(partitioned.this), location.this.name
    told = {
        each.name: each.args["value"].name
        for each in table.find_all(exp.Property)
        if isinstance(each.args.get("value"), exp.Literal)
    }
    template = told["storage.location.template"]
    assert template.startswith(place)
    pattern = re.sub(r"\\\$\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))
    files = list(tmp_path.glob("findings/**/*.jsonl"))
    assert len(files) == 2
    for path in files:
        found = re.fullmatch(pattern, f"{place}{path.parent.relative_to(tmp_path / 'findings').as_posix()}/")
        assert found
        assert list(found.groupdict()) == list(partitions) == ["account", "year", "month", "day"]
        for name in ("year", "month", "day"):
            first, last = map(int, told[f"projection.{name}.range"].split(","))
            digits = int(told.get(f"projection.{name}.digits", 0))
            assert found[name] in {f"{value:0{digits}d}" for value in range(first, last + 1)}
        assert told["projection.account.type"] == "injected"


def test_what_is_no_unicode_is_spelled_out_and_an_odd_owner_makes_no_odd_folder(tmp_path: Path) -> None:
    odd = replace(one(), account_id="../../etc", detail="\ud800", region="")
    kept(tmp_path, 0, odd)
    (path,) = tmp_path.glob("findings/**/*.jsonl")
    assert path.relative_to(tmp_path).parts[1] == "account=unknown"
    assert json.loads(path.read_text())["detail"] == "\\ud800"


@pytest.mark.parametrize("name", ["a.json", "results/readme.json", "results/20261120T120004Z-xx.json"])
def test_other_files_are_no_results(tmp_path: Path, name: str) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / name).write_text("{}")
    assert results(Folder(tmp_path)) == []


def test_a_folder_that_cannot_be_is_refused_before_anything(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in ("file", "file/below"):
        with pytest.raises(CannotObserve, match="results cannot be kept in"):
            Folder(tmp_path / place).ready()
    Folder(tmp_path / "new" / "below").ready()
    assert not (tmp_path / "new").exists()
