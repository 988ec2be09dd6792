"""The spaCy component: found by its entry point, sets doc._.chartgap, and changes nothing at import."""

import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from chartgap.errors import PatternError
from chartgap.extract.extractor import Extractor
from chartgap.knowledge.catalog import load_catalog

TEXT = "HPI: Neck pain radiating into the left arm.\nAssessment: Cervical radiculopathy due to foraminal stenosis."


@pytest.fixture(scope="module")
def nlp() -> Language:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("chartgap")
    return pipeline


def test_sets_the_findings_of_the_extractor(nlp: Language) -> None:
    assert nlp(TEXT)._.chartgap == Extractor(load_catalog()).extract(TEXT)


def test_offsets_point_into_the_text(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert {finding.element for finding in doc._.chartgap} >= {"radiation", "linkage", "stenosis_site"}
    assert all(doc.text[finding.start : finding.end] == finding.text for finding in doc._.chartgap)


def test_documents_do_not_share_findings(nlp: Language) -> None:
    first, second = nlp.pipe([TEXT, "Regular rate and rhythm."])
    assert first._.chartgap
    assert second._.chartgap == ()


def test_a_second_pipeline_can_be_made(nlp: Language) -> None:
    other = spacy.blank("en")
    other.add_pipe("chartgap", name="gaps")
    assert other(TEXT)._.chartgap == nlp(TEXT)._.chartgap


def test_importing_registers_no_extension() -> None:
    code = "import chartgap.extract.component; from spacy.tokens import Doc; assert not Doc.has_extension('chartgap')"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(PatternError, match="no pattern folder here"):
        spacy.blank("en").add_pipe("chartgap", config={"patterns": str(tmp_path / "none")})
