"""The picture of the HTML page in README: the demo's note in Chromium, one gap chosen.

    python scripts/screenshot.py [FILE]

Without FILE it is docs/page.png that is written.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from chartgap.checker import Checker
from chartgap.model import Claim, Note
from chartgap.render import render
from chromium import chromium

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs/page.png"
WIDTH, HEIGHT = 1280, 800
CHOSEN = "M54.12.laterality"


def main() -> None:
    """Take it."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    with chromium(width=WIDTH, height=HEIGHT) as browser:
        take(browser, target)


def take(browser: Any, target: Path) -> None:
    """The page as it is shown with the first gap chosen; the browser's window says how much of it."""
    text = (ROOT / "corpora/synthetic/a05.txt").read_bytes().decode()
    report = Checker().check(Note(id="a05", text=text, claim=Claim(codes=("M54.12",))))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(render(report, "html", text=text), encoding="utf-8")
        browser.get(path.as_uri())
        for button in browser.find_elements("css selector", "button.row"):
            if CHOSEN in button.text:
                button.click()
        browser.execute_script("document.activeElement.blur(); window.scrollTo(0, 0)")
        target.write_bytes(browser.get_screenshot_as_png())


if __name__ == "__main__":
    main()
