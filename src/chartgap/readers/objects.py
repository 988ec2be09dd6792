"""JSON objects of notes, and words for what is wrong with them that repeat nothing of what they hold."""

import json
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from chartgap.errors import ReadError

_LONGEST_KEY = 30


class _DuplicateKeyError(ValueError):
    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__()


class _NoNumberError(ValueError):
    pass


def parse_object(line: bytes, *, source: str, number: int | None, known: Collection[str]) -> dict[str, Any]:
    """The JSON object on a line; anything else raises ReadError. No cause is kept: it would carry the line."""
    reason = ""
    data: Any = None
    try:
        data = json.loads(line.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_number)
        if rb"\u" in line:
            json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair could be read but never written
    except UnicodeDecodeError:
        reason = "not UTF-8"
    except UnicodeEncodeError:
        reason = "half a surrogate pair"
    except _DuplicateKeyError as error:
        reason = f"{safe_key(error.key, known)}: duplicate key"
    except _NoNumberError:
        reason = "not JSON: NaN and Infinity are no numbers"
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg} (column {error.colno})"
    except (ValueError, RecursionError):
        reason = "not JSON that can be read: a number too long or nesting too deep"
    if not reason and not isinstance(data, dict):
        reason = "not a JSON object"
    if reason:
        raise ReadError(reason, source=source, line=number)
    return data  # type: ignore[no-any-return]  # the isinstance check is above


def validation_reasons(error: ValidationError, known: Collection[str]) -> str:
    """Every problem as "key: message", without the offending values; `known` are the keys that may be shown."""
    items = error.errors(include_input=False, include_context=False, include_url=False)
    return "; ".join(_reason(item["loc"], item["type"], item["msg"], known) for item in items)


def safe_key(key: int | str, known: Collection[str]) -> str:
    """A key as it may be shown: one that is not ours can be a piece of a note."""
    return str(key) if isinstance(key, int) or key in known else f"(a key of {len(key)} characters)"


def _reason(place: tuple[int | str, ...], kind: str, message: str, known: Collection[str]) -> str:
    shown = ".".join(safe_key(step, known) for step in place) or "line"
    if kind != "extra_forbidden":
        return f"{shown}: {message}"
    return f"{shown}: {unknown_key(place[-1], known)}"


def unknown_key(key: int | str, known: Collection[str]) -> str:
    """That it is none of ours, and which it may have been meant for."""
    near = get_close_matches(str(key)[:_LONGEST_KEY], known, n=1)
    return f"not a known key{'; nearest: ' if near else ''}{''.join(near)}"


def _no_number(_: str) -> Any:
    raise _NoNumberError


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        seen: set[str] = set()
        raise _DuplicateKeyError(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return data
