"""Patches: JSON merge (RFC 7386) and JSON patch (RFC 6902), the latter as forgiving as the API server's: no value is null."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from playground.kubernetes.status import rejected

Object = dict[str, Any]


def merged(target: Any, patch: Any) -> Any:
    """JSON merge patch."""
    if not isinstance(patch, dict):
        return patch
    result: Object = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def json_patched(target: Object, operations: Sequence[Object]) -> Object:
    """JSON patch: all of it or nothing. Refusal 422 when one operation cannot be done, in the API server's one sentence."""
    document: Any = target
    for operation in operations:
        try:
            document = _OPERATIONS[operation["op"]](document, operation)
        except (KeyError, IndexError, ValueError, TypeError):
            raise rejected() from None
    if not isinstance(document, dict):
        raise rejected()
    return document


def _add(document: Any, operation: Object) -> Any:
    return _put(document, _words(operation["path"]), operation.get("value"), insert=True)


def _replace(document: Any, operation: Object) -> Any:
    # A key that is not there is put there, as if it were "add"; only the map around it must exist.
    return _put(document, _words(operation["path"]), operation.get("value"), insert=False)


def _remove(document: Any, operation: Object) -> Any:
    path = _words(operation["path"])
    _at(document, path)
    return _without(document, path)


def _move(document: Any, operation: Object) -> Any:
    source = _words(operation["from"])
    value = _at(document, source)
    return _put(_without(document, source), _words(operation["path"]), value, insert=True)


def _copy(document: Any, operation: Object) -> Any:
    return _put(document, _words(operation["path"]), _or_null(document, _words(operation["from"])), insert=True)


def _test(document: Any, operation: Object) -> Any:
    if _or_null(document, _words(operation["path"])) != operation.get("value"):
        raise ValueError("the test failed")
    return document


def _or_null(document: Any, path: Sequence[str]) -> Any:
    """A key that is not there is null, if the map around it is there."""
    parent = _at(document, path[:-1])
    return parent.get(path[-1]) if isinstance(parent, dict) else _at(document, path)


_OPERATIONS: Final[dict[str, Callable[[Any, Object], Any]]] = {
    "add": _add, "replace": _replace, "remove": _remove, "move": _move, "copy": _copy, "test": _test,
}  # fmt: skip


def _words(path: str) -> list[str]:
    if path == "":
        return []
    return [word.replace("~1", "/").replace("~0", "~") for word in path.split("/")[1:]]


def _at(document: Any, path: Sequence[str]) -> Any:
    for word in path:
        document = document[_index(document, word)] if isinstance(document, list) else document[word]
    return document


def _put(document: Any, path: Sequence[str], value: Any, *, insert: bool) -> Any:
    """A copy with the value in its place; siblings are shared."""
    if not path:
        return value
    word, *rest = path
    if isinstance(document, list):
        if insert and not rest:
            at = len(document) if word == "-" else _index(document, word, room=1)
            return [*document[:at], value, *document[at:]]
        at = _index(document, word)
        return [*document[:at], _put(document[at], rest, value, insert=insert), *document[at + 1 :]]
    inner = _put(document[word] if rest else None, rest, value, insert=insert)
    return {**document, word: inner}


def _without(document: Any, path: Sequence[str]) -> Any:
    word, *rest = path
    if isinstance(document, list):
        at = _index(document, word)
        return [*document[:at], *([_without(document[at], rest)] if rest else []), *document[at + 1 :]]
    if rest:
        return {**document, word: _without(document[word], rest)}
    return {key: value for key, value in document.items() if key != word}


def _index(items: Sequence[Any], word: str, *, room: int = 0) -> int:
    """Negative ones count from the end, as the API server's library has it."""
    at = int(word)
    at = at + len(items) if at < 0 else at
    if not 0 <= at < len(items) + room:
        raise IndexError(word)
    return at
