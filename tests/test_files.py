import os
import stat
from pathlib import Path

import pytest

from checker.files import ensure_writable, write


def test_a_new_file_is_written_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "report.json", b"{}")
    assert (tmp_path / "report.json").read_bytes() == b"{}"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_an_old_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old and much longer")
    path.chmod(0o640)
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link = tmp_path / "report.json"
    link.symlink_to(tmp_path / "folder" / "real.json")
    write(link, b"{}")
    assert link.is_symlink()
    assert (tmp_path / "folder" / "real.json").read_bytes() == b"{}"


def test_a_device_stays_a_device() -> None:
    write(Path("/dev/null"), b"{}")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_what_fails_half_way_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "report.json").write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "report.json", b"new")
    assert (tmp_path / "report.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize("old", [None, "old"])
def test_asking_whether_it_can_be_written_changes_nothing(tmp_path: Path, old: str | None) -> None:
    path = tmp_path / "report.json"
    if old:
        path.write_text(old)
    ensure_writable(path)
    assert [p.read_text() for p in tmp_path.iterdir()] == ([old] if old else [])


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("missing/report.json", "No such file or directory"),
        (".", "Is a directory"),
        ("file/report.json", "Not a directory"),
        ("/proc/report.json", "No such file or directory"),
        ("loop/report.json", "symbolic links"),
        ("x" * 300, "File name too long"),
    ],
)
def test_what_cannot_be_written_is_known_before(tmp_path: Path, path: str, says: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match=says):
        ensure_writable(tmp_path / path)
    with pytest.raises(OSError, match=says):
        write(tmp_path / path, b"{}")
