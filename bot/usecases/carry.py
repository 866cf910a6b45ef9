"""Carrying an approved rotation out: look, ask the course what is next, write down what is intended, do it, write down that it was done.

The cluster is what is believed; the journal keeps intent and order. Whatever happens in between, also the end of this process, the next
look finds where it was. Slack is told by whoever reads the journal, and never waited for.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from msgspec.structs import replace

from bot.errors import BotError, Conflicting, Forbidden, Missing, Outrun, Transient, Unable
from bot.model import commanding
from bot.model.identity import ca_identity
from bot.model.observed import Observed
from bot.model.run import Effected, Event, File, Intended, Reopened, Run, Stand, StepDone, Way
from bot.model.snapshot import AcceptedCa, Snapshot
from bot.model.surroundings import WorkloadName
from bot.ports import Clock, Store
from bot.rotation import intrusion
from bot.rotation.ending import finished
from bot.rotation.going import Next, blind, next_
from bot.rotation.outcome import Doing, Done, Effect, Holding, Mend, Retreating, Tidy, Voiding, Waiting, WritePair
from bot.rotation.sight import Sight
from bot.usecases.assent import Assent
from bot.usecases.beginning import Beginning
from bot.usecases.bell import Bell
from bot.usecases.logbook import Logbook, whole
from bot.usecases.noting import Noting
from bot.usecases.pair_writing import Passed
from bot.usecases.performing import Performer

log = structlog.get_logger(__name__)

PACE_SECONDS: Final = 3.0
"""Between two looks while something happens."""
IDLE_SECONDS: Final = 60.0
"""Between two looks for something to do."""
LOOKED_AGAIN: Final = timedelta(seconds=60)
"""Between two whole looks while nothing but time has to pass; whether somebody wrote the objects is asked at every pace."""
BEGUN: Final = ("write-pair", Mend.id)
"""How effects are called after which Secret and ConfigMap may differ, while they have not returned."""
TRIES: Final = 5
"""Of an effect that others keep from being done, before people are called."""
MEND: Final = "Mend that, then retry."
EQUAL: Final = "Secret and ConfigMap hold the same roots: nothing is half written."
CLOSED: Final = "Secret and ConfigMap hold the same roots again. Mend what kept the bot from writing them, then retry."
WRITES: Final = frozenset(("write-pair", "drop-old-root", "write-back", "return-pair"))
"""Steps after which the CA is another one, which was approved, and needs nobody's acceptance."""


class Look(Protocol):
    """Looks at everything, workloads included. Raises what the look does."""

    async def __call__(self, *, also: Collection[WorkloadName] = ()) -> Snapshot:
        """``also``: workloads that are asked about although none of their pods is there now."""
        ...


@dataclass(slots=True, kw_only=True)
class Carriage:
    """``look``: with surroundings. ``peek``: the versions of both objects, cheaply."""

    look: Look
    peek: Callable[[], Awaitable[tuple[str, str]]]
    logbook: Logbook
    beginning: Beginning
    performer: Performer
    store: Store
    clock: Clock
    canary: WorkloadName
    noting: Noting
    assent: Assent
    due: Bell = field(default_factory=Bell)
    _is_first: bool = field(default=True)
    _failures: int = field(default=0)
    _peeked: tuple[str, str] | None = field(default=None)
    _looked_at: datetime | None = field(default=None)
    _may_be_open: bool = field(default=False)
    _is_under_way: bool = field(default=False)

    async def carry_when_due(self) -> None:
        """For ever: now, at every pace while a run is not over, and each time ``due`` is rung. Never ends by itself."""
        while True:
            seconds = IDLE_SECONDS
            try:
                seconds = PACE_SECONDS if await self.tend() else IDLE_SECONDS
            except BotError as error:
                log.warning("the rotation waits", error=str(error), hint=error.hint)
                is_soon = self._may_be_open or self._is_first or isinstance(error, Transient | Conflicting)
                seconds = PACE_SECONDS if is_soon else IDLE_SECONDS
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
        try:
            return await self._tend()
        except Conflicting:
            raise
        except Unable as error:
            await self._blinded(error)
            raise

    async def _tend(self) -> bool:
        file = await self._latest()
        if self._is_first or self._is_under_way:
            if not await self.logbook.tenancy.is_ours():
                if self.logbook.tenancy.trouble is not None:
                    raise self.logbook.tenancy.trouble
                # A pair that another left open does not wait for a minute.
                return self._is_under_way or self._is_first
            if self._is_first:
                file = await self.beginning.after_start(file)
                self._is_first = False
        if file is None or file.run.is_over:
            file = await self.beginning.of_approval(file)
        if file is None:
            return False
        await self._turn(file)
        return True

    async def _latest(self) -> File | None:
        """The newest run. A memory that cannot be read keeps no pair open: the cluster itself tells which one was begun."""
        try:
            file = await self.logbook.journal.latest_run(self.logbook.cluster)
        except BotError as error:
            if self._is_under_way:
                self.logbook.ails(error)
            if await self.logbook.tenancy.is_ours() and await whole(self.performer.close_unread()):
                log.warning("closed a pair that was half written, without the journal")
            raise
        await self.logbook.try_again(file)
        self._is_under_way = file is not None and not file.run.is_over
        return file

    async def _blinded(self, error: Unable) -> None:
        """Nothing could be seen or done: people are called, at once where a right is missing, else after a while."""
        try:
            file = await self.logbook.journal.latest_run(self.logbook.cluster)
            if file is None or file.run.is_over:
                return
            self._may_be_open = file.run.intended.startswith(BEGUN)
            found = blind(file.run, str(error), self.clock.now(), can_go_back=False)
            if isinstance(error, Forbidden | Missing) and file.run.stand is Stand.RUNNING:
                found = Next(file.run.step, Holding(reason=str(error), advice=error.hint or MEND))
            if isinstance(found.outcome, Waiting):
                await self.noting.waits(file, found.step, found.outcome)
            elif isinstance(found.outcome, Holding):
                await self.noting.holds(file, found.step, found.outcome, is_open=self._may_be_open, after=file.seq)
        except BotError as trouble:
            log.warning("that the rotation waits cannot be written down", error=str(trouble))

    async def _turn(self, file: File) -> None:
        if await self._is_quiet(file.run):
            return
        waves = [one.full_name for wave in file.dossier.plan.reach.waves for one in wave]
        snapshot = await self.look(also=waves)
        self._looked_at = self.clock.now()
        sight = Sight(run=file.run, dossier=file.dossier, snapshot=snapshot, canary=self.canary)
        found = await self.assent.asked(await asyncio.to_thread(next_, sight), sight)
        self._may_be_open = found.step == intrusion.ID and isinstance(found.outcome, Doing | Waiting)
        try:
            await self._acts(file, found, snapshot)
        except Outrun:
            # Somebody decided while we looked: what we would have done may be what they forbade. Nothing was done; look again.
            self.due.ring()

    async def _acts(self, file: File, found: Next, snapshot: Snapshot) -> None:
        match found.outcome:
            case Done(fact=fact):
                await self._done(file, found.step, fact, snapshot)
            case Waiting() as waiting:
                await self.noting.waits(file, found.step, waiting)
            case Holding() as holding:
                await self.noting.holds(file, found.step, holding, after=file.seq)
            case Retreating(reason=reason):
                await self.noting.turns(file, Way.REVERT, "run-reverted-by-itself", reason)
                self.due.ring()
            case Voiding(reason=reason):
                await self.noting.turns(file, Way.ABORT, "run-voided", reason)
                self.due.ring()
            case Doing() as doing:
                await self._does(file, found, doing)
            case None:
                return

    async def _is_quiet(self, run: Run) -> bool:
        """Whether nothing but time has to pass, and nobody wrote the objects since."""
        waits = run.stand is not Stand.RUNNING or (run.counted is not None and run.counted.until is not None)
        # Asked at every turn: a right that is gone raises here, and people are called at once.
        peeked = await self.peek()
        is_same, self._peeked = peeked == self._peeked, peeked
        if not waits or not is_same or self._looked_at is None or self._may_be_open:
            return False
        now = self.clock.now()
        until = run.counted.until if run.counted is not None and run.stand is Stand.RUNNING else None
        return now - self._looked_at < LOOKED_AGAIN and (until is None or now < until)

    async def _done(self, file: File, step: str, fact: str, snapshot: Snapshot) -> None:
        if step in WRITES:
            await self._accept(file.run, snapshot)
        await self.logbook.write(file.id, [StepDone(step=step, fact=fact)], after=file.seq)
        log.info("a step is done", run=file.id[:8], step=step, fact=fact)
        self.due.ring()

    async def _accept(self, run: Run, snapshot: Snapshot) -> None:
        """The CA that was just written is the accepted one: people approved it before it existed."""
        identity, before = ca_identity(snapshot), snapshot.accepted.value if isinstance(snapshot.accepted, Observed) else None
        if identity is not None and (before is None or (before.roots, before.issuer) != identity):
            by = run.approved_by[-1] if run.approved_by else "rotation"
            ca = AcceptedCa(roots=identity[0], issuer=identity[1], accepted_at=self.clock.now(), accepted_by=by)
            await self.store.accept_ca(ca, expected=before)

    async def _does(self, file: File, found: Next, doing: Doing) -> None:
        effect = doing.effect
        await self._intends(file, found.step, doing)
        log.info("doing", run=file.id[:8], step=found.step, effect=effect.id)
        try:
            told = await whole(self.performer.perform(effect, file))
        except Passed:
            raise
        except (Conflicting, Transient) as error:
            await self._failed(file, found.step, effect, error)
            return
        except BotError as error:
            await self._impossible(file, found.step, effect, error)
            return
        self._failures, self._may_be_open = 0, False
        events: list[Event] = [*told, Effected(step=found.step, effect=effect.id)]
        if isinstance(effect, Tidy):
            events.append(finished(file))
        held = file.run.held
        if found.step == intrusion.ID and held is not None and self.noting.by_hand(file) in held.advice:
            # It still holds, but people need not haste any more.
            events.append(replace(held, advice=CLOSED))
        verb = "run-finished" if isinstance(effect, Tidy) else "run-effect"
        await self.logbook.write(file.id, events, deed=self.logbook.deed(file.id, verb, effect.id))
        self.due.ring()

    async def _intends(self, file: File, step: str, doing: Doing) -> None:
        """Before the effect: whoever finds it done must know what is to be seen anew. Once, however often it is tried.

        Where nothing is to be written any more, that something could be is seen all the same: what was done must be written down after it.
        Raises Outrun where somebody decided since the look.
        """
        run, effect = file.run, doing.effect
        intended: list[Event] = []
        if (run.intended, run.step) != (effect.id, step):
            intended.append(Intended(step=step, effect=effect.id, pair=effect.name if isinstance(effect, WritePair) else ""))
            if doing.step:
                intended.append(Reopened(step=doing.step, reason=doing.reason))
        try:
            await self.logbook.write(file.id, intended, after=file.seq)
        except Conflicting:
            raise
        except BotError:
            # A memory that takes nothing keeps no pair open; that it was closed is seen, or is in the journal already.
            if step == intrusion.ID and (not doing.step or (not intended and await self.performer.is_open())):
                await whole(self.performer.perform(effect, file))
            raise

    async def _failed(self, file: File, step: str, effect: Effect, error: BotError) -> None:
        self._failures += 1
        log.warning("an effect did not get through", run=file.id[:8], step=step, error=str(error), failures=self._failures)
        if self._failures >= TRIES:
            await self._impossible(file, step, effect, error)

    async def _impossible(self, file: File, step: str, effect: Effect, error: BotError) -> None:
        """What was begun is tried again at every turn all the same, where it is a pair that is half written."""
        self._failures = 0
        is_open = await self.performer.is_open() is not False if isinstance(effect, WritePair | Mend) else False
        self._may_be_open = is_open
        ways = (Way.RETRY, *((Way.REVERT,) if not commanding.why_not(file.run, file.dossier.plan, Way.REVERT, self.clock.now()) else ()))
        advice = f"{error.hint or MEND} {EQUAL if isinstance(effect, WritePair) and not is_open else ''}".strip()
        # Behind our own intent, and not behind what somebody decided while it failed.
        after = await self.logbook.undecided(file)
        await self.noting.holds(file, step, Holding(reason=str(error), advice=advice, ways=ways), is_open=is_open, after=after)
