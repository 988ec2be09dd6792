"""A plan at the end of a note that no heading announces, and the diagnosis above it."""

import pytest

from chartgap.extract.document.sections import Section
from chartgap.extract.document.unheaded import with_unheaded

STORY = "neck pain for 3 weeks. denies trauma.\nneck: tender on the left, spurling negative.\n"


def added(text, *sections):
    """The categories that are added, with their text."""
    found = with_unheaded(list(sections), text)[len(sections) :]
    return [(section.category, text[section.body_start : section.end].strip()) for section in found]


@pytest.mark.parametrize(
    "plan",
    [
        "naproxen 500 mg bid x 10 days. return in 2 weeks.",
        "physical therapy twice a week for 6 weeks, continue ibuprofen, rtc 4 weeks",
        "we will obtain an mri of the neck.",
        "- start gabapentin 300 mg at night\n- refer to pt\n- f/u 4 weeks",
        "naproxen 500 bid.\npt.\nrecheck in one month.",
    ],
)
def test_the_last_sentences_that_order_are_the_plan(plan):
    assert added(STORY + plan) == [("plan", plan)]


@pytest.mark.parametrize(
    "end",
    [
        "he tried naproxen 500 mg bid for 2 weeks.",
        "medications: naproxen 500 mg bid.",  # nothing is ordered
        "currently naproxen 500 mg bid.",
        "follow up of his neck pain was good.",
        "return in 2 weeks was advised, but he had no time. strength 5/5.",
    ],
)
def test_what_is_told_is_no_plan(end):
    assert added(STORY + end) == []


def test_a_diagnosis_on_the_line_above_is_the_assessment():
    assert added(STORY + "left c6 radiculopathy, improving.\ncontinue pt. return in 4 weeks.") == [
        ("assessment", "left c6 radiculopathy, improving."),
        ("plan", "continue pt. return in 4 weeks."),
    ]


def test_a_diagnosis_that_is_told_is_none():
    text = STORY + "his father has cervical stenosis.\ncontinue pt. return in 4 weeks."
    assert added(text) == [("plan", "continue pt. return in 4 weeks.")]


def test_a_judgement_and_its_plan_in_one_sentence_are_both():
    text = STORY + "i think of this as plain cervicalgia and have asked her to come back in three weeks."
    assert [category for category, _ in added(text)] == ["assessment_and_plan"]


@pytest.mark.parametrize("category", ["plan", "assessment_and_plan", "instructions", "operative", "medications"])
def test_a_note_with_a_heading_for_it_is_left_alone(category):
    text = STORY + "continue pt. return in 4 weeks."
    assert added(text, Section(category, 0, 0, 0, len(text))) == []


def test_the_section_before_ends_where_the_plan_begins():
    text = STORY + "continue pt. return in 4 weeks."
    exam, plan = with_unheaded([Section("physical_exam", 0, 0, 0, len(text))], text)
    assert (exam.end, plan.body_start) == (len(STORY), len(STORY))


def test_a_plan_alone_is_no_section():
    assert added("return in 4 weeks.") == []


def test_what_is_taken_now_is_not_planned():
    assert added(STORY + "he takes naproxen 500 mg bid. rtc 2 weeks.") == [("plan", "rtc 2 weeks.")]
