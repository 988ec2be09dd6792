"""The HTML report as a reader has it: in a real Chromium, with mouse and keyboard."""

import os
import shutil

import pytest

from chartgap.model import Claim, Note
from chartgap.render import Checked, render
from notes import SYNTHETIC

selenium = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
# Where CI has installed a browser, its absence is a failure and not a reason to skip.
if not (CHROMIUM and DRIVER) and not os.environ.get("CHARTGAP_BROWSER"):
    pytest.skip("Chromium and its driver are not installed", allow_module_level=True)

QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
         "--disable-background-networking", "--disable-component-update", "--disable-sync")  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = selenium.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (*QUIET, "--window-size=1400,900", f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = selenium.Chrome(options=options, service=selenium.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def checked(real_checker):
    text = (SYNTHETIC / "a05.txt").read_bytes().decode()
    return Checked(real_checker.check(Note(id="a05", text=text, claim=Claim(codes=("M54.12",)))), text)


@pytest.fixture
def page(browser, checked, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(render(checked.report, "html", text=checked.text), encoding="utf-8")
    browser.get(path.as_uri())
    return browser


def find(page, css):
    return page.find_elements("css selector", css)


def button_of(page, name):
    (button,) = (button for button in find(page, "button.row") if name in button.text)
    return button


def marked(page):
    return [mark.text for mark in find(page, "mark.on")]


def test_the_note_is_shown_whole(page, checked):
    (note,) = find(page, ".note")
    assert note.get_property("textContent") == checked.text


def test_a_row_marks_exactly_the_words_it_rests_on(page, checked):
    (row,) = (row for code in checked.report.codes for row in code.requirements if row.id == "M54.12.laterality")
    wanted = sorted({(checked.report.findings[i].start, checked.report.findings[i].end) for i in row.evidence})
    button_of(page, "M54.12.laterality").click()
    offsets = page.execute_script(
        "let at = 0; const on = [];"
        "for (const node of document.querySelector('.note').childNodes) {"
        "  const end = at + [...node.textContent].length;"
        "  if (node.nodeType === 1 && node.classList.contains('on')) on.push([at, end]);"
        "  at = end; } return on;"
    )
    covered = {position for start, end in offsets for position in range(start, end)}
    assert covered == {position for start, end in wanted for position in range(start, end)}


def test_a_gap_without_words_shows_the_words_that_oblige(page, checked):
    (row,) = (row for code in checked.report.codes for row in code.requirements if row.id == "M54.12.etiology")
    button_of(page, "M54.12.etiology").click()
    assert "".join(marked(page)) == checked.text[row.anchor_start : row.anchor_end]


def test_the_keyboard_goes_from_row_to_row_and_escape_clears(page):
    keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
    first, second = find(page, "button.row")[:2]
    first.send_keys(keys.ARROW_DOWN)
    assert page.switch_to.active_element == second
    second.send_keys(keys.ENTER)
    assert second.get_attribute("aria-pressed") == "true"
    assert marked(page) != []
    second.send_keys(keys.ESCAPE)
    assert (second.get_attribute("aria-pressed"), marked(page)) == ("false", [])


def test_nothing_is_asked_of_the_network_and_the_console_is_silent(page):
    assert page.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert page.get_log("browser") == []


def test_a_hostile_note_stays_text(browser, real_checker, tmp_path):
    text = (
        'Neck pain <script>document.title="x"</script><img src=x onerror="document.title=1"> </div></mark> radiating.'
    )
    report = real_checker.check(Note(id="<b>n</b>", text=text, claim=Claim(codes=("M54.2",))))
    path = tmp_path / "hostile.html"
    path.write_text(render(report, "html", text=text), encoding="utf-8")
    browser.get(path.as_uri())
    assert browser.title == "chartgap report"
    assert [note.get_property("textContent") for note in find(browser, ".note")] == [text]
    assert find(browser, "img, h2 b") == []
    assert browser.get_log("browser") == []
