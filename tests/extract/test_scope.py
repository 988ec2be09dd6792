"""Scope, end to end: of what, of whom and of when a statement is. Each class with the sentence that must differ."""

import pytest

from chartgap.extract import Extractor


def said(extractor: Extractor, text: str, element: str, value: str) -> set[str]:
    return {f.assertion for f in extractor.extract(text) if f.element == element and f.value == value}


NECK = [
    ("No numbness, tingling or weakness but reports neck pain.", "affirmed"),
    ("No numbness, tingling or neck pain.", "negated"),
    ("Denies back pain. Reports neck pain.", "affirmed"),
    ("No change in neck pain.", "affirmed"),
    ("Not only neck pain but also left arm pain.", "affirmed"),
    ("She no longer has neck pain.", "negated"),
    ("Neither neck pain nor arm pain.", "negated"),
    ("Without physical therapy, neck pain is worse.", "affirmed"),
    ("Neck pain has resolved.", "historical"),
    ("Neck pain has not resolved.", "affirmed"),
    ("Sister with MS. Patient with neck pain.", "affirmed"),
    ("Her sister has neck pain.", "family"),
    ("Your mother has neck pain.", "family"),
    ("A friend had neck pain.", "family"),
    ("Side effects may include neck pain.", "hypothetical"),
    ("Risks include bleeding, neck pain and paralysis.", "hypothetical"),
    ("Neck pain: [ ] Yes [X] No", "negated"),
    ("Neck pain: [X] Yes [ ] No", "affirmed"),
    ("Neck pain (no), back pain (yes).", "negated"),
    ("Neck pain (yes), back pain (no).", "affirmed"),
    ("Neck pain N", "negated"),
    ("Neck pain: N", "negated"),
    ("If neck pain returns, call us.", "hypothetical"),
    ("Two-day history of neck pain.", "affirmed"),
    ("History of neck pain for 3 months.", "affirmed"),
    ("History of neck pain.", "historical"),
    ("Past Medical History: neck pain.", "historical"),
    ("Weakness may be contributing to her neck pain.", "affirmed"),
    ("No numbness before the accident, but neck pain since.", "affirmed"),
    ("Cervical lymph nodes are not enlarged; neck pain.", "affirmed"),
]


@pytest.mark.parametrize(("text", "assertion"), NECK)
def test_neck_pain(extractor: Extractor, text: str, assertion: str) -> None:
    assert said(extractor, text, "complaint", "neck_pain") == {assertion}


@pytest.mark.parametrize(
    ("text", "assertions"),
    [
        ("Cervical radiculopathy.", {"affirmed"}),
        ("Cervical radiculopathy less likely.", {"uncertain"}),
        ("Cervical radiculopathy was considered but is not supported.", {"negated", "uncertain"}),
        ("Handout given: cervical radiculopathy.", {"hypothetical"}),
        ('An article titled "Understanding Cervical Radiculopathy" was given.', {"hypothetical"}),
        ("Differential diagnosis included cervical radiculopathy and plexopathy.", {"uncertain"}),
        ("Billing codes: M54.12 Radiculopathy, cervical region; M54.2 Cervicalgia", set()),
    ],
)
def test_radiculopathy_is_never_affirmed_by_talk_of_it(extractor: Extractor, text: str, assertions: set[str]) -> None:
    found = said(extractor, text, "diagnosis", "cervical_radiculopathy")
    assert found <= assertions
    assert bool(found) == bool(assertions)


@pytest.mark.parametrize(
    "text",
    [
        "Neck pain. Right-handed man.",
        "Left hip replacement and neck pain.",
        "Neck pain, s/p left carpal tunnel release.",
        "The neck pain started right away.",
        "Chest pain radiating to the left arm. Neck pain.",
        "Neck pain. Left knee pain after a fall.",
        "Both his neck and lower back pain are worse.",
        "Back pain and she had right T8-T9 facet injections.",
    ],
)
def test_a_side_of_something_else_is_none(extractor: Extractor, text: str) -> None:
    assert {
        f.side for f in extractor.extract(text) if f.element in {"laterality", "complaint"} and f.value != "arm_pain"
    } <= {None}


@pytest.mark.parametrize(
    "text",
    [
        "Uterine cervix normal, cervical dysplasia.",
        "Cervical exam: 3 cm dilated.",
        "No cervical, axillary or inguinal adenopathy.",
        "Neck veins are flat.",
        "Femoral neck fracture on the left.",
        "Bladder neck contracture.",
        "C5 complement is normal. Vitamin C5. TSH 2 and T4 1.2.",
        "Heart: S1 and S2 are normal. T2-weighted images.",
        "T1, N0 breast cancer. A T3 spike on EEG.",
    ],
)
def test_words_of_the_spine_that_are_not_the_spine(extractor: Extractor, text: str) -> None:
    assert [f for f in extractor.extract(text) if f.element in {"region", "level"}] == []
