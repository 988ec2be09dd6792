"""The official tabular's XML, as a tree that knows its lines. A DOCTYPE is refused: no entity is expanded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from chartgap.errors import ReadError

_DEEPEST = 50


@dataclass
class Element:
    """One element with the line that it begins in."""

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    content: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text before the first child, blanks made one."""
        return " ".join("".join(self.content).split())

    def all(self, *tags: str) -> Iterator["Element"]:
        """The children with these tags, in order."""
        return (child for child in self.children if child.tag in tags)

    def first(self, tag: str) -> str:
        """The text of the first child of the tag; "" without one."""
        return next((child.text for child in self.all(tag)), "")


def read_xml(path: Path) -> Element:
    """The root of a well-formed file; ReadError with the line for any other."""
    reader = _Reader(path)
    try:
        with path.open("rb") as stream:
            reader.parser.ParseFile(stream)
    except expat.ExpatError as error:
        raise ReadError(
            f"not well-formed XML: {expat.ErrorString(error.code)}", source=str(path), line=error.lineno
        ) from None
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", source=str(path)) from None
    return reader.root.children[0]


class _Reader:
    """Collects the elements as the parser meets them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.root = Element("", 0)
        self._open = [self.root]
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) > _DEEPEST:
            self._refuse("is nested too deep for a tabular")
        element = Element(tag, self.parser.CurrentLineNumber, attributes)
        self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, tag: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].content.append(text)

    def _doctype(self, *declared: object) -> None:
        self._refuse("has a DOCTYPE, which no official tabular has")

    def _refuse(self, reason: str) -> None:
        raise ReadError(reason, source=str(self._path), line=self.parser.CurrentLineNumber)
