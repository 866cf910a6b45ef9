"""Carrying an approved rotation out: look, ask the course what is next, write down what is intended, do it, write down that it was done.

The cluster is what is believed; the journal keeps intent and order. Whatever happens in between, also the end of this process, the next
look finds where it was. Slack is told by whoever reads the journal, and never waited for.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.errors import BotError, Conflicting, Transient
from bot.model import commanding
from bot.model.identity import ca_identity
from bot.model.observed import Observed
from bot.model.run import Commanded, Counted, Effected, Event, File, Finished, Held, Intended, Reopened, Run, Stand, StepDone, Way
from bot.model.snapshot import AcceptedCa, Snapshot
from bot.model.surroundings import WorkloadName
from bot.ports import Clock, Observe, Store
from bot.rotation.going import Next, next_
from bot.rotation.outcome import Doing, Done, Holding, Retreating, Tidy, Waiting, WritePair
from bot.rotation.sight import Sight
from bot.usecases.beginning import Beginning
from bot.usecases.bell import Bell
from bot.usecases.logbook import Logbook, whole
from bot.usecases.performing import Performer

log = structlog.get_logger(__name__)

PACE_SECONDS: Final = 3.0
"""Between two looks while something happens."""
IDLE_SECONDS: Final = 60.0
"""Between two looks for something to do."""
LOOKED_AGAIN: Final = timedelta(seconds=60)
"""Between two whole looks while nothing but time has to pass; whether somebody wrote the objects is asked at every pace."""
TRIES: Final = 5
"""Of an effect that others keep from being done, before people are called."""
WRITES: Final = frozenset(("write-pair", "drop-old-root", "write-back", "return-pair"))
"""Steps after which the CA is another one, which was approved, and needs nobody's acceptance."""


@dataclass(slots=True, kw_only=True)
class Carriage:
    """``look``: with surroundings. ``peek``: the versions of both objects, cheaply."""

    look: Observe
    peek: Callable[[], Awaitable[tuple[str, str]]]
    logbook: Logbook
    beginning: Beginning
    performer: Performer
    store: Store
    clock: Clock
    canary: WorkloadName
    due: Bell = field(default_factory=Bell)
    _is_first: bool = field(default=True)
    _failures: int = field(default=0)
    _peeked: tuple[str, str] | None = field(default=None)
    _looked_at: datetime | None = field(default=None)

    async def carry_when_due(self) -> None:
        """For ever: now, at every pace while a run is not over, and each time ``due`` is rung. Never ends by itself."""
        while True:
            seconds = IDLE_SECONDS
            try:
                seconds = PACE_SECONDS if await self.tend() else IDLE_SECONDS
            except BotError as error:
                log.warning("the rotation waits", error=str(error), hint=error.hint)
                seconds = PACE_SECONDS if isinstance(error, Transient | Conflicting) else IDLE_SECONDS
            except Exception:
                # The border: a bug in here must not take the bot and its alerts with it. The run stays where it is.
                log.exception("carrying a rotation broke")
            try:
                async with asyncio.timeout(seconds):
                    await self.due.heard()
            except TimeoutError:
                continue

    async def tend(self) -> bool:
        """One turn; whether a run is under way. Raises :mod:`bot.errors` when nothing can be done now."""
        file = await self.logbook.journal.latest_run(self.logbook.cluster)
        is_under_way = file is not None and not file.run.is_over
        if self._is_first or is_under_way:
            if not await self.logbook.tenancy.is_ours():
                return is_under_way
            if self._is_first:
                file = await self.beginning.after_start(file)
                self._is_first = False
        if file is None or file.run.is_over:
            file = await self.beginning.of_approval(file)
        if file is None:
            return False
        await self._turn(file)
        return True

    async def _turn(self, file: File) -> None:
        if await self._is_quiet(file.run):
            return
        snapshot = await self.look()
        self._looked_at = self.clock.now()
        found = await asyncio.to_thread(next_, Sight(run=file.run, dossier=file.dossier, snapshot=snapshot, canary=self.canary))
        match found.outcome:
            case Done(fact=fact):
                await self._done(file, found.step, fact, snapshot)
            case Waiting() as waiting:
                await self._waits(file, found.step, waiting)
            case Holding() as holding:
                await self._holds(file, found.step, holding)
            case Retreating(reason=reason):
                event = Commanded(way=Way.REVERT, reason=reason)
                await self.logbook.write(file.id, [event], deed=self.logbook.deed(file.id, "run-reverted-by-itself", reason))
                self.due.ring()
            case Doing() as doing:
                await self._does(file, found, doing)
            case None:
                pass

    async def _is_quiet(self, run: Run) -> bool:
        """Whether nothing but time has to pass, and nobody wrote the objects since."""
        waits = run.stand is not Stand.RUNNING or (run.counted is not None and run.counted.until is not None)
        peeked = await self.peek()
        is_same, self._peeked = peeked == self._peeked, peeked
        if not waits or not is_same or self._looked_at is None:
            return False
        now = self.clock.now()
        until = run.counted.until if run.counted is not None and run.stand is Stand.RUNNING else None
        return now - self._looked_at < LOOKED_AGAIN and (until is None or now < until)

    async def _done(self, file: File, step: str, fact: str, snapshot: Snapshot) -> None:
        if step in WRITES:
            await self._accept(file.run, snapshot)
        await self.logbook.write(file.id, [StepDone(step=step, fact=fact)])
        log.info("a step is done", run=file.id[:8], step=step, fact=fact)
        self.due.ring()

    async def _accept(self, run: Run, snapshot: Snapshot) -> None:
        """The CA that was just written is the accepted one: people approved it before it existed."""
        identity, before = ca_identity(snapshot), snapshot.accepted.value if isinstance(snapshot.accepted, Observed) else None
        if identity is not None and (before is None or (before.roots, before.issuer) != identity):
            by = run.approved_by[-1] if run.approved_by else "rotation"
            ca = AcceptedCa(roots=identity[0], issuer=identity[1], accepted_at=self.clock.now(), accepted_by=by)
            await self.store.accept_ca(ca, expected=before)

    async def _waits(self, file: File, step: str, waiting: Waiting) -> None:
        event = Counted(step=step, told=waiting.told, done=waiting.done, of=waiting.of, until=waiting.until)
        if file.run.counted != event and file.run.stand is Stand.RUNNING:
            await self.logbook.write(file.id, [event])

    async def _holds(self, file: File, step: str, holding: Holding) -> None:
        if file.run.stand is Stand.HELD and file.run.held is not None and file.run.held.reason == holding.reason:
            return
        event = Held(step=step, reason=holding.reason, advice=holding.advice, ways=holding.ways, affected=holding.affected)
        await self.logbook.write(file.id, [event], deed=self.logbook.deed(file.id, "run-held", f"{step}: {holding.reason}"))
        log.warning("the rotation holds", run=file.id[:8], step=step, reason=holding.reason)

    async def _does(self, file: File, found: Next, doing: Doing) -> None:
        effect = doing.effect
        pair = effect.name if isinstance(effect, WritePair) else ""
        intended: list[Event] = [Intended(step=found.step, effect=effect.id, pair=pair)]
        if doing.step:
            # Before the effect: whoever finds it done must know what is to be seen anew.
            intended.append(Reopened(step=doing.step, reason=doing.reason))
        await self.logbook.write(file.id, intended)
        log.info("doing", run=file.id[:8], step=found.step, effect=effect.id)
        try:
            told = await whole(self.performer.perform(effect, file))
        except (Conflicting, Transient) as error:
            await self._failed(file, found.step, error)
            return
        except BotError as error:
            await self._impossible(file, found.step, error)
            return
        self._failures = 0
        events: list[Event] = [*told, Effected(step=found.step, effect=effect.id)]
        if isinstance(effect, Tidy):
            events.append(self._finished(file.run, file))
        verb = "run-finished" if isinstance(effect, Tidy) else "run-effect"
        await self.logbook.write(file.id, events, deed=self.logbook.deed(file.id, verb, effect.id))
        self.due.ring()

    def _finished(self, run: Run, file: File) -> Finished:
        if run.back:
            return Finished(stand=Stand.REVERTED, proof=tuple(run.facts.values())[-1:])
        if not run.has_written:
            return Finished(stand=Stand.ABORTED, proof=("Nothing was changed.",))
        left = tuple(f"{one}: {one.left.value}" for one in file.dossier.plan.reach.left if one.left)
        owned = tuple(f"{one.fact}. {one.advice}" for one in file.dossier.plan.hazards if one.id == "owned-objects")
        return Finished(stand=Stand.DONE, proof=tuple(run.facts.get("proof", "").split("; ")), left=(*owned, *left))

    async def _failed(self, file: File, step: str, error: BotError) -> None:
        self._failures += 1
        log.warning("an effect did not get through", run=file.id[:8], step=step, error=str(error), failures=self._failures)
        if self._failures >= TRIES:
            await self._impossible(file, step, error)

    async def _impossible(self, file: File, step: str, error: BotError) -> None:
        """What was begun is tried again at every turn all the same, where it is a pair that is half written."""
        self._failures = 0
        ways = (Way.RETRY, *((Way.REVERT,) if not commanding.why_not(file.run, file.dossier.plan, Way.REVERT, self.clock.now()) else ()))
        await self._holds(file, step, Holding(reason=str(error), advice=error.hint or "Mend that, then retry.", ways=ways))
