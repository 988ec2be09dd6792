"""The service's page as its user has it: in a real Chromium, with mouse, keyboard and what a screen reader is told."""

import json
import os
from itertools import pairwise

import pytest
from serving import serving, until
from test_html_page import CONTRAST

from chartgap.model import Claim, Note
from chromium import CHROMIUM, DRIVER, chromium, colours
from notes import SYNTHETIC

keys = pytest.importorskip("selenium.webdriver.common.keys", reason="selenium is not installed").Keys
ActionChains = pytest.importorskip("selenium.webdriver").ActionChains

# Where CI has installed a browser, its absence is a failure and not a reason to skip.
if not (CHROMIUM and DRIVER) and not os.environ.get("CHARTGAP_BROWSER"):
    pytest.skip("Chromium and its driver are not installed", allow_module_level=True)

TEXT = (SYNTHETIC / "a05.txt").read_bytes().decode()
KEY = "0123456789abcdef"


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.fixture(scope="module")
def service():
    with serving(workers=1) as it:
        it.client.get("/v1/codes", params={"q": "warm"})
        yield it


@pytest.fixture
def page(browser, service):
    browser.get_log("browser")
    browser.get(f"{service.url}/")
    return browser


def find(page, css):
    return page.find_elements("css selector", css)


def one(page, css):
    (found,) = find(page, css)
    return found


def said(page):
    return one(page, "#status").text


def put(page, text):
    page.execute_script("arguments[0].value = arguments[1]", one(page, "#note"), text)


def choose(page, words, code):
    search = one(page, "#search")
    search.send_keys(words)
    until(lambda: any(item.text.startswith(code) for item in find(page, "#found li")))
    first = [item.text.split()[0] for item in find(page, "#found li")].index(code)
    search.send_keys(*[keys.ARROW_DOWN] * (first + 1), keys.ENTER)
    assert f"{code} ×" in [button.text for button in find(page, "#chosen button")]


def checked(page, text=TEXT):
    put(page, text)
    choose(page, "cervical radic", "M54.12")
    one(page, "#check").click()
    until(lambda: said(page).startswith("Checked"))


def test_a_note_is_checked_and_shown_as_in_the_report(page, real_checker):
    checked(page)
    report = real_checker.check(Note(id="note", text=TEXT, claim=Claim(codes=("M54.12",))))
    gaps = [
        row for code in report.codes for row in code.requirements if row.status in ("missing", "partial", "conflicting")
    ]
    assert said(page) == f"Checked: gaps {len(gaps)}, alerts {len(report.alerts)}, queries {len(report.queries)}."
    assert one(page, ".note").get_property("textContent") == TEXT
    shown = " ".join(button.text for button in find(page, "button.row"))
    assert all(row.id in shown for row in gaps)
    assert page.switch_to.active_element == one(page, "#result")
    assert page.get_log("browser") == []


def test_a_row_marks_its_words(page):
    checked(page)
    (row,) = (button for button in find(page, "button.row") if "M54.12.laterality" in button.text)
    row.click()
    assert "Right cervical radiculopathy" in "".join(mark.text for mark in find(page, "mark.on"))
    assert "Right cervical radiculopathy" in one(page, "#told").get_property("textContent")
    row.send_keys(keys.ESCAPE)
    assert find(page, "mark.on") == []


def test_a_query_is_copied_whole(page, service):
    page.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"origin": service.url, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]},
    )
    checked(page)
    buttons = find(page, ".query button.copy")
    assert buttons[0].accessible_name.startswith("Copy query: ")
    buttons[0].click()
    until(lambda: said(page) == "The query is in the clipboard.")
    copied = page.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert copied.startswith("Title: ")
    assert "[ ] Unable to determine" in copied


def test_it_is_all_done_with_the_keyboard(page):
    page.execute_script("document.activeElement.blur()")
    reached = []
    for _ in range(6):
        ActionChains(page).send_keys(keys.TAB).perform()
        reached.append(page.switch_to.active_element.get_attribute("id"))
        if reached[-1] == "check":
            break
    assert reached == ["note", "file", "search", "setting", "check"]
    one(page, "#note").send_keys("Assessment: Cervical radiculopathy.")
    choose(page, "M54.12", "M54.12")
    one(page, "#search").send_keys(keys.CONTROL, keys.ENTER)
    until(lambda: said(page).startswith("Checked"))
    row = find(page, "button.row")[0]
    row.send_keys(keys.ENTER)
    assert row.get_attribute("aria-pressed") == "true"


def test_the_search_is_a_combobox(page):
    search, found = one(page, "#search"), one(page, "#found")
    assert (search.aria_role, search.accessible_name) == ("combobox", "Codes on the claim")
    assert search.get_attribute("aria-expanded") == "false"
    search.send_keys("cervical radic")
    until(lambda: search.get_attribute("aria-expanded") == "true")
    assert found.aria_role == "listbox"
    assert said(page).endswith("codes found.")
    search.send_keys(keys.ARROW_DOWN)
    active = search.get_attribute("aria-activedescendant")
    assert one(page, f"#{active}").get_attribute("aria-selected") == "true"
    search.send_keys(keys.ESCAPE)
    assert (search.get_attribute("aria-expanded"), found.is_displayed()) == ("false", False)


def test_a_code_is_chosen_with_the_mouse_and_removed(page):
    one(page, "#search").send_keys("cervicalgia")
    until(lambda: find(page, "#found li"))
    find(page, "#found li")[0].click()
    (button,) = find(page, "#chosen button")
    assert button.accessible_name == "Remove M54.2 Cervicalgia"
    button.click()
    assert find(page, "#chosen button") == []
    assert said(page) == "M54.2 removed."


def test_everything_has_a_name(page):
    checked(page)
    nameless = [
        e.tag_name for e in find(page, "button, input, textarea, select") if e.is_displayed() and not e.accessible_name
    ]
    assert nameless == []
    assert one(page, "#status").aria_role == "status"
    assert page.execute_script("return document.documentElement.lang") == "en"
    levels = [int(heading.tag_name[1]) for heading in find(page, "h1, h2, h3")]
    assert all(then - now <= 1 for now, then in pairwise(levels))


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_can_be_read_by_day_and_by_night(page, dark):
    colours(page, dark=dark)
    try:
        checked(page)
        assert page.execute_script(CONTRAST) == []
    finally:
        colours(page, dark=False)


HOSTILE = (
    'Neck pain <script>document.title="x"</script><img src=x onerror="document.title=1"> </div></mark>\n'
    "<svg/onload=alert(1)> <a href='javascript:alert(1)'>x</a> <link rel=stylesheet href=//e> {{ 7*7 }}"
)


def test_a_hostile_note_stays_text(page):
    checked(page, HOSTILE)
    assert page.title == "chartgap"
    assert one(page, ".note").get_property("textContent") == HOSTILE
    assert find(page, "#result img, #result svg, #result a, #result script, #result link") == []
    assert page.get_log("browser") == []


def test_the_policy_lets_nothing_else_run(page):
    page.execute_script(
        "const s = document.createElement('script'); s.textContent = 'document.title = 1'; document.body.append(s);"
        "const i = new Image(); i.src = 'http://127.0.0.1:9/x.png'; document.body.append(i);"
    )
    until(lambda: len(page.get_log("browser")) > 0)
    assert page.title == "chartgap"


def test_nothing_is_asked_of_anybody_else(page, service):
    checked(page)
    asked = page.execute_script("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert asked
    assert all(name.startswith(f"{service.url}/") for name in asked)
    assert page.execute_script("return [localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert one(page, "#note").get_attribute("spellcheck") == "false"


def test_what_is_wrong_is_told(page):
    one(page, "#check").click()
    put(page, "   ")
    one(page, "#check").click()
    assert said(page) == "There is no note yet."
    put(page, "x" * 200_001)
    one(page, "#check").click()
    until(lambda: said(page) == "The note is too long: at most 200000 characters")


def test_an_error_leaves_no_earlier_result_beside_it(page):
    checked(page)
    assert one(page, "#result").text
    put(page, "x" * 200_001)
    one(page, "#check").click()
    until(lambda: said(page).startswith("The note is too long"))
    assert one(page, "#result").text == ""


def test_a_code_that_is_typed_and_not_chosen_is_taken(page):
    put(page, TEXT)
    one(page, "#search").send_keys("m54.12")
    one(page, "#check").click()
    until(lambda: said(page).startswith("Checked: gaps"))
    assert [button.text for button in find(page, "#chosen button")] == ["M54.12 ×"]


def test_words_that_are_typed_and_not_chosen_are_not_lost(page):
    put(page, TEXT)
    one(page, "#search").send_keys("cervical radic")
    one(page, "#check").click()
    until(lambda: said(page) == "Choose a code from those found, or empty the field.")
    assert page.switch_to.active_element.get_attribute("id") == "search"


def test_a_file_is_opened(page, tmp_path):
    (tmp_path / "visit.txt").write_text("Neck pain.")
    one(page, "#file").send_keys(str(tmp_path / "visit.txt"))
    until(lambda: said(page) == "visit.txt read.")
    assert one(page, "#note").get_property("value") == "Neck pain."


def test_a_file_is_dropped(page):
    drop = (
        "const data = new DataTransfer(); data.items.add(new File([new Uint8Array(arguments[1])], 'visit.txt'));"
        "arguments[0].dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}))"
    )
    page.execute_script(drop, one(page, "#note"), list("Neck pain, 5°.\n".encode()))
    until(lambda: said(page) == "visit.txt read.")
    assert one(page, "#note").get_property("value") == "Neck pain, 5°.\n"
    page.execute_script(drop, one(page, "#note"), [37, 80, 68, 70, 0, 255])
    until(lambda: said(page) == "This is not a text file in UTF-8.")


def test_with_a_key_the_page_asks_for_it(browser):
    with serving(workers=1, key=KEY) as it:
        browser.get(f"{it.url}/")
        put(browser, "Neck pain.")
        one(browser, "#check").click()
        until(lambda: one(browser, "#key-field").is_displayed())
        assert said(browser) == "This service wants its API key."
        one(browser, "#search").send_keys("cervicalgia")
        until(lambda: said(browser) == "This service wants its API key.")
        assert browser.switch_to.active_element.get_attribute("id") == "search"
        one(browser, "#search").clear()
        one(browser, "#key").send_keys("wrong")
        one(browser, "#check").click()
        until(lambda: said(browser) == "This is not the key of the service.")
        one(browser, "#key").clear()
        one(browser, "#key").send_keys(KEY)
        one(browser, "#check").click()
        until(lambda: said(browser).startswith("Checked"))


def test_a_narrow_window_needs_no_sideways_scrolling(page):
    size = page.get_window_size()
    page.set_window_size(500, 900)
    try:
        checked(page)
        assert page.execute_script(
            "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    finally:
        page.set_window_size(size["width"], size["height"])


def test_headers_of_the_page(service):
    answer = service.client.get("/")
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    for name in ("../guard.py", "%2e%2e/guard.py", "nothing.js"):
        assert service.client.get(f"/assets/{name}").status_code == 404
    assert json.dumps(service.client.get("/openapi.json").json()).count("/page/check") == 0
