"""What phrases state of the spine complaint: what makes it worse or better, what it keeps from, how it began.

Some phrases say it only in a certain form, which their target names as `form`: a label wants an answer ("Aggravating:
reading"), and "worse" wants what it is worse with ("looking up worse").
"""

import re
from collections.abc import Callable

from chartgap.extract.phrases.layout import TICKED
from chartgap.extract.phrases.lexer import Lexeme
from chartgap.extract.recognizers import concept
from chartgap.extract.recognizers.activity import hindered_before, hinders_next
from chartgap.extract.sentences.about import about
from chartgap.extract.sentences.draft import Draft
from chartgap.extract.sentences.sentence import Sentence
from chartgap.extract.sentences.time_spans import DATE
from chartgap.knowledge.elements import ElementPattern

_PATIENT_TELLS = frozenset({"chief_complaint", "history_of_present_illness"})
_NEXT = 15
_ANSWER = re.compile(r"[ \t]*(?:[:?=]|-\s)\s*(?P<answer>[^\n]{1,80})")
_NO_ANSWER = re.compile(
    r"[\s(\"']*(?:none|no|nothing|n/?a|nil|unknown|den(?:ies|ied)|not|unable|cannot|does not|can't|uncertain|unsure"
    r"|unclear|tbd|see)\b|\W*$|[\s\"']*(?:\*{2,}|_{2,}|\{|<|@|\.{3})"
)
_BOX = re.compile(r"\[\s?\]|\(\s\)|\u2610|\u25a1")
_TICKED = re.compile(TICKED)
_NEXT_LABEL = re.compile(r"[a-z][a-z /]{2,30}:")
_UP_TO_LABEL = re.compile(r"(?:(?!(?:^|[\s.;])[a-z][a-z ]{2,22}:).)*")
# What one does or how one holds oneself: any -ing form but those that are none, and the nouns of motion and rest.
_DOING = (
    r"(?:(?!(?:even|morn|even|dur|be|hav|feel|gett|becom|follow|noth|someth|anyth|everyth|tingl|burn|radiat|throbb"
    r"|stabb|swell|remain|includ|improv|worsen|increas|go|accord|regard|seem|shoot|prick|sting|last|understand"
    r"|exist|th|spr|str|br|k|r|s|report|complain|present|stat|deny|not|experienc|lead|caus|numb|pend|hurt|ach"
    r"|bother)ing\b)[a-z]{2,}ings?\b"
    r"|(?:neck |head |cervical |lumbar |trunk |arm |leg )?(?:extension|flexion|rotation|movements?|motion|bending)\b"
    r"|(?:ext|flex|rot|mvmt|mvt)\b|activit(?:y|ies)\b|exercise\b|exertion\b|coughs?\b|sneez\w+|valsalva\b|postures?\b"
    r"|positions?\b|stress\b|weather\b"
    r"|work\b|computer\b|overhead\b|stairs\b|rest\b|ice\b|heat\b|heating pad\b|hot (?:shower|pack)s?\b|massage\b"
    r"|pillows?\b|collar\b|brace\b|tens\b|traction\b|distraction\b|recumbency\b|reclin\w+|supine\b|prone\b|upright\b"
    r"|(?:arms?|hands?) (?:on|over|above|behind|overhead|propped|up)\b|propped\b|naps?\b|laptop\b|desk\b|screens?\b"
    r"|mirrors?\b|rides?\b|attempts?\b|walkovers?\b|walk\b|sit\b|stand\b|lifts?\b|mvmt\b|use of\b|deep breaths?\b"
    r"|yoga\b|stretch(?:es)?\b|sleep\b)"
)
_DOING_BEFORE = re.compile(
    rf"\b{_DOING}(?:(?!\b(?:but|who|he|she|they|has|had|then|because|since|pain)\b)[^;:.]){{0,60}}$"
)
_DOING_AFTER = re.compile(
    r"\s*(?:(?:with|w/|when|while|on|in|at|after|during|upon|by|as|if|whenever|toward|towards|c/?|to)\s+)?"
    rf"(?:(?:the|his|her|any|a|some|prolonged|repetitive|heavy|light|he|she|patient|pt|neck|head|more|arms?"
    rf"|long)\s+)*{_DOING}"
)
_CLAUSE_END = re.compile(
    r"\s*(?:$|[.,;)\n]|(?:and|but|when|most|a (?:bit|little|lot)|some(?:what)?|briefly|temporarily|for|too|best"
    r"|(?:the|his|her|this|my) (?:\w+[ -])?(?:pain|neck|back|arm|leg|ache|headaches?|symptoms?|numbness|tingling)"
    r"|it|pain|symptoms?|things|within|in the|at night|with (?:the|his|her) (?:pain|neck|back))\b)"
)
_BEGINS = re.compile(r"\b(?:began|begin|started|starts|onset|came on|come on|appeared|developed|set in)\b")
_FOR_SO_LONG = re.compile(
    r"\b(?:x|for|over) (?:about |the (?:past|last) )?(?:\d|an?\b|one|two|three|several)[\w -]{0,14}(?:day|w|m|y)"
)
_ONSET_ASKED = re.compile(r"\b(?:onset|how did (?:it|this|the pain|your pain) (?:start|begin))\b[^\n.;]{0,45}$")
_BY_A_PERSON = re.compile(
    r"\b(?:wife|husband|spouse|son|daughter|mother|father|sister|brother|family|friend|who|he|she|they|someone|staff"
    r"|nurse|nothing|none|neither|nobody|little|medicaid|insurance)\s+(?:\w+ )?$"
)


def stated(pattern: ElementPattern, sentence: Sentence) -> list[Draft]:
    """Concepts that must be about the spine complaint: modifying factors, functional impact, onset."""
    if f"t:{pattern.element}" not in sentence.lexemes:
        return []
    drafts = []
    for draft in concept.recognize(pattern, sentence):
        told = draft.attributes.pop("where", None)
        form = draft.attributes.pop("form", None)
        if form and not _FORMS[form](draft, sentence):
            continue
        if draft.assertion in {"hypothetical", "uncertain"} and sentence.section in _PATIENT_TELLS:
            # "If he turns his head, the pain shoots", "may be eased by rest": how it is, not a plan.
            draft.assertion = "affirmed"
        if draft.assertion in {"uncertain", "hypothetical", "family"} or (told and sentence.section == "physical_exam"):
            continue
        if draft.attributes.pop("open", None) and names_remedy(sentence, draft.end):
            continue
        draft.attributes["about"] = about(sentence, draft.start, draft.end)
        drafts.append(draft)
    return drafts


def names_remedy(sentence: Sentence, at: int) -> bool:
    """Whether a treatment or another disease follows words that take any object: "has stopped ibuprofen"."""
    named: list[Lexeme] = [*sentence.of("t:conservative_treatment"), *sentence.of("treatment")]
    named += [t for t in sentence.of("topic") if t.entry.sense in {"disease", "other"}]
    return any(0 <= lex.start - at <= _NEXT for lex in named)


def answered(view: str, end: int) -> bool:
    """Whether a label that ends at an offset is followed by an answer, on its line or alone on the next."""
    start = end - 1 if view[end - 1 : end] in ":?" else end
    match = _ANSWER.match(view, start)
    if match is None:
        return False
    answer = _UP_TO_LABEL.match(match["answer"])[0]  # type: ignore[index]
    if _NO_ANSWER.match(answer) or _NEXT_LABEL.match(answer):
        return False
    return not _BOX.search(answer) or bool(_TICKED.search(answer))


def _label(draft: Draft, sentence: Sentence) -> bool:
    return answered(sentence.view, draft.end)


def _doing(draft: Draft, sentence: Sentence) -> bool:
    """Whether what one does stands before ("looking up hurts") or right behind ("worse on nodding")."""
    before = sentence.gap(max(sentence.start, draft.start - 80), draft.start)
    return bool(_DOING_BEFORE.search(before) or _DOING_AFTER.match(sentence.view, draft.end, sentence.end))


def _doing_after(draft: Draft, sentence: Sentence) -> bool:
    return bool(_DOING_AFTER.match(sentence.view, draft.end, sentence.end))


def _verb(draft: Draft, sentence: Sentence) -> bool:
    """Whether a verb of relief is the whole predicate: "TENS helps", not "his son helps with the stairs"."""
    before = sentence.gap(max(sentence.start, draft.start - 40), draft.start)
    return bool(_CLAUSE_END.match(sentence.view, draft.end, sentence.end)) and not _BY_A_PERSON.search(before)


def _timed(draft: Draft, sentence: Sentence) -> bool:
    """Whether the word tells of the beginning: beside a time or a verb of beginning, or as an answer to "Onset"."""
    if _ONSET_ASKED.search(sentence.gap(max(sentence.start - 60, 0), draft.start)):
        return True
    near = sentence.gap(max(sentence.start, draft.start - 45), min(sentence.end, draft.end + 35))
    return bool(_BEGINS.search(near)) or bool(DATE.search(near)) or bool(_FOR_SO_LONG.search(near))


_FORMS: dict[str, Callable[[Draft, Sentence], bool]] = {
    "label": _label,
    "doing": _doing,
    "doing_after": _doing_after,
    "verb": _verb,
    "timed": _timed,
    "hinders_next": hinders_next,
    "hindered_before": hindered_before,
}
