"""What Dapr's containers printed that matters, put together by kind of line: what a signature knows, and whatever is loud.

Logs open a question, they never decide it: nothing in here has a severity; a line's loudness is the program's own opinion.
"""

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.diagnosis.classifying import classify, component_of
from bot.diagnosis.explaining import is_problem
from bot.diagnosis.joining import joined_lines
from bot.diagnosis.signature import Kind, Signature
from bot.diagnosis.unwrapping import printed
from bot.model.explore import Address
from bot.model.logs import LogLine
from bot.model.nanoseconds import instant
from bot.model.redaction import LONGEST, excerpt
from bot.model.scene import Target

MOST_KINDS: Final = 8

# What differs between two lines of one kind: identities, digests, numbers.
_VARYING: Final = re.compile(r"\b(?=[a-f-]{0,36}\d)[0-9a-f-]{8,36}\b|\d+")
_OWN_SCOPE: Final = "dapr."


class Loudness(enum.Enum):
    """As what the program printed a line."""

    QUIET = "quiet"
    WARNING = "warning"
    ERROR = "error"
    FATAL = "fatal"


_LEVELS: Final = {
    "warn": Loudness.WARNING,
    "warning": Loudness.WARNING,
    "err": Loudness.ERROR,
    "error": Loudness.ERROR,
    "fatal": Loudness.FATAL,
    "panic": Loudness.FATAL,
    "dpanic": Loudness.FATAL,
}
LOUD_LITERALS: Final = tuple(
    f"level{between}{word}" for between in ("=", '":"', r"\":\"") for word in ("warn", "err", "fatal", "panic", "dpanic")
)
"""What stands in every loud line of Dapr's: as text, as JSON, as JSON within a collector's JSON. One more escaping is not met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineKind:
    """Lines that say the same.

    ``component``  who printed them ("sentry", "daprd"), or the container's name where it is none of Dapr's
    ``pods``       all of theirs, as far as lines tell; outside text, as is
    ``excerpt``    the newest of them, unwrapped, redacted and cut
    ``signature``  what they are; None: no signature knows them, they are told because they are loud
    """

    component: str
    loudness: Loudness
    count: int
    first_at: datetime
    last_at: datetime
    pods: tuple[str, ...]
    excerpt: str
    signature: Signature | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What was printed from ``since_at`` to ``until_at``.

    ``kinds``   the most telling ones, the newest last; ``more``: how many kinds besides
    ``read``    how many lines were looked through; ``source``: who told them, "Loki" or "Kubernetes", "" when none could be read
    ``unread``  one sentence for each thing that was not read, with its reason; () = everything was
    ``logs``    where all lines can be looked at; None where nobody can tell
    """

    target: Target
    cluster: str
    since_at: datetime
    until_at: datetime
    kinds: tuple[LineKind, ...] = ()
    more: int = 0
    read: int = 0
    source: str = ""
    unread: tuple[str, ...] = ()
    logs: Address | None = None


@dataclass(slots=True)
class _Heap:
    """Lines of one kind so far."""

    first: LogLine
    last: LogLine
    count: int = 0
    pods: dict[str, None] = field(default_factory=dict[str, None])


_Key = tuple[str, Loudness, Signature | None, str]


def kinds(lines: Iterable[LogLine]) -> tuple[LineKind, ...]:
    """All kinds that matter, the most telling first: known problems, then the rest; of each the newest first. Never raises."""
    heaps: dict[_Key, _Heap] = {}
    for line in joined_lines(lines):
        key = _key(line)
        if key is None:
            continue
        heap = heaps.setdefault(key, _Heap(line, line))
        heap.count += 1
        heap.first = min(heap.first, line, key=_at)
        heap.last = max(heap.last, line, key=_at)
        if line.pod:
            heap.pods[excerpt(line.pod, 120)] = None
    return tuple(sorted((_kind(key, heap) for key, heap in heaps.items()), key=_telling, reverse=True))


def shown(found: tuple[LineKind, ...]) -> tuple[LineKind, ...]:
    """The first few, as they are read: the newest last."""
    return tuple(sorted(found[:MOST_KINDS], key=lambda one: one.last_at))


def _key(line: LogLine) -> _Key | None:
    """What makes lines the same; None for one that does not matter."""
    component = component_of(line.container)
    is_nobodys = component is None and not line.container
    seen = classify(line.text, component) if component or is_nobodys else None
    record = seen.printed if seen else printed(line.text)
    loudness = _LEVELS.get(record.level.lower(), Loudness.QUIET)
    if seen is not None and not (seen.primary.kind is Kind.STATE and seen.primary.is_common):
        who = component or seen.primary.components[0]
        return who.value, loudness, seen.primary, " ".join(sorted(reason.id for reason in seen.reasons))
    if loudness is Loudness.QUIET or (is_nobodys and not record.scope.startswith(_OWN_SCOPE)):
        return None
    who_name = component.value if component else excerpt(line.container or record.scope, 120)
    return who_name, loudness, None, _VARYING.sub("#", record.message[:LONGEST])  # never shown, so redacting each line would be wasted


def _kind(key: _Key, heap: _Heap) -> LineKind:
    component, loudness, signature, _ = key
    return LineKind(
        component=component,
        loudness=loudness,
        count=heap.count,
        first_at=instant(heap.first.at_ns),
        last_at=instant(heap.last.at_ns),
        pods=tuple(heap.pods),
        excerpt=excerpt(printed(heap.last.text).message),
        signature=signature,
    )


def _telling(one: LineKind) -> tuple[bool, datetime]:
    return one.signature is not None and is_problem(one.signature), one.last_at


def _at(line: LogLine) -> int:
    return line.at_ns
