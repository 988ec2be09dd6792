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
  met             M54.12.region
                  line 2, hpi: "Neck [bold]pain[/bold] :smile: radiating"
  not applicable
                  M54.12.imaging

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
