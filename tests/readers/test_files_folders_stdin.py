import gzip
import os
from io import BytesIO
from pathlib import Path

import pytest

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers import READERS, DecodedNote, read_notes

KNOWN = ", ".join(READERS)


def seen(*places, stdin=b""):
    found = read_notes([str(place) for place in places], stdin=BytesIO(stdin))
    return [str(item) if isinstance(item, ReadError) else (item.id, item.text) for item in found]


def test_a_text_file_keeps_its_line_ends_and_its_name(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"Neck\r\npain\r")
    assert seen(path) == [(path.as_posix(), "Neck\r\npain\r")]


@pytest.mark.parametrize("name", ["note", "NOTE.TXT", "a.text"])
def test_names_that_are_plain_text(tmp_path, name):
    (tmp_path / name).write_text("Neck")
    assert [text for _, text in seen(tmp_path / name)] == ["Neck"]


def test_a_guessed_encoding_is_a_notice_of_the_note(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"90\xb0")
    (note,) = read_notes([str(tmp_path / "a.txt")])
    assert isinstance(note, DecodedNote)
    assert isinstance(note, Note)
    assert note.notices == ("not UTF-8: read as Windows-1252",)


def test_a_folder_is_read_deep_and_in_order_without_hidden_and_foreign_files(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("z.txt", "b/a.txt", ".hidden.txt", ".git/x.txt", "scan.png", "README"):
        (tmp_path / name).write_text(name)
    (tmp_path / "c.jsonl").write_text('{"id": "j", "text": "x"}')
    (tmp_path / "d.jsonl.gz").write_bytes(gzip.compress(b'{"id": "g", "text": "y"}'))
    assert [text for _, text in seen(tmp_path)] == ["b/a.txt", "x", "y", "z.txt"]


def told(folder):
    """What is read of a folder, and what is told of the rest."""
    said = []
    found = read_notes([str(folder)], tell=said.append)
    return [str(item) if isinstance(item, ReadError) else item.text for item in found], said


def test_what_a_folder_holds_besides_notes_is_told_in_one_line(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/x.txt").write_text("not followed")
    (tmp_path / "in/linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in/.hidden.png").write_text("")
    for name in ("a.png", "b.PNG", "c.dcm", "README", "odd.\n"):
        (tmp_path / "in" / name).write_text("")
    os.mkfifo(tmp_path / "in/pipe.txt")
    (tmp_path / "in/n.txt").write_text("Neck")
    folder = tmp_path / "in"
    assert told(folder) == (
        ["Neck"],
        [f"{folder}: skipped 7 files: 2 .png, 1 without suffix, 1 .dcm, 1 linked folder, 1 .\N{REPLACEMENT CHARACTER}, "
         "1 no regular file"],
    )  # fmt: skip


def test_nothing_is_told_of_a_folder_of_notes(tmp_path):
    (tmp_path / "n.txt").write_text("Neck")
    assert told(tmp_path) == (["Neck"], [])


@pytest.mark.parametrize("name", ["a.txt", "scan.png", "folder"])
def test_a_dangling_link_is_an_error(tmp_path, name):
    (tmp_path / name).symlink_to("nowhere")
    (tmp_path / "n.txt").write_text("Neck")
    message = f"{tmp_path.as_posix()}/{name}: a link to nothing"
    assert sorted(told(tmp_path)[0]) == sorted([message, "Neck"])
    assert seen(tmp_path / name) == [message]


def test_a_folder_inside_that_may_not_be_listed_is_an_error(tmp_path, monkeypatch):
    def scandir(folder, listed=os.scandir):
        if Path(folder).name == "locked":
            raise PermissionError(13, "Permission denied", str(folder))
        return listed(folder)

    (tmp_path / "n.txt").write_text("Neck")
    (tmp_path / "locked").mkdir()
    monkeypatch.setattr("chartgap.readers.listing.os.scandir", scandir)
    assert told(tmp_path) == (["Neck", f"{tmp_path.as_posix()}/locked: Permission denied"], [])


def test_a_note_in_the_place_of_a_file_name_is_not_repeated():
    assert seen("Zebulon has neck pain. " * 250) == ["(a name of 5750 characters): File name too long"]
    assert seen("Zebulon\nhas no. neck pain") == ["(a name of 25 characters): No such file or directory"]


@pytest.mark.parametrize("place", ["", " "])
def test_an_empty_name_is_not_the_current_folder(place):
    assert seen(place) == ["command line: an empty file name"]


@pytest.mark.parametrize("text", ['{"id": "a", "text": "x"}', '\n{\n"id"', '[{"id": "a"}]', '[\n  {\n"id": "a"}\n]'])
def test_json_is_never_read_as_a_note(tmp_path, text):
    """From stdin, or from a name without suffix as bash gives to <(…)."""
    (tmp_path / "63").write_text(text)
    for found in (seen("-", stdin=text.encode()), seen(tmp_path / "63")):
        assert found == [("a", "x")] or all("not JSON" in error or "not a JSON" in error for error in found)


def test_bad_places_are_errors_and_stop_nothing(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "scan.png").write_text("x")
    (tmp_path / "blank.txt").write_text(" ")
    (tmp_path / "good.txt").write_text("Neck")
    names = ["missing.txt", "empty", "scan.png", "blank.txt", "good.txt"]
    root = tmp_path.as_posix()
    assert seen(*(tmp_path / name for name in names)) == [
        f"{root}/missing.txt: No such file or directory",
        f"{root}/empty: no notes in this folder ({KNOWN})",
        f"{root}/scan.png: no reader for .png files ({KNOWN})",
        f"{root}/blank.txt: empty",
        (f"{root}/good.txt", "Neck"),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"Neck pain", [("stdin", "Neck pain")]),
        (b'\n { "id": "a", "text": "x"}\n{"id": "b", "text": "y"}', [("a", "x"), ("b", "y")]),
        (b"{Neck} pain", [("stdin", "{Neck} pain")]),
        (b"", ["stdin: empty"]),
        (b"\x00\x01", ["stdin: binary, not text"]),
    ],
)
def test_stdin_is_json_lines_or_one_note(data, expected):
    assert seen("-", stdin=data) == expected


def test_stdin_that_is_closed_or_cannot_be_read(monkeypatch):
    class Broken(BytesIO):
        def read(self, _=-1):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("sys.stdin", None)
    assert [str(item) for item in read_notes(["-"])] == ["stdin: closed"]
    assert [str(item) for item in read_notes(["-"], stdin=Broken())] == ["stdin: Input/output error"]


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    def refuse(self, mode="r"):
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.txt"
    monkeypatch.setattr(type(path), "open", refuse)
    assert seen(path) == [f"{path.as_posix()}: Permission denied"]


def test_what_would_fill_the_memory_is_no_note(tmp_path, monkeypatch):
    monkeypatch.setattr("chartgap.readers.txt.MOST_BYTES", 2**20)
    monkeypatch.setattr("chartgap.readers.jsonl.MOST_BYTES", 2**20)
    (tmp_path / "a.txt").write_text("x" * 2**20 + "y")
    (tmp_path / "b.txt").write_text("x" * 2**20)
    long = b'{"id": "long", "text": "' + b"x" * 2**20 + b'"}\n{"id": "c", "text": "z"}'
    assert seen(tmp_path / "a.txt") == [f"{(tmp_path / 'a.txt').as_posix()}: more than 1 MB: no note"]
    assert seen(tmp_path / "b.txt") == [((tmp_path / "b.txt").as_posix(), "x" * 2**20)]
    assert seen("-", stdin=b'{"id": "a", "text": "z"}\n' + long) == [
        ("a", "z"),
        "stdin:2: more than 1 MB in a line",
        ("c", "z"),
    ]
