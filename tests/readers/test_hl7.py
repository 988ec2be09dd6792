"""HL7 version 2: separators and escapes, several messages, what is text, and what is claimed."""

from io import BytesIO

import pytest
import written
from written import TEXT, b64

from chartgap.errors import NoNotesError, ReadError
from chartgap.readers import READERS, DecodedNote, read_notes
from chartgap.readers.hl7_text import Separators, unescape

SECRET = "Zebulon Quackenbush"
HEAD = "MSH|^~\\&|EHR|Site|||2026||{}|m{}|P|2.5"
USUAL = Separators("|", "^", "~", "\\", "&")


def read(data):
    return list(READERS[".hl7"](BytesIO(data.encode() if isinstance(data, str) else data), "in"))


def shown(items):
    return [str(item) if isinstance(item, ReadError) else (item.id, item.text) for item in items]


def message(*segments, kind="MDM^T02", number=1):
    return "\r".join((HEAD.format(kind, number), *segments)) + "\r"


def note_of(*segments, kind="MDM^T02"):
    (note,) = read(message(*segments, "OBX|1|TX|||Neck", kind=kind))
    return note


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", "a|b^c&d~e\\f"),
        (r"one\.br\two\.br\\.br\three", "one\ntwo\n\nthree"),
        (r"a\.sp\b\.sp2\c\.sp9\d", "a\nb\n\nc\n\nd"),
        (r"\.in+4\a\.ti-2\\.fi\b\.nf\\.ce\c\.sk3\d", "ab\nc   d"),
        (r"\H\bold\N\ \C1234\\M123456\x\Zanything\y", "bold xy"),
        (r"90\XB0\ and \XC2B0\ and\X0D0A\line", "90° and ° and\r\nline"),
        (r"C:\temp\x and 1\2", r"C:\temp\x and 1\2"),
        ("no escapes & ^ stay", "no escapes & ^ stay"),
    ],
)
def test_escapes(text, plain):
    assert unescape(text, USUAL) == plain


def test_an_escape_of_other_signs():
    assert unescape("a/F/b", Separators("$", "^", "~", "/", "&")) == "a$b"
    assert unescape(r"a\F\b", Separators("|", "^", "~", "\0", "\0")) == r"a\F\b"


def test_text_is_line_by_line_with_repetitions_and_formatted_text():
    segments = ["OBX|1|TX|||HPI:~Neck pain|||", "OBX|2|TX|||", r"OBX|3|FT|||Plan:\.br\PT ^ rest & ice", "OBX|4|NM|||7"]
    assert shown(read(message(*segments))) == [("m1", "HPI:\nNeck pain\n\nPlan:\nPT ^ rest & ice")]


def test_results_that_are_void_are_left_out():
    segments = ["OBX|1|TX|||Neck||||||F", "OBX|2|TX|||wrong||||||D", "OBX|3|TX|||wrong||||||W"]
    assert shown(read(message(*segments))) == [("m1", "Neck")]


@pytest.mark.parametrize("kind", ["MDM^T02", "ORU^R01"])
@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_file_of_several_messages_with_any_line_ends(kind, end):
    data = written.hl7(kind=kind) + message("OBX|1|TX|||Arm", kind=kind, number=2).encode() + b"\r"
    first, second = read(data.replace(b"\r", end.encode()))
    assert (first.text, first.claim.codes, first.encounter_id) == (TEXT, ("M54.12", "G89.29"), "e1")
    assert first.author == ("Ann B. Reader, MD" if kind == "MDM^T02" else "Ann B. Reader")
    assert str(first.date) == "2026-05-30"
    assert (second.id, second.text) == ("m2", "Arm")


def test_other_separators():
    data = written.hl7().decode().replace("|", "#").replace("^", "$").replace("#$~", "#$~")
    (note,) = read(data)
    assert note.claim == read(written.hl7())[0].claim
    assert note.author == "Ann B. Reader, MD"


def test_each_report_of_a_message_is_a_note():
    segments = ["OBR|1||a1|x|||20260530", "OBX|1|TX|||MRI", "OBR|2||a2|x", "OBX|1|NM|||7",
                "OBR|3||a3|x|||20260529", "OBX|1|FT|||CT", "DG1|1||M54.2^^I10"]  # fmt: skip
    first, second = read(message(*segments, kind="ORU^R01"))
    assert [(n.id, n.text, str(n.date), n.claim.codes) for n in (first, second)] == [
        ("a1", "MRI", "2026-05-30", ("M54.2",)),
        ("a3", "CT", "2026-05-29", ("M54.2",)),
    ]


def test_a_batch_says_how_many_it_holds():
    good = message("OBX|1|TX|||Neck")
    whole = f"FHS|^~\\&\rBHS|^~\\&\r{good}{good}BTS|2\rFTS|1\r"
    assert shown(read(whole)) == [("m1", "Neck")] * 2
    short = whole.replace("BTS|2", "BTS|3")
    assert shown(read(short))[2:] == ["in:7: the batch says 3 messages and holds 2"]


def test_the_framing_of_a_connection_is_taken_off():
    assert shown(read(f"\x0b{message('OBX|1|TX|||Neck')}\x1c\r\x0b{message('OBX|1|TX|||Arm')}\x1c\r")) == [
        ("m1", "Neck"),
        ("m1", "Arm"),
    ]


def test_line_ends_that_should_have_been_escaped():
    data = message("OBX|1|TX|||Neck pain\nMRI: disc\n\nPLAN/PT|||", "OBX|2|TX|||Arm")
    assert shown(read(data)) == [("m1", "Neck pain\nMRI: disc\nPLAN/PT\nArm")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (f"EHR^TEXT^PDF^Base64^{b64(written.pdf('Neck pain'))}", "Neck pain"),
        (f"^AP^rtf^BASE64^{b64(written.rtf('Neck'))}", "Neck"),
        (f"^TEXT^HTML^Base64^{b64('<p>Neck</p>')}", "Neck"),
        (f"^^^Base64^{b64('Neck')}", "Neck"),
        (r"^TEXT^plain^A^Neck\.br\pain", "Neck\npain"),
    ],
)
def test_encapsulated_documents(value, text):
    assert shown(read(message(f"OBX|1|ED|||{value}"))) == [("m1", text)]


@pytest.mark.parametrize(
    ("segments", "reason"),
    [
        ([f"OBX|1|ED|||^TEXT^plain^Base64^{SECRET}!"], "OBX 1: not base64"),
        ([f"OBX|x|ED|||{SECRET}"], "OBX ?: encapsulated data without its five components"),
        ([f"OBX|1|ED|||^TEXT^PDF^Base64^{b64(SECRET)}"], "OBX 1: declared as PDF, but is none"),
        (["OBX|1|ED|||^IM^JPEG^Base64^AAAA"], "OBX 1: image: holds no text"),
        ([f"OBX|1|ED|||^TEXT^plain^Hex^{SECRET}"],
         "OBX 1: encapsulated data in an encoding other than Base64 and A"),
        ([f"OBX|1|RP|||{SECRET}"], "OBX 1: only a reference to a document elsewhere (RP)"),
        (["OBX|1|TX|||Neck", f"OBX|2|RP|||{SECRET}"], "OBX 2: only a reference to a document elsewhere (RP)"),
        (["OBX|1|NM|||7"], "MDM: no text in it (OBX-5 of kind TX, FT or ED)"),
        (['OBX|1|TX|||""'], "MDM: no text in it (OBX-5 of kind TX, FT or ED)"),
        (["OBX|1|TX||| ~ "], "no text in it"),
        ([], "MDM: no text in it (OBX-5 of kind TX, FT or ED)"),
    ],
)  # fmt: skip
def test_a_bad_message_between_good_ones(segments, reason):
    good = message("OBX|1|TX|||Neck")
    line = 3
    assert shown(read(good + message(*segments) + good)) == [
        ("m1", "Neck"),
        f"in:{line}: message 2: {reason}",
        ("m1", "Neck"),
    ]


def test_a_picture_beside_text_is_a_notice():
    (note,) = read(message("OBX|1|TX|||Neck", "OBX|2|ED|||^IM^JPEG^Base64^AAAA"))
    assert isinstance(note, DecodedNote)
    assert (note.text, note.notices) == ("Neck", ("OBX 2: image: holds no text",))


@pytest.mark.parametrize(
    "head", ["MSH", "MSH|", "MSH|^", "MSH|^^\\&", "MSH|^~\\&~~|", "MSH|abcd|", "MSHX^~\\&X", "MSH ^~\\& "]
)
def test_separators_that_make_no_sense(head):
    bad = f"{head}EHR|{SECRET}\rOBX|1|TX|||Neck\r"
    first, second = shown(read(bad + message("OBX|1|TX|||Neck")))
    assert first.startswith("in:1: message 1: ")
    assert SECRET not in first
    assert second == ("m1", "Neck")


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        (b"", ["in: empty"]),
        (b"\r\n\r\n", ["in: empty"]),
        (SECRET.encode(), ["in:1: does not begin as HL7 does (MSH, FHS or BHS)"]),
        (b"FHS|^~\\&\rPID|1\r", ["in:2: a segment outside of any message"]),
        (b"MSH|^~\\&|\x00\rOBX|1|TX|||x\r", ["in:1: message 1: binary, not text"]),
    ],
)
def test_what_is_no_hl7(data, reasons):
    assert shown(read(data)) == reasons


def test_the_encoding_of_each_message():
    latin = message("OBX|1|TX|||90°").encode("cp1252")
    utf8 = message("OBX|1|TX|||90°").encode()
    said = message("OBX|1|TX|||90°").replace("|2.5", "|2.5||||||8859/1").encode("cp1252")
    first, second, third = read(latin + utf8 + said)
    assert {first.text, second.text, third.text} == {"90°"}
    assert first.notices == ("not UTF-8: read as Windows-1252",)
    assert not isinstance(second, DecodedNote)
    assert not isinstance(third, DecodedNote)


@pytest.mark.parametrize(
    ("segment", "codes"),
    [
        ("DG1|1||M5412^Radiculopathy^I10", ("M5412",)),
        ("DG1|1||M54.12", ("M54.12",)),
        ("DG1|1|I10|M54.12", ("M54.12",)),
        ("DG1|1||723.4^Radiculitis^I9", ()),
        ("DG1|1||723.4^^I9^M54.12^^I10", ("M54.12",)),
        ("DG1|1||54404000^^SCT", ()),
        ("FT1|1|||20260531" + "|" * 15 + "M54.12^^I10~M54.2^^I10", ("M54.12", "M54.2")),
    ],
)
def test_codes(segment, codes):
    assert note_of(segment).claim.codes == codes


def test_charges_are_procedures_with_modifiers_and_the_day_of_service():
    note = note_of("FT1|1|||20260531" + "|" * 21 + "98940^CMT^C4|AT~59", "FT1|2|||20260601" + "|" * 21 + "ROOM|")
    assert note.claim.procedures == ("98940-AT-59",)
    assert str(note.claim.date_of_service) == "2026-05-31"


@pytest.mark.parametrize(
    ("code", "setting"), [("O", "outpatient"), ("I", "inpatient"), ("E", "emergency"), ("", "outpatient")]
)
def test_the_class_of_the_visit_is_the_setting(code, setting):
    assert note_of(f"PV1|1|{code}").claim.setting == setting


def test_more_than_a_message_can_have(monkeypatch):
    monkeypatch.setattr("chartgap.readers.hl7_text.MOST_BYTES", 1000)
    good = message("OBX|1|TX|||Neck")
    big = message(*[f"OBX|{n}|TX|||{'x' * 50}" for n in range(30)])
    assert shown(read(good + big + good)) == [
        ("m1", "Neck"),
        "in:3: more than 0 MB in a message",
        ("m1", "Neck"),
    ]


def texts(*segments, kind="ORU^R01"):
    data = "\r".join((f"MSH|^~\\&|A|B|||2026||{kind}|1|P|2.5", *segments)).encode()
    return [item.reason if isinstance(item, ReadError) else item.text for item in READERS[".hl7"](BytesIO(data), "in")]


def test_short_strings_are_text_of_a_document_and_of_a_report_only_where_they_are_all_its_sentences():
    said = "OBX|1|ST|||Neck pain for three weeks, radiating~to the arm."
    assert texts("OBX|1|TX|||One", "OBX|2|ST|||Two", kind="MDM^T02") == ["One\nTwo"]
    assert texts("OBR|1", said) == ["Neck pain for three weeks, radiating\nto the arm."]
    assert texts("OBR|1", "OBX|1|TX|||Films.", said) == ["Films."]
    (none,) = texts("OBR|1", "OBX|1|ST|||Positive", "OBX|2|NM|||7.4")
    assert "no text in it" in none


def test_messages_that_are_no_notes_are_counted_and_no_errors(tmp_path):
    number = "OBR|1\rOBX|1|NM|||7.4"
    (tmp_path / "feed.hl7").write_bytes("".join(
        f"MSH|^~\\&|||||||{kind}|{at}|P|2.5\r{rest}\r" for at, (kind, rest) in enumerate([
            ("ADT^A01", "PV1|1|O"), ("ORU^R01", number), ("MDM^T02", "OBX|1|TX|||Neck"), ("ADT^A08", "PV1|1|O"),
            ("ORU^R01", "OBR|1\rOBX|1|TX|||"), ("MDM^T01", "TXA|1")])
    ).encode())  # fmt: skip
    told = []
    note, empty, bare = read_notes([str(tmp_path)], tell=told.append)
    assert note.text == "Neck"
    assert (empty.place, bare.place) == ("message 5", "message 6")
    assert told == [f"{tmp_path.as_posix()}: skipped 3 messages: 2 ADT: no text in it, 1 ORU: no text in it"]
    (tmp_path / "one.hl7").write_bytes(b"MSH|^~\\&|||||||ADT^A01|1|P|2.5\rPV1|1|O\r")
    (alone,) = read_notes([str(tmp_path / "one.hl7")])
    assert isinstance(alone, NoNotesError)


def test_comments_are_text_where_there_is_no_other():
    note = "NTE|1|L|There is a disc protrusion at C5-6."
    assert texts("OBR|1", "OBX|1|NM|||7", note, "NTE|2") == ["There is a disc protrusion at C5-6.\n"]
    assert texts("OBR|1", "OBX|1|FT|||Films.", note) == ["Films."]
    (none,) = texts(note, "OBR|1", "OBX|1|NM|||7.4")
    assert "no text in it" in none
