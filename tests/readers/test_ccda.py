"""C-CDA: narrative to text, what is taken of header and entries, and XML that means harm."""

from io import BytesIO

import pytest
import written
from written import b64, icd, problem

from chartgap.errors import NoNotesError, ReadError
from chartgap.readers import READERS

SECRET = "Zebulon Quackenbush"
ICD = "2.16.840.1.113883.6.90"
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)


def read(data):
    return list(READERS[".xml"](BytesIO(data), "in"))


def one(data):
    (item,) = read(data)
    return str(item) if isinstance(item, ReadError) else item


def section(text, title="HPI", more=""):
    return f"<component><section><title>{title}</title><text>{text}</text>{more}</section></component>"


def body(*sections):
    return written.ccda(body=f"<structuredBody>{''.join(sections)}</structuredBody>")


@pytest.mark.parametrize(
    ("narrative", "text"),
    [
        ("Neck pain", "Neck pain"),
        ("  Neck\n   pain\n left", "Neck\npain\nleft"),
        ("<paragraph>Neck\n  pain</paragraph><paragraph>left</paragraph>", "Neck pain\n\nleft"),
        ("Neck<br/>pain <content styleCode='Bold'>left</content>", "Neck\npain left"),
        ("<list><item>Neck</item><item><caption>Arm</caption>left</item></list>", "- Neck\n- Arm\nleft"),
        ("<table><thead><tr><th>Test</th><th>Result</th></tr></thead><tbody><tr><td>Spurling</td><td>positive</td></tr>"
         "<tr><td/><td>left</td></tr></tbody></table>", "Test\tResult\nSpurling\tpositive\n\tleft"),
        ("5 &lt; 6 &amp; 90&#176;", "5 < 6 & 90°"),
        ("<paragraph>a</paragraph><renderMultiMedia referencedObject='x'><caption>no</caption></renderMultiMedia>b",
         "a\n\nb"),
        ("<!-- no --><paragraph>Neck</paragraph><?x no?>", "Neck"),
    ],
)  # fmt: skip
def test_narrative(narrative, text):
    assert one(body(section(narrative))).text == f"HPI:\n{text}"


def test_sections_stand_under_their_titles_and_inside_each_other():
    inner = section("Stiff", "Neck")
    assert one(body(section("", "Exam:", inner), section("PT", "Plan"))).text == "Exam:\nNeck:\nStiff\n\nPlan:\nPT"


@pytest.mark.parametrize(
    ("entries", "codes"),
    [
        ((f"<value>{icd('M54.12')}{icd('G89.29')}</value>", f"<value code='M54.2' codeSystem='{ICD}'/>"),
         ("M54.12", "G89.29", "M54.2")),
        (('<value code="54404000" codeSystem="2.16.840.1.113883.6.96"/>',), ()),
    ],
)  # fmt: skip
def test_problems_are_the_codes_where_the_visit_names_none(entries, codes):
    found = "".join(f"<entry>{problem(value)}</entry>" for value in entries)
    assert one(body(section("x", more=found))).claim.codes == codes


def test_resolved_and_negated_problems_are_not_claimed():
    gone = problem(f"<value>{icd('M54.2')}</value>", high='<high value="20250101"/>')
    denied = problem(f"<value>{icd('G89.29')}</value>").replace("<observation", '<observation negationInd="true"')
    there = problem(f"<value>{icd('M54.12')}</value>", high='<high nullFlavor="UNK"/>')
    assert one(body(section("x", more=f"<entry>{gone}{denied}{there}</entry>"))).claim.codes == ("M54.12",)


def encounter(*diagnoses, id_="e9", day="20200101", code="", kind="80"):
    template = f"<templateId root='2.16.840.1.113883.10.20.22.4.{kind}'/>"
    acts = "".join(
        f"<entryRelationship><act classCode='ACT' moodCode='EVN'>{template}"
        f"<entryRelationship>{item}</entryRelationship></act></entryRelationship>"
        for item in diagnoses
    )
    return (
        f"<entry><encounter classCode='ENC' moodCode='EVN'><id root='1.2.3' extension='{id_}'/>{code}"
        f"<effectiveTime><low value='{day}'/></effectiveTime>{acts}</encounter></entry>"
    )


def ranked(code, rank):
    said = f"<observation><code code='263486008'/><value value='{rank}'/></observation>"
    value = f"<value nullFlavor='OTH'>{icd(code)}</value>"
    return problem(f"{value}<entryRelationship>{said}</entryRelationship>")


def test_of_the_encounters_listed_only_this_visits_counts():
    old = encounter(problem(f"<value>{icd('I10')}</value>"))
    by_id = encounter(ranked("M54.2", 2), ranked("M54.12", 1), id_="e1")
    by_day = encounter(problem(f"<value>{icd('G89.29')}</value>"), day="202605310900", kind="33")
    assert one(body(section("x", more=old + by_id))).claim.codes == ("M54.12", "M54.2")
    assert one(body(section("x", more=old + by_day))).claim.codes == ("G89.29",)
    assert one(body(section("x", more=old))).claim.codes == ()
    bare = body(section("x", more=old)).replace(b"componentOf", b"other")
    assert one(bare).claim.codes == ("I10",)


def test_procedures_of_other_days_are_history():
    cpt = "<code code='{}' codeSystem='2.16.840.1.113883.6.12'/>"
    done = "<entry><procedure moodCode='{}'>" + cpt + "<effectiveTime value='{}'/></procedure></entry>"
    entries = [done.format("EVN", "62321", "20260531"), done.format("EVN", "63075", "2001"),
               done.format("EVN", "22551", "20010203"), done.format("INT", "97110", "20260531"),
               encounter(id_="e1", code=cpt.format("99213")), encounter(code=cpt.format("99214"))]  # fmt: skip
    assert one(body(section("x", more="".join(entries)))).claim.procedures == ("62321", "99213")


@pytest.mark.parametrize(
    ("media", "content", "text"),
    [("text/rtf", written.rtf("Neck"), "Neck"), ("application/pdf", written.pdf("Neck"), "Neck"),
     ("text/plain", b"Neck", "Neck"), ("text/html", b"<p>Neck</p>", "Neck")],
)  # fmt: skip
def test_a_body_of_another_kind(media, content, text):
    inside = f'<nonXMLBody><text mediaType="{media}" representation="B64">\n{b64(content)}\n</text></nonXMLBody>'
    assert one(written.ccda(body=inside)).text == text


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ('<text mediaType="text/plain">Neck</text>', None),
        (
            '<text mediaType="application/pdf"><reference value="x.pdf"/></text>',
            "its body is a reference to another file",
        ),
        (f'<text mediaType="text/plain" representation="B64">{SECRET}</text>', "its body is not base64"),
        ('<text mediaType="image/png" representation="B64">AAAA</text>', "image: holds no text"),
        ('<text mediaType="text/plain" representation="B64"></text>', "empty"),
    ],
)
def test_a_body_that_cannot_be_read(inside, reason):
    found = one(written.ccda(body=f"<nonXMLBody>{inside}</nonXMLBody>"))
    assert found.text == "Neck" if reason is None else found == f"in: {reason}"


def test_a_header_that_says_nothing():
    section = "<component><section><text>Neck</text></section></component>"
    body = f"<component><structuredBody>{section}</structuredBody></component>"
    note = one(f'<ClinicalDocument xmlns="urn:hl7-org:v3">{body}</ClinicalDocument>'.encode())
    assert (note.text, note.author, note.encounter_id, note.date, note.claim.codes) == ("Neck", None, None, None, ())
    assert note.claim.setting == "outpatient"


def test_entries_alone_are_no_note():
    data = body(f"<component><section><entry>{problem(icd('M54.2'))}</entry></section></component>")
    assert one(data) == "in: holds no narrative"


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (LAUGHS, "&d;"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;"),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', "Neck"),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>', "Neck"),
    ],
)
def test_document_types_and_entities_are_refused(head, text):
    data = written.ccda(head=head).replace(b"Neck pain", text.encode())
    assert one(data) == "in: XML with a document type or entities: not read"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (written.ccda()[:-40], "in:24: not XML that can be read"),
        (b"<ClinicalDocument", "in:1: not XML that can be read"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "in: an unknown encoding: not read"),
        (b"", "in: empty"),
        (SECRET.encode(), "in:1: not XML that can be read"),
        (b"<a>" * 10**6, "in:1: not XML that can be read"),
    ],
)
def test_what_is_no_xml(data, reason):
    assert one(data) == reason


def test_xml_of_other_kinds():
    (item,) = read(b"<a><ClinicalDocument/></a>")
    assert isinstance(item, NoNotesError)
    assert str(item) == "in: XML, but no C-CDA (ClinicalDocument)"


def test_nesting_that_would_break_the_stack():
    deep = body(section("<content>" * 50_000 + "x" + "</content>" * 50_000))
    assert one(deep) == "in: XML that is nested too deep"
    assert one(body(section("x", more=section("y") * 500))).text.count("HPI:") == 501


def test_other_encodings():
    data = written.ccda().decode().replace('encoding="UTF-8"', 'encoding="iso-8859-1"').encode("latin-1")
    assert one(data).text == written.TEXT


def test_a_library_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "defusedxml.ElementTree", None)
    assert one(written.ccda()) == "in: reading C-CDA needs chartgap[ccda]: pip install -e '.[ccda]' in its folder"
