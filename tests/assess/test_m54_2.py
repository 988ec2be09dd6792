import pytest
from cases import case, status, unexercised, untested

CODE = "M54.2"
ARM = "in:upper_limb"
MRI = {"procedures": ("72141",)}
PT = {"procedures": ("97110",)}
G89 = {"codes": (CODE, "G89.29")}

CASES = [
    # diagnosis
    case("diagnosis", "met", "diagnosis=neck_pain @assessment"),
    case("diagnosis", "partial", "diagnosis=neck_pain @history_of_present_illness"),
    case("diagnosis", "partial", "region=cervical @chief_complaint | neck", text="He has neck pain."),
    case("diagnosis", "partial", text="He complains of neck and low back pain."),
    case("diagnosis", "missing", "region=cervical @chief_complaint | neck", text="He denies neck pain."),
    case("diagnosis", "missing", "region=cervical @chief_complaint | neck", text="He has a stiff neck."),
    case("diagnosis", "missing", "diagnosis=neck_pain uncertain @assessment"),
    case("diagnosis", "missing", "diagnosis=neck_pain negated @assessment"),
    case("diagnosis", "missing", "diagnosis=back_pain @assessment"),
    case("diagnosis", "conflicting", "diagnosis=neck_pain @assessment", "diagnosis=neck_pain negated @assessment"),
    # location
    case("location", "met", "region=cervical | neck", text="Posterior neck pain."),
    case("location", "met", "laterality=present left in:neck"),
    case("location", "met", "level=C5"),
    case("location", "partial", "region=cervical | neck", text="Neck pain. The neck is sore."),
    case("location", "missing", "region=lumbar"),
    # radiation
    case("radiation", "met", "radiation=absent"),
    case("radiation", "met", "radiation=present in:shoulder"),
    case("radiation", "met", "radiation=present in:head"),
    case("radiation", "partial", f"radiation=present {ARM}"),
    case("radiation", "partial", "radiation=present"),
    case("radiation", "missing", "radiation=present in:lower_limb"),
    case("radiation", "missing"),
    case(
        "radiation",
        "conflicting",
        f"radiation=present {ARM} | arm",
        "radiation=absent | does not radiate",
        text="Pain into the arm. It does not radiate.",
    ),
    # structural_cause
    case("structural_cause", "met", text="Cervicalgia, no structural cause found."),
    case("structural_cause", "met", "rule_out=present | no fracture", text="Neck: no fracture."),
    case("structural_cause", "met", "etiology=disc negated"),
    case("structural_cause", "met", "diagnosis=cervical_radiculopathy negated"),
    case("structural_cause", "met", "imaging_finding=normal in:cervical"),
    case("structural_cause", "met", "imaging=mri ordered in:cervical"),
    case("structural_cause", "missing", "imaging=mri ordered in:lumbar"),
    case(
        "structural_cause",
        "missing",
        "rule_out=present | no fracture",
        "imaging_finding=disc in:cervical | disc",
        text="Neck: no fracture. C5-6 disc herniation.",
    ),
    case("structural_cause", "missing", "etiology=disc", "rule_out=present"),
    case("structural_cause", "missing", "etiology=spondylosis"),
    case("structural_cause", "missing", "etiology=inflammatory"),
    case("structural_cause", "missing", "etiology=postural"),
    case("structural_cause", "missing"),
    # trauma_status
    case("trauma_status", "met", "trauma_status=denied"),
    case("trauma_status", "met", "trauma_status=remote"),
    case("trauma_status", "missing", "trauma_status=current"),
    case("trauma_status", "missing", text="Neck pain after an MVA last week."),
    case("trauma_status", "missing", "diagnosis=whiplash"),
    case("trauma_status", "missing", "trauma_status=current date:last_week"),
    case(
        "trauma_status",
        "missing",
        "trauma_status=current | fall",
        "onset=traumatic | after a fall",
        text="The pain began after a fall.",
    ),
    case("trauma_status", "missing", "trauma_status=current | lifting", text="He was lifting a box at work."),
    case("trauma_status", "conflicting", "trauma_status=denied", "trauma_status=current"),
    case("trauma_status", "not_applicable"),
    # onset, duration
    case("onset", "met", "duration kind:onset_date"),
    case("onset", "partial", "onset=gradual"),
    case("onset", "missing", "duration kind:quantity days:42"),
    case("duration", "met", "duration kind:quantity days:42"),
    case("duration", "met", "duration kind:onset_date"),
    case("duration", "missing", "duration kind:vague"),
    case(
        "duration", "missing", "duration kind:quantity days:42 | 6 weeks", text="Neck pain. Low back pain for 6 weeks."
    ),
    case(
        "duration",
        "conflicting",
        "duration kind:quantity days:42 @chief_complaint",
        "duration kind:quantity days:365 @assessment",
    ),
    # severity, modifying factors, function
    case("severity", "met", "severity=7/10"),
    case("severity", "partial", "severity=moderate"),
    case("severity", "missing"),
    case("modifying_factors", "met", "modifying_factors=aggravating", "modifying_factors=relieving"),
    case("modifying_factors", "partial", "modifying_factors=aggravating"),
    case("modifying_factors", "missing"),
    case("functional_impact", "met", "functional_impact=present activity:sleep"),
    case("functional_impact", "met", "functional_impact=absent"),
    case("functional_impact", "partial", "functional_impact=present"),
    case("functional_impact", "missing", "functional_impact=present | cannot walk", text="Lumbar: cannot walk."),
    # neuro_exam: all three, even if normal
    case("neuro_exam", "met", "reflex=normal in:biceps", f"sensation=normal {ARM}", f"strength=normal {ARM}"),
    case(
        "neuro_exam",
        "met",
        "reflex=normal in:general | DTRs",
        "sensation=normal in:general | sens",
        "strength=normal in:general | 5/5",
        text="DTRs 2+, sens intact, 5/5. Neuro intact.",
    ),
    case(
        "neuro_exam",
        "partial",
        "reflex=normal in:general",
        "sensation=normal in:general",
        "strength=normal in:general",
        text="Neuro wholly normal.",
    ),
    case("neuro_exam", "partial", text="Neuro intact."),
    case("neuro_exam", "missing", text="Not neurologically tested. Denies that he is neurologically intact."),
    case("neuro_exam", "missing", f"sensation=normal {ARM}", f"strength=normal {ARM}"),
    case("neuro_exam", "missing", "reflex=normal in:biceps"),
    case("neuro_exam", "partial", "reflex=normal in:patellar", f"sensation=normal {ARM}", f"strength=normal {ARM}"),
    case("neuro_exam", "missing", *(f"{part}=normal in:lower_limb" for part in ("reflex", "sensation", "strength"))),
    case("neuro_exam", "partial", text="Neuro grossly intact."),
    case(
        "neuro_exam", "partial", "reflex=normal in:biceps", f"sensation=normal {ARM}", "strength=normal in:lower_limb"
    ),
    # exam, range of motion, spurling
    case("exam", "met", "spine_exam=tenderness in:neck"),
    case("exam", "met", "spine_exam=normal in:neck"),
    case("exam", "missing", "spine_exam=tenderness in:back"),
    case("range_of_motion", "met", "range_of_motion=restricted in:neck degrees:40"),
    case("range_of_motion", "partial", "range_of_motion=restricted in:neck"),
    case("range_of_motion", "partial", "range_of_motion=normal in:neck"),
    case("range_of_motion", "missing", "range_of_motion=restricted in:back degrees:40"),
    case(
        "range_of_motion",
        "conflicting",
        "range_of_motion=normal in:neck @physical_exam",
        "range_of_motion=restricted in:neck @assessment",
    ),
    case("spurling", "met", "spurling=negative"),
    case("spurling", "partial", "spurling=positive"),
    case("spurling", "missing", "spurling=not_done"),
    case("spurling", "conflicting", "spurling=positive left", "spurling=negative left"),
    # treatment_plan
    case("treatment_plan", "met", "treatment_plan=present action:therapy frequency:weekly"),
    case(
        "treatment_plan", "met", "conservative_treatment=nsaid planned | ibuprofen", text="Take ibuprofen 600 mg daily."
    ),
    case("treatment_plan", "partial", "conservative_treatment=nsaid planned"),
    case("treatment_plan", "missing", "treatment_plan=present | Follow up PRN", text="Follow up PRN."),
    case("treatment_plan", "missing", text="Follow up PRN."),
    # conditional rows
    case("workup_plan", "met", "imaging=mri ordered in:cervical | MRI", text="MRI to rule out a herniation."),
    case("workup_plan", "partial", "imaging=mri ordered in:cervical"),
    case("workup_plan", "partial", "workup_plan=referral"),
    case("workup_plan", "met", "workup_plan=referral reason:weakness"),
    case("workup_plan", "not_applicable", "imaging=mri done in:cervical"),
    case("imaging", "met", "imaging=xray done in:cervical date:today", "imaging_finding=normal in:cervical"),
    case("imaging", "partial", "imaging=xray done in:cervical date:today"),
    case("imaging", "partial", "imaging=xray done in:cervical", "imaging_finding=normal in:cervical"),
    case("imaging", "not_applicable", "imaging=xray ordered in:cervical"),
    case("imaging", "not_applicable", "imaging=xray done in:lumbar date:today"),
    case("linkage", "met", "conservative_treatment=physical_therapy planned | PT", text="PT for neck pain.", **PT),
    case("linkage", "missing", "conservative_treatment=physical_therapy planned", **PT),
    case("linkage", "not_applicable", "conservative_treatment=physical_therapy planned"),
    case("conservative_treatment", "met", "conservative_treatment=nsaid tried length:6_weeks", **MRI),
    case("conservative_treatment", "partial", "conservative_treatment=nsaid tried", **MRI),
    case("conservative_treatment", "missing", "conservative_treatment=nsaid planned length:6_weeks", **MRI),
    case("conservative_treatment", "not_applicable", "conservative_treatment=nsaid tried", **PT),
    case("conservative_treatment", "partial", "conservative_treatment=physical_therapy tried", **PT),
    case(
        "treatment_response", "met", "treatment_response=improved | pain", text="Seen in follow-up; pain from 7 to 3."
    ),
    case("treatment_response", "partial", "treatment_response=unchanged", text="Here for follow-up."),
    case("treatment_response", "missing", text="Here for follow-up."),
    case("treatment_response", "not_applicable", "treatment_response=improved", text="Return in 2 weeks."),
    case(
        "systemic_cause", "met", "diagnosis=neck_pain | neck pain", text="His neck pain is not related to his cancer."
    ),
    case("systemic_cause", "missing", text="She has rheumatoid arthritis."),
    case("systemic_cause", "missing", "etiology=inflammatory"),
    case("systemic_cause", "partial", "linkage=present | due to", text="Knee pain due to rheumatoid arthritis."),
    case("systemic_cause", "not_applicable", text="No history of cancer."),
    case("chronic_statement", "met", "chronicity=chronic", **G89),
    case("chronic_statement", "missing", "duration kind:quantity days:700", **G89),
    case("chronic_statement", "not_applicable", "chronicity=chronic"),
    # each further way of satisfying or failing a row
    case("location", "met", "spine_exam=tenderness in:neck levels:C4"),
    case("location", "met", "spine_exam=tenderness left in:neck"),
    case("structural_cause", "met", "workup_plan=laboratory"),
    case("structural_cause", "missing", "diagnosis=fracture @assessment", "workup_plan=laboratory"),
    case("onset", "met", "onset=acute date:today"),
    case("onset", "met", "onset=postoperative"),
    case("onset", "met", "onset=gradual", "duration kind:quantity days:42"),
    case("duration", "met", "onset=acute date:today"),
    case("duration", "met", "onset=postoperative | surgery", text="It began after surgery."),
    case("duration", "missing", "chronicity=chronic"),
    case("severity", "met", "functional_impact=present scale:NDI"),
    case("functional_impact", "met", "functional_impact=present scale:NDI"),
    case("spurling", "partial", "spurling=equivocal"),
    case("imaging", "partial", "imaging=xray done", text="Neck film."),
    case("linkage", "met", "linkage=present | for", text="Manipulated for neck pain.", **PT),
    case("systemic_cause", "missing", "diagnosis=neck_pain | Neck pain", text="Neck pain due to posture. Has cancer."),
    case("diagnosis", "partial", text="No weakness, except that related to his chronic neck pain."),
    case(
        "location",
        "partial",
        "region=cervical",
        "laterality=present left in:neck | radiculopathy",
        text="Left radiculopathy.",
    ),
    case("structural_cause", "missing", "rule_out=present | red flags", text="No red flags."),
    case("structural_cause", "missing", "diagnosis=cervical_radiculopathy", "rule_out=present"),
    case("structural_cause", "met", "diagnosis=cervical_radiculopathy", "rule_out=present", codes=("M54.12", CODE)),
    case("onset", "met", "onset=traumatic | fall", text="Pain began with a fall."),
    case("onset", "missing", "onset=traumatic | fell", text="She fell in the kitchen at some point."),
    case("severity", "partial", text="Moderate to severe pain."),
    case("treatment_plan", "partial", "region=cervical @procedures"),
    case(
        "treatment_plan",
        "missing",
        "conservative_treatment=facet_injection tried @procedures",
        "region=lumbar @procedures",
    ),
    case("treatment_plan", "met", "treatment_plan=present action:CESI follow_up:2_wks"),
    case("treatment_plan", "met", "level=C5-C6 @operative", "treatment_plan=present follow_up:2_wks"),
    case("treatment_plan", "met", "treatment_plan=present action:PT duration:2_wks"),
    case("functional_impact", "missing", "functional_impact=present | Affects ADLs", text="Affects ADLs."),
    case("functional_impact", "missing", "functional_impact=present activity:stand", "region=lumbar"),
    case("linkage", "met", "treatment_plan=present | PT", text="PT for the cervicalgia.", **PT),
    case(
        "conservative_treatment",
        "not_applicable",
        "conservative_treatment=physical_therapy tried | THERAPY",
        text="PHYSICAL THERAPY INITIAL EVALUATION",
        **PT,
    ),
    case(
        "treatment_response",
        "met",
        "severity=4/10 | 4/10",
        text="Here for follow-up. The score was 6/10 in April and is 4/10 now.",
    ),
    case("treatment_response", "not_applicable", "region=lumbar", text="Here for follow-up of the low back."),
    case("systemic_cause", "not_applicable", text="His sister has rheumatoid arthritis. Nothing to suggest discitis."),
]

NEVER = {("imaging", "missing"), ("workup_plan", "missing")}
"""Rows that apply only once something is written, which is then at least partial."""


@pytest.mark.parametrize("example", CASES, ids=lambda item: item.name)
def test_status(codes, example):
    assert status(codes, CODE, example) == example.status


def test_every_status_that_a_row_can_have_is_shown(codes):
    assert untested(codes, CODE, CASES) == NEVER


def test_every_alternative_in_the_file_is_shown(codes):
    assert unexercised(codes, CODE, CASES) == []
