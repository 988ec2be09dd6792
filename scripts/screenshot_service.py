"""The picture of the service's page in docs/service.md: a synthetic note checked in Chromium.

    python scripts/screenshot_service.py [FILE]

Without FILE it is docs/service-page.png that is written.
"""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from selenium.webdriver.common.keys import Keys

from chartgap.service.server import server
from chartgap.service.settings import Settings
from chromium import chromium

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs/service-page.png"
PATIENCE = 60


def main() -> None:
    """Take it."""
    running = server(Settings(port=0, workers=1))
    threading.Thread(target=running.run, daemon=True).start()
    while not running.started:
        time.sleep(0.1)
    port = running.servers[0].sockets[0].getsockname()[1]
    with chromium(width=1280, height=1150) as browser:
        browser.get(f"http://127.0.0.1:{port}/")
        text = (ROOT / "corpora/synthetic/a05.txt").read_bytes().decode()
        browser.execute_script("document.getElementById('note').value = arguments[0]", text)
        search = browser.find_element("css selector", "#search")
        search.send_keys("cervical radic")
        wait(lambda: browser.find_elements("css selector", "#found li"))
        search.send_keys(Keys.ENTER)
        search.send_keys(Keys.CONTROL, Keys.ENTER)
        wait(lambda: browser.find_element("css selector", "#status").text.startswith("Checked"))
        browser.find_element("css selector", "button.row").click()
        browser.execute_script("scrollTo(0, 0)")
        browser.save_screenshot(sys.argv[1] if len(sys.argv) > 1 else str(PICTURE))
    running.should_exit = True


def wait(holds: Callable[[], object]) -> None:
    """Until it holds."""
    end = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < end:
        time.sleep(0.1)


if __name__ == "__main__":
    main()
