"""Proves the alert path: a test card takes every step that a real one takes, and whoever asked is told what became of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from bot.model import trial
from bot.model.alert import Place
from bot.ports import Clock, Store

PATIENCE_SECONDS: Final = 10.0
BETWEEN: Final = timedelta(minutes=1)

Arrival: TypeAlias = Callable[[str], Awaitable[Place]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """The card stands in the channel, ``after`` so long."""

    place: Place
    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """It has not arrived yet, and waits since then; it will be said as soon as that is possible."""

    since_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TooSoon:
    """The last one was only just sent; the next may be at this instant."""

    again_at: datetime


Tried: TypeAlias = Arrived | Waiting | TooSoon


@dataclass(slots=True, kw_only=True)
class Trial:
    """``arrival`` waits for the next message of a cause, from when it is called, and tells where it stands; ``ring`` the delivery."""

    store: Store
    clock: Clock
    cluster: str
    arrival: Arrival
    ring: Callable[[], None]
    patience_seconds: float = PATIENCE_SECONDS
    _last_at: datetime | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self) -> Tried:
        """Send one, at most one per minute and never a second beside one that waits. Raises what the store raises."""
        async with self._turn:
            now = self.clock.now()
            waiting = await self.store.backlog(trial.CAUSE)
            if waiting.oldest_at is not None:
                return Waiting(since_at=waiting.oldest_at)
            if self._last_at is not None and now - self._last_at < BETWEEN:
                return TooSoon(again_at=self._last_at + BETWEEN)
            self._last_at = now
            arriving = self.arrival(trial.CAUSE)
            await self.store.announce(trial.announcements(self.cluster, now))
            self.ring()
            try:
                async with asyncio.timeout(self.patience_seconds):
                    place = await arriving
            except TimeoutError:
                return Waiting(since_at=now)
            return Arrived(place=place, after=self.clock.now() - now)
