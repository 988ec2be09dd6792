"""The queries of a note as one prompt in plain text, for the provider's inbox: what is quoted, asked and offered.

It names no code: the answer is about the patient, and what follows from it for a claim is none of the prompt's matter.
"""

from collections.abc import Iterable, Iterator

from chartgap.errors import one_word
from chartgap.model import Query
from chartgap.render.base import PLAIN, Checked, Screen
from chartgap.render.words import cited, unquoted


def render_prompt(checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
    """One prompt a note that leaves a question open, the first question first; nothing for the others."""
    for item in checked:
        queries = item.report.queries
        if queries:
            title = f"Documentation clarification: {unquoted(one_word(item.report.note_id))}"
            yield "\n".join([title, "=" * len(title), "", *map(query_text, queries), ""])


def query_text(query: Query) -> str:
    """One query."""
    lines = [f"Title: {query.title}", "", query.problem, "", "From the record:"]
    lines += [f"- {cited(item)}" for item in query.indicators]
    lines += ["", f"Question: {query.question}", ""]
    lines += [f"[ ] {option}" for option in query.options]
    lines += ["", *(f"{field.label}: ____" for field in query.response_fields if field.name != "answer")]
    lines += [f"Query {query.id}, rules {query.rules_version}", ""]
    return "\n".join(lines)
