"""The parts of any query's text: title, quotes, question, options. Plain text, or chartgap's own JSON of a query.

Every part keeps its place in the file, so that a problem can be shown where it is.
"""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from chartgap.assess.wording import same_length_lower

_QUOTE = re.compile(r'"[^"]*\w[^"]*"|“[^”]*\w[^”]*”|«[^»]*\w[^»]*»')
_BOX = re.compile(r"^[ \t]*(?:[-*•][ \t]*)?(\[[ xX✓✔]?\]|\([ xX✓✔]?\)|[☐☑☒□■○●◯◉])[ \t]*(?=\S)", re.M)
_ITEM = re.compile(r"^[ \t]*(?:[-*•]|[A-Ha-h1-9][.)])[ \t]+(?=\S)", re.M)
_INLINE = re.compile(r"^[ \t]*(?:options|choices|answers|response options)[ \t]*:[ \t]*(?=\S)(.+)$", re.M | re.I)
_YES_NO = re.compile(r"\byes[ \t]*(?:/|or|,|\|)[ \t]*no\b", re.I)
_TITLE = re.compile(r"^[ \t]*(?:#+[ \t]*|(?:title|subject|re|query|regarding)[ \t]*:[ \t]*)(\S.*)$", re.M | re.I)
_TITLED = re.compile(r"^title:", re.M | re.I)
_FIRST_LINE = re.compile(r"\s*(\S.{0,78}?[^\s.?!:,])[ \t]*(?:\n|$)")
_CHOSEN = re.compile(r"[xX✓✔☑☒■●◉]")
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|.", re.S)
_OPENERS = ("dear ", "dr. ", "dr ", "to:", "from:", "date:", "hello")


class Part(NamedTuple):
    """Some words of the file and where they begin."""

    text: str
    start: int

    @property
    def folded(self) -> str:
        """In lower case on one line with plain apostrophes, every character in its place."""
        return same_length_lower(self.text).replace("\n", " ").replace("’", "'")


class Quote(NamedTuple):
    """A passage given as the record's, the words around it that may name its source, and its offsets if it has some."""

    words: Part
    around: str
    span: tuple[int, int] | None = None


class Option(NamedTuple):
    """An answer to choose, with the sign before it."""

    words: Part
    chosen: bool = False


class QueryText(NamedTuple):
    """A query. `prose` is everything but the quotes; in `asked` the title and the options are blank too."""

    title: Part | None
    quotes: tuple[Quote, ...]
    options: tuple[Option, ...]
    prose: tuple[Part, ...]
    asked: tuple[Part, ...]


def read_queries(text: str) -> Iterator[QueryText]:
    """The queries of a file: one in plain text, or those of a JSON query, report or list of such."""
    if text.lstrip()[:1] in {"{", "["}:
        try:
            data = json.loads(text)
        except ValueError:
            data = None
        if data is not None:
            yield from _from_json(data, text)
            return
    starts = [match.start() for match in _TITLED.finditer(text)]
    for start, end in pairwise([0, *starts[1:], len(text)]):  # a prompt may hold several
        yield _from_plain(_blank(text, [(0, start), (end, len(text))]))


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    return text


def _from_plain(text: str) -> QueryText:
    quoted = [match.span() for match in _QUOTE.finditer(text)]
    prose = _blank(text, quoted)
    title = _title(prose)
    options = tuple(_options(prose))
    places = [(item.words.start, item.words.start + len(item.words.text)) for item in options]
    places += [(title.start, title.start + len(title.text))] if title else []
    asked = _blank(prose, places)
    quotes = tuple(
        Quote(Part(text[start + 1 : end - 1], start), _around(prose, start, end))
        for start, end in quoted
        if not _in_question(asked, start) and not any(low <= start < high for low, high in places)
    )
    return QueryText(title, quotes, options, (Part(prose, 0),), (Part(asked, 0),))


def _title(prose: str) -> Part | None:
    if match := _TITLE.search(prose):
        return Part(match[1].rstrip(), match.start(1))
    match = _FIRST_LINE.match(prose)
    if match is None or _BOX.match(match[0]) or match[1].lower().startswith(_OPENERS):
        return None
    return Part(match[1], match.start(1))


def _options(prose: str) -> Iterator[Option]:
    boxes = list(_BOX.finditer(prose))
    if boxes:
        for match in boxes:
            yield _option(prose, match.end(), chosen=_CHOSEN.search(match[1]) is not None)
        return
    asked = prose.find("?")
    items = [match for match in _ITEM.finditer(prose) if 0 <= asked < match.start()]
    for match in items:
        yield _option(prose, match.end())
    if items:
        return
    if inline := _INLINE.search(prose):
        for match in re.finditer(r"[^,;/|\n]+", inline[1]):
            yield Option(Part(match[0].strip(), inline.start(1) + match.start()))
    elif both := _YES_NO.search(prose):
        yield from (Option(Part(word, both.start())) for word in ("Yes", "No"))


def _option(prose: str, start: int, *, chosen: bool = False) -> Option:
    end = prose.find("\n", start)
    return Option(Part(prose[start : end if end >= 0 else len(prose)].rstrip(), start), chosen)


def _around(prose: str, start: int, end: int) -> str:
    """The line of the quote, and the heading it stands under when it is one of a list."""
    first = prose.rfind("\n", 0, start) + 1
    last = prose.find("\n", end)
    line = prose[first : last if last >= 0 else len(prose)]
    heads = [item for item in prose[:first].splitlines() if item.rstrip().endswith(":")]
    return f"{line} {heads[-1]}" if heads and not line.strip(" \t-*•.") else line


def _in_question(prose: str, at: int) -> bool:
    stop = re.search(r"[.?!](?:\s|$)|\n", prose[at:])
    return stop is not None and stop[0].startswith("?")


# JSON


def _from_json(data: Any, text: str) -> Iterator[QueryText]:
    strings = dict(zip(_paths(data, ()), _LITERAL.finditer(text), strict=False))
    for path, query in _queries(data, ()):
        yield _from_query(query, path, strings)


def _paths(data: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Where every string of the data is, in the order in which they are written; a key is a string too."""
    if isinstance(data, str):
        yield path
    elif isinstance(data, list):
        for number, item in enumerate(data):
            yield from _paths(item, (*path, number))
    elif isinstance(data, dict):
        for key, value in data.items():
            yield (*path, key, "key")
            yield from _paths(value, (*path, key))


def _queries(data: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield from _queries(item, (*path, number))
    elif isinstance(data, dict) and "queries" in data:
        yield from _queries(data["queries"], (*path, "queries"))
    elif isinstance(data, dict):
        yield path, data


def _from_query(query: dict[str, Any], path: tuple[Any, ...], strings: dict[Any, re.Match[str]]) -> QueryText:
    def part(*keys: Any) -> Part | None:
        value: Any = query
        for key in keys:
            value = value[key] if isinstance(value, list) else value.get(key) if isinstance(value, dict) else None
        match = strings.get((*path, *keys))
        return Part(value, match.start() + 1 if match else 0) if isinstance(value, str) and value else None

    def each(name: str, *keys: Any) -> Iterator[tuple[int, Part]]:
        value = query.get(name)
        for number in range(len(value) if isinstance(value, list) else 0):
            if (found := part(name, number, *keys)) is not None:
                yield number, found

    sections = {number: found.text for key in ("source", "section") for number, found in each("indicators", key)}
    quotes = tuple(
        Quote(words, f"note {sections[number]}" if number in sections else "", _span(query["indicators"][number]))
        for number, words in each("indicators", "quote")
    )
    title, problem, question = part("title"), part("problem"), part("question")
    options = tuple(Option(words) for _, words in each("options"))
    asked = tuple(item for item in (problem, question) if item)
    prose = (*((title,) if title else ()), *asked, *(item.words for item in options))
    return QueryText(title, quotes, options, prose, asked)


def _span(indicator: dict[str, Any]) -> tuple[int, int] | None:
    start, end = indicator.get("start"), indicator.get("end")
    return (start, end) if isinstance(start, int) and isinstance(end, int) else None


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
