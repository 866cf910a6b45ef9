"""Spans of time as Loki counts them (nanoseconds), reads them (as Prometheus) and prints them (as Go, or as Prometheus)."""

import re
from datetime import timedelta
from typing import Final

from bot.model import nanoseconds
from bot.model.nanoseconds import SECOND

MILLISECOND: Final = 1_000_000
HOUR: Final = 3600 * SECOND

_WRITTEN: Final = re.compile(r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?")
_UNITS: Final = (8760 * HOUR, 168 * HOUR, 24 * HOUR, HOUR, 60 * SECOND, SECOND, MILLISECOND)


def read(text: str) -> int | None:
    """Nanoseconds of "5m" or "1h30m"; None when it is no duration."""
    found = _WRITTEN.fullmatch(text) if text else None
    if found is None:
        return None
    return sum(int(count) * unit for count, unit in zip(found.groups(), _UNITS, strict=True) if count)


def as_go(span: timedelta) -> str:
    """As Go prints it: 744h0m1s."""
    minutes, seconds = divmod(span, timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    last = f"{seconds.total_seconds():.10g}s"
    return f"{hours}h{minutes}m{last}" if hours else f"{minutes}m{last}" if minutes else last


def as_prometheus(span: timedelta) -> str:
    """As Prometheus prints it: 30d1h."""
    left, words = nanoseconds.of(span), ""
    for unit, letter in zip(_UNITS[2:], ("d", "h", "m", "s", "ms"), strict=True):
        count, left = divmod(left, unit)
        words += f"{count}{letter}" if count else ""
    return words or "0s"
