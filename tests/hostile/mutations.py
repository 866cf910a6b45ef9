"""Seeded damage to JSON: a tree with one to four wrong nodes in it, then, sometimes, bytes that are wrong."""

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.handlers.strings import NAUGHTY

LONG = 20_000
Damage = Callable[[Any, Random], Any]


def _nest(_: Any, dice: Random) -> Any:
    value: Any = 0
    for _step in range(dice.choice((20, 300))):
        value = [value] if dice.random() < 0.5 else {"x": value}
    return value


def _other(_: Any, dice: Random) -> Any:
    return dice.choice((None, True, False, 0, -1, 1 << 63, 1 << 70, -(1 << 40), 1e308, 0.5, "", "x", [], {}, [None], {"": None}))


def _naughty(_: Any, dice: Random) -> Any:
    return dice.choice(NAUGHTY).replace("\ud800", "?").replace("\udfff", "?") if dice.random() < 0.9 else dice.choice(NAUGHTY)


def _long(value: Any, dice: Random) -> Any:
    return (value[:50] if isinstance(value, str) and value else "A") * dice.choice((50, LONG))


def _many(value: Any, dice: Random) -> Any:
    if len(json.dumps(value)) > LONG:
        return value
    return value * dice.choice((2, 50)) if isinstance(value, list) else [value] * 50


def _date(_: Any, dice: Random) -> Any:
    return dice.choice(
        (
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59-14:00",
            "0001-01-01T00:00:00+14:00",
            "2026-02-30T00:00:00Z",
            "now",
        )
    )


def _number(_: Any, dice: Random) -> Any:
    return dice.choice(("NaN", "1e309", "-0", "0x10", "٣", "9" * 400, "00", "+1", " 1", "1_000"))


DAMAGES: tuple[Damage, ...] = (_other, _other, _other, _naughty, _long, _many, _date, _number, _nest)


def mutated(tree: Any, dice: Random) -> Any:
    """A copy with one to four nodes that are missing, of another type, or of another value."""
    root = {"": copy.deepcopy(tree)}
    for _ in range(dice.randrange(1, 5)):
        holder, key = dice.choice(_places(root))
        if holder is not root and dice.random() < 0.25:
            del holder[key]
        else:
            holder[key] = dice.choice(DAMAGES)(holder[key], dice)
    return root[""]


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every (container, key): where something can be replaced."""
    found: list[tuple[Any, Any]] = []
    open_ones = [node]
    while open_ones:
        one = open_ones.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one))
        for key in keys:
            found.append((one, key))
            if isinstance(one[key], dict | list):
                open_ones.append(one[key])
    return found


def spoiled(body: bytes, dice: Random) -> bytes:
    """Bytes that are cut off, flipped, doubled, or no JSON at all."""
    at = dice.randrange(len(body) + 1)
    return dice.choice(
        (
            body[:at],
            body[:at] + bytes((dice.randrange(256),)) + body[at + 1 :],
            body[:at] + body[max(0, at - 40) :],
            body.replace(b'"metadata":', b'"metadata":{},"metadata":', 1),
            body.replace(b":null", b":NaN").replace(b":1", b":Infinity"),
            b"\xef\xbb\xbf" + body,
            body + b"\x00",
            body + body,
            b"<html><body>502 Bad Gateway</body></html>",
            b"[" * 5_000,
            b"",
            dice.randbytes(300),
        )
    )


def hostile_body(tree: Any, dice: Random) -> bytes:
    """One answer: mostly damaged JSON, sometimes damaged bytes, sometimes as it was."""
    kind = dice.random()
    if kind < 0.1:
        return as_json(tree)
    body = as_json(mutated(tree, dice))
    return spoiled(body, dice) if kind > 0.75 else body


def as_json(tree: Any) -> bytes:
    return json.dumps(tree, separators=(",", ":")).encode()
