"""What the simulated Loki remembers: lines by tenant and stream, the oldest first. No HTTP in here."""

import bisect
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from playground.loki.logql import LogQuery

Labels = Mapping[str, str]

_AT: Final = attrgetter("at_ns")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; ``metadata`` is its structured metadata."""

    at_ns: int
    line: str
    metadata: Labels


@dataclass(slots=True)
class Stream:
    """All lines of one set of labels."""

    labels: Labels
    entries: list[Entry] = field(default_factory=list)
    _seen: set[tuple[int, str]] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Put it in its place, behind those of the same instant; the same line of the same instant is kept once."""
        if (entry.at_ns, entry.line) not in self._seen:
            self._seen.add((entry.at_ns, entry.line))
            bisect.insort_right(self.entries, entry, key=_AT)

    def between(self, start_ns: int, end_ns: int) -> list[Entry]:
        """From ``start_ns`` to before ``end_ns``."""
        first, last = (bisect.bisect_left(self.entries, at, key=_AT) for at in (start_ns, end_ns))
        return self.entries[first:last]


class LineStore:
    """Streams by tenant."""

    def __init__(self) -> None:
        self._tenants: dict[str, dict[str, Stream]] = {}

    def count(self, tenant: str) -> int:
        """How many streams the tenant has."""
        return len(self._tenants.get(tenant, {}))

    def find(self, tenant: str, labels: Labels) -> Stream | None:
        """The stream of exactly these labels; None when nothing was written to it."""
        return self._tenants.get(tenant, {}).get(written(labels))

    def open(self, tenant: str, labels: Labels) -> Stream:
        """The same, made where there is none."""
        return self._tenants.setdefault(tenant, {}).setdefault(written(labels), Stream(dict(sorted(labels.items()))))

    def selected(self, tenant: str, query: LogQuery | None = None) -> Iterator[Stream]:
        """The tenant's streams that the query selects, or all, in the order of their labels."""
        for _, stream in sorted(self._tenants.get(tenant, {}).items()):
            if query is None or query.selects(stream.labels):
                yield stream


def written(labels: Labels) -> str:
    """``{a="1", b="2"}``, sorted: a stream's name in Loki's messages."""
    return "{" + ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in sorted(labels.items())) + "}"
