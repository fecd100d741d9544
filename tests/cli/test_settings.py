"""Settings shown with their sources, their schemas, and errors that programs read."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from checker.cli.config import Settings
from checker.cli.config_show import flat
from checker.cli.errors import Refused
from checker.cli.settings_schema import schema as settings_schema
from checker.waivers.fields import schema as waivers_schema
from tests.cli.running import refused, trailhold
from tests.waivers.test_reading import ONE, TOML


def test_every_setting_with_its_source(tmp_path: Path) -> None:
    path = tmp_path / "trailhold.toml"
    path.write_text('set = "strict"\nwaivers = "w.toml"\n[thresholds]\nlog-retention-days = 90\n')
    shown = trailhold("config", "show", "--format=json", cwd=tmp_path)
    found = json.loads(shown.out)
    assert found["file"] == str(path)
    assert found["settings"]["set"] == {"value": "strict", "source": str(path)}
    assert found["settings"]["waivers"] == {"value": str(tmp_path / "w.toml"), "source": str(path)}
    assert found["settings"]["thresholds.log-retention-days"] == {"value": 90, "source": str(path)}
    assert found["settings"]["fail-on"] == {"value": "low", "source": "default"}
    assert set(found["settings"]) == set(flat(Settings()))
    text = trailhold("config", "show", cwd=tmp_path).out
    assert f'"strict"  ({path})' in text
    assert f"settings from {path}\n" in text


def test_without_a_file_all_is_default(tmp_path: Path) -> None:
    shown = trailhold("config", "show", cwd=tmp_path)
    assert shown.out.startswith("no trailhold.toml, and no [tool.trailhold], here or above\n")
    assert "none  (default)" in shown.out


def test_a_pyproject_is_named_as_the_source(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.trailhold]\nmin-severity = 'high'\n")
    found = json.loads(trailhold("config", "show", "--format=json", cwd=tmp_path).out)["settings"]
    assert found["min-severity"] == {"value": "high", "source": str(tmp_path / "pyproject.toml")}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("min-severity = 'none'", "min-severity: unknown severity none; there are critical, high"),
        ("region = ['mars']", "region: mars is not the name of a Region"),
        ("region = 'eu-west-1'", "region: expected `array`"),
        ("timeout = -1.0", "timeout: -1.0 is not a number of seconds"),
        ("max-concurrency = 0", "max-concurrency: 0 is not a number from 1"),
        ("waivers = 3", "waivers: expected `str`"),
        ("strict-waivers = 'yes'", "strict-waivers: expected `bool`"),
        ("waiver = 'w.toml'", "unknown key waiver (did you mean waivers?)"),
    ],
)
def test_a_slip_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "trailhold.toml").write_text(text)
    assert says in refused(trailhold("config", "show", cwd=tmp_path))


def errors(schema: dict[str, Any], document: Any) -> list[str]:
    Draft202012Validator.check_schema(schema)
    return [error.message for error in Draft202012Validator(schema).iter_errors(document)]


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("", True),
        ("set = 'strict'\nregion = ['eu-west-1']\n[thresholds]\nlog-retention-days = 1", True),
        ("fail-on = 'hgih'", False),
        ("min-severity = 'none'", False),
        ("fail_on = 'high'", False),
        ("[thresholds]\nlog_retention_days = 1", False),
        ("[thresholds]\nlog-retention-days = '1'", False),
    ],
)
def test_the_schema_of_settings(text: str, valid: bool) -> None:
    assert (errors(settings_schema(), tomllib.loads(text)) == []) is valid


def test_the_schema_of_settings_describes_every_key() -> None:
    definitions = settings_schema()["$defs"]
    for properties in (definitions["Settings"]["properties"], definitions["Thresholds"]["properties"]):
        assert properties
        bare = [name for name, kind in properties.items() if not kind.get("description")]
        assert len(bare) <= 1, bare  # log-group-retention-days says it by its name


def plain(text: str) -> Any:
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        (TOML, True),
        ("waivers = []", True),
        (ONE.replace('owner = "o"\n', ""), False),
        (ONE.replace('resource = "*"\n', ""), False),
        (ONE + "extra = 1\n", False),
        (ONE + 'account = "1"\n', False),
        (ONE + 'status = "pass"\n', False),
        (ONE + 'expires = "soon"\n', False),
    ],
)
def test_the_schema_of_waivers(text: str, valid: bool) -> None:
    assert (errors(waivers_schema(), plain(text)) == []) is valid


@pytest.mark.parametrize("kind", ["", "findings", "settings", "waivers"])
def test_schemas_are_printed(tmp_path: Path, kind: str) -> None:
    ended = trailhold("schema", *filter(None, [kind]), cwd=tmp_path)
    Draft202012Validator.check_schema(json.loads(ended.out))
    assert "unknown schema finding" in refused(trailhold("schema", "finding", cwd=tmp_path))


@pytest.mark.parametrize(
    ("line", "says", "kind"),
    [
        ("audit --format json --from none.json", "none.json", "CannotObserve"),
        ("audit --format=json --fail-on=hgih", "unknown severity hgih", Refused.__name__),
        ("report none.json -f json", "cannot be read", "CannotObserve"),
        ("controls --format json --select TH999", "unknown control TH999", "SelectionError"),
        ("config show --format json --config none.toml", "cannot read the configuration", Refused.__name__),
    ],
)
def test_an_error_is_a_document_where_json_was_asked_for(
    tmp_path: Path, line: str, says: str, kind: str
) -> None:
    ended = trailhold(*line.split(), cwd=tmp_path)
    error = json.loads(ended.out)["error"]
    assert (ended.code, error["exit_code"], error["kind"]) == (2, 2, kind)
    assert says in error["message"]
    assert ended.err == f"trailhold: {error['message']}\n"


def test_an_error_in_a_file_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text(ONE + "extra = 1\n")
    ended = trailhold("audit", "--format=json", "--from=s.json", "--waivers=w.toml", cwd=tmp_path)
    error = json.loads(ended.out)["error"]
    assert (error["path"], error["line"]) == ("w.toml", 6)
