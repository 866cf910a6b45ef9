"""A sweeper over a snapshot that the test sets, a fake memory and a clock that stands still."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.model.alert import CardState, Reason
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot
from bot.usecases.sweep import Sweeper, Swept
from tests.builders import a_snapshot
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore

SETTLE = timedelta(seconds=30)


@dataclass
class Watchtower:
    clock: FakeClock = field(default_factory=FakeClock)
    store: FakeStore = field(default_factory=FakeStore)
    saved: list[Swept] = field(default_factory=list)
    broken: Exception | None = None
    slow: asyncio.Event | None = None
    sights: dict[str, Any] = field(default_factory=dict)
    sweeper: Sweeper = field(init=False)

    def __post_init__(self) -> None:
        self.sweeper = Sweeper(self.observe, self.store, self.clock, Policy(), settle=SETTLE, saved=self.saved.append)

    def sees(self, **sights: Any) -> None:
        """What the next looks will show: arguments of ``a_snapshot``."""
        self.sights = sights

    async def observe(self) -> Snapshot:
        if self.slow:
            await self.slow.wait()
        if self.broken:
            raise self.broken
        return a_snapshot(taken_at=self.clock.now(), **self.sights)

    async def sweep(self, *, after: timedelta = timedelta(0)) -> Swept:
        self.clock.advance(after)
        return await self.sweeper.sweep()

    @property
    def reasons(self) -> list[Reason]:
        return [announcement.reason for swept in self.saved for announcement in swept.announcements]

    @property
    def open_causes(self) -> list[str]:
        return [card.cause for card in self.store.by_cause.values() if card.state is CardState.OPEN]
