"""How checks say times, spans and counts. A fact must not change with every second: cards are edited only when it does."""

from collections.abc import Sequence
from datetime import datetime, timedelta

HOURS_BELOW = timedelta(days=2)
NAMED = 3


def instant(at: datetime) -> str:
    """As in "2026-12-05 12:31:17 UTC"."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def left(span: timedelta) -> str:
    """A span ahead, to the nearest day, below two days to the nearest hour: "12 days", "47 hours", "less than an hour"."""
    if span >= HOURS_BELOW:
        return count(round(span / timedelta(days=1)), "day")
    hours = round(span / timedelta(hours=1))
    return count(hours, "hour") if hours else "less than an hour"


def count(number: int, noun: str) -> str:
    """As in "1 pod", "12 pods"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def verb(number: int, one: str, many: str) -> str:
    """The form that agrees: ("trusts", "trust")."""
    return one if number == 1 else many


def listed(words: Sequence[str], last: str = "and") -> str:
    """As in "a", "a and b", "a, b and c"."""
    return f" {last} ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def named(words: Sequence[str], most: int = NAMED) -> str:
    """As ``listed``, but only the first few: "a, b, c and 9 more"."""
    if len(words) <= most:
        return listed(words)
    return f"{', '.join(words[:most])} and {len(words) - most} more"
