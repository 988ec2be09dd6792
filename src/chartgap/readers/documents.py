"""One document of any kind to text: what it is, by its declared type and its first bytes, and how each kind is decoded.

A scan, a picture or a locked file has no text, which is an error and never an empty note.
"""

import io
import logging
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple

from chartgap.errors import ReadError
from chartgap.model import Note
from chartgap.readers.decoding import DecodedNote, decode, other_format
from chartgap.readers.extras import need
from chartgap.readers.markup import Lines, html_text
from chartgap.readers.streams import read_whole

MOST_UNPACKED = 256 * 2**20
MOST_XML = 32 * 2**20
"""Of a part of a Word file; in memory it is ten times as large."""
MOST_DRAWN = 16 * 2**20
"""Of the instructions that draw the pages of a PDF; a note has some kB a page, and a second goes by for half a MB."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Decoded(NamedTuple):
    """A document's text, what a reader of the report should know of it, and the note where it says more than text."""

    text: str
    notices: tuple[str, ...] = ()
    whole: Note | None = None


Decoder = Callable[[bytes], Decoded]


def plain(data: bytes) -> Decoded:
    """Text as it is."""
    text, notice = decode(data)
    return Decoded(text, (notice,) if notice else ())


def from_html(data: bytes) -> Decoded:
    """HTML and XHTML."""
    text, notice = decode(data)
    return Decoded(html_text(text), (notice,) if notice else ())


def from_rtf(data: bytes) -> Decoded:
    """RTF, without pictures, objects and page headers."""
    library = need("striprtf.striprtf", extra="rtf", what="RTF")
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError:
        source = data.decode("latin-1")
    braces = re.sub(r"\\[\\{}]", "", source)
    if "\\bin" not in braces and braces.count("{") > braces.count("}"):
        raise ReadError("RTF that is cut off: a group in it is never closed", source="")
    try:
        text = library.rtf_to_text(_with_short_fonts(source), errors="replace")
        # What is beyond the first 65,536 characters is written in two halves.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError):
        raise ReadError("RTF that cannot be read", source="") from None
    return Decoded(text)


def _with_short_fonts(rtf: str) -> str:
    """The same with a font table of nothing but numbers and character sets: the library searches it with a pattern that
    needs minutes for a table that was made to hurt.
    """
    begin = rtf.find("{\\fonttbl")
    if begin < 0:
        return rtf
    depth, end = 0, len(rtf)
    for brace in re.finditer(r"[{}]", rtf[begin:]):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            end = begin + brace.end()
            break
    fonts = []
    for entry in rtf[begin:end].split(";"):
        number, charset = re.search(r"\\f(\d{1,5})", entry), re.search(r"\\fcharset(\d{1,3})", entry)
        if number and charset:
            fonts.append(f"{{\\f{number[1]}\\fcharset{charset[1]} x;}}")
    return f"{rtf[:begin]}{{\\fonttbl{''.join(fonts)}}}{rtf[end:]}"


def from_pdf(data: bytes) -> Decoded:
    """PDF with a text layer, page by page."""
    library = need("pypdf", extra="pdf", what="PDF")
    with _quiet("pypdf"):
        try:
            file = library.PdfReader(io.BytesIO(data))
            if file.is_encrypted and not _opens(file, library):
                raise ReadError("an encrypted PDF", source="")
            pages = list(_pages(file))
        except ReadError:
            raise
        except Exception as error:  # noqa: BLE001  # broken files make the library raise whatever it trips over
            raise ReadError(f"PDF that cannot be read ({type(error).__name__})", source="") from None
    bare = sum(not page for page in pages)
    if bare == len(pages):
        raise ReadError("a PDF without a text layer (a scan?)", source="")
    text = "\n\n".join(filter(None, pages)).encode("utf-8", "replace").decode()
    return Decoded(text, (f"{bare} of {len(pages)} pages of the PDF hold no text",) if bare else ())


def _opens(file: Any, library: Any) -> bool:
    """Whether it opens without a password, as files do that only must not be changed."""
    try:
        return bool(file.decrypt(""))
    except library.errors.DependencyError:  # the newer ciphers need another library
        return False


def from_docx(data: bytes) -> Decoded:
    """Word: page headers, paragraphs and tables in their order, page footers; what a reviewer deleted is left out."""
    library = need("docx", extra="docx", what="DOCX")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
        if sum(sizes.values()) > MOST_UNPACKED:
            raise ReadError(f"unpacks to more than {MOST_UNPACKED // 2**20} MB", source="")
        if any(size > MOST_XML for name, size in sizes.items() if name.endswith((".xml", ".rels"))):
            raise ReadError(f"more than {MOST_XML // 2**20} MB of XML in a Word file", source="")
        document = library.Document(io.BytesIO(data))
        lines = Lines()
        for edge in _edges(document, "header"):
            _word(edge, lines)
        _word(document.element.body, lines)
        for edge in _edges(document, "footer"):
            _word(edge, lines)
    except ReadError:
        raise
    except (Exception, SyntaxError) as error:  # noqa: BLE001  # as above; lxml's own error is a SyntaxError
        raise ReadError(f"Word file that cannot be read ({type(error).__name__})", source="") from None
    return Decoded(str(lines))


def _edges(document: Any, kind: str) -> Iterator[Any]:
    """The headers or footers of pages, each once."""
    seen = set()
    for section in document.sections:
        for name in (kind, f"first_page_{kind}"):
            edge = getattr(section, name)
            if not edge.is_linked_to_previous and edge.part.partname not in seen:
                seen.add(edge.part.partname)
                yield edge._element


_WORD_TAGS = {"tbl": "table", "tr": "tr", "tc": "td", "p": "div", "br": "br", "cr": "br"}
_WORD_DROPPED = frozenset({"del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "sectPr"})


def _word(element: Any, lines: Lines) -> None:
    for child in element:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if not name or name in _WORD_DROPPED:
            continue
        if name == "t":
            lines.text(child.text or "")
        elif name in ("tab", "noBreakHyphen"):
            lines.tab() if name == "tab" else lines.text("-")
        else:
            tag = _WORD_TAGS.get(name, "")
            lines.open(tag)
            _word(child, lines)
            lines.close(tag)


def _pages(file: Any) -> Iterator[str]:
    """The text of each page; drawings that would take minutes are refused before they are read."""
    size = 0
    for page in file.pages:
        contents = page.get_contents()
        size += len(contents.get_data()) if contents is not None else 0
        if size > MOST_DRAWN:
            raise ReadError(f"more than {MOST_DRAWN // 2**20} MB of drawing in a PDF", source="")
        yield page.extract_text().strip()


@contextmanager
def _quiet(logger: str) -> Iterator[None]:
    """Without the library's log and warnings, which may quote the document."""
    log = logging.getLogger(logger)
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)


DECODERS: Mapping[str, Decoder] = {
    "text": plain,
    "HTML": from_html,
    "RTF": from_rtf,
    "PDF": from_pdf,
    "DOCX": from_docx,
}
_DECLARED: Mapping[str, str] = {
    "text/plain": "text",
    "text/html": "HTML",
    "application/xhtml+xml": "HTML",
    "application/xhtml": "HTML",
    "text/rtf": "RTF",
    "application/rtf": "RTF",
    "application/x-rtf": "RTF",
    "text/richtext": "RTF",
    "application/msword": "DOCX",
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/hl7-cda+xml": "C-CDA",
    "application/hl7-sdwg+xml": "C-CDA",
}
_NO_TEXT = frozenset({"image", "audio", "video", "font", "model"})
_NO_DOCUMENT = re.compile(r"(?:^application/|^text/|\+)(json|xml)$")
_HTML_OPENING = re.compile(rb"(?:<!doctype\s+html|<html|<div[\s>]|<head|<body)", re.I)


def kind_of(data: bytes) -> str | None:
    """What a document is by how it begins, if that tells."""
    opening = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if opening.startswith(b"%PDF-") or b"%PDF-" in opening[:1024]:
        return "PDF"
    if opening.startswith(b"{\\rtf"):
        return "RTF"
    if opening.startswith(b"PK\x03\x04") and b"word/" in data:
        return "DOCX"
    if re.search(rb"<(?:\w+:)?ClinicalDocument[\s>]", opening):
        return "C-CDA"
    markup = re.sub(rb"^<\?xml[^>]*\?>\s*", b"", opening)
    return "HTML" if _HTML_OPENING.match(markup) else None


def choose(data: bytes, declared: str | None) -> tuple[str, tuple[str, ...]]:
    """The kind a document is read as; where it is not what it is said to be, its bytes decide, which is a notice."""
    media = (declared or "").partition(";")[0].strip().lower()
    said, seen = _DECLARED.get(media), kind_of(data)
    if media.partition("/")[0] in _NO_TEXT:
        raise ReadError(f"{media.partition('/')[0]}: holds no text", source="")
    if said is None and seen is None and (form := _NO_DOCUMENT.search(media)):
        raise ReadError(f"{form[1].upper()} that is no document", source="")
    if said is None or said == seen:
        return seen or "text", ()
    if seen is not None:
        return seen, (f"declared as {said}, read as {seen}",)
    if said == "C-CDA":
        raise ReadError("declared as C-CDA, but is none", source="")
    if said in ("text", "HTML"):
        return said, ()
    if other_format(data) is None and said == "RTF":
        return "text", ("declared as RTF, read as text",)
    raise ReadError(f"declared as {said}, but is none", source="")


def read_document(stream: BinaryIO, name: str, *, kind: str) -> Iterator[Note | ReadError]:
    """A file that is one document; its id is the file's name."""
    try:
        data = read_whole(stream, name)
        text, notices, _ = decoded(data, kind)
    except ReadError as error:
        yield ReadError(error.reason, source=name)
        return
    yield DecodedNote(id=name, text=text, notices=notices) if notices else Note(id=name, text=text)


def decoded(data: bytes, kind: str) -> Decoded:
    """The text of a document of this kind; none is an error."""
    if kind not in ("text", "HTML") and kind_of(data) != kind:
        raise ReadError(f"no {kind}", source="")
    text, notices, _ = DECODERS[kind](data)
    if "\x00" in text or not text.strip():
        raise ReadError("binary, not text" if text.strip() else "holds no text", source="")
    return Decoded(text, notices)
