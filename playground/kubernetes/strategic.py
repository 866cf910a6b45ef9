"""Strategic-merge patch: a merge patch that knows which lists are maps in disguise, as the types of core and apps declare it."""

from collections.abc import Sequence
from typing import Any, Final

from playground.kubernetes.status import Refusal

Object = dict[str, Any]

# Lists whose elements have an identity, by the name of their field; any other list is replaced as a whole.
KEYS: Final = {
    "containers": "name", "initContainers": "name", "ephemeralContainers": "name", "env": "name", "volumes": "name",
    "volumeMounts": "mountPath", "ports": "containerPort", "conditions": "type", "ownerReferences": "uid", "imagePullSecrets": "name",
    "hostAliases": "ip", "webhooks": "name",
}  # fmt: skip
# Lists of words that are sets.
SETS: Final = frozenset({"finalizers"})
PATCH: Final = "$patch"
ORDER: Final = "$setElementOrder/"
DELETE: Final = "$deleteFromPrimitiveList/"


def merged(target: Any, patch: Object) -> Object:
    """The object after the patch. Refusal 500 when an element of a keyed list has no key."""
    if patch.get(PATCH) == "replace":
        return {key: value for key, value in patch.items() if key != PATCH}
    if patch.get(PATCH) == "delete":
        return {}
    result: Object = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if key.startswith("$"):
            continue
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _value(key, result.get(key), value, patch)
    for directive, words in patch.items():
        if directive.startswith(DELETE):
            field = directive.removeprefix(DELETE)
            result[field] = [one for one in result.get(field, ()) if one not in words]
    return result


def _value(key: str, old: Any, new: Any, patch: Object) -> Any:
    if isinstance(new, dict):
        return merged(old, new)
    if isinstance(new, list) and key in KEYS:
        return _keyed(old or [], new, KEYS[key], patch.get(f"{ORDER}{key}"))
    if isinstance(new, list) and key in SETS:
        return list(dict.fromkeys([*(old or ()), *new]))
    return new


def _keyed(old: Sequence[Object], patch: Sequence[Object], key: str, order: Sequence[Object] | None) -> list[Object]:
    for one in patch:
        if one.get(PATCH) != "replace" and key not in one:
            raise Refusal(500, "", f"map: {_go(one)} does not contain declared merge key: {key}")
    if any(one.get(PATCH) == "replace" and key not in one for one in patch):
        return [one for one in patch if key in one]
    gone = {one[key] for one in patch if one.get(PATCH) == "delete"}
    known = {one[key]: one for one in old}
    changed = {one[key]: merged(known.get(one[key]), one) for one in patch if one[key] not in gone}
    wanted = [one[key] for one in order] if order is not None else list(changed)
    whole = {**{name: one for name, one in known.items() if name not in gone}, **changed}
    named = [name for name in wanted if name in whole]
    others = [name for name in whole if name not in named]
    return [whole[name] for name in _zipped(others, named, list(known))]


def _zipped(others: Sequence[Any], named: Sequence[Any], before: Sequence[Any]) -> list[Any]:
    """The elements that the patch names in its order, each before the first other one that does not stand before it already."""
    result: list[Any] = []
    rest = list(others)
    for name in named:
        while rest and name in before and rest[0] in before and before.index(rest[0]) < before.index(name):
            result.append(rest.pop(0))
        result.append(name)
    return [*result, *rest]


def _go(one: Object) -> str:
    """A map as Go prints it."""
    return f"map[{' '.join(f'{key}:{value}' for key, value in sorted(one.items()))}]"
