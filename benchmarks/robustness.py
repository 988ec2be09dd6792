"""Does every note run, do offsets hold, and does a hard wrap change what is found?

    python benchmarks/robustness.py [NOTES] [--limit N] [-v]

Prints the notes that raise, the findings whose offsets do not reproduce their text, and the share of findings that
differ when the same notes are wrapped at 80 columns. -v counts those by element. Exit code 1 when a note raises or an
offset is wrong. No note text is printed.
"""

import argparse
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chartgap.checker import Checker
from chartgap.extract import Extractor
from chartgap.model import Finding, Note
from notes import default_notes, evenly, load_notes

Fact = tuple[object, ...]


@dataclass
class Robustness:
    """What one run found."""

    notes: int = 0
    findings: int = 0
    raised: list[str] = field(default_factory=list)
    wrong_offsets: list[str] = field(default_factory=list)
    wrapped_findings: int = 0
    lost: Counter[str] = field(default_factory=Counter)  # by element: found in the original only
    gained: Counter[str] = field(default_factory=Counter)  # in the wrapped note only
    notes_changed: int = 0

    @property
    def share_changed(self) -> float:
        """Findings in one version only, of all findings in both."""
        both = self.findings + self.wrapped_findings
        return (self.lost.total() + self.gained.total()) / both if both else 0.0


def run(notes: Iterable[Note], checker: Checker) -> Robustness:
    """Check every note as it is, and read it again wrapped."""
    result = Robustness()
    extractor = Extractor(checker.catalog)
    for note in notes:
        result.notes += 1
        try:
            findings = checker.check(note).findings
            again = extractor.extract(wrapped(note.text))
        except Exception as error:  # noqa: BLE001  # that is what is counted; its message could hold the note
            result.raised.append(f"{note.id}: {type(error).__name__}")
            continue
        result.findings += len(findings)
        result.wrapped_findings += len(again)
        result.wrong_offsets.extend(f"{note.id}: {f.rule_id}" for f in findings if not offsets_hold(f, note.text))
        lost, gained = differences(findings, again)
        result.lost += lost
        result.gained += gained
        result.notes_changed += bool(lost or gained)
    return result


def offsets_hold(finding: Finding, text: str) -> bool:
    """Whether the offsets reproduce the finding's text."""
    return 0 <= finding.start < finding.end <= len(text) and text[finding.start : finding.end] == finding.text


def wrapped(text: str, width: int = 80) -> str:
    """Hard-wrapped as an export does it: line by line, only blanks become line ends, words stay whole."""
    wrapper = textwrap.TextWrapper(
        width, expand_tabs=False, replace_whitespace=False, break_long_words=False, break_on_hyphens=False
    )
    done = []
    for line in re.split(r"(\r\n|\r|\n)", text):
        done.append("\n".join(wrapper.wrap(line)) if len(line) > width else line)
    return "".join(done)


def fact(finding: Finding) -> Fact:
    """All that must be the same; white space in the text is not."""
    return (
        finding.element, finding.value, finding.side, finding.area, finding.status, finding.assertion, finding.days,
        finding.kind, " ".join(finding.text.split()),
    )  # fmt: skip


def differences(first: Sequence[Finding], second: Sequence[Finding]) -> tuple[Counter[str], Counter[str]]:
    """By element, how many findings only the first holds, and only the second."""
    one, other = Counter(map(fact, first)), Counter(map(fact, second))
    return by_element(one - other), by_element(other - one)


def by_element(facts: Counter[Fact]) -> Counter[str]:
    """How many facts of each element."""
    counts: Counter[str] = Counter()
    for key, number in facts.items():
        counts[str(key[0])] += number
    return counts


def main() -> int:
    """Run, print, and say by the exit code whether every note ran with right offsets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=Path, nargs="?", default=default_notes())
    parser.add_argument("--limit", type=int)
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    result = run(evenly(load_notes(options.notes), options.limit), Checker())
    print(f"{result.notes} notes, {result.findings} findings")
    print(f"raised: {len(result.raised)}; offsets wrong: {len(result.wrong_offsets)}")
    print("\n".join((*result.raised, *result.wrong_offsets)[:40]))
    print(
        f"wrapped at 80 columns: {result.lost.total()} lost, {result.gained.total()} gained "
        f"({result.share_changed:.2%} of findings), in {result.notes_changed} notes"
    )
    for element in sorted(result.lost | result.gained) if options.verbose else ():
        print(f"  {element:<24} lost {result.lost[element]:>4}  gained {result.gained[element]:>4}")
    return 1 if result.raised or result.wrong_offsets else 0


if __name__ == "__main__":
    sys.exit(main())
