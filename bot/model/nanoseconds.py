"""Time as Loki counts it: nanoseconds since 1970, in whole numbers; a float would round."""

from datetime import UTC, datetime, timedelta
from typing import Final

SECOND: Final = 1_000_000_000
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


def of(span: timedelta) -> int:
    """Of a span."""
    return span // timedelta(microseconds=1) * 1000


def since_1970(at: datetime) -> int:
    """Of an aware instant."""
    return of(at - BEGINNING)


def instant(at_ns: int) -> datetime:
    """Back, to the microsecond below. OverflowError beyond the year 9999."""
    return BEGINNING + timedelta(microseconds=at_ns // 1000)
