"""Phrases that several pattern files share: patterns/phrases/<id>.yaml. "@<id>" in a list stands for all of them.

Every list is used, and every name is that of a list; `fires` and `silent` are tried by the tests.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from chartgap.errors import PatternProblem
from chartgap.knowledge.loading import PatternModel, read_yaml, validate
from chartgap.knowledge.phrases import PlainPhrases

FOLDER = "phrases"
_NAME = re.compile(r"@([a-z][a-z0-9-]*)")


class PhraseList(PatternModel):
    """One list; its phrases are those of `words` in a code's file."""

    id: str
    about: str
    phrases: PlainPhrases = Field(min_length=1)
    fires: tuple[str, ...] = Field(min_length=1)
    silent: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> "PhraseList":
        twice = {phrase for phrase in self.phrases if self.phrases.count(phrase) > 1}
        if twice:
            raise ValueError(f"twice: {', '.join(sorted(twice))}")
        return self


def load_phrase_lists(root: Path, problems: list[PatternProblem]) -> dict[str, PhraseList]:
    """Read phrases/ under the patterns folder, by id."""
    found: dict[str, PhraseList] = {}
    for path in sorted((root / FOLDER).glob("*.yaml")):
        name = path.relative_to(root).as_posix()
        data = read_yaml(path, problems, root=root)
        item = validate(PhraseList, data, problems, file=name) if data is not None else None
        if item is not None and item.id != path.stem:
            problems.append(PatternProblem(name, item.id, "id", f"must equal the file's name, {path.stem}"))
        elif item is not None:
            found[item.id] = item
    return found


def unused(root: Path, lists: dict[str, PhraseList]) -> Iterator[PatternProblem]:
    """Lists that no file names."""
    said = "".join(path.read_text(encoding="utf-8") for path in root.rglob("*.yaml") if path.parent.name != FOLDER)
    named = set(_NAME.findall(said))
    for id_ in lists:
        if id_ not in named:
            yield PatternProblem(f"{FOLDER}/{id_}.yaml", id_, "id", "no file names the list")


def read_filled_yaml(path: Path, problems: list[PatternProblem], *, root: Path) -> Any:
    """Parse one file, with the shared lists that it names in their places."""
    data = read_yaml(path, problems, root=root)
    named = set(_names(data))
    if not named:
        return data
    lists = load_phrase_lists(root, [])  # what is wrong in them is told once, by the catalog
    for name in sorted(named - lists.keys()):
        problems.append(PatternProblem(path.relative_to(root).as_posix(), "", f"@{name}", "names no list of phrases/"))
    return _filled(data, {name: list(lists[name].phrases) if name in lists else [] for name in named})


def _names(data: Any) -> Iterator[str]:
    if isinstance(data, str) and (match := _NAME.fullmatch(data)):
        yield match[1]
    elif isinstance(data, list | dict):
        for item in data.values() if isinstance(data, dict) else data:
            yield from _names(item)


def _filled(data: Any, lists: dict[str, list[str]]) -> Any:
    if isinstance(data, dict):
        return {key: _filled(value, lists) for key, value in data.items()}
    if isinstance(data, list):
        return [part for item in data for part in (_list(item, lists) or [_filled(item, lists)])]
    return _list(data, lists) or data


def _list(item: Any, lists: dict[str, list[str]]) -> list[str] | None:
    match = _NAME.fullmatch(item) if isinstance(item, str) else None
    return lists[match[1]] if match else None
