"""A folder's files in one order, also where there are too many names to hold."""

import os
from pathlib import Path

import pytest

from chartgap.readers import listing
from chartgap.readers.listing import files_of


@pytest.fixture
def folder(tmp_path):
    deep = ["a/z.txt", "a/y/x.txt", "c/.hidden/n.txt", "c/n.txt", "e/f/g/h.txt"]
    for name in ["b.txt", "a.txt", "a-b.txt", ".d", "é.txt", *deep]:
        path = tmp_path / "top" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (tmp_path / "top/link").symlink_to(tmp_path / "top/c")
    Path(os.fsdecode(os.fsencode(tmp_path / "top") + b"/\xff\xfe.txt")).touch()
    return tmp_path / "top"


def listed(folder):
    problems = []
    found = [path.relative_to(folder).as_posix() for path in files_of(folder, problems)]
    assert not problems
    return found


def test_by_name_folder_by_folder(folder):
    assert listed(folder) == [
        "a/y/x.txt", "a/z.txt", "a-b.txt", "a.txt", "b.txt", "c/n.txt", "e/f/g/h.txt", "link", "é.txt",
        "\udcff\udcfe.txt",
    ]  # fmt: skip


@pytest.mark.parametrize("most", [1, 2, 3, 10])
def test_sorted_on_disk_the_order_is_the_same(folder, monkeypatch, most):
    before = listed(folder)
    monkeypatch.setattr(listing, "_SORTED_IN_MEMORY", most)
    assert listed(folder) == before


def test_folders_in_folders_without_end(tmp_path):
    here = tmp_path
    for _ in range(300):
        here = here / "d"
        here.mkdir()
    (here / "n.txt").write_text("x")
    assert len(listed(tmp_path)) == 1


def test_a_folder_that_is_gone_is_a_problem(tmp_path):
    problems = []
    assert list(files_of(tmp_path / "none", problems)) == []
    assert problems[0].filename == str(tmp_path / "none")
