"""Small checks that add up to the shape of Block Kit JSON; each yields what is wrong and where."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing wrong: a JSON pointer to it, a short code, and a sentence."""

    pointer: str
    code: str
    message: str


Problems = Iterator[Problem]
Check = Callable[[Any, str], Problems]


def string(longest: int, shortest: int = 1) -> Check:
    """A string of so many characters."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, str):
            yield Problem(at, "wrong_type", "must be a string")
        elif len(value) > longest:
            yield Problem(at, "too_long", f"must be no more than {longest} characters, has {len(value)}")
        elif len(value) < shortest:
            yield Problem(at, "too_short", f"must be at least {shortest} characters")

    return check


def boolean(value: Any, at: str) -> Problems:
    """True or false."""
    if not isinstance(value, bool):
        yield Problem(at, "wrong_type", "must be a boolean")


def number(lowest: float, highest: float) -> Check:
    """A number within bounds."""

    def check(value: Any, at: str) -> Problems:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield Problem(at, "wrong_type", "must be a number")
        elif not lowest <= value <= highest:
            yield Problem(at, "out_of_range", f"must be between {lowest} and {highest}")

    return check


def anything(_: Any, __: str) -> Problems:
    """Whatever it is, it is fine (structures that the bot never sends)."""
    yield from ()


def word(*allowed: str) -> Check:
    """One of some words."""

    def check(value: Any, at: str) -> Problems:
        if value not in allowed:
            yield Problem(at, "not_allowed", f"must be one of {', '.join(allowed)}")

    return check


def array(of: Check, longest: int, shortest: int = 1) -> Check:
    """A list of so many alike."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, list):
            yield Problem(at, "wrong_type", "must be an array")
            return
        if len(value) > longest:
            yield Problem(at, "too_many", f"no more than {longest} items allowed, has {len(value)}")
        if len(value) < shortest:
            yield Problem(at, "too_few", f"at least {shortest} items needed")
        for index, item in enumerate(value):
            yield from of(item, f"{at}/{index}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with exactly these keys; `type` is left to whoever chose the shape by it."""
    known = {**required, **(optional or {}), "type": anything}

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem(at, "wrong_type", "must be an object")
            return
        for key in required:
            if key not in value:
                yield Problem(f"{at}/{key}", "missing_field", f"missing required field: {key}")
        for key, item in value.items():
            if key not in known:
                yield Problem(f"{at}/{key}", "unknown_field", f"unknown field: {key}")
            else:
                yield from known[key](item, f"{at}/{key}")

    return check


def by_type(shapes: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of the shapes it has."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem(at, "wrong_type", "must be an object")
        elif not isinstance(value.get("type"), str):
            yield Problem(f"{at}/type", "missing_field", "missing required field: type")
        elif value["type"] not in shapes:
            yield Problem(f"{at}/type", "unsupported_type", f"unsupported type here: {value['type'][:80]}")
        else:
            yield from shapes[value["type"]](value, at)

    return check


def nullable(of: Check) -> Check:
    """Null, or what the other check wants."""

    def check(value: Any, at: str) -> Problems:
        if value is not None:
            yield from of(value, at)

    return check


def both(*checks: Check) -> Check:
    """Everything that each of the checks wants."""

    def check(value: Any, at: str) -> Problems:
        for one in checks:
            yield from one(value, at)

    return check


def at_least_one_of(*keys: str) -> Check:
    """An object with one of these keys, or several."""

    def check(value: Any, at: str) -> Problems:
        if isinstance(value, dict) and not any(value.get(key) for key in keys):
            yield Problem(at, "missing_field", f"needs one of {', '.join(keys)}")

    return check


def exactly_one_of(*keys: str) -> Check:
    """An object with one of these keys and not two."""

    def check(value: Any, at: str) -> Problems:
        if isinstance(value, dict) and sum(bool(value.get(key)) for key in keys) != 1:
            yield Problem(at, "missing_field", f"needs exactly one of {', '.join(keys)}")

    return check


def exactly_one_present(*keys: str) -> Check:
    """An object with one of these keys and not two, whatever is in it."""

    def check(value: Any, at: str) -> Problems:
        if isinstance(value, dict) and sum(key in value for key in keys) != 1:
            yield Problem(at, "missing_field", f"needs exactly one of {', '.join(keys)}")

    return check
