"""The edges of `trailhold demo`; what it builds and finds is tested with the demo itself."""

import re
from pathlib import Path

from checker.cli.demo import BESIDE
from checker.report import FORMATS
from tests.cli.running import ROOT, refused, trailhold


def test_a_missing_extra_is_one_sentence_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "absent").mkdir()
    (tmp_path / "absent" / "moto.py").write_text("raise ModuleNotFoundError('no moto', name='moto')")
    env = {"PYTHONPATH": f"{tmp_path / 'absent'}:{ROOT}"}
    assert "pip install 'trailhold[demo]'" in refused(trailhold("demo", "-q", cwd=tmp_path, env=env))
    assert not (tmp_path / "trailhold-demo.html").exists()


def test_every_format_in_one_folder(tmp_path: Path) -> None:
    ended = trailhold("demo", "--folder=out/all", "--format=csv", cwd=tmp_path)
    assert ended.code == 0, ended
    names = {path.name for path in (tmp_path / "out" / "all").iterdir()}
    suffixes = {suffixes[0] for suffixes in FORMATS.values() if suffixes}
    assert names == {f"report{suffix}" for suffix in suffixes} | {"evidence.zip", "history", *BESIDE}
    assert (tmp_path / "out" / "all" / "report.csv").read_bytes().decode() == ended.out
    assert (tmp_path / "trailhold-demo.html").exists()
    attack = (tmp_path / "out" / "all" / "diff.txt").read_text()
    assert "TH106 critical  Every trail is logging" in attack
    assert "pass -> fail: logging is stopped" in attack
    trend = trailhold("report", "trend", "out/all/history", cwd=tmp_path)
    assert trend.out.startswith("3 results from "), trend
    assert re.search(r"all +[1-9]\d* repaired", trend.out), "the sandbox's trail was started"


def test_a_folder_that_cannot_be_is_refused_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sentence = refused(trailhold("demo", "--folder=file/all", cwd=tmp_path))
    assert sentence == "cannot write file/all: Not a directory"


def test_an_unwritable_report_is_refused_first(tmp_path: Path) -> None:
    sentence = refused(trailhold("demo", "--html=missing/demo.html", cwd=tmp_path))
    assert sentence == "cannot write missing/demo.html: No such file or directory"
