"""Names in a text: found word by word as one pattern of all phrases would find them."""

import re

import pytest

from chartgap.knowledge.catalog import Catalog
from chartgap.knowledge.phrases import Names, pattern

PHRASES = [
    ("arm", "{upper|whole} arm"),
    ("arm", "arm[s]"),
    ("hand", "hand"),
    ("wrist", "wrist [and hand]"),
    ("ckd", "ckd"),
]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("upper arm and arms", ["arm", "arm"]),
        ("wrist and hand", ["wrist"]),
        ("wrist and forearm, hand", ["wrist", "hand"]),
        ("left-hand side", ["hand"]),
        ("handed", []),
        ("forearm", []),
        ("armband ckd3", []),
        ("", []),
    ],
)
def test_the_longest_name_at_a_word_is_found(text, names):
    assert [name for name, _ in Names(PHRASES).find(text)] == names


def test_a_text_without_its_names_has_blanks_in_their_place():
    assert Names(PHRASES).without("pain in upper arm, left hand") == "pain in  , left  "
    assert Names(PHRASES).without("pain") == "pain"


def test_places_are_found_as_one_pattern_of_all_phrases_finds_them(catalog: Catalog):
    sites = catalog.axes.sites.values()
    phrases = [(site.site, phrase) for site in sites for phrase in (*site.title, *site.words)]
    ordered = sorted(((pattern(phrase).pattern, name) for name, phrase in phrases), key=lambda item: -len(item[0]))
    groups = "|".join(f"(?P<n{number}_{name}>{body})" for number, (body, name) in enumerate(ordered))
    whole = re.compile(rf"(?<![a-z0-9])(?:{groups})")
    names = Names(phrases)
    found = 0
    for code in catalog.icd.codes("S")[::200]:
        title = catalog.icd.title(code).lower()
        expected = [((match.lastgroup or "").split("_", 1)[1], match.span()) for match in whole.finditer(title)]
        assert list(names.find(title)) == expected
        found += len(expected)
    assert found > 100
