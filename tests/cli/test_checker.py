import subprocess
import sys

import pytest

import chartgap
from chartgap.checker import has_gaps, is_assessed
from chartgap.model import Claim, CodeResult, Note, Report, RequirementResult
from chartgap.readers import DecodedNote


def check(checker, text="Spurling negative left", **claim):
    return checker.check(Note(id="n1", text=text, encounter_id="e1", claim=Claim(**claim)))


def test_the_report_says_what_it_is_about_and_what_made_it(checker):
    report = check(checker, codes=("M54.12",))
    assert (report.note_id, report.encounter_id, report.schema_version) == ("n1", "e1", "1.2")
    assert report.software_version == chartgap.__version__
    assert report.knowledge_version == "0123456789ab+icd10cm-april-2026"
    assert [finding.text for finding in report.findings] == ["Spurling negative left"]
    assert [(result.code, result.verdict) for result in report.codes] == [("M54.12", "supported")]
    assert (report.notices, report.errors) == ((), ())


def test_codes_are_assessed_in_their_official_spelling_once_and_in_order(checker):
    report = check(checker, codes=("m542", "M5412", " M54.12 ", "M54.2"))
    assert [result.code for result in report.codes] == ["M54.2", "M54.12"]


@pytest.mark.parametrize(
    ("code", "result", "error"),
    [
        ("M50.12", ("M50.12", "Cervical disc disorder with radiculopathy, mid-cervical region"),
         "M50.12: is a header of ICD-10-CM April 2026, not valid on a claim; "
         "nearest: M50.120, M50.121, M50.122, M50.123"),
        ("M40.02", ("M40.02", ""),
         "M40.02: is not in ICD-10-CM April 2026; nearest: M40.00, M40.03, M40.04, M40.05, M40.12"),
        ("M54-12", ("M54-12", ""), "M54-12: is not in the form of an ICD-10-CM code; nearest: M54.12"),
        ("Mrs Quackenbush", ("(a code of 15 characters)", ""),
         "(a code of 15 characters): is not in the form of an ICD-10-CM code"),
    ],
)  # fmt: skip
def test_a_code_that_is_not_valid_on_a_claim(checker, code, result, error):
    report = check(checker, codes=(code, "M54.12"))
    assert report.errors == (error,)
    invalid, valid = report.codes
    assert (invalid.code, invalid.description, invalid.billable, invalid.verdict) == (*result, False, "invalid")
    assert valid.verdict == "supported"


def test_a_header_keeps_the_rows_of_its_leaf_and_stays_invalid(checker):
    (result,) = check(checker, codes=("M54.1",)).codes
    assert (result.code, result.description, result.verdict) == ("M54.1", "Radiculopathy", "invalid")
    assert [row.id for row in result.requirements] == ["M54.12.spurling"]


def test_a_valid_code_without_requirements_is_a_notice(checker):
    report = check(checker, codes=("Z00.00", "M54.12"))
    assert report.notices == ("no requirements for Z00.00 in this release",)
    assert [result.code for result in report.codes] == ["M54.12"]


def test_without_codes_there_are_findings_and_a_notice(checker):
    report = check(checker)
    assert (len(report.findings), report.codes) == (1, ())
    assert report.notices == ("nothing was assessed: no code on the claim",)


@pytest.mark.parametrize("codes", [("J45.909",), ("Z00.00", "J45.909"), ("M50.12",), ("nonsense",)])
def test_a_claim_without_requirements_is_told_to_be_unassessed(checker, codes):
    report = check(checker, codes=codes)
    assert report.notices[0] == "nothing was assessed: no claimed code has requirements in this release"
    assert not is_assessed(report)


def test_one_code_with_requirements_is_enough_to_be_assessed(checker):
    report = check(checker, codes=("J45.909", "M54.12"))
    assert report.notices == ("no requirements for J45.909 in this release",)
    assert is_assessed(report)


def test_a_guessed_encoding_is_told(checker):
    report = checker.check(DecodedNote(id="n", text="x", claim=Claim(codes=("M54.12",)), notices=("guessed",)))
    assert report.notices == ("guessed",)


@pytest.mark.parametrize(
    ("status", "level", "gap"),
    [
        ("met", "required", False),
        ("not_applicable", "conditional", False),
        ("missing", "required", True),
        ("partial", "required", True),
        ("conflicting", "conditional", True),
        ("missing", "recommended", False),
    ],
)
def test_what_counts_as_a_gap(status, level, gap):
    row = RequirementResult(
        id="M54.12.x",
        element="spurling",
        level=level,
        basis="support",
        status=status,
        reason="",
        source="",
        verified=True,
    )
    result = CodeResult(code="M54.12", description="", billable=True, verdict="supported", requirements=(row,))
    assert has_gaps(Report(note_id="n", software_version="", knowledge_version="", codes=(result,))) is gap


def test_an_invalid_code_is_a_gap(checker):
    assert has_gaps(check(checker, codes=("M50.12",)))
    assert not has_gaps(check(checker, codes=("M54.12", "M54.2")))


@pytest.mark.parametrize("module", ["chartgap", "chartgap.cli", "chartgap.checker", "chartgap.readers"])
def test_importing_does_not_load_spacy(module):
    code = f"import sys, {module}; print({{'spacy', 'medspacy', 'rich.console'}} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
