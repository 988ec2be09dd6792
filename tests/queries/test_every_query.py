"""Zero problems in any query that can be emitted: all wordings, all codes, any gaps and alerts together."""

from itertools import chain, combinations, cycle

import pytest
from asked import EVERYTHING, alert, told
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chartgap.assess.lint_query import lint_query
from chartgap.assess.queries import ask, worded
from chartgap.assess.record import Record
from chartgap.knowledge.derived import Deriver
from chartgap.model import Claim, Indicator, Note
from chartgap.render import RENDERERS, Checked, render
from chartgap.render.as_prompt import query_text
from notes import CODES, SYNTHETIC, load_notes

SENTENCES = [
    *("Neck pain down the left arm.", "Denies numbness.", "Denies trauma.", "He was in a car crash last week."),
    *("Spurling's positive on the right.", "Biceps reflex 1+ on the left.", "Hoffmann's positive."),
    *("MRI of the cervical spine: C5-6 disc herniation, osteophytes, foraminal stenosis.",),
    *("Chronic pain for 5 months.",),
    *("X-ray: loss of cervical lordosis.", "History of rheumatoid arthritis.", "Status post cervical fusion in 2019."),
    *("Insurance denied the MRI.", 'He says "the audit" hurts.', "Mother had sepsis.", "Prior visit: neck pain."),
    *("Assessment: Likely cervical radiculopathy.", "Assessment: Neck pain."),
    *("Assessment: Right cervical radiculopathy.", "Assessment: Closed fracture of C5."),
    *("Assessment: Cervical sprain.",),
    *("Assessment: Secondary cervical kyphosis.", "Assessment: Stenosis of the canal at the craniovertebral junction."),
    *("Assessment: Cervical facet syndrome.", "Plan: no cervical radiculopathy.", "Assessment: C5-6 disc herniation."),
    *("Assessment: Spinal cord injury at C5.", "Assessment: Cervical stenosis.", "Assessment: Cervical scoliosis."),
]  # fmt: skip
NAMES = [
    *('=HYPERLINK("http://x")', "“a”", "a\nTitle: b", "«»", "what?", "[x] a", "a (b), c", "Title: payer", "\u202eb"),
    *(
        "payer.txt",
        "audit",
        "Payer Audit 2",
        "/data/medicare audits/denial, 2.txt",
        "sepsis",
        "prior visit",
        "criteria",
    ),
]
"""Of notes. What a note is called is no word of the query."""
ANSWERED = frozenset({"XC-NECK-02", "XC-RAD-07"})
"""Alerts whose question the note above answers."""
STATUSES = ("missing", "partial", "conflicting")


def problems(queries, rules, text, *, seen=None):
    """Of our queries, as JSON and as plain text, against the note that they are about; each wording once if `seen`."""
    record = Record([text])
    fresh = []
    for query in queries:
        wording = (text, query.template, query.options, query.indicators)
        if seen is None or wording not in seen:
            fresh.append(query)
        if seen is not None:
            seen.add(wording)
    texts = [text for query in fresh for text in (query.model_dump_json(), query_text(query))]
    return [(text, item) for text in texts for item in lint_query(text, rules, record=record)]


def every_subset(items):
    return chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))


def test_every_wording_with_any_of_its_options(catalog):
    """All that varies in a query are its options and its quotes; the quotes are not what the linter judges."""
    quote = Indicator(quote="words", start=0, end=5, source="note n")
    count = 0
    for template in catalog.queries.templates:
        always = [option.text for option in template.options if option.asserts_nothing]
        for some in every_subset([option.text for option in template.options if not option.asserts_nothing]):
            options = [option.text for option in template.options if option.text in {*always, *some}]
            query = worded(template, options, (quote,), id="q", code="", requirement_ids=(), rules_version="r")
            found = problems([query], catalog.query_rules, "words")
            assert [item for _, item in found if item.severity == "error"] == []
            count += 1
    assert count > 150


def test_a_prompt_and_a_questionnaire_pass_whatever_the_note_is_called(real_checker, catalog):
    text = 'Remote whiplash, "bad". Assessment: Neck pain.'
    for id_ in NAMES:
        report = real_checker.check(Note(id=id_, text=text, claim=Claim(codes=("M54.2",))))
        assert report.queries
        for output in ("prompt", "fhir", "json", "jsonl"):
            said = render(report, output, text=text)
            assert lint_query(said, catalog.query_rules, record=Record([text])) == ()


def test_several_notes_in_one_prompt_and_in_one_encounter(real_checker, catalog):
    text = 'Remote whiplash, "bad". Assessment: Neck pain.'
    dated = {"text": text, "date": "2026-05-01", "encounter_id": "audit e", "claim": Claim(codes=("M54.2",))}
    notes = [Note(id=id_, **dated) for id_ in ("payer a", "payer a", "audit")]
    one_by_one = "".join(RENDERERS["prompt"](Checked(real_checker.check(note), note.text) for note in notes))
    together = real_checker.check_encounter(notes)
    for said in (one_by_one, *(render(together, output) for output in ("prompt", "fhir", "json"))):
        assert lint_query(said, catalog.query_rules, record=Record([text])) == ()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("The symptom quoted is", "For the audit: the symptom quoted is"),
        ("Documentation clarification: n", "Documentation clarification: for the audit"),
        ("Documentation clarification: n\n", "Documentation clarification: audit\n\n"),
        ("(note n, assessment", "(note n, for the audit, assessment"),
        ("(note n, assessment", "(audit n, assessment"),
        ("[ ] Unable", "[ ] Audit\n[ ] Unable"),
        ("Query structural", "Audit (note n, x, characters 1 to 2)\nQuery structural"),
    ],
)
def test_the_words_around_a_name_are_looked_at(real_checker, catalog, ours, theirs):
    text = "Remote whiplash.\nAssessment: Neck pain."
    report = real_checker.check(Note(id="n", text=text, claim=Claim(codes=("M54.2",))))
    said = render(report, "prompt", text=text)
    assert ours in said
    assert [item.rule for item in lint_query(said.replace(ours, theirs), catalog.query_rules)] == [5]


def test_the_source_of_an_indicator_in_json_is_looked_at(real_checker, catalog):
    text = "Remote whiplash.\nAssessment: Neck pain."
    said = real_checker.check(Note(id="n", text=text, claim=Claim(codes=("M54.2",)))).queries[0].model_dump_json()
    assert lint_query(said, catalog.query_rules) == ()
    changed = said.replace('"note n, assessment"', '"note n, assessment, for the audit"')
    assert [item.rule for item in lint_query(changed, catalog.query_rules)] == [5]


def test_every_query_of_every_synthetic_note(real_checker, catalog):
    """Each note claims five codes in depth and, in turn, a twentieth of all codes that have a file."""
    asked, known = 0, sorted(catalog.codes)
    for number, note in enumerate(load_notes(SYNTHETIC)):
        codes = tuple(dict.fromkeys((*CODES, *known[number % 20 :: 20])))
        queries = ask(*told(real_checker, note.text, codes), catalog.queries, policy=EVERYTHING).queries
        asked += len(queries)
        assert problems(queries, catalog.query_rules, note.text) == []
    assert asked > 200


def with_status(result, statuses):
    """The result with its rows' statuses replaced; each rests on what it did, or on the first finding."""
    turn = iter(statuses)
    rows = tuple(
        row.model_copy(update={"status": status, "evidence": row.evidence or (0,) * (status != "missing")})
        for row, status in zip(result.requirements, turn, strict=False)
    )
    return result.model_copy(update={"requirements": rows})


def one_gap_at_a_time(checker, pack, text, codes):
    """What is asked when one row of one code is a gap, each row in each status, and all others are met."""
    chart, so_far = told(checker, text, codes)
    for place, result in enumerate(so_far.codes):
        for status in STATUSES:
            for number in range(len(result.requirements)):
                statuses = ["met"] * len(result.requirements)
                statuses[number] = status
                changed = (*so_far.codes[:place], with_status(result, statuses), *so_far.codes[place + 1 :])
                yield ask(chart, so_far._replace(codes=changed), pack, policy=EVERYTHING).queries


def test_every_row_of_every_code_as_a_gap(real_checker, catalog):
    """In a note that has everything, and in the notes of the examples; every template is emitted by some."""
    everything = "\n".join(SENTENCES)
    asked = [example for item in catalog.queries.templates for example in item.examples if example.asked]
    notes = [*((everything, (code,)) for code in sorted(catalog.codes)), *((item.text, item.codes) for item in asked)]
    emitted, seen = set(), set()
    for text, codes in notes:
        for queries in one_gap_at_a_time(real_checker, catalog.queries, text, codes):
            assert problems(queries, catalog.query_rules, text, seen=seen) == []
            emitted.update(query.template for query in queries)
    by_alerts_alone = {
        item.id for item in catalog.queries.templates if all(trigger.alerts for trigger in item.raised_by)
    }
    assert {item.id for item in catalog.queries.templates} - emitted <= by_alerts_alone


def test_every_alert_that_asks(real_checker, catalog):
    text = "\n".join(SENTENCES)
    chart, so_far = told(real_checker, text, ("M54.12", "M54.2"))
    diagnosis = next(index for index, finding in enumerate(chart.findings) if finding.element == "diagnosis")
    for id_ in raising(catalog):
        rests = alert(id_, "M54.12").model_copy(update={"evidence": (diagnosis,)})
        raised = so_far._replace(codes=(), alerts=(rests,))
        queries = ask(chart, raised, catalog.queries, policy=EVERYTHING).queries
        assert problems(queries, catalog.query_rules, text) == []
        assert len(queries) == 1 or id_ in ANSWERED


def raising(catalog):
    return sorted({id_ for item in catalog.queries.templates for raise_ in item.raised_by for id_ in raise_.alerts})


@pytest.fixture(scope="module")
def deriver(catalog):
    return Deriver(catalog.icd, catalog.axes)


@pytest.fixture(scope="module")
def billable(catalog):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [code for letter in letters for code in catalog.icd.codes(letter) if catalog.icd.billable(code)]


SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(
    sentences=st.lists(st.sampled_from(SENTENCES), max_size=8),
    choice=st.lists(st.integers(0, 9999), min_size=1, max_size=3),
    statuses=st.lists(st.sampled_from(["met", *STATUSES]), min_size=1, max_size=9),
    more=st.lists(st.integers(0, 999), max_size=4),
)
def test_any_gaps_and_alerts_together(real_checker, catalog, sentences, choice, statuses, more):
    """Gaps as the note leaves them, and in addition any rows called missing and any alerts that ask something."""
    text = "\n".join(sentences)
    known = sorted(catalog.codes)
    codes = tuple(dict.fromkeys(known[number % len(known)] for number in choice))
    chart, so_far = told(real_checker, text, codes)
    turn = cycle(statuses)
    changed = tuple(
        result.model_copy(
            update={"requirements": tuple(row.model_copy(update={"status": next(turn)}) for row in result.requirements)}
        )
        for result in so_far.codes
    )
    ids = raising(catalog)
    raised = [alert(ids[number % len(ids)], codes[0]) for number in dict.fromkeys(more)]
    queries = ask(chart, so_far._replace(codes=changed, alerts=raised), catalog.queries, policy=EVERYTHING).queries
    assert problems(queries, catalog.query_rules, text) == []
    assert all(text[item.start : item.end] == item.quote for query in queries for item in query.indicators)


@SLOW
@given(data=st.data(), statuses=st.lists(st.sampled_from(["met", *STATUSES]), min_size=1, max_size=6))
def test_any_code_of_the_tabular(real_checker, catalog, deriver, billable, data, statuses):
    """A note that says the title, and any of the rows that are read off it called a gap."""
    codes = tuple(dict.fromkeys(data.draw(st.lists(st.sampled_from(billable), min_size=1, max_size=3))))
    assume(any(deriver.rows(code) for code in codes))
    text = " ".join(f"Assessment: {catalog.icd.title(code)}." for code in codes)
    chart, so_far = told(real_checker, text, codes)
    turn = cycle(statuses)
    changed = tuple(with_status(result, (next(turn) for _ in result.requirements)) for result in so_far.codes)
    queries = ask(chart, so_far._replace(codes=changed), catalog.queries, policy=EVERYTHING).queries
    assert problems(queries, catalog.query_rules, text) == []
