"""From lines to sightings: one per signature, its reasons and the component that printed it; over time the same one goes on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from bot.diagnosis.classifying import classify, component_of
from bot.diagnosis.joining import joined_lines
from bot.diagnosis.unwrapping import Printed
from bot.model import nanoseconds
from bot.model.logs import LogLine, Sighting
from bot.model.redaction import excerpt

# Sentry up to 1.11 warns once an hour: what it says must not come and go between two of its warnings.
KEPT: Final = timedelta(hours=3)
MOST_PODS: Final = 5
MOST: Final = 200

Key = tuple[str, str, tuple[str, ...]]


def key(sighting: Sighting) -> Key:
    """What makes two sightings the same one."""
    return sighting.component, sighting.signature, sighting.reasons


def sighted(lines: Iterable[LogLine]) -> tuple[Sighting, ...]:
    """What stands in these lines; a line that no signature knows, or that is not Dapr's, says nothing. Oldest first."""
    found: dict[Key, _Seen] = {}
    for line in joined_lines(lines):
        component = component_of(line.container)
        seen = classify(line.text, component) if component or not line.container else None
        if seen is not None:
            printer = component or seen.primary.components[0]
            one = printer.value, seen.primary.id, tuple(sorted(reason.id for reason in seen.reasons))
            if one not in found:
                found[one] = _Seen(first=line, message=seen.printed.message, last_ns=line.at_ns)
            found[one].add(line, seen.printed)
    return tuple(_sighting(one, seen) for one, seen in found.items())


def followed(before: Iterable[Sighting], now: Iterable[Sighting], at: datetime) -> tuple[Sighting, ...]:
    """Old and new ones together, without those that were last seen longer than ``KEPT`` before ``at``; at most ``MOST``, the newest."""
    found: dict[Key, Sighting] = {key(one): one for one in before}
    for one in now:
        found[key(one)] = _joined(found[key(one)], one) if key(one) in found else one
    kept = [one for one in found.values() if at - one.last_at <= KEPT]
    return tuple(sorted(sorted(kept, key=lambda one: one.last_at)[-MOST:], key=lambda one: (one.first_at, key(one))))


def news(before: Iterable[Sighting], after: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Those that were not there before."""
    known = {key(one) for one in before}
    return tuple(one for one in after if key(one) not in known)


def counts(sightings: Iterable[Sighting]) -> Mapping[tuple[str, str], int]:
    """Lines per (component, signature)."""
    found: dict[tuple[str, str], int] = {}
    for one in sightings:
        found[one.component, one.signature] = found.get((one.component, one.signature), 0) + one.count
    return found


@dataclass(slots=True, kw_only=True)
class _Seen:
    """The lines of one key as they are counted: outside text, of which little is ever shown, so it is redacted at the end.

    ``message`` is that of ``first``, the oldest line; ``pods`` as they were first seen, in the keys.
    """

    first: LogLine
    message: str
    last_ns: int
    count: int = 0
    pods: dict[str, None] = field(default_factory=dict[str, None])

    def add(self, line: LogLine, printed: Printed) -> None:
        if line.at_ns < self.first.at_ns:
            self.first, self.message = line, printed.message
        self.last_ns = max(self.last_ns, line.at_ns)
        self.count += 1
        self.pods.setdefault(line.pod or printed.instance)


def _sighting(found: Key, seen: _Seen) -> Sighting:
    component, signature, reasons = found
    return Sighting(
        signature=signature,
        reasons=reasons,
        component=component,
        first_at=nanoseconds.instant(seen.first.at_ns),
        last_at=nanoseconds.instant(seen.last_ns),
        count=seen.count,
        pods=_shown(seen.pods),
        excerpt=excerpt(seen.message),
    )


def _shown(pods: Iterable[str]) -> tuple[str, ...]:
    """The first few that can be shown, each once."""
    shown: dict[str, None] = {}
    for pod in pods:
        if len(shown) == MOST_PODS:
            break
        if name := excerpt(pod, 120):
            shown.setdefault(name)
    return tuple(shown)


def _joined(one: Sighting, other: Sighting) -> Sighting:
    """The excerpt is that of the first line: what people read must not change with every repetition."""
    first = one if one.first_at <= other.first_at else other
    return replace(
        one,
        first_at=first.first_at,
        last_at=max(one.last_at, other.last_at),
        count=one.count + other.count,
        pods=tuple(dict.fromkeys((*one.pods, *other.pods)))[:MOST_PODS],
        excerpt=first.excerpt,
    )
