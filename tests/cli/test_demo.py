"""The edges of `trailhold demo`; what it builds and finds is tested with the demo itself."""

from pathlib import Path

from tests.cli.running import ROOT, refused, trailhold


def test_a_missing_extra_is_one_sentence_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "absent").mkdir()
    (tmp_path / "absent" / "moto.py").write_text("raise ModuleNotFoundError('no moto', name='moto')")
    env = {"PYTHONPATH": f"{tmp_path / 'absent'}:{ROOT}"}
    assert "pip install 'trailhold[demo]'" in refused(trailhold("demo", "-q", cwd=tmp_path, env=env))
    assert not (tmp_path / "trailhold-demo.html").exists()


def test_an_unwritable_report_is_refused_first(tmp_path: Path) -> None:
    sentence = refused(trailhold("demo", "--html=missing/demo.html", cwd=tmp_path))
    assert sentence == "cannot write missing/demo.html: No such file or directory"
