"""Fill the figures of README.md by measuring: accuracy on corpora/ and, where they are present, on the annotated real
notes beside the repository; speed and robustness on the real notes, else on corpora/.

    python scripts/figures.py [--rounds 3] [--limit N] [--print]

--limit measures speed and robustness on N notes; --print shows the figures instead of writing them. Nothing
else should run on the machine meanwhile. Takes some minutes.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import html_page
import robustness
import speed
from build_docs import README, ROOT, with_block
from chartgap.checker import Checker
from chartgap.errors import ReadError
from chartgap.evaluate import evaluate, read_gold
from chromium import is_installed
from notes import REAL, SHARED, default_notes, evenly, load_notes

_GOLD = SHARED / "corpora/dev-gold.jsonl"
_SCORER = SHARED / "score.py"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--print", action="store_true", dest="only_print")
    options = parser.parse_args()
    parts = [*accuracy(), "", *pace(options.rounds, options.limit), "", *sturdiness(options.limit), "", *page()]
    if options.only_print:
        print("\n".join(parts))
        return
    text = with_block(README.read_text(encoding="utf-8"), "figures", "\n".join(parts))
    README.write_text(text, encoding="utf-8", newline="\n")


def accuracy() -> list[str]:
    """A table, a line a corpus."""
    rows = [
        "| notes | precision | recall | F1 | gap decisions right |",
        "|---|---|---|---|---|",
        *(synthetic(part.stem[-1]) for part in sorted((ROOT / "corpora").glob("gold-?.jsonl"))),
    ]
    if _GOLD.exists():
        rows.append(real())
    return rows


def synthetic(part: str) -> str:
    """One part of our own corpus, by `chartgap eval`'s scorer."""
    gold = list(read_gold(ROOT / f"corpora/gold-{part}.jsonl"))
    for item in gold:
        if isinstance(item, ReadError):
            raise item
    scores = evaluate([item for item in gold if not isinstance(item, ReadError)], Checker().check)
    total = scores.overall
    return (
        f"| synthetic, part {part} ({len(gold)}) | {total.precision:.3f} | {total.recall:.3f} | {total.f1:.3f} "
        f"| {scores.gap_accuracy:.1%} of {scores.gaps} |"
    )


def real() -> str:
    """The annotated real notes, by a scorer that is not ours and runs the installed command."""
    command = [sys.executable, str(_SCORER), str(_GOLD), "--notes", str(REAL), "--json"]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    result = json.loads(output[output.index("{") :])
    count = sum(bool(line.strip()) for line in _GOLD.read_text(encoding="utf-8").splitlines())
    precision, recall, f1 = result["all"]
    return (
        f"| real, public ({count}) | {precision:.3f} | {recall:.3f} | {f1:.3f} "
        f"| {result['gap_accuracy']:.1%} of {result['cells']} |"
    )


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
