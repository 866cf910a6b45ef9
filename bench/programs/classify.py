"""Lines of a log, and which of them a signature knows: by our own classifier, by a loop over literals, by a loop over ``re``.

Options: ``lines``, ``rounds``. Tells ``lines``, ``characters`` of all of them, and ``ways``: name to ``seconds`` (one per round) and
``known``, how many lines were. One thread does it all; the ways take turns.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from bench.programs import telling
from bot.diagnosis.classifying import classify
from bot.diagnosis.signature import Component
from bot.diagnosis.signatures import SIGNATURES

BETWEEN: Final = 100
"""One line of so many is a complaint that a signature knows; the others are what a healthy sidecar says."""

_HEALTHY: Final = (
    "HTTP API Called: GET /v1.0/state/statestore/order-{0} 200 in {1} ms",
    "Component loaded: pubsub-{0} (pubsub.redis/v1), {1} ms after the start of the runtime",
    "Placement tables updated, version: {0}, {1} virtual nodes in the ring",
    "app is subscribed to the following topics: [[orders-{0} returns-{1}]] through pubsub=pubsub",
    "Configured response timeout for actor invocations is {0} ms, {1} reminders are registered",
    "Workflow instance order-{0} scheduled with {1} activities, waiting for the next event",
)
_COMPLAINTS: Final = tuple(one.witness for one in SIGNATURES if Component.DAPRD in one.components)
_SCOPES: Final = ("dapr.runtime.http-info", "dapr.runtime.actor.placement", "dapr.runtime.pubsub", "dapr.runtime.wfengine")
_LITERALS: Final = tuple(one.literal for one in SIGNATURES)
_PATTERNS: Final = tuple(one.pattern or re.compile(re.escape(one.literal)) for one in SIGNATURES)


def main() -> None:
    """Classify, and tell how long it took."""
    options = telling.options()
    telling.tell(**classified(list(lines(options["lines"])), options["rounds"]))


def lines(count: int) -> Iterator[str]:
    """As daprd prints them by default (logrus' text), without wrapping."""
    for number in range(count):
        nth, is_complaint = divmod(number, BETWEEN)[0], not number % BETWEEN
        message = _COMPLAINTS[nth % len(_COMPLAINTS)] if is_complaint else _HEALTHY[number % len(_HEALTHY)].format(number, number % 997)
        quoted = message.replace("\\", "\\\\").replace('"', '\\"')
        yield (
            f'time="2026-11-27T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.{number % 1000:03}535345Z" '
            f'level={"error" if is_complaint else "info"} msg="{quoted}" app_id=orders instance=orders-7d9c6b5f4-{number % 5000:05} '
            f"scope={_SCOPES[number % len(_SCOPES)]} type=log ver=1.18.3"
        )


def classified(texts: Sequence[str], rounds: int) -> Mapping[str, Any]:
    """Seconds of each way over all lines, and what it knew. RuntimeError when literals alone know other lines than we do."""
    ways = {"classify": _by_us, "literal in line": _by_literals, "re.search": _by_patterns}
    known = {name: way(texts) for name, way in ways.items()}
    if known["classify"] != known["literal in line"]:
        raise RuntimeError(f"not the same lines are known: {known}")
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            seconds[name].append(_seconds(way, texts))
    found = {name: {"seconds": seconds[name], "known": known[name]} for name in ways}
    return {"lines": len(texts), "characters": sum(map(len, texts)), "ways": found}


def _seconds(way: Callable[[Sequence[str]], int], texts: Sequence[str]) -> float:
    began = time.perf_counter()
    way(texts)
    return time.perf_counter() - began


def _by_us(texts: Sequence[str]) -> int:
    return sum(classify(text, None) is not None for text in texts)


def _by_literals(texts: Sequence[str]) -> int:
    """Whether any stands in the line, all of them tried, as to know all reasons takes; nothing more."""
    return sum(bool([literal for literal in _LITERALS if literal in text]) for text in texts)


def _by_patterns(texts: Sequence[str]) -> int:
    return sum(bool([pattern for pattern in _PATTERNS if pattern.search(text)]) for text in texts)


if __name__ == "__main__":
    main()
