"""From lines to sightings: one per signature, its reasons and the component that printed it; over time the same one goes on."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from bot.diagnosis.classifying import Classification, classify, component_of
from bot.model.logs import LogLine, Sighting
from bot.model.redaction import excerpt

# Sentry up to 1.11 warns once an hour: what it says must not come and go between two of its warnings.
KEPT: Final = timedelta(hours=3)
MOST_PODS: Final = 5
MOST: Final = 200
_SECOND: Final = 1_000_000_000

Key = tuple[str, str, tuple[str, ...]]


def key(sighting: Sighting) -> Key:
    """What makes two sightings the same one."""
    return sighting.component, sighting.signature, sighting.reasons


def sighted(lines: Iterable[LogLine]) -> tuple[Sighting, ...]:
    """What stands in these lines; a line that no signature knows, or that is not Dapr's, says nothing. Oldest first."""
    found: dict[Key, Sighting] = {}
    for line in lines:
        component = component_of(line.container)
        seen = classify(line.text, component) if component or not line.container else None
        if seen is not None:
            one = _sighting(line, seen, component.value if component else seen.primary.components[0].value)
            found[key(one)] = _joined(found[key(one)], one) if key(one) in found else one
    return tuple(found.values())


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


def instant(at_ns: int) -> datetime:
    """Of a line: nanoseconds since 1970, to the microsecond below."""
    seconds, rest = divmod(at_ns, _SECOND)
    return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=rest // 1000)


def _sighting(line: LogLine, seen: Classification, component: str) -> Sighting:
    at, pod = instant(line.at_ns), excerpt(line.pod or seen.printed.instance, 120)
    return Sighting(
        signature=seen.primary.id,
        reasons=tuple(sorted(reason.id for reason in seen.reasons)),
        component=component,
        first_at=at,
        last_at=at,
        count=1,
        pods=(pod,) if pod else (),
        excerpt=excerpt(seen.printed.message),
    )


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
