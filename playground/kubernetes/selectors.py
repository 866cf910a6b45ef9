"""labelSelector and fieldSelector, as far as clients use them: =, ==, !=, in, notin, exists, !exists; metadata.name and .namespace."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from playground.kubernetes.status import Refusal

Object = dict[str, Any]
Accepts = Callable[[Object], bool]

_SET = re.compile(r"^\s*(?P<key>[^\s!=,()]+)\s+(?P<how>in|notin)\s*\((?P<values>[^)]*)\)\s*$")
_EQUAL = re.compile(r"^\s*(?P<key>[^\s!=,()]+)\s*(?P<how>==|=|!=)\s*(?P<value>[^\s,()]*)\s*$")
_EXISTS = re.compile(r"^\s*(?P<not>!?)\s*(?P<key>[^\s!=,()]+)\s*$")


def selects(labels: str, fields: str) -> Accepts:
    """A predicate for both. Refusal 400 when they cannot be parsed or name a field that this server does not index."""
    tests = [_label(part) for part in _parts(labels)] + [_field(part) for part in _parts(fields)]
    return lambda obj: all(test(obj) for test in tests)


def _parts(text: str) -> Iterator[str]:
    # Commas within parentheses do not separate.
    yield from (part for part in re.split(r",(?![^(]*\))", text) if part.strip())


def _label(part: str) -> Accepts:
    if found := _SET.match(part):
        key, values = found["key"], {value.strip() for value in found["values"].split(",")}
        return (lambda obj: _labels(obj).get(key) in values) if found["how"] == "in" else (lambda obj: _labels(obj).get(key) not in values)
    if found := _EQUAL.match(part):
        key, value = found["key"], found["value"]
        return (lambda obj: _labels(obj).get(key) != value) if found["how"] == "!=" else (lambda obj: _labels(obj).get(key) == value)
    if found := _EXISTS.match(part):
        key, absent = found["key"], bool(found["not"])
        return lambda obj: (key in _labels(obj)) is not absent
    raise Refusal(400, "BadRequest", f"unable to parse requirement: {part}")


def _field(part: str) -> Accepts:
    found = _EQUAL.match(part)
    if found is None or found["key"] not in ("metadata.name", "metadata.namespace"):
        raise Refusal(400, "BadRequest", f"field label not supported: {part}")
    field, value, negated = found["key"].removeprefix("metadata."), found["value"], found["how"] == "!="
    return lambda obj: (obj["metadata"].get(field, "") == value) is not negated


def named(fields: str) -> str:
    """The one name that a field selector asks for, "" when it asks for none: RBAC's resourceNames apply to it."""
    found = re.search(r"metadata\.name==?([^,]+)", fields)
    return found.group(1) if found else ""


def _labels(obj: Object) -> Object:
    return obj["metadata"].get("labels") or {}
