"""Spine regions and levels of a sentence."""

import re

from chartgap.extract.phrases.levels import Place, find_levels
from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.sentences.sentence import Sentence

_UNREMARKABLE = re.compile(
    r"unremarkable|\bnormal\b|\bintact\b|not identified|no abnormalit|no significant|\bmaintained\b|\bpreserved\b"
    r"|within normal"
)
# "For a C7 block, the needle is placed ..." tells how it is done, not what was done here.
_TECHNIQUE = frozenset({"operative", "technique", "procedures"})
_GENERAL = re.compile(r"\W*for (?:an? |the )?")
_SCAR = re.compile(r"\bscars?\b[^.;,]*$")
_WOMB = re.compile(r"\b(?:dilated|effac\w+|fetal|fetus|uter(?:us|ine)|vagina\w*|adnexa\w*|cervix|pap smear|gravida)\b")
_NODES = re.compile(r"\b(?:lymph )?nod(?:e|es|al)\b|\b(?:lymph)?adenopathy\b|\blymphadenitis\b")
_REPORT = frozenset({"imaging", "findings", "results", "electrodiagnostic"})
_TOPIC = (
    *("symptom", "t:diagnosis", "t:etiology", "t:imaging", "t:range_of_motion", "t:spurling", "t:radiation"),
    *("t:functional_impact", "t:spine_exam", "t:rule_out", "t:complaint"),
)
_FELT = ("symptom", "t:spine_exam", "t:complaint", "t:diagnosis", "t:radiation", "t:conservative_treatment")
_SPINE_WORD = re.compile(
    r"\bspin|\bdis[ck]|\bfusion|\bsurg|\binjur|\bcollar|\bflex|\bmotion|\bmove|\bstiff|\bx-?ray|\bmri\b|\bct\b|\bfell"
    r"|\bturn|\binject"
)


def levels(sentence: Sentence) -> list[Place]:
    """Levels named for something: not those that a report calls normal."""
    found = find_levels(sentence.view, sentence.start, sentence.end)
    if not found or (sentence.section in _TECHNIQUE and _GENERAL.fullmatch(sentence.view, sentence.start, found[0][0])):
        return []
    found = [level for level in found if not _SCAR.search(sentence.gap(max(sentence.start, level[0] - 45), level[0]))]
    normal = bool(found) and sentence.section in _REPORT and _UNREMARKABLE.search(sentence.text)
    return [] if normal and not sentence.of("t:etiology", "t:imaging_finding", "symptom") else found


def regions(sentence: Sentence) -> list[Place]:
    """Named spine regions: of nested phrases the longest; phrases that are not the spine block theirs."""
    found: list[Place] = []
    reach = -1
    for lex in sentence.of("region"):
        if lex.start < reach:
            continue
        reach = lex.end
        if lex.entry.void or (lex.entry.weak and not _about_spine(sentence)) or _of_nodes(lex, sentence):
            continue
        if lex.entry.id == "region.trapezius" and not any(map(sentence.lexemes.get, _FELT)):
            continue  # its strength is that of a cranial nerve
        found.append((lex.start, lex.end, lex.entry.region))
    return found


def _of_nodes(lex: Lexeme, sentence: Sentence) -> bool:
    """Whether "cervical" is the place of lymph nodes, or the neck of the womb."""
    if lex.entry.id != "region.cervical":
        return False
    around = sentence.gap(max(sentence.start, lex.start - 70), min(sentence.end, lex.end + 50))
    if _WOMB.search(around):
        return True
    return ("nod" in around or "aden" in around) and bool(_NODES.search(around))


def _about_spine(sentence: Sentence) -> bool:
    """Whether a sentence with "neck" in it is about the spine: "neck supple, no masses" is not."""
    if any(sentence.lexemes.get(kind) for kind in _TOPIC) or _SPINE_WORD.search(sentence.text):
        return True
    return any(sentence.gap(lex.start, lex.end) != "mass" for lex in sentence.of("t:imaging_finding"))
