"""patterns/spelling.yaml: terms whose typos are read as the term, and words that only look like such a typo."""

import re
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from chartgap.errors import PatternProblem
from chartgap.knowledge.loading import PatternModel, read_yaml, validate

SPELLING_FILE = "spelling.yaml"
MIN_LETTERS = 6
_LETTERS = re.compile(r"[a-z]+")

Rows = tuple[tuple[str, ...], ...]  # words in rows, for the reader's sake


class PhraseTypo(PatternModel):
    """Words that are a typo of `word` only where one of `before` follows."""

    typos: tuple[str, ...] = Field(min_length=1)
    word: str
    before: Rows = Field(min_length=1)


class Spelling(PatternModel):
    """The whole file. An example gives a text in lower case and what it is read as."""

    about: str
    words: Rows
    never: Rows
    typos: dict[str, str]
    in_phrase: tuple[PhraseTypo, ...]
    examples: dict[str, str]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        words = list(chain.from_iterable(self.words))
        known = set(words)
        named = [*self.typos, *chain.from_iterable(rule.typos for rule in self.in_phrase)]
        never = list(chain.from_iterable(self.never))
        wrong = {
            "not a word in lower case": [w for w in (*words, *never, *named) if not _LETTERS.fullmatch(w)],
            f"shorter than {MIN_LETTERS} letters": [w for w in words if len(w) < MIN_LETTERS],
            "there twice": [w for w, count in Counter(words + never).items() if count > 1],
            "two typos in one": [w for w, count in Counter(named).items() if count > 1],
            "a word and a typo": [w for w in named if w in known],
        }
        found = [f"{what}: {', '.join(sorted(which))}" for what, which in wrong.items() if which]
        if found:
            raise ValueError("; ".join(found))
        return self


NO_SPELLING = Spelling(about="", words=(), never=(), typos={}, in_phrase=(), examples={})


def load_spelling(root: Path, problems: list[PatternProblem]) -> Spelling:
    """Read root/spelling.yaml; without it, or when it is not valid, nothing is corrected."""
    path = root / SPELLING_FILE
    data = read_yaml(path, problems, root=root) if path.exists() else None
    spelling = validate(Spelling, data, problems, file=SPELLING_FILE) if data is not None else None
    return spelling or NO_SPELLING
