"""The parts of any query's text: title, quotes, question, options. Plain text, our JSON of a query, or FHIR's of one.

Every part keeps its place in the file, so that a problem can be shown where it is.
"""

import json
import re
from collections.abc import Callable, Iterator
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
_CITED = re.compile(
    r'(?<=["”»]) \(note (\S+?)(?: of \d{4}-\d\d-\d\d)?, [^()"“”«»\n]*characters \d+ to \d+\)'
    r"|^Documentation clarification: (\S+)(?=\r?\n=+\r?$)",
    re.M,
)
_SOURCE = re.compile(r"note (\S+?)(?: of \d{4}-\d\d-\d\d)?(?:, .*)?", re.S)
"""Where our prompts name a note: its id is one word, and no word of the query's. All around it is."""
_HOLDERS = ("queries", "entry", "resource")
_PARTS = frozenset({"title", "question", "indicators", "options"})
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_JSON = re.compile(r'\s*(?:\{|\[\s*(?:[\[{"]|\]\s*$))')
"""How JSON begins; "[ ] Left" does not."""
_OPENERS = ("dear ", "dr. ", "dr ", "to:", "from:", "date:", "hello")


class NotJson(ValueError):
    """The text begins as JSON and is none; `line` is where that shows."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__("not valid JSON")


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
    """The queries of a file: one or several in plain text; or those of JSON, lines of JSON or a list of such.

    Raises NotJson where a file begins as JSON and is none.
    """
    if _JSON.match(text):
        for data, strings in _documents(text):
            yield from _from_json(data, strings)
        return
    text = _nameless(text)
    starts = [match.start() for match in _TITLED.finditer(text)]
    for start, end in pairwise([0, *starts[1:], len(text)]):  # a prompt may hold several
        yield _from_plain(_blank(text, [(0, start), (end, len(text))]))


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    return text


def _nameless(text: str) -> str:
    """Blanks in the place of the ids by which a prompt names its notes."""
    return _blank(text, [match.span(match.lastindex or 0) for match in _CITED.finditer(text)])


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


def _documents(text: str) -> Iterator[tuple[Any, Iterator[re.Match[str]]]]:
    """Each JSON document with its strings as they are written: the whole text, or each of its lines."""
    try:
        yield json.loads(text), _LITERAL.finditer(text)
        return
    except ValueError as error:
        whole = error
    lines = [match for match in re.finditer(r"[^\n]+", text) if match[0].strip()]
    if len(lines) == 1 or not all(_JSON.match(line[0]) for line in lines):
        raise NotJson(getattr(whole, "lineno", 1))
    for line in lines:
        try:
            data = json.loads(line[0])
        except ValueError:
            raise NotJson(text.count("\n", 0, line.start()) + 1) from None
        yield data, _LITERAL.finditer(text, line.start(), line.end())


def _from_json(data: Any, literals: Iterator[re.Match[str]]) -> Iterator[QueryText]:
    strings = dict(zip(_paths(data, ()), literals, strict=False))
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
    """Queries of ours, in a report or by themselves, and Questionnaires of FHIR."""
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield from _queries(item, (*path, number))
    elif isinstance(data, dict):
        inside = [key for key in _HOLDERS if key in data]
        for key in inside:
            yield from _queries(data[key], (*path, key))
        if not inside and not _PARTS.isdisjoint(data):
            yield path, data


def _from_query(query: dict[str, Any], path: tuple[Any, ...], strings: dict[Any, re.Match[str]]) -> QueryText:
    part = _parts(query, path, strings)
    if query.get("resourceType") == "Questionnaire":
        return _from_questionnaire(query, part)

    def each(name: str, *keys: Any) -> Iterator[tuple[int, Part]]:
        value = query.get(name)
        for number in range(len(value) if isinstance(value, list) else 0):
            if (found := part(name, number, *keys)) is not None:
                yield number, found

    sources = [found for _, found in each("indicators", "source")]
    sections = {number: found.text for key in ("source", "section") for number, found in each("indicators", key)}
    quotes = tuple(
        Quote(words, f"note {sections[number]}" if number in sections else "", _span(query["indicators"][number]))
        for number, words in each("indicators", "quote")
    )
    title, problem, question = part("title"), part("problem"), part("question")
    options = tuple(Option(words) for _, words in each("options"))
    asked = tuple(item for item in (problem, question) if item)
    prose = (*((title,) if title else ()), *asked, *(item.words for item in options), *map(_without_id, sources))
    return QueryText(title, quotes, options, prose, asked)


def _without_id(source: Part) -> Part:
    match = _SOURCE.fullmatch(source.text)
    return source._replace(text=_blank(source.text, [match.span(1)])) if match else source


def _parts(data: Any, path: tuple[Any, ...], strings: dict[Any, re.Match[str]]) -> Callable[..., Part | None]:
    """Gives a string of the data with its place in the file, by the keys that lead to it."""

    def part(*keys: Any) -> Part | None:
        value = data
        for key in keys:
            value = value[key] if isinstance(value, list) else value.get(key) if isinstance(value, dict) else None
        match = strings.get((*path, *keys))
        return Part(value, match.start() + 1 if match else 0) if isinstance(value, str) and value else None

    return part


def _from_questionnaire(data: dict[str, Any], part: Callable[..., Part | None]) -> QueryText:
    """Displayed items hold the problem and the quotes; the item with options is the question; others are fields."""
    quotes: list[Quote] = []
    options: list[Option] = []
    asked: list[Part] = []
    items = data["item"] if isinstance(data.get("item"), list) else []
    for number, item in enumerate(items):
        words = part("item", number, "text")
        if words is None or not isinstance(item, dict):
            continue
        choices = item.get("answerOption")
        if item.get("type") == "display":
            found, rest = _quoted_in(words)
            quotes += found
            asked.append(rest)
        elif isinstance(choices, list):
            asked.append(words)
            texts = (part("item", number, "answerOption", choice, "valueString") for choice in range(len(choices)))
            options += [Option(text) for text in texts if text]
    title = part("title")
    prose = (*((title,) if title else ()), *asked, *(option.words for option in options))
    return QueryText(title, tuple(quotes), tuple(options), prose, tuple(asked))


def _quoted_in(words: Part) -> tuple[list[Quote], Part]:
    """What an item quotes, and the rest of it, which may name the source."""
    found = list(_QUOTE.finditer(words.text))
    rest = _blank(_nameless(words.text), [match.span() for match in found])
    return [Quote(Part(match[0][1:-1], words.start + match.start()), rest) for match in found], Part(rest, words.start)


def _span(indicator: dict[str, Any]) -> tuple[int, int] | None:
    start, end = indicator.get("start"), indicator.get("end")
    return (start, end) if isinstance(start, int) and isinstance(end, int) else None


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
