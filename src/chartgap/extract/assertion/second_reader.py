"""negspaCy as a second reader of negation. Importing this module imports negspaCy."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from negspacy.negation import Negex
from negspacy.termsets import LANGUAGES
from spacy.lang.lex_attrs import LEX_ATTRS
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

_TOKEN = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_NOT_NEGATION = re.compile(r"\brule\b|^r/?o$|^evaluate for$|^versus$")
# Negations behind their condition that the termset lacks; without them "myelopathy is absent" is no certain negation.
_AFTER = [
    *("absent", "is absent", "are absent", "was absent", "were absent", "excluded", "is excluded", "are excluded"),
    *("was excluded", "were excluded", "has been excluded", "have been excluded", "was not found", "were not found"),
    "ruled out",
    *(
        f"{verb} not {seen}"
        for verb in ("is", "are", "was", "were")
        for seen in ("seen", "present", "identified", "evident", "noted", "demonstrated", "appreciated", "suspected")
    ),
]
_EXTENSION = "chartgap_negex"


class _Tokenizer:
    """Our tokens for spaCy; words outside the termset become one, so that the vocabulary does not grow."""

    def __init__(self, vocab: Vocab, known: frozenset[str] | None = None) -> None:
        self.vocab, self.known = vocab, known

    def __call__(self, text: str) -> Doc:
        words = _TOKEN.findall(text)
        if self.known is not None:
            words = [word if word in self.known else "x_" for word in words]
        # One sentence: setting token.is_sent_start in a loop is quadratic.
        return Doc(self.vocab, words=words, sent_starts=[index == 0 for index in range(len(words))])

    def pipe(self, texts: list[str]) -> list[Doc]:
        return [self(text) for text in texts]


def _termset() -> dict[str, list[str]]:
    """en_clinical without rule out, r/o, evaluate for and versus as negations: they are hedges."""
    terms = LANGUAGES["en_clinical"]
    kept = {key: [term for term in values if not _NOT_NEGATION.search(term)] for key, values in terms.items()}
    # What was ruled out is negated; only the imperative is a hedge.
    kept["following_negations"] = [*terms["following_negations"], *_AFTER]
    kept["pseudo_negations"] = list(terms["pseudo_negations"])
    return kept


def build_second_reader() -> Callable[[str, tuple[int, int]], bool]:
    """A function (sentence, (start, end)) -> negated, over one lower-case sentence."""
    # Negex reads vocab and tokenizer only; a whole Language would load every spaCy plug-in of the machine.
    nlp: Any = SimpleNamespace(vocab=Vocab(lex_attr_getters=LEX_ATTRS))
    nlp.tokenizer = _Tokenizer(nlp.vocab)
    terms = _termset()
    negex = Negex(nlp, "negex", terms, [], _EXTENSION, [])
    known = frozenset(word for values in terms.values() for term in values for word in _TOKEN.findall(term))
    tokenize = _Tokenizer(nlp.vocab, known)

    def negated(sentence: str, target: tuple[int, int]) -> bool:
        spans = [match.span() for match in _TOKEN.finditer(sentence)]
        inside = [index for index, (low, high) in enumerate(spans) if low < target[1] and high > target[0]]
        if not inside:
            return False
        doc = tokenize(sentence)
        doc.ents = [Span(doc, inside[0], inside[-1] + 1, "FINDING")]
        return bool(negex(doc).ents[0]._.get(_EXTENSION))

    return negated
