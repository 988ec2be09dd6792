"""How big the HTML page of a long note is, how fast it is written, and how fast Chromium shows it.

    python benchmarks/html_page.py [--characters 30000] [--rounds 20]

The note is made of our synthetic ones, one after the other, and claims the codes of benchmarks/notes.py. Writing is
the median over rounds; so is showing, of a fifth of the rounds: from the navigation to the first paint with content,
and to the end of loading. Where no Chromium with its driver is installed, only the page itself is measured.
"""

import argparse
import statistics
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from chartgap.checker import Checker
from chartgap.model import Claim, Note
from chartgap.render import render
from chromium import chromium, is_installed
from notes import CODES, SYNTHETIC, load_notes

_SHOWN = (
    "const [n] = performance.getEntriesByType('navigation');"
    "const p = performance.getEntriesByName('first-contentful-paint')[0];"
    "return [p ? p.startTime : null, n.loadEventEnd || null];"
)


class Page(NamedTuple):
    """What was measured; times in milliseconds."""

    characters: int
    findings: int
    rows: int
    size: int  # bytes
    written: float
    painted: float | None = None
    loaded: float | None = None


def long_note(characters: int) -> str:
    """A note of so many characters: the synthetic ones, one after the other."""
    parts: list[str] = []
    length = 0
    for note in cycle(load_notes(SYNTHETIC)):
        parts.append(note.text)
        length += len(note.text) + 1
        if length >= characters:
            return "\n".join(parts)[:characters]
    raise AssertionError


def measure(characters: int = 30_000, *, rounds: int = 20, codes: tuple[str, ...] = CODES) -> tuple[Page, str]:
    """The page of one note, measured, and the page."""
    text = long_note(characters)
    report = Checker().check(Note(id="long", text=text, claim=Claim(codes=codes)))
    page = render(report, "html", text=text)  # the templates are compiled by now
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        page = render(report, "html", text=text)
        seconds.append(time.perf_counter() - start)
    rows = sum(len(code.requirements) for code in report.codes)
    written = statistics.median(seconds) * 1000
    return Page(len(text), len(report.findings), rows, len(page.encode()), written), page


def show(page: str, *, rounds: int = 4) -> tuple[float, float]:
    """Milliseconds to the first paint with content and to the end of loading, in Chromium."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder) / "page.html"
        path.write_text(page, encoding="utf-8")
        found = []
        for _ in range(rounds + 1):  # the first warms up
            browser.get("about:blank")
            browser.get(path.as_uri())
            found.append(_times(browser))
    painted, loaded = zip(*found[1:], strict=True)
    return statistics.median(painted), statistics.median(loaded)


def _times(browser: object) -> tuple[float, float]:
    for _ in range(200):
        painted, loaded = browser.execute_script(_SHOWN)  # type: ignore[attr-defined]
        if painted is not None and loaded is not None:
            return float(painted), float(loaded)
        time.sleep(0.01)
    raise TimeoutError("Chromium has not painted the page")


def line(page: Page) -> str:
    """The figures for a person."""
    shown = (
        "Chromium is not installed"
        if page.painted is None
        else f"in Chromium first paint after {page.painted:.0f} ms, loaded after {page.loaded:.0f} ms"
    )
    return (
        f"note of {page.characters:,} characters, {page.findings:,} findings, {page.rows} requirements: "
        f"{page.size / 1000:.0f} kB, written in {page.written:.0f} ms; {shown}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--characters", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    measured, page = measure(options.characters, rounds=options.rounds)
    if is_installed():
        painted, loaded = show(page, rounds=max(1, options.rounds // 5))
        measured = measured._replace(painted=painted, loaded=loaded)
    print(line(measured))


if __name__ == "__main__":
    main()
