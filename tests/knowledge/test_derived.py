"""What titles ask: 200 and more read by hand, all of them counted."""

from pathlib import Path

import pytest
import yaml

from chartgap.errors import PatternError
from chartgap.knowledge.axes import load_axes
from chartgap.knowledge.coverage import coverage
from chartgap.knowledge.derived import DerivedRow, Deriver
from chartgap.knowledge.icd10cm import load_icd10cm

ROOT = Path(__file__).resolve().parents[2]
READ = yaml.safe_load((Path(__file__).parent / "data/titles.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def deriver() -> Deriver:
    return Deriver(load_icd10cm(), load_axes(ROOT / "patterns"))


def said(row: DerivedRow) -> str:
    """As tests/knowledge/data/titles.yaml writes it."""
    if row.kind in {"with", "without"}:
        return row.needs.split(", in the title")[0].removeprefix("the absence of ")
    return "?" if row.kind == "open" else ("&" if row.every else "|").join(row.claimed)


@pytest.mark.parametrize("code", READ)
def test_a_title_asks_what_was_read_in_it(deriver, code):
    rows = {row.id.removeprefix(f"{code}."): said(row) for row in deriver.rows(code) if row.axis != "external_cause"}
    assert rows == READ[code]


def test_more_than_200_titles_of_every_chapter_were_read():
    chapters = {load_icd10cm().ancestors(code)[-1] for code in READ}
    assert len(READ) > 200
    assert len([code for code in READ if READ[code]]) > 200
    assert chapters == {str(number) for number in range(1, 23)}


@pytest.mark.slow
def test_how_many_of_all_codes_are_asked_anything(deriver):
    counts = coverage(load_icd10cm(), deriver, ())
    assert counts.billable == 74719
    assert counts.derived + sum(counts.bare.values()) == counts.billable
    assert (counts.derived, counts.required) == (66766, 64919)


def test_ids_sources_and_levels(deriver):
    rows = {row.id: row for row in deriver.rows("S52.514A")}
    assert list(rows) == [
        *("S52.514A.displacement", "S52.514A.encounter", "S52.514A.external_cause"),
        *("S52.514A.open_closed", "S52.514A.side", "S52.514A.site"),
    ]
    assert rows["S52.514A.side"].source == "ICD-10-CM Tabular, April 2026, S52.514A title"
    assert rows["S52.514A.external_cause"].source == "ICD-10-CM Tabular, April 2026, note at chapter 19"
    assert (rows["S52.514A.side"].level, rows["S52.514A.side"].basis) == ("required", "code_assignment")
    assert (rows["S52.514A.external_cause"].level, rows["S52.514A.external_cause"].basis) == ("recommended", "support")


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("S52.514A", True),
        ("S52.514S", False),  # of a late effect the cause is the old injury
        ("T40.2X1A", False),  # says how it came about
        ("T81.31XA", False),  # a complication of care
        ("M25.511", False),
    ],
)
def test_the_external_cause_is_asked_of_injuries(deriver, code, asked):
    assert (f"{code}.external_cause" in {row.id for row in deriver.rows(code)}) is asked


def test_a_default_holds_where_the_tabular_has_the_note(deriver):
    default = {row.id: row.default for row in deriver.rows("S52.511A")}
    assert default["S52.511A.open_closed"] == (
        "Not stated; S52 has the note: A fracture not indicated as open or closed should be coded to closed."
    )
    assert "S52 has the note" in (default["S52.511A.displacement"] or "")
    assert {row.id: row.default for row in deriver.rows("S52.511B")}["S52.511B.open_closed"] is None
    assert {row.id: row.default for row in deriver.rows("T40.2X1A")}["T40.2X1A.intent"] is None
    assert {row.id: row.default for row in deriver.rows("T51.0X1A")}["T51.0X1A.intent"] is not None


def test_what_a_title_leaves_open_names_the_codes_beside_it(deriver):
    rows = {row.id: row for row in deriver.rows("M25.519")}
    assert rows["M25.519.side"].alternatives == ("M25.511", "M25.512")
    assert (rows["M25.519.side"].level, rows["M25.519.side"].basis) == ("recommended", "support")


AXIS = """
axis: side
about: a
asks: the side
near: site
level: required
basis: support
values: [{value: right, title: [right]}]
examples: [{code: A, text: t, status: met}, {code: A, text: t, status: met}, {code: A, text: t, status: met}]
"""
SITES = "about: a\nsites: [{site: knee, title: [knee]}]\n"
TERMS = "about: a\nempty: of the\nterms: {fracture: [fx]}\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("side", "asks: the side", "ask: the side", ("derived/side.yaml", "ask", "Extra inputs")),
        ("side", "axis: side", "axis: sides", ("derived/side.yaml", "axis", "must equal the file's name, side")),
        ("side", "near: site", "near: knee", ("derived/side.yaml", "near", "Input should be")),
        ("side", "[right]", '["{right"]', ("derived/side.yaml", "values.0.title", "not closed")),
        ("side", "basis:", "satisfied_by: {right: [both]}\nbasis:", ("derived/side.yaml", "values", "both")),
        ("side", "basis:", "default: {value: left, note: n}\nbasis:", ("derived/side.yaml", "values", "left")),
        ("words/sites", "title: [knee]", "title: [knee], within: leg", ("derived/words/sites.yaml", "within", "leg")),
        ("words/terms", "[fx]", "fx", ("derived/words/terms.yaml", "terms.fracture", "valid tuple")),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_and_key(tmp_path, file, old, new, problem):
    texts = {"side": AXIS, "words/sites": SITES, "words/terms": TERMS}
    assert old in texts[file]
    texts[file] = texts[file].replace(old, new, 1)
    (tmp_path / "derived/words").mkdir(parents=True)
    for name, text in texts.items():
        (tmp_path / f"derived/{name}.yaml").write_text(text)
    with pytest.raises(PatternError) as caught:
        load_axes(tmp_path)
    assert any((p.file, p.key) == problem[:2] and problem[2] in p.message for p in caught.value.problems), str(
        caught.value
    )
