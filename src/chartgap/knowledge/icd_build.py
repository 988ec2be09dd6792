"""Builds an index of the tabular (icd10cm.py reads it) from the official XML. Byte-identical on every build.

The archive's members: RELEASE (name, first and last day in force, first day of the fiscal year); BLOCKS, a line a
chapter or block (`id TAB chapter TAB title TAB categories`), chapters with nothing for their chapter; BLOCKS.notes;
and for each first letter X: X.txt (`code TAB B|H TAB title`, B billable, H header) and X.notes (`owner TAB kind TAB
text TAB targets`). Split by letter so that a look-up inflates only what it needs.
"""

import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

import yaml

from chartgap.errors import ReadError
from chartgap.knowledge.icd_notes import NoteKind, Target, parse_targets
from chartgap.knowledge.icd_xml import Element, read_xml

_PROSE = Path(__file__).resolve().parent / "data" / "icd10cm-prose.yaml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_KINDS: dict[str, NoteKind] = {
    **{"includes": "includes", "inclusionTerm": "inclusion_term", "excludes1": "excludes1", "excludes2": "excludes2"},
    **{"codeFirst": "code_first", "useAdditionalCode": "use_additional", "codeAlso": "code_also", "notes": "note"},
}
_NAMES_CODES = frozenset({"excludes1", "excludes2", "code_first", "use_additional", "code_also"})


class Release(NamedTuple):
    """A release of the code set: in force from `start` to `end`; `year_start` is where its fiscal year begins."""

    name: str
    start: date
    end: date
    year_start: date


class Built(NamedTuple):
    """What an index holds."""

    file: Path
    release: Release
    codes: int
    billable: int
    notes: int


@dataclass
class _Tables:
    """The lines of the members, as the tree is walked."""

    path: Path
    known: Collection[str]  # without dots; empty: every code that the 7th-character notes allow
    prose: dict[tuple[str, str], tuple[Target, ...]]
    order: list[str] = field(default_factory=list)  # categories as the tabular has them
    codes: defaultdict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    notes: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    blocks: list[str] = field(default_factory=list)


def build_index(
    tabular: Path, target: Path | None = None, *, release: Release | None = None, code_list: Path | None = None
) -> Built:
    """Write the index of one release; without `release` it is the fiscal year that the XML's version names.

    `code_list` is the official list of valid codes, a code a line: some codes that a 7th-character note allows do not
    exist, and the XML alone does not say so.
    """
    root = read_xml(tabular)
    release = release or _fiscal_year(root, tabular)
    known = {line.split(" ")[0].replace(".", "") for line in _lines(code_list)} if code_list else frozenset()
    chapters = list(root.all("chapter"))
    if root.tag != "ICD10CM.tabular" or not chapters:
        raise ReadError(
            "is not an ICD-10-CM tabular: no chapter in an ICD10CM.tabular", source=str(tabular), line=root.line
        )
    tables = _Tables(tabular, known, _prose())
    tables.order = [
        _name(diag, tables)
        for chapter in chapters
        for section in chapter.all("section")
        for diag in section.all("diag")
    ]
    for chapter in chapters:
        _chapter(chapter, tables)
    return _write(tables, release, target or Path(f"icd10cm-{release.name.replace(' ', '-')}.zip"))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"cannot be read: {type(error).__name__}", source=str(path)) from None


def _fiscal_year(root: Element, path: Path) -> Release:
    version = root.first("version")
    if not version.isdigit() or not 2015 <= int(version) <= 2100:
        raise ReadError("no year in its <version>: give the release's name and dates", source=str(path), line=root.line)
    year = int(version)
    start = fiscal_year_start(date(year, 9, 30))
    return Release(f"FY{year}", start, date(year, 9, 30), start)


def fiscal_year_start(day: date) -> date:
    """The 1 October on or before a day."""
    return date(day.year - (day.month < 10), 10, 1)


def _prose() -> dict[tuple[str, str], tuple[Target, ...]]:
    """Targets of the notes that name codes in words only: (owner, text) → targets."""
    rows = yaml.safe_load(_PROSE.read_text(encoding="utf-8"))
    return {(row["owner"], row["text"]): parse_targets(f"({row['codes']})") if row["codes"] else () for row in rows}


def _chapter(chapter: Element, tables: _Tables) -> None:
    name = _name(chapter, tables)
    tables.blocks.append(f"{name}\t\t{chapter.first('desc')}\t")
    _notes(chapter, name, "BLOCKS", tables)
    for section in chapter.all("section"):
        block = _name(section, tables)
        categories = [_name(diag, tables) for diag in section.all("diag")]
        if not categories:  # an umbrella over blocks: M00-M25
            categories = list(_between(block, tables.order))
        tables.blocks.append(f"{block}\t{name}\t{section.first('desc')}\t{' '.join(categories)}")
        _notes(section, block, "BLOCKS", tables)
        for diag in section.all("diag"):
            _code(diag, {}, tables)


def _between(block: str, order: list[str]) -> Iterator[str]:
    first, _, last = block.partition("-")
    within = False
    for category in order:
        within = within or category >= first
        if within and category > last:
            return
        if within:
            yield category


def _code(diag: Element, seventh: dict[str, str], tables: _Tables) -> None:
    """One code with what is below it; a code without its own 7th characters has those above it."""
    name, title = _name(diag, tables), diag.first("desc")
    seventh = _seventh(diag) or seventh
    _notes(diag, name, name[0], tables)
    below = list(diag.all("diag"))
    extended = {} if below else dict(_extended(name, title, seventh, tables.known))
    lines = tables.codes[name[0]]
    if name in lines:
        raise ReadError(f"{name} stands there twice", source=str(tables.path), line=diag.line)
    lines[name] = f"{name}\t{'H' if below or extended else 'B'}\t{title}"
    lines.update((code, f"{code}\tB\t{words}") for code, words in extended.items())
    for child in below:
        _code(child, seventh, tables)


def _seventh(element: Element) -> dict[str, str]:
    """The 7th characters defined at an element; notes between them are further wordings, not part of a title."""
    items = (item for definition in element.all("sevenChrDef") for item in definition.all("extension"))
    return {item.attributes["char"]: item.text for item in items if "char" in item.attributes}


def _also_seventh(element: Element) -> Iterator[tuple[str, str]]:
    """Further wordings of a 7th character: B of an open fracture is also that of an open fracture NOS."""
    for definition in element.all("sevenChrDef"):
        character = ""
        for item in definition.children:
            character = item.attributes.get("char", character)
            if item.tag == "note" and character:
                yield character, item.text


def _extended(name: str, title: str, seventh: dict[str, str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    stem = (name if "." in name else f"{name}.").ljust(7, "X")
    for character, meaning in seventh.items():
        if not known or f"{stem}{character}".replace(".", "") in known:
            yield f"{stem}{character}", f"{title}, {meaning}"


def _notes(element: Element, owner: str, member: str, tables: _Tables) -> None:
    for child in element.children:
        kind = _KINDS.get(child.tag)
        for note in child.all("note") if kind else ():
            if kind and note.text:
                targets = _targets(owner, kind, note.text, tables)
                tables.notes[member].append(f"{owner}\t{kind}\t{note.text}\t{' '.join(map(str, targets))}")
    for character, meaning in _seventh(element).items():
        tables.notes[member].append(f"{owner}\tseventh_character\t{character} {meaning}\t")
    for character, meaning in _also_seventh(element):
        tables.notes[member].append(f"{owner}\tnote\t7th character {character}: {meaning}\t")


def _targets(owner: str, kind: NoteKind, text: str, tables: _Tables) -> tuple[Target, ...]:
    if kind not in _NAMES_CODES:
        return ()
    mapped = tables.prose.get((owner, text))
    return mapped if mapped is not None else parse_targets(text)


def _name(element: Element, tables: _Tables) -> str:
    name = element.attributes.get("id") or element.first("name")
    if not name:
        raise ReadError(f"a {element.tag} without a name", source=str(tables.path), line=element.line)
    if element.tag == "diag" and not element.first("desc"):
        raise ReadError(f"{name} has no title", source=str(tables.path), line=element.line)
    return name


def _write(tables: _Tables, release: Release, target: Path) -> Built:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        _member(archive, "RELEASE", "\n".join(map(str, release)))
        _member(archive, "BLOCKS", "\n".join(tables.blocks))
        for letter, lines in sorted(tables.codes.items()):
            _member(archive, f"{letter}.txt", "\n".join(["", *(lines[code] for code in sorted(lines)), ""]))
        for member, notes in sorted(tables.notes.items()):
            _member(archive, f"{member}.notes", "\n".join(["", *notes, ""]))
    all_lines = [line for lines in tables.codes.values() for line in lines.values()]
    billable = sum("\tB\t" in line for line in all_lines)
    return Built(target, release, len(all_lines), billable, sum(map(len, tables.notes.values())))


def _member(archive: zipfile.ZipFile, name: str, text: str) -> None:
    """With a fixed date and system, so that the bytes depend on the content alone."""
    member = zipfile.ZipInfo(name, _EPOCH)
    member.create_system = 3
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, text, compresslevel=9)
