"""metadata.managedFields as the API server keeps them: who last changed which field. As deep as keys of data, labels and annotations."""

from typing import Any, Final

Object = dict[str, Any]
Path = tuple[str, ...]

_DEEP: Final[tuple[Path, ...]] = (("data",), ("metadata", "labels"), ("metadata", "annotations"))
_OURS: Final = frozenset({"apiVersion", "kind", "metadata"})


def owned(old: Object | None, new: Object, *, manager: str, api_version: str, at: str) -> list[Object]:
    """The entries after ``manager`` turned ``old`` into ``new``: it owns what it changed, the others lose that."""
    before, after = _leaves(old or {}), _leaves(new)
    changed = {path for path, value in after.items() if before.get(path, _MISSING) != value}
    gone = before.keys() - after.keys()
    entries: list[Object] = []
    found = False
    for entry in (old or {}).get("metadata", {}).get("managedFields", []):
        mine = entry["manager"] == manager
        paths = _paths(entry["fieldsV1"]) - gone
        kept = paths | changed if mine else paths - changed
        found = found or mine
        if kept:
            entries.append({**entry, "fieldsV1": _tree(kept), "time": at if mine and changed else entry["time"]})
    if changed and not found:
        entries.append(
            {
                "manager": manager,
                "operation": "Update",
                "apiVersion": api_version,
                "time": at,
                "fieldsType": "FieldsV1",
                "fieldsV1": _tree(changed),
            }
        )
    return entries


_MISSING: Final = object()


def _leaves(obj: Object) -> dict[Path, Any]:
    leaves: dict[Path, Any] = {(key,): value for key, value in obj.items() if key not in _OURS and (key,) not in _DEEP}
    for path in _DEEP:
        inner: Any = obj
        for key in path:
            inner = (inner or {}).get(key)
        leaves.update({(*path, key): value for key, value in (inner or {}).items()})
    return leaves


def _tree(paths: set[Path]) -> Object:
    tree: Object = {}
    for path in sorted(paths):
        inner = tree
        for key in path:
            inner = inner.setdefault(f"f:{key}", {})
    return tree


def _paths(tree: Object, prefix: Path = ()) -> set[Path]:
    if not tree:
        return {prefix} if prefix else set()
    return set().union(*(_paths(inner, (*prefix, key.removeprefix("f:"))) for key, inner in tree.items()))
