"""The report itself, as the JSON Schema of `chartgap schema` describes it."""

from collections.abc import Iterable, Iterator

from chartgap.render.base import PLAIN, Checked, Screen


def render_jsonl(checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
    """One report a line."""
    for item in checked:
        yield item.report.model_dump_json() + "\n"


def render_json(checked: Iterable[Checked], *, screen: Screen = PLAIN) -> Iterator[str]:
    """One report as an object, any other number as an array, indented."""
    documents = (item.report.model_dump_json(indent=2) for item in checked)
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
