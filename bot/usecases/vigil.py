"""Keeps the sweeps going: on schedule, when a watched object changes, when the poll sees that the watch missed something.

Three loops, each alone in its task. None of them ends by itself; a failure is logged and the loop goes on.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.errors import BotError
from bot.ports import Clock, Cluster, Store
from bot.usecases.bell import Bell
from bot.usecases.sweep import Sweeper

log = structlog.get_logger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
PRUNE_EVERY = timedelta(hours=1)

Pause = Callable[[float], Awaitable[None]]
RingAt = Callable[[datetime], None]


@dataclass(slots=True, kw_only=True)
class Vigil:
    """``ring_at`` asks the scheduler to ring ``due`` once at an instant; ``pause`` waits that many seconds.

    ``settle``: the wait after a sweep that failed; ``keep``: how long the memory holds what is over.
    """

    cluster: Cluster
    store: Store
    sweeper: Sweeper
    clock: Clock
    ring_at: RingAt
    pause: Pause
    settle: timedelta
    keep: timedelta
    due: Bell = field(default_factory=Bell)
    poll_due: Bell = field(default_factory=Bell)
    watching: bool = False
    _versions: tuple[str, str] | None = None
    _pruned_at: datetime | None = None

    async def sweep_when_due(self) -> None:
        """Sweep now and then each time ``due`` is rung."""
        self.due.ring()
        while True:
            await self.due.heard()
            await self._sweep()

    async def poll_when_due(self) -> None:
        """Compare resourceVersions each time ``poll_due`` is rung; a difference rings ``due``, and so does the first look."""
        while True:
            await self.poll_due.heard()
            await self._poll()

    async def watch(self) -> None:
        """Ring ``due`` on every change; reopen a watch that ended, with growing pauses while it fails."""
        pause = FIRST_PAUSE
        while True:
            pause = FIRST_PAUSE if await self._watch_once() else min(pause * 2, LONGEST_PAUSE)
            # Jitter, so that all bots of a fleet do not come back to a restarted API server in the same second.
            await self.pause(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            self.due.ring()

    async def _sweep(self) -> None:
        try:
            swept = await self.sweeper.sweep()
            await self._prune()
        except Exception as error:
            # The border: the loop must go on, and the next sweep tells.
            log.exception("sweep failed", error=str(error))
            self.ring_at(self.clock.now() + self.settle)
            return
        if swept.next_at is not None:
            self.ring_at(swept.next_at)

    async def _prune(self) -> None:
        now = self.clock.now()
        if self._pruned_at is None or now - self._pruned_at > PRUNE_EVERY:
            await self.store.prune(now, self.keep)
            self._pruned_at = now

    async def _poll(self) -> None:
        try:
            versions = await self.cluster.trust_versions()
        except BotError as error:
            log.warning("poll failed", error=str(error))
            return
        except Exception:
            log.exception("poll broke")  # the border, as below
            return
        if self._versions is not None and versions != self._versions:
            log.info("trust bundle changed", seen_by="poll")
        if versions != self._versions:
            # Nobody compared what the first sweep saw with what the first poll finds: a sweep after it closes that gap.
            self.due.ring()
        self._versions = versions

    async def _watch_once(self) -> bool:
        self.watching = True
        try:
            async for kind in self.cluster.trust_changes():
                log.info("trust bundle changed", seen_by="watch", kind=kind)
                self.due.ring()
        except BotError as error:
            log.warning("watch cut", error=str(error))
            return False
        except Exception:
            # The border: a bug in one of the two ways to notice must not take the bot and its alerts with it.
            log.exception("watch broke")
            return False
        finally:
            self.watching = False
        return True
