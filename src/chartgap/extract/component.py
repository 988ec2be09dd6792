"""The extractor as a spaCy component: `nlp.add_pipe("chartgap")` sets `doc._.chartgap` to the findings of the text."""

from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from chartgap.extract.extractor import Extractor
from chartgap.knowledge.catalog import load_catalog


class Chartgap:
    """Reads `doc.text`, so offsets of findings are offsets into it; tokenization and other components do not matter."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor

    def __call__(self, doc: Doc) -> Doc:
        """Set the findings of one document."""
        doc._.chartgap = self._extractor.extract(doc.text)
        return doc


@Language.factory("chartgap", default_config={"patterns": None}, assigns=["doc._.chartgap"])
def make_component(nlp: Language, name: str, patterns: str | None) -> Chartgap:
    """Build the component; the extension is registered here, so that importing chartgap changes nothing in spaCy."""
    if not Doc.has_extension("chartgap"):
        Doc.set_extension("chartgap", default=())
    return Chartgap(Extractor(load_catalog(Path(patterns) if patterns else None)))
