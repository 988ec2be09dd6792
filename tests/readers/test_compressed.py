"""Compressed files are read as what they hold; bombs and damage end in an error."""

import bz2
import gzip
import lzma
import zipfile
from io import BytesIO

import pytest
import zstandard

from chartgap.errors import ReadError
from chartgap.readers import READERS, read_notes
from chartgap.readers.formats import Formats

LINES = b'{"id": "a", "text": "x"}\n{"id": "b", "text": "y"}\n'
PACK = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstandard.compress}
BROKEN = "compressed data that are broken or cut off"


def zipped(*members, **options):
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def seen(suffix, data, name="in", readers=READERS):
    found = readers[suffix](BytesIO(data), name)
    return [str(item) if isinstance(item, ReadError) else (item.id, item.text) for item in found]


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize(
    ("inner", "data", "expected"),
    [
        (".jsonl", LINES, [("a", "x"), ("b", "y")]),
        (".csv", b"id,text\na,x\n", [("a", "x")]),
        (".txt", b"Neck", "Neck"),
        ("", LINES, [("a", "x"), ("b", "y")]),
    ],
)
def test_what_is_inside(tmp_path, suffix, inner, data, expected):
    path = tmp_path / f"in{inner}{suffix}"
    path.write_bytes(PACK[suffix](data))
    if isinstance(expected, str):
        expected = [(path.as_posix(), expected)]
    assert [(note.id, note.text) for note in read_notes([str(path)])] == expected
    assert [(note.id, note.text) for note in read_notes([str(tmp_path)])] == expected


@pytest.mark.parametrize("suffix", PACK)
def test_damage(suffix):
    whole = PACK[suffix](LINES * 1000)
    *_, last = seen(suffix, whole[: len(whole) // 2], f"in.jsonl{suffix}")
    assert last.endswith(BROKEN + ")")
    assert seen(suffix, b"plain text", f"in.txt{suffix}") == [f"in.txt{suffix}: {BROKEN}"]


@pytest.mark.parametrize("suffix", PACK)
def test_several_pieces_in_one_file(suffix):
    first, second = LINES.splitlines(keepends=True)
    assert seen(suffix, PACK[suffix](first) + PACK[suffix](second), f"in.jsonl{suffix}") == [("a", "x"), ("b", "y")]


def test_compressed_stdin_is_known_by_its_content():
    for data in (gzip.compress(LINES), zipped(("n.jsonl", LINES))):
        found = read_notes(["-"], stdin=BytesIO(data))
        assert [note.id for note in found] == ["a", "b"]


@pytest.mark.parametrize("name", ["in.png.gz", "in.gz.gz", "in.tar.gz", "in.zip.gz"])
def test_what_has_no_reader_inside(tmp_path, name):
    (tmp_path / name).write_bytes(gzip.compress(b"x"))
    assert [str(item) for item in read_notes([str(tmp_path)])] == [
        f"{tmp_path.as_posix()}: no notes in this folder ({', '.join(READERS)})"
    ]


def test_a_zip_of_several_formats():
    told = []
    data = zipped(
        ("b.txt", "Neck"), ("a/t.csv", "id,text\n1,x\n2\n"), ("a/", ""), ("__MACOSX/b.txt", "no"), (".x.txt", "no"),
        ("style.xsl", "no"), ("README", "no"), ("inner.zip", zipped(("c.txt", "no"))),
        ("n.jsonl.gz", gzip.compress(LINES)),
    )  # fmt: skip
    assert seen(".zip", data, "in.zip", Formats(tell=told.append).readers) == [
        ("in.zip/b.txt", "Neck"),
        ("1", "x"),
        "in.zip/a/t.csv:3: row 2: 1 cells under a header of 2",
        ("a", "x"),
        ("b", "y"),
    ]
    assert told == ["in.zip: skipped 3 files: 1 .xsl, 1 without suffix, 1 .zip"]


def test_a_zip_that_holds_no_notes_or_is_none():
    assert seen(".zip", zipped()) == ["in: no notes in this zip"]
    assert seen(".zip", zipped(("a.png", "x"))) == ["in: no notes in this zip"]
    assert seen(".zip", b"PK\x03\x04 and no more") == ["in: no zip that can be read"]
    assert seen(".zip", zipped(("a.txt", "x" * 999))[:-30]) == ["in: no zip that can be read"]


def test_a_member_that_would_stand_elsewhere_is_only_read_and_a_hidden_one_is_not():
    members = (
        ("../up.txt", "Neck"),
        ("/root.txt", "Arm"),
        ("./a/./b.txt", "Leg"),
        (".x/c.txt", "no"),
        ("a/.d.txt", "no"),
    )
    assert [text for _, text in seen(".zip", zipped(*members))] == ["Neck", "Arm", "Leg"]


def test_a_damaged_member_between_good_ones():
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        for name, text in (("a.txt", "Neck"), ("b.txt", "SECRET"), ("c.txt", "Arm")):
            archive.writestr(name, text)
    assert seen(".zip", stored.getvalue().replace(b"SECRET", b"SECRXX")) == [
        ("in/a.txt", "Neck"),
        f"in/b.txt: {BROKEN}",
        ("in/c.txt", "Arm"),
    ]


def test_an_encrypted_member():
    data = bytearray(zipped(("a.txt", "Neck"), ("b.txt", "Arm")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert seen(".zip", bytes(data)) == ["in/a.txt: encrypted", ("in/b.txt", "Arm")]


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr("chartgap.readers.compressed.ALWAYS_ALLOWED", 1_000_000)
    bomb = zipped(("a.jsonl", b"\n" * 50_000_000), ("b.txt", "Neck"))
    reason = "unpacks to more than 200 times its size: not read further"
    first, second = seen(".zip", bomb)
    assert first.startswith("in/a.jsonl:")
    assert first.endswith(f"cannot be read further ({reason})")
    assert second == f"in/b.txt: {reason}"


def test_a_big_note_in_little_space_is_no_note(monkeypatch):
    monkeypatch.setattr("chartgap.readers.txt.MOST_BYTES", 2**20)
    for suffix, pack in PACK.items():
        assert seen(suffix, pack(b"x" * 2**21), f"in.txt{suffix}") == [f"in.txt{suffix}: more than 1 MB: no note"]
