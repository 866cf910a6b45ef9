"""One time for all of the stage: the machine's, moved forward by hand. The bot, another process, reads the offset from a file."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.adapters.clock import SystemClock


@dataclass(slots=True)
class MovableClock:
    """Runs on. Implements :class:`playground.slack.Clock`; ``offset_file`` is what :class:`FollowingClock` reads."""

    offset_file: Path
    moved_by: timedelta = timedelta()
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """From the first moment on there is something to read."""
        self._write()

    def now(self) -> datetime:
        """The present moment, timezone-aware UTC."""
        return SystemClock().now() + self.moved_by

    async def sleep(self, span: timedelta) -> None:
        """Return when ``span`` has passed on this clock, by itself or because somebody moved it."""
        due_at = self.now() + span
        while (left := (due_at - self.now()).total_seconds()) > 0:
            moved = self._moved
            try:
                async with asyncio.timeout(left):
                    await moved.wait()
            except TimeoutError:
                return

    def advance(self, span: timedelta) -> None:
        """Move forward by ``span``, for everybody at once."""
        self._move(self.moved_by + span)

    def reset(self) -> None:
        """Back to the machine's time."""
        self._move(timedelta())

    def _move(self, moved_by: timedelta) -> None:
        self.moved_by = moved_by
        self._write()
        self._moved.set()
        self._moved = asyncio.Event()

    def _write(self) -> None:
        # A reader sees the old offset or the new one, never half of it.
        draft = self.offset_file.with_suffix(".draft")
        draft.write_text(repr(self.moved_by.total_seconds()), encoding="utf-8")
        draft.replace(self.offset_file)


@dataclass(frozen=True, slots=True)
class FollowingClock:
    """The same time in another process. Implements :class:`bot.ports.Clock`."""

    offset_file: Path

    def now(self) -> datetime:
        """The present moment, aware, UTC. OSError or ValueError when the offset cannot be read."""
        return SystemClock().now() + timedelta(seconds=float(self.offset_file.read_text(encoding="utf-8")))
