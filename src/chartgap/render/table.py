"""The table of formats."""

from collections.abc import Mapping
from types import MappingProxyType

from chartgap.model import Report
from chartgap.render.as_csv import render_csv
from chartgap.render.as_fhir import render_fhir
from chartgap.render.as_html import render_html
from chartgap.render.as_json import render_json, render_jsonl
from chartgap.render.as_markdown import render_markdown
from chartgap.render.as_prompt import render_prompt
from chartgap.render.as_text import render_text
from chartgap.render.base import PLAIN, Checked, Renderer, Screen

RENDERERS: Mapping[str, Renderer] = MappingProxyType(
    {
        "text": render_text,
        "markdown": render_markdown,
        "json": render_json,
        "jsonl": render_jsonl,
        "csv": render_csv,
        "html": render_html,
        "fhir": render_fhir,
        "prompt": render_prompt,
    }
)


def render(report: Report, output: str = "text", *, text: str | None = None, screen: Screen = PLAIN) -> str:
    """One report as a string; `text` is the note's, for line numbers."""
    return "".join(RENDERERS[output]([Checked(report, text)], screen=screen))
