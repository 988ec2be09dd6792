"""What a program can check of a query's text: patterns/query_rules.yaml, validated. Numbers are those of the rules."""

import re
from functools import cached_property
from pathlib import Path

from pydantic import Field, model_validator

from chartgap.errors import PatternProblem
from chartgap.knowledge.loading import PatternModel, read_yaml, validate
from chartgap.knowledge.phrases import pattern

RULES_FILE = "query_rules.yaml"
_NOTHING = re.compile(r"(?!)")


def matcher(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the phrases as whole words of a text in lower case; the longest spelling of each is tried first."""
    if not phrases:
        return _NOTHING
    return re.compile("|".join(rf"(?<![a-z0-9]){pattern(phrase).pattern}" for phrase in phrases))


class Phrases(PatternModel):
    """Words that break a rule wherever they stand outside a quote; the examples are tests."""

    id: str
    rule: int
    says: str
    phrases: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()  # longer phrases in which they are harmless
    fires: tuple[str, ...] = Field(min_length=1)
    silent: tuple[str, ...] = Field(min_length=1)

    @cached_property
    def _found(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        return matcher(self.phrases), matcher(self.unless)

    def first(self, folded: str) -> re.Match[str] | None:
        """The first place that breaks the rule."""
        breaks, harmless = self._found
        spared = [match.span() for match in harmless.finditer(folded)]
        for match in breaks.finditer(folded):
            if not any(start < match.end() and match.start() < end for start, end in spared):
                return match
        return None


class Diagnoses(PatternModel):
    """How the name of a condition is known: words, "… failure", endings."""

    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    not_: tuple[str, ...] = Field(default=(), alias="not")

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """A name of a condition in a text in lower case; `not` still has to be looked at."""
        kinds, endings = "|".join(self.kinds), "|".join(self.endings)
        forms = [matcher(self.words).pattern, rf"\b[a-z'-]+ (?:{kinds})\b", rf"\b[a-z]{{3,}}(?:{endings})\b"]
        return re.compile("|".join(forms)) if self.words else _NOTHING


class QueryRules(PatternModel):
    """The whole file."""

    version: str
    after: str = ""
    phrases: tuple[Phrases, ...] = ()
    preselected: tuple[str, ...] = ()
    diagnoses: Diagnoses = Diagnoses()
    sources: tuple[str, ...] = ()
    prior: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    reference_marks: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    unable: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _examples_hold(self) -> "QueryRules":
        for item in self.phrases:
            unseen = [text for text in item.fires if item.first(text.lower()) is None]
            loud = [text for text in item.silent if item.first(text.lower()) is not None]
            if unseen or loud:
                raise ValueError(f"{item.id}: examples do not hold: {'; '.join((*unseen, *loud))}")
        return self


NO_RULES = QueryRules(version="")


def load_query_rules(root: Path, problems: list[PatternProblem]) -> QueryRules:
    """Read root/query_rules.yaml; without it, or when it is not valid, nothing is checked."""
    path = root / RULES_FILE
    data = read_yaml(path, problems, root=root) if path.exists() else None
    rules = validate(QueryRules, data, problems, file=RULES_FILE) if data is not None else None
    return rules or NO_RULES
