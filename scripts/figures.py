"""Fill the figures of README.md and of docs/accuracy.md by measuring: accuracy on corpora/ and, where they are present,
on the annotated real notes beside the repository; speed and robustness on the real notes, else on corpora/.

    python scripts/figures.py [accuracy|speed|robustness|page]... [--rounds 3] [--limit N] [--print]

Without a name all four are measured. --limit measures speed and robustness on N notes; --print shows the figures
instead of writing them. Nothing else should run on the machine while speed is measured. Takes some minutes.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import html_page
import robustness
import speed
from build_docs import README, ROOT, with_block
from chartgap.checker import Checker
from chartgap.errors import ReadError
from chartgap.evaluate import Scores, evaluate, read_gold
from chromium import is_installed
from notes import REAL, SHARED, default_notes, evenly, load_notes

_GOLD = SHARED / "corpora/dev-gold.jsonl"
_SCORER = SHARED / "score.py"
_SCORED = re.compile(r"^(\w+) +P ([\d.]+) R ([\d.]+) F1 ([\d.]+) +\(tp (\d+) fp \d+ fn (\d+)\)$", re.M)
_PAGE = ROOT / "docs/accuracy.md"
_PARTS = sorted(path.stem[-1] for path in (ROOT / "corpora").glob("gold-?.jsonl"))

Blocks = dict[tuple[Path, str], list[str]]


def main() -> None:
    """Measure and write."""
    blocks: dict[str, Callable[[argparse.Namespace], Blocks]] = {
        "accuracy": lambda _: {(README, "accuracy"): accuracy(), (_PAGE, "elements"): elements()},
        "speed": lambda options: {(README, "speed"): pace(options.rounds, options.limit)},
        "robustness": lambda options: {(README, "robustness"): sturdiness(options.limit)},
        "page": lambda _: {(README, "page"): page()},
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figures", nargs="*", choices=[*blocks, []], metavar="|".join(blocks))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--print", action="store_true", dest="only_print")
    options = parser.parse_args()
    for name in options.figures or blocks:
        for (path, block), lines in blocks[name](options).items():
            if options.only_print:
                print("\n".join(lines), end="\n\n")
            else:
                path.write_text(with_block(path.read_text("utf-8"), block, "\n".join(lines)), "utf-8", newline="\n")


def accuracy() -> list[str]:
    """A table, a line a corpus."""
    rows = [
        "| notes | precision | recall | F1 | gap decisions right |",
        "|---|---|---|---|---|",
        *(synthetic(part) for part in _PARTS),
    ]
    if _GOLD.exists():
        rows.append(real())
    return rows


@cache
def scores(part: str) -> tuple[int, Scores]:
    """How many notes one part of our own corpus has, and how they are read, by `chartgap eval`'s scorer."""
    gold = list(read_gold(ROOT / f"corpora/gold-{part}.jsonl"))
    for item in gold:
        if isinstance(item, ReadError):
            raise item
    return len(gold), evaluate([item for item in gold if not isinstance(item, ReadError)], Checker().check)


def synthetic(part: str) -> str:
    """The line of one part of our own corpus."""
    count, scored = scores(part)
    total = scored.overall
    return (
        f"| synthetic, part {part} ({count}) | {total.precision:.3f} | {total.recall:.3f} | {total.f1:.3f} "
        f"| {scored.gap_accuracy:.1%} of {scored.gaps} |"
    )


def scored_real(*options: str) -> str:
    """What a scorer that is not ours prints of the annotated real notes; it runs the installed command."""
    command = [sys.executable, str(_SCORER), str(_GOLD), "--notes", str(REAL), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout


def real() -> str:
    """The line of the annotated real notes."""
    output = scored_real("--json")
    result = json.loads(output[output.index("{") :])
    count = sum(bool(line.strip()) for line in _GOLD.read_text(encoding="utf-8").splitlines())
    precision, recall, f1 = result["all"]
    return (
        f"| real, public ({count}) | {precision:.3f} | {recall:.3f} | {f1:.3f} "
        f"| {result['gap_accuracy']:.1%} of {result['cells']} |"
    )


def elements() -> list[str]:
    """A table, a line an element: precision, recall, F1, number of facts; of the real notes, and of part e."""
    of_real = {}
    if _GOLD.exists():
        for found in _SCORED.finditer(scored_real()):
            name, *three, true, missed = found.groups()
            of_real[name] = f"{' | '.join(three)} | {int(true) + int(missed)}"
    _, ours = scores("e")
    of_ours = {
        name: f"{count.precision:.2f} | {count.recall:.2f} | {count.f1:.2f} | {count.tp + count.fn}"
        for name, count in ours.elements.items()
    }
    none = "– | – | – | –"
    return [
        "| element | P | R | F1 | n | P (e) | R (e) | F1 (e) | n (e) |",
        "|---|---|---|---|---|---|---|---|---|",
        *(
            f"| {name} | {of_real.get(name, none)} | {of_ours.get(name, none)} |"
            for name in sorted(of_real.keys() | of_ours.keys())
        ),
    ]


def pace(rounds: int, limit: int | None) -> list[str]:
    """Speed."""
    path = default_notes()
    return paces(speed.measure(path, rounds=rounds, limit=limit), "real, public" if path == REAL else "synthetic")


def paces(result: speed.Speed, kind: str) -> list[str]:
    """Speed as it was measured, in the words of the README."""
    names = {
        "extract": "extraction",
        "rows": "extraction and assessment",
        "check": "extraction, assessment, alerts and queries",
        "medspacy": f"stock `medspacy.load()`, no rules, {result.sample} of the notes",
        "edsnlp": "edsnlp's rules: sentences, a matcher, negation, hypothesis, family, history, sections",
        "tokenizer": "spaCy's tokenizer alone",
    }
    times = {"medspacy": 1.0, **result.times_medspacy}
    within = ", ".join(f"{share} % within {value:.0f} ms" for share, value in result.percentiles.items())
    return [
        f"On one core, {result.notes:,} {kind} notes of {result.characters:,.0f} characters on average, "
        "five codes claimed of every note:",
        "",
        "| | notes a second | times stock medspaCy |",
        "|---|---|---|",
        *(
            f"| {name} | {result.speeds[key]:,.0f} | {times[key]:.0f} |"
            for key, name in names.items()
            if key in result.speeds
        ),
        "",
        f"A check takes: {within}. Peak memory {result.megabytes:.0f} MB. "
        f"`chartgap check` on one note, from the start of the process: {result.cold_seconds:.1f} s; "
        f"`from chartgap import Checker`: {result.import_seconds:.1f} s. "
        f"Two processes do {result.two_processes:.1f} times the work of one.",
    ]


def sturdiness(limit: int | None) -> list[str]:
    """Robustness."""
    result = robustness.run(evenly(load_notes(default_notes()), limit), Checker())
    return [
        f"Of {result.notes:,} notes {len(result.raised)} raised an error, and of {result.findings:,} findings "
        f"{len(result.wrong_offsets)} had wrong offsets. Hard-wrapping the notes at 80 columns changed "
        f"{result.share_changed:.2%} of the findings."
    ]


def page() -> list[str]:
    """The HTML page of a long note."""
    measured, html = html_page.measure()
    shown = ""
    if is_installed():
        measured = measured._replace(painted=html_page.show(html)[0])
        shown = f", and Chromium shows it {measured.painted:.0f} ms after it is opened"
    return [
        f"The HTML page of a note of {measured.characters:,} characters with {measured.findings:,} findings has "
        f"{measured.size / 1000:.0f} kB and is written in {measured.written:.0f} ms{shown} "
        "(`python benchmarks/html_page.py`)."
    ]


if __name__ == "__main__":
    main()
