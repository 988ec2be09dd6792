import pytest
from cases import case, status, unexercised, untested

CODE = "M53.82"
ARM = "in:upper_limb"
FACET = {"procedures": ("64490",)}
CMT = {"procedures": ("98940-AT",), "payer": "Original Medicare"}
FIRST = {"codes": ("M99.01", CODE)}

CASES = [
    # diagnosis: named, not degenerative, not a symptom or an injury
    case("diagnosis", "met", "diagnosis=facet_syndrome @assessment"),
    case("diagnosis", "met", "diagnosis=other_spine @assessment"),
    case("diagnosis", "partial", "diagnosis=facet_syndrome @history_of_present_illness"),
    case("diagnosis", "missing", "diagnosis=facet_syndrome uncertain @assessment"),
    case("diagnosis", "met", "diagnosis=facet_syndrome uncertain @assessment", setting="inpatient"),
    case("diagnosis", "missing", "diagnosis=facet_syndrome @assessment | facet", text="degenerative facet syndrome"),
    case("diagnosis", "missing", "diagnosis=neck_pain @assessment"),
    case("diagnosis", "missing", "diagnosis=strain @assessment"),
    case("diagnosis", "missing", "diagnosis=spondylosis @assessment"),
    case("diagnosis", "missing", "diagnosis=facet_syndrome @assessment | facet", text="lumbar facet syndrome"),
    case("diagnosis", "conflicting", "diagnosis=facet_syndrome @assessment", "diagnosis=facet_syndrome negated @plan"),
    # region
    case("region", "met", "region=cervical | cervical", text="cervical facet pain"),
    case("region", "met", "level=C4-C6"),
    case("region", "missing", "region=cervical | neck", text="neck pain"),
    case("region", "missing", "region=cervicothoracic"),
    case("region", "missing", "region=head"),
    case("region", "missing", "level=C7-T1"),
    # level
    case("level", "met", "level=C4-C6"),
    case("level", "met", "region=cervical | cervical", text="lower cervical facets"),
    case("level", "missing", "region=cervical | cervical", text="cervical spine tender"),
    case("level", "missing", "level=C1-C2"),
    # evaluation, rule_out
    case("evaluation", "met", "spine_exam=tenderness in:neck"),
    case("evaluation", "met", "range_of_motion=restricted in:neck"),
    case("evaluation", "missing", "spine_exam=tenderness in:back"),
    case("rule_out", "met", "rule_out=present"),
    case("rule_out", "met", "etiology=disc negated"),
    case("rule_out", "missing", "rule_out=present | no herniation", text="Lumbar spine: no herniation."),
    case("rule_out", "missing", text="No red flags."),
    # trauma_status, postprocedural
    case("trauma_status", "met", "trauma_status=denied"),
    case("trauma_status", "missing", "trauma_status=current"),
    case("trauma_status", "missing", "diagnosis=strain"),
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
    case("postprocedural", "met", "etiology=postprocedural negated"),
    case("postprocedural", "missing", "etiology=postprocedural"),
    case("postprocedural", "missing", text="Prior ACDF in 2019."),
    case("postprocedural", "not_applicable", text="Prior lumbar fusion."),
    # function, movement, side
    case("functional_impact", "met", "functional_impact=present activity:driving"),
    case("functional_impact", "partial", "functional_impact=present"),
    case("functional_impact", "missing"),
    case("range_of_motion", "met", "range_of_motion=restricted in:neck degrees:50"),
    case("range_of_motion", "partial", "range_of_motion=restricted in:neck"),
    case("range_of_motion", "missing", "range_of_motion=restricted in:back"),
    case(
        "range_of_motion",
        "conflicting",
        "range_of_motion=normal in:neck @physical_exam",
        "range_of_motion=restricted in:neck @assessment",
    ),
    case("laterality", "met", "diagnosis=facet_syndrome left @assessment"),
    case("laterality", "met", "diagnosis=facet_syndrome @assessment", "laterality=present left in:neck"),
    case("laterality", "missing", "diagnosis=facet_syndrome @assessment"),
    case("laterality", "missing", "diagnosis=facet_syndrome @assessment", "laterality=present left in:lower_limb"),
    case(
        "laterality",
        "conflicting",
        "diagnosis=facet_syndrome left @assessment",
        "laterality=present right in:neck @history_of_present_illness",
    ),
    case("laterality", "missing", text="Tender over the facets."),
    case("laterality", "not_applicable", "laterality=present left in:neck"),
    # neuro_exam
    case("neuro_exam", "met", "reflex=normal in:biceps", f"sensation=normal {ARM}", f"strength=normal {ARM}"),
    case("neuro_exam", "partial", f"strength=normal {ARM}"),
    case("neuro_exam", "partial", text="Neurologically intact."),
    case("neuro_exam", "missing", "reflex=normal in:patellar"),
    # imaging
    case("imaging", "met", "imaging=xray done in:cervical date:today", "imaging_finding=normal in:cervical"),
    case("imaging", "partial", "imaging=xray done in:cervical date:today"),
    case("imaging", "partial", "imaging=xray done in:cervical"),
    case("imaging", "missing", "imaging=xray ordered in:cervical"),
    case("imaging", "missing", "imaging=xray done in:lumbar date:today"),
    # a later visit
    case(
        "visit_specific",
        "met",
        "range_of_motion=restricted in:neck | 60 degrees",
        text="Here for follow-up. Rotation today 60 degrees.",
    ),
    case(
        "visit_specific", "partial", "spine_exam=tenderness in:neck | tender", text="Here for follow-up. Neck tender."
    ),
    case("visit_specific", "missing", text="Here for follow-up."),
    case("visit_specific", "not_applicable", "spine_exam=tenderness in:neck"),
    # treatment_plan
    case("treatment_plan", "met", "conservative_treatment=physical_therapy planned length:6_weeks"),
    case("treatment_plan", "partial", "conservative_treatment=physical_therapy planned"),
    case("treatment_plan", "met", "level=C5-C6 @operative", "treatment_plan=present follow_up:2_wks"),
    case("treatment_plan", "partial", "level=C5-C6 @operative"),
    case("treatment_plan", "missing", "treatment_plan=present | Follow up PRN", text="Follow up PRN."),
    case("treatment_plan", "missing"),
    # facet procedure
    case("duration", "met", "duration kind:quantity days:90", **FACET),
    case("duration", "partial", "duration kind:quantity days:42", **FACET),
    case("duration", "partial", "duration kind:onset_date", **FACET),
    case("duration", "missing", "duration kind:vague", **FACET),
    case("duration", "not_applicable", "duration kind:quantity days:90"),
    case("pain_scale", "met", "severity=7/10", **FACET),
    case("pain_scale", "missing", "severity=2-8/10", **FACET),
    case("pain_scale", "missing", "severity=severe", **FACET),
    case("pain_scale", "missing", **FACET),
    case("pain_scale", "not_applicable", "severity=7/10"),
    case(
        "conservative_treatment",
        "met",
        "conservative_treatment=physical_therapy tried length:6_weeks",
        "treatment_response=unchanged",
        **FACET,
    ),
    case("conservative_treatment", "partial", "conservative_treatment=physical_therapy tried length:6_weeks", **FACET),
    case("conservative_treatment", "missing", **FACET),
    case("conservative_treatment", "not_applicable", "conservative_treatment=physical_therapy tried"),
    # manipulation, Medicare
    case("subluxation", "met", "subluxation=present", "spine_exam=tenderness in:neck", "level=C5", **CMT, **FIRST),
    case("subluxation", "partial", "subluxation=present", "spine_exam=tenderness in:neck", "level=C5", **CMT),
    case("subluxation", "partial", "subluxation=present", "level=C5", **CMT, **FIRST),
    case(
        "subluxation",
        "missing",
        "spine_exam=tenderness in:neck",
        "spine_exam=spasm in:neck",
        "level=C5",
        **CMT,
        **FIRST,
    ),
    case(
        "subluxation",
        "met",
        "spine_exam=tenderness in:neck",
        "range_of_motion=restricted in:neck",
        "level=C5",
        **CMT,
        **FIRST,
    ),
    case("subluxation", "missing", text="Adjusted C-spine.", **CMT),
    case("subluxation", "not_applicable", "subluxation=present", procedures=("98940",), payer="Aetna"),
    case("subluxation", "not_applicable", "subluxation=present", payer="Medicare"),
    # each further way of satisfying or failing a row
    case("level", "met", "spine_exam=tenderness in:neck levels:C4"),
    case("level", "missing", "level=C7-T1"),
    case("evaluation", "met", text="Facet loading is positive."),
    case(
        "postprocedural",
        "met",
        "diagnosis=facet_syndrome | Facet pain",
        text="Facet pain, not due to the neck surgery.",
    ),
    case("postprocedural", "missing", "region=cervical | Neck", text="Neck pain not due to a fall. Prior ACDF."),
    case("functional_impact", "met", "functional_impact=present scale:NDI"),
    case("functional_impact", "met", "functional_impact=absent"),
    case("imaging", "partial", "imaging=xray done", text="Neck film."),
    case(
        "visit_specific", "met", "treatment_response=improved", "spine_exam=normal in:neck", text="Seen in follow-up."
    ),
    case("treatment_plan", "partial", "treatment_plan=present"),
    case("duration", "missing", "chronicity=chronic", **FACET),
    case("pain_scale", "met", "functional_impact=present scale:NDI", **FACET),
    case("conservative_treatment", "missing", "conservative_treatment=nsaid planned", **FACET),
    case(
        "diagnosis",
        "met",
        "diagnosis=facet_syndrome @assessment | facet",
        text="Cervical facet syndrome, not degenerative.",
    ),
    case("rule_out", "missing", "rule_out=present | red flags", text="No red flags."),
    case("postprocedural", "met", text="ACDF in 2012; the present pain is not related to that operation."),
    case("postprocedural", "missing", text="She had a fusion at C6-C7 in 2012."),
    case("laterality", "not_applicable", "region=lumbar", text="Lumbar facet arthropathy."),
    case("functional_impact", "missing", "functional_impact=present | Limits activities", text="Limits activities."),
    case("functional_impact", "missing", "functional_impact=present activity:stand", "region=lumbar"),
    case("conservative_treatment", "missing", "conservative_treatment=facet_injection tried @procedures", **FACET),
    case("treatment_plan", "met", "treatment_plan=present action:PT follow_up:2_wks"),
]


@pytest.mark.parametrize("example", CASES, ids=lambda item: item.name)
def test_status(codes, example):
    assert status(codes, CODE, example) == example.status


def test_every_status_that_a_row_can_have_is_shown(codes):
    assert untested(codes, CODE, CASES) == set()


def test_every_alternative_in_the_file_is_shown(codes):
    assert unexercised(codes, CODE, CASES) == []
