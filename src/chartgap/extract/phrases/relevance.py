"""Whether a note is about the spine or the nerves at all: most are not, and are read no further."""

from typing import Any

from chartgap.extract.phrases.lexer import Lexeme

_CONCERNED = frozenset({"t:spurling", "t:numbness", "t:electrodiagnostic", "t:complaint", "t:subluxation"})
_NEUROLOGIC = frozenset({"sensory", "root"})
_COMPLAINTS = _NEUROLOGIC | {"weakness"}
_EXAMINED = frozenset({"t:reflex", "t:pathologic_reflex", "t:strength"})


def may_concern(kind: str, entry: Any) -> bool:
    """Whether a phrase can be one of those that `concerns_spine` asks for."""
    if entry.void or (kind == "region" and entry.weak) or (kind == "t:diagnosis" and entry.needs):
        return False
    if kind == "symptom":
        return entry.sense in _COMPLAINTS
    return kind in _CONCERNED or kind in {"region", "t:diagnosis"}


def concerns_spine(anchors: list[Lexeme]) -> bool:
    """Whether anchors name a spine region or diagnosis, or a neurologic complaint.

    Limb findings ("strength normal") are facts only in a note with a spine or neurologic complaint, so a general
    examination alone does not make one; weakness is such a complaint where reflexes or strength were examined for it.
    """
    weak = examined = False
    for lex in anchors:
        if may_concern(lex.kind, lex.entry):
            if lex.kind != "symptom" or lex.entry.sense in _NEUROLOGIC:
                return True
            weak = True
        examined = examined or (lex.kind in _EXAMINED and not lex.entry.void)
    return weak and examined
