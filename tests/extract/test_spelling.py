"""Typos of terms are read as the term; nothing else is touched, and offsets stay those of the note."""

import re
from collections import Counter
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartgap.errors import PatternProblem
from chartgap.extract import Extractor
from chartgap.extract.document.text import view_of
from chartgap.extract.phrases.lexer import Lexer
from chartgap.extract.phrases.spelling import Speller, corrected, scan_corrected
from chartgap.knowledge.catalog import load_catalog
from chartgap.knowledge.phrases import readings
from chartgap.knowledge.spelling import load_spelling
from notes import SYNTHETIC, load_notes

CATALOG = load_catalog()
SPELLING = CATALOG.spelling
TERMS = sorted(chain.from_iterable(SPELLING.words))
# A name that is a typo before certain words ("sparling maneuver") is right elsewhere only.
IN_PHRASE = frozenset(chain.from_iterable(rule.typos for rule in SPELLING.in_phrase))
NEVER = sorted(frozenset(chain.from_iterable(SPELLING.never)) - IN_PHRASE)
LEXER = Lexer([("cervical spine", "region", "c"), ("negative", "value", "n"), ("neck", "region", "k")])

# Misspellings that the pattern files hold in phrases of their own.
IN_PHRASES = frozenset(
    re.findall(
        r"[a-z]+",
        """
    accupuncture acetaminophin acetominophen acupunture amitriptylene amitryptyline chiropracter chiropratic
    conducton flexaril flexerill gabapentine gabapentn gabapenton gabapetin gabepentin ibuprofin ibuprofrn
    ibuprophen iburpofen injectons magentic meloxicom monthss myelogam myleogram mylogram naprosen naproxin
    neurotin nuerontin percoset phsyical phyical physcial physicial relaxors resonnance rhomberg tendernes
    thearpy theraphy therpay tramodol tylanol tylenonl vicoden
    """,
    )
)
# Those that the authors of the synthetic notes meant.
MEANT = {
    "cervcial": "cervical",
    "ibuprofin": "ibuprofen",
    "limitted": "limited",
    "negatve": "negative",
    "parasthesias": "paresthesias",
    "pian": "pain",
    "radation": "radiation",
    "refexes": "reflexes",
    "reflexs": "reflexes",
    "sensaton": "sensation",
    "strenght": "strength",
    "tendernes": "tenderness",
    "unremarkble": "unremarkable",
}


@pytest.fixture(scope="module")
def speller():
    return Speller(SPELLING)


def read_as(speller, text):
    for start, end, right in reversed(speller.corrections(text, 0, len(text))):
        text = text[:start] + right + text[end:]
    return text


@pytest.mark.parametrize(("text", "wanted"), SPELLING.examples.items())
def test_examples(speller, text, wanted):
    assert read_as(speller, text) == wanted
    assert read_as(speller, text) == wanted  # and from memory


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("refexes", "reflexes"),  # one letter less
        ("cervicall", "cervical"),  # one more, doubling the last
        ("weaknes", "weakness"),
        ("negetive", "negative"),  # another
        ("cerivcal", "cervical"),  # swapped
        ("ecrvical", "cervical"),  # swapped at the start
        ("symptos", "symptoms"),  # of two forms the one with the ending
        ("cervicals", None),  # a plural
        ("patella", None),  # another last letter
        ("shoulde", None),  # cut short
        ("vervical", None),  # another first letter
        ("crvicl", None),  # two letters less
        ("hypeactive", None),  # between hyperactive and hypoactive
        ("spine", None),  # short
    ],
)
def test_one_slip(speller, word, term):
    assert speller.correct(word) == term


def test_every_term_stays(speller):
    assert [term for term in TERMS if speller.correct(term)] == []


def test_never_holds_only_words_that_need_it():
    bare = Speller(SPELLING.model_copy(update={"never": ()}))
    assert [word for word in NEVER if bare.correct(word) is None] == []


def test_typos_are_only_those_that_need_naming():
    bare = Speller(SPELLING.model_copy(update={"typos": {}}))
    assert [word for word in SPELLING.typos if bare.correct(word)] == []


def test_no_word_of_the_patterns_is_a_typo(speller):
    """A word that a phrase needs must not be read as another: it belongs to `never`, unless the phrase is the typo."""
    phrases = [p for lexicon in CATALOG.lexicon.values() for entry in lexicon.entries for p in entry.phrases]
    for pattern in CATALOG.elements.values():
        phrases += [p for entry in (*pattern.targets, *pattern.values) for p in entry.phrases]
    phrases += [text for rule in CATALOG.context.rules for text in rule.literals]
    words = set(re.findall(r"[a-z]+", " ".join(phrases).lower()))
    assert {word: term for word in words - IN_PHRASES if (term := speller.correct(word))} == {}


def test_readings_are_whole_words():
    assert all(readings(word) == [word] for word in TERMS)


def test_correctly_spelled_notes_are_not_touched(speller):
    """The synthetic notes hold the typos that their authors meant, and no word else is read otherwise."""
    found = {}
    for note in load_notes(SYNTHETIC):
        view = view_of(note.text).folded
        found |= {view[start:end]: right for start, end, right in speller.corrections(view, 0, len(view))}
    assert found == MEANT


@given(
    words=st.lists(st.sampled_from([*TERMS, *NEVER, "neck", "c5-6", "and", "(", "5/5"]), max_size=20),
    glue=st.sampled_from([" ", ", ", ".\n", "/", "-"]),
)
def test_right_words_are_never_changed(words, glue):
    text = glue.join(words)
    assert [right for *_, right in Speller(SPELLING).corrections(text, 0, len(text)) if right in TERMS] == []


def test_only_between_the_offsets(speller):
    text = "refexes, strenght"
    assert speller.corrections(text, 7, len(text)) == [(9, 17, "strength")]
    assert speller.corrections(text, 0, 8) == [(0, 7, "reflexes")]


def test_letters_and_digits_make_one_word(speller):
    assert read_as(speller, "refexes2 3refexes refexes_") == "refexes2 3refexes reflexes_"


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr("chartgap.extract.phrases.spelling._MAX_CACHED", 40)
    speller = Speller(SPELLING)
    for number in range(200):
        word = "abcdef" + "".join(chr(97 + int(digit)) for digit in str(number))
        assert speller.corrections(word, 0, len(word)) == []
        assert len(speller._fine) + len(speller._misspelt) <= 40
    assert read_as(speller, "strenght and nekc pian") == "strength and neck pain"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("the cervial spine, neck", [("cervial spine", "c"), ("neck", "k")]),
        ("cerrvical spine negattive", [("cerrvical spine", "c"), ("negattive", "n")]),
        (
            "negatve neck cervcal spine negative",
            [("negatve", "n"), ("neck", "k"), ("cervcal spine", "c"), ("negative", "n")],
        ),
        ("cervical spine", [("cervical spine", "c")]),
    ],
)
def test_lexemes_have_the_offsets_of_the_note(speller, text, wanted):
    view = f"before. {text} after"
    start, end = 8, 8 + len(text)
    lexemes = scan_corrected(LEXER, view, start, end, speller.corrections(view, start, end))
    assert [(view[lex.start : lex.end], lex.entry) for lex in lexemes] == wanted


def test_corrected_moves_the_mentions(speller):
    view = "x. she denis any numness or pain"
    mentions = [(14, 21, "numbness"), (25, 29, "pain")]
    assert [view[3:][a:b] for a, b, _ in mentions] == ["numness", "pain"]
    text, moved = corrected(view, 3, len(view), speller.corrections(view, 3, len(view)), mentions)
    assert text == "she denies any numbness or pain"
    assert [(text[a:b], label) for a, b, label in moved] == [("numbness", "numbness"), ("pain", "pain")]


FACTS = [
    ("Spurlings negatve on the right.", "Spurlings negative on the right."),
    ("Refexes are 2+ and symetric.", "Reflexes are 2+ and symmetric."),
    ("Strenght 5/5 in the upper extremites.", "Strength 5/5 in the upper extremities."),
    ("Neck pian with radation into the left arm.", "Neck pain with radiation into the left arm."),
    ("No numness or parasthesias of the right hand.", "No numbness or paresthesias of the right hand."),
    ("She denis any numness in the left hand.", "She denies any numbness in the left hand."),
    ("MRI of the lumber spine showed stenois.", "MRI of the lumbar spine showed stenosis."),
    ("Tried gabapentine and physcial therpy.", "Tried gabapentin and physical therapy."),
    ("Cervial range of motion is limitted.", "Cervical range of motion is limited."),
    ("Assessment: Cervcal radiculopthy.", "Assessment: Cervical radiculopathy."),
]


def facts(extractor, text):
    found = extractor.extract(text)
    assert all(text[f.start : f.end] == f.text for f in found)
    return [(f.element, f.value, f.side, f.area, f.status, f.assertion, f.rule_id) for f in found]


@pytest.mark.parametrize(("typed", "meant"), FACTS)
def test_a_note_with_typos_says_the_same(extractor, typed, meant):
    assert facts(extractor, typed) == facts(extractor, meant) != []


def test_evidence_is_the_misspelt_text(extractor):
    (found,) = (f for f in extractor.extract("Refexes are 2+.") if f.element == "reflex")
    assert (found.start, found.value) == (0, "normal")
    assert found.text.startswith("Refexes")


def misspelt(text):
    """The note with a letter left out of the middle of every third of its longer terms."""
    count = iter(range(10_000))
    longer = [term for term in TERMS if len(term) > 6 and term[:3] + term[4:] not in NEVER]
    return re.sub(
        rf"\b(?:{'|'.join(longer)})\b",
        lambda m: m[0] if next(count) % 3 else m[0][:3] + m[0][4:],
        text,
    )


def test_notes_full_of_typos_say_nearly_the_same(extractor):
    wanted = lost = 0
    for note in load_notes(SYNTHETIC)[::4]:
        meant, read = Counter(facts(extractor, note.text)), Counter(facts(extractor, misspelt(note.text)))
        wanted += meant.total()
        lost += (meant - read).total()
    assert lost < 0.05 * wanted


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"words": [["spine"]]}, "shorter than 6 letters: spine"),
        ({"never": [["cervical"]]}, "there twice: cervical"),
        ({"words": [["Cervical"]]}, "not a word in lower case: Cervical"),
        ({"typos": {"cervical": "lumbar"}}, "a word and a typo: cervical"),
        ({"extra": 1}, "Extra inputs are not permitted"),
    ],
)
def test_a_wrong_file_is_a_problem(tmp_path, change, problem):
    good = {"about": "x", "words": [["cervical"]], "never": [], "typos": {}, "in_phrase": [], "examples": {}}
    (tmp_path / "spelling.yaml").write_text(str(good | change).replace("'", '"'), encoding="utf-8")
    problems: list[PatternProblem] = []
    assert load_spelling(tmp_path, problems).words == ()
    assert problem in str(problems)


@pytest.mark.parametrize(
    ("text", "element", "quote"),
    [
        ("Neck pain. No sensory de\ufb01cit.", "sensation", "sensory de\ufb01cit"),
        ("Cervical radicu\u00adlopathy.", "diagnosis", "Cervical radicu\u00adlopathy"),
        ("Cervical radicu\u00ad\nlopathy.", "diagnosis", "Cervical radicu\u00ad\nlopathy"),
    ],
)
def test_ligatures_and_soft_hyphens_of_a_pdf_are_read_through(text, element, quote):
    found = Extractor(CATALOG).extract(text)
    assert [f.text for f in found if f.element == element] == [quote]


def test_places_between_and_inside_corrected_words_are_found_either_way():
    view = "a radiculopaty of the nek and a radiculopaty"
    slips = [(2, 14, "radiculopathy"), (22, 25, "neck"), (32, 44, "radiculopathy")]
    text, mentions = corrected(view, 0, len(view), slips, [(0, 1, "a"), (2, 14, "b"), (18, 25, "c"), (30, 44, "d")])
    assert [text[low:high] for low, high, _ in mentions] == ["a", "radiculopathy", "the neck", "a radiculopathy"]
