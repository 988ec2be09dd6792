"""Does the score hold when the same notes look otherwise?

    python benchmarks/alterations.py [GOLD ...] [--notes NOTES]

Each note is also read in capitals, without its line breaks, hard-wrapped at 80 columns, without its section headings,
and with 1% of its characters misread as OCR does; printed is F1 over all elements, and what each alteration costs.
GOLD is a file as `chartgap eval` takes it, or one whose texts stand in NOTES (.jsonl or .jsonl.gz with id and text).
Without GOLD: the annotated real notes beside the repository where they are present, and our own.
"""

import argparse
import gzip
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from chartgap.checker import Checker
from chartgap.errors import ReadError
from chartgap.evaluate import Fact, GoldNote, evaluate, read_gold
from chartgap.model import Note, Report
from notes import REAL, ROOT, SHARED
from robustness import wrapped

Alter = Callable[[str], str]

_TITLES = (
    "hpi|h ?& ?p|history of (?:the )?present(?:ing)? illness|p[mshf]+h"
    "|(?:(?:past|social|family|medical|surgical|present|interval) )*history|chief complaint|cc"
    "|reason for (?:visit|consultation|referral)|subjective|objective|interval|s|o|a|p|a ?[/&] ?p"
    "|assessment(?: (?:and|&) plan)?|impression|diagnos[ie]s|plan|recommendations?"
    "|(?:physical |clinical )?exam(?:ination)?|pe|ros"
    "|review of systems|medications|meds|allergies|vitals?(?: signs)?|imaging(?: studies)?"
    "|studies|findings|results|indications?|technique|comparison|conclusion"
    "|treatment|discussion|neuro(?:logic(?:al)?)?(?: exam(?:ination)?)?"
    "|musculoskeletal|general|instructions|follow[ -]?up|radiology|data|diagnostic studies"
)
_HEADING = re.compile(rf"(?im)^[ \t]*(?:{_TITLES})(?:[ \t]*:[ \t]*|[ \t]*$\n?)")
_MISREAD = {
    "l": "1", "1": "l", "o": "0", "0": "O", "e": "c", "c": "e", "a": "o", "i": "l", "n": "h", "h": "b", "t": "f",
    "s": "5", "5": "S", "u": "v", "r": "n", "m": "rn", "g": "q", "d": "cl", "b": "h", ".": ",", ",": ".",
}  # fmt: skip


def without_breaks(text: str) -> str:
    """One line, as a field of a database that keeps none."""
    return " ".join(text.split())


def without_headings(text: str) -> str:
    """The same sentences under no title."""
    return _HEADING.sub("", text)


def misread(text: str, share: float = 0.01) -> str:
    """Some characters replaced by what OCR takes them for, others dropped; the same ones in every run."""
    rng = random.Random(len(text))  # a repeatable choice is wanted
    return "".join(_MISREAD.get(c, "") if c.isalnum() and rng.random() < share else c for c in text)


ALTERATIONS: dict[str, Alter] = {
    "as written": lambda text: text,
    "in capitals": str.upper,
    "no line breaks": without_breaks,
    "wrapped at 80": wrapped,
    "no headings": without_headings,
    "1% misread": misread,
}


def scores(gold: list[GoldNote], checker: Checker) -> dict[str, float]:
    """F1 under each alteration, over the elements that the gold annotates."""
    annotated = {fact.element for item in gold for fact in item.facts}
    found = {}
    for name, alter in ALTERATIONS.items():
        bare = [item._replace(gaps={}, alerts=None) for item in gold]
        found[name] = evaluate(bare, _checked(checker, alter, annotated)).overall.f1
    return found


def _checked(checker: Checker, alter: Alter, elements: set[str]) -> Callable[[Note], Report]:
    def check(note: Note) -> Report:
        report = checker.check(note.model_copy(update={"text": alter(note.text)}))
        return report.model_copy(update={"findings": tuple(f for f in report.findings if f.element in elements)})

    return check


def load(path: Path, texts: dict[str, str]) -> Iterator[GoldNote]:
    """The annotated notes of a file; a line that cannot be read raises."""
    if texts:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            row = json.loads(line)
            facts = tuple(_fact(item) for item in row["facts"])
            yield GoldNote(Note(id=row["id"], text=texts[row["id"]]), facts, {}, None, path.as_posix(), number)
        return
    for item in read_gold(path):
        if isinstance(item, ReadError):
            raise item
        yield item


def _fact(item: dict[str, Any]) -> Fact:
    return Fact.model_validate({key: value for key, value in item.items() if key in Fact.model_fields})


def read_texts(path: Path | None) -> dict[str, str]:
    """Note texts by id."""
    if path is None:
        return {}
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return {row["id"]: row["text"] for row in map(json.loads, lines)}


def default_gold() -> Iterable[tuple[Path, Path | None]]:
    """Gold files with the file of their texts."""
    if (real := SHARED / "corpora/dev-gold.jsonl").exists():
        yield real, REAL
    yield from ((path, None) for path in sorted((ROOT / "corpora").glob("gold-*.jsonl")))


def main() -> None:
    """Score every file under every alteration."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="*")
    parser.add_argument("--notes", type=Path)
    options = parser.parse_args()
    checker = Checker()
    for path, notes in [(path, options.notes) for path in options.gold] or default_gold():
        found = scores(list(load(path, read_texts(notes))), checker)
        plain = found["as written"]
        print(path.name)
        for name, f1 in found.items():
            print(f"  {name:<16} F1 {f1:.3f}" + (f"  {f1 - plain:+.3f}" if name != "as written" else ""))


if __name__ == "__main__":
    main()
