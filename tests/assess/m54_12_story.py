"""Rows of M54.12 that the story and the assessment answer, each with what it comes to."""

from cases import case

CODE = "M54.12"
ARM = "in:upper_limb"
DX = "diagnosis=cervical_radiculopathy"
ESI = {"procedures": ("62321",)}

STORY = [
    # diagnosis: the provider's definite statement, in the assessment
    case("diagnosis", "met", f"{DX} @assessment"),
    case("diagnosis", "met", DX),
    case("diagnosis", "partial", f"{DX} @history_of_present_illness"),
    case("diagnosis", "missing", f"{DX} historical @past_medical_history"),
    case("diagnosis", "missing", f"{DX} uncertain @assessment"),
    case("diagnosis", "missing", f"{DX} uncertain @assessment", setting="emergency"),
    case("diagnosis", "met", f"{DX} uncertain @assessment", setting="inpatient"),
    case("diagnosis", "missing", f"{DX} negated @assessment"),
    case("diagnosis", "missing", f"{DX} family @assessment"),
    case("diagnosis", "missing", f"{DX} hypothetical @assessment"),
    case("diagnosis", "missing", "diagnosis=neck_pain @assessment"),
    case("diagnosis", "conflicting", f"{DX} @assessment", f"{DX} negated @plan"),
    case("diagnosis", "met", f"{DX} @assessment", f"{DX} negated @results"),
    # region
    case("region", "met", "region=cervical"),
    case("region", "met", "level=C6"),
    case("region", "missing", "region=cervicothoracic"),
    case("region", "missing", "level=C7-T1"),
    case("region", "missing", "level=C8", "region=cervical | C8", text="right C8 radiculopathy"),
    case("region", "missing", "region=lumbar"),
    case("region", "missing", "region=head"),
    # etiology: neither disc nor spondylosis
    case("etiology", "met", "etiology=stenosis"),
    case("etiology", "met", "diagnosis=stenosis"),
    case("etiology", "met", "etiology=stenosis uncertain"),
    case("etiology", "partial", "etiology=trauma"),
    case("etiology", "missing", "etiology=disc"),
    case("etiology", "missing", "etiology=spondylosis"),
    case("etiology", "met", "etiology=disc negated", "etiology=spondylosis negated"),
    case("etiology", "missing", "etiology=disc negated"),
    case("etiology", "missing", "etiology=stenosis | stenosis", text="MRI of the lumbar spine: stenosis."),
    case("etiology", "missing"),
    case("etiology", "met", text="No structural cause was found on MRI."),
    case("etiology", "met", "imaging_finding=normal", text="Of unclear etiology; MRI unremarkable."),
    case("etiology", "partial", text="Right radiculopathy, etiology unknown."),
    case("etiology", "missing", text="No word of a known cause."),
    *[
        case(
            "etiology",
            "missing",
            f"etiology={cause} @assessment | {cause}",
            "etiology=stenosis @assessment | stenosis",
            "linkage=present @assessment | due to",
            text=f"Radiculopathy due to {cause} with stenosis.",
        )
        for cause in ("disc", "spondylosis")
    ],
    # trauma_status
    case("trauma_status", "met", "trauma_status=denied"),
    case("trauma_status", "met", "trauma_status=remote date:1998"),
    case("trauma_status", "missing", "trauma_status=remote"),
    case("trauma_status", "missing", "trauma_status=current"),
    case("trauma_status", "missing", text="Pain since a motor vehicle accident."),
    case("trauma_status", "missing", "onset=traumatic"),
    case("trauma_status", "conflicting", "trauma_status=denied", "trauma_status=current"),
    case("trauma_status", "met", "trauma_status=denied", "trauma_status=current historical", text="He fell."),
    case("trauma_status", "not_applicable"),
    case("trauma_status", "not_applicable", text="She falls asleep easily. Family history of injury."),
    # laterality
    case("laterality", "met", f"laterality=present left {ARM}"),
    case("laterality", "met", f"numbness=present right {ARM}"),
    case("laterality", "met", f"{DX} right @assessment"),
    case("laterality", "met", "laterality=present right in:neck | radiculopathy", text="Right radiculopathy."),
    case(
        "laterality",
        "conflicting",
        f"radiation=present left {ARM} | left arm",
        "laterality=present right in:neck | radiculopathy",
        text="Pain in the left arm.\nRight radiculopathy.",
    ),
    case("etiology", "missing", "etiology=stenosis region:lumbar"),
    case("laterality", "partial", "radiation=present right in:shoulder"),
    case("laterality", "missing", "laterality=present left in:neck"),
    case("laterality", "missing", "laterality=present left in:lower_limb"),
    case("laterality", "missing", f"laterality=present left negated {ARM}"),
    case("laterality", "missing", f"radiation=present {ARM}"),
    case(
        "laterality",
        "conflicting",
        f"laterality=present left {ARM} @history_of_present_illness",
        f"laterality=present right {ARM} @assessment",
    ),
    case(
        "laterality",
        "conflicting",
        f"radiation=present left {ARM} | left arm",
        f"{DX} right | Right C6",
        text="Pain in the left arm.\nRight C6 radiculopathy.",
    ),
    case(
        "laterality",
        "met",
        f"laterality=present left historical {ARM} @past_medical_history",
        f"laterality=present right {ARM} @assessment",
    ),
    case(
        "laterality",
        "met",
        f"laterality=present left {ARM} @history_of_present_illness",
        f"laterality=present right {ARM} @history_of_present_illness",
        f"laterality=present right {ARM} @assessment",
    ),
    case(
        "laterality",
        "met",
        f"laterality=present bilateral {ARM} @history_of_present_illness",
        f"laterality=present right {ARM} @assessment",
    ),
    case(
        "laterality",
        "met",
        f"laterality=present left {ARM} @history_of_present_illness",
        "laterality=present right in:lower_limb @assessment",
    ),
    case(
        "laterality",
        "met",
        f"laterality=present left {ARM} @history_of_present_illness",
        f"laterality=present right {ARM} @physical_exam",
    ),
    # radiation
    case("radiation", "met", f"radiation=present {ARM}"),
    case("radiation", "partial", "radiation=present in:shoulder"),
    case("radiation", "missing", "radiation=present in:lower_limb"),
    case("radiation", "missing", "radiation=present in:other"),
    case("radiation", "missing", "radiation=absent"),
    case("radiation", "missing", f"radiation=present hypothetical {ARM}"),
    case("radiation", "conflicting", f"radiation=present {ARM}", f"radiation=absent {ARM} @assessment"),
    case(
        "radiation",
        "conflicting",
        f"radiation=present left {ARM} | left arm",
        "radiation=absent | no radiation",
        text="Pain into the left arm. There is no radiation.",
    ),
    case("radiation", "met", f"radiation=present left {ARM}", f"radiation=absent right {ARM}"),
    case("radiation", "met", f"radiation=present {ARM}", "radiation=absent in:lower_limb"),
    case("radiation", "met", f"radiation=present {ARM}", f"radiation=absent historical {ARM}"),
    # level
    case("level", "met", "level=C6"),
    case("level", "met", "level=C5-C6"),
    case("level", "partial", "level=C8"),
    case("level", "missing", "level=L5-S1"),
    case("level", "missing"),
]
