"""Rows of M54.12 that examination, studies and treatment answer, and all rows together."""

import pytest
from cases import case, status, unexercised, untested
from m54_12_story import ARM, CODE, ESI, STORY

CASES = [
    *STORY,
    # objective_finding: abnormal, in the arm, not opposite to the symptoms
    case("objective_finding", "met", "spurling=positive right"),
    case("objective_finding", "met", "reflex=decreased left in:triceps"),
    case("objective_finding", "met", f"sensation=decreased left {ARM}"),
    case("objective_finding", "met", f"strength=decreased left {ARM}"),
    case("objective_finding", "met", "electrodiagnostic=emg done result:positive | EMG", text="EMG: C6 radiculopathy."),
    case(
        "objective_finding",
        "missing",
        "electrodiagnostic=emg done result:negative | EMG",
        text="EMG: no radiculopathy.",
    ),
    case("objective_finding", "partial", "strength=decreased in:general"),
    case("objective_finding", "missing", "spurling=negative", "reflex=normal in:biceps", f"strength=normal {ARM}"),
    case("objective_finding", "missing", "reflex=decreased in:achilles"),
    case("objective_finding", "missing", "spurling=equivocal"),
    case("objective_finding", "missing", "spurling=not_done"),
    case("objective_finding", "missing", "strength=decreased in:lower_limb"),
    case("objective_finding", "missing", f"numbness=present left {ARM}"),
    case(
        "objective_finding",
        "missing",
        f"laterality=present left {ARM} | left arm",
        "spurling=positive right | Spurling",
        text="Pain in the left arm. Spurling positive on the right.",
    ),
    case(
        "objective_finding",
        "met",
        f"laterality=present left {ARM} | left arm",
        "spurling=positive bilateral | Spurling",
        text="Pain in the left arm. Spurling positive bilaterally.",
    ),
    # spurling
    case("spurling", "met", "spurling=positive right"),
    case("spurling", "met", "spurling=negative"),
    case("spurling", "met", "spurling=negative bilateral"),
    case("spurling", "partial", "spurling=positive"),
    case("spurling", "partial", "spurling=equivocal right"),
    case("spurling", "missing", "spurling=not_done"),
    case("spurling", "missing", "spurling=positive right hypothetical"),
    case("spurling", "conflicting", "spurling=positive right", "spurling=negative right"),
    case("spurling", "conflicting", "spurling=positive right", "spurling=negative bilateral"),
    case(
        "spurling",
        "conflicting",
        "spurling=positive | positive",
        "spurling=negative | negative",
        text="Spurling positive. Spurling negative.",
    ),
    # two results in one line without a side are the two columns of a table
    case(
        "spurling",
        "met",
        "spurling=positive | positive",
        "spurling=negative | negative",
        text="Spurling  positive  negative",
    ),
    case("spurling", "met", "spurling=positive right", "spurling=negative left"),
    case("spurling", "met", "spurling=positive right historical", "spurling=negative right"),
    # reflex
    case("reflex", "met", "reflex=decreased right in:biceps"),
    case("reflex", "met", "reflex=normal bilateral in:biceps"),
    case("reflex", "met", f"reflex=normal bilateral {ARM}"),
    case("reflex", "partial", "reflex=decreased in:biceps"),
    case("reflex", "partial", "reflex=normal in:general"),
    case("reflex", "partial", f"reflex=normal {ARM}"),
    case("reflex", "partial", "reflex=increased right in:biceps"),
    case("reflex", "missing", "reflex=decreased right in:achilles", "reflex=normal in:patellar"),
    case(
        "reflex",
        "conflicting",
        "reflex=normal right in:biceps @physical_exam",
        "reflex=absent right in:biceps @assessment",
    ),
    case("reflex", "met", "reflex=normal left in:biceps @physical_exam", "reflex=absent right in:biceps @assessment"),
    # sensation
    case("sensation", "met", f"sensation=decreased right {ARM}"),
    case("sensation", "met", f"sensation=normal {ARM}"),
    case("sensation", "partial", f"sensation=decreased {ARM}"),
    case("sensation", "partial", "sensation=normal in:general"),
    case("sensation", "missing", "sensation=normal in:lower_limb"),
    case("sensation", "missing", f"numbness=present right {ARM}"),
    case(
        "sensation",
        "conflicting",
        f"sensation=normal right {ARM} dermatome:C6 @physical_exam",
        f"sensation=decreased right {ARM} dermatome:C6 @assessment",
    ),
    case(
        "sensation",
        "met",
        f"sensation=normal right {ARM} dermatome:C5 @physical_exam",
        f"sensation=decreased right {ARM} dermatome:C6 @assessment",
    ),
    # strength
    case("strength", "met", f"strength=decreased right {ARM} grade:4/5"),
    case("strength", "met", f"strength=normal {ARM}"),
    case("strength", "partial", f"strength=decreased right {ARM}"),
    case("strength", "partial", f"strength=decreased {ARM} grade:4/5"),
    case("strength", "partial", "strength=normal in:general"),
    case("strength", "missing", "strength=decreased right in:lower_limb grade:4/5"),
    case(
        "strength",
        "conflicting",
        f"strength=normal right {ARM} muscle:triceps @physical_exam",
        f"strength=decreased right {ARM} muscle:triceps @assessment",
    ),
    # onset and duration: a duration is no onset, a start date is both
    case("onset", "met", "duration kind:onset_date"),
    case("onset", "met", "onset=gradual", "duration kind:quantity days:90"),
    case("onset", "met", "onset=traumatic | fall", text="Pain began with a fall."),
    case("onset", "missing", "onset=traumatic | slipped", text="He slipped on a ladder once."),
    case("onset", "missing", "onset=traumatic date:6/4/07 | lifting", text="Pain has been worsening after lifting."),
    case("onset", "met", "onset=postoperative"),
    case("onset", "missing", "region=lumbar", "onset=gradual", "duration kind:quantity days:90"),
    case("onset", "met", "onset=acute date:3/4/2025"),
    case("onset", "partial", "onset=acute"),
    case("onset", "missing", "duration kind:quantity days:90"),
    case("duration", "met", "duration kind:quantity days:90"),
    case("duration", "met", "duration kind:onset_date"),
    case("duration", "met", "onset=acute date:3/4/2025"),
    case("duration", "met", "onset=traumatic | accident", text="Pain began after the accident."),
    case("duration", "missing", "onset=traumatic | accident", text="He was in an accident."),
    case("duration", "missing", "duration kind:vague"),
    case("duration", "missing", "chronicity=chronic"),
    case("duration", "missing", "duration kind:quantity days:90 | 3 months", text="Low back pain for 3 months."),
    case(
        "duration",
        "conflicting",
        "duration kind:quantity days:90 @history_of_present_illness",
        "duration kind:quantity days:42 @assessment",
    ),
    case(
        "duration",
        "met",
        "duration kind:quantity days:90 @history_of_present_illness",
        "duration kind:quantity days:84 @assessment",
    ),
    # severity, modifying factors, function
    case("severity", "met", "severity=7/10"),
    case("severity", "met", "functional_impact=present scale:NDI"),
    case("severity", "partial", "severity=severe"),
    case("severity", "missing"),
    case("modifying_factors", "met", "modifying_factors=aggravating", "modifying_factors=relieving"),
    case("modifying_factors", "partial", "modifying_factors=aggravating"),
    case("modifying_factors", "partial", "modifying_factors=relieving"),
    case("modifying_factors", "missing"),
    case("functional_impact", "met", "functional_impact=present activity:driving"),
    case("functional_impact", "met", "functional_impact=absent"),
    case("functional_impact", "partial", "functional_impact=present"),
    case("functional_impact", "missing"),
    # imaging
    case("imaging", "met", "imaging=mri done in:cervical date:3/4/2025"),
    case("imaging", "partial", "imaging=mri done in:cervical"),
    case("imaging", "partial", "imaging=mri done | MRI", text="Neck MRI reviewed."),
    case("imaging", "missing", "imaging=mri done | MRI", text="Lumbar MRI reviewed."),
    case("imaging", "missing", "imaging=mri ordered in:cervical date:3/4/2025"),
    case("imaging", "missing", "imaging=mri done in:lumbar date:3/4/2025"),
    case(
        "imaging_finding", "met", "imaging=mri done in:cervical", "imaging_finding=stenosis in:cervical", "level=C5-C6"
    ),
    case("imaging_finding", "met", "imaging=mri done in:cervical", "imaging_finding=normal in:cervical"),
    case("imaging_finding", "partial", "imaging=mri done in:cervical", "imaging_finding=stenosis in:cervical"),
    case("imaging_finding", "missing", "imaging=mri done in:cervical"),
    case("imaging_finding", "missing", "imaging=mri done in:cervical", "imaging_finding=disc in:lumbar", "level=L5-S1"),
    case("imaging_finding", "not_applicable", "imaging=mri ordered in:cervical"),
    # rule_out
    case("rule_out", "met", "rule_out=present | no myelopathy", text="There is no myelopathy."),
    case("rule_out", "met", "diagnosis=myelopathy negated"),
    case("rule_out", "missing", "rule_out=present | no fracture", text="There is no fracture."),
    case("rule_out", "missing"),
    # rows of a procedure
    case("conservative_treatment", "met", "conservative_treatment=physical_therapy tried length:4_weeks", **ESI),
    case("conservative_treatment", "met", "conservative_treatment=nsaid tried length:2_months", procedures=("72141",)),
    case(
        "conservative_treatment", "partial", "conservative_treatment=nsaid tried length:4_weeks", procedures=("72141",)
    ),
    case("conservative_treatment", "partial", "conservative_treatment=physical_therapy tried", **ESI),
    case("conservative_treatment", "missing", "conservative_treatment=physical_therapy planned length:6_weeks", **ESI),
    case("conservative_treatment", "missing", text="Failed conservative care for 6 weeks.", **ESI),
    case("conservative_treatment", "not_applicable", "conservative_treatment=physical_therapy tried length:6_weeks"),
    case(
        "electrodiagnostic",
        "met",
        "electrodiagnostic=emg done | EMG",
        text="EMG: right C6 root.",
        procedures=("95886",),
    ),
    case("electrodiagnostic", "partial", "electrodiagnostic=emg done", procedures=("95886",)),
    case("electrodiagnostic", "partial", "electrodiagnostic=ncs done", "level=C6", procedures=("95909",)),
    case("electrodiagnostic", "missing", "electrodiagnostic=emg ordered", procedures=("95886",)),
    case("electrodiagnostic", "not_applicable", "electrodiagnostic=emg done"),
    # rows of a later visit
    case(
        "treatment_response",
        "met",
        "treatment_response=improved | improved 60%",
        text="Here for follow-up, improved 60%.",
    ),
    case("treatment_response", "partial", "treatment_response=improved", text="Here for a follow-up of her neck."),
    case("treatment_response", "missing", text="Seen today in follow-up."),
    case("treatment_response", "missing", "conservative_treatment=epidural_injection tried", **ESI),
    case("treatment_response", "not_applicable", text="Follow up in 4 weeks."),
    # treatment_plan
    case("treatment_plan", "met", "treatment_plan=present action:therapy frequency:weekly"),
    case("treatment_plan", "met", "conservative_treatment=physical_therapy planned length:6_weeks"),
    case("treatment_plan", "met", "imaging=mri ordered in:cervical", text="Cervical MRI. Return in 2 weeks."),
    case("treatment_plan", "partial", "conservative_treatment=physical_therapy planned"),
    case("treatment_plan", "partial", "imaging=mri ordered in:cervical"),
    case("treatment_plan", "partial", "treatment_plan=present"),
    case("treatment_plan", "missing", "treatment_plan=present | Follow up PRN", text="Follow up PRN."),
    case("treatment_plan", "missing", "conservative_treatment=physical_therapy tried length:6_weeks"),
    # rows of another code on the claim
    case(
        "separate_cervicalgia",
        "met",
        "diagnosis=facet_syndrome @assessment | facet",
        text="Separate facet syndrome.",
        codes=(CODE, "M54.2"),
    ),
    case("separate_cervicalgia", "partial", "diagnosis=facet_syndrome @assessment", codes=(CODE, "M54.2")),
    case("separate_cervicalgia", "missing", "diagnosis=neck_pain @assessment", codes=(CODE, "M54.2")),
    case("separate_cervicalgia", "not_applicable", "diagnosis=neck_pain @assessment"),
    case("chronic_statement", "met", "chronicity=chronic", text="Here for pain management.", codes=(CODE, "G89.29")),
    case("chronic_statement", "partial", "chronicity=chronic", codes=(CODE, "G89.29")),
    case("chronic_statement", "missing", "duration kind:quantity days:700", codes=(CODE, "G89.29")),
    case("chronic_statement", "not_applicable", "chronicity=chronic"),
    # each further way of satisfying or failing a row
    case("level", "partial", "level=C1-C2"),
    case("reflex", "met", "reflex=asymmetric in:biceps"),
    case("functional_impact", "met", "functional_impact=present scale:NDI"),
    case("imaging_finding", "met", "imaging=mri done in:cervical", "imaging_finding=disc in:cervical level:C5-C6"),
    case("etiology", "missing", "etiology=stenosis | stenosis", text="Canal stenosis at the craniovertebral junction."),
    case("level", "missing", "level=C5 @operative"),
    case("duration", "missing", "onset=acute date:6/4/07 | lifting", text="Pain has been worsening after lifting."),
    case("severity", "partial", text="Severe neck pain."),
    case("severity", "missing", text="No severe pain."),
    case("severity", "missing", "severity=7/10", "region=lumbar"),
    case("modifying_factors", "missing", "modifying_factors=aggravating", "modifying_factors=relieving", "level=L4-L5"),
    case("functional_impact", "missing", "functional_impact=present activity:sit", "region=lumbar"),
    case("functional_impact", "missing", "functional_impact=present | Affects ADLs", text="Affects ADLs."),
    case("imaging_finding", "met", "imaging=xray done in:cervical", "imaging_finding=fracture in:cervical negated"),
    case(
        "imaging_finding",
        "met",
        "imaging=mri done in:cervical",
        "imaging_finding=disc in:cervical | HNP",
        text="C6-7 HNP.",
    ),
    case(
        "imaging_finding",
        "partial",
        "imaging=mri done in:cervical",
        "imaging_finding=fracture in:cervical negated",
        "imaging_finding=stenosis in:cervical",
    ),
    case("conservative_treatment", "missing", "conservative_treatment=epidural_injection tried length:8_weeks", **ESI),
    case("conservative_treatment", "met", "conservative_treatment=nsaid tried length:eight_weeks", **ESI),
    # the injection that the note reports is not an earlier one
    case("treatment_response", "not_applicable", "conservative_treatment=epidural_injection tried @procedures", **ESI),
    case("treatment_plan", "met", "treatment_plan=present action:CESI follow_up:2_wks"),
    case("treatment_plan", "met", "treatment_plan=present action:therapy duration:2_wks"),
    case("treatment_plan", "partial", "level=C5-C6 @operative"),
    case("treatment_plan", "missing", "treatment_plan=present | F/u visit", text="F/u visit."),
    case("treatment_plan", "missing", "treatment_plan=present action:RFA frequency:weekly", "region=lumbar"),
    case("trauma_status", "not_applicable", text="Risks include nerve injury. Her sister had a brain injury."),
]


@pytest.mark.parametrize("example", CASES, ids=lambda item: item.name)
def test_status(codes, example):
    assert status(codes, CODE, example) == example.status


def test_every_status_that_a_row_can_have_is_shown(codes):
    assert untested(codes, CODE, CASES) == set()


def test_every_alternative_in_the_file_is_shown(codes):
    assert unexercised(codes, CODE, CASES) == []
