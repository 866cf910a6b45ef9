"""APScheduler only rings the bell: coalesced, one instance, UTC. It never runs work itself, because its shutdown cancels jobs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.adapters.clock import SystemClock
from bot.ports import Clock


class Scheduler:
    """Rings functions at intervals or at an instant of ``clock``. ``ring`` functions must return at once and not raise."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._scheduler: Any = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Begin to ring; needs a running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Ring no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def every(self, seconds: int, name: str, ring: Callable[[], None]) -> None:
        """Ring every ``seconds``, first after one interval."""
        self._scheduler.add_job(_on_loop(ring), IntervalTrigger(seconds=seconds, timezone=UTC), id=name, replace_existing=True)

    def at(self, instant: datetime, name: str, ring: Callable[[], None]) -> None:
        """Ring once at ``instant``; a later call of the same name replaces it; an instant in the past rings at once."""
        # APScheduler itself knows no other time than the machine's.
        run_date = SystemClock().now() + (instant - self._clock.now())
        self._scheduler.add_job(_on_loop(ring), DateTrigger(run_date=run_date, timezone=UTC), id=name, replace_existing=True)


def _on_loop(ring: Callable[[], None]) -> Callable[[], Any]:
    # A coroutine runs on the loop; a plain function would run in the executor, where an asyncio.Event must not be set.
    async def rung() -> None:
        ring()

    return rung
