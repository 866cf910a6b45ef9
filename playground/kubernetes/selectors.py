"""labelSelector and fieldSelector: =, ==, !=, in, notin, exists, !exists, < and >; the fields that a kind has indexed."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from playground.kubernetes.kinds import Kind
from playground.kubernetes.status import Refusal, bad_request

Object = dict[str, Any]
Accepts = Callable[[Object], bool]

_LABEL: Final = r"[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?"
_SET: Final = re.compile(rf"^\s*(?P<key>{_LABEL})\s+(?P<how>in|notin)\s*\((?P<values>[^)]*)\)\s*$")
_EQUAL: Final = re.compile(rf"^\s*(?P<key>{_LABEL})\s*(?P<how>==|=|!=)\s*(?P<value>{_LABEL}|)\s*$")
_ORDER: Final = re.compile(rf"^\s*(?P<key>{_LABEL})\s*(?P<how>[<>])\s*(?P<value>\d+)\s*$")
_EXISTS: Final = re.compile(rf"^\s*(?P<not>!?)\s*(?P<key>{_LABEL})\s*$")
_NAMES_ONLY: Final = 2
_FIELD: Final = re.compile(r"^(?P<key>[^=!]+?)\s*(?P<how>==|=|!=)\s*(?P<value>.*)$")
# What a pod that says nothing else has.
_DEFAULTS: Final = {"spec.restartPolicy": "Always", "spec.schedulerName": "default-scheduler", "status.phase": "Pending"}


def selects(kind: Kind, labels: str, fields: str) -> Accepts:
    """A predicate for both. Refusal 400 when they cannot be parsed or name a field that this kind has not indexed."""
    if labels.lstrip().startswith(","):
        raise bad_request("found ',', expected: !, identifier, or 'end of string'")
    tests = [_label(part) for part in _parts(labels)] + [_field(kind, part) for part in _parts(fields)]
    return lambda obj: all(test(obj) for test in tests)


def _parts(text: str) -> Iterator[str]:
    # Commas within parentheses do not separate.
    yield from (part for part in re.split(r",(?![^(]*\))", text) if part.strip())


def _label(part: str) -> Accepts:
    if found := _SET.match(part):
        return _in(found["key"], {value.strip() for value in found["values"].split(",")}, wanted=found["how"] == "in")
    if found := _EQUAL.match(part):
        return _in(found["key"], {found["value"]}, wanted=found["how"] != "!=")
    if found := _ORDER.match(part):
        key, bound, above = found["key"], int(found["value"]), found["how"] == ">"
        return lambda obj: _beyond(_labels(obj).get(key, ""), bound, above=above)
    if found := _EXISTS.match(part):
        key, absent = found["key"], bool(found["not"])
        return lambda obj: (key in _labels(obj)) is not absent
    raise bad_request(f"unable to parse requirement: {part.strip()}")


def _in(key: str, values: set[str], *, wanted: bool) -> Accepts:
    return lambda obj: (_labels(obj).get(key) in values) is wanted


def _beyond(text: str, bound: int, *, above: bool) -> bool:
    return text.isdecimal() and (int(text) > bound if above else int(text) < bound)


def _field(kind: Kind, part: str) -> Accepts:
    found = _FIELD.match(part)
    if found is None:
        raise bad_request(f"invalid selector: '{part}'; can't understand '{part}'")
    field, value, negated = found["key"], found["value"], found["how"] == "!="
    if field not in kind.fields:
        raise _unknown(kind, field)
    return lambda obj: (_value(obj, field) == value) is not negated


def _unknown(kind: Kind, field: str) -> Refusal:
    # Kinds with fields of their own say it in other words than the rest.
    if len(kind.fields) > _NAMES_ONLY:
        return bad_request(f"field label not supported: {field}")
    known = ", ".join(f'"{one}"' for one in kind.fields)
    return bad_request(f'"{field}" is not a known field selector: only {known}')


def _value(obj: Object, field: str) -> str:
    value: Any = obj
    for word in field.split("."):
        value = (value or {}).get(word)
    return str(value) if value is not None else _DEFAULTS.get(field, "")


def named(fields: str) -> str:
    """The one name that a field selector asks for, "" when it asks for none: RBAC's resourceNames apply to it."""
    found = re.search(r"metadata\.name==?([^,]+)", fields)
    return found.group(1) if found else ""


def _labels(obj: Object) -> Object:
    return obj["metadata"].get("labels") or {}
