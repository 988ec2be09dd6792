"""Sections and subheadings, on the raw text."""

import shutil
from pathlib import Path

import pytest

from chartgap.errors import PatternError, PatternProblem
from chartgap.extract.document.sections import Section, SectionFinder, Subheading
from chartgap.knowledge.catalog import load_catalog
from chartgap.knowledge.context import load_sections
from chartgap.knowledge.places import patterns_folder

PATTERNS = patterns_folder()
RULES = load_catalog().sections
FINDER = SectionFinder(RULES)


def find_sections(text: str) -> list[Section]:
    return FINDER.find(text.lower(), text)[0]


def find_subheadings(text: str) -> list[Subheading]:
    return FINDER.find(text.lower(), text)[1]


def categories(text: str) -> list[str]:
    return [section.category for section in find_sections(text)]


@pytest.mark.parametrize(("text", "expected"), list(RULES.examples.items()))
def test_examples_of_the_file(text: str, expected: tuple[str, ...]) -> None:
    sections, subs = FINDER.find(text.lower(), text)
    found = [(item.title_start, 0, item.category) for item in sections]
    found += [(item.title_start, 1, item.category) for item in subs]
    assert tuple(category for _, _, category in sorted(found)) == expected


def test_offsets_cut_the_note() -> None:
    text = "HPI: Neck pain.\n\nPLAN\nTraction."
    hpi, plan = find_sections(text)
    assert text[hpi.title_start : hpi.title_end] == "HPI"
    assert text[hpi.body_start : hpi.end] == " Neck pain.\n\n"
    assert text[plan.title_start : plan.title_end] == "PLAN"
    assert text[plan.body_start : plan.end] == "\nTraction."
    assert plan.end == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Neck pain. PHYSICAL EXAMINATION:, NECK: Stiff.,IMPRESSION:, Strain.", ["physical_exam", "assessment"]),
        ("denies fever PAST MEDICAL HISTORY: none PLAN: rest", ["past_medical_history", "plan"]),
        ("1. ASSESSMENT AND PLAN: Strain.", ["assessment_and_plan"]),
        ("**Assessment**: Strain.\n## Plan\nRest.", ["assessment", "plan"]),
        ("IMPRESSION - Strain.", ["assessment"]),
        ("PAST MEDICAL HX (from chart): None.", ["past_medical_history"]),
        ("assessment & plan: rest", ["assessment_and_plan"]),
        ("PROCEDURE #2: Block.", ["procedures"]),
        ("MRI L-spine 5/1/2026:\nDisc bulge.", ["imaging"]),
        ("X-ray Cervical Spine, 06/04/2021.\nNormal.", ["imaging"]),
        ("Visit 2:\nDisc bulge.", []),
        ("Reflexes 2+. Lumbar MRI 06/2025: disc bulge. Neck pain.", []),
        ("Our plan: he rests.", []),
        ("We discussed the plan.\nRisks were few.", []),
    ],
)
def test_forms_of_headings(text: str, expected: list[str]) -> None:
    assert categories(text) == expected


def test_subheadings_carry_topic_side_and_parent() -> None:
    text = "PHYSICAL EXAM:\nNECK: Stiff. LEFT UPPER EXTREMITY: Weak.\nReflexes: Normal.\nPLAN: Rest."
    found = find_subheadings(text)
    assert [(item.category, item.parent, item.side) for item in found] == [
        ("exam_neck", "physical_exam", None),
        ("exam_upper_limb", "physical_exam", "left"),
        ("exam_reflexes", "physical_exam", None),
    ]
    assert text[found[1].body_start : found[1].end].strip() == "Weak."
    assert text[found[2].body_start : found[2].end].strip() == "Normal."


def test_unknown_capitals_stay_in_an_examination_and_end_other_sections() -> None:
    text = "PHYSICAL EXAM: Thin. HEIGHT LOSS: None.\nALLERGIES: None. FAVORITE COLOR: Blue."
    assert categories(text) == ["physical_exam", "allergies", "other"]
    assert [item.category for item in find_subheadings(text)] == ["exam_other"]


def test_vital_signs_end_a_review_of_systems() -> None:
    text = "ROS: NECK: No pain. VITAL SIGNS: Stable. NECK: Supple."
    assert categories(text) == ["review_of_systems", "physical_exam"]
    found = [item.category for item in find_subheadings(text)]
    assert found == ["ros_neck", "exam_vitals", "exam_neck"]


def test_nothing_is_found_in_nothing() -> None:
    assert find_sections("") == []
    assert find_subheadings("") == []


def test_a_repeated_title_is_a_problem(tmp_path: Path) -> None:
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "sections.yaml").write_text(
        "about: x\nsections: [{category: plan, titles: [plan]}, {category: assessment, titles: [plan]}]\n"
        "subsections: [{topic: neck, titles: [neck]}]\nexamples: {'PLAN: x': [plan]}\n"
    )
    problems: list[PatternProblem] = []
    assert load_sections(tmp_path, problems) is None
    assert "plan" in problems[0].message


def test_a_bad_section_file_is_a_problem_of_the_catalog(tmp_path: Path) -> None:
    folder = tmp_path / "patterns"
    shutil.copytree(PATTERNS, folder)
    path = folder / "context/sections.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("titles: [plan,", "titles: [impression, plan,"))
    with pytest.raises(PatternError) as raised:
        load_catalog(folder)
    assert [(p.file, p.message) for p in raised.value.problems] == [
        ("context/sections.yaml", "Value error, titles of two sections: impression")
    ]
