"""Time as the emulator sees it, so that tests move minutes forward without waiting for them."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import Protocol

A_MONDAY_AT_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock(Protocol):
    """What trigger expiry, response_url expiry, rate limits and redelivery ask for the time."""

    def now(self) -> datetime:
        """The present moment, timezone-aware UTC."""
        ...

    async def sleep(self, span: timedelta) -> None:
        """Return when `span` has passed on this clock."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, timezone-aware UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the clock that everybody else asks

    async def sleep(self, span: timedelta) -> None:
        """Return when `span` has really passed."""
        await asyncio.sleep(span.total_seconds())


class MovableClock:
    """The machine's own clock, a span ahead: it runs, and can be told to advance."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """The present moment here, timezone-aware UTC."""
        return datetime.now(UTC) + self._ahead  # noqa: TID251 - this is the clock that everybody else asks

    async def sleep(self, span: timedelta) -> None:
        """Return when `span` has passed here, by waiting or by `advance`."""
        due_at = self.now() + span
        while (left := due_at - self.now()) > timedelta(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left.total_seconds()):
                    await self._moved.wait()

    def advance(self, span: timedelta) -> None:
        """Move forward by `span`, and let every sleeper look again."""
        self._ahead += span
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


class ManualClock:
    """A clock that stands still until it is told to advance."""

    def __init__(self, now: datetime = A_MONDAY_AT_NOON) -> None:
        self._now = now
        self._sleepers: list[tuple[datetime, asyncio.Event]] = []

    def now(self) -> datetime:
        """The moment that was last set, timezone-aware UTC."""
        return self._now

    async def sleep(self, span: timedelta) -> None:
        """Return once `advance` has passed the end of `span`."""
        due_at = self._now + span
        if due_at <= self._now:
            return
        awake = asyncio.Event()
        self._sleepers.append((due_at, awake))
        await awake.wait()

    def advance(self, span: timedelta) -> None:
        """Move forward by `span` and wake every sleeper whose time has come."""
        self._now += span
        due = [sleeper for sleeper in self._sleepers if sleeper[0] <= self._now]
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[0] > self._now]
        for _, awake in due:
            awake.set()
