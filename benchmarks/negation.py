"""Negation, temporality and experiencer against NegEx annotations: ours, stock medspaCy, negspaCy, a trivial regex.

    python benchmarks/negation.py FILE [--show SYSTEM]

FILE is tab-separated with a heading line: number, concept, sentence, Affirmed|Negated, temporality, experiencer.
A row whose concept is not in its sentence is left out and counted. Rules were developed on the odd lines of the file
(1st, 3rd, ...); `even` is the check, `even, new` the even lines whose sentence is on no odd line. --show prints the
rows that a system gets wrong.
"""

import argparse
import re
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from chartgap.errors import PatternError, PatternProblem
from chartgap.extract.assertion.context import ContextReader, assertion
from chartgap.knowledge.context import load_context
from chartgap.knowledge.places import patterns_folder

_TRIVIAL = re.compile(r"\b(?:no|not|without|denies|denied|negative|never)\b")


class Row(NamedTuple):
    """One sentence with its concept and what the annotators said."""

    line: int
    number: str
    sentence: str
    start: int
    end: int
    negated: bool
    temporality: str
    experiencer: str


System = Callable[[Row], frozenset[str]]


def main() -> None:
    """Score every system on the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--show", choices=["ours", "context", "negspacy", "trivial"])
    options = parser.parse_args()
    rows, left_out = read_rows(options.file)
    print(f"{len(rows)} rows, {left_out} left out; {sum(row.negated for row in rows)} negated")
    systems: dict[str, System] = {"ours": ours(), "context": stock(), "negspacy": negspacy(), "trivial": trivial}
    said = {name: [system(row) for row in rows] for name, system in systems.items()}
    print(f"\n{'negation':20}{'rows':>6}{'P':>8}{'R':>8}{'F1':>8}")
    for part, keep in parts(rows).items():
        for name, answers in said.items():
            gold = [row.negated for row in keep]
            kept = set(keep)
            of_part = [answer for row, answer in zip(rows, answers, strict=True) if row in kept]
            print_score(f"{name} {part}", of_part, "negated", gold)
    print(f"\n{'other axes':20}{'rows':>6}{'P':>8}{'R':>8}{'F1':>8}   (all rows)")
    for name in ("ours", "context"):
        for category, gold in other_axes(rows).items():
            print_score(f"{name} {category}", said[name], category, gold)
    if options.show:
        show(rows, said[options.show])


def read_rows(path: Path) -> tuple[list[Row], int]:
    """Rows whose concept is found in the sentence, white space collapsed; and how many were not."""
    rows, left_out = [], 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], start=1):
        cells = line.split("\t")
        # A remark of the annotators may stand before the concept, and push the experiencer off the line.
        verdict = next((index for index, cell in enumerate(cells) if cell in ("Affirmed", "Negated")), 0)
        if verdict < 3:
            left_out += 1
            continue
        concept = " ".join(cells[verdict - 2].split())
        sentence = " ".join(cells[verdict - 1].split())
        # The annotators wrote the concept in capitals; it may occur again in small letters.
        start = sentence.find(concept.upper())
        if start < 0:
            start = sentence.lower().find(concept.lower())
        if start < 0 or not concept:
            left_out += 1
            continue
        temporality = cells[verdict + 1] if len(cells) > verdict + 1 else ""
        experiencer = cells[verdict + 2] if len(cells) > verdict + 2 else "Patient"
        negated = cells[verdict] == "Negated"
        rows.append(Row(number, cells[0], sentence, start, start + len(concept), negated, temporality, experiencer))
    return rows, left_out


def parts(rows: list[Row]) -> dict[str, list[Row]]:
    """All rows, the development half, the other half, and what of it shares no sentence with the first."""
    odd = [row for row in rows if row.line % 2]
    even = [row for row in rows if not row.line % 2]
    known = {row.sentence.lower() for row in odd}
    return {"all": rows, "odd": odd, "even": even, "even, new": [r for r in even if r.sentence.lower() not in known]}


def other_axes(rows: Iterable[Row]) -> dict[str, list[bool]]:
    """Gold of temporality and experiencer by our categories."""
    return {
        "historical": [row.temporality == "Historical" for row in rows],
        "hypothetical": [row.temporality == "Not particular" for row in rows],
        "family": [row.experiencer != "Patient" for row in rows],
    }


def ours() -> System:
    """chartgap's rules."""
    problems: list[PatternProblem] = []
    rules = load_context(patterns_folder(), problems)
    if problems:
        raise PatternError(problems)
    reader = ContextReader(rules)

    def read(row: Row) -> frozenset[str]:
        (modifiers,) = reader.read(row.sentence.lower(), [(row.start, row.end, "finding")])
        return frozenset({*(modifier.category for modifier in modifiers), assertion(modifiers)})

    return read


def stock() -> System:
    """medspaCy's ConText with its own rules; the line is the sentence."""
    import spacy  # noqa: PLC0415
    from medspacy.context import ConText  # noqa: PLC0415

    nlp = spacy.blank("en")
    context = ConText(nlp)
    names = {f"is_{name}": name for name in ("negated", "historical", "hypothetical", "family")}

    def read(row: Row) -> frozenset[str]:
        entity = context(_doc(nlp, row)).ents[0]
        return frozenset(name for attribute, name in names.items() if getattr(entity._, attribute))

    return read


def negspacy() -> System:
    """negspaCy with its default termset (en_clinical)."""
    import spacy  # noqa: PLC0415
    from negspacy.negation import Negex  # noqa: PLC0415
    from negspacy.termsets import termset  # noqa: PLC0415

    nlp = spacy.blank("en")
    negex = Negex(nlp, "negex", termset("en_clinical").get_patterns(), [], "negex", [])

    def read(row: Row) -> frozenset[str]:
        return frozenset({"negated"} if negex(_doc(nlp, row)).ents[0]._.negex else ())

    return read


def trivial(row: Row) -> frozenset[str]:
    """A negation word anywhere before the concept."""
    return frozenset({"negated"} if _TRIVIAL.search(row.sentence[: row.start].lower()) else ())


def _doc(nlp: Any, row: Row) -> Any:
    doc = nlp(row.sentence)
    for token in doc:
        token.is_sent_start = token.i == 0
    doc.ents = [doc.char_span(row.start, row.end, label="FINDING", alignment_mode="expand")]
    return doc


def print_score(name: str, answers: list[frozenset[str]], category: str, gold: list[bool]) -> None:
    """One line: precision, recall and F1 of a category."""
    found = [category in answer for answer in answers]
    hits = sum(a and b for a, b in zip(found, gold, strict=True))
    precision, recall = hits / max(1, sum(found)), hits / max(1, sum(gold))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    print(f"{name:20}{len(gold):>6}{precision:>8.3f}{recall:>8.3f}{f1:>8.3f}")


def show(rows: list[Row], answers: list[frozenset[str]]) -> None:
    """The rows a system gets wrong; public text only."""
    for row, answer in zip(rows, answers, strict=True):
        if ("negated" in answer) != row.negated:
            half = "odd " if row.line % 2 else "even"
            before, after = row.sentence[max(0, row.start - 160) : row.start], row.sentence[row.end : row.end + 80]
            kind = "FN" if row.negated else "FP"
            print(f"{half} {row.number} {kind} {before}<{row.sentence[row.start : row.end]}>{after}")


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    main()
