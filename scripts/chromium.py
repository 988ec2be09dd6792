"""A headless Chromium without network habits, for tests, pictures and measurements of the HTML page."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
)


def is_installed() -> bool:
    """Whether there is a Chromium with its driver, and the library to speak with it."""
    try:
        import selenium  # noqa: F401, PLC0415
    except ImportError:
        return False
    return bool(CHROMIUM and DRIVER)


@contextmanager
def chromium(*, width: int = 1400, height: int = 900, dark: bool = False) -> Iterator[Any]:
    """A browser with a profile of its own, which is gone afterwards."""
    from selenium import webdriver  # noqa: PLC0415

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for argument in (*_QUIET, f"--window-size={width},{height}", f"--user-data-dir={profile}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
        try:
            colours(driver, dark=dark)
            yield driver
        finally:
            driver.quit()


def colours(driver: Any, *, dark: bool) -> None:
    """Have the page shown as on a system with a light or a dark theme."""
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
