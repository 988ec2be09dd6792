"""Which queries a note gets: only what affects the code or its validity, never without a quote, capped, not twice."""

import re

import asked
import pytest
from asked import alert

from chartgap.assess.queries import DEFAULT_POLICY, Policy, ask, query_id
from chartgap.checker import Checker
from chartgap.knowledge.queries import OTHER, UNABLE
from chartgap.model import Claim, Note

TEXT = """HPI: Neck pain that shoots down the left arm for 8 weeks. Denies trauma.
He was in a car crash last week. History of rheumatoid arthritis.
Assessment: Likely right cervical radiculopathy. Neck pain.
"""
CODES = ("M54.12", "M54.2")


def told(checker, text, codes=CODES):
    return asked.told(checker, text, codes)


@pytest.fixture(scope="module")
def pack(catalog):
    return catalog.queries


@pytest.fixture(scope="module")
def everything(real_checker, pack):
    return ask(*told(real_checker, TEXT), pack, policy=Policy(most=99)).queries


def test_queries_come_in_the_order_of_their_priority(everything, pack):
    order = [template.id for template in pack.templates]
    asked = [query.template for query in everything]
    assert asked == sorted(asked, key=order.index)
    assert len(asked) > 3


def test_every_query_names_its_rules_and_how_to_answer(everything, pack):
    for query in everything:
        assert query.rules_version == pack.version
        assert query.options[-2:] == (OTHER, UNABLE)
        assert [field.name for field in query.response_fields] == ["answer", "details", "responder", "answered_at"]


def test_indicators_are_verbatim_with_section_and_source(everything):
    for query in everything:
        assert query.indicators
        for item in query.indicators:
            assert TEXT[item.start : item.end] == item.quote
            assert item.source.startswith("note n, ")


def test_the_same_question_of_two_codes_is_asked_once(real_checker, pack):
    text = "HPI: No injury.\nHe was in a car crash last week.\nAssessment: Neck pain. Cervical radiculopathy."
    queries = ask(*told(real_checker, text), pack, policy=Policy(most=99)).queries
    (query,) = (query for query in queries if query.template == "trauma")
    assert set(query.requirement_ids) == {"M54.12.trauma_status", "M54.2.trauma_status"}
    assert (query.code, query.related_codes) == ("M54.12", ("M54.2",))


def test_support_gaps_stay_items_of_the_worklist(real_checker, everything):
    _, so_far = told(real_checker, TEXT)
    support = {row.id for code in so_far.codes for row in code.requirements if row.basis != "code_assignment"}
    asked = {id_ for query in everything for id_ in query.requirement_ids}
    assert asked & support == {"M54.12.laterality"}  # left arm, right radiculopathy: the diagnosis itself is in doubt


def test_nothing_is_asked_without_words_to_quote(real_checker, pack):
    assert ask(*told(real_checker, "Wheezing for two days. Albuterol."), pack).queries == ()


def test_at_most_three_and_what_is_held_back_is_told(real_checker, everything, pack):
    got = ask(*told(real_checker, TEXT), pack)
    assert [query.id for query in got.queries] == [query.id for query in everything[:3]]
    (notice,) = got.notices
    assert f"{len(everything) - 3} more" in notice
    assert all(query.title in notice for query in everything[3:])


def test_none_at_all(real_checker, pack):
    assert ask(*told(real_checker, TEXT), pack, policy=Policy(most=0)) == ((), ())


def test_a_settled_query_makes_room_for_the_next(real_checker, everything, pack):
    first = everything[0]
    policy = Policy(settled={first.id: "answered"})
    got = ask(*told(real_checker, TEXT), pack, policy=policy)
    assert [query.id for query in got.queries] == [query.id for query in everything[1:4]]
    assert f"not asked again: {first.title} ({first.id}, answered)" in got.notices


def test_ids_are_stable_and_tell_nothing_of_the_note(real_checker, everything, pack):
    amended = ask(*told(real_checker, TEXT + "\nPlan: ibuprofen."), pack, policy=Policy(most=99)).queries
    assert [query.id for query in amended] == [query.id for query in everything]
    assert query_id("a", "trauma") != query_id("b", "trauma")
    assert query_id("a", "trauma", "", "Fell.") != query_id("a", "trauma", "", "Crashed.")
    assert "Smith" not in query_id("Smith", "trauma")


def test_an_alert_that_only_joins_raises_nothing(real_checker, pack):
    chart, so_far = told(real_checker, "No injury. Assessment: Cervical radiculopathy.", ("M54.12",))
    queries = ask(chart, so_far._replace(alerts=[alert("XC-RAD-01", "M54.12")]), pack).queries
    assert all("XC-RAD-01" not in query.alert_ids for query in queries)
    chart, so_far = told(real_checker, "Remote whiplash. Assessment: Cervical radiculopathy.", ("M54.12",))
    queries = ask(chart, so_far._replace(alerts=[alert("XC-RAD-01", "M54.12")]), pack).queries
    assert any("XC-RAD-01" in query.alert_ids for query in queries)


SWAP = ("M54", "radiculopathy", "cervicalgia", "radiculitis")


@pytest.mark.parametrize("id_", ["XC-DX-02", "XC-DX-03", "XC-NECK-01"])
@pytest.mark.parametrize("code", ["M54.12", "M54.2"])
def test_no_swap_of_neck_pain_and_radiculopathy_is_offered(real_checker, pack, id_, code):
    signs = "Pain radiates to the right hand. Spurling's positive on the right."
    text = f"{signs} Assessment: Neck pain. Radiculopathy, cervical."
    chart, so_far = told(real_checker, text, (code,))
    queries = ask(chart, so_far._replace(alerts=[alert(id_, code)]), pack, policy=Policy(most=99)).queries
    (query,) = (query for query in queries if id_ in query.alert_ids)
    said = " ".join((query.title, query.problem, query.question, *query.options)).lower()
    assert not [word for word in SWAP if word.lower() in said]


def test_every_row_that_decides_a_code_is_asked_about_or_named_here(catalog):
    # The codes on the claim, and their order, are not the provider's; neither is a code that does not fit what is
    # documented (a radiculopathy beside M47.812, a vertebra named under S12.9, a condition under M53.9, a form of
    # fracture, a claudication or a kind of sciatica that is not stated).
    not_asked = {"sequencing", "associated", "cord_injury", "site_code", "rule_out", "specificity", "form"}
    not_asked |= {"claudication", "lumbago", "sciatica", "site"}
    rows = [row for item in catalog.codes.values() for row in item.requirements if row.basis == "code_assignment"]
    silent = [row.id for row in rows if not catalog.queries.for_row(row.id)]
    assert {id_.rpartition(".")[2] for id_ in silent if not re.fullmatch(r"S12\.9XX.\.level", id_)} == not_asked


def titled(checker, pack, text, *codes):
    return ask(*told(checker, text, codes), pack, policy=Policy(most=99)).queries


def test_what_a_title_needs_is_asked(real_checker, pack):
    (query,) = titled(real_checker, pack, "Assessment: Shoulder pain.", "M25.511")
    assert (query.template, query.requirement_ids, query.code) == ("title-side", ("M25.511.side",), "M25.511")


def test_two_codes_of_one_category_are_asked_about_once(real_checker, pack):
    (query,) = titled(real_checker, pack, "Assessment: Shoulder pain.", "M25.511", "M25.512")
    assert query.requirement_ids == ("M25.511.side", "M25.512.side")
    assert query.related_codes == ("M25.512",)


def test_two_conditions_are_asked_about_each_by_itself(real_checker, pack):
    text = "Assessment: Shoulder pain.\nOsteoarthritis of the knee."
    queries = titled(real_checker, pack, text, "M25.511", "M17.11")
    assert [query.template for query in queries] == ["title-side"] * 2
    assert [[item.quote for item in query.indicators] for query in queries] == [[line] for line in text.split("\n")]
    assert len({query.id for query in queries}) == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Assessment: Left shoulder pain.", "M25.511"),  # the note answers; the code is wrong
        ("Assessment: Shoulder pain.", "M25.519"),  # what a title leaves open is a tip
        ("Exam: Knee with full range of motion.", "M17.11"),  # nothing is said of the condition
        ("Assessment: No shoulder pain.", "M25.511"),
        ("HPI: Shoulder pain.\nAssessment: Asthma.", "M25.511"),
        ("Mother had osteoarthritis of the knee.", "M17.11"),
    ],
)
def test_what_is_not_asked_of_titles(real_checker, pack, text, code):
    assert titled(real_checker, pack, text, code) == ()


def test_every_axis_that_decides_a_code_is_asked_about_or_named_here(catalog):
    # How a poisoning came about is asked of codes whose title names no place, and so nothing of the note is quoted.
    silent = {name for name, axis in catalog.axes.axes.items() if axis.basis == "code_assignment"}
    silent -= {axis for item in catalog.queries.templates for trigger in item.raised_by for axis in trigger.titles}
    assert silent == {"intent"}


def test_the_checker_asks_about_titles(catalog):
    note = Note(id="n", text="Assessment: Shoulder pain.", claim=Claim(codes=("M25.511",)))
    assert [query.template for query in Checker(catalog).check(note).queries] == ["title-side"]


def test_the_checker_asks(catalog):
    note = Note(id="n", text=TEXT, claim=Claim(codes=CODES))
    report = Checker(catalog).check(note)
    assert len(report.queries) == DEFAULT_POLICY.most
    assert any("held back" in notice for notice in report.notices)
