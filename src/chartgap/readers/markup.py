"""Marked-up text (HTML, the narrative of C-CDA, Word) to plain text: blocks become lines, rows lines with tabs."""

import html
import re
import string

from chartgap.errors import ReadError

_BLANK = re.compile(r"[ \t\r\n\f\xa0]+")
_TAG = re.compile(r"<[A-Za-z!/?]")
_NAME = re.compile(r"<(/?)([a-z][^\s/>]*)")
_RAW = frozenset({"script", "style"})
_LONGEST = 4096  # a tag that has a > inside quotes
_WHOLE = re.compile(r"""<(?:[^>"']++|(?<==)"[^"]*+"|(?<==)'[^']*+'|["'])*+>""")
_LOWER = {ord(letter): letter.lower() for letter in string.ascii_uppercase}  # other letters can grow in lower case

APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section", "article", "blockquote", "pre", "hr",
                   "paragraph", "title"})  # fmt: skip
"""What stands with a blank line around it; the last two are C-CDA's."""
BLOCKS = frozenset({"div", "ul", "ol", "dl", "dt", "dd", "li", "tr", "caption", "thead", "tbody", "tfoot", "address",
                    "header", "footer", "main", "aside", "nav", "form", "fieldset", "legend", "figure", "figcaption",
                    "details", "summary", "center", "body", "list", "item", "text"})  # fmt: skip
CELLS = frozenset({"td", "th"})
DROPPED = frozenset({"script", "style", "head", "template", "noscript", "svg", "object", "iframe", "renderMultiMedia"})
"""What is not for reading. In XHTML an empty one ends at once."""
_OUTERMOST = frozenset({"tr", "table"})
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
        if tag in _OUTERMOST and len(self._rows) < 2:
            self._fresh = not self._out  # a row that ends with an empty cell ends all the same
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


class _Html:
    """Tags and words of HTML, in time linear in its length whatever it is: `html.parser` needs an hour for a megabyte
    of tags that never end.
    """

    def __init__(self, markup: str) -> None:
        self._markup, self._lower = markup, markup.translate(_LOWER)
        self._missing: set[str] = set()  # what does not come any more: it is not looked for again
        self._dropped = self._literal = 0
        self.lines = Lines()

    def read(self) -> str:
        """The words."""
        at = 0
        while (begin := self._markup.find("<", at)) >= 0:
            self._words(self._markup[at:begin])
            at = self._tag(begin) if _TAG.match(self._markup, begin) else self._sign(begin)
        self._words(self._markup[at:])
        return str(self.lines)

    def _sign(self, begin: int) -> int:
        """A < that begins no tag is itself."""
        self._words("<", raw=True)
        return begin + 1

    def _tag(self, begin: int) -> int:
        """Take a tag or comment, and what belongs to a script or style; where it ends."""
        if self._markup.startswith("<!--", begin) and (end := self._find("-->", begin + 4)) >= 0:
            return end + 3
        if self._markup.startswith("<![CDATA[", begin) and (end := self._find("]]>", begin)) >= 0:
            self._words(self._markup[begin + 9 : end], raw=True)
            return end + 3
        end = self._end(begin)
        if end < 0:
            return self._sign(begin)
        if self._lower.startswith("<!doctype", begin) and self._markup.find("[", begin, end) >= 0:
            return max(self._find("]>", begin) + 1, end) + 1  # declarations of entities
        match = _NAME.match(self._lower, begin, end)
        if match:
            closing, name = match.groups()
            empty = self._markup[end - 1] == "/"
            self._close(name) if closing else self._open(name, empty=empty)
            if name in _RAW and not closing and not empty:
                return self._skip(name, end + 1)
        return end + 1

    def _end(self, begin: int) -> int:
        """Where the tag ends; a > inside quotes does not end it, if the quotes are closed."""
        end = self._find(">", begin)
        whole = _WHOLE.match(self._markup, begin, begin + _LONGEST) if end >= 0 else None
        return whole.end() - 1 if whole else end

    def _skip(self, name: str, at: int) -> int:
        """Past the end of a script or style; one that never ends takes the rest."""
        end = self._find(f"</{name}", at)
        return len(self._markup) if end < 0 else end

    def _find(self, sign: str, at: int) -> int:
        if sign in self._missing:
            return -1
        found = self._lower.find(sign, at)
        if found < 0:
            self._missing.add(sign)
        return found

    def _open(self, tag: str, *, empty: bool) -> None:
        if tag == "body":
            self._dropped = 0  # a head that was never closed
        if tag in DROPPED:
            self._dropped += not empty
            return
        self._literal += tag == "pre"
        if not self._dropped:
            self.lines.open(tag)
            if empty:
                self.lines.close(tag)

    def _close(self, tag: str) -> None:
        if tag in DROPPED:
            self._dropped = max(0, self._dropped - 1)
            return
        self._literal = max(0, self._literal - (tag == "pre"))
        if not self._dropped:
            self.lines.close(tag)

    def _words(self, text: str, *, raw: bool = False) -> None:
        if text and not self._dropped:
            words = text if raw else html.unescape(text)
            (self.lines.literal if self._literal else self.lines.text)(words)


def html_text(markup: str) -> str:
    """The words of HTML or XHTML as a browser shows them, without scripts and styles."""
    try:
        if not _TAG.search(markup):
            return html.unescape(markup).replace("\xa0", " ")
        return _Html(markup).read()
    except ValueError:  # a character number of thousands of digits
        raise ReadError("HTML that cannot be read", source="") from None
