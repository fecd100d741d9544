"""The wheel holds all three packages whole and nothing else; its metadata is what the project declares."""

import tomllib
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parent.parent
PACKAGES = ("cdk_app", "checker", "policies")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    folder = tmp_path_factory.mktemp("dist")
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with ZipFile(path) as archive:
        yield archive


def metadata(wheel: ZipFile, name: str) -> str:
    (path,) = (entry for entry in wheel.namelist() if entry.endswith(f".dist-info/{name}"))
    return wheel.read(path).decode()


def sources() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }


def test_every_source_and_data_file_is_in_the_wheel(wheel: ZipFile) -> None:
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == sources()


@pytest.mark.parametrize("suffix", [".json", ".j2", ".css", ".js", ".yaml", ".diff", ".toml", "py.typed"])
def test_each_kind_of_data_file_is_there(wheel: ZipFile, suffix: str) -> None:
    assert [name for name in wheel.namelist() if name.endswith(suffix) and ".dist-info/" not in name]


def test_the_license_is_in_the_wheel(wheel: ZipFile) -> None:
    assert "Apache License" in metadata(wheel, "licenses/LICENSE")


def test_the_metadata_says_what_pip_must_install(wheel: ZipFile) -> None:
    headers = Parser().parsestr(metadata(wheel, "METADATA"))
    assert headers["Name"] == "trailhold"
    assert headers["Requires-Python"] == ">=3.11"
    required = headers.get_all("Requires-Dist") or []
    assert {line.partition(">")[0] for line in required if "extra" not in line} == {
        "boto3",
        "jinja2",
        "msgspec",
        "pyyaml",
    }
    assert set(headers.get_all("Provides-Extra") or []) == {"demo", "cdk", "checkov"}


def test_the_command_is_installed(wheel: ZipFile) -> None:
    assert "trailhold = checker.cli.main:main" in metadata(wheel, "entry_points.txt")


def test_dependencies_are_floors() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    for requirement in (*project["dependencies"], *(line for lines in extras for line in lines)):
        assert ">=" in requirement, requirement
        assert not set("<=!~,") & set(requirement.replace(">=", "")), requirement


def test_the_lock_file_names_no_local_path() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    places = {tuple(package["source"].items()) for package in lock["package"]}
    assert {key for place in places for key, _ in place} == {"registry", "editable"}
    assert {value for place in places for key, value in place if key == "editable"} == {"."}
    assert "file:" not in (ROOT / "uv.lock").read_text("utf-8")
