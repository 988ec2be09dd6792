"""A note written in each format, as a system that exports it might."""

import base64
import io
import json
from datetime import date

import docx as word

from chartgap.model import Claim, Note

TEXT = "HPI:\nNeck pain down the left arm, 90° of rotation.\n\nPlan:\nPT & rest <6 weeks>."
WHOLE = Note(
    id="n1",
    text=TEXT,
    encounter_id="e1",
    author="Ann B. Reader, MD",
    site="North Clinic",
    date=date(2026, 5, 30),
    claim=Claim(
        codes=("M54.12", "G89.29"),
        procedures=("98940-AT", "62321"),
        payer="Medicare",
        setting="telehealth",
        date_of_service=date(2026, 5, 31),
    ),
)
PATIENT = {"reference": "Patient/x"}


def b64(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


def concept(*codes, system="http://hl7.org/fhir/sid/icd-10-cm"):
    return {"coding": [{"system": system, "code": code} for code in codes]}


def document(content="", media="text/plain", **more):
    attachment = {"contentType": media, "data": b64(content)}
    return {"resourceType": "DocumentReference", "id": "n1", "status": "current",
            "content": [{"attachment": attachment}], **more}  # fmt: skip


def bundle(*resources, kind="collection"):
    entries = [{"fullUrl": f"urn:uuid:{r.get('id')}", "resource": r} for r in resources]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def around(visit="Encounter/e1"):
    """What stands beside a document: visit, claim, payer, author."""
    claim = {
        "resourceType": "Claim", "id": "c1", "status": "active", "billablePeriod": {"start": "2026-05-01"},
        "patient": PATIENT, "provider": {"display": "North"}, "created": "2026-06-01", "use": "claim",
        "type": {"text": "professional"}, "priority": {"text": "normal"},
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"reference": "Coverage/v1"}}],
        "diagnosis": [
            {"sequence": 2, "diagnosisCodeableConcept": concept("G89.29")},
            {"sequence": 1, "diagnosisReference": {"reference": "Condition/d1"}},
        ],
        "item": [
            {"sequence": 1, "encounter": [{"reference": visit}], "servicedDate": "2026-05-31",
             "productOrService": concept("98940", system="http://www.ama-assn.org/go/cpt"),
             "modifier": [concept("AT", system="x")]},
            {"sequence": 2, "productOrService": {"coding": [{"code": "62321"}]}},
        ],
    }  # fmt: skip
    return [
        {"resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "VR"},
         "period": {"start": "2026-05-29T10:00:00Z"},
         "serviceProvider": {"reference": "Organization/o1"}},
        {"resourceType": "Condition", "id": "d1", "encounter": {"reference": visit}, "subject": PATIENT,
         "code": {"coding": [{"system": "http://snomed.info/sct", "code": "54404000"}, *concept("M54.12")["coding"]]}},
        claim,
        {"resourceType": "Coverage", "id": "v1", "status": "active", "beneficiary": PATIENT,
         "payor": [{"display": "Medicare"}]},
        {"resourceType": "Organization", "id": "o1", "name": "North Clinic"},
        {"resourceType": "PractitionerRole", "id": "r1", "practitioner": {"reference": "Practitioner/p1"}},
        {"resourceType": "Practitioner", "id": "p1",
         "name": [{"family": "Reader", "given": ["Ann", "B."], "suffix": ["MD"]}]},
    ]  # fmt: skip


def fhir(note=WHOLE):
    """A Bundle of a DocumentReference and what stands beside it."""
    links = {"author": [{"reference": "PractitionerRole/r1"}], "date": "2026-05-30T23:30:00-05:00",
             "context": {"encounter": [{"reference": "Encounter/e1"}]}}  # fmt: skip
    return json.dumps(bundle(document(note.text, **links), *around())).encode()


def ccda(note=WHOLE, *, body=None, head=""):
    """A C-CDA with a paragraph for each line."""
    blocks = []
    for block in note.text.split("\n\n"):
        title, _, text = block.partition("\n")
        blocks.append(f"<component><section><title>{title}</title><text><paragraph>{escaped(text)}</paragraph></text>"
                      f"</section></component>")  # fmt: skip
    sections = body or f"<structuredBody>{''.join(blocks)}{PROBLEMS}{PERFORMED}</structuredBody>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>{head}
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <id root="2.16.840.1.113883.19.5" extension="n1"/><effectiveTime value="20260530233000-0500"/>
 <author><time value="20260530"/><assignedAuthor><assignedPerson><name><given>Ann</given> <given>B.</given>
   <family>Reader,</family> <suffix>MD</suffix></name></assignedPerson></assignedAuthor></author>
 <componentOf><encompassingEncounter><id root="1.2.3" extension="e1"/><code code="VR"/>
   <effectiveTime><low value="20260531"/></effectiveTime>
   <location><healthCareFacility><location><name>North Clinic</name></location></healthCareFacility></location>
 </encompassingEncounter></componentOf>
 <component>{sections}</component>
</ClinicalDocument>""".encode()


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def problem(value, *, high=""):
    return f"""<observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.4"/>
      <effectiveTime><low value="2026"/>{high}</effectiveTime>{value}</observation>"""


def icd(code):
    return f'<translation code="{code}" codeSystem="2.16.840.1.113883.6.90"/>'


PROBLEMS = f"""<component><section><entry><act classCode="ACT" moodCode="EVN">
  <templateId root="2.16.840.1.113883.10.20.22.4.80"/><entryRelationship>
  {problem(f'<value code="54404000" codeSystem="2.16.840.1.113883.6.96">{icd("M54.12")}</value>')}
  {problem('<value code="G89.29" codeSystem="2.16.840.1.113883.6.90"/>')}
  </entryRelationship></act></entry><entry>{problem('<value code="I10" codeSystem="2.16.840.1.113883.6.90"/>')}</entry>
  </section></component>"""
PERFORMED = """<component><section><entry><procedure classCode="PROC" moodCode="EVN">
  <code code="98940-AT" codeSystem="2.16.840.1.113883.6.12"/></procedure></entry><entry>
  <procedure classCode="PROC" moodCode="EVN"><code code="x" codeSystem="y">
  <translation code="62321" codeSystem="2.16.840.1.113883.6.12"/></code></procedure></entry><entry>
  <act><performer typeCode="PRF"><templateId root="2.16.840.1.113883.10.20.22.4.87"/><assignedEntity>
  <representedOrganization><name>Medicare</name></representedOrganization></assignedEntity></performer></act></entry>
  </section></component>"""


def hl7(note=WHOLE, *, kind="MDM^T02", signs="^~\\&"):
    """A message with an OBX for each line; where the reports are, the author is the one who interprets."""
    sep = "|"

    def told(text):
        return text.replace("\\", "\\E\\").replace(sep, "\\F\\").replace("&", "\\T\\").replace("^", "\\S\\")

    lines = [f"OBX|{n}|TX|11506-3^Note^LN||{told(line)}||||||F" for n, line in enumerate(note.text.split("\n"), 1)]
    txa = ["TXA|1|CN|TX|20260530|||||7^Reader^Ann^B.^^^MD|||n1"] if kind.startswith("MDM") else []
    obr = [] if txa else ["OBR|1||n1|18782-3^Report^LN|||20260530" + "|" * 25 + "7&Reader&Ann&B."]
    head = [f"MSH|{signs}|EHR|North Clinic|||20260601||{kind}|m1|P|2.5.1", "PID|1||x",
            "PV1|1|O|Ward^^^North Clinic" + "|" * 16 + "e1" + "|" * 25 + "20260529"]  # fmt: skip
    tail = ["DG1|1||G89.29^Other chronic pain^I10|||F|||||||||2", "DG1|2||M54.12^Radiculopathy^I10C|||F|||||||||1",
            "PR1|1||98940^CMT^C4||20260531" + "|" * 11 + "AT", "PR1|2||62321^ESI^CPT4",
            "IN1|1|p|7|Medicare"]  # fmt: skip
    return "\r".join([*head, *txa, *obr, *lines, *tail]).encode() + b"\r"


def rtf(text=TEXT, *, more=""):
    words = "".join(f"\\u{ord(c)}?" if ord(c) > 127 else f"\\{c}" if c in "\\{}" else c for c in text)
    body = words.replace("\n", "\\par\n")
    return f"{{\\rtf1\\ansi\\ansicpg1252\\deff0{{\\fonttbl{{\\f0 Arial;}}}}\\f0 {body}{more}}}".encode()


def docx(*paragraphs, table=(), header=""):
    file = word.Document()
    if header:
        file.sections[0].header.paragraphs[0].text = header
    for paragraph in paragraphs:
        file.add_paragraph(paragraph)
    if table:
        grid = file.add_table(len(table), len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def pdf(*pages):
    """A page for each text; a page without one is a scan as far as text goes."""
    bodies = ["<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for page in pages:
        shown = "".join(f"({line}) Tj T* " for line in page.replace("(", "\\(").replace(")", "\\)").split("\n") if line)
        content = f"BT /F1 12 Tf 14 TL 72 720 Td {shown}ET" if page else "0 0 100 100 re f"
        bodies.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
        bodies.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {len(bodies)} 0 R"
                      "/Resources<</Font<</F1 3 0 R>>>>>>")  # fmt: skip
        kids.append(f"{len(bodies)} 0 R")
    bodies[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += f"{number} 0 obj{body}endobj\n".encode("latin-1")
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    table = f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{rows}trailer<</Size {len(bodies) + 1}/Root 1 0 R>>\n"
    return data + f"{table}startxref\n{len(data)}\n%%EOF".encode()
