"""Whole charts of the relatives, end to end: a good one is supported, and a defective one has exactly these gaps."""

from typing import Any

import pytest

from chartgap.checker import Checker
from chartgap.model import Claim, Note

DISC = """\
HPI: 52-year-old with neck pain and right arm pain for 3 months, no injury. The pain radiates from the neck down the
right arm into the thumb.
Exam: Spurling's test positive on the right. Right biceps reflex 1+, left 2+. Sensation decreased in the right C6
dermatome.
Imaging: MRI of the cervical spine on 3/4/2026 shows a right paracentral disc herniation at C5-C6.
Assessment: C5-C6 disc herniation with right C6 radiculopathy.
Plan: Physical therapy twice a week for 6 weeks.
"""
SPONDYLOSIS = """\
HPI: Neck stiffness for 2 years, no injury. She cannot look over her shoulder to drive.
Imaging: Cervical X-ray on 2/1/2026 shows osteophytes and facet changes at C5-C6.
Assessment: Cervical spondylosis without myelopathy or radiculopathy.
Plan: Home exercise program daily, follow up in 6 weeks.
"""
STENOSIS = """\
HPI: Neck pain and pain radiating down the left arm for 8 months.
Imaging: MRI of the cervical spine on 1/9/2026 shows moderate left foraminal stenosis at C6-C7.
Assessment: Cervical stenosis at C6-C7 with left C7 radiculopathy, no myelopathy.
Plan: Referral to a spine surgeon.
"""
KYPHOSIS = """\
HPI: Known ankylosing spondylitis with a progressive chin-on-chest deformity.
Imaging: Lateral cervical radiograph on 2/2/2026 shows kyphosis with a Cobb angle of 34 degrees from C5 to T2.
Assessment: Kyphosis of the cervicothoracic junction due to ankylosing spondylitis, apex at C7-T1.
Plan: Referral to deformity surgery.
"""
LAMINECTOMY = """\
HPI: Neck deformity that has developed since the operation.
Assessment: Cervical kyphosis due to cervical laminectomy in 2019.
Plan: Lateral films and follow up in 4 weeks.
"""
WHIPLASH = """\
HPI: Seen in the emergency department. Neck pain after a rear-end collision on 3/4/2026.
Exam: Tenderness of the cervical paraspinal muscles.
Assessment: Whiplash, sprain of the cervical spine.
Plan: Ibuprofen 600 mg every 8 hours for 5 days.
"""
ROOT = """\
HPI: Seen in the emergency department after a motorcycle accident on 3/4/2026.
Exam: Right biceps strength 1/5.
Imaging: CT of the cervical spine on 3/4/2026 shows a fracture of C6.
Assessment: Injury of the right C6 nerve root. Fracture of C6.
Plan: Neurosurgery consultation today.
"""
NECK_FRACTURE = """\
HPI: Seen in the emergency department after a fall from a ladder on 3/4/2026.
Imaging: CT of the cervical spine on 3/4/2026 shows a fracture.
Assessment: Fracture of the cervical spine.
Plan: Hard collar for 6 weeks.
"""
CHRONIC = """\
HPI: Here for pain management of chronic neck pain for 8 months, no history of trauma.
Assessment: Chronic neck pain.
Plan: Gabapentin 300 mg nightly, follow up in 4 weeks.
"""
LIGAMENT = """\
HPI: Hand clumsiness for 6 months.
Imaging: MRI of the cervical spine on 1/5/2026 shows thickened ligaments that narrow the spinal canal.
No disc herniation or spondylosis.
Assessment: Stenosis of the cervical canal from ligamentous thickening. No evidence of disc herniation or spondylosis.
"""
SCOLIOSIS = """\
HPI: 14-year-old with cerebral palsy and a neck that leans to the left.
Imaging: X-ray on 2/3/2026 shows cervical scoliosis with a Cobb angle of 25 degrees. Lateral film shows cervical
kyphosis with a Cobb angle of 12 degrees.
Assessment: Neuromuscular scoliosis of the cervical spine due to cerebral palsy.
"""
MYELOPATHY = """\
HPI: Unsteady gait and clumsy hands for 5 months, no injury.
Exam: Hoffmann's sign positive bilaterally.
Imaging: MRI of the cervical spine on 1/9/2026 shows a disc herniation at C4-C5.
Assessment: C4-C5 disc herniation with cervical myelopathy.
"""


def chart(text: str, code: str, verdict: str, *, codes: tuple[str, ...] = (), **gaps: str) -> tuple[Any, ...]:
    return text, {"codes": codes or (code,)}, code, verdict, gaps


def without(text: str, *lines: str) -> str:
    """The chart without the lines that begin so."""
    kept = [line for line in text.splitlines() if not line.startswith(lines)]
    assert len(kept) == len(text.splitlines()) - len(lines)
    return "\n".join(kept)


CHARTS = {
    "disc": chart(DISC, "M50.122", "supported"),
    "disc, another level": chart(DISC, "M50.123", "incomplete", level="missing", imaging_finding="missing"),
    "disc, unspecified level": chart(DISC, "M50.120", "incomplete", level="missing"),
    "disc, header": chart(DISC, "M50.12", "invalid"),
    "disc, possible": chart(
        DISC.replace("C5-C6 disc herniation with", "Possible C5-C6 disc herniation with"),
        "M50.122",
        "incomplete",
        diagnosis="missing",
    ),
    "disc, displacement claimed": chart(DISC, "M50.222", "incomplete", diagnosis="missing"),
    "disc, crash": chart(
        DISC.replace("no injury", "since a car accident last week"), "M50.122", "incomplete", trauma_status="missing"
    ),
    "spondylosis": chart(SPONDYLOSIS, "M47.812", "supported"),
    "spondylosis with radiculopathy": chart(
        SPONDYLOSIS.replace("without myelopathy or radiculopathy", "with right C6 radiculopathy"),
        "M47.812",
        "incomplete",
        rule_out="missing",
    ),
    "stenosis": chart(STENOSIS, "M48.02", "supported"),
    "stenosis, roots not mentioned": chart(
        STENOSIS.replace(" with left C7 radiculopathy, no myelopathy", ""), "M48.02", "incomplete", neuro_dx="missing"
    ),
    "stenosis, other region": chart(STENOSIS, "M48.01", "incomplete", region="missing", imaging_finding="partial"),
    "kyphosis": chart(KYPHOSIS, "M40.13", "supported", codes=("M45.3", "M40.13")),
    "kyphosis first": chart(KYPHOSIS, "M40.13", "incomplete", codes=("M40.13", "M45.3"), sequencing="missing"),
    "kyphosis without its cause": chart(
        KYPHOSIS.replace(" due to ankylosing spondylitis", "").replace("Known ankylosing spondylitis with a", "A"),
        "M40.13",
        "incomplete",
        codes=("M45.3", "M40.13"),
        underlying_condition="missing",
        linkage="missing",
    ),
    "laminectomy": chart(LAMINECTOMY, "M96.3", "supported"),
    "laminectomy without a date": chart(
        LAMINECTOMY.replace(" in 2019", ""), "M96.3", "incomplete", procedure="partial"
    ),
    "laminectomy, radiation claimed": chart(LAMINECTOMY, "M96.2", "incomplete", procedure="missing"),
    "whiplash": chart(WHIPLASH, "S13.4XXA", "supported"),
    "whiplash, after-care": chart(WHIPLASH, "S13.4XXD", "incomplete", encounter_phase="missing"),
    "whiplash, no date": chart(WHIPLASH.replace(" on 3/4/2026", ""), "S13.4XXA", "incomplete", mechanism="partial"),
    "root": chart(ROOT, "S14.2XXA", "supported", codes=("S14.2XXA", "S12.500A")),
    "root, fracture not coded": chart(ROOT, "S14.2XXA", "incomplete", associated="missing"),
    "neck fracture": chart(NECK_FRACTURE, "S12.9XXA", "supported"),
    "neck fracture, level known": chart(
        NECK_FRACTURE.replace("shows a fracture", "shows a fracture of C5"),
        "S12.9XXA",
        "incomplete",
        level="missing",
        displacement="missing",
        open_closed="missing",
    ),
    "chronic pain": chart(CHRONIC, "G89.29", "supported", codes=("G89.29", "M54.2")),
    "chronic pain alone": chart(CHRONIC, "G89.29", "incomplete", site_code="missing"),
    "pain of 8 months": chart(
        CHRONIC.replace("chronic ", "").replace("Chronic n", "N"),
        "G89.29",
        "incomplete",
        codes=("G89.29", "M54.2"),
        chronic_statement="missing",
    ),
    "ligament": chart(LIGAMENT, "M99.41", "supported"),
    "ligament, bone claimed": chart(LIGAMENT, "M99.31", "incomplete", tissue_type="missing"),
    "ligament, nothing excluded": chart(
        LIGAMENT.replace("No disc herniation or spondylosis.\n", "").replace(
            " No evidence of disc herniation or spondylosis.", ""
        ),
        "M99.41",
        "incomplete",
        not_elsewhere="missing",
    ),
    "scoliosis": chart(SCOLIOSIS, "M41.42", "supported"),
    "scoliosis, other type": chart(SCOLIOSIS, "M41.122", "incomplete", diagnosis="partial"),
    "scoliosis, other region": chart(SCOLIOSIS, "M41.43", "incomplete", region="missing"),
    "myelopathy": chart(MYELOPATHY, "M50.021", "supported"),
    "myelopathy, silent signs": chart(
        without(MYELOPATHY, "HPI", "Exam"), "M50.021", "supported", objective_finding="missing"
    ),
}


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_exactly_these_gaps(checker: Checker, name: str) -> None:
    text, claim, code, verdict, gaps = CHARTS[name]
    report = checker.check(Note(id="chart", text=text, claim=Claim(**claim)))
    (result,) = [item for item in report.codes if item.code == code]
    statuses = {row.id.removeprefix(f"{code}."): row.status for row in result.requirements}
    if verdict != "invalid":
        assert {row: status for row, status in statuses.items() if status not in {"met", "not_applicable"}} == gaps
    assert result.verdict == verdict
