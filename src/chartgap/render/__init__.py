"""Reports out: one renderer for each format, chosen from a table."""

from chartgap.render.base import PLAIN, Checked, Renderer, Screen
from chartgap.render.table import RENDERERS, render

__all__ = ["PLAIN", "RENDERERS", "Checked", "Renderer", "Screen", "render"]
