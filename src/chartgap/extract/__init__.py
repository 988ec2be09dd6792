"""The only importer of spaCy, medspaCy and negspaCy: a note's text in, findings out."""

from chartgap.extract.extractor import Extractor

__all__ = ["Extractor"]
