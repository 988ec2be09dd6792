"""Sides over sentences, lists and levels: what is pointed at, what opens a sentence, what one side lends the other."""

from pathlib import Path

import pytest
import yaml

from chartgap.extract import Extractor
from chartgap.model import DOCUMENTED, Finding

PASSAGES: list[dict[str, object]] = yaml.safe_load((Path(__file__).parent / "data/passages.yaml").read_text())


def _said(finding: Finding) -> str:
    value = None if finding.element == "laterality" else finding.value
    return " ".join(word for word in (value, finding.side, finding.area) if word)


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage["text"])
def test_a_passage(extractor: Extractor, passage: dict[str, object]) -> None:
    found = [f for f in extractor.extract(str(passage["text"])) if f.assertion in DOCUMENTED]
    elements = passage.keys() - {"text"}
    assert {e: sorted({_said(f) for f in found if f.element == e}) for e in elements} == {
        e: passage[e] for e in elements
    }
