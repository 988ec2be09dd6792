"""No format lets a note move a cursor or turn the order of what is read; JSON still holds every character."""

import json
import re

import pytest

from chartgap.checker import Checker
from chartgap.model import Claim, Note, Report
from chartgap.render import RENDERERS, Checked

ACTING = "\x1b[2J\x9b31m\u202e\x00\x07\x7f\u2066\u200f\x85"
LEFT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
NOTE = Note(
    id=f"id{ACTING}",
    encounter_id=f"e{ACTING}",
    text=f"HPI: Neck pain{ACTING} in the left arm.\nMRI: C5-6 disc{ACTING} herniation.\n"
    f"Assessment: {ACTING}Right cervical radiculopathy{ACTING}.\n",
    claim=Claim(codes=("M54.12", f"M54{ACTING}"), payer=f"x{ACTING}", procedures=(ACTING,)),
)


@pytest.fixture(scope="module")
def checked() -> list[Checked]:
    checker = Checker(explain=True)
    together = checker.check_encounter([NOTE])
    return [Checked(checker.check(NOTE), NOTE.text), Checked(together, None, {NOTE.id: NOTE.text})]


@pytest.mark.parametrize("name", RENDERERS)
def test_nothing_of_it_is_left(checked, name):
    assert checked[0].report.queries
    for item in checked:
        assert LEFT.findall("".join(RENDERERS[name]([item]))) == []


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_json_holds_the_note_s_own_characters(checked, name):
    for item in checked:
        said = "".join(RENDERERS[name]([item]))
        assert Report.model_validate_json(said) == item.report
        assert any(ACTING[0] in quote for quote in _quotes(json.loads(said)))


def test_fhir_holds_them_in_the_words_of_evidence(checked):
    bundle = json.loads("".join(RENDERERS["fhir"]([checked[0]])))
    assert bundle["identifier"]["value"] == NOTE.id


def test_every_character_keeps_its_place_on_the_page(checked):
    page = "".join(RENDERERS["html"]([checked[0]]))
    pane = re.search(r'<div class="note"[^>]*>(.*?)</div>', page, re.S)[1]
    words = re.sub(r"<[^>]+>", "", pane)
    assert len(words) == len(NOTE.text)
    assert LEFT.sub("\N{REPLACEMENT CHARACTER}", NOTE.text) == words


def test_line_breaks_and_tabs_stay_and_so_do_other_scripts():
    text = "Assessment:\tNeck pain.\r\nעברית עם ZWJ: 👩‍⚕️ naïve café"
    report = Checker().check(Note(id="n", text=text, claim=Claim(codes=("M54.2",))))
    assert text in re.sub(r"<[^>]+>", "", "".join(RENDERERS["html"]([Checked(report, text)])))


def _quotes(report):
    return [item["quote"] for query in report["queries"] for item in query["indicators"]]
