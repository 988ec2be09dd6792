"""One vocabulary: what element files declare is what findings say, and all that conditions may name."""

import gzip
import json
import shutil
from pathlib import Path

import pytest

from chartgap.errors import PatternError, PatternProblem
from chartgap.extract import Extractor
from chartgap.knowledge.catalog import Catalog, load_catalog
from chartgap.knowledge.code_files import load_codes
from chartgap.knowledge.vocabulary import vocabulary

ROOT = Path(__file__).resolve().parents[2]
PATTERNS = ROOT / "patterns"
REAL = ROOT.parent / "shared/corpora/real-notes.jsonl.gz"


def notes() -> list[str]:
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "corpora/synthetic").glob("*.txt"))]
    if REAL.exists():
        with gzip.open(REAL, "rt") as lines:
            texts += [json.loads(line)["text"] for number, line in enumerate(lines) if number % 40 == 0]
    return texts


def test_findings_say_what_their_element_file_declares(catalog: Catalog) -> None:
    extractor, seen = Extractor(catalog), set()
    for text in notes():
        for finding in extractor.extract(text):
            words = vocabulary()[finding.element]
            seen.add(finding.element)
            assert not words.values or finding.value in words.values, (finding.element, finding.value)
            assert finding.area is None or words.any_area or finding.area in words.areas, (
                finding.element,
                finding.area,
            )
            assert finding.status is None or finding.status in words.statuses, (finding.element, finding.status)
    assert len(seen) > 30


def test_the_files_name_nothing_that_is_not_there() -> None:
    load_catalog(whole=True)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The patterns with few codes: those are what takes time."""
    folder = tmp_path_factory.mktemp("patterns")
    shutil.copytree(PATTERNS, folder, dirs_exist_ok=True)
    for path in (folder / "codes").rglob("*.yaml"):
        if path.name != "M53.9.yaml":
            path.unlink()
    return folder


def problems_of(folder: Path, file: str, old: str, new: str) -> list[PatternProblem]:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    try:
        load_catalog(folder)
    except PatternError as error:
        return list(error.problems)
    finally:
        path.write_text(text, "utf-8")
    return []


@pytest.mark.parametrize(
    ("file", "old", "new", "id_", "key", "told"),
    [
        ("alerts/XC-IMG.yaml", "[imaging, results", "[imagery, results", "XC-IMG-01", "fires.0.finds.0.section",
         "no section is named imagery"),
        ("alerts/XC-IMG.yaml", "value: disc,", "value: disk,", "XC-IMG-01", "fires.0.finds.0.value",
         "disk is no value of imaging_finding"),
        ("alerts/XC-RAD.yaml", "element: trauma_status, value: denied", "element: trauma_status, value: deneid",
         "XC-RAD-01", "fires.0.lacks.0.value", "deneid is no value of trauma_status"),
        ("alerts/XC-RAD.yaml", "element: trauma_status, value: denied", "element: trauma, value: denied",
         "XC-RAD-01", "fires.0.lacks.0.element", "unknown element trauma"),
        ("codes/M53.9.yaml", "section: assessed, assertion", "section: asessed, assertion", "M53.9.specificity",
         "requirements.0.blocked_by.0.section", "no section is named asessed"),
        ("codes/M53.9.yaml", "element: diagnosis\n    level", "element: diagnose\n    level", "M53.9.specificity",
         "requirements.0.element", "unknown element diagnose"),
        ("payers/OV-ESI.yaml", "failed_back], certain", "failed_bak], certain", "", "", "failed_bak is no value"),
        ("queries/arm-findings.yaml", "area: upper_limb}", "area: uper_limb}", "arm-findings", "indicators.1.area",
         "uper_limb is no area of numbness"),
        ("queries/arm-findings.yaml", "value: present, area: upper_limb", "value: present, side: lft, area: upper_limb",
         "arm-findings", "indicators.1.side", "lft is no side of numbness"),
        ("elements/rule_out.yaml", "not_sections: [", "not_sections: [familiy, ", "rule_out", "not_sections",
         "no section is named familiy"),
        ("elements/chronicity.yaml", "value: chronic\n", "value: cronic\n", "", "", "vocabulary has not: cronic"),
        ("elements/chronicity.yaml", "vocabulary: {", "vocabulary: {valeus: [a], ", "", "vocabulary.valeus", "Extra"),
    ],
)  # fmt: skip
def test_a_name_that_nothing_has_is_an_error_with_file_id_and_key(copied, file, old, new, id_, key, told):
    found = problems_of(copied, file, old, new)
    assert any(
        (problem.file, problem.id or id_) == (file, id_ or problem.id)
        and (not key or problem.key == key)
        and told in problem.message
        for problem in found
    ), found


def test_a_name_is_told_once_though_an_alias_repeats_it(copied):
    found = problems_of(copied, "alerts/XC-IMG.yaml", "[imaging, results", "[imagery, results")
    assert len([problem for problem in found if "imagery" in problem.message]) == 1


def test_codes_without_elements_of_their_own_are_read_with_those_of_chartgap(tmp_path):
    (tmp_path / "codes").mkdir()
    text = (PATTERNS / "codes/M53.9.yaml").read_text("utf-8")
    (tmp_path / "codes/M53.9.yaml").write_text(text.replace("element: [region, level]", "element: [region, levle]"))
    problems: list[PatternProblem] = []
    assert load_codes(tmp_path, problems) == {}
    assert [(problem.id, problem.message) for problem in problems] == [("M53.9.specificity", "unknown element levle")]
