"""FHIR: what is a document, where its text and claim come from, and what is an error of which entry."""

import gzip
import json
import zipfile
from io import BytesIO

import pytest
import written
from fhir.resources.R4B.bundle import Bundle
from written import b64, bundle, concept, document

from chartgap.errors import NoNotesError, ReadError
from chartgap.readers import READERS, DecodedNote, read_notes

SECRET = "Zebulon Quackenbush"
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


def read(resource):
    return list(READERS[".json"](BytesIO(json.dumps(resource).encode()), "in"))


def one(resource):
    (item,) = read(resource)
    return str(item) if isinstance(item, ReadError) else item


def shown(items):
    return [str(item) if isinstance(item, ReadError) else (item.id, item.text) for item in items]


@pytest.mark.parametrize(
    ("media", "content", "text"),
    [
        ("text/plain", "Neck\r\npain °", "Neck\r\npain °"),
        ("text/plain; charset=utf-8", "Neck", "Neck"),
        ("text/html", "<p>Neck&nbsp;pain</p><script>x()</script>", "Neck pain"),
        ("application/xhtml+xml", DIV.format("<b>Neck</b> pain"), "Neck pain"),
        ("text/rtf", written.rtf("Neck"), "Neck"),
        ("application/pdf", written.pdf("Neck pain"), "Neck pain"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", written.docx("Neck"), "Neck"),
        ("application/hl7-cda+xml", written.ccda(), written.TEXT),
        (None, "Neck", "Neck"),
        ("application/octet-stream", written.rtf("Neck"), "Neck"),
    ],
)
def test_inline_attachments(media, content, text):
    note = one(document(content, media))
    assert (note.id, note.text) == ("DocumentReference/n1", text)
    assert not isinstance(note, DecodedNote)


def test_an_attachment_that_is_not_what_it_is_said_to_be_is_read_as_what_it_is():
    note = one(document(written.rtf("Neck"), "text/plain"))
    assert (note.text, note.notices) == ("Neck", ("declared as text, read as RTF",))


@pytest.mark.parametrize(
    ("attachment", "reason"),
    [
        ({"url": f"https://x/{SECRET}"}, "its attachment is only a URL: the text is not in the export"),
        ({"contentType": "text/plain"}, "an attachment without data"),
        ({"data": 7}, "an attachment without data"),
        ({"data": f"{SECRET}!!"}, "attachment: not base64"),
        ({"data": b64(" \n")}, "attachment: empty"),
        ({"data": b64("<p> </p>"), "contentType": "text/html"}, "attachment: holds no text"),
        ({"data": b64(b"\x00\x01\x02")}, "attachment: binary, not text"),
        ({"data": b64(SECRET), "contentType": "application/pdf"}, "attachment: declared as PDF, but is none"),
        ({"data": b64('{"a": "b"}'), "contentType": "application/fhir+json"}, "attachment: JSON that is no document"),
        ({"data": b64("<a>b</a>"), "contentType": "text/xml; charset=utf-8"}, "attachment: XML that is no document"),
        ({"data": b64(SECRET), "contentType": "image/png"}, "attachment: image: holds no text"),
        ({"data": b64(written.pdf("")), "contentType": "application/pdf"},
         "attachment: a PDF without a text layer (a scan?)"),
        ({"data": b64(b"PK\x03\x04 word/ no more")}, "attachment: Word file that cannot be read (BadZipFile)"),
        ({"data": b64("<!DOCTYPE x><ClinicalDocument>"), "contentType": "text/xml"},
         "attachment: XML with a document type or entities: not read"),
    ],
)  # fmt: skip
def test_a_bad_attachment_is_an_error_of_its_entry(attachment, reason):
    bad = {"resourceType": "DocumentReference", "id": SECRET, "content": [{"attachment": attachment}]}
    good = document("Neck")
    assert shown(read(bundle(good, bad, good))) == [
        ("DocumentReference/n1", "Neck"),
        f"in: entry 2: {reason}",
        ("DocumentReference/n1", "Neck"),
    ]


def test_of_several_forms_the_plainest_is_taken():
    forms = [{"attachment": {"contentType": media, "data": b64(data)}} for media, data in
             [("image/png", b"x"), ("text/html", "<p>HTML</p>"), ("text/plain", "plain")]]  # fmt: skip
    assert one(document() | {"content": forms}).text == "plain"
    assert one(document() | {"content": [*forms[:2], {"attachment": {"url": "x"}}]}).text == "HTML"


def test_a_binary_of_the_same_bundle_is_no_foreign_url():
    reference = document() | {"content": [{"attachment": {"url": "Binary/b1", "contentType": "text/plain"}}]}
    binary = {"resourceType": "Binary", "id": "b1", "contentType": "text/html", "data": b64("<p>Neck</p>")}
    assert one(bundle(reference, binary)).text == "Neck"


def test_a_composition_is_its_sections():
    narrative = {"status": "generated", "div": DIV.format("<p>Neck pain</p><ul><li>left</li><li>arm</li></ul>")}
    resource = {
        "resourceType": "Composition", "id": "c", "date": "2026-05-30", "author": [{"display": "Dr. A"}],
        "encounter": {"reference": "http://x/Encounter/e7"},
        "section": [
            {"title": "HPI", "text": narrative},
            {"code": {"text": "Exam:"}, "section": [{"title": "Neck", "text": {"div": DIV.format("Stiff<br/>sore")}}]},
            {"title": "Empty"},
        ],
    }  # fmt: skip
    note = one(resource)
    assert note.text == "HPI:\nNeck pain\n\n- left\n- arm\n\nExam:\n\nNeck:\nStiff\nsore"
    assert (note.author, note.encounter_id, str(note.date)) == ("Dr. A", "e7", "2026-05-30")


def test_a_report_is_its_form_and_its_conclusion():
    form = [{"contentType": "text/plain", "data": b64("MRI: disc  bulge C5-6.")}]
    resource = {"resourceType": "DiagnosticReport", "id": "r", "issued": "2026-05-30T01:00:00Z",
                "resultsInterpreter": [{"display": "Dr. B"}], "conclusionCode": [concept("M50.122")]}  # fmt: skip
    assert one(resource | {"presentedForm": form}).text == "MRI: disc  bulge C5-6."
    note = one(resource | {"presentedForm": form, "conclusion": "No cord change."})
    assert note.text == "MRI: disc  bulge C5-6.\n\nConclusion:\nNo cord change."
    assert (note.author, note.claim.codes, str(note.date)) == ("Dr. B", ("M50.122",), "2026-05-30")
    assert one(resource | {"presentedForm": form, "conclusion": "disc bulge C5-6."}).text == "MRI: disc  bulge C5-6."
    assert one(resource | {"conclusion": "Normal."}).text == "Normal."
    assert one(resource) == "in: holds no text"


def test_what_holds_no_document_is_told_apart():
    lab = {"resourceType": "DiagnosticReport", "id": "r", "result": [{"reference": "Observation/1"}]}
    for resource, reason in [
        (bundle(*written.around()), "a Bundle without documents (DocumentReference, Composition, DiagnosticReport)"),
        (bundle(lab), "a Bundle without documents (DocumentReference, Composition, DiagnosticReport)"),
        ({"resourceType": "Patient"}, "FHIR that holds no document (Patient)"),
        ({"resourceType": SECRET}, "FHIR that holds no document"),
        ({SECRET: 1}, "JSON, but no FHIR (resourceType)"),
    ]:
        (item,) = read(resource)
        assert isinstance(item, NoNotesError)
        assert str(item) == f"in: {reason}"


@pytest.mark.parametrize(
    "data",
    [b"[]", b"{", b'{"resourceType": ', b'{"a":' * 200_000, b"[" * 10**6, b"\xff\xfe{}", b"", b'{"a": "\\ud800"}'],
)
def test_what_is_no_json(data):
    (item,) = READERS[".json"](BytesIO(data), "in")
    assert isinstance(item, ReadError)
    assert not isinstance(item, NoNotesError)


@pytest.mark.parametrize("entry", [None, 7, SECRET, {}, {"resource": SECRET}, {"resource": {"id": SECRET}}])
def test_an_entry_that_is_no_resource(entry):
    resource = {"resourceType": "Bundle", "entry": [entry, {"resource": document("Neck")}]}
    assert shown(read(resource)) == ["in: entry 1: no resource in it", ("DocumentReference/n1", "Neck")]


def test_a_bundle_that_would_fill_the_memory(monkeypatch):
    monkeypatch.setattr("chartgap.readers.fhir.MOST_BYTES_OF_A_BUNDLE", 100)
    assert one(bundle(document("Neck"))) == "in: more than 0 MB: use JSON lines (.ndjson)"


def test_bundles_in_a_bundle():
    assert shown(read(bundle(bundle(document("Neck")), bundle({"resourceType": "Patient"})))) == [
        ("DocumentReference/n1", "Neck"),
        "in: entry 2: a Bundle without documents (DocumentReference, Composition, DiagnosticReport)",
    ]
    deep = document("Neck")
    for _ in range(9):
        deep = bundle(deep)
    assert one(deep).endswith("Bundles too deep")


def test_documents_that_do_not_count():
    assert one(document("Neck", status="entered-in-error")) == "in: entered in error"
    assert one(document("Neck", status="superseded")).notices == ("superseded by another document",)


def test_values_of_other_kinds_than_the_standard_has_are_not_there():
    odd = document("Neck", author="x", date=7, context=[7], contained="x", custodian=[[]])
    visit = {"resourceType": "Encounter", "id": "e1", "class": [{"coding": [{"code": "EMER"}]}], "diagnosis": "x"}
    note = one(bundle(odd, visit, {"resourceType": "Claim", "item": 7, "diagnosis": {"sequence": "a"}}))
    assert (note.text, note.author, note.date, note.encounter_id) == ("Neck", None, None, None)


def linked(**more):
    return document("Neck", context={"encounter": [{"reference": "urn:uuid:e1"}]}, **more)


def visit(**more):
    return {"resourceType": "Encounter", "id": "e1", "class": {"code": "AMB"}, **more}


def condition(code, id_, *, visit="urn:uuid:e1", **more):
    encounter = {"encounter": {"reference": visit}} if visit else {}
    return {"resourceType": "Condition", "id": id_, "code": concept(code), **encounter, **more}


def status(code):
    return {"coding": [{"code": code}]}


def test_codes_of_conditions_where_no_claim_is_there():
    others = [
        condition("M54.2", "d2"),
        condition("M54.12", "d1"),
        condition("I10", "d3", visit="Encounter/e2"),
        condition("E11.9", "d4", verificationStatus=status("entered-in-error")),
        condition("J06.9", "d5", clinicalStatus=status("resolved")),
    ]
    note = one(bundle(linked(), visit(), *others))
    assert note.claim.codes == ("M54.2", "M54.12")
    ranked = [{"condition": {"reference": "Condition/d1"}, "rank": 1}, {"condition": {"reference": "Condition/d2"}}]
    assert one(bundle(linked(), visit(diagnosis=ranked[::-1]), *others)).claim.codes == ("M54.12", "M54.2")
    marked = condition("G89.29", "d6", category=[status("encounter-diagnosis")])
    assert one(bundle(linked(), visit(), *others, marked)).claim.codes == ("G89.29",)


def test_facts_without_a_visit_are_those_of_the_only_document():
    loose = condition("M54.12", "d1", visit=None)
    assert one(bundle(document("Neck"), loose)).claim.codes == ("M54.12",)
    assert [note.claim.codes for note in read(bundle(document("Neck"), document("Arm"), loose))] == [(), ()]


def test_a_claim_of_another_visit_or_cancelled_is_not_this_ones():
    claim = {"resourceType": "Claim", "status": "active", "diagnosis": [{"diagnosisCodeableConcept": concept("M54.2")}],
             "item": [{"encounter": [{"reference": "Encounter/e2"}]}]}  # fmt: skip
    assert one(bundle(linked(), visit(), claim)).claim.codes == ()
    own = claim | {"item": [{"encounter": [{"reference": "Encounter/e1"}]}]}
    assert one(bundle(linked(), visit(), claim, own)).claim.codes == ("M54.2",)
    assert one(bundle(linked(), visit(), own | {"status": "cancelled"})).claim.codes == ()


def test_only_icd_10_cm_is_taken():
    other = {"resourceType": "Condition", "id": "d", "encounter": {"reference": "urn:uuid:e1"},
             "code": concept("M54.2", system="http://hl7.org/fhir/sid/icd-10")}  # fmt: skip
    assert one(bundle(linked(), visit(), other)).claim.codes == ()


@pytest.mark.parametrize(
    ("code", "setting"),
    [("AMB", "outpatient"), ("IMP", "inpatient"), ("EMER", "emergency"), ("VR", "telehealth"), ("x", "outpatient")],
)
def test_the_class_of_the_visit_is_the_setting(code, setting):
    assert one(bundle(linked(), visit() | {"class": {"code": code}})).claim.setting == setting


def lines(*resources):
    return b"".join(json.dumps(resource).encode() + b"\n" for resource in resources)


def test_bulk_data_in_a_folder(tmp_path):
    bare = document(
        "Neck", context={"encounter": [{"reference": "Encounter/e1"}]}, author=[{"reference": "Practitioner/p1"}]
    )
    by_kind = {}
    for resource in written.around():
        by_kind.setdefault(resource["resourceType"], []).append(resource)
    for kind, resources in by_kind.items():
        (tmp_path / f"{kind}.ndjson").write_bytes(lines(*resources))
    (tmp_path / "Condition.ndjson").rename(tmp_path / "plain")
    (tmp_path / "Condition.ndjson.gz").write_bytes(gzip.compress((tmp_path / "plain").read_bytes()))
    bad = document() | {"content": [{"attachment": {"url": "x"}}]}
    (tmp_path / "DocumentReference.ndjson").write_bytes(lines(bare, bad, bare | {"id": "n2"}))
    told = []
    first, error, last = read_notes([str(tmp_path)], tell=told.append)
    assert first.claim == written.WHOLE.claim
    assert (first.author, first.site, first.encounter_id) == (written.WHOLE.author, "North Clinic", "e1")
    assert last.claim == first.claim
    assert str(error).endswith(
        "DocumentReference.ndjson:2: its attachment is only a URL: the text is not in the export"
    )
    (said,) = told
    assert " lines: " in said
    assert "1 FHIR that is no document itself (Condition)" in said
    (alone,) = read_notes([str(tmp_path / "Claim.ndjson")])
    assert str(alone).endswith("Claim.ndjson: FHIR that is no document itself (Claim)")


def test_bulk_data_in_a_zip_and_in_a_folder_of_it(tmp_path):
    bare = document("Neck", context={"encounter": [{"reference": "Encounter/e1"}]})
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/DocumentReference.ndjson", lines(bare))
        archive.writestr("a/all.ndjson.gz", gzip.compress(lines(*written.around())))
        archive.writestr("b/DocumentReference.ndjson", lines(bare))
    first, second = read_notes([str(path)])
    assert first.claim == written.WHOLE.claim
    assert second.claim.codes == ()


def test_an_export_that_changes_is_read_anew(tmp_path):
    (tmp_path / "d.ndjson").write_bytes(lines(document("Neck", context={"encounter": [{"reference": "Encounter/e1"}]})))
    for code in ("M54.2", "M54.12"):
        (tmp_path / "c.ndjson").write_bytes(lines(condition(code, "d1", visit="Encounter/e1")))
        assert [note.claim.codes for note in read_notes([str(tmp_path)])] == [(code,)]


def test_a_line_that_is_broken_among_resources(tmp_path):
    path = tmp_path / "all.ndjson"
    path.write_bytes(lines(visit(), linked() | {"context": {"encounter": [{"reference": "Encounter/e1"}]}}) + b"{\n"
                     + lines(condition("M54.12", "d", visit="Encounter/e1")))  # fmt: skip
    note, error = read_notes([str(path)])
    assert note.claim.codes == ("M54.12",)
    assert str(error).startswith(f"{path.as_posix()}:3: not JSON")


def test_one_resource_over_many_lines_is_known_by_its_content():
    data = json.dumps(bundle(document("Neck")), indent=1).encode()
    assert [note.text for note in read_notes(["-"], stdin=BytesIO(data))] == ["Neck"]
    data = lines(document("Neck"), {"resourceType": "Patient"}, bundle(document("Arm")))
    assert [note.text for note in read_notes(["-"], stdin=BytesIO(data))] == ["Neck", "Arm"]


def test_resources_that_are_no_documents_are_counted_one_by_one_also_beside_documents(tmp_path):
    path = tmp_path / "all.ndjson"
    path.write_bytes(lines(document("Neck"), *[{"resourceType": "Patient"}] * 3, condition("M54.12", "d")))
    (tmp_path / "scan.png").write_bytes(b"x")
    counts = "4 lines: 3 FHIR that holds no document (Patient), 1 FHIR that is no document itself (Condition)"
    for place, expected in ((path, counts), (tmp_path, f"1 file: 1 .png; {counts}")):
        told = []
        assert [note.text for note in read_notes([str(place)], tell=told.append)] == ["Neck"]
        assert told == [f"{place.as_posix()}: skipped {expected}"]
    (error,) = read_notes(["-"], stdin=BytesIO(lines({"resourceType": "Patient"}, condition("M54.12", "d"))))
    assert isinstance(error, NoNotesError)
    assert str(error).startswith("stdin: 2 lines: 1 FHIR that")


def test_json_of_other_kinds_in_a_folder_is_told_and_no_error(tmp_path):
    (tmp_path / "settings.json").write_text('{"a": 1}')
    (tmp_path / "note.json").write_text(json.dumps(document("Neck")))
    told = []
    assert [note.text for note in read_notes([str(tmp_path)], tell=told.append)] == ["Neck"]
    assert told == [f"{tmp_path.as_posix()}: skipped 1 file: 1 JSON, but no FHIR (resourceType)"]


def test_the_library_of_fhir_agrees_that_the_examples_are_fhir():
    Bundle.model_validate_json(written.fhir())


@pytest.mark.parametrize("packed", [False, True])
def test_attachments_in_a_file_of_binaries(tmp_path, packed):
    """As bulk exports have them: the document names Binary/ID, on whatever server."""
    binaries = [
        {"resourceType": "Binary", "id": f"b{n}", "contentType": "text/plain", "data": b64(text)}
        for n, text in enumerate([b"Neck pain.", b"Arm pain."])
    ]
    found = lines(*binaries)
    name, data = ("Binary.ndjson.gz", gzip.compress(found)) if packed else ("Binary.ndjson", found)
    (tmp_path / name).write_bytes(data)
    documents = [
        document() | {"id": f"d{n}", "content": [{"attachment": {"contentType": "text/plain", "url": url}}]}
        for n, url in enumerate(["Binary/b1", "https://x.example/fhir/Binary/b0", "Binary/b7"])
    ]
    (tmp_path / "DocumentReference.ndjson").write_bytes(lines(*documents))
    first, second, lost = read_notes([str(tmp_path)])
    assert (first.text, second.text) == ("Arm pain.", "Neck pain.")
    assert "only a URL" in str(lost)


@pytest.mark.parametrize("media", ["application/xml", "text/xml", "application/hl7-cda+xml"])
def test_a_ccda_in_fhir_brings_its_codes_where_the_resources_name_none(media):
    data = b64(written.ccda())
    attached = {"content": [{"attachment": {"contentType": media, "data": data}}]}
    inside = next(iter(READERS[".xml"](BytesIO(written.ccda()), "c.xml")))
    assert inside.claim.codes
    note = one(bundle(document() | attached))
    assert note.text == inside.text
    assert (note.claim.codes, note.claim.procedures) == (inside.claim.codes, inside.claim.procedures)
    around = one(bundle(document() | attached, condition("M54.2", "x", visit=None)))
    assert around.claim.codes == ("M54.2",)
