"""The table of formats."""

from collections.abc import Mapping
from types import MappingProxyType

from chartgap.model import Report
from chartgap.render.as_json import render_json, render_jsonl
from chartgap.render.as_text import render_text
from chartgap.render.base import PLAIN, Checked, Renderer, Screen

RENDERERS: Mapping[str, Renderer] = MappingProxyType({"text": render_text, "json": render_json, "jsonl": render_jsonl})


def render(report: Report, output: str = "text", *, text: str | None = None, screen: Screen = PLAIN) -> str:
    """One report as a string; `text` is the note's, for line numbers."""
    return "".join(RENDERERS[output]([Checked(report, text)], screen=screen))
