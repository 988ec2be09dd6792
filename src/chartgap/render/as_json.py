"""The report itself, as the JSON Schema of `chartgap schema` describes it; and the payers' packs."""

import json
from collections.abc import Iterable, Iterator

from chartgap.knowledge.payers import Pack
from chartgap.render.base import PLAIN, Checked, Screen
from chartgap.render.words import escaped


def render_jsonl(checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
    """One report a line."""
    for item in checked:
        yield escaped(item.report.model_dump_json()) + "\n"


def render_json(checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
    """One report as an object, any other number as an array, indented."""
    documents = (escaped(item.report.model_dump_json(indent=2)) for item in checked)
    first = next(documents, None)
    if first is None:
        yield "[]\n"
        return
    second = next(documents, None)
    if second is None:
        yield first + "\n"
        return
    yield f"[\n{first},\n{second}"
    for document in documents:
        yield ",\n" + document
    yield "\n]\n"


_ROW_KEYS = {"id", "element", "level", "basis", "needs", "not_enough", "why", "source", "mark", "verified"}
_PACK_KEYS = {"id", "title", "payer", "procedure", "code", "setting", "enabled", "policies", "reviewed", "note"}


def packs_as_json(packs: Iterable[Pack]) -> str:
    """The packs as an array: to whom each applies, its policies with their marks, what its rows need."""
    documents = []
    for pack in packs:
        rows = [
            {**row.model_dump(include=_ROW_KEYS), "only_when": row.when.says if row.when else None} for row in pack.rows
        ]
        documents.append({**pack.model_dump(mode="json", include=_PACK_KEYS), "rows": rows})
    return json.dumps(documents, indent=2)
