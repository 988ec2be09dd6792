import pytest
from cases import case, status, unexercised, untested

CODE = "M99.40"
DX = "diagnosis=stenosis @assessment"
PAYER = {"payer": "Aetna", "procedures": ("72141",)}
CMT = {"procedures": ("98940",), "payer": "Medicare"}
MRI = "imaging=mri done in:head date:today"

CASES = [
    case("diagnosis", "met", DX, "tissue=connective"),
    case("diagnosis", "missing", DX),
    case("diagnosis", "partial", "diagnosis=stenosis @history_of_present_illness", "tissue=connective"),
    case(
        "diagnosis",
        "met",
        f"{DX} | Stenosis",
        "tissue=connective",
        "diagnosis=stenosis negated @assessment | stenosis",
        text="Stenosis by a fibrous band. There is no degenerative stenosis.",
    ),
    case("diagnosis", "missing", "diagnosis=stenosis uncertain @assessment", "tissue=connective"),
    case("diagnosis", "missing", "imaging_finding=stenosis"),
    case("diagnosis", "conflicting", DX, "diagnosis=stenosis negated @assessment"),
    case("region", "met", "region=head"),
    case("region", "missing", "level=C1-C2", "region=cervical"),
    case("region", "missing", "region=cervical", text="upper cervical"),
    case("region", "missing", "region=cervical"),
    case("structure", "met", "stenosis_site=canal"),
    case("structure", "missing", "stenosis_site=foramen"),
    case("tissue_type", "met", "tissue=connective"),
    case("tissue_type", "missing", "tissue=osseous"),
    case("tissue_type", "missing", "tissue=disc"),
    case("tissue_type", "missing", DX),
    case("not_elsewhere", "met", "rule_out=present", text="no disc herniation or spondylosis"),
    case("not_elsewhere", "met", "etiology=spondylosis negated"),
    case("not_elsewhere", "missing", "rule_out=present", text="no fracture"),
    case("not_elsewhere", "missing"),
    # either/or: once one is met the other does not apply
    case("neuro_finding", "met", "numbness=present in:upper_limb"),
    case("neuro_finding", "met", "strength=decreased in:upper_limb"),
    case("neuro_finding", "met", "pathologic_reflex=positive in:hoffmann"),
    case("neuro_finding", "partial", "sensation=normal in:general"),
    case("neuro_finding", "missing", "strength=decreased in:lower_limb"),
    case("neuro_finding", "not_applicable", "range_of_motion=restricted in:neck degrees:40"),
    case("neuro_finding", "missing", "range_of_motion=restricted in:neck"),
    case("neuro_finding", "met", "numbness=present", "range_of_motion=restricted in:neck degrees:40"),
    case("range_of_motion", "met", "range_of_motion=restricted in:neck degrees:40"),
    case("range_of_motion", "met", "numbness=present", "range_of_motion=restricted in:neck degrees:40"),
    case("range_of_motion", "partial", "range_of_motion=restricted in:neck"),
    case("range_of_motion", "missing", text="stiff"),
    case("range_of_motion", "not_applicable", "numbness=present in:upper_limb"),
    case("range_of_motion", "missing", "sensation=normal in:general"),
    # imaging
    case("imaging", "met", MRI),
    case("imaging", "partial", "imaging=mri done in:head"),
    case("imaging", "missing", "imaging=xray done in:cervical date:today"),
    case("imaging", "missing", "imaging=mri ordered in:head"),
    case("imaging_finding", "met", MRI, "imaging_finding=stenosis", text="stenosis from ligamentous thickening"),
    case("imaging_finding", "partial", MRI, "imaging_finding=stenosis", text="stenosis"),
    case("imaging_finding", "missing", MRI, "imaging_finding=disc"),
    case("imaging_finding", "missing", MRI),
    case("imaging_finding", "not_applicable", "imaging_finding=stenosis"),
    # a payer that asks for the history
    case("conservative_treatment", "met", "conservative_treatment=nsaid tried length:6_weeks", **PAYER),
    case("conservative_treatment", "partial", "conservative_treatment=nsaid tried", **PAYER),
    case("conservative_treatment", "missing", **PAYER),
    case("conservative_treatment", "not_applicable", "conservative_treatment=nsaid tried", procedures=("72141",)),
    case("treatment_response", "met", "treatment_response=improved", **PAYER),
    case("treatment_response", "missing", **PAYER),
    case("treatment_response", "not_applicable", "treatment_response=improved", payer="Aetna"),
    # a radiculopathy or myelopathy code beside it
    case(
        "linked_neuro_dx",
        "met",
        "linkage=present",
        "diagnosis=myelopathy",
        text="myelopathy due to the stenosis",
        codes=(CODE, "G99.2"),
    ),
    case("linked_neuro_dx", "missing", "linkage=present", text="stenosis due to a fibrous band", codes=(CODE, "G99.2")),
    case("linked_neuro_dx", "missing", "diagnosis=myelopathy", codes=(CODE, "G99.2")),
    case("linked_neuro_dx", "missing", codes=(CODE, "M54.12")),
    case("linked_neuro_dx", "not_applicable", "diagnosis=myelopathy"),
    # manipulation, Medicare
    case(
        "subluxation", "met", "subluxation=present", "spine_exam=tenderness", "level=C1", codes=("M99.00", CODE), **CMT
    ),
    case("subluxation", "partial", "subluxation=present", "spine_exam=tenderness", "level=C1", **CMT),
    case("subluxation", "missing", **CMT),
    case("subluxation", "not_applicable", "subluxation=present"),
    # each further way of satisfying or failing a row
    case("tissue_type", "missing", "subluxation=present"),
    case(
        "neuro_finding", "met", "reflex=normal in:biceps", "sensation=normal in:neck", "strength=normal in:upper_limb"
    ),
    case("neuro_finding", "partial", text="Neuro intact."),
    case("imaging", "partial", "imaging=mri done", text="MRI of the craniovertebral junction."),
    case("imaging_finding", "met", MRI, "tissue=connective"),
    case("imaging_finding", "met", f"{MRI} | MRI", "tissue=connective @imaging | band", text="MRI done. Fibrous band."),
    case("imaging_finding", "met", MRI, "imaging_finding=normal"),
    case("conservative_treatment", "missing", "conservative_treatment=nsaid planned", **PAYER),
    case(
        "linked_neuro_dx",
        "met",
        "diagnosis=myelopathy | Myelopathy",
        "diagnosis=stenosis | stenosis",
        text="Myelopathy due to stenosis.",
        codes=(CODE, "G99.2"),
    ),
    case(
        "imaging_finding", "missing", MRI, "imaging_finding=osteophyte", "imaging_finding=stenosis", text="spur narrows"
    ),
    case("imaging_finding", "not_applicable", "imaging=xray done in:cervical"),
    case("conservative_treatment", "not_applicable", procedures=("98940",), payer="Medicare"),
    case("subluxation", "missing", "spine_exam=tenderness in:neck", **CMT),
]


@pytest.mark.parametrize("example", CASES, ids=lambda item: item.name)
def test_status(codes, example):
    assert status(codes, CODE, example) == example.status


def test_every_status_that_a_row_can_have_is_shown(codes):
    assert untested(codes, CODE, CASES) == set()


def test_every_alternative_in_the_file_is_shown(codes):
    assert unexercised(codes, CODE, CASES) == []
