"""A scribe's draft: what can still be added, and what is different since the last time."""

import pytest

from chartgap.assess.drafts import drafted
from chartgap.assess.lint_query import lint_query
from chartgap.errors import PatternError
from chartgap.knowledge.drafts import leads, load_drafts
from chartgap.model import GAPS, Claim, Note
from chartgap.service.office import Shelf
from notes import SYNTHETIC, load_notes

FIRST = "HPI: Neck pain radiating down the arm.\nAssessment: Cervical radiculopathy."
THEN = "HPI: Neck pain radiating down the right arm for 8 weeks.\nAssessment: Right cervical radiculopathy."
NOTES = load_notes(SYNTHETIC, codes=("M54.12", "M54.2"))


def test_the_examples_come_out_as_they_say(catalog, real_checker):
    for example in catalog.drafts.examples:
        report = real_checker.check(Note(id="n", text=example.text, claim=Claim(codes=example.codes)))
        draft = drafted(report, catalog.drafts, catalog.query_rules)
        assert tuple(item.element for item in draft.items) == example.items


def test_a_draft_over_http_is_the_same(real, catalog, real_checker):
    answer = real.check(text=FIRST, codes=["M54.12"], draft=True)
    report = real_checker.check(Note(id="note", text=FIRST, claim=Claim(codes=("M54.12",))))
    assert answer.text == drafted(report, catalog.drafts, catalog.query_rules).model_dump_json()
    assert (
        answer.headers["chartgap-report-id"] == real.check(text=FIRST, codes=["M54.12"]).headers["chartgap-report-id"]
    )


def test_an_item_tells_where_it_comes_from(real):
    draft = real.check(text=FIRST, codes=["M54.12"], draft=True).json()
    side = draft["items"][0]
    assert (side["element"], side["effort"], side["prompt"]) == ("laterality", "word", "The side, where there is one.")
    (gap,) = side["gaps"]
    assert (gap["code"], gap["requirement_id"], gap["status"]) == ("M54.12", "M54.12.laterality", "missing")
    assert gap["reason"] == "Not documented."
    assert gap["source"]
    assert FIRST[gap["anchor_start"] : gap["anchor_end"]] == "Cervical radiculopathy"
    (cause,) = (item for item in draft["items"] if item["element"] == "etiology")
    assert cause["query_id"] in {query["id"] for query in draft["queries"]}


def test_a_study_is_asked_about_only_where_the_note_mentions_one(real):
    silent = real.check(text=FIRST, codes=["M54.12"], draft=True).json()
    assert "imaging" not in {item["element"] for item in silent["items"]}
    assert "M54.12.imaging" in silent["not_offered"]
    told = real.check(text=f"{FIRST}\nImaging: MRI was reviewed.", codes=["M54.12"], draft=True).json()
    assert "imaging" in {item["element"] for item in told["items"]}


@pytest.mark.parametrize("note", NOTES[::4], ids=lambda note: note.id)
def test_every_gap_is_offered_or_named_and_nothing_leads(note, catalog, real_checker):
    report = real_checker.check(note)
    draft = drafted(report, catalog.drafts, catalog.query_rules)
    offered = [gap.requirement_id for item in draft.items for gap in item.gaps]
    open_ = [row.id for code in report.codes for row in code.requirements if row.status in GAPS]
    assert sorted([*offered, *draft.not_offered]) == sorted(open_)
    order = [catalog.drafts.order[item.effort] for item in draft.items]
    assert order == sorted(order)
    for item in draft.items:
        assert leads(item.prompt, catalog.query_rules) == []
        for gap in item.gaps:
            assert leads(gap.reason, catalog.query_rules) == []
            assert "this needs" not in gap.reason
            assert gap.code not in gap.reason
    for query in draft.queries:
        assert not [hit for hit in lint_query(query.model_dump_json(), catalog.query_rules) if hit.severity == "error"]


@pytest.mark.parametrize(
    ("says", "problem"),
    [
        ("Please agree that it is so.", "rule 6: implies that agreement is expected"),
        ("Sepsis, if present.", "names a condition: sepsis"),
        ("It raises reimbursement.", "rule 5: mentions payment"),
    ],
)
def test_a_prompt_that_leads_is_refused(tmp_path, root, catalog, says, problem):
    text = (root / "patterns/drafts.yaml").read_text()
    (tmp_path / "drafts.yaml").write_text(text.replace("The side, where there is one.", says, 1))
    with pytest.raises(PatternError) as error:
        load_drafts(tmp_path, rules=catalog.query_rules, axes=catalog.axes.axes)
    assert problem in [item.message for item in error.value.problems if item.id == "laterality"]


def test_an_element_without_prompt_and_a_prompt_without_element_are_refused(tmp_path, root, catalog):
    text = (root / "patterns/drafts.yaml").read_text().replace("  laterality: {", "  lateralty: {")
    (tmp_path / "drafts.yaml").write_text(text)
    with pytest.raises(PatternError) as error:
        load_drafts(tmp_path, rules=catalog.query_rules, axes=catalog.axes.axes)
    assert [(item.id, item.message) for item in error.value.problems] == [
        ("laterality", "has no prompt"), ("lateralty", "is no element"),
    ]  # fmt: skip


def test_since_an_id(real):
    first = real.check(text=FIRST, codes=["M54.12"])
    then = real.check(text=THEN, codes=["M54.12"], since=first.headers["chartgap-report-id"]).json()
    assert then["since"] == first.headers["chartgap-report-id"]
    assert set(then["rows"]["resolved"]) >= {"M54.12.laterality"}
    assert not set(then["rows"]["resolved"]) & set(then["rows"]["open"])
    assert then["report"] == real.check(text=THEN, codes=["M54.12"]).json()
    assert then["draft"] is None
    rows = {row["id"]: row["status"] for row in then["report"]["codes"][0]["requirements"]}
    assert {id_ for id_, status in rows.items() if status in GAPS} == {*then["rows"]["new"], *then["rows"]["open"]}


def test_since_a_text_is_the_same(real):
    id_ = real.check(text=FIRST, codes=["M54.12"]).headers["chartgap-report-id"]
    by_id = real.check(text=THEN, codes=["M54.12"], since=id_).json()
    by_text = real.check(text=THEN, codes=["M54.12"], since=FIRST).json()
    assert by_text.pop("since") is None
    assert by_id.pop("since") == id_
    assert by_text == by_id


def test_since_the_same_text_nothing_has_changed(real):
    same = real.check(text=FIRST, codes=["M54.12"], since=FIRST, draft=True).json()
    for part in ("rows", "alerts", "queries"):
        assert (same[part]["resolved"], same[part]["new"]) == ([], [])
    assert same["rows"]["open"]
    assert same["queries"]["open"] == ["clinical-validation (M54.12)", "cause-of-root-symptoms (M54.12)"]
    assert same["report"] is None
    assert same["draft"]["items"]


def test_a_query_about_other_words_is_the_same_question(real):
    changed = f"{FIRST[:-1]}, worse at night."
    told = real.check(text=changed, codes=["M54.12"], since=FIRST).json()
    assert told["queries"]["open"] == ["clinical-validation (M54.12)", "cause-of-root-symptoms (M54.12)"]
    assert told["queries"]["new"] == []


def test_a_report_that_is_not_remembered(quick):
    answer = quick.check(text="neck", since="0" * 32)
    assert answer.status_code == 404
    assert answer.json() == {
        "type": "urn:chartgap:problem:unknown-report", "title": "No report has this id here.", "status": 404,
        "detail": "reports are remembered for a while only: give the earlier text as `since`",
    }  # fmt: skip


@pytest.mark.parametrize("since", ["", "  ", "0" * 31, "0" * 33, " " + "0" * 32, "0123456789ABCDEF" * 2])
def test_an_id_with_a_slip_is_not_compared_with_as_a_text(quick, since):
    answer = quick.check(text="neck", since=since)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"key": "since", "reason": "neither the id of a report (32 of 0-9a-f) nor a text"}
    ]


def test_what_is_no_longer_asked_is_not_resolved(real):
    id_ = real.check(text=FIRST, codes=["M54.12"]).headers["chartgap-report-id"]
    told = real.check(text=FIRST, codes=["M54.2"], since=id_).json()
    for part in ("rows", "alerts", "queries"):
        assert told[part]["resolved"] == []
        assert told[part]["dropped"]
        assert not [item for item in told[part]["dropped"] if "M54.12" not in item]


def test_only_so_many_reports_are_remembered_and_no_text():
    shelf = Shelf(2)
    for key in "abc":
        shelf.put(key, key.encode())
    assert [shelf.get(key) for key in "abc"] == [None, b"b", b"c"]
    shelf.get("b")
    shelf.put("d", b"d")
    assert [shelf.get(key) for key in "bcd"] == [b"b", None, b"d"]


def test_what_is_remembered_holds_no_word_of_the_note(real):
    real.check(text="Quackenbush has neck pain. Assessment: Neck pain.", codes=["M54.2"])
    kept = real.office._marks._kept
    assert kept
    assert not [value for value in kept.values() if b"uackenbush" in value or b"neck pain" in value.lower()]


def test_an_earlier_text_that_is_too_long(quick):
    assert quick.check(text="neck", since="x" * 50_001).status_code == 413
