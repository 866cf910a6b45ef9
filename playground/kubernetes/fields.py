"""metadata.managedFields as the API server keeps them: who last changed which field. As deep as keys of data, labels and annotations.

A map is a field of its own ("." beside its keys): it stays with whoever made it when all of its keys were taken by others.
"""

import functools
from typing import Any, Final

Object = dict[str, Any]
Path = tuple[str, ...]

_DEEP: Final[tuple[Path, ...]] = (("data",), ("binaryData",), ("metadata", "labels"), ("metadata", "annotations"))
_OURS: Final = frozenset({"apiVersion", "kind", "metadata"})
_SELF: Final = "."
_MISSING: Final = object()


def owned(old: Object | None, new: Object, *, manager: str, api_version: str, at: str, subresource: str = "") -> list[Object]:
    """The entries after ``manager`` turned ``old`` into ``new``: it owns what it changed, the others lose that."""
    before, after = _leaves(old or {}), _leaves(new)
    changed = {path for path, value in after.items() if before.get(path, _MISSING) != value}
    gone = before.keys() - after.keys()
    entries: list[Object] = []
    found = False
    for entry in (old or {}).get("metadata", {}).get("managedFields", []):
        mine = (entry["manager"], entry.get("subresource", "")) == (manager, subresource)
        paths = _paths(entry["fieldsV1"])
        kept = (paths | changed if mine else paths - changed) - gone
        found = found or mine
        if kept:
            entries.append({**entry, "fieldsV1": _tree(frozenset(kept)), "time": at if mine and changed else entry["time"]})
    if changed and not found:
        entries.append(_entry(manager, api_version, at, _tree(frozenset(changed)), subresource))
    return sorted(entries, key=lambda entry: entry["time"])


def _entry(manager: str, api_version: str, at: str, tree: Object, subresource: str) -> Object:
    entry = {"manager": manager, "operation": "Update", "apiVersion": api_version, "time": at, "fieldsType": "FieldsV1", "fieldsV1": tree}
    return {**entry, "subresource": subresource} if subresource else entry


def _leaves(obj: Object) -> dict[Path, Any]:
    leaves: dict[Path, Any] = {(key,): value for key, value in obj.items() if key not in _OURS and (key,) not in _DEEP}
    for path in _DEEP:
        inner: Any = obj
        for key in path:
            inner = (inner or {}).get(key)
        if inner:
            leaves[path] = True
            leaves.update({(*path, key): value for key, value in inner.items()})
    return leaves


@functools.lru_cache(maxsize=4096)
def _tree(paths: frozenset[Path]) -> Object:
    """Shared by all objects of the same shape, of which there may be thousands: never changed."""
    tree: Object = {}
    for path in sorted(paths):
        inner = tree
        for key in path:
            inner = inner.setdefault(f"f:{key}", {})
    for path in _DEEP:
        if path in paths and any(len(one) > len(path) and one[: len(path)] == path for one in paths):
            inner = tree
            for key in path:
                inner = inner[f"f:{key}"]
            inner[_SELF] = {}
    return tree


def _paths(tree: Object, prefix: Path = ()) -> set[Path]:
    if not tree:
        return {prefix} if prefix else set()
    found = {prefix} if _SELF in tree else set[Path]()
    return found.union(*(_paths(inner, (*prefix, key.removeprefix("f:"))) for key, inner in tree.items() if key != _SELF))
