"""Rows written once for a family of codes: `extends`, `only`, `without`, `vars` in patterns/codes, resolved before
anything is validated.

A code file may say `extends: M54.12` (another code's file), `extends: root` (codes/_shared/root.yaml), a list of such,
or `extends: {root: all, M54.12: [laterality]}`. It then has their rows, in their order, under its own code: `only:
[region]` takes some and orders rows, `without: [spurling]` all but some. A row of its own with an inherited name
changes the keys it gives (`key: null` takes the key away); any other is added at the end. The anchor is the first
inherited one unless the file has its own.

"${root}" anywhere in a row stands for `vars: {root: C6}` of the code, or the default of the shared file; a value that
is a list fills the place of a list, or of one item of it, and may name variables itself. `${code}` and `${title}` are
always there. A shared file names its rows without a code (`id: region`, `either_or: reflex`).

What codes of several families vary in alike is written once as a set of variables, inherited like the rows:
`sets: {lumbar: {region: the lumbar region, at: L4-L5}}`. A code takes it with `use: lumbar` (or several, the later
first); its own variables go before, a file's of the same set before the inherited ones.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from chartgap.errors import PatternProblem

_KEYS = ("extends", "only", "without", "vars", "sets", "use")
_SHARED_KEYS = frozenset({*_KEYS, "anchor", "requirements"})
_VARIABLE = re.compile(r"\$\{(\w+)\}")


class Source(NamedTuple):
    """One file as it was read."""

    file: str
    data: Any
    shared: bool = False


@dataclass
class Family:
    """What a file has with all that it inherits: rows by their name without the code, each with its file."""

    anchor: Any = None
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    vars: dict[str, Any] = field(default_factory=dict)
    sets: dict[str, dict[str, Any]] = field(default_factory=dict)


class _Wrong(Exception):
    """A problem that leaves nothing to resolve: key and message."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key, self.message = key, message


class Families:
    """Resolves the files of patterns/codes and codes/_shared, named by their stems."""

    def __init__(self, sources: Mapping[str, Source], problems: list[PatternProblem]) -> None:
        self._sources = sources
        self._problems = problems
        self._resolved: dict[str, Family | None] = {}
        self._used: set[str] = set()

    def expand(self, name: str) -> tuple[Any, dict[str, str]] | None:
        """A code file's data with everything inherited in it, and each row's file; None when that is not possible."""
        source = self._sources[name]
        if not isinstance(source.data, dict) or not any(key in source.data for key in _KEYS):
            return source.data, {}
        family = self._family(name, ())
        if family is None:
            return None
        data = {key: value for key, value in source.data.items() if key not in _KEYS}
        values = {**family.vars, "code": data.get("code"), "title": data.get("title")}
        filled = _Filler(values)
        prefix = f"{data.get('code')}."
        rows = [filled.row(row, prefix) for row in family.rows.values()]
        data |= {"requirements": rows, "anchor": filled.fill(family.anchor, "", ("anchor",))}
        unused = [key for key in source.data.get("vars") or () if key not in filled.used]
        wrong = [*filled.wrong, *(("", f"vars.{key}", "is used by no row") for key in unused)]
        for row_id, key, message in wrong:
            file = family.files.get(row_id, source.file)
            self._problems.append(PatternProblem(file, f"{prefix}{row_id}" if row_id else name, key, message))
        return None if wrong else (data, {f"{prefix}{row}": file for row, file in family.files.items()})

    def unused(self) -> Iterator[PatternProblem]:
        """Shared files that no code extends, and sets that none uses."""
        mappings = {name: source for name, source in self._sources.items() if isinstance(source.data, dict)}
        taken = {name for source in mappings.values() for name in _listed(source.data.get("use"))}
        for name, source in mappings.items():
            if source.shared and name not in self._used:
                yield PatternProblem(source.file, name, "", "no code extends it")
            for unknown in _listed(source.data.get("sets")):
                if unknown not in taken:
                    yield PatternProblem(source.file, name, f"sets.{unknown}", "no code uses it")

    def _family(self, name: str, below: tuple[str, ...]) -> Family | None:
        if name not in self._resolved:
            source = self._sources[name]
            try:
                self._resolved[name] = self._resolve(name, source, below)
            except _Wrong as wrong:
                self._problems.append(PatternProblem(source.file, name, wrong.key, wrong.message))
                self._resolved[name] = None
        return self._resolved[name]

    def _resolve(self, name: str, source: Source, below: tuple[str, ...]) -> Family | None:
        data = source.data
        if not isinstance(data, dict):
            raise _Wrong("", "is not a mapping")
        if source.shared and (stray := set(data) - _SHARED_KEYS):
            raise _Wrong(", ".join(sorted(map(str, stray))), "not a key of a shared file")
        family = Family()
        for parent, rows in _parents(data).items():
            if parent not in self._sources:
                raise _Wrong("extends", f"neither a code with a file nor a file of codes/_shared: {parent}")
            if parent in (*below, name):
                raise _Wrong("extends", f"goes in a circle: {' > '.join((*below, name, parent))}")
            self._used.add(parent)
            inherited = self._family(parent, (*below, name))
            if inherited is None:
                return None
            _take(family, _part(inherited, rows, parent), parent)
        _variables(family, data)
        _choose(family, data)
        _own_rows(family, data, name, source)
        _in_order(family, _names(data, "only"))
        family.anchor = data.get("anchor", family.anchor)
        return family


def _listed(given: Any) -> list[Any]:
    return [given] if isinstance(given, str) else list(given or ())


def _parents(data: dict[str, Any]) -> dict[str, list[str]]:
    """What is extended, and which rows of it; none named = all."""
    given = data.get("extends")
    if not isinstance(given, dict):
        return {name: [] for name in _names(data, "extends")}
    return {str(name): [] if rows == "all" else _names(given, name) for name, rows in given.items()}


def _part(family: Family, rows: list[str], name: str) -> Family:
    if unknown := [row for row in rows if row not in family.rows]:
        raise _Wrong("extends", f"{name} has no row named {', '.join(unknown)}")
    kept = {row: family.rows[row] for row in rows or family.rows}
    return Family(family.anchor, kept, family.files, family.vars, family.sets)


def _take(family: Family, inherited: Family, parent: str) -> None:
    if twice := family.rows.keys() & inherited.rows.keys():
        raise _Wrong("extends", f"{parent} has rows that are inherited already: {', '.join(sorted(twice))}")
    family.rows |= inherited.rows
    family.files |= inherited.files
    family.vars = {**inherited.vars, **family.vars}
    family.sets = _joined(inherited.sets, family.sets)
    family.anchor = family.anchor or inherited.anchor


def _variables(family: Family, data: dict[str, Any]) -> None:
    """The file's own sets and variables, and those of the sets that it uses, over what is inherited."""
    sets = _mapping(data, "sets")
    if not all(isinstance(given, dict) for given in sets.values()):
        raise _Wrong("sets", "is a mapping of names to variables")
    family.sets = _joined(family.sets, sets)
    for name in _names(data, "use"):
        if name not in family.sets:
            raise _Wrong("use", f"no set is named {name}")
        family.vars |= family.sets[name]
    family.vars |= _mapping(data, "vars")


def _joined(below: dict[str, dict[str, Any]], above: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The sets of both; of one that both have, the variables of `above` win."""
    return {name: {**below.get(name, {}), **above.get(name, {})} for name in {**below, **above}}


def _choose(family: Family, data: dict[str, Any]) -> None:
    """Apply `only` and `without`; `only` may name rows of the file's own, to say where they stand."""
    only, without = _names(data, "only"), _names(data, "without")
    rows = data.get("requirements")
    own = {str(row.get("id")).rpartition(".")[2] for row in (rows if isinstance(rows, list) else []) if row}
    for key, names, known in (("only", only, family.rows.keys() | own), ("without", without, family.rows.keys())):
        if unknown := [name for name in names if name not in known]:
            raise _Wrong(key, f"no inherited row is named {', '.join(unknown)}")
    kept = only or [name for name in family.rows if name not in without]
    family.rows = {name: family.rows[name] for name in kept if name in family.rows}


def _in_order(family: Family, only: list[str]) -> None:
    """Put rows where `only` names them, all others after them."""
    family.rows = {name: family.rows[name] for name in dict.fromkeys((*only, *family.rows))}


def _own_rows(family: Family, data: dict[str, Any], name: str, source: Source) -> None:
    rows = data.get("requirements", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows):
        raise _Wrong("requirements", "is a list of rows with an id each")
    seen: set[str] = set()
    for row in rows:
        bare = {**row, "id": _bare(row["id"], name, source)}
        if isinstance(row.get("either_or"), str):
            bare["either_or"] = _bare(row["either_or"], name, source)
        if bare["id"] in seen:
            raise _Wrong("id", f"{row['id']} is used twice")
        seen.add(bare["id"])
        merged = {**family.rows.get(bare["id"], {}), **bare}
        family.rows[bare["id"]] = {key: value for key, value in merged.items() if value is not None}
        family.files[bare["id"]] = source.file


def _bare(row_id: str, name: str, source: Source) -> str:
    """The row's name without its code."""
    if source.shared:
        if "." in row_id:
            raise _Wrong("id", f"{row_id}: a shared row is named without a code")
        return row_id
    if not row_id.startswith(f"{name}."):
        raise _Wrong("id", f"{row_id} must start with {name}.")
    return row_id.removeprefix(f"{name}.")


def _names(data: dict[str, Any], key: str) -> list[str]:
    names = data.get(key) or []
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _Wrong(key, "is a name or a list of names")
    return names


def _mapping(data: dict[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key) or {}
    if not isinstance(found, dict):
        raise _Wrong(key, "is a mapping")
    return dict(found)


class _Filler:
    """Puts values in the place of their variables, and keeps what went wrong: row, key, message."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._open: list[str] = []
        self.used: set[str] = set()
        self.wrong: list[tuple[str, str, str]] = []

    def row(self, row: dict[str, Any], prefix: str) -> dict[str, Any]:
        """The row under its code, with every variable filled in."""
        name = row["id"]
        filled: dict[str, Any] = self.fill(row, name, ())
        filled["id"] = f"{prefix}{name}"
        if isinstance(row.get("either_or"), str):
            filled["either_or"] = f"{prefix}{row['either_or']}"
        return filled

    def fill(self, data: Any, row: str, place: tuple[str, ...]) -> Any:
        """The data with every variable filled in."""
        if isinstance(data, dict):
            return {key: self.fill(value, row, (*place, str(key))) for key, value in data.items()}
        if isinstance(data, list):
            return [item for part in data for item in self._items(part, row, place)]
        return self._text(data, row, place) if isinstance(data, str) else data

    def _items(self, part: Any, row: str, place: tuple[str, ...]) -> list[Any]:
        filled = self.fill(part, row, place)
        return filled if isinstance(filled, list) and not isinstance(part, list) else [filled]

    def _text(self, text: str, row: str, place: tuple[str, ...]) -> Any:
        names = _VARIABLE.findall(text)
        for name in names:
            if self._values.get(name) is None:
                self.wrong.append((row, ".".join(place), f"no variable is named {name}"))
                return text
        self.used.update(names)
        values = {name: self._value(name, row, place) for name in names}
        if len(names) == 1 and text == f"${{{names[0]}}}":
            return values[names[0]]
        for name in names:
            if isinstance(values[name], list | dict):
                self.wrong.append((row, ".".join(place), f"{name} is a list: it cannot stand inside a text"))
                return text
        return _VARIABLE.sub(lambda match: str(values[match[1]]), text)

    def _value(self, name: str, row: str, place: tuple[str, ...]) -> Any:
        """A variable's value with the variables in it filled in."""
        if name in self._open:
            self.wrong.append((row, ".".join(place), f"{name} stands in its own value"))
            return ""
        self._open.append(name)
        value = self.fill(self._values[name], row, place)
        self._open.pop()
        return value
