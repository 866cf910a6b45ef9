"""Time as a value: stands still until told."""

from datetime import datetime, timedelta

from tests.certificates import NOW


class FakeClock:
    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, span: timedelta) -> None:
        self._now += span
