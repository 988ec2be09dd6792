"""YAML in, validated models out; every problem of every file is collected, none is raised alone."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from chartgap.errors import PatternProblem

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ModelT = TypeVar("ModelT", bound="PatternModel")


class PatternModel(BaseModel):
    """Base of everything read from patterns/: frozen, and an unknown key is an error."""

    # Deferred: what is loaded as compiled earlier needs no validators, which take long to build.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class _UniqueKeys(_Loader):  # type: ignore[misc]
    """A duplicate key silently wins in YAML; here it is an error."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key!r}", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)  # type: ignore[no-any-return]


def read_yaml(path: Path, problems: list[PatternProblem], *, root: Path) -> Any:
    """Parse one file as it is written; on a YAML error note the problem with its line and return None."""
    name = path.relative_to(root).as_posix()
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        problems.append(PatternProblem(name, "", f"line {line}", str(error.problem)))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        problems.append(PatternProblem(name, "", "", f"{type(error).__name__}: cannot be read as YAML"))
    return None


def validate(
    model: type[ModelT], data: Any, problems: list[PatternProblem], *, file: str, id_key: str = "id"
) -> ModelT | None:
    """Validate parsed YAML; on failure note every problem with file, id and key, and return None."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for item in error.errors():
            where = item["loc"]
            problems.append(
                PatternProblem(file, _nearest_id(data, where, id_key), ".".join(map(str, where)), item["msg"])
            )
    return None


def _nearest_id(data: Any, where: tuple[int | str, ...], id_key: str) -> str:
    """The id of the innermost mapping on the way to the problem."""
    found = ""
    for step in (None, *where):
        if step is not None:
            try:
                data = data[step]
            except (KeyError, IndexError, TypeError):
                break
        if isinstance(data, dict) and isinstance(data.get(id_key), str):
            found = data[id_key]
    return found
