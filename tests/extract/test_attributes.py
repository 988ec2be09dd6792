"""Attributes: what a sentence gives beside a finding, each with a near miss."""

import pytest

from chartgap.extract import Extractor


def attributes(extractor: Extractor, text: str, element: str, name: str) -> set[str]:
    return {f.attributes[name] for f in extractor.extract(text) if f.element == element and name in f.attributes}


@pytest.mark.parametrize(
    ("text", "element", "name", "value"),
    [
        ("MRI C-spine 3/14/24: disc bulge at C5-6.", "imaging", "date", "3/14/24"),
        ("MRI of the cervical spine of January 28, 2004 was reviewed.", "imaging", "date", "january 28, 2004"),
        ("Cervical x-rays dated 02/11/2025 show no fracture.", "imaging", "date", "02/11/2025"),
        ("MRI of the cervical spine shows a disc bulge at C5-6.", "imaging", "finding", "disc bulge"),
        ("He had PT x 6 weeks without relief.", "conservative_treatment", "length", "6 weeks"),
        ("She took naproxen for 3 months.", "conservative_treatment", "length", "3 months"),
        (
            "Twelve visits of chiropractic care; he completed 12 visits.",
            "conservative_treatment",
            "length",
            "twelve visits",
        ),
        ("Six weeks of physical therapy gave no relief.", "conservative_treatment", "length", "six weeks"),
        ("Cervical flexion is limited to 40 degrees.", "range_of_motion", "degrees", "40 degrees"),
        ("Left triceps strength is 4/5.", "strength", "muscle", "triceps"),
        ("Light touch is decreased in the left C6 dermatome.", "sensation", "dermatome", "c6 dermatome"),
        ("EMG of the left arm on 3/1/2025 showed C7 radiculopathy.", "electrodiagnostic", "date", "3/1/2025"),
        ("EMG: no C6 radiculopathy.", "electrodiagnostic", "result", "negative"),
        ("There was no denervation on EMG.", "electrodiagnostic", "result", "negative"),
        ("EMG shows denervation in the C7 myotome.", "electrodiagnostic", "result", "positive"),
        ("EMG suggests a possible C7 radiculopathy.", "electrodiagnostic", "result", "equivocal"),
        ("EMG showed carpal tunnel syndrome but no radiculopathy.", "electrodiagnostic", "result", "other"),
        ("Lateral cervical film shows kyphosis of 22 degrees from C2 to C7.", "imaging_finding", "cobb_degrees", "22"),
        ("MRI of the cervical spine shows foraminal stenosis at C5-C6.", "imaging_finding", "level", "C5-C6"),
        ("Assessment: C6 radiculopathy due to a disc herniation at C5-C6.", "etiology", "level", "C5-C6"),
        ("Exam: tenderness over the left C4 and C5 facets of the neck.", "spine_exam", "levels", "C4, C5"),
        ("Subluxation at C5.", "subluxation", "level", "C5"),
        ("She cannot drive for more than 20 minutes because of neck pain.", "functional_impact", "activity", "drive"),
        ("Neck pain affects work; NDI 34%.", "functional_impact", "scale", "ndi 34%"),
        ("Plan: physical therapy twice a week for 6 weeks.", "treatment_plan", "frequency", "twice a week"),
        ("Plan: physical therapy twice a week for 6 weeks.", "treatment_plan", "duration", "6 weeks"),
        ("Plan: follow up in 2 weeks.", "treatment_plan", "follow_up", "2 weeks"),
        (
            "Plan: MRI of the neck to rule out cord compression.",
            "workup_plan",
            "reason",
            "to rule out cord compression",
        ),
        ("Neck pain after a car accident in 1998. Seen 2/2/2024.", "trauma_status", "date", "1998"),
        ("Neck pain after a fall in March 2024.", "trauma_status", "mechanism", "fall"),
        ("Cervical kyphosis due to rheumatoid arthritis.", "linkage", "cause", "rheumatoid arthritis"),
        ("Cervical kyphosis due to rheumatoid arthritis.", "linkage", "effect", "kyphosis"),
    ],
)
def test_given(extractor: Extractor, text: str, element: str, name: str, value: str) -> None:
    assert value in attributes(extractor, text, element, name)


@pytest.mark.parametrize(
    ("text", "element", "name"),
    [
        ("MRI of the cervical spine was reviewed.", "imaging", "date"),
        ("We will order an MRI of the cervical spine on 3/14/24.", "imaging", "date"),
        ("He tried physical therapy for his neck.", "conservative_treatment", "length"),
        ("Neck pain for 3 months, treated with ibuprofen.", "conservative_treatment", "length"),
        ("Cervical range of motion is limited.", "range_of_motion", "degrees"),
        ("Sensation is intact in both arms.", "sensation", "dermatome"),
        ("Lateral cervical film shows kyphosis.", "imaging_finding", "cobb_degrees"),
        ("Plan: follow up as needed.", "treatment_plan", "action"),
        ("Plan: continue current medications.", "treatment_plan", "action"),
        ("Plan: follow up in 1 week.", "treatment_plan", "frequency"),
        ("Plan: MRI of the cervical spine.", "workup_plan", "reason"),
    ],
)
def test_not_given(extractor: Extractor, text: str, element: str, name: str) -> None:
    assert attributes(extractor, text, element, name) == set()
