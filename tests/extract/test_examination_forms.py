"""Examinations in short forms: exceptions, boxes, signs behind sides, British abbreviations, forms nobody filled in."""

from finding_words import each, said

from chartgap.extract import Extractor

CASES: dict[str, dict[str, list[str]]] = {
    "reflex": {
        "DTRs 2+ x 4.": ["normal general"],
        "Reflexes symmetric except absent right triceps.": ["normal bilateral general", "absent right triceps"],
        "Reflexes equal apart from a reduced left biceps.": ["normal bilateral general", "decreased left biceps"],
        "Reflexes symmetric, 2+.": ["normal bilateral general"],
        "BJ 2+, SJ 2+, TJ 1+ on the right.": [
            "normal biceps",
            "normal brachioradialis",
            "decreased right triceps",
        ],
        "Reflexes: biceps +, triceps +, ankle jerks absent.": ["normal biceps", "normal triceps", "absent achilles"],
        "Reflexes: biceps ++, triceps +, BR ++.": ["normal biceps", "decreased triceps", "normal brachioradialis"],
        "Reflexes + sensation intact.": [],
        "Right biceps 2+, triceps 2+. Left biceps 2+, triceps 1+.": [
            "normal right biceps",
            "normal right triceps",
            "normal left biceps",
            "decreased left triceps",
        ],
        "Reflexes: R bi 2 tri 2, L bi 2 tri 1.": [
            "normal right biceps",
            "normal right triceps",
            "normal left biceps",
            "decreased left triceps",
        ],
        "Right biceps 1+, triceps 2+.": ["decreased right biceps", "normal triceps"],
        "BJ/TJ/SJ present and equal.": [
            "normal bilateral biceps",
            "normal bilateral triceps",
            "normal bilateral brachioradialis",
        ],
        "Biceps jerk present bilaterally, triceps jerk absent on the left.": [
            "normal bilateral biceps",
            "absent left triceps",
        ],
        "All reflexes are present.": ["normal general"],
        "Reflexes present but reduced at the ankles.": ["decreased achilles"],
        "Hyperreflexia 3+ in the lower limbs.": ["increased lower_limb"],
        "Hyporeflexia 1+ in the right arm.": ["decreased right upper_limb"],
        "LL reflexes brisk.": ["increased lower_limb"],
        "Reflexes: NAD.": ["normal general"],
        "Reflexes brisker on the left.": ["increased left general"],
        "Reflexes: triceps 1+ on the left; the right side is 2+ throughout.": [
            "decreased left triceps",
            "normal right general",
        ],
        "Reflexes (normal / decreased / absent):": [],
        "Ankle jerks decreased/absent.": ["decreased achilles", "absent achilles"],
        "Absent reflexes would warrant an operation.": [],
    },
    "sensation": {
        "Light touch intact save L C6.": ["normal general", "decreased left upper_limb"],
        "Sensation normal apart from right L5.": ["normal general", "decreased right lower_limb"],
        "Sensation normal at C6.": ["normal upper_limb"],
        "He could not feel the pinprick over the left thumb.": ["absent left upper_limb"],
        "Pinprick not felt over the lateral left forearm.": ["absent left upper_limb"],
        "Unable to distinguish sharp from dull over the left thumb.": ["decreased left upper_limb"],
        "He distinguishes sharp from dull; sensation intact.": ["normal general"],
        "Sensory loss: none.": ["normal general"],
        "Sensory loss: left C6. Atrophy: none.": ["decreased left upper_limb"],
        "Sensation: intact / decreased": [],
        "Sensation is decreased over the thumb; vibration is lost in the same distribution.": [
            "decreased upper_limb",
            "absent upper_limb",
        ],
    },
    "strength": {
        "Power full except C7 on the right.": ["normal general", "decreased right upper_limb"],
        "Power full bar right wrist extension.": ["normal general", "decreased right upper_limb"],
        "UL power 5/5 bilat, LL power 5/5 bilat.": ["normal bilateral upper_limb", "normal bilateral lower_limb"],
        "Gross strength WFL.": ["normal general"],
        "Power: NAD.": ["normal general"],
        "NAD. Power is reduced in the right triceps.": ["decreased right upper_limb"],
        "Right foot drop.": ["decreased right lower_limb"],
        "Motor strength limited by pain but appears 5/5.": ["normal general"],
        "He has strength of character.": [],
        "Weakness: none.": ["normal general"],
        "Right arm weakness: none.": ["normal right upper_limb"],
        "Weakness: right triceps. Atrophy: none.": ["decreased right upper_limb"],
        "Strength (normal/decreased):": [],
        "Strength: __ normal _x_ decreased right grip": ["decreased right upper_limb"],
        "She has a good grip on her illness.": [],
        "She has a good grip on the left.": ["normal left upper_limb"],
        "They'll see whether the power comes back.": [],
    },
    "spurling": {
        "Spurling's was positive on the right, none on the left.": ["positive right", "negative left"],
        "Spurling's positive on the right but not the left.": ["positive right", "negative left"],
        "Spurling's: arm pain right, nil left.": ["positive right", "negative left"],
        "Spurling's could not be done.": ["not_done"],
        "Spurling's: NAD.": ["negative"],
        "Spurling's: __ pos _x_ neg": ["negative"],
        "Spurling's: _x_ pos __ neg": ["positive"],
        "Spurling's test (positive/negative):": [],
        "Spurling: [ ] R  [x] L": ["positive left"],
        "Spurling: [ ] R  [ ] L": [],
        "Spurling positive on the right; negative on the left.": ["positive right", "negative left"],
        "Spurling R + L -": ["positive right", "negative left"],
        "Spurling's R+ L-.": ["positive right", "negative left"],
        "Spurling's R+L positive.": ["positive bilateral"],
    },
    "pathologic_reflex": {
        "Hoffmann's present on the left, not on the right.": ["positive left hoffmann", "negative right hoffmann"],
        "Hoffmann's: R+ L-": ["positive right hoffmann", "negative left hoffmann"],
        "Clonus: nil.": ["negative clonus"],
        "Hoffmann L - R +": ["negative left hoffmann", "positive right hoffmann"],
    },
    "spine_exam": {
        "\nCervical spine: no tenderness.": ["normal neck"],
        "Lumbar spine is tender.": ["tenderness back"],
        "Cervical lordosis is reduced.": ["deformity neck"],
        "Cervical spine, 3 views. Cervical lordosis is reduced.": [],
    },
    "range_of_motion": {
        "She touches her chin to her chest.": ["normal neck"],
        "She looks over both shoulders without pain.": ["normal neck"],
        "He cannot touch his chin to his chest.": ["restricted neck"],
        "Neck flexion: chin 3 fingers from the chest.": ["restricted neck"],
        "CROM WFL, painful at end range.": ["normal neck", "painful neck"],
        "Neck movements: full ROM, end range discomfort only.": ["normal neck", "painful neck"],
        "The tube was 4 cm from the carina.": [],
    },
}


@each(CASES)
def test_a_short_form(extractor: Extractor, element: str, text: str, expected: list[str]) -> None:
    found = [said(f) for f in extractor.extract(f"Neck pain and low back pain.\nEXAM: {text}") if f.element == element]
    assert sorted(found) == sorted(expected)
