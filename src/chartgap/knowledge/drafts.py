"""What a clinician may still add to a drafted note: patterns/drafts.yaml, validated against the rules of queries."""

from collections.abc import Collection
from functools import cached_property
from pathlib import Path

from pydantic import Field, model_validator

from chartgap.errors import PatternError, PatternProblem
from chartgap.knowledge.codes import COMPOSITES
from chartgap.knowledge.loading import PatternModel, read_yaml, validate
from chartgap.knowledge.query_rules import QueryRules
from chartgap.knowledge.vocabulary import vocabulary

FILE = "drafts.yaml"
TITLE_ROWS = frozenset({"site", "with", "without", "specificity"})
"""Elements of rows that are read off titles and are no axis."""


class Effort(PatternModel):
    """How much there is to do; `mentioned` is offered only where the note has something of it already."""

    id: str
    says: str
    mentioned: bool = False
    offered: bool = True


class Prompt(PatternModel):
    """What is said of one element."""

    effort: str
    says: str = ""


class DraftExample(PatternModel):
    """A note and its claim, and the elements it is prompted for, in order."""

    text: str
    codes: tuple[str, ...]
    items: tuple[str, ...]


class DraftPrompts(PatternModel):
    """The whole file."""

    about: str
    efforts: tuple[Effort, ...] = Field(min_length=1)
    conflict: str
    set_aside_by: tuple[
        str, ...
    ] = ()  # alerts that say the code is not this note's: then the clinician adds nothing for it
    prompts: dict[str, Prompt]
    examples: tuple[DraftExample, ...] = Field(min_length=2)

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each effort."""
        return {effort.id: number for number, effort in enumerate(self.efforts)}

    def effort(self, element: str) -> Effort:
        """That of an element."""
        return self.efforts[self.order[self.prompts[element].effort]]

    @model_validator(mode="after")
    def _efforts_are_known(self) -> "DraftPrompts":
        for element, prompt in self.prompts.items():
            if prompt.effort not in self.order:
                raise ValueError(f"{element}: unknown effort {prompt.effort}")
            if self.effort(element).offered != bool(prompt.says):
                raise ValueError(f"{element}: `says` is needed exactly where something is offered")
        return self


def load_drafts(root: Path, *, rules: QueryRules, axes: Collection[str]) -> DraftPrompts:
    """The prompts; raises PatternError where one is missing, or breaks a rule that holds for queries."""
    problems: list[PatternProblem] = []
    data = read_yaml(root / FILE, problems, root=root)
    found = validate(DraftPrompts, data, problems, file=FILE) if data is not None else None
    if found is not None:
        elements = {name for name, words in vocabulary(root).items() if words.compared}
        wanted = elements | COMPOSITES | TITLE_ROWS | set(axes)
        problems += [_problem(name, "has no prompt") for name in sorted(wanted - found.prompts.keys())]
        problems += [_problem(name, "is no element") for name in sorted(found.prompts.keys() - wanted)]
        for name, says in (("conflict", found.conflict), *((name, item.says) for name, item in found.prompts.items())):
            problems += [_problem(name, told) for told in leads(says, rules)]
    if problems or found is None:
        raise PatternError(problems)
    return found


def leads(text: str, rules: QueryRules) -> list[str]:
    """Why a text would not do in a query: its words, or a condition that it names."""
    folded = text.lower()
    told = [f"rule {item.rule}: {item.says}" for item in rules.phrases if item.first(folded)]
    names = (match[0] for match in rules.diagnoses.pattern.finditer(folded))
    spared = rules.diagnoses.not_
    return told + [
        f"names a condition: {name}" for name in names if name not in spared and name.split()[0] not in spared
    ]


def _problem(name: str, message: str) -> PatternProblem:
    return PatternProblem(FILE, name, "prompts", message)
