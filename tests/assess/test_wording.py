import pytest

from chartgap.assess.scene import positions, weeks
from chartgap.assess.wording import Prose, has_phrase


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("fell", "He fell.", True),
        ("fell", "A fellow resident.", False),
        ("fibro*", "Fibrous tissue", True),
        ("neck pain", "NECK\n pain", True),
        ("#%", "improved 60%", True),
        ("from # to #", "from 7/10 to 3/10", False),
        ("from # to #", "from 7 to 3", True),
        ("neck and * pain", "neck and arm pain", True),
        ("neck and * pain", "neck and low back pain", False),
        ("x-ray*", "X-rays", True),
    ],
)
def test_phrases(phrase, text, found):
    assert has_phrase(text, [phrase]) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hurt in a crash.", True),
        ("No crash.", False),
        ("Denies a fall or crash.", False),
        ("Family history of crash.", False),
        ("No fever. Hurt in a crash.", True),
        ("No crash. Then a crash.", True),
        ("Nothing to suggest a crash.", False),
        ("Risks include a crash.", False),
        ("His sister had a crash.", False),
        ("Her daughter drove in the crash.", True),
        ("No fever except after the crash.", True),
    ],
)
def test_a_mention_counts_only_when_not_negated_in_its_sentence(text, found):
    assert Prose(text).mentions(("crash",)) is found


def test_sentences_end_at_full_stops_and_at_lines_that_do_not_go_on():
    text = "Neck pain at C5.6 level, worse\nat night. Arm pain\n- Plan: MRI"
    prose = Prose(text)
    assert [prose.sentence_at(start).strip() for start in prose.starts] == [
        "Neck pain at C5.6 level, worse\nat night.",
        "Arm pain",
        "- Plan: MRI",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "She is here for follow-up.",
        "Seen today for a follow up of neck pain.",
        "FOLLOW-UP VISIT",
        "F/u visit. 63M, neck pain.",
        "PAIN MANAGEMENT FOLLOW-UP\n\n61 F",
        "I re-examined this clerk.",
        "Presents for her 6 week follow-up.",
        "Improved since the last visit.",
        "Returns today.",
        "Visit #3",
        "Still sore, 4 out of 10, down from 6 last time.",
        "Less stiff since her last adjustment.",
    ],
)
def test_a_later_visit_is_recognized(text):
    assert Prose(text).is_follow_up


@pytest.mark.parametrize(
    "text",
    [
        "Follow up in 4 weeks.",
        "Return to clinic in 2 weeks.",
        "Follow-up PRN.",
        "New patient visit.",
        "Last year he fell.",
        "It is worse than last time he threw his neck out.",
        "The last time she worked was in May.",
        "[ ] Follow-up   [x] New patient",
        "Visit 12/2/2026.",
        "Visit 10:30 AM.",
        "Visit 15 minutes.",
    ],
)
def test_a_plan_to_return_is_not_a_later_visit(text):
    assert not Prose(text).is_follow_up


@pytest.mark.parametrize(
    ("level", "places"),
    [("C6", [6]), ("C5-C6", [5, 6]), ("C8", [7.5]), ("C7-T1", [7, 8]), ("L5-S1", [24, 25]), ("none", [])],
)
def test_levels_have_a_place_along_the_spine(level, places):
    assert list(positions(level)) == places


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ("6 weeks", 6),
        ("6-8 weeks", 6),
        ("eight weeks", 8),
        ("two to three weeks", 2),
        ("someone weekly", None),
        ("2 months", 60 / 7),
        ("14 days", 2),
        ("1 year", 365 / 7),
        ("6 visits", None),
    ],
)
def test_length_of_treatment_in_weeks(length, expected):
    assert weeks(length) == expected
