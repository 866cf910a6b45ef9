"""Tasks that are never lost: named, kept, bounded, their failures logged, drained on stop.

Listeners only ack and hand over; what they hand over runs here. One person cannot take the room of all others.
"""

import asyncio
import enum
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import structlog

from bot.ports import Clock

log = structlog.get_logger(__name__)

ROOM = 100
PER_PERSON = 10
WINDOW = timedelta(minutes=1)
DRAIN = timedelta(seconds=10)
MOST_PEOPLE = 1_000

Work = Callable[[], Awaitable[None]]


class Admission(enum.Enum):
    """Whether there is room for one more."""

    GRANTED = "granted"
    TOO_FAST = "too-fast"
    FULL = "full"
    STOPPING = "stopping"


class Supervisor:
    """A task group that outlives the failures of its tasks. Use it as ``async with Supervisor(clock) as supervisor``."""

    def __init__(self, clock: Clock, *, room: int = ROOM, per_person: int = PER_PERSON, drain: timedelta = DRAIN) -> None:
        self._clock = clock
        self._room = room
        self._per_person = per_person
        self._drain = drain
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[None]] = set()
        self._seen: dict[str, deque[datetime]] = {}
        self._open = False

    async def __aenter__(self) -> Self:
        """Open for work."""
        await self._group.__aenter__()
        self._open = True
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop taking work, let what runs end, cancel what does not."""
        await self.drain()
        await self._group.__aexit__(kind, error, trace)

    @property
    def running(self) -> int:
        """How many tasks have not ended."""
        return len(self._tasks)

    @property
    def remembered(self) -> int:
        """How many people's recent questions are counted."""
        return len(self._seen)

    def admit(self, user_id: str) -> Admission:
        """Whether this person may have one more task now; counts them. Never raises."""
        if not self._open:
            return Admission.STOPPING
        if len(self._tasks) >= self._room:
            return Admission.FULL
        now = self._clock.now()
        recent = self._recent(user_id, now)
        if len(recent) >= self._per_person:
            return Admission.TOO_FAST
        recent.append(now)
        return Admission.GRANTED

    def start(self, name: str, work: Work) -> None:
        """Run ``work`` under supervision. Never raises; after the end of work it is logged and left undone."""
        if not self._open:
            log.warning("task refused: stopping", task=name)
            return
        task = self._group.create_task(_guarded(name, work), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Wait until nothing runs."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def drain(self) -> None:
        """Take no more work; wait for what runs, at most the drain time, then cancel the rest."""
        self._open = False
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=self._drain.total_seconds())
        for task in late:
            log.warning("task cancelled: the bot stops", task=task.get_name())
            task.cancel()

    def _recent(self, user_id: str, now: datetime) -> deque[datetime]:
        if len(self._seen) >= MOST_PEOPLE:
            self._seen = {person: times for person, times in self._seen.items() if times and now - times[-1] < WINDOW}
        recent = self._seen.setdefault(user_id, deque())
        while recent and now - recent[0] >= WINDOW:
            recent.popleft()
        return recent


async def _guarded(name: str, work: Work) -> None:
    try:
        await work()
    except Exception as error:
        # The border: one task's mistake must not end its siblings.
        log.exception("task failed", task=name, error=str(error))
