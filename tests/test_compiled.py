"""What is compiled is kept on disk, read only where it is ours, and made anew whenever anything of it has changed."""

import os
import pickle
from pathlib import Path

import pytest

from chartgap import Checker, Note
from chartgap.compiled import VARIABLE, compiled
from chartgap.extract import Extractor
from notes import default_notes, load_notes

NOTE = Note(id="n", text="Neck pain for 6 weeks radiating to the left arm. Spurling's positive on the left.")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def patterns(tmp_path):
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns" / "a.yaml").write_text("a: 1")
    return tmp_path / "patterns"


class Made:
    """Counts how often it was asked for."""

    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1
        return f"made {self.times}"


def test_it_is_made_once(folder, patterns):
    made = Made()
    assert [compiled(patterns, made), compiled(patterns, made)] == ["made 1", "made 1"]
    assert len(list(folder.iterdir())) == 1


def test_a_changed_pattern_file_makes_it_anew(folder, patterns):
    made = Made()
    compiled(patterns, made)
    (patterns / "a.yaml").write_text("a: 2")
    assert compiled(patterns, made) == "made 2"
    (patterns / "b.yaml").write_text("")
    assert compiled(patterns, made) == "made 3"


def test_another_version_of_a_library_makes_it_anew(folder, patterns, monkeypatch):
    made = Made()
    compiled(patterns, made)
    monkeypatch.setattr("chartgap.compiled.version", lambda name: "0.0")
    assert compiled(patterns, made) == "made 2"


def test_what_is_damaged_is_made_and_written_again(folder, patterns):
    made = Made()
    compiled(patterns, made)
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[:-3])
    assert compiled(patterns, made) == "made 2"
    assert pickle.loads(path.read_bytes()) == "made 2"


@pytest.mark.parametrize("writable", ["folder", "file"])
def test_what_others_can_write_is_not_read(folder, patterns, writable):
    made = Made()
    compiled(patterns, made)
    (path,) = folder.iterdir()
    (folder if writable == "folder" else path).chmod(0o777)
    assert compiled(patterns, made) == "made 2"


def test_nobody_else_can_read_or_write_it(folder, patterns):
    compiled(patterns, Made())
    (path,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)


def test_off_keeps_nothing(patterns, monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = Made()
    assert [compiled(patterns, made), compiled(patterns, made)] == ["made 1", "made 2"]
    assert not (tmp_path / "cache").exists()


def test_without_the_variable_it_is_kept_in_the_cache_of_the_user(patterns, monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    compiled(patterns, Made())
    assert [path.suffix for path in (tmp_path / "cache" / "chartgap").iterdir()] == [".pickle"]


def test_where_nothing_can_be_written_it_is_made_each_time(patterns, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "kept"))
    made = Made()
    assert [compiled(patterns, made), compiled(patterns, made)] == ["made 1", "made 2"]


def test_the_oldest_go(folder, patterns):
    for number in range(7):
        (patterns / "a.yaml").write_text(f"a: {number}")
        compiled(patterns, Made())
        for age, path in enumerate(sorted(folder.glob("*.pickle"), key=lambda path: path.stat().st_mtime)):
            os.utime(path, (1000 + age, 1000 + age))
    assert len(list(folder.iterdir())) == 4


def test_a_report_of_what_was_kept_is_the_same(folder):
    first, second = Checker(), Checker()
    assert len(list(folder.iterdir())) == 1
    assert first.check(NOTE) == second.check(NOTE)
    assert len(first.check(NOTE).findings) > 5


@pytest.mark.slow
def test_the_findings_of_what_was_kept_are_the_same_in_every_note(folder, catalog):
    """Over all real notes where they are at hand, else over those of the project."""
    Checker()
    kept, fresh = Checker()._extractor, Extractor(catalog)
    differ = [note.id for note in load_notes(default_notes()) if kept.extract(note.text) != fresh.extract(note.text)]
    assert differ == []


def test_no_word_of_a_note_is_kept(folder):
    Checker().check(Note(id="n", text="Neck pain. Qwertzuiop was seen by Yxcvbnm."))
    Checker()
    content = b"".join(path.read_bytes() for path in Path(folder).iterdir())
    assert b"qwertzuiop" not in content.lower()
    assert b"yxcvbnm" not in content.lower()
