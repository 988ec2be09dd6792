"""What the pattern files hold, as the lexer takes it: phrases with their kind."""

from collections.abc import Iterator, Mapping
from typing import Any

from chartgap.knowledge.catalog import Catalog
from chartgap.knowledge.elements import ElementPattern


def phrases_of(catalog: Catalog) -> Iterator[tuple[str, str, Any]]:
    """Every phrase with its kind and entry; a result that stands alone has a second kind, which wakes a sentence."""
    for kind, lexicon in catalog.lexicon.items():
        for entry in lexicon.entries:
            yield from ((p, kind, entry) for p in entry.phrases)
    for name, pattern in catalog.elements.items():
        for target in pattern.targets:
            yield from ((p, f"t:{name}", target) for p in target.phrases)
        for value in pattern.values:
            yield from ((p, f"v:{name}", value) for p in value.phrases)
            if value.standalone or value.sections:
                yield from ((p, "alone", value) for p in value.phrases)


def silent_kinds(elements: Mapping[str, ElementPattern]) -> dict[str | None, set[str]]:
    """By section, the targets of elements that are not told there."""
    silent: dict[str | None, set[str]] = {}
    for name, pattern in elements.items():
        for section in pattern.not_sections:
            silent.setdefault(section, set()).add(f"t:{name}")
    return silent
