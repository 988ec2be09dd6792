import re

from chartgap.model import Finding, Report
from chartgap.render import RENDERERS, Checked, render


def marks(page):
    return re.findall(r'<mark class="(\w+)" data-of="([^"]+)" title="([^"]*)">([^<]*)</mark>', page)


def report_on(text, *findings):
    return Report(note_id="n", software_version="0", knowledge_version="k", findings=findings)


def found(text, quote, element, **keys):
    start = text.index(quote)
    return Finding(element=element, start=start, end=start + len(quote), text=quote, rule_id="r", **keys)


def test_pieces_name_every_finding_they_belong_to_and_overlaps_are_cut():
    text = "Left neck pain."
    findings = (found(text, "Left neck", "laterality", side="left"), found(text, "neck pain", "complaint"))
    assert marks(render(report_on(text, *findings), "html", text=text)) == [
        ("study", "f0", "laterality left", "Left "),
        ("history", "f0 f1", "laterality left; complaint", "neck"),
        ("history", "f1", "complaint", " pain"),
    ]


def test_what_does_not_count_is_marked_as_such():
    text = "No disc herniation."
    page = render(report_on(text, found(text, "disc herniation", "etiology", assertion="negated")), "html", text=text)
    assert marks(page) == [("uncounted", "f0", "etiology [negated]", "disc herniation")]


def test_a_gap_without_evidence_rests_on_its_anchor(report, text):
    page = render(report, "html", text=text)
    at = text.index("Possible")
    assert f'data-rests="a{at}-{at + 8}"' in page
    assert ("anchor", f"a{at}-{at + 8}", "", "Possible") in marks(page)


def test_whatever_a_note_holds_is_escaped():
    text = "<script>alert(1)</script> & \"'"
    page = render(report_on(text), "html", text=text)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;&#39;" in page
    assert page.count("<script>") == 1


def test_no_address_is_named_in_the_page(report, text):
    assert re.findall(r"(?:https?:)?//[a-z]", render(report, "html", text=text)) == []


def test_one_page_for_several_reports(report, text):
    page = "".join(RENDERERS["html"]([Checked(report, text), Checked(report)]))
    assert (page.count("<html"), page.count("</html>"), page.count("<section")) == (1, 1, 2)
    assert page.count("The text of the note is not at hand.") == 1


def test_a_long_note_stays_below_a_megabyte(real_checker):
    from chartgap.model import Claim, Note  # noqa: PLC0415

    text = ("Neck pain radiating down the right arm. Spurling's positive right. Biceps 1+ on the left. " * 400)[:30_000]
    report = real_checker.check(Note(id="n", text=text, claim=Claim(codes=("M54.12", "M54.2"))))
    assert len(render(report, "html", text=text).encode()) < 1_000_000


def test_an_encounter_shows_every_note_with_its_own_marks():
    texts = {"visit": "Neck pain.", "x<y": "Neck pain\r\nand numbness.", "gone": ""}
    del texts["gone"]
    findings = (
        found(texts["visit"], "Neck pain", "complaint", note_id="visit"),
        found(texts["x<y"], "numbness", "numbness", note_id="x<y"),
    )
    report = report_on("", *findings).model_copy(update={"note_ids": ("visit", "x<y", "gone")})
    page = "".join(RENDERERS["html"]([Checked(report, None, texts)]))
    assert [mark[1:] for mark in marks(page)] == [
        ("f0", "complaint", "Neck pain"),
        ("f1", "numbness", "numbness"),
    ]
    assert re.findall(r'<div class="note"[^>]* aria-label="([^"]*)"', page) == ["Note visit", "Note x&lt;y"]
    assert page.count("The text of the note is not at hand.") == 1


def test_the_same_place_in_two_notes_of_an_encounter_is_told_apart(report, text):
    (query,) = report.queries
    indicators = tuple(item.model_copy(update={"note_id": "b"}) for item in query.indicators)
    changed = report.model_copy(
        update={
            "note_ids": ("a", "b"),
            "findings": tuple(item.model_copy(update={"note_id": "b"}) for item in report.findings),
            "queries": (query.model_copy(update={"indicators": indicators}),),
        }
    )
    page = "".join(RENDERERS["html"]([Checked(changed, None, {"a": text, "b": text})]))
    first, second = re.findall(r'<div class="note".*?</div>', page, re.S)
    (start, end) = (indicators[0].start, indicators[0].end)
    assert f"a1-{start}-{end}" in second
    assert "data-of" not in first
    assert f'data-rests="a1-{start}-{end}"' in page
