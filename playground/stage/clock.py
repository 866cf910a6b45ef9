"""One time for all of the stage: the machine's, moved forward by hand. The bot, another process, reads the offset from a file."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.adapters.clock import SystemClock
from playground.slack import MovableClock


class StageClock(MovableClock):
    """A clock that can be moved, and says in ``offset_file`` how far it was: what :class:`FollowingClock` reads."""

    def __init__(self, offset_file: Path) -> None:
        super().__init__()
        self.offset_file = offset_file
        self.moved_by = timedelta()
        self._write()

    def advance(self, span: timedelta) -> None:
        """Move forward by ``span``, for everybody at once."""
        super().advance(span)
        self.moved_by += span
        self._write()

    def reset(self) -> None:
        """Back to the machine's time."""
        self.advance(-self.moved_by)

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
