import csv
from io import StringIO

import duckdb
import pytest

from checker.report.csv import ABOUT_THE_RUN, COLUMNS, LONGEST, cell, render
from tests.report import attacks, samples


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def test_one_row_a_finding_in_the_order_of_the_report() -> None:
    found = rows(render(samples.ORGANIZATION))
    assert [row["fingerprint"] for row in found] == [f.fingerprint for f in samples.ORGANIZATION.findings]
    assert [*found[0]] == [*COLUMNS, *ABOUT_THE_RUN]


def test_lines_end_as_rfc_4180_says() -> None:
    text = render(samples.ORGANIZATION)
    assert text.count("\r\n") == len(samples.ORGANIZATION.findings) + 1
    assert "\n" not in text.replace("\r\n", "")


def test_without_findings_the_columns_remain() -> None:
    assert render(samples.EMPTY).rstrip("\r\n").split(",") == [*COLUMNS, *ABOUT_THE_RUN]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        (" =1+1", "' =1+1"),
        ("\t=1+1", r"\t=1+1"),
        ("\r\n=1", r"\r\n=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("arn:aws:s3:::a=b", "arn:aws:s3:::a=b"),
        ("\x1b[31m", r"\x1b[31m"),
        ("", ""),
    ],
)
def test_a_cell_is_never_a_formula(text: str, written: str) -> None:
    assert cell(text) == written


def test_hostile_names_stay_in_their_cells() -> None:
    found = rows(render(attacks.hostile()))
    assert len(found) == len(attacks.hostile().findings)
    for row in found:
        assert [*row] == [*COLUMNS, *ABOUT_THE_RUN]
        assert all(value.isprintable() for value in row.values())
        assert not any(value.lstrip().startswith(("=", "+", "-", "@", "\uff1d")) for value in row.values())


def test_a_policy_of_10_mb_is_cut_to_what_a_spreadsheet_takes() -> None:
    row = rows(render(attacks.huge(10_000_000)))[0]
    assert max(map(len, row.values())) < 32_767
    assert row["observed"].endswith("… (10,000,019 characters)")
    assert len(row["observed"]) > LONGEST


def test_a_database_reads_it_as_it_is(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("csv") / "findings.csv"
    path.write_bytes(render(samples.ORGANIZATION).encode())
    query = f"select count(*) from read_csv('{path}', header=true, all_varchar=true) where status = 'fail'"
    assert duckdb.connect().execute(query).fetchall() == [(samples.ORGANIZATION.summary.failed,)]


def test_what_was_accepted_says_what_it_is() -> None:
    row = next(row for row in rows(render(samples.SMALL)) if row["waiver_owner"])
    assert (row["status"], row["waived_status"]) == ("waived", "fail")
    assert row["waiver_expires"] == samples.ACCEPTED.expires


def test_what_was_not_read_says_what_to_do() -> None:
    row = next(row for row in rows(render(samples.SMALL)) if row["status"] == "unknown")
    assert row["not_read"].startswith(
        "s3:GetBucketPolicy was denied (grant s3:GetBucketPolicy to the auditor"
    )
