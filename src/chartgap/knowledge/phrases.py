"""The phrase language of the pattern files: `a {b|c} [d] e[s]`; braces choose, brackets are optional."""

import re
from collections.abc import Sequence

_GAP = re.compile(r"[\s-]+")
_OPEN = re.compile(r"[\[{]")


def expand(phrase: str) -> list[str]:
    """All plain phrases that one written phrase stands for; raises ValueError on unbalanced brackets."""
    match = _OPEN.search(phrase)
    if not match:
        if "]" in phrase or "}" in phrase:
            raise ValueError(f"unbalanced bracket in {phrase!r}")
        return [_GAP.sub(" ", phrase).strip()]
    head, close = phrase[: match.start()], "]" if match.group() == "[" else "}"
    depth, at = 0, match.start()
    for at in range(match.start(), len(phrase)):
        depth += (phrase[at] in "[{") - (phrase[at] in "]}")
        if depth == 0:
            break
    if depth or phrase[at] != close:
        raise ValueError(f"unbalanced bracket in {phrase!r}")
    choices = _split(phrase[match.end() : at])
    if close == "]":
        choices.append("")
    return sorted({plain for choice in choices for plain in expand(head + choice + phrase[at + 1 :])})


def _split(body: str) -> list[str]:
    """Split at the bars of the outermost level."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(body):
        depth += (char in "[{") - (char in "]}")
        if char == "|" and depth == 0:
            parts.append(body[start:at])
            start = at + 1
    return [*parts, body[start:]]


def plain_phrases(phrases: Sequence[str]) -> list[str]:
    """Expand several written phrases, lower-cased and without doubles."""
    return sorted({plain for phrase in phrases for plain in expand(phrase.lower()) if plain})
