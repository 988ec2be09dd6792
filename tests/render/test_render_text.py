import json
from csv import DictReader
from io import StringIO

from chartgap.model import Explanation, Indicator
from chartgap.render import Screen, render


def test_the_whole_report(report, text):
    assert (
        render(report, "text", text=text)
        == """\
n1 (encounter e1)
  error: M54.1: header
  note: A notice.

M54.12  Radiculopathy, cervical region  INCOMPLETE
  conflicting     M54.12.onset (required, code assignment)
                  Two dates.
                  source: source of onset
                  line 2, hpi: "Neck [bold]pain[/bold] :smile: radiating"
                  line 5, assessment: "cervical radiculopathy" [uncertain]
  missing         M54.12.laterality (required, code assignment)
                  Not documented; this needs left or right.
                  source: source of laterality
                  at line 5
  partial         M54.12.diagnosis (recommended, code assignment)
                  Uncertain wording.
                  source: source of diagnosis (not verified)
                  line 5, assessment: "cervical radiculopathy" [uncertain]

Alerts
  error           XC-DX-01 (M54.12, M54.2)
                  Uncertain diagnosis.
                  source: G IV.H
                  line 5, assessment: "cervical radiculopathy" [uncertain]

Queries
  Side of arm symptoms  Q-1 (M54.12.laterality)
    line 5, assessment: "cervical radiculopathy"
    Which side?
    [ ] Left
    [ ] Right

M54.12, documented
  met             M54.12.region
                  line 2, hpi: "Neck [bold]pain[/bold] :smile: radiating"
  not applicable
                  M54.12.imaging

Findings: diagnosis 1, region 1; 1 not counted as documentation

"""
    )


def test_without_the_notes_text_there_are_offsets(report):
    output = render(report, "text")
    assert 'offset 6, hpi: "Neck [bold]pain[/bold] :smile: radiating"' in output


def test_colour_only_where_it_is_wanted(report, text):
    assert "\x1b[" not in render(report, "text", text=text)
    coloured = render(report, "text", text=text, screen=Screen(colour=True))
    assert "\x1b[1;31mmissing" in coloured
    assert '"Neck [bold]pain[/bold] :smile: radiating"' in coloured


def test_lines_are_broken_to_the_width(report, text):
    output = render(report, "text", text=text, screen=Screen(width=60))
    assert all(len(line) <= 60 for line in output.splitlines())
    assert "                  Not documented; this needs left or right.\n" in output


def test_a_note_cannot_write_to_the_terminal(report, text):
    evil = report.findings[0].model_copy(update={"text": "Neck\x1b]0;title\x07 \u202epain"})
    output = render(report.model_copy(update={"findings": (evil, *report.findings[1:])}), "text", text=text)
    assert '"Neck�]0;title� �pain"' in output


def test_a_long_quote_is_cut(report, text):
    long = report.findings[0].model_copy(update={"text": "x" * 500})
    output = render(report.model_copy(update={"findings": (long, *report.findings[1:])}), "text", text=text)
    assert 'x…"' in output.replace("\n", "")
    assert output.count("x" * 500) == 0


def test_what_is_required_comes_before_what_is_recommended_and_a_quote_once(report, text):
    rows = report.codes[0].requirements
    optional = rows[2].model_copy(update={"id": "M54.12.level", "level": "recommended"})
    met = rows[0].model_copy(update={"evidence": (0, 0)})
    code = report.codes[0].model_copy(update={"requirements": (met, optional, rows[2])})
    output = render(report.model_copy(update={"codes": (code,), "alerts": (), "queries": ()}), "text", text=text)
    names = ("M54.12.laterality", "M54.12.level", "M54.12.region")
    assert sorted(names, key=output.index) == list(names)
    assert output.count("Neck [bold]pain[/bold]") == 1


def test_what_is_only_recommended_and_nowhere_in_the_note_is_named_in_one_line(report, text):
    required, optional = report.codes[0].requirements[2], []
    for name in ("level", "onset"):
        optional.append(required.model_copy(update={"id": f"M54.12.{name}", "level": "recommended"}))
    rested = optional[0].model_copy(update={"id": "M54.12.severity", "evidence": (0,)})
    code = report.codes[0].model_copy(update={"requirements": (*optional, required, rested)})
    output = render(report.model_copy(update={"codes": (code,)}), "text", text=text)
    assert (
        "  recommended     not documented, and not required:\n                  M54.12.level, M54.12.onset\n" in output
    )
    assert [output.count(row.id + " (") for row in (required, rested, *optional)] == [1, 1, 0, 0]
    explained = Explanation(requirement_id="M54.12.level", looked_for="a level", elements=("level",))
    output = render(report.model_copy(update={"codes": (code,), "explanations": (explained,)}), "text", text=text)
    assert "missing         M54.12.level (recommended" in output


def test_an_alert_shows_the_words_it_rests_on(report, text):
    start = text.index("radiating")
    words = Indicator(quote="radiating", start=start, end=start + 9, section="hpi")
    alert = report.alerts[0].model_copy(update={"evidence": (), "quotes": (words,)})
    anchored = alert.model_copy(update={"quotes": (), "anchor_start": start, "anchor_end": start + 9})
    for item, shown in ((alert, 'line 3, hpi: "radiating"'), (anchored, "at line 3")):
        told = report.model_copy(update={"alerts": (item,), "codes": (), "queries": ()})
        assert shown in render(told, "text", text=text)
        assert shown in render(told, "markdown", text=text)
        (row,) = (row for row in DictReader(StringIO(render(told, "csv", text=text))) if row["kind"] == "alert")
        assert (row["line"], row["start"], row["end"]) == ("3", str(start), str(start + 9))
        assert row["evidence"] == ('"radiating"' if item.quotes else "")
        page = render(told, "html", text=text)
        assert f'data-rests="a{start}-{start + 9}"' in page
        assert f'data-of="f0 a{start}-{start + 9}"' in page
    issue = json.loads(render(report.model_copy(update={"alerts": (alert,), "codes": (), "queries": ()}), "fhir"))
    (resource,) = (item["resource"] for item in issue["entry"] if item["resource"]["resourceType"] == "DetectedIssue")
    assert resource["evidence"][0]["code"] == [{"text": "radiating"}]
