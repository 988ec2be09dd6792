import pytest
from cases import case, status, unexercised, untested

CODE = "M40.12"
DX = "diagnosis=kyphosis"
SURGERY = {"procedures": ("22551",)}

CASES = [
    # diagnosis
    case("diagnosis", "met", f"{DX} @assessment | kyphosis", text="Secondary cervical kyphosis."),
    case("diagnosis", "met", f"{DX} @assessment", "linkage=present | due", text="due to that kyphosis"),
    case("diagnosis", "partial", f"{DX} @assessment"),
    case("diagnosis", "partial", f"{DX} @history_of_present_illness"),
    case("diagnosis", "missing", f"{DX} uncertain @assessment | kyphosis", text="Possible secondary kyphosis."),
    case("diagnosis", "met", f"{DX} uncertain @assessment | kyphosis", text="Secondary kyphosis.", setting="inpatient"),
    case("diagnosis", "missing", "imaging_finding=loss_of_lordosis"),
    case("diagnosis", "missing", "imaging_finding=kyphosis"),
    case("diagnosis", "conflicting", f"{DX} @assessment", f"{DX} negated @assessment"),
    # region, apex
    case("region", "met", "region=cervical"),
    case("region", "met", "level=C4"),
    case("region", "missing", "region=cervicothoracic"),
    case("region", "missing", "region=thoracic"),
    case("region", "missing", "level=C7-T1"),
    case("apex", "met", f"{DX} | kyphosis", "level=C6 | C6", text="kyphosis over C6-T2, apex C6"),
    case("apex", "missing", f"{DX} | kyphosis", "level=C6-T2 | C6-T2", text="kyphosis over C6-T2"),
    case(
        "apex",
        "missing",
        f"{DX} | kyphosis",
        "region=cervical | cervical",
        "region=thoracic | thoracic",
        text="cervical and thoracic kyphosis",
    ),
    case(
        "apex",
        "not_applicable",
        f"{DX} | kyphosis",
        "region=thoracic | thoracic",
        text="Cervical kyphosis. Old thoracic strain.",
    ),
    # cause
    case("underlying_condition", "met", "underlying_condition=ankylosing_spondylitis"),
    case("underlying_condition", "met", "etiology=neuromuscular"),
    case("underlying_condition", "missing", "etiology=congenital"),
    case("underlying_condition", "missing", "etiology=postural"),
    case("underlying_condition", "missing", "etiology=postprocedural"),
    case("underlying_condition", "missing", "etiology=disc"),
    case("underlying_condition", "missing", "underlying_condition=cancer family"),
    case("linkage", "met", "linkage=present", text="kyphosis due to ankylosing spondylitis"),
    case("linkage", "met", f"{DX} | kyphosis", "underlying_condition=as | AS", text="kyphosis secondary to AS"),
    case("linkage", "missing", f"{DX} | Kyphosis", "underlying_condition=as | AS", text="Kyphosis. AS."),
    case("linkage", "missing", f"{DX} | kyphosis", text="secondary kyphosis"),
    case("etiology_type", "met", "etiology=inflammatory", text="Kyphosis, poor posture."),
    case("etiology_type", "met", "etiology=congenital negated"),
    case("etiology_type", "missing", "etiology=congenital"),
    case("etiology_type", "missing", "etiology=postural"),
    case("etiology_type", "missing", "diagnosis=scoliosis", "etiology=inflammatory"),
    case("etiology_type", "missing", f"{DX} | kyphosis", text="Prior laminectomy. Now kyphosis."),
    case("etiology_type", "not_applicable", DX),
    # claim order
    case("sequencing", "met", codes=("M45.2", CODE)),
    case("sequencing", "missing", codes=(CODE, "M45.2")),
    case("sequencing", "missing"),
    case("sequencing", "missing", codes=("M40.03", CODE)),
    # imaging
    case("imaging", "met", "imaging=mri done in:cervical date:today"),
    case("imaging", "met", "imaging=xray done in:cervical date:today", text="lateral cervical film today"),
    case("imaging", "partial", "imaging=xray done in:cervical date:today", text="AP cervical film today"),
    case("imaging", "partial", "imaging=mri done in:cervical"),
    case("imaging", "missing", "imaging=mri ordered in:cervical"),
    case("imaging", "missing", "imaging=mri done in:lumbar date:today"),
    case("imaging_finding", "met", "imaging_finding=kyphosis in:cervical"),
    case("imaging_finding", "met", "imaging_finding=normal in:cervical"),
    case("imaging_finding", "missing", "imaging_finding=loss_of_lordosis in:cervical"),
    case("imaging_finding", "missing", "imaging_finding=disc in:cervical"),
    case("cobb_angle", "met", "imaging_finding=kyphosis cobb_degrees:22", "level=C2-C7"),
    case("cobb_angle", "partial", "imaging_finding=kyphosis cobb_degrees:22"),
    case("cobb_angle", "missing", "imaging_finding=kyphosis"),
    # examination, function
    case("neuro_exam", "met", "pathologic_reflex=negative in:hoffmann"),
    case(
        "neuro_exam", "met", "reflex=normal in:biceps", "sensation=normal in:general", "strength=decreased in:general"
    ),
    case("neuro_exam", "partial", "strength=normal in:upper_limb"),
    case("neuro_exam", "partial", "diagnosis=myelopathy negated"),
    case("neuro_exam", "missing", "strength=normal in:lower_limb"),
    case("functional_impact", "met", "functional_impact=present activity:gaze"),
    case("functional_impact", "partial", "functional_impact=present"),
    case("functional_impact", "missing"),
    # treatment
    case(
        "conservative_treatment",
        "met",
        "conservative_treatment=brace_collar tried length:8_weeks",
        "treatment_response=unchanged",
        **SURGERY,
    ),
    case("conservative_treatment", "partial", "conservative_treatment=brace_collar tried length:8_weeks", **SURGERY),
    case("conservative_treatment", "partial", "conservative_treatment=brace_collar tried", **SURGERY),
    case("conservative_treatment", "missing", **SURGERY),
    case("conservative_treatment", "not_applicable", "conservative_treatment=brace_collar tried"),
    case("treatment_plan", "met", "treatment_plan=present action:bracing frequency:daily"),
    case("treatment_plan", "partial", "conservative_treatment=brace_collar planned"),
    case("treatment_plan", "met", "level=C5-C6 @operative", "treatment_plan=present follow_up:2_wks"),
    case("treatment_plan", "partial", "level=C5-C6 @operative"),
    case("treatment_plan", "missing", "treatment_plan=present | Follow up PRN", text="Follow up PRN."),
    case("treatment_plan", "missing"),
    # each further way of satisfying or failing a row
    case("etiology_type", "met", "linkage=present", text="Kyphosis due to Parkinson disease, with poor posture."),
    case("etiology_type", "met", DX, text="acquired kyphosis"),
    case("etiology_type", "missing", "etiology=postprocedural", "linkage=present", text="kyphosis due to surgery"),
    case(
        "etiology_type",
        "missing",
        "etiology=postural @imaging | Postural kyphosis",
        DX,
        text="Postural kyphosis on the film.",
    ),
    case(
        "etiology_type",
        "met",
        "etiology=postural @history_of_present_illness | forward head posture",
        f"{DX} | kyphosis",
        text="Has forward head posture.\nAcquired kyphosis.",
    ),
    case("imaging", "partial", "imaging=xray done", text="Neck film."),
    case("imaging_finding", "met", f"{DX} @imaging"),
    case("cobb_angle", "met", "imaging_finding=kyphosis cobb_degrees:22 levels:C2-C7"),
    case("cobb_angle", "met", "imaging_finding=kyphosis cobb_degrees:22 level:C2-C7"),
    case("neuro_exam", "partial", text="Neuro intact."),
    case("neuro_exam", "partial", "rule_out=present", text="no myelopathy"),
    case("functional_impact", "met", "functional_impact=present scale:NDI"),
    case("functional_impact", "met", "functional_impact=absent"),
    case("functional_impact", "met", "functional_impact=present", text="difficulty swallowing"),
    case("conservative_treatment", "missing", "conservative_treatment=brace_collar planned", **SURGERY),
    case(
        "region",
        "missing",
        "region=cervical | Neck",
        "diagnosis=kyphosis | Kyphosis",
        text="Neck supple. Kyphosis of the thoracic spine.",
    ),
    case("cobb_angle", "missing", "imaging_finding=kyphosis in:thoracic cobb_degrees:62", "level=T4-T12"),
    case("neuro_exam", "met", "reflex=absent in:biceps"),
    case(
        "etiology_type",
        "not_applicable",
        "etiology=inflammatory",
        "linkage=present | kyphosis",
        text="kyphosis due to AS",
    ),
    case("functional_impact", "missing", "functional_impact=present | Affects ADLs", text="Affects ADLs."),
    case("treatment_plan", "missing", "treatment_plan=present | Clinical follow-up", text="Clinical follow-up."),
]


@pytest.mark.parametrize("example", CASES, ids=lambda item: item.name)
def test_status(codes, example):
    assert status(codes, CODE, example) == example.status


def test_every_status_that_a_row_can_have_is_shown(codes):
    assert untested(codes, CODE, CASES) == set()


def test_every_alternative_in_the_file_is_shown(codes):
    assert unexercised(codes, CODE, CASES) == []
