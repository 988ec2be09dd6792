"""HTML, RTF, Word and PDF as text: what is kept and in which order, and documents that hold none or are broken."""

import io
import logging
import time
import zipfile
from io import BytesIO

import pypdf
import pytest
import written

from chartgap.errors import ReadError
from chartgap.readers import READERS, DecodedNote
from chartgap.readers.markup import html_text

SECRET = "Zebulon Quackenbush"


def one(suffix, data):
    (item,) = READERS[suffix](BytesIO(data), "in")
    return str(item) if isinstance(item, ReadError) else item


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Neck pain</p><p>left</p>", "Neck pain\n\nleft"),
        ("<div>Neck</div><div>pain<br>left<br/><br/>arm</div>", "Neck\npain\nleft\n\narm"),
        ("Neck <b>pa</b>in,\n  left", "Neck pain, left"),
        ("<h1>Exam</h1>Spurling", "Exam\n\nSpurling"),
        ("<ul><li>Neck<li><p>Arm</p><ul><li>left</ul></ul>PT", "- Neck\n- Arm\n\n- left\nPT"),
        ("<table><tr><th>Test<th>Side</tr><tr><td>Spurling<td><p>left</p></tr></table>", "Test\tSide\nSpurling\tleft"),
        ("<table><tr><td></td><td>R</td></tr><tr><td>Biceps</td><td>2+<div>brisk</div></td></tr></table>",
         "R\nBiceps\t2+\nbrisk"),
        ("90&deg; &lt;5&nbsp;kg &#8804; 3 &amp; &unknown;", "90° <5 kg ≤ 3 & &unknown;"),
        ("<style>p{}</style><script>if (a<b) x()</script><!-- no --><p>Neck</p>", "Neck"),
        ("<head><title>no</title><meta></head><body>Neck</body>", "Neck"),
        ("<head><title>no</title><body>Neck</body>", "Neck"),
        ("<script>never closed <p>Neck", ""),
        ("<pre>R   L\n2+  1+\n</pre>end", "R L\n2+ 1+\n\nend"),
        ("<?xml version='1.0'?><div><![CDATA[Neck < 5]]></div>", "Neck < 5"),
        ("<![if !supportLists]>a<![endif]><![nonsense b ]>c", "ac"),
        ("no markup, 5 < 6 &amp; 7\n\nline", "no markup, 5 < 6 & 7\n\nline"),
        ("<p>never closed <b>Neck", "never closed Neck"),
        ("İİİ<B>Neck</B><SCRIPT>no</SCRIPT> pain", "İİİNeck pain"),
        ("<a title='a > b' href=\"x>y\">Neck</a> <p class=x'y>pain</p>", "Neck\n\npain"),
        ("5 < 6, <7, p <0.05 <b>x</b>", "5 < 6, <7, p <0.05 x"),
        ("<td>cell</td><td>cell</td></tr></table>", "cell\tcell"),
        ("<table><tr><td>Biceps</td><td></td></tr><tr><td></td><td></td></tr></table>Assessment: neck",
         "Biceps\n\nAssessment: neck"),
        ("<table><tr><td>Biceps</td><td></td></tr><tr><td>Triceps</td><td>2+</td></tr></table>",
         "Biceps\nTriceps\t2+"),
        ("<table><tr><td>A</td><td><table><tr><td></td><td>b</td></tr></table></td></tr></table>c", "A\t\tb\n\nc"),
        ("<?xml version='1.0'?><!DOCTYPE html [<!ENTITY a 'x'> <!ENTITY b 'y'>]><p>Neck</p>", "Neck"),
        ("<!DOCTYPE html [ <p>Neck</p>", "Neck"),
    ],
)  # fmt: skip
def test_html(markup, text):
    assert html_text(markup).strip("\n") == text


@pytest.mark.parametrize(
    "piece",
    ["<!", "<a ", "<", "&", "<![CDATA[", '<a href="', "</", "<!--", "<p a=b", "<tr><td>", "<?", "<a x='>", "<script"],
)
def test_html_takes_time_in_proportion_to_its_length(piece):
    begun = time.perf_counter()
    html_text(piece * 100_000)
    assert time.perf_counter() - begun < 5


def test_html_files():
    assert one(".html", b"<p>90&deg; \xb0</p>").text == "90° °"
    assert one(".htm", b"<p> </p>") == "in: holds no text"
    assert one(".html", b"\x00\x01") == "in: binary, not text"
    assert len(one(".html", b"<div>" * 100_000 + b"x").text) == 1


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (r"\par 90\'b0 \u8804 ? \u-10179?\u-8704?", "\n90° ≤ 😀"),
        (r"{\pict\pngblip 89504e470d0a}x", "x"),
        (r"{\object\objemb{\*\objdata 0105000002}{\result hidden}}x", "x"),
        (r"{\*\generator Riched20;}{\info{\author no}}x", "x"),
        (r"\trowd\cell x\cell y\row", "|x|y\n"),
        (r"a\~b\_c\-d\tab e\{\}\\", "a\xa0b\u2011c\u00add\te{}\\"),
    ],
)
def test_rtf(more, text):
    assert one(".rtf", written.rtf("Neck", more=more)).text == f"Neck{text}"


def test_rtf_of_several_character_sets():
    fonts = "{\\fonttbl{\\f0\\fnil\\fcharset0 Arial;}{\\f1\\fcharset204{\\*\\panose 02020603050405020304}Times;}}"
    assert one(".rtf", f"{{\\rtf1\\ansi{fonts}\\f1 \\'cf\\f0 \\'cf}}".encode()).text == "ПÏ"


def test_rtf_takes_time_in_proportion_to_its_length():
    begun = time.perf_counter()
    one(".rtf", b"{\\rtf1 {\\fonttbl" + b"\\f1 " * 50_000 + b"}x}")
    one(".rtf", b"{\\rtf1 " + b"{\\f1\\fcharset1" * 50_000 + b"}" * 50_001)
    assert time.perf_counter() - begun < 10


def test_rtf_bytes_that_should_have_been_escaped():
    assert one(".rtf", b"{\\rtf1\\ansi 90\xb0}").text == "90°"
    assert one(".rtf", "{\\rtf1\\ansi 90°}".encode()).text == "90°"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (written.rtf(SECRET)[:-1], "RTF that is cut off: a group in it is never closed"),
        (b"{\\rtf1\\ansi }", "holds no text"),
        (b"{\\rtf1 \\u99999999999? x}", "RTF that cannot be read"),
        (SECRET.encode(), "no RTF"),
        (b"", "empty"),
    ],
)
def test_rtf_that_is_broken(data, reason):
    assert one(".rtf", data) == f"in: {reason}"


def test_word_keeps_the_order_of_header_paragraphs_and_tables():
    data = written.docx("HPI:\tneck", "Exam", table=(("Test", "Side"), ("Spurling", "left")), header="North Clinic")
    assert one(".docx", data).text == "North Clinic\nHPI:\tneck\nExam\n\nTest\tSide\nSpurling\tleft"


def test_what_follows_a_row_of_empty_cells_in_word_is_a_line_of_its_own():
    data = written.docx(table=(("Spurling", "left"), ("", "")))
    body = word("<w:p><w:r><w:t>x</w:t></w:r></w:p>")
    assert one(".docx", data).text == "Spurling\tleft"
    assert one(".docx", body).text == "x"
    table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Spurling</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    after = "<w:p><w:r><w:t>Assessment: neck</w:t></w:r></w:p>"
    assert one(".docx", word(table + after)).text == "Spurling\n\nAssessment: neck"


def word(body):
    """A Word file with this as its body."""
    stream, made = BytesIO(), zipfile.ZipFile(BytesIO(written.docx("MARK")))
    with zipfile.ZipFile(stream, "w") as archive:
        for name in made.namelist():
            data = made.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:p><w:r><w:t>MARK</w:t></w:r></w:p>", body.encode())
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<w:p><w:r><w:t>Ne</w:t></w:r><w:r><w:t>ck</w:t><w:br/><w:t xml:space='preserve'>pain </w:t></w:r>"
         "<w:hyperlink><w:r><w:t>left</w:t></w:r></w:hyperlink></w:p>", "Neck\npain left"),
        ("<w:p><w:ins><w:r><w:t>kept</w:t></w:r></w:ins><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>",
         "kept"),
        ("<w:sdt><w:sdtContent><w:p><w:r><w:t>field</w:t></w:r></w:p></w:sdtContent></w:sdt>", "field"),
        ("<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>x</w:t></w:r></w:p>", "x"),
        ("<w:p><w:r><w:t>no</w:t><w:noBreakHyphen/><w:t>split</w:t></w:r></w:p>", "no-split"),
    ],
)  # fmt: skip
def test_what_word_has_in_a_paragraph(body, text):
    assert one(".docx", word(body)).text == text


def test_word_that_is_broken(monkeypatch):
    whole = written.docx(SECRET)
    assert one(".docx", whole[:-50]) == "in: Word file that cannot be read (BadZipFile)"
    assert one(".docx", word("<w:p><w:r>")).startswith("in: Word file that cannot be read (")
    assert one(".docx", word("<w:p/>")) == "in: holds no text"
    assert one(".docx", b"\xd0\xcf\x11\xe0" + SECRET.encode()) == "in: no DOCX"
    assert "in: Word file that cannot be read" in one(".docx", b"PK\x03\x04 word/ no more")
    monkeypatch.setattr("chartgap.readers.documents.MOST_UNPACKED", 10_000)
    assert one(".docx", whole) == "in: unpacks to more than 0 MB"


def test_word_expands_no_entities():
    laughs = "<!DOCTYPE d [<!ENTITY a 'SECRET'><!ENTITY b '&a;&a;'>]>"
    data = word("<w:p><w:r><w:t>x&b;y</w:t></w:r></w:p>")
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, zipfile.ZipFile(BytesIO(data)) as made:
        for name in made.namelist():
            content = made.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:document", f"{laughs}<w:document".encode(), 1)
            archive.writestr(name, content)
    found = one(".docx", stream.getvalue())
    assert "SECRET" not in getattr(found, "text", found)


def test_pdf_page_by_page():
    note = one(".pdf", written.pdf("Neck pain\nleft", "Plan: PT"))
    assert note.text.split() == ["Neck", "pain", "left", "Plan:", "PT"]
    assert "\n\n" in note.text
    assert not isinstance(note, DecodedNote)
    assert one(".pdf", written.pdf("Neck", "", "")).notices == ("2 of 3 pages of the PDF hold no text",)


def encrypted(password):
    writer = pypdf.PdfWriter()
    writer.append(BytesIO(written.pdf(SECRET)))
    writer.encrypt(password, algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_pdf_that_opens_without_a_password():
    assert one(".pdf", encrypted("")).text == SECRET


def test_pdf_that_holds_no_text_or_is_broken():
    assert one(".pdf", written.pdf("", "")) == "in: a PDF without a text layer (a scan?)"
    assert one(".pdf", encrypted("x")) == "in: an encrypted PDF"
    assert one(".pdf", SECRET.encode()) == "in: no PDF"
    assert one(".pdf", b"%PDF-1.7\n").startswith("in: PDF that cannot be read (")


def test_pdf_and_word_that_would_take_too_long_or_too_much(monkeypatch):
    monkeypatch.setattr("chartgap.readers.documents.MOST_DRAWN", 100)
    monkeypatch.setattr("chartgap.readers.documents.MOST_XML", 1000)
    assert one(".pdf", written.pdf("Neck", "x" * 100)) == "in: more than 0 MB of drawing in a PDF"
    assert one(".docx", written.docx("Neck")) == "in: more than 0 MB of XML in a Word file"


def test_the_library_of_pdf_says_nothing_of_a_broken_one(caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        one(".pdf", written.pdf(SECRET).replace(b"endobj", b"endob", 3))
        one(".pdf", written.pdf(SECRET)[:-100])
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("suffix", "module", "extra", "data"),
    [
        (".rtf", "striprtf.striprtf", "rtf", written.rtf()),
        (".docx", "docx", "docx", written.docx("x")),
        (".pdf", "pypdf", "pdf", written.pdf("x")),
    ],
)
def test_a_library_that_is_not_installed_is_named(monkeypatch, suffix, module, extra, data):
    monkeypatch.setitem(__import__("sys").modules, module, None)
    assert one(suffix, data).endswith(f"needs chartgap[{extra}]: pip install -e '.[{extra}]' in its folder")
