"""Boxes of a form, before or behind their words: what is not ticked is not said."""

from finding_words import each, said

from chartgap.extract import Extractor

CASES: dict[str, dict[str, list[str]]] = {
    "chronicity": {
        "Neck pain: acute [ ] chronic [x]": ["chronic"],
        "Neck pain: [ ] acute [x] chronic": ["chronic"],
        "Neck pain. Chronicity: acute [x] chronic [ ]": ["acute"],
        "Neck pain: acute [ ] chronic [ ]": [],
    },
    "severity": {"Neck pain. Severity: mild [ ] severe [ ]": []},
    "spurling": {
        "Spurling: positive [ ] negative [x]": ["negative"],
        "Spurling positive [x] negative [ ]": ["positive"],
        "Spurling: [x] positive [ ] negative": ["positive"],
        "Spurling: Right: positive [ ] negative [x] Left: positive [x] negative [ ]": [
            "negative right",
            "positive left",
        ],
    },
    "pathologic_reflex": {
        "Hoffmann: ☐ pos ☑ neg": ["negative hoffmann"],
        "Hoffmann: pos ☐ neg ☑": ["negative hoffmann"],
    },
    "numbness": {
        "Neck pain. Numbness [x] Tingling [ ] Weakness [x]": ["present"],
        "Neck pain. Numbness (x) Weakness ( )": ["present"],
        "Neck pain. Numbness: [ ] Tingling: [x]": ["present"],
        "Neck pain. Numbness: [x]": ["present"],
        "Neck pain. Numbness: yes [ ] no [x]": ["absent"],
        "Neck pain. Numbness [ ]": [],
    },
    "laterality": {"Arm pain: right [x] left [ ] both [ ]": ["present right upper_limb"]},
    "range_of_motion": {"Neck ROM: full [ ] restricted [x]": ["restricted neck"]},
}


@each(CASES)
def test_what_the_boxes_say(extractor: Extractor, element: str, text: str, expected: list[str]) -> None:
    assert [said(f) for f in extractor.extract(text) if f.element == element] == expected
