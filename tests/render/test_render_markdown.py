from chartgap.model import Report
from chartgap.render import RENDERERS, Checked, render


def test_the_whole_report(report, text):
    assert (
        render(report, "markdown", text=text)
        == r"""# n1 (encounter e1)

**Error:** M54.1: header

**Note:** A notice.

## M54.12 Radiculopathy, cervical region: incomplete

| status | requirement | what | evidence | source |
|---|---|---|---|---|
| conflicting | M54.12.onset | Two dates. (required, code assignment) | line 2, hpi: "Neck \[bold\]pain\[/bold\] :smile: radiating"; line 5, assessment: "cervical radiculopathy" \[uncertain\] | source of onset |
| missing | M54.12.laterality | Not documented; this needs left or right. (required, code assignment) | at line 5 | source of laterality |
| partial | M54.12.diagnosis | Uncertain wording. (recommended, code assignment) | line 5, assessment: "cervical radiculopathy" \[uncertain\] | source of diagnosis (not verified) |
| met | M54.12.region |  | line 2, hpi: "Neck \[bold\]pain\[/bold\] :smile: radiating" |  |

Not applicable: M54.12.imaging

## Alerts

| severity | alert | codes | message | evidence | source |
|---|---|---|---|---|---|
| error | XC-DX-01 | M54.12, M54.2 | Uncertain diagnosis. | line 5, assessment: "cervical radiculopathy" \[uncertain\] | G IV.H |

## Query: Side of arm symptoms

Q-1 (M54.12.laterality)

- line 5, assessment: "cervical radiculopathy"

Which side?

- [ ] Left
- [ ] Right

"""  # noqa: E501  # tables have long lines
    )


def test_nothing_in_a_note_becomes_markup():
    report = Report(note_id="<b>*n*</b> [x](y) a|b", software_version="0", knowledge_version="k")
    assert render(report, "markdown") == r"# &lt;b&gt;\*n\*&lt;/b&gt; \[x\](y) a\|b" + "\n\n"


def test_one_section_a_report(report):
    output = "".join(RENDERERS["markdown"]([Checked(report), Checked(report)]))
    assert [line for line in output.splitlines() if line.startswith("# ")] == ["# n1 (encounter e1)"] * 2
