"""The packs of patterns/payers: every rule of the specification with its mark, every example end to end, silence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chartgap.assess.matching import pays
from chartgap.checker import Checker
from chartgap.errors import PatternProblem
from chartgap.knowledge.payers import Pack, load_payers
from chartgap.model import Claim, Note, Report

PATTERNS = Path(__file__).resolve().parents[2] / "patterns"
PACKS = load_payers(PATTERNS, [])

SECTION_D = {
    **{f"OV-ESI-{n:02}": "2nd" for n in range(1, 14)},
    **{f"OV-FAC-{n:02}": "V" for n in range(1, 14)},
    "OV-FAC-09": "V/B",
    **{f"OV-CH-{n:02}": "2nd" for n in range(3, 11)},
    **dict.fromkeys(("OV-CH-01", "OV-CH-02"), "V/2nd"),
    **{f"OV-MRI-{n:02}": "V" for n in range(1, 5)},
    **{f"OV-PT-{n:02}": "V/2nd" for n in range(1, 7)},
    **{f"OV-FUS-{n:02}": "V" for n in range(1, 6)},
    **{"OV-EDX-01": "V", "OV-AMN-01": "2nd", "OV-ACU-01": "V", "OV-G89-01": "B", "OV-TEL-01": "2nd"},
}
"""The ids of the specification and how far each was verified."""


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def _check(checker: Checker, text: str, claim: Claim) -> Report:
    return checker.check(Note(id="example", text=text, claim=claim))


def _rows(report: Report, start: str = "OV-") -> dict[str, str]:
    return {row.id: row.status for code in report.codes for row in code.requirements if row.id.startswith(start)}


def _examples() -> Iterator[object]:
    for pack in PACKS.values():
        for number, (row, text, claim, status) in enumerate(pack.example_claims(), 1):
            yield pytest.param(row.id, text, claim, status, id=f"{row.id}-{number}-{status or 'silent'}")


@pytest.mark.parametrize(("row", "text", "claim", "status"), list(_examples()))
def test_an_example_has_the_status_it_shows_or_the_pack_is_silent(checker, row, text, claim, status):
    found = _rows(_check(checker, text, claim), row[:-2])
    assert found.get(row) == status
    assert (found != {}) == (status is not None)


def test_every_rule_of_the_specification_is_there_with_its_mark():
    assert {row.id: row.mark for pack in PACKS.values() for row in pack.rows} == SECTION_D


def test_every_rule_shows_a_note_that_meets_it_and_one_that_does_not():
    for pack in PACKS.values():
        for row in pack.rows:
            statuses = {example.status for example in row.examples}
            assert "met" in statuses, row.id
            assert statuses & {"missing", "partial"}, row.id
            assert row.when is None or "not_applicable" in statuses, row.id


def test_every_pack_says_which_policy_it_follows_and_when_it_was_reviewed():
    for pack in PACKS.values():
        assert all(policy.number and policy.contractor for policy in pack.policies), pack.id
        assert pack.reviewed.year >= 2026, pack.id


def test_only_the_convention_of_weeks_is_off_by_default():
    assert [pack.id for pack in PACKS.values() if not pack.enabled] == ["OV-G89"]


MEDICARE = ["Medicare", "MEDICARE PART B", "Railroad Medicare", "NGS", "Noridian JE", "Palmetto GBA", "First Coast"]
MEDICARE += ["Novitas Solutions", "CGS", "WPS GHA", "MAC J5", "jurisdiction JN"]
ADVANTAGE = ["Humana Medicare Advantage", "Aetna Medicare PPO", "UnitedHealthcare Medicare Advantage"]
OTHERS = ["Medicaid", "Aetna", "UnitedHealthcare", "UHC", "Self pay", "Medicare supplement (Medigap)", "WPS", "Humana"]


@pytest.mark.parametrize("payer", MEDICARE)
def test_medicare_is_called_by_its_contractors_too(payer):
    assert pays(("medicare",), payer)
    assert pays(("original_medicare",), payer)
    assert not pays(("medicare_advantage",), payer)


@pytest.mark.parametrize("payer", ADVANTAGE)
def test_a_plan_of_medicare_advantage_is_told_apart(payer):
    assert pays(("medicare",), payer)
    assert pays(("medicare_advantage",), payer)
    assert not pays(("original_medicare",), payer)


@pytest.mark.parametrize("payer", OTHERS)
def test_another_payer_is_not_medicare(payer):
    assert not pays(("medicare", "original_medicare", "medicare_advantage"), payer)


@pytest.mark.parametrize(
    ("name", "payer", "named"),
    [
        ("blue_cross_sc", "Blue Cross SC", True),
        ("blue_cross_sc", "BlueCross BlueShield of South Carolina", True),
        ("blue_cross_sc", "BCBS of Texas", False),
        ("blue_cross", "BCBS of Texas", True),
        ("blue_cross", "Anthem Blue Cross", False),
        ("anthem", "Anthem Blue Cross", True),
        ("cigna", "Cigna HealthCare", True),
        ("cigna", "eviCore", True),
        ("any", "Some plan", True),
        ("Kaiser Permanente", "KAISER PERMANENTE (HMO)", True),
        ("Kaiser Permanente", "Kaiser", False),
        ("any", None, False),
    ],
)
def test_payers_are_known_by_whole_words_of_their_names(name, payer, named):
    assert pays((name,), payer) is named


MRI = "Assessment: Neck pain."


@pytest.mark.parametrize(("payer", "verified"), [("Blue Cross SC", True), ("BCBS of Texas", False), ("Cigna", False)])
def test_a_rule_is_verified_only_for_the_payer_whose_policy_was_read(checker, payer, verified):
    report = _check(checker, MRI, Claim(codes=("M54.2",), procedures=("72141",), payer=payer))
    row = next(row for row in report.codes[0].requirements if row.id == "OV-MRI-01")
    assert (row.basis, row.source, row.verified) == ("payer", "Blue Cross SC CAM 741", verified)


def test_rows_stand_beside_the_codes_own_and_leave_its_verdict_alone(checker):
    claim = Claim(codes=("M54.2", "M54.12"), procedures=("62321",))
    without = _check(checker, MRI, claim)
    beside = _check(checker, MRI, claim.model_copy(update={"payer": "Medicare"}))
    assert _rows(without) == {}
    assert len(_rows(beside)) == len(PACKS["OV-ESI"].rows) + len(PACKS["OV-AMN"].rows)
    assert [code.verdict for code in beside.codes] == [code.verdict for code in without.codes]
    first, own = beside.codes[0].requirements, without.codes[0].requirements
    assert first[: len(own)] == own
    assert all(row.id.startswith("OV-") for row in first[len(own) :])
    assert beside.codes[1] == without.codes[1]


def test_rows_are_told_under_a_code_that_has_none_of_its_own(checker):
    report = _check(checker, MRI, Claim(codes=("Z00.00",), procedures=("72141",), payer="Cigna"))
    assert [(code.code, code.verdict, len(code.requirements)) for code in report.codes] == [("Z00.00", "incomplete", 4)]
    assert report.notices == ("no requirements for Z00.00 in this release",)


def test_nothing_is_told_under_a_code_that_is_not_valid(checker):
    report = _check(checker, MRI, Claim(codes=("M40.02",), procedures=("72141",), payer="Cigna"))
    assert _rows(report) == {}


def test_the_convention_of_weeks_applies_where_the_claim_names_it(checker):
    chronic = "Assessment: Chronic neck pain."
    plain = Claim(codes=("M54.2", "G89.29"), payer="Aetna")
    rows = _rows(_check(checker, chronic, plain), "")
    assert rows["G89.29.duration"] == "not_applicable"
    assert "OV-G89-01" not in rows
    rows = _rows(_check(checker, chronic, plain.model_copy(update={"overlays": ("OV-G89",)})), "")
    assert (rows["G89.29.duration"], rows["OV-G89-01"]) == ("missing", "missing")


UNKNOWN = "no rules of payers are about the payer that the claim names"


@pytest.mark.parametrize(
    ("payer", "nearest"),
    [
        ("Medcare", "Medicare"),
        ("medicaer (Novitas)", None),  # the contractor's name makes it known
        ("Medicare", None),
        ("Medigap of Anytown, a Medicare supplement", None),  # known, and no pack is about it
        ("Cigan", "Cigna"),
        ("BlueCros BlueSheild of Ohio", "BlueCross"),
        ("Paleto GBA", "Palmetto GBA"),
        ("Aetna", ""),
        ("Medicaid", ""),
        ("?!", ""),
    ],
)
def test_a_payer_that_no_pack_knows_is_told_with_the_nearest_name_and_without_its_own(checker, payer, nearest):
    report = _check(checker, MRI, Claim(codes=("M54.2",), procedures=("72141",), payer=payer))
    told = [notice for notice in report.notices if notice.startswith(UNKNOWN)]
    if nearest is None:
        assert told == []
        return
    (notice,) = told
    assert notice.endswith(f". The nearest known name is {nearest}" if nearest else "those that are known")
    assert payer not in notice
    assert report.errors == ()


def test_without_a_payer_nothing_is_told_of_payers(checker):
    report = _check(checker, MRI, Claim(codes=("M54.2",)))
    assert not [notice for notice in report.notices if "payer" in notice]


def test_an_overlay_that_is_not_there_is_told(checker):
    report = _check(checker, MRI, Claim(codes=("M54.2",), overlays=("OV-NONE",)))
    assert "an overlay that the claim names is not there; see `chartgap payers`" in report.notices


@pytest.mark.parametrize(
    "procedure", ["banana", "6232X", "7214", "721411", "62321 -ZZZ", "", "0O10090", "６２３２１", "I0B10ZZ"]
)
def test_a_procedure_that_cannot_be_one_is_told_by_its_place(checker, procedure):
    report = _check(checker, MRI, Claim(codes=("M54.2",), procedures=("72141", procedure)))
    told = [notice for notice in report.notices if notice.startswith("procedure 2 of the claim has")]
    assert len(told) == 1
    assert not procedure or procedure not in told[0]
    assert report.errors == ()


@pytest.mark.parametrize(
    "procedure",
    ["72141", "98940-AT", "62321-50-RT", "0232T", "1125F", "0007M", "0001U", "g0283", "J3301 JZ", "0RG10A0", "GZHZZZZ"],
)
def test_of_a_procedure_that_can_be_one_nothing_is_told(checker, procedure):
    report = _check(checker, MRI, Claim(codes=("M54.2",), procedures=(procedure,), modifiers=("at", "59")))
    assert not [notice for notice in report.notices if "of the claim" in notice]


def test_a_modifier_of_the_claim_that_cannot_be_one_is_told_once(checker):
    claim = Claim(codes=("M54.2",), procedures=("72141", "72142"), modifiers=("AT", "ZZZ"))
    told = [notice for notice in _check(checker, MRI, claim).notices if "of the claim" in notice]
    assert told == ["modifier 2 of the claim is not two letters or digits"]


def test_an_encounter_has_the_rules_of_its_payer(checker):
    claim = Claim(codes=("M54.12",), procedures=("62321",), payer="Medicare")
    notes = [
        Note(id="a", text="Right arm pain for 8 weeks, 7/10.", encounter_id="e", claim=claim),
        Note(id="b", text="Assessment: Right C6 radiculopathy.", encounter_id="e", claim=Claim()),
    ]
    rows = _rows(checker.check_encounter(notes))
    assert (rows["OV-ESI-01"], rows["OV-ESI-04"], rows["OV-ESI-06"]) == ("met", "met", "met")


GOOD = """
id: OV-X
title: T
payer: cigna
procedure: cervical_mri
policies: [{number: n, contractor: c, mark: V}]
reviewed: 2026-11-25
anchor: {element: region}
example: {codes: M54.2, procedures: "72141", payer: Cigna}
silent: {payer: Aetna}
rows:
  - {id: OV-X-01, element: level, needs: n, why: w, source: s, mark: V,
     met: {element: level}, examples: [{text: t, status: met}]}
"""


def _load(folder: Path, text: str) -> tuple[dict[str, Pack], list[PatternProblem]]:
    (folder / "payers").mkdir()
    (folder / "payers" / "OV-X.yaml").write_text(text)
    problems: list[PatternProblem] = []
    return load_payers(folder, problems), problems


def test_a_row_has_level_basis_and_whether_it_is_verified_from_its_mark(tmp_path):
    packs, problems = _load(tmp_path, GOOD)
    row = packs["OV-X"].rows[0]
    assert problems == []
    assert (row.level, row.basis, row.verified) == ("required", "payer", True)


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("mark: V,", "mark: X,", "Input should be"),
        ("mark: V,", "mark: V, verified: true,", "verified follows from mark"),
        ("procedure: cervical_mri", "procedure: cervical_mra", "unknown procedure group cervical_mra"),
        ("procedure: cervical_mri\n", "", "a procedure, code or setting is needed"),
        ("silent: {payer: Aetna}\n", "", "Field required"),
        ("reviewed: 2026-11-25\n", "", "Field required"),
        ("id: OV-X-01", "id: OV-Y-01", "must start with OV-X-"),
        ("id: OV-X\n", "id: OV-Y\n", "must equal the file's name"),
        ("met: {element: level}", "met: {words: '50%'}", "a phrase of words needs a letter"),
    ],
)
def test_a_mistake_is_reported_and_the_pack_left_out(tmp_path, old, new, part):
    assert old in GOOD
    packs, problems = _load(tmp_path, GOOD.replace(old, new, 1))
    assert packs == {}
    assert any(problem.file == "payers/OV-X.yaml" and part in problem.message for problem in problems), problems
