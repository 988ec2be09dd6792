"""Whether the note says something, or that one thing comes of another, in words that the files name."""

import re
from collections.abc import Iterator
from functools import lru_cache

from chartgap.assess.scene import Evidence, Scene
from chartgap.assess.wording import denied, longest_word, phrase
from chartgap.knowledge.codes import Link

# Nothing between the two may end the sentence or the item of a list.
_END = r"\.\s|\n\s*\n|\n\s*(?:\d+[.)]|[-*•])|;"
_BREAK = re.compile(_END)
_BETWEEN = rf"(?:(?!{_END}).){{0,80}}?"
_BECAUSE = "|".join((
    r"due\sto|secondary\sto|because\sof|caused\sby|from|after|following|as\sa\sresult\sof|resulting\sfrom|since",
    r"attributed\sto|attributable\sto|related\sto|s/p|status\spost|2/2|owing\sto|in\sthe\ssetting\sof|associated\swith",
))  # fmt: skip
_CAUSING = "|".join((
    r"caus(?:ing|ed|es)|leading\sto|led\sto|result(?:ing|ed|s)\sin|producing|responsible\sfor|explain\w*",
    r"with\s(?:resulting|resultant|subsequent|consequent|secondary)|accounting\sfor",
))  # fmt: skip
_DENIED = re.compile(
    r"\b(?:no|not|never|without|unrelated|rather\sthan|denies|denied|negative\sfor|unlikely|independent\sof)\b"
)
_NOT_JUST_BEFORE = re.compile(r"\b(?:not|unlikely|isn't|wasn't)(?:\s+\w+){0,3}\s+$")
_BEFORE = 40


def linked_in(link: Link, scene: Scene) -> Evidence | None:
    """The findings in the passage that says so; None where none does."""
    for start, end in linked_at(link, scene):
        return tuple(i for i, finding in enumerate(scene.findings) if start <= finding.start < end)
    return None


def linked_at(link: Link, scene: Scene) -> Iterator[tuple[int, int]]:
    """The passages that say so."""
    text = scene.chart.lowered
    for match in _matches(link, scene):
        line = text[max(text.rfind("\n", 0, match.start()) + 1, match.start() - _BEFORE) : match.start()]
        before = line.rsplit(". ", 1)[-1]
        if not _DENIED.search(match[0]) and not _DENIED.search(before) and not denied(before):
            yield match.span()


def _matches(link: Link, scene: Scene) -> Iterator[re.Match[str]]:
    """The pattern is slow, so it reads only what may hold it: a passage with words of an effect and of a cause."""
    chart = scene.chart
    effects, causes = chart.possible(link.effect), chart.possible(link.cause)
    if not (effects and causes):
        return
    words = [{longest_word(item) for item in items} for items in (effects, causes)]
    pattern, text, start = _pattern(link.effect, link.cause), chart.lowered, 0
    for end in (*(match.start() for match in _BREAK.finditer(text)), len(text)):
        if all(any(text.find(word, start, end) >= 0 for word in either) for either in words):
            yield from pattern.finditer(text, start, end)
        start = end


def stated_in(phrases: tuple[str, ...], scene: Scene) -> bool:
    """Whether the note says one of the phrases of the patient; "not" within three words before it denies it."""
    return scene.chart.mentions(phrases) and any(True for _ in _stated(phrases, scene))


def stated_at(phrases: tuple[str, ...], scene: Scene) -> Iterator[tuple[int, int]]:
    """Where it says them: the places that nothing denies."""
    affirmed = set(scene.chart.places(phrases))
    stated = [match.span() for match in _stated(phrases, scene)]
    yield from [span for span in stated if span in affirmed] or stated[:1]


def _stated(phrases: tuple[str, ...], scene: Scene) -> Iterator[re.Match[str]]:
    text = scene.chart.lowered
    for match in (match for item in phrases for match in phrase(item).finditer(text)):
        if not _NOT_JUST_BEFORE.search(text, max(match.start() - _BEFORE, 0), match.start()):
            yield match


@lru_cache(maxsize=256)
def _pattern(effect: tuple[str, ...], cause: tuple[str, ...]) -> re.Pattern[str]:
    effects, causes = ("|".join(phrase(item).pattern for item in items) for items in (effect, cause))
    return re.compile(
        rf"(?:{effects})\b{_BETWEEN}\b(?:{_BECAUSE})\b{_BETWEEN}(?:{causes})"
        rf"|(?:{causes})\b{_BETWEEN}\b(?:{_CAUSING})\b{_BETWEEN}(?:{effects})",
        re.S,
    )
