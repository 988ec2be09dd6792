"""Tables: .csv, .tsv and .parquet with the same columns; a bad row between two good ones."""

from datetime import date, datetime
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chartgap.errors import ReadError
from chartgap.model import Claim, Note
from chartgap.readers import READERS, DecodedNote
from chartgap.readers.columns import load_mapping, parse_columns
from chartgap.readers.delimited import read_csv, read_tsv
from chartgap.readers.parquet import read_parquet

SECRET = "Zebulon Quackenbush"
TEXT = 'HPI:\r\n"Sharp" neck pain, left; 90°\n\nPlan: PT | rest'
WHOLE = Note(
    id="00123",
    text=TEXT,
    encounter_id="e9",
    author="A. Reader, MD",
    provider=False,
    date=date(2026, 5, 30),
    previous_text=("Neck pain.",),
    site="North",
    claim=Claim(
        codes=("M54.12", "M5412", "G89.29"),
        procedures=("98940-AT", "62321"),
        modifiers=("GP",),
        payer="Medicare",
        setting="telehealth",
        date_of_service=date(2026, 5, 31),
        overlays=("OV-G89",),
    ),
)
ROW = {
    "id": "00123", "text": TEXT, "codes": "M54.12; M5412|G89.29", "procedures": "98940-AT,62321", "modifiers": "GP",
    "payer": "Medicare", "setting": "Telehealth", "overlays": "OV-G89", "date_of_service": "2026-05-31",
    "encounter_id": "e9", "author": "A. Reader, MD", "provider": "no", "date": "5/30/2026",
    "previous_text": "Neck pain.", "site": "North",
}  # fmt: skip


def quoted(cells, sign=","):
    return sign.join('"' + cell.replace('"', '""') + '"' for cell in cells)


def table(*rows, sign=",", header=("id", "text")):
    return "\r\n".join(quoted(row, sign) for row in (header, *rows)).encode()


def csv(data, **options):
    return list(read_csv(BytesIO(data), "in.csv", **options))


def shown(items):
    return [str(item) if isinstance(item, ReadError) else (item.id, item.text) for item in items]


def parquet(rows, **options):
    stream = BytesIO()
    pq.write_table(pa.table(rows), stream, **options)
    return stream.getvalue()


def test_every_field_of_a_csv_and_a_tsv():
    assert set(ROW) == {*Note.model_fields, *Claim.model_fields} - {"claim"}
    for reader, sign in ((read_csv, ","), (read_csv, ";"), (read_csv, "\t"), (read_tsv, "\t")):
        assert list(reader(BytesIO(table(ROW.values(), header=ROW, sign=sign)), "in")) == [WHOLE]


def test_every_field_of_a_parquet_as_text_and_with_types():
    typed = ROW | {
        "codes": ["M54.12", "M5412", "G89.29"], "procedures": ["98940-AT", "62321"], "date": date(2026, 5, 30),
        "date_of_service": datetime(2026, 5, 31, 9, 30), "provider": False, "previous_text": ["Neck pain."],
    }  # fmt: skip
    for row in (ROW, typed, typed | {"text": TEXT.encode()}):
        assert list(read_parquet(BytesIO(parquet({k: [v] for k, v in row.items()})), "in")) == [WHOLE]


def test_codes_in_columns_of_their_own_keep_their_order():
    header = ("note_id", "Dx_10", "DX2", "dx1", "note text")
    assert csv(table(("a", "M54.2", "M54.12", "", "x"), header=header)) == [
        Note(id="a", text="x", claim=Claim(codes=("M54.12", "M54.2")))
    ]


def test_columns_are_named_by_the_user():
    data = table(("1", "x", "y", "M54.2", "M54.12"), header=("KEY", "text", "REPORT BODY", "B", "A"))
    columns = parse_columns("id=KEY, text=report_body,codes=A,codes=B")
    (note,) = csv(data, columns=columns)
    assert (note.id, note.text, note.claim.codes) == ("1", "y", ("M54.12", "M54.2"))
    data = parquet({"KEY": [1], "REPORT BODY": ["y"], "A": [None], "B": ["M54.2"]})
    (note,) = read_parquet(BytesIO(data), "in", columns=columns)
    assert (note.id, note.text, note.claim.codes) == ("1", "y", ("M54.2",))


def test_a_mapping_file(tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text("text: BODY\ncodes: [A, B]\n")
    assert load_mapping(path) == {"text": ["BODY"], "codes": ["A", "B"]}
    for bad, reason in [("[1]", "holds no"), ("text: [A, B]", "text: needs one column"), ("\ttext: {", "not YAML"),
                        ("words: A", "words: no such field"), ("text: {a: b}", "a column is named")]:  # fmt: skip
        path.write_text(bad)
        with pytest.raises(ReadError, match=reason):
            load_mapping(path)


@pytest.mark.parametrize("text", ["id", "id=", "=x", "words=x", "text=A,text=B"])
def test_columns_that_make_no_sense(text):
    with pytest.raises(ValueError, match=r"field=COLUMN|no such field|needs one column"):
        parse_columns(text)


def test_without_ids_a_row_has_its_number():
    assert shown(csv(b"text\nx\n\n \ny\n")) == [("in.csv#1", "x"), ("in.csv#2", "y")]
    assert shown(read_parquet(BytesIO(parquet({"text": ["x", "y"]})), "in")) == [("in#1", "x"), ("in#2", "y")]


def test_rows_that_hold_nothing_are_no_notes():
    assert shown(csv(b"id,text\r\n,\r\n\r\na,x\r\n , \r\n")) == [("a", "x")]


def test_each_cell_has_its_own_encoding():
    data = table(("a", "90°"), ("b", "@")).replace(b"@", b"90\xb0 Spurling\x92s") + b"\r\nc,90 \xc2\xb0"
    first, second, third = csv(data)
    assert (first.text, second.text, third.text) == ("90°", "90° Spurling’s", "90 °")
    assert isinstance(second, DecodedNote)
    assert second.notices == ("not UTF-8: read as Windows-1252",)
    assert not isinstance(first, DecodedNote)
    assert not isinstance(third, DecodedNote)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marked_encodings(encoding):
    assert shown(csv("id,text\na,90°\n".encode(encoding))) == [("a", "90°")]


def test_formula_cells_are_text_and_guards_of_numbers_are_taken_off():
    data = b'id,text,codes\n"=""00123""","=HYPERLINK(1)","=""M54.2"""\n'
    (note,) = csv(data)
    assert (note.id, note.text, note.claim.codes) == ("00123", "=HYPERLINK(1)", ("M54.2",))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("b", "1 cells under a header of 2"),
        (f"b,{SECRET},{SECRET}", "3 cells under a header of 2"),
        ("b,", "text: empty"),
        (f",{SECRET}", "id: empty"),
        (f'b,"{SECRET}" said {SECRET}', "quotes inside a quoted cell that are not doubled"),
        (f"b,{SECRET}\x00", "binary, not text"),
    ],
)
def test_a_bad_row_between_good_ones(row, reason):
    data = f'id,text\na,"x\n\ny"\n{row}\nc,z\n'.encode()
    assert shown(csv(data)) == [("a", "x\n\ny"), f"in.csv:5: row 2: {reason}", ("c", "z")]


@pytest.mark.parametrize(
    ("field", "cell", "reason"),
    [
        ("date", f"{SECRET}", "date: a date is written like 2026-05-31 or 5/31/2026"),
        ("date", "13/31/2026", "date: a date is written like 2026-05-31 or 5/31/2026"),
        ("provider", SECRET, "provider: is true or false"),
        ("setting", SECRET, "setting: Input should be 'outpatient', 'inpatient', 'emergency' or 'telehealth'"),
    ],
)
def test_a_bad_cell_names_its_field_and_not_itself(field, cell, reason):
    data = table(("a", "x", cell), ("b", "y", ""), header=("id", "text", field))
    assert shown(csv(data)) == [f"in.csv:2: row 1: {reason}", ("b", "y")]
    data = parquet({"id": ["a", "b"], "text": ["x", "y"], field: [cell, None]})
    assert shown(read_parquet(BytesIO(data), "in")) == [f"in: row 1: {reason}", ("b", "y")]


def test_quotes_that_are_never_closed_are_told():
    data = f'id,text\na,x\nb,"{SECRET}\nc,y\n'.encode()
    reason = "the quotes of a cell are never closed: all that follows was lost in it"
    assert shown(csv(data)) == [("a", "x"), f"in.csv:3: row 2: {reason}"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\r\n \n", "empty"),
        (b"id,text\n", "a header and no rows"),
        (b'"",\nx,y\n', "no column for the text among 2: name it, as in --columns text=NOTE_TEXT"),
        (f"{SECRET}\nx\n".encode(), "no column for the text among 1: name it, as in --columns text=NOTE_TEXT"),
        (b"text,note_text\nx,y\n", "text: several columns could be it (text, note_text): name one"),
        (b"PAR1 secret", "no column for the text among 1: name it, as in --columns text=NOTE_TEXT"),
        (b"%PDF-1.7", "this is PDF, not a table of text"),
        (b"\xff\xfeid\x00\x00\xd8", "starts as UTF-16 but is not"),
    ],
)
def test_what_is_no_table(data, reason):
    (error,) = csv(data)
    assert isinstance(error, ReadError)
    assert error.reason == reason


def test_a_column_that_is_not_there():
    assert shown(csv(b"id,text\na,x\n", columns={"codes": ["DX"]})) == ["in.csv: codes: there is no column DX"]
    assert shown(csv(b"id,text,DX,dx\na,x,,\n", columns={"codes": ["Dx"]})) == [
        "in.csv: codes: there are several columns Dx"
    ]


def test_a_line_that_would_fill_the_memory(monkeypatch):
    monkeypatch.setattr("chartgap.readers.delimited.MOST_BYTES", 1000)
    reason = "more than 0 MB in a line: not read further"
    assert shown(csv(b"id,text\na,x\nb," + b"y" * 1000 + b"\nc,z\n")) == [("a", "x"), f"in.csv:3: {reason}"]
    cell = b'b,"' + b"y\n" * 600 + b'"\n'
    assert shown(csv(b"id,text\na,x\n" + cell + b"c,z\n"))[:2] == [
        ("a", "x"),
        "in.csv:3: row 2: more than 0 MB in a cell: not read further",
    ]


def test_a_parquet_that_is_cut_off_or_garbled():
    whole = parquet({"id": [str(n) for n in range(2000)], "text": [f"{SECRET} {n}" for n in range(2000)]})
    (error,) = read_parquet(BytesIO(whole[:-20]), "in")
    assert str(error) == "in: not Parquet that can be read, from row 1 on (ArrowInvalid)"
    garbled = whole[:200] + bytes(len(whole) // 2) + whole[200 + len(whole) // 2 :]
    items = list(read_parquet(BytesIO(garbled), "in"))
    assert isinstance(items[-1], ReadError)
    assert SECRET not in str(items[-1])


def test_rows_of_a_parquet_beyond_one_batch_and_columns_that_are_no_text():
    data = parquet({"id": list(range(700)), "text": [f"note {n}" for n in range(700)], "codes": [None] * 700})
    notes = list(read_parquet(BytesIO(data), "in"))
    assert [note.id for note in notes] == [str(n) for n in range(700)]
    assert shown(read_parquet(BytesIO(parquet({"text": [1]})), "in")) == ["in: row 1: text: holds no text"]
    assert shown(read_parquet(BytesIO(parquet({"text": pa.array([], pa.string())})), "in")) == ["in: no rows"]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
def test_the_readers_are_in_the_table(suffix):
    assert suffix in READERS


def test_a_library_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    (error,) = read_parquet(BytesIO(b"PAR1"), "in")
    assert str(error) == "in: reading Parquet needs chartgap[parquet]: pip install -e '.[parquet]' in its folder"
