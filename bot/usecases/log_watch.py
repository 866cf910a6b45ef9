"""Reads the logs on schedule: at most two questions per look, each line counted once, also over restarts. Opens checks, decides nothing.

A look begins before the end of the last one, because lines arrive late; what was counted is known by its digest. What cannot be
read is told: as Unobserved once it lasts, as ``missed_until_at`` when there is more than can be read.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec
import structlog
from msgspec.structs import replace

from bot.diagnosis import literals, sightings
from bot.diagnosis.signature import CONTAINERS, CONTROL_PLANE, Component
from bot.errors import BotError, TimedOut
from bot.model import nanoseconds
from bot.model.logs import Heartbeat, LogLine, LogMemory, LogQuestion, LogView, Sighting
from bot.model.observed import Observed, Part, Unobserved, Why, unobserved
from bot.ports import Clock, Logs, Store
from bot.usecases.bell import Bell

log = structlog.get_logger(__name__)

OVERLAP: Final = timedelta(minutes=3)
# Sentry up to 1.11 warns hourly: the first look ever must reach back to its last warning.
FIRST_LOOK: Final = timedelta(minutes=65)
LONGEST_LOOK: Final = timedelta(hours=24)
LONGEST_LAG: Final = timedelta(minutes=15)
PAGE: Final = 5_000
MOST_LINES: Final = 20_000
MOST_REMEMBERED: Final = 20_000
PATIENCE: Final = timedelta(minutes=5)
BEAT: Final = timedelta(minutes=30)
BEATS: Final = 144
LISTEN_AFTER: Final = timedelta(minutes=2)
MISSED_TOLD: Final = timedelta(hours=1)

SLOW: Final = "It is slow, or very much is logged; the bot tries again by itself."
NOT_YET: Final = Unobserved(Why.TIMED_OUT, "The logs have not been read yet: the first look is under way.", "Ask again in a minute.")


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """One question that is asked again and again."""

    name: str
    components: tuple[Component, ...]
    in_namespace: bool


WATCHES: Final = (
    Watch(name="control-plane", components=CONTROL_PLANE, in_namespace=True),
    Watch(name="sidecars", components=(Component.DAPRD,), in_namespace=False),
)


@dataclass(slots=True, kw_only=True)
class LogWatch:
    """``matched`` is told how many lines were seen per (component, signature); ``opened`` is rung when something new was seen.

    ``namespace``: that of the control plane.
    """

    logs: Logs
    store: Store
    clock: Clock
    namespace: str
    matched: Callable[[Mapping[tuple[str, str], int]], None]
    opened: Callable[[], None]
    due: Bell = field(default_factory=Bell)
    _memory: LogMemory | None = None
    _heartbeat: Heartbeat | None = None
    _failing_since_at: datetime | None = None
    _part: Part[LogView] = NOT_YET

    def part(self) -> Part[LogView]:
        """What is known now: the part ``logs`` of a Snapshot."""
        return self._part

    async def remember(self) -> None:
        """Take what an earlier process knew, so that a card does not lose its evidence until the first look is over."""
        self._memory = await self.store.log_memory()
        if self._memory is not None:
            self._part = Observed(self._view())

    async def look_when_due(self) -> None:
        """Look now and then each time ``due`` is rung. Never ends by itself."""
        self.due.ring()
        while True:
            await self.due.heard()
            try:
                await self.look()
            except Exception:
                # The border: a bug in reading logs must not take the bot and its alerts with it.
                log.exception("log watch broke")
                self._lost(Unobserved(Why.MALFORMED, "Reading the logs broke; the bot's own log tells how.", "Please report this."))

    async def look(self) -> None:
        """One look: read, count, keep, tell. Raises only what is a bug."""
        counted: tuple[Sighting, ...] = ()
        before = after = LogMemory()
        try:
            before = after = self._memory or await self.store.log_memory() or LogMemory()
            after, counted, failure = await self._read(before)
            await self.store.keep_log_memory(after)
            self._memory = after
            failure = failure or await self._listen()
        except BotError as error:
            # Nothing was kept, so that the next look counts the same lines.
            after, counted, failure = before, (), error
        if failure is not None:
            log.warning("logs not read", error=str(failure))
            self._lost(unobserved(failure))
        else:
            self._failing_since_at = None
            self._part = Observed(self._view())
        self._tell(before, counted)
        if failure is None and after.behind:
            self.due.ring()

    def _tell(self, before: LogMemory, counted: tuple[Sighting, ...]) -> None:
        if counted:
            self.matched(sightings.counts(counted))
        new = sightings.news(before.sightings, counted)
        for one in new:
            log.info("seen in the logs", component=one.component, signature=one.signature, reasons=one.reasons)
        if new:
            self.opened()

    async def _read(self, memory: LogMemory) -> tuple[LogMemory, tuple[Sighting, ...], BotError | None]:
        """Every watch once. One that fails leaves the others what they read."""
        counted: list[Sighting] = []
        failure: BotError | None = None
        now = self.clock.now()
        for watch in WATCHES:
            try:
                memory, found = await self._read_one(watch, memory, now)
            except BotError as error:
                failure = failure or error
            else:
                counted += found
        merged = sightings.followed((), counted, now)
        return replace(memory, sightings=sightings.followed(memory.sightings, merged, now)), merged, failure

    async def _read_one(self, watch: Watch, memory: LogMemory, now: datetime) -> tuple[LogMemory, tuple[Sighting, ...]]:
        begin, end = self._span(watch, memory, now)
        fresh: list[LogLine] = []
        recent = dict(memory.recent)
        read_until, lines_read, missed = begin, 0, memory.missed_until_at
        while read_until < end and lines_read < MOST_LINES:
            answer = await self.logs.lines(self._question(watch, read_until, end))
            if answer.read_until_ns <= read_until > begin:
                break  # what was read is kept, and the next look goes on from there
            if answer.read_until_ns <= read_until:
                raise TimedOut(f"Loki brought nothing of the logs of the {watch.name} in the time it has.", hint=SLOW)
            lines_read += len(answer.lines)
            for line in answer.lines:
                digest = _digest(line)
                if digest not in recent:
                    recent[digest] = line.at_ns
                    fresh.append(line)
            if answer.dropped:
                missed = nanoseconds.instant(answer.read_until_ns)
            read_until = answer.read_until_ns
        if read_until < end and end - read_until > nanoseconds.of(LONGEST_LAG):
            # Nobody is helped by news of an hour ago. What is passed over is told.
            read_until, missed = end, now
        behind = (*(name for name in memory.behind if name != watch.name), *((watch.name,) if read_until < end else ()))
        kept = replace(
            memory,
            cursors=memory.cursors | {watch.name: read_until},
            behind=behind,
            recent=_pruned(recent, now),
            missed_until_at=missed,
        )
        # In a thread: thousands of lines take a tenth of a second, in which the loop could acknowledge nobody.
        return kept, await asyncio.to_thread(sightings.sighted, fresh)

    def _span(self, watch: Watch, memory: LogMemory, now: datetime) -> tuple[int, int]:
        end = nanoseconds.since_1970(now)
        cursor = memory.cursors.get(watch.name)
        if cursor is None:
            return end - nanoseconds.of(FIRST_LOOK), end
        begin = cursor if watch.name in memory.behind else cursor - nanoseconds.of(OVERLAP)
        return max(min(begin, end), end - nanoseconds.of(LONGEST_LOOK)), end

    def _question(self, watch: Watch, since_ns: int, until_ns: int) -> LogQuestion:
        return LogQuestion(
            since_ns=since_ns,
            until_ns=until_ns,
            limit=PAGE,
            namespace=self.namespace if watch.in_namespace else "",
            containers=tuple(name for name, component in CONTAINERS.items() if component in watch.components),
            literals=literals.literals(watch.components),
        )

    async def _listen(self) -> BotError | None:
        """Once in a while: how much did the control plane's namespace log per half hour?"""
        now = self.clock.now()
        if self._heartbeat is not None and now - self._heartbeat.until_at < BEAT + LISTEN_AFTER:
            return None
        # A little after the half hour, for lines arrive late; on the full half hour, so that the same silence has the same words.
        end = (nanoseconds.since_1970(now - LISTEN_AFTER) // nanoseconds.of(BEAT)) * nanoseconds.of(BEAT)
        question = LogQuestion(
            since_ns=end - BEATS * nanoseconds.of(BEAT), until_ns=end + nanoseconds.of(BEAT), limit=PAGE, namespace=self.namespace
        )
        try:
            *counts, since = await self.logs.counts(question, BEAT)
        except BotError as error:
            return error
        self._heartbeat = Heartbeat(
            until_at=nanoseconds.instant(end), bucket_seconds=int(BEAT.total_seconds()), counts=tuple(counts), since=since
        )
        return None

    def _view(self) -> LogView:
        memory = self._memory or LogMemory()
        read_until = min(memory.cursors.values(), default=0)
        missed = memory.missed_until_at
        is_recent = missed is not None and self.clock.now() - missed < MISSED_TOLD
        return LogView(
            read_until_at=nanoseconds.instant(read_until),
            sightings=memory.sightings,
            heartbeat=self._heartbeat,
            missed_until_at=missed if is_recent else None,
        )

    def _lost(self, why_not: Unobserved) -> None:
        """One look that fails is nothing to talk about; when it lasts, the part is not observed."""
        now = self.clock.now()
        self._failing_since_at = self._failing_since_at or now
        if not isinstance(self._part, Observed) or now - self._failing_since_at >= PATIENCE:
            self._part = why_not


def _digest(line: LogLine) -> str:
    told = "\0".join((str(line.at_ns), line.namespace, line.pod, line.container, line.text))
    return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _pruned(recent: Mapping[str, int], now: datetime) -> dict[str, int]:
    """What the next look may read again; when that is too much, the newest of it."""
    oldest = nanoseconds.since_1970(now) - nanoseconds.of(OVERLAP) - nanoseconds.of(LONGEST_LAG)
    kept = sorted(((at, digest) for digest, at in recent.items() if at >= oldest), reverse=True)[:MOST_REMEMBERED]
    return {digest: at for at, digest in reversed(kept)}
