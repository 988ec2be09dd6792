"""What the note says around a statement that ConText cannot see: how long it lasts, until when, under which heading."""

import re

from chartgap.extract.sentences.sentence import Sentence
from chartgap.model import Assertion

_CONDITIONS = frozenset(
    {"symptom", "complaint", "diagnosis", "etiology", "radiation", "numbness", "underlying_condition", "subluxation"}
)
_PAST = frozenset({"past_medical_history", "past_surgical_history"})
# "No arm pain until March": from then on there was.
_UNTIL = re.compile(r"[^.;,]{0,30}?\b(?:until|till)\b")
# "History of neck pain for 3 months" tells how long it has lasted; "history of a fusion for neck pain" does not.
_LASTING = re.compile(
    r"[^.;]{0,45}?\b(?:for|x|times|over|during|since)\s+(?:about |approximately |at least |over |more than "
    r"|nearly |almost "
    r"|the |this |his |her |past |last |previous )*(?:\d|an?\b|one|two|three|four|five|six|seven|eight|nine|ten|several"
    r"|many|a few|a couple|(?:19|20)\d\d)[\w\s-]{0,12}(?:day|week|month|year|hour|wk|mo|yr|decade)"
)
# "Therapy helps the neck pain, but not the arm pain": the arm still hurts.
_HELPED = re.compile(r"\b(?:help|improv|reliev|eas|better)\w*\b[^.;]*\bbut not (?:the |his |her |my |for |with )*$")
_DIFFERENTIAL = re.compile(r"\b(?:differential|ddx)\b")
# A cue inside the words of a cause modifies nothing for ConText: "likely muscular", "suspected disc".
_HEDGED = re.compile(r"(?:likely|probabl[ey]|possibl[ey]|suspect(?:ed)?|presum(?:ed|ably))\b")
_NOW = re.compile(r"\b(?:does|currently|now|still|continues|presents?|reports|complains|today)\b")


def holds(said: Assertion, sentence: Sentence, start: int, end: int, kind: str) -> Assertion:
    """The assertion of a mention, given what ConText says of it."""
    if kind not in _CONDITIONS:
        return said
    if kind == "etiology" and said == "affirmed" and _HEDGED.match(sentence.view, start, end):
        said = "uncertain"
    if kind == "etiology" and said == "uncertain" and _DIFFERENTIAL.search(sentence.view, sentence.start, start):
        return "hypothetical"  # one of several that are thought of states no cause
    if said == "negated" and _HELPED.search(sentence.gap(max(sentence.start, start - 70), start)):
        return "affirmed"
    if said == "negated" and _UNTIL.match(sentence.view, end, sentence.end):
        return "affirmed"
    if said == "historical" and sentence.section not in _PAST and _LASTING.match(sentence.view, end, sentence.end):
        return "affirmed"
    listed = sentence.section in _PAST and kind != "underlying_condition"  # comorbidities are of today
    listed = listed and not _NOW.search(sentence.text)
    return "historical" if said == "affirmed" and listed else said
