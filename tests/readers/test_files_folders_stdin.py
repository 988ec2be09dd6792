import gzip
from io import BytesIO

import pytest

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers import DecodedNote, read_notes


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
    for name in ("z.txt", "b/a.txt", ".hidden.txt", ".git/x.txt", "scan.pdf", "README"):
        (tmp_path / name).write_text(name)
    (tmp_path / "c.jsonl").write_text('{"id": "j", "text": "x"}')
    (tmp_path / "d.jsonl.gz").write_bytes(gzip.compress(b'{"id": "g", "text": "y"}'))
    assert [text for _, text in seen(tmp_path)] == ["b/a.txt", "x", "y", "z.txt"]


def test_bad_places_are_errors_and_stop_nothing(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "scan.pdf").write_text("x")
    (tmp_path / "blank.txt").write_text(" ")
    (tmp_path / "good.txt").write_text("Neck")
    names = ["missing.txt", "empty", "scan.pdf", "blank.txt", "good.txt"]
    root = tmp_path.as_posix()
    assert seen(*(tmp_path / name for name in names)) == [
        f"{root}/missing.txt: No such file or directory",
        f"{root}/empty: no notes in this folder (.txt, .text, .jsonl, .ndjson, .jsonl.gz)",
        f"{root}/scan.pdf: no reader for .pdf files (.txt, .text, .jsonl, .ndjson, .jsonl.gz)",
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


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    def refuse(self, mode="r"):
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.txt"
    monkeypatch.setattr(type(path), "open", refuse)
    assert seen(path) == [f"{path.as_posix()}: Permission denied"]
