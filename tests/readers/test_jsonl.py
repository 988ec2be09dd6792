import gzip
import json
from datetime import date
from io import BytesIO

import pytest

from chartgap.errors import ReadError
from chartgap.model import Claim, Note
from chartgap.readers import READERS
from chartgap.readers.formats import Formats
from chartgap.readers.jsonl import read_jsonl

SECRET = "Zebulon Quackenbush has neck pain"


def read(*lines: str | bytes) -> list[Note | ReadError]:
    data = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return list(read_jsonl(BytesIO(data), "in.jsonl"))


def test_every_field():
    line = {"id": "n1", "text": "Neck pain.\r\nNo injury.", "codes": ["M54.2", "M54.12"], "procedures": ["62321"],
            "modifiers": ["GP"], "payer": "medicare", "setting": "telehealth", "date_of_service": "2026-05-31",
            "encounter_id": "e9", "author": "RN", "provider": False, "site": "North",
            "date": "2026-05-30", "previous_text": "Neck pain.", "overlays": ["OV-G89"]}  # fmt: skip
    claim = Claim(
        codes=("M54.2", "M54.12"),
        procedures=("62321",),
        modifiers=("GP",),
        payer="medicare",
        setting="telehealth",
        date_of_service=date(2026, 5, 31),
        overlays=("OV-G89",),
    )
    note = Note(
        id="n1",
        text="Neck pain.\r\nNo injury.",
        encounter_id="e9",
        author="RN",
        provider=False,
        site="North",
        date=date(2026, 5, 30),
        previous_text=("Neck pain.",),
        claim=claim,
    )
    assert read(json.dumps(line)) == [note]
    assert set(line) == {*Note.model_fields, *Claim.model_fields} - {"claim"}


def test_only_id_and_text_are_needed():
    assert read('{"id": "n1", "text": "Neck"}') == [Note(id="n1", text="Neck")]
    assert read('{"id": "n1", "text": "Neck", "payer": null, "encounter_id": null}') == [Note(id="n1", text="Neck")]


def test_bom_crlf_and_blank_lines_are_no_problem():
    notes = read(b'\xef\xbb\xbf{"id": "a", "text": "x"}\r', "", "  ", '{"id": "b", "text": "y"}', "")
    assert [note.id for note in notes] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f'{{"id": "n", "text": "{SECRET}"', "not JSON: Expecting ',' delimiter (column 56)"),
        (f'{{"id": "n", "text": "{SECRET}}}', "not JSON: Unterminated string starting at (column 21)"),
        (f'"{SECRET}"', "not a JSON object"),
        (f'["{SECRET}"]', "not a JSON object"),
        (SECRET, "not JSON: Expecting value (column 1)"),
        (b'{"id": "n", "text": "\xff\xfe"}', "not UTF-8"),
        ("[" * 100_000, "not JSON that can be read: a number too long or nesting too deep"),
        ("9" * 10_000, "not JSON that can be read: a number too long or nesting too deep"),
        (f'{{"id": "n", "id": "{SECRET}", "text": "x"}}', "id: duplicate key"),
        (f'{{"text": "{SECRET}"}}', "id: Field required"),
        ('{"id": "n"}', "text: Field required"),
        (f'{{"id": true, "text": "{SECRET}"}}', "id: Input should be a valid string"),
        (f'{{"id": 7.5, "text": "{SECRET}"}}', "id: Input should be a valid string"),
        ('{"id": "n", "text": 7}', "text: Input should be a valid string"),
        (f'{{"id": "n", "text": ["{SECRET}"]}}', "text: Input should be a valid string"),
        ('{"id": "n", "text": null}', "text: Input should be a valid string"),
        ('{"id": "n", "text": " \\n"}', "text: empty"),
        (f'{{"id": "", "text": "{SECRET}"}}', "id: empty"),
        (f'{{"id": "n", "text": "{SECRET}", "codes": {{"{SECRET}": 1}}}}', "codes: Input should be a valid list"),
        (f'{{"id": "n", "text": "{SECRET}", "codes": ["M54.2", 5]}}', "codes.1: Input should be a valid string"),
        (f'{{"id": "n", "text": "{SECRET}", "setting": "{SECRET}"}}',
         "setting: Input should be 'outpatient', 'inpatient', 'emergency' or 'telehealth'"),
        (f'{{"id": "n", "text": "x", "date": "{SECRET}"}}', "date: Value error, a date is written like 2026-05-31"),
        ('{"id": "n", "text": "x", "date_of_service": 20260531}', "date_of_service: Input should be a valid date"),
        (f'{{"id": "n", "text": "x", "provider": "{SECRET}"}}', "provider: Input should be a valid boolean"),
        (f'{{"id": "n", "text": "{SECRET}", "note": "x"}}', "(a key of 4 characters): not a known key"),
        ('{"id": "n", "text": "x", "code": []}', "(a key of 4 characters): not a known key; nearest: codes"),
        (f'{{"id": "n", "text": "x", "{SECRET}": 1}}', "(a key of 33 characters): not a known key"),
        (f'{{"id": "n", "text": "x", "{SECRET}": 1, "{SECRET}": 2}}', "(a key of 33 characters): duplicate key"),
        (f'{{"text": "{SECRET}", "codes": 1}}', "id: Field required; codes: Input should be a valid list"),
    ],
)  # fmt: skip
def test_a_bad_line_is_an_error_with_file_line_and_key_and_stops_nothing(line, message):
    before, error, after = read('{"id": "a", "text": "x"}', line, '{"id": "b", "text": "y"}')
    assert isinstance(error, ReadError)
    assert str(error) == f"in.jsonl:2: {message}"
    assert "Quackenbush" not in repr(vars(error)) + repr(error)
    assert error.__cause__ is None
    assert [before.id, after.id] == ["a", "b"]


def test_half_a_surrogate_pair_could_never_be_written_out():
    (error,) = read('{"id": "n", "text": "x \\ud800"}')
    assert str(error) == "in.jsonl:1: half a surrogate pair"
    assert [note.text for note in read('{"id": "n", "text": "x \\ud83d\\ude00"}')] == ["x 😀"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [('{"id": "a"}\n\n'.encode("utf-16"), "UTF-16"), (b"%PDF-1.7\n\n", "PDF"), (gzip.compress(b"{}\n" * 9), "gzip")],
)
def test_a_file_that_is_something_else_is_one_error(data, kind):
    errors = list(read_jsonl(BytesIO(data), "in.jsonl"))
    assert [str(error) for error in errors] == [f"in.jsonl: this is {kind}, not JSON lines in UTF-8"]


def test_an_empty_file_is_an_error():
    assert [str(error) for error in read("", " ")] == ["in.jsonl: empty"]


def gzipped(data: bytes) -> list[Note | ReadError]:
    return list(READERS[".gz"](BytesIO(data), "in.jsonl.gz"))


def test_gzip():
    assert gzipped(gzip.compress(b'{"id": "a", "text": "x"}\n')) == [Note(id="a", text="x")]


def test_broken_gzip():
    whole = gzip.compress(b'{"id": "a", "text": "x"}\n' * 3)
    reason = "cannot be read further (compressed data that are broken or cut off)"
    assert [str(e) for e in gzipped(b'{"id": "a"}')] == [f"in.jsonl.gz:1: {reason}"]
    assert str(gzipped(whole[:-9])[-1]).endswith(reason)
    assert str(gzipped(whole[:20] + b"\xff" * 9 + whole[29:])[-1]).startswith("in.jsonl.gz:1: cannot be read further")


def test_a_line_that_is_too_long_costs_no_other(monkeypatch):
    monkeypatch.setattr("chartgap.readers.jsonl.MOST_BYTES", 1000)
    monkeypatch.setattr("chartgap.readers.jsonl._PIECE", 100)
    data = b'{"id": "a", "text": "x"}\n{"id": "b", "text": "' + b"y" * 5000 + b'"}\n{"id": "c", "text": "z"}\n'
    found = list(read_jsonl(BytesIO(data), "in"))
    assert [item.id if isinstance(item, Note) else str(item) for item in found] == [
        "a", "in:2: more than 0 MB in a line", "c"
    ]  # fmt: skip


def test_what_can_only_mean_one_thing_is_read_as_in_tables():
    (note,) = read('{"id": 7, "text": "x", "codes": "M54.12; M54.2", "date": "", "author": 12, "procedures": ""}')
    claim = Claim(codes=("M54.12", "M54.2"))
    assert note == Note(id="7", text="x", author="12", claim=claim)


def mapped(columns: dict[str, list[str]], *lines: str) -> list[Note | ReadError]:
    return list(read_jsonl(BytesIO("\n".join(lines).encode()), "in.jsonl", columns=columns))


COLUMNS = {"id": ["KEY"], "text": ["BODY"], "codes": ["DX1", "DX2"]}


def test_named_keys_are_read_as_columns_are_and_other_keys_left_alone():
    claim = Claim(codes=("M54.12", "M54.2"), date_of_service=date(2026, 5, 31))
    assert mapped(
        COLUMNS,
        '{"KEY": 7, "body": "x", "DX1": "M54.12", "DX2": "M54.2", "ward": {"a": 1}, "dos": "5/31/2026"}',
        '{"KEY": "b", "BODY": "y"}',
    ) == [Note(id="7", text="x", claim=claim), Note(id="b", text="y")]


def test_a_line_in_our_own_keys_needs_no_named_ones():
    assert mapped(COLUMNS, '{"id": "a", "text": "x"}') == [Note(id="a", text="x")]


def test_errors_of_named_keys_show_nothing_of_the_line():
    errors = mapped(COLUMNS, f'{{"KEY": "a", "{SECRET}": 1}}', f'{{"KEY": "a", "BODY": ["{SECRET}"]}}', '{"BODY": "x"}')
    assert [str(error) for error in errors] == [
        "in.jsonl:1: text: empty",
        "in.jsonl:2: text: holds no text",
        "in.jsonl:3: id: empty",
    ]


def test_columns_reach_json_lines():
    found = Formats({"id": ["KEY"], "text": ["BODY"]}).readers[".jsonl"](
        BytesIO(b'{"KEY": 1, "BODY": "x"}'), "in.jsonl"
    )
    assert list(found) == [Note(id="1", text="x")]
