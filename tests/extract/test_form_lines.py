"""Lines of a form under the heading of a test: each has its own side or tendon before a colon."""

from finding_words import each, said

from chartgap.extract import Extractor

CASES: dict[str, dict[str, list[str]]] = {
    "reflex": {
        "EXAM:\nReflexes:\nRight: biceps 2, triceps 2\nLeft: biceps 1, triceps 2": [
            "normal right biceps",
            "normal right triceps",
            "decreased left biceps",
            "normal left triceps",
        ],
        "EXAM:\nReflexes:\nBiceps: 2\nTriceps: right 1, left 2\nGait: normal": [
            "normal biceps",
            "decreased right triceps",
            "normal left triceps",
        ],
        "EXAM:\nReflexes:\nBiceps: 2\n\nVisits: 2\nRight: 2": ["normal biceps"],
    },
    "strength": {
        "EXAM:\nMotor:\nRight: deltoid 5, biceps 4\nLeft: normal": [
            "normal right upper_limb",
            "decreased right upper_limb",
            "normal left general",
        ],
    },
    "sensation": {
        "EXAM:\nSensation:\nRight: intact\nLeft: reduced thumb": ["normal right general", "decreased left upper_limb"]
    },
    "spurling": {"Spurling:\nRight: positive\nLeft: negative": ["positive right", "negative left"]},
    "pathologic_reflex": {
        "Hoffmann:\nRight: negative\nLeft: positive": ["negative right hoffmann", "positive left hoffmann"],
        "Plantars:\nRight: down\nLeft: up": ["negative right babinski", "positive left babinski"],
    },
}


@each(CASES)
def test_a_line_tells_of_what_its_heading_names(
    extractor: Extractor, element: str, text: str, expected: list[str]
) -> None:
    assert [said(f) for f in extractor.extract(text) if f.element == element] == expected
