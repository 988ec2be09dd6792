"""Marked-up text (HTML, the narrative of C-CDA, Word) to plain text: blocks become lines, rows lines with tabs."""

import html
import re
from html.parser import HTMLParser

from chartgap.errors import ReadError

_BLANK = re.compile(r"[ \t\r\n\f\xa0]+")
_TAG = re.compile(r"<[A-Za-z!/?]")

APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section", "article", "blockquote", "pre", "hr",
                   "paragraph", "title"})  # fmt: skip
"""What stands with a blank line around it; the last two are C-CDA's."""
BLOCKS = frozenset({"div", "ul", "ol", "dl", "dt", "dd", "li", "tr", "caption", "thead", "tbody", "tfoot", "address",
                    "header", "footer", "main", "aside", "nav", "form", "fieldset", "legend", "figure", "figcaption",
                    "details", "summary", "center", "body", "list", "item", "text"})  # fmt: skip
CELLS = frozenset({"td", "th"})
DROPPED = frozenset({"script", "style", "head", "template", "noscript", "svg", "object", "iframe", "renderMultiMedia"})
"""What is not for reading. In XHTML an empty one ends at once."""
ITEMS = frozenset({"li", "item"})


class Lines:
    """Plain text as it grows. `_gap` is what will stand before the next word, if any comes."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._gap = ""
        self._fresh = True  # nothing yet in the document or the cell: no break before its first word
        self._tight = False  # a title or the mark of an item came last: no further break
        self._rows: list[int] = []

    def __str__(self) -> str:
        return "".join(self._out)

    def open(self, tag: str) -> None:
        """A tag begins."""
        if tag == "br":
            self._break("\n", again=True)
        elif tag in CELLS:
            self._cell()
        elif tag in APART:
            self._break("\n\n")
        elif tag in BLOCKS:
            self._break("\n")
            if tag == "tr":
                self._rows.append(0)
            elif tag in ITEMS:
                self._write("- ")
                self._tight = True

    def close(self, tag: str) -> None:
        """A tag ends."""
        if tag in APART:
            self._break("\n\n")
        elif tag in BLOCKS:
            self._break("\n")
            if tag == "tr" and self._rows:
                self._rows.pop()

    def text(self, data: str) -> None:
        """Words; white space is one blank, as browsers have it."""
        words = _BLANK.sub(" ", data)
        if words.startswith(" "):
            self._space()
        if core := words.strip(" "):
            self._write(core)
            if words.endswith(" "):
                self._space()

    def literal(self, data: str) -> None:
        """Words whose line ends count."""
        first, *rest = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.text(first)
        for line in rest:
            self._break("\n", again=True)
            self.text(line)

    def heading(self, words: str) -> None:
        """A title on a line of its own, right above what follows."""
        self._break("\n\n")
        self.text(words if words.endswith(":") else f"{words}:")
        self._gap, self._tight = "\n", True

    def tab(self) -> None:
        """A tab inside a line."""
        if not self._gap.strip(" "):
            self._gap = "\t"

    def _write(self, words: str) -> None:
        self._out.append((self._gap if self._out else "") + words)
        self._gap, self._fresh, self._tight = "", False, False

    def _space(self) -> None:
        if not self._gap and self._out and not self._out[-1].endswith(" "):
            self._gap = " "

    def _break(self, lines: str, *, again: bool = False) -> None:
        if self._fresh or self._tight:
            return
        now = self._gap.count("\n")
        self._gap = "\n" * min(2, now + 1) if again else "\n" * max(now, len(lines))

    def _cell(self) -> None:
        if not self._rows:
            self._rows.append(0)
        if self._rows[-1]:
            self._gap = (self._gap if self._fresh else self._gap.strip(" \n")) + "\t"
        self._rows[-1] += 1
        self._fresh = True


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = Lines()
        self._dropped = 0
        self._literal = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._dropped = 0  # a head that was never closed
        if tag in DROPPED:
            self._dropped += 1
        self._literal += tag == "pre"
        if not self._dropped:
            self.lines.open(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._dropped and tag not in DROPPED:
            self.lines.open(tag)
            self.lines.close(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in DROPPED:
            self._dropped = max(0, self._dropped - 1)
        self._literal = max(0, self._literal - (tag == "pre"))
        if not self._dropped:
            self.lines.close(tag)

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            (self.lines.literal if self._literal else self.lines.text)(data)

    def unknown_decl(self, data: str) -> None:
        if data.startswith("CDATA["):
            self.handle_data(data.removeprefix("CDATA["))

    def parse_html_declaration(self, i: int) -> int:
        # The library raises on a <![word it does not know; to a browser that is a comment.
        if self.rawdata.startswith("<![", i) and not self.rawdata.startswith("<![CDATA[", i):
            end = self.rawdata.find(">", i)
            return end + 1 if end >= 0 else -1
        return super().parse_html_declaration(i)


def html_text(markup: str) -> str:
    """The words of HTML or XHTML as a browser shows them, without scripts and styles."""
    if not _TAG.search(markup):
        return html.unescape(markup).replace("\xa0", " ")
    parser = _Html()
    try:
        parser.feed(markup)
        parser.close()
    except (AssertionError, ValueError, IndexError):
        raise ReadError("HTML that cannot be read", source="") from None
    return str(parser.lines)
