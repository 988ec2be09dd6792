"""The files: every row of requirements.md B1-B5 with its level and basis, and errors that name their place."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chartgap.assess.checks import CHECKS as REGISTERED
from chartgap.errors import PatternProblem
from chartgap.knowledge.code_files import load_codes
from chartgap.knowledge.codes import CHECKS, Requirement, Want
from chartgap.knowledge.payers import load_payers

PATTERNS = Path(__file__).resolve().parents[2] / "patterns"
R, r, C = "required", "recommended", "conditional"
A, S, P = "code_assignment", "support", "payer"

ROWS = {
    "M54.12": {
        "diagnosis": (R, A), "region": (R, A), "etiology": (R, A), "trauma_status": (R, A), "laterality": (R, S),
        "radiation": (R, S), "level": (r, S), "objective_finding": (R, S), "spurling": (r, S), "reflex": (r, S),
        "sensation": (r, S), "strength": (r, S), "onset": (r, S), "duration": (r, S), "severity": (r, S),
        "modifying_factors": (r, S), "functional_impact": (r, S), "imaging": (r, S), "imaging_finding": (C, S),
        "rule_out": (r, S), "conservative_treatment": (C, P), "treatment_response": (C, S), "treatment_plan": (R, S),
        "electrodiagnostic": (C, P), "separate_cervicalgia": (C, A), "chronic_statement": (C, A),
    },
    "M54.2": {
        "diagnosis": (R, A), "location": (R, S), "radiation": (R, S), "structural_cause": (R, A),
        "trauma_status": (R, A), "onset": (R, S), "duration": (R, S), "severity": (R, S), "modifying_factors": (R, S),
        "functional_impact": (R, S), "neuro_exam": (R, S), "exam": (R, S), "range_of_motion": (r, S),
        "spurling": (r, S), "treatment_plan": (R, S), "workup_plan": (C, S), "imaging": (C, S), "linkage": (C, S),
        "conservative_treatment": (C, P), "treatment_response": (C, S), "systemic_cause": (C, A),
        "chronic_statement": (C, A),
    },
    "M53.82": {
        "diagnosis": (R, A), "region": (R, A), "level": (R, S), "evaluation": (R, S), "rule_out": (R, S),
        "trauma_status": (R, A), "postprocedural": (C, A), "functional_impact": (r, S), "range_of_motion": (r, S),
        "laterality": (r, S), "neuro_exam": (r, S), "imaging": (r, S), "visit_specific": (r, S),
        "treatment_plan": (R, S), "duration": (C, P), "pain_scale": (C, P), "conservative_treatment": (C, P),
        "subluxation": (C, P),
    },
    "M40.12": {
        "diagnosis": (R, A), "region": (R, A), "apex": (C, A), "underlying_condition": (R, A), "linkage": (R, A),
        "etiology_type": (R, A), "sequencing": (R, A), "imaging": (R, S), "imaging_finding": (R, S),
        "cobb_angle": (r, S), "neuro_exam": (r, S), "functional_impact": (r, S), "conservative_treatment": (C, P),
        "treatment_plan": (r, S),
    },
    "M99.40": {
        "diagnosis": (R, A), "region": (R, A), "structure": (R, A), "tissue_type": (R, A), "not_elsewhere": (R, A),
        "neuro_finding": (R, S), "range_of_motion": (R, S), "imaging": (r, S), "imaging_finding": (C, S),
        "conservative_treatment": (C, P), "treatment_response": (C, P), "linked_neuro_dx": (C, A),
        "subluxation": (C, P),
    },
}  # fmt: skip


@pytest.mark.parametrize("code", ROWS)
def test_every_row_of_the_catalogue_is_there_in_order_with_level_and_basis(codes, code):
    found = {row.id: (row.level, row.basis) for row in codes[code].requirements}
    assert found == {f"{code}.{name}": weight for name, weight in ROWS[code].items()}
    assert list(found) == [f"{code}.{name}" for name in ROWS[code]]


@pytest.mark.parametrize(
    ("row", "basis"),
    [
        *[(f"M54.12.{name}", P) for name in ("duration", "severity", "functional_impact", "imaging")],
        ("M40.12.cobb_angle", P),
        *[(f"M53.82.{name}", S) for name in ("range_of_motion", "imaging")],
    ],
)
def test_rows_that_a_condition_raises_become_required(codes, row, basis):
    found = next(item for item in codes[row.rsplit(".", 1)[0]].requirements if item.id == row)
    assert [(item.level, item.basis) for item in found.raised] == [(R, basis)]


def test_a_row_is_verified_only_where_its_authority_was_read(codes):
    for item in codes.values():
        for row in item.requirements:
            read = ("ICD-10-CM Tabular", "I.C.6.b", "MAC", "Medicare Benefit")
            unread = ("secondary", "not re-read")
            expected = any(mark in row.source for mark in read) and not any(mark in row.source for mark in unread)
            assert row.verified is expected, row.id


def test_examples_show_a_row_met_and_a_row_not_met(codes):
    for item in codes.values():
        for row in item.requirements:
            statuses = {example.status for example in row.examples}
            assert "met" in statuses, row.id
            assert statuses & {"missing", "partial"}, row.id
            assert row.when is None or "not_applicable" in statuses, row.id


def test_checks_named_in_files_are_registered_and_used(codes):
    assert set(REGISTERED) == CHECKS
    files = [*codes.values(), *(pack.requirements for pack in load_payers(PATTERNS, []).values())]
    used = {want.check for item in files for row in item.requirements for want in wants(row)}
    used |= {row.when.check for item in files for row in item.requirements if row.when}
    assert used - {None} == CHECKS


def wants(row: Requirement) -> Iterator[Want]:
    stack = [*row.met, *row.partial, *row.blocked_by, *row.wrong, *(w for c in row.conflict for w in c.among)]
    conditions = [row.when, *(item.when for item in row.raised)]
    while conditions:
        condition = conditions.pop()
        if condition is not None:
            stack += condition.finding
            conditions += [*condition.all_of, *condition.any_of]
    while stack:
        want = stack.pop()
        stack += [*want.all_of, *want.any_of, *want.with_]
        yield want


GOOD = """
code: M00.1
title: T
anchor: {element: diagnosis}
requirements:
  - {id: M00.1.a, element: level, level: required, basis: support, needs: n, why: w, source: s, verified: true,
     met: {element: level}, examples: [{text: t, status: met}]}
"""


def load(folder: Path, **files: str) -> tuple[list[str], list[PatternProblem]]:
    (folder / "codes").mkdir()
    for name, text in files.items():
        (folder / "codes" / f"{name.replace('_', '.')}.yaml").write_text(text)
    problems: list[PatternProblem] = []
    return list(load_codes(folder, problems)), problems


def test_a_good_file_loads_and_a_single_want_needs_no_list(tmp_path):
    assert load(tmp_path, M00_1=GOOD) == (["M00.1"], [])


@pytest.mark.parametrize(
    ("old", "new", "key", "part"),
    [
        ("level: required", "levle: required", "requirements.0.levle", "Extra inputs"),
        ("met: {element: level}", "met: {element: levle}", "requirements.0.met.0.element", "unknown element levle"),
        ("met: {element: level}", "met: {element: level, sied: left}", "requirements.0.met.0.sied", "Extra inputs"),
        ("met: {element: level}", "met: {words: a, side: left}", "requirements.0.met.0", "only beside `element`"),
        ("met: {element: level}", "met: {reason: a}", "requirements.0.met.0", "exactly one of"),
        ("met: {element: level}", "met: {check: nothing}", "requirements.0.met.0.check", "Input should be"),
        ("met:", "partial: {element: level}, met:", "requirements.0", "needs its reason"),
        ("level: required", "level: conditional", "requirements.0", "needs `when`"),
        ("met:", "when: {procedure: epidural}, met:", "requirements.0.when", "unknown procedure group epidural"),
        ("met:", "when: {code: M54.2}, met:", "requirements.0", "`when` needs `says`"),
        ("id: M00.1.a", "id: M00.2.a", "id", "must start with M00.1."),
        ("met:", "either_or: M00.1.b, met:", "either_or", "names no other row"),
        ("code: M00.1", "code: M00.3", "code", "must equal the file's name"),
    ],
)
def test_a_mistake_is_reported_with_file_and_key_and_the_file_left_out(tmp_path, old, new, key, part):
    assert old in GOOD
    found, problems = load(tmp_path, M00_1=GOOD.replace(old, new, 1))
    assert found == []
    assert any(p.file == "codes/M00.1.yaml" and p.key == key and part in p.message for p in problems), problems


def test_the_problems_of_all_files_are_collected(tmp_path):
    _, problems = load(tmp_path, M00_1="code: [", M00_2=GOOD)
    assert {problem.file for problem in problems} == {"codes/M00.1.yaml", "codes/M00.2.yaml"}


def test_an_id_used_twice_is_reported(tmp_path):
    again = GOOD + GOOD.split("requirements:")[1]
    _, problems = load(tmp_path, M00_1=again)
    assert [(p.id, p.message) for p in problems] == [("M00.1.a", "is used twice")]


def test_a_header_served_by_two_files_is_reported(tmp_path):
    one = GOOD.replace("title: T", "title: T\nalso_for: M00")
    _, problems = load(tmp_path, M00_1=one, M00_2=one.replace("M00.1", "M00.2"))
    assert [(p.file, p.key) for p in problems] == [("codes/M00.2.yaml", "also_for")]


def test_importing_assess_does_not_import_spacy_or_extract():
    script = (
        "import sys, chartgap.assess\n"
        "print([m for m in sys.modules if m.split('.')[0] in {'spacy', 'medspacy', 'negspacy'} or '.extract' in m])"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
