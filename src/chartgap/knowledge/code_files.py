"""Reads patterns/codes: a file of one code is named after it, a file of several has `leaves`.

`leaves` says for each code its title, the values of its variables or the sets of them that it uses (`use: lumbar`) and,
where it differs, `also_for`, `only`, `without` or `requirements`, one code a line; the rest of the file is what they
share, written like a shared file (families.py):

    leaves:
      M50.121: {title: Cervical disc disorder at C4-C5 level with radiculopathy, level: C4-C5, root: C5}

A header may stand there too, where no leaf of it can lend it its rows.

Where the codes differ in their 7th character besides, `leaves` are the first six and `sevenths` says for each
character, one a line, what it adds to title, variables and `without`; headers are served by the first of them:

    sevenths:
      A: {title: initial encounter for closed fracture, phase_needs: active treatment of the injury}
    leaves:
      S12.400: {title: Unspecified displaced fracture of fifth cervical vertebra, vertebra: C5}
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from chartgap.errors import PatternError, PatternProblem
from chartgap.knowledge.codes import CodeRequirements
from chartgap.knowledge.families import Families, Source
from chartgap.knowledge.loading import validate
from chartgap.knowledge.phrase_lists import read_filled_yaml
from chartgap.knowledge.vocabulary import Known, known_names, unknown_names

_SEVENTH = re.compile(r"^  ([A-Z]): *\{", re.M)
_LEAF = re.compile(r"^  ([A-Z]\d\w[.\w]*): *\{", re.M)
_HEADERS = re.compile(r"(?:^|[{ ])also_for: *(?:\[([^\]]*)\]|([\w.]+))", re.M)
_LEAF_KEYS = ("title", "also_for", "use", "only", "without", "requirements")


class CodeBook(Mapping[str, CodeRequirements]):
    """Every code with its rows; a header that a code serves is answered with that code's.

    A code is read when it is asked for, PatternError where it is wrong: a claim touches two or three of all these.
    """

    def __init__(self, root: Path) -> None:
        self._problems: list[PatternProblem] = []
        self._sources = _Sources(root, self._problems)
        self._families = Families(self._sources, self._problems)
        self._known: dict[str, CodeRequirements] = {}

    def __getitem__(self, code: str) -> CodeRequirements:
        code = self._sources.headers.get(code, code)
        if code not in self._known:
            if code not in self._sources.places:
                raise KeyError(code)
            item = _load(code, self._sources, self._families, self._problems)
            if item is None or self._problems:
                raise PatternError(self._problems)
            self._known[code] = item
        return self._known[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources.places)

    def __len__(self) -> int:
        return len(self._sources.places)

    def file_of(self, code: str) -> str:
        """The name of the file that a code is in."""
        return self._sources.places[code]

    def __contains__(self, code: object) -> bool:
        return code in self._sources.places or code in self._sources.headers


def load_codes(root: Path, problems: list[PatternProblem]) -> dict[str, CodeRequirements]:
    """Every code of codes/ under the patterns folder; every problem is added to `problems`, and its code left out."""
    sources = _Sources(root, problems)
    families = Families(sources, problems)
    mistakes: list[PatternProblem] = []
    try:
        known: Known | None = known_names(root)
    except PatternError:
        known = None  # what is wrong in the elements is told with them
    loaded = {code: _load(code, sources, families, mistakes, known) for code in sources.read()}
    found = {code: item for code, item in loaded.items() if item is not None}
    problems.extend([*_once(mistakes), *families.unused(), *_shared_headers(found)])
    return found


def _load(
    code: str,
    sources: "_Sources",
    families: Families,
    mistakes: list[PatternProblem],
    known: Known | None = None,
) -> CodeRequirements | None:
    """One code; with `known` the names in its conditions are looked up too."""
    expanded = families.expand(code) if code in sources else None
    if expanded is None:
        return None
    file = sources[code].file
    item = _validated(*expanded, file, mistakes, known)
    wrong = [PatternProblem(file, id_, key, message) for id_, key, message in _misnamed(item, code)] if item else []
    mistakes.extend(wrong)
    return None if wrong else item


class _Sources(Mapping[str, Source]):
    """The files by their names, and the codes of `leaves` as if each had a file that extends theirs."""

    def __init__(self, root: Path, problems: list[PatternProblem]) -> None:
        self._root = root
        self._problems = problems
        self._paths = {
            path.stem: (path, shared)
            for folder, shared in ((root / "codes" / "_shared", True), (root / "codes", False))
            for path in sorted(folder.glob("*.yaml"))
        }
        self._files: dict[str, _File | None] = {}
        self._opened: dict[str, Source] = {}

    @cached_property
    def places(self) -> dict[str, str]:
        """Each code and the name of its file, from a glance at the files: read() says where the glance errs."""
        return {code: stem for stem, codes in self._glances.items() for code in codes}

    @cached_property
    def headers(self) -> dict[str, str]:
        """Each header and the code that serves it."""
        glances = self._glances.values()
        return {header: code for codes in glances for code, headers in codes.items() for header in headers}

    @cached_property
    def _glances(self) -> dict[str, dict[str, list[str]]]:
        alone = {stem: path for stem, (path, shared) in self._paths.items() if not shared}
        return {stem: _glance(stem, path.read_text("utf-8", "replace")) for stem, path in alone.items()}

    def read(self) -> Iterator[str]:
        """Every code, its file read; a code that the glance at the files does not find is a problem."""
        for stem in self._paths:
            file = self._file(stem)
            for code in file.codes if file else ():
                if self.places.get(code) != stem:
                    problem = PatternProblem(f"codes/{stem}.yaml", code, "leaves", "stands on a line of its own, once")
                    self._problems.append(problem)
                yield code

    def __getitem__(self, name: str) -> Source:
        stem = name if name in self._paths else self.places.get(name)
        if stem is not None:
            self._file(stem)
        return self._opened[name]

    def __iter__(self) -> Iterator[str]:
        for stem in self._paths:
            file = self._file(stem)
            yield from file.sources if file else ()

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _file(self, stem: str) -> "_File | None":
        if stem not in self._files:
            path, shared = self._paths[stem]
            data = read_filled_yaml(path, self._problems, root=self._root)
            name = path.relative_to(self._root).as_posix()
            file = None if data is None else _opened(Source(name, data, shared), stem, self._problems)
            self._files[stem] = file
            self._opened |= file.sources if file else {}
        return self._files[stem]


def _glance(stem: str, text: str) -> dict[str, list[str]]:
    """The codes of a file with the headers each serves, without parsing it."""
    if "\nleaves:" not in text:
        return {stem: _headers(text)}
    rest = text[text.index("\nleaves:") :]
    starts = [*_LEAF.finditer(rest)]
    ends = [*(match.start() for match in starts[1:]), len(rest)]
    sevenths = _SEVENTH.findall(text[: text.index("\nleaves:")]) or [""]
    return {
        match[1] + char: _headers(rest[match.start() : end]) if char == sevenths[0] else []
        for match, end in zip(starts, ends, strict=True)
        for char in sevenths
    }


def _headers(text: str) -> list[str]:
    match = _HEADERS.search(text)
    return [header for header in re.split(r"[,\s]+", match[1] or match[2] or "") if header] if match else []


@dataclass(frozen=True)
class _File:
    """One file taken apart: its sources by name, and which of them are codes."""

    sources: dict[str, Source]
    codes: tuple[str, ...]


def _opened(source: Source, stem: str, problems: list[PatternProblem]) -> _File:
    if source.shared or not isinstance(source.data, dict) or "leaves" not in source.data:
        return _File({stem: source}, () if source.shared else (stem,))
    leaves, sevenths = source.data["leaves"], source.data.get("sevenths", {"": {}})
    for key, given in (("leaves", leaves), ("sevenths", sevenths)):
        if not isinstance(given, dict) or not all(isinstance(item, dict) for item in given.values()) or stem in given:
            problems.append(PatternProblem(source.file, stem, key, "is a mapping of codes, the file's name not one"))
            return _File({}, ())
    leaves = dict(_with_sevenths(leaves, sevenths))
    shared = {key: value for key, value in source.data.items() if key not in {"leaves", "sevenths"}}
    codes = {code: Source(source.file, _leaf(code, leaf, stem)) for code, leaf in leaves.items()}
    return _File({stem: Source(source.file, shared, shared=True), **codes}, tuple(codes))


def _with_sevenths(leaves: dict[str, Any], sevenths: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each leaf with each 7th character: its title, variables and `without` are added; the first has the headers."""
    for code, leaf in leaves.items():
        own = leaf
        for char, more in sevenths.items():
            joined = {**own, **more}
            if char:
                joined["title"] = f"{leaf.get('title')}, {more.get('title')}"
            if "without" in own and "without" in more:
                joined["without"] = [*_listed(own["without"]), *_listed(more["without"])]
            yield f"{code}{char}", joined
            own = {key: value for key, value in leaf.items() if key != "also_for"}


def _listed(names: Any) -> list[Any]:
    return names if isinstance(names, list) else [names]


def _leaf(code: str, leaf: dict[str, Any], stem: str) -> dict[str, Any]:
    own = {key: leaf[key] for key in _LEAF_KEYS if key in leaf}
    values = {key: value for key, value in leaf.items() if key not in _LEAF_KEYS}
    return {"code": code, "extends": stem, "vars": values, **own}


def _validated(
    data: Any, files: dict[str, str], file: str, mistakes: list[PatternProblem], known: Known | None
) -> CodeRequirements | None:
    """The code, or its problems, each under the file that its row is written in."""
    found: list[PatternProblem] = []
    item = validate(CodeRequirements, data, found, file=file)
    if item is not None and known is not None:
        found.extend(unknown_names(item, known, file=file))
    mistakes.extend(replace(problem, file=files.get(problem.id, file)) for problem in found)
    return None if found else item


def _once(mistakes: list[PatternProblem]) -> Iterator[PatternProblem]:
    """A mistake in a row that codes share is told for the first of them."""
    seen = set()
    for problem in mistakes:
        key = re.sub(r"^requirements\.\d+", "", problem.key)
        what = (problem.file, problem.id.rsplit(".", 1)[-1], key, problem.message)
        if what not in seen:
            yield problem
        seen.add(what)


def _misnamed(item: CodeRequirements, stem: str) -> Iterator[tuple[str, str, str]]:
    """Names that do not fit together: (id, key, message)."""
    if item.code != stem:
        yield item.code, "code", f"must equal the file's name, {stem}"
    seen: set[str] = set()
    ids = {row.id for row in item.requirements}
    for row in item.requirements:
        if not row.id.startswith(f"{item.code}."):
            yield row.id, "id", f"must start with {item.code}."
        if row.id in seen:
            yield row.id, "id", "is used twice"
        if row.either_or and row.either_or not in ids - {row.id}:
            yield row.id, "either_or", f"names no other row: {row.either_or}"
        seen.add(row.id)


def _shared_headers(found: dict[str, CodeRequirements]) -> Iterator[PatternProblem]:
    """One claimed code must lead to one file."""
    owner = {code: code for code in found}
    for item in found.values():
        for header in item.also_for:
            if header in owner:
                yield PatternProblem(f"codes/{item.code}.yaml", item.code, "also_for", f"{header} is {owner[header]}'s")
            owner[header] = item.code
