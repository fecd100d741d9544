from argparse import Namespace
from pathlib import Path

import pytest

from checker.cli.config import Settings, find, load
from checker.cli.errors import Refused
from checker.cli.settings import merged
from checker.model import Severity, Thresholds


def written(folder: Path, text: str, name: str = "trailhold.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Settings()),
        ('set = "strict"', Settings(set="strict")),
        ('select = ["TH3", "severity:high"]', Settings(select=("TH3", "severity:high"))),
        ('ignore = ["TH312"]\nfail-on = "high"', Settings(ignore=("TH312",), fail_on="high")),
        ("[thresholds]\nlog-retention-days = 90", Settings(thresholds=Thresholds(log_retention_days=90))),
        (
            '[thresholds]\nrequired-tags = ["owner"]',
            Settings(thresholds=Thresholds(required_tags=("owner",))),
        ),
        (
            '[thresholds]\nallowed-kms-keys = ["arn:aws:kms:*:111122223333:key/*"]\n'
            'designated-buckets = ["logs-*"]\nrequired-data-types = ["AWS::SQS::Queue"]',
            Settings(
                thresholds=Thresholds(
                    allowed_kms_keys=("arn:aws:kms:*:111122223333:key/*",),
                    designated_buckets=("logs-*",),
                    required_data_types=("AWS::SQS::Queue",),
                )
            ),
        ),
    ],
)
def test_what_a_file_says(tmp_path: Path, text: str, expected: Settings) -> None:
    assert load(written(tmp_path, text)) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("set = ", "is not valid TOML"),
        (
            'selct = ["TH3"]',
            "unknown key selct (did you mean select?); there are set, select, ignore, fail-on",
        ),
        ("fail_on = 'high'", "unknown key fail_on (did you mean fail-on?)"),
        ('fail-on = "hgih"', "fail-on: unknown severity hgih (did you mean high?)"),
        ("fail-on = 1", "fail-on: expected `str`, got `int`"),
        ('select = "TH3"', "select: expected `array`, got `str`"),
        ("select = [3]", "select[0]: expected `str`, got `int`"),
        ("thresholds = 3", "thresholds: expected `object`, got `int`"),
        (
            "[thresholds]\nlog-retention-day = 3",
            "thresholds.log-retention-day (did you mean log-retention-days?)",
        ),
        (
            '[thresholds]\nlog-retention-days = "3"',
            "thresholds.log-retention-days: expected `int`, got `str`",
        ),
        (
            '[thresholds]\nallowed-kms-keys = ["alias/x"]',
            "thresholds.allowed-kms-keys: 'alias/x' is not the ARN",
        ),
        ('[thresholds]\nallowed-kms-key = ["x"]', "(did you mean allowed-kms-keys?)"),
        (
            '[thresholds]\ndesignated-buckets = ["s3://x"]',
            "thresholds.designated-buckets: 's3://x' is not the",
        ),
        ('[thresholds]\nsensitive-buckets = ["a*b"]', "thresholds.sensitive-buckets: 'a*b' is not the name"),
        ('[thresholds]\nrequired-data-types = ["S3"]', "thresholds.required-data-types: 'S3' is not a"),
        ('[thresholds]\nnetwork-activity-sources = ["s3"]', "'s3' is not an event source"),
        (
            '[thresholds]\ndesignated-topics = "x"',
            "thresholds.designated-topics: expected `array`, got `str`",
        ),
        (
            "[thresholds]\nlog-retention-days = true",
            "thresholds.log-retention-days: expected `int`, got `bool`",
        ),
        ("[thresholds]\nlog-retention-days = -1", "thresholds.log-retention-days: -1 is below 0"),
        (
            "[thresholds]\nlog-retention-days = 100001",
            "thresholds.log-retention-days: 100001 is above 100000",
        ),
        (
            "[thresholds]\nlog_retention_days = 1",
            "thresholds.log_retention_days (did you mean log-retention-days?)",
        ),
    ],
)
def test_a_slip_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(Refused) as refused:
        load(path)
    assert says in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"cannot read the configuration .*: No such file"):
        load(tmp_path / "trailhold.toml")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "trailhold.toml").write_bytes(b'set = "\xff"')
    with pytest.raises(Refused, match="is not valid TOML"):
        load(tmp_path / "trailhold.toml")


def test_a_pyproject_has_a_table_of_ours(tmp_path: Path) -> None:
    path = written(tmp_path, '[project]\nname = "x"\n[tool.trailhold]\nset = "strict"', "pyproject.toml")
    assert load(path) == Settings(set="strict")


def test_a_table_of_ours_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="must be a table"):
        load(written(tmp_path, "[tool]\ntrailhold = 3", "pyproject.toml"))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"trailhold.toml": ""}, "trailhold.toml"),
        ({"a/trailhold.toml": "", "trailhold.toml": ""}, "a/trailhold.toml"),
        ({"a/b/trailhold.toml": "", "a/trailhold.toml": ""}, "a/b/trailhold.toml"),
        ({"a/pyproject.toml": "[tool.trailhold]", "trailhold.toml": ""}, "a/pyproject.toml"),
        ({"a/pyproject.toml": "[tool.other]", "trailhold.toml": ""}, "trailhold.toml"),
        ({"a/pyproject.toml": "tool = 3", "trailhold.toml": ""}, "trailhold.toml"),
        ({"a/pyproject.toml": "[tool.trailhold]", "a/trailhold.toml": ""}, "a/trailhold.toml"),
    ],
)
def test_the_nearest_file_counts(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert find(tmp_path / "a" / "b") == tmp_path / expected


def line(**given: object) -> Namespace:
    """A command line on which only these options were given."""
    return Namespace(**{"set": None, "select": [], "ignore": [], "fail_on": None, "framework": None} | given)


FILE = Settings(set="strict", select=("TH3",), ignore=("TH312",), fail_on="high")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, FILE),
        ({"select": ["TH1"]}, Settings(set="strict", select=("TH1",), ignore=("TH312",), fail_on="high")),
        ({"ignore": ["TH1"]}, Settings(set="strict", select=("TH3",), ignore=("TH1",), fail_on="high")),
        ({"fail_on": "none"}, Settings(set="strict", select=("TH3",), ignore=("TH312",), fail_on="none")),
        ({"set": "fsbp"}, Settings(set="fsbp", select=(), ignore=("TH312",), fail_on="high")),
        (
            {"set": "fsbp", "select": ["TH1"]},
            Settings(set="fsbp", select=("TH1",), ignore=("TH312",), fail_on="high"),
        ),
    ],
)
def test_the_command_line_wins(given: dict[str, object], expected: Settings) -> None:
    assert merged(FILE, line(**given)) == expected


@pytest.mark.parametrize(
    ("word", "severity"), [("none", None), ("info", Severity.INFO), ("low", Severity.LOW)]
)
def test_fail_from(word: str, severity: Severity | None) -> None:
    assert Settings(fail_on=word).fail_from is severity


@pytest.mark.parametrize(
    ("setting", "key"),
    [
        ('trusted-accounts = ["12345"]', "trusted-accounts: '12345'"),
        (
            'trusted-accounts = ["111122223333", "arn:aws:iam::1:root"]',
            "trusted-accounts: 'arn:aws:iam::1:root'",
        ),
        ('log-archive-account = "archive"', "log-archive-account: 'archive'"),
    ],
)
def test_an_account_id_has_twelve_digits(tmp_path: Path, setting: str, key: str) -> None:
    path = tmp_path / "trailhold.toml"
    path.write_text(f"[thresholds]\n{setting}\n")
    with pytest.raises(Refused) as refused:
        load(path)
    assert f"thresholds.{key} is no account id" in str(refused.value)
