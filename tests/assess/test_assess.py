"""What holds for every code: order, headers, levels, verdicts, anchors, evidence and reasons."""

from itertools import product

import pytest
from cases import case, finding, result

from chartgap.assess import assess
from chartgap.assess.scene import Chart
from chartgap.model import Claim, Note

SUPPORTED = (
    "diagnosis=neck_pain @assessment | neck pain",
    "laterality=present left in:neck",
    "radiation=absent",
    "rule_out=present",
    "trauma_status=denied",
    "onset=gradual",
    "duration kind:quantity days:42",
    "severity=7/10",
    "modifying_factors=aggravating",
    "modifying_factors=relieving",
    "functional_impact=present activity:driving",
    "reflex=normal in:biceps",
    "sensation=normal in:upper_limb",
    "strength=normal in:upper_limb",
    "spine_exam=tenderness in:neck",
    "treatment_plan=present action:exercise frequency:daily",
)


def run(catalog, *facts, text="Left neck pain.", **claim):
    return assess(
        Chart(Note(id="n", text=text, claim=Claim(**claim)), tuple(finding(fact, text) for fact in facts)), catalog
    )


def test_results_are_in_claim_order_and_codes_without_a_file_are_left_out(codes):
    found = run(codes, codes=("M54.2", "Z00.00", "M54.12", "M54.2"))
    assert [item.code for item in found] == ["M54.2", "M54.12"]


@pytest.mark.parametrize(
    ("header", "leaf"), [("M54.1", "M54.12"), ("M53.8", "M53.82"), ("M40.1", "M40.12"), ("M99.4", "M99.40")]
)
def test_a_header_has_the_rows_of_its_leaf_and_is_not_billable(codes, header, leaf):
    (found,) = run(codes, codes=(header,))
    assert (found.code, found.billable) == (header, False)
    assert [row.id for row in found.requirements] == [row.id for row in codes[leaf].requirements]


def test_a_leaf_is_described_and_billable(codes):
    (found,) = run(codes, codes=("M54.12",))
    assert (found.description, found.billable) == ("Radiculopathy, cervical region", True)


@pytest.mark.parametrize(
    ("claim", "row", "weight"),
    [
        ({}, "duration", ("recommended", "support")),
        ({"procedures": ("64479",)}, "duration", ("required", "payer")),
        ({"procedures": ("72141",)}, "duration", ("required", "payer")),
        ({"procedures": ("22551",)}, "duration", ("required", "payer")),
        ({"procedures": ("72141",)}, "severity", ("recommended", "support")),
        ({"procedures": ("62321-50",)}, "severity", ("required", "payer")),
        ({}, "electrodiagnostic", ("conditional", "payer")),
        ({"procedures": ("95886",)}, "electrodiagnostic", ("required", "payer")),
        ({"codes": ("M54.12", "M54.2")}, "separate_cervicalgia", ("required", "code_assignment")),
    ],
)
def test_a_condition_on_the_claim_raises_the_level(codes, claim, row, weight):
    found = result(codes, "M54.12", case(row, "", **claim))
    assert (found.level, found.basis) == weight


def test_movement_is_required_where_m53_82_is_listed_first(codes):
    first = result(codes, "M53.82", case("range_of_motion", "", codes=("M53.82", "M54.2")))
    second = result(codes, "M53.82", case("range_of_motion", "", codes=("M54.2", "M53.82")))
    assert (first.level, second.level) == ("required", "recommended")


def test_supported_when_all_required_rows_are_met_or_do_not_apply(codes):
    (found,) = run(codes, *SUPPORTED, codes=("M54.2",))
    assert [row.id for row in found.requirements if row.level == "required" and row.status != "met"] == []
    assert found.verdict == "supported"


@pytest.mark.parametrize(
    ("lost", "instead"), [("severity=7/10", "severity=mild"), ("radiation=absent", "radiation=absent negated")]
)
def test_a_required_row_that_is_partial_or_missing_makes_it_incomplete(codes, lost, instead):
    facts = [instead if fact == lost else fact for fact in SUPPORTED]
    assert run(codes, *facts, codes=("M54.2",))[0].verdict == "incomplete"


def test_payer_and_recommended_gaps_do_not_change_the_verdict(codes):
    facts = (*SUPPORTED, "linkage=present")
    (found,) = run(codes, *facts, text="Left neck pain.", codes=("M54.2",), procedures=("72141",))
    rows = {row.id: row for row in found.requirements}
    assert (rows["M54.2.conservative_treatment"].status, rows["M54.2.conservative_treatment"].basis) == (
        "missing",
        "payer",
    )
    assert rows["M54.2.range_of_motion"].status == "missing"
    assert found.verdict == "supported"


def test_contradicted_when_a_code_assignment_row_conflicts(codes):
    (found,) = run(codes, *SUPPORTED, "trauma_status=current", codes=("M54.2",))
    assert found.verdict == "contradicted"


def test_a_conflict_in_a_support_row_is_a_gap_not_a_contradiction(codes):
    (found,) = run(codes, *SUPPORTED, "radiation=present in:upper_limb @assessment", codes=("M54.2",))
    assert found.verdict == "incomplete"


def test_contradicted_when_the_diagnosis_is_stated_to_be_absent(codes):
    (found,) = run(codes, "diagnosis=cervical_radiculopathy negated @assessment", codes=("M54.12",))
    assert found.verdict == "contradicted"


def test_a_gap_is_anchored_on_the_assessment_diagnosis(codes):
    text = "Neck pain. Right cervical radiculopathy."
    facts = ["region=cervical | Neck", "diagnosis=cervical_radiculopathy @assessment | cervical radiculopathy"]
    (found,) = run(codes, *facts, text=text, codes=("M54.12",))
    row = next(row for row in found.requirements if row.id == "M54.12.spurling")
    assert text[row.anchor_start : row.anchor_end] == "cervical radiculopathy"


def test_without_a_diagnosis_a_gap_is_anchored_on_the_region_and_else_on_nothing(codes):
    text = "Sore neck."
    (found,) = run(codes, "region=cervical | neck", text=text, codes=("M54.12",))
    row = next(row for row in found.requirements if row.id == "M54.12.spurling")
    assert text[row.anchor_start : row.anchor_end] == "neck"
    (bare,) = run(codes, text=text, codes=("M54.12",))
    assert {row.anchor_start for row in bare.requirements} == {None}


def test_only_gaps_have_an_anchor(codes):
    (found,) = run(codes, *SUPPORTED, codes=("M54.2",))
    anchored = {row.status for row in found.requirements if row.anchor_start is not None}
    assert anchored == {"missing"}


def test_evidence_points_at_the_findings_the_status_rests_on(codes):
    facts = ("region=cervical", "spurling=negative left", "spurling=positive right", "level=C6")
    found = result(codes, "M54.12", case("spurling", "", *facts))
    assert (found.status, found.evidence) == ("met", (1, 2))


def test_evidence_of_a_conflict_is_the_two_statements(codes):
    facts = ("spurling=positive right", "level=C6", "spurling=negative right")
    assert result(codes, "M54.12", case("spurling", "", *facts)).evidence == (0, 2)


def test_a_missing_row_points_at_what_does_not_count(codes):
    found = result(codes, "M54.12", case("imaging", "", "level=C6", "imaging=mri ordered in:cervical"))
    assert (found.evidence, found.reason) == ((1,), "The study is ordered, not done.")


@pytest.mark.parametrize("assertion", ["negated", "hypothetical", "family"])
@pytest.mark.parametrize(
    "row", ["spurling=positive right", "strength=normal in:upper_limb", "severity=7/10", "level=C6"]
)
def test_what_is_not_asserted_of_this_patient_never_documents(codes, row, assertion):
    name = row.split("=")[0]
    assert result(codes, "M54.12", case(name, "", f"{row} {assertion}")).status == "missing"


@pytest.mark.parametrize("assertion", ["affirmed", "uncertain", "historical"])
def test_what_is_uncertain_or_past_documents(codes, assertion):
    assert result(codes, "M54.12", case("spurling", "", f"spurling=positive right {assertion}")).status == "met"


def test_every_result_has_a_reason_of_one_sentence_and_its_source(codes):
    for facts in ((), SUPPORTED):
        for item in run(codes, *facts, codes=tuple(codes)):
            for row in item.requirements:
                assert row.reason.endswith("."), row.id
                assert "\n" not in row.reason, row.id
                assert row.source, row.id


def test_a_documented_reason_says_what_in_plain_words(codes):
    found = result(codes, "M54.12", case("radiation", "", "radiation=present right in:upper_limb historical"))
    assert found.reason == "Documented: radiation upper limb present right (historical)."


def test_what_is_shared_between_silent_notes_is_what_a_fresh_look_says(codes):
    claims = ({}, {"codes": ("M54.2", "M54.12")}, {"procedures": ("62321",)}, {"payer": "Medicare"})
    texts = ("", "Here for follow-up after a crash.", "No crash.", "Neuro intact.", "Neck pain.")
    facts = ((), ("region=cervical | ",), ("diagnosis=neck_pain | ",), ("numbness=present left in:upper_limb | ",))
    notes = [
        (Note(id="n", text=text, claim=Claim(**{"codes": tuple(codes), **claim})), [finding(f, text) for f in found])
        for claim, text, found in product(claims, texts, facts)
    ]
    shared = [assess(Chart(note, tuple(findings)), codes) for _ in range(2) for note, findings in notes][len(notes) :]
    fresh = [assess(Chart(note, tuple(findings)), dict(codes)) for note, findings in notes]
    assert shared == fresh
