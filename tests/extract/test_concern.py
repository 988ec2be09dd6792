"""A whole note without a complaint of spine or nerves: what was found of strength and feeling is general health."""

import pytest

from chartgap.extract import Extractor

EXAM = (
    "\n\nREVIEW OF SYSTEMS:\nCARDIAC: Denies chest pain. NEUROLOGIC: Denies numbness, weakness and headache.\n"
    "MUSCULOSKELETAL: Denies neck pain.\n\nPHYSICAL EXAMINATION:\nGENERAL: Well developed, in no distress.\n"
    "NECK: Supple, full range of motion.\nEXTREMITIES: No edema. Pulses are 2+ and equal.\n"
    "NEUROLOGIC: Strength is 5/5. Sensation is intact to light touch. Deep tendon reflexes are 2+ and symmetric.\n"
)
NERVES = {"strength", "sensation", "reflex", "numbness"}


def found(extractor: Extractor, history: str) -> set[str]:
    return {f.element for f in extractor.extract(f"HISTORY OF PRESENT ILLNESS: {history}{EXAM}")} & NERVES


@pytest.mark.parametrize(
    "history",
    [
        "He twisted the right ankle on the stairs two days ago and cannot bear weight on it. He has had no back pain.",
        "She has had a cough with yellow sputum and a sore throat for four days. She denies any weakness of the arms.",
    ],
)
def test_without_a_complaint_of_spine_or_nerves(extractor: Extractor, history: str) -> None:
    assert found(extractor, history) == set()


@pytest.mark.parametrize(
    "history",
    [
        "He has had low back pain since he lifted a box two days ago, and it is worse with sitting for a long time.",
        "She woke with weakness of the left arm and leg, and her speech was hard to understand for about an hour.",
        "He has numbness of the ring finger and little finger of the right hand, mostly at night and while driving.",
    ],
)
def test_with_one_all_of_it_counts(extractor: Extractor, history: str) -> None:
    assert found(extractor, history) >= {"strength", "sensation", "reflex"}


def test_a_short_text_is_about_what_it_says(extractor: Extractor) -> None:
    assert {f.element for f in extractor.extract("Strength is 5/5. Sensation is intact. Reflexes 2+.")} == NERVES - {
        "numbness"
    }
