"""The rules of a compliant query that a program can check, on any query's text. Each function is one rule."""

import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from chartgap.assess.query_text import Part, QueryText, line_and_column, read_queries
from chartgap.assess.record import Record
from chartgap.knowledge.query_rules import QueryRules, matcher

_DATE = re.compile(r"\b(?:\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|(?:19|20)\d\d|\d{4}-\d\d-\d\d)\b")
_REQUEST = re.compile(
    r"\b(?:please|kindly|could you|can you|would you) (?:also )?"
    r"(?:clarify|document|specify|state|indicate|provide|describe|record|name|define|explain|identify)\b"
)
_TWO_IN_ONE = re.compile(r",? and (?:is|was|are|does|do|did|has|what|which|when|how|why|who) [^.?]*\?")
_YES_NO = re.compile(r"(?:^|[.!?:]\s+|\n)\s*(?:is|are|was|were|does|do|did|has|have|had|can|could|should)\b[^.?!]*\?")
_ALLOWED = re.compile(
    r"present on admission|\bpoa\b|interpretation|agree with the (?:report|pathology|radiology|pathologist|radiologist)"
    r"|conflict\w*|attending|consultant"
)
_LINK = re.compile(r"\b(?:due to|caused by|related to|associated with|secondary to|linked to|result of)\b")
_LEADS_IN = re.compile(
    r"\b(?:please (?:document|add|record|state|note|include|list)|(?:suggest|indicat|support)\w*|consistent with"
    r"|meets? (?:the )?criteria for|diagnostic of|points? to)\s+(?:(?:the|a|an|diagnosis|of|that|acute|severe) )*"
)
_NAMED_SOURCE = re.compile(
    r"\b[A-Z]{3,}[\w-]*|et al|\b(?:19|20)\d\d\b|[Ss]ource:|[Aa]ccording to|[A-Z][a-z]+-\d|Frankel"
)


class Problem(NamedTuple):
    """One broken rule, by the number it has in docs/query-rules.md, and where."""

    rule: int
    severity: Literal["error", "warning"]
    message: str
    line: int
    column: int


class _Hit(NamedTuple):
    rule: int
    message: str
    at: int
    severity: Literal["error", "warning"] = "error"


def lint_query(text: str, rules: QueryRules, *, record: Record | None = None) -> tuple[Problem, ...]:
    """Every problem of every query in the text, in its order; with the record, also of what they quote from it."""
    queries = list(read_queries(text))
    found = {hit for query in queries for check in _CHECKS for hit in check(query, rules)}
    if record is not None:
        found |= {hit for query in queries for hit in _in_the_record(query, rules, record)}
    ordered = sorted(found, key=lambda hit: (hit.at, hit.rule))
    return tuple(Problem(hit.rule, hit.severity, hit.message, *line_and_column(text, hit.at)) for hit in ordered)


def _indicators(query: QueryText, rules: QueryRules) -> Iterator[_Hit]:
    """Rules 1 and 2: something is quoted, and each quote says from where."""
    if not query.quotes:
        yield _Hit(1, "no indicator of the record is quoted", _start(query))
    source = matcher(rules.sources)
    for quote in query.quotes:
        around = Part(quote.around, 0).folded
        if not source.search(around) and not _DATE.search(around):
            yield _Hit(2, "the source of the indicator is not named", quote.words.start)


def _in_the_record(query: QueryText, rules: QueryRules, record: Record) -> Iterator[_Hit]:
    """Rule 3, and of rule 2 that the offsets lead to the words. What is marked as reference is not the record's."""
    reference = matcher(rules.reference_marks)
    for quote in query.quotes:
        if reference.search(Part(quote.around, 0).folded):
            continue
        if not record.holds(quote.words.text):
            yield _Hit(3, "the words quoted are not in the note", quote.words.start)
        elif quote.span and not record.holds_at(quote.words.text, *quote.span):
            yield _Hit(2, "the offsets do not lead to the words quoted", quote.words.start)


def _one_question(query: QueryText, rules: QueryRules) -> Iterator[_Hit]:
    """Rule 4. A request counts where nothing is asked with a question mark."""
    marks = [part.start + match.start() for part in query.asked for match in re.finditer(r"\?", part.text)]
    requests = [part.start + match.start() for part in query.asked for match in _REQUEST.finditer(part.folded)]
    joined = [part.start + match.start() for part in query.asked for match in _TWO_IN_ONE.finditer(part.folded)]
    asked = marks or requests
    if not asked:
        yield _Hit(4, "no question is asked", _start(query))
    elif len(asked) > 1:
        yield _Hit(4, "several questions are asked", asked[1])
    elif joined:
        yield _Hit(4, "two questions are asked in one", joined[0])


def _phrases(query: QueryText, rules: QueryRules) -> Iterator[_Hit]:
    """Rules 5 and 6, by their words."""
    for part in query.prose:
        for item in rules.phrases:
            if match := item.first(part.folded):
                yield _Hit(item.rule, item.says, part.start + match.start())


def _leading(query: QueryText, rules: QueryRules) -> Iterator[_Hit]:
    """Rule 6: a condition that nobody documented is put in the provider's mouth, or an answer is chosen already."""
    for part in query.asked:
        for match in _LEADS_IN.finditer(part.folded):
            name = next(names_of_conditions(part.folded[match.end() : match.end() + 40], rules), None)
            offered = re.match(r"[^.?]*\b(?:or|if|whether)\b", part.folded[match.end() :])
            if name and name[1] < 20 and not offered and not _documented(name[0], query):
                yield _Hit(6, "leads to a condition that no indicator names", part.start + match.start())
    for option in query.options:
        marked = any(mark in option.words.folded for mark in rules.preselected)
        if option.chosen or marked:
            yield _Hit(6, "an option is chosen already", option.words.start)


def _title(query: QueryText, rules: QueryRules) -> Iterator[_Hit]:
    """Rule 7."""
    if query.title is None:
        return
    for name, at in names_of_conditions(query.title.folded, rules):
        if not _documented(name, query):
            yield _Hit(7, "the title names a condition that no indicator names", query.title.start + at)
            return


def _ways_out(query: QueryText, rules: QueryRules) -> Iterator[_Hit]:
    """Rules 9 and 10. A question without options is open, and has all ways."""
    if not query.options and not _is_yes_no(query):
        return
    texts = [option.words.folded for option in query.options]
    at = query.options[0].words.start if query.options else _start(query)
    # "Other" begins its option; "another cause" or "the other condition quoted" is none.
    other = [text for text in texts if (match := matcher(rules.other).search(text)) and match.start() < 3]
    unable = [text for text in texts if matcher(rules.unable).search(text)]
    if not other:
        yield _Hit(9, 'no option "other"', at)
    if not unable:
        yield _Hit(9, 'no option "unable to determine"', at)
    answers = [text for text in texts if text not in {*other, *unable}]
    if other and unable and len(answers) == 1 and "__" not in answers[0]:  # a field to fill in is open
        yield _Hit(10, "only one answer beside other and unable to determine", at, "warning")


def _yes_no(query: QueryText, rules: QueryRules) -> Iterator[_Hit]:
    """Rule 13: only about what is documented already, or how two such things are linked."""
    if not _is_yes_no(query):
        return
    folded = " ".join(part.folded for part in query.asked)
    names = [name for part in query.asked for name, _ in names_of_conditions(part.folded, rules)]
    undocumented = [name for name in names if not _documented(name, query)]
    if undocumented:
        yield _Hit(13, "yes or no would introduce a condition that is not documented", _question(query))
    elif not (_ALLOWED.search(folded) or names or _LINK.search(folded)):
        yield _Hit(
            13, "yes or no is for conditions already documented, their link or presence on admission", _question(query)
        )


def _prior(query: QueryText, rules: QueryRules) -> Iterator[_Hit]:
    """Rule 14."""
    told = matcher(rules.prior)
    for part in query.prose:
        for match in told.finditer(part.folded):
            if not _DATE.search(_sentence(part.text, match.start())):
                yield _Hit(14, "a fact of an earlier encounter without its date", part.start + match.start())
                break


def _criteria(query: QueryText, rules: QueryRules) -> Iterator[_Hit]:
    """Rule 16."""
    told, marked = matcher(rules.criteria), matcher(rules.reference_marks)
    for part in query.prose:
        for match in told.finditer(part.folded):
            sentence = _sentence(part.text, match.start())
            if not _NAMED_SOURCE.search(sentence):
                yield _Hit(16, "criteria without their source", part.start + match.start())
            elif not marked.search(part.folded):
                yield _Hit(16, "criteria are not marked as reference", part.start + match.start(), "warning")
            break


_CHECKS: tuple[Callable[[QueryText, QueryRules], Iterator[_Hit]], ...] = (
    *(_indicators, _one_question, _phrases, _leading, _title, _ways_out, _yes_no, _prior, _criteria),
)


def _start(query: QueryText) -> int:
    return query.prose[0].start if query.prose else 0


def _question(query: QueryText) -> int:
    return next((part.start + part.text.index("?") for part in query.asked if "?" in part.text), _start(query))


def _is_yes_no(query: QueryText) -> bool:
    """By its options where it has some, else by how it is asked."""
    words = {option.words.folded.strip(" .:,") for option in query.options}
    if words:
        return any(word == "yes" or word.startswith(("yes,", "yes ")) for word in words)
    return any(_YES_NO.search(part.folded) for part in query.asked)


def names_of_conditions(folded: str, rules: QueryRules) -> Iterator[tuple[str, int]]:
    """Names of conditions and where they begin."""
    for match in rules.diagnoses.pattern.finditer(folded):
        first = match[0].split()[0]
        if first not in rules.diagnoses.not_ and match[0] not in rules.diagnoses.not_:
            yield match[0], match.start()


def _documented(name: str, query: QueryText) -> bool:
    """Whether the quotes hold every word of the name, whatever its ending."""
    quoted = " ".join(quote.words.folded for quote in query.quotes)
    return all(word[:6] in quoted for word in name.split())


def _sentence(text: str, at: int) -> str:
    start = max(text.rfind(". ", 0, at), text.rfind("? ", 0, at), text.rfind("\n", 0, at)) + 1
    stop = re.search(r"[.?!](?:\s|$)|\n", text[at:])
    return text[start : at + stop.start() if stop else len(text)]
