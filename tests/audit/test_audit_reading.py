"""What hangs or kills whoever reads it is a failure of that document, and the rest of its file goes on."""

import base64
import json
import random
import subprocess
import sys
import time
import zipfile

import audit_fakes
import pytest
from audit_fakes import Foreign

from chartgap.audit.losses import LOST
from chartgap.audit.store import JOURNAL, read_manifest

FOREIGN = {"columns": Foreign()}


def failures(tables):
    return [(row["position"], row["kind"], row["line"], row["place"], row["reason"]) for row in tables["failures"]]


@pytest.mark.parametrize(
    ("word", "kind", "reason"),
    [
        ("HANG", "hung", "took longer than 2 s"),
        ("KILL", "died", "the reader was ended by SIGKILL (out of memory?)"),
        ("BREAK", "error", "internal error, please report it: RuntimeError at audit_fakes.py:"),
    ],
)
def test_a_line(write, run, tmp_path, word, kind, reason):
    texts = [*["pain"] * 70, f"READ-{word} Quackenbush", *["pain"] * 70, f"READ-{word}", "pain"]
    tables = run(tmp_path / "out", write(texts), reading=FOREIGN)
    assert [row["position"] for row in tables["notes"]] == [at for at in range(143) if at not in (70, 141)]
    assert [(row["position"], row["kind"], row["line"]) for row in tables["failures"]] == [
        (70, kind, 71),
        (141, kind, 142),
    ]
    assert all(row["reason"].startswith(reason) for row in tables["failures"])
    assert "Quackenbush" not in str(tables["failures"])


def test_what_else_killed_the_reader_costs_nothing(write, run, tmp_path):
    tables = run(tmp_path / "out", write(["pain"] * 3 + [f"READ-ONCE {tmp_path / 'mark'} ", "pain"]), reading=FOREIGN)
    assert not tables["failures"]
    assert len(tables["notes"]) == 5
    assert (tmp_path / "mark").exists()


def test_a_row_of_a_table_costs_the_rest_of_it_and_nothing_before(run, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("id,text\n" + "".join(f"{n},{'READ-HANG' if n == 90 else 'pain'}\n" for n in range(100)))
    (tmp_path / "z.jsonl").write_text('{"id": "z", "text": "pain"}\n')
    tables = run(tmp_path / "out", table, tmp_path / "z.jsonl", reading=FOREIGN)
    assert [row["note_id"] for row in tables["notes"]] == [*map(str, range(90)), "z"]
    assert failures(tables) == [(90, "hung", None, None, "took longer than 2 s: the rest of the file was not read")]


def test_a_file_in_an_archive(run, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, text in [("a.jsonl", "pain"), ("b.jsonl", "READ-HANG"), ("c.jsonl", "pain")]:
            lines = [{"id": f"{name}{n}", "text": text if n == 1 else "pain"} for n in range(3)]
            archive.writestr(name, "".join(json.dumps(line) + "\n" for line in lines))
    tables = run(tmp_path / "out", tmp_path / "a.zip", reading=FOREIGN)
    assert len(tables["notes"]) == 8
    assert failures(tables) == [(4, "hung", 2, None, "took longer than 2 s")]
    assert tables["failures"][0]["source"] == f"{tmp_path}/a.zip/b.jsonl"


def slow_pdf():
    """A PDF of which every page is drawn in millions of steps: pypdf needs a minute for it."""
    drawing = b"BT /F1 12 Tf (pain) Tj ET\n" + b"q 1 0 0 1 0 0 cm 0 0 m 1 1 l S Q\n" * 250_000
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        size, table, size, len(data)
    )  # fmt: skip


def resource(number, data, media):
    attachment = {"contentType": media, "data": base64.b64encode(data).decode()}
    return {"resourceType": "DocumentReference", "id": f"d{number}", "content": [{"attachment": attachment}]}


@pytest.mark.parametrize("bundle", [True, False])
def test_a_pdf_that_takes_too_long_attached_in_fhir(run, tmp_path, bundle):
    found = [resource(0, b"neck pain", "text/plain"), resource(1, slow_pdf(), "application/pdf")]
    found.append(resource(2, b"back pain", "text/plain"))
    path = tmp_path / ("b.json" if bundle else "b.ndjson")
    whole = {"resourceType": "Bundle", "entry": [{"resource": one} for one in found]}
    path.write_text(json.dumps(whole) if bundle else "".join(json.dumps(one) + "\n" for one in found))
    tables = run(tmp_path / "out", path)
    assert [row["note_id"] for row in tables["notes"]] == ["DocumentReference/d0", "DocumentReference/d2"]
    line, place = (None, "entry 2") if bundle else (2, None)
    assert failures(tables) == [(1, "hung", line, place, "took longer than 2 s")]


def test_a_message_and_a_document_of_its_own(run, tmp_path):
    (tmp_path / "a.hl7").write_text("MSH|^~\\&|A|B|||2026||MDM^T02|1|P|2.5\rOBX|1|TX|||neck pain\r")
    (tmp_path / "b.xml").write_text(
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section><text>HANG</text>'
        "</section></component></structuredBody></component></ClinicalDocument>"
    )
    (tmp_path / "c.xml").write_text("<other/>")
    tables = run(tmp_path / "out", tmp_path / "a.hl7", tmp_path / "b.xml", tmp_path / "c.xml")
    assert [row["note_id"] for row in tables["notes"]] == ["1"]
    assert [(row["position"], row["kind"]) for row in tables["failures"]] == [(1, "hung"), (2, "unreadable")]


def test_killed_among_such_documents_and_resumed_nothing_is_lost_or_doubled(write, run, rows, tmp_path):
    texts = [f"WAIT {'READ-KILL' if n % 60 == 50 else 'pain'} {n}" for n in range(300)]
    notes, out = write(texts), tmp_path / "out"
    command = [sys.executable, audit_fakes.__file__, str(out), str(notes), "--foreign"]
    whole = run(tmp_path / "unbroken", notes, reading=FOREIGN)
    assert len(whole["failures"]) == 5
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while time.monotonic() < end and not ((out / JOURNAL).exists() and (out / JOURNAL).read_bytes()):
        time.sleep(0.01)
    time.sleep(random.random())
    process.kill()
    process.wait()
    with (out / LOST).open("ab") as stream:
        stream.write(b'{"half')
    assert run(out, notes, resume=True, reading=FOREIGN) == whole
    assert read_manifest(out)["finished"]


def test_too_many_in_one_file(write, run, monkeypatch, tmp_path):
    monkeypatch.setattr("chartgap.audit.reading._MOST_LOST", 2)
    tables = run(tmp_path / "out", write(["pain", *["READ-BREAK", "pain"] * 5]), reading=FOREIGN)
    assert [row["position"] for row in tables["notes"]] == [0, 2, 4]
    assert [row["position"] for row in tables["failures"]] == [1, 3, 5]
    assert tables["failures"][2]["reason"].endswith(": the rest of the file was not read")
