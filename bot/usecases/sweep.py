"""The main job: observe, judge, reconcile with what was said before, save all of it in one transaction, ring the delivery.

A sweep that fails is told as well: after ``policy.blind_after`` without a useful one, being blind is a card of its own.
"""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from msgspec.structs import replace

from bot.checks import CHECKS
from bot.diagnosis.corroborating import corroborated
from bot.diagnosis.signatures import BY_ID
from bot.model import blindness
from bot.model.alert import Announcement, CardState, Rotating
from bot.model.crossing import next_crossing
from bot.model.finding import Severity
from bot.model.foreseen import without
from bot.model.identity import FIRST_SIGHT, ca_identity
from bot.model.judging import judge
from bot.model.observed import Observed, Unobserved, Why
from bot.model.policy import Policy
from bot.model.reconcile import Reconciled, reconcile
from bot.model.report import Report
from bot.model.snapshot import AcceptedCa, Snapshot
from bot.ports import Clock, Observe, Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep saw and made of it. ``next_at``: when the next one is worth it, None = the usual rhythm will do."""

    snapshot: Snapshot
    report: Report
    announcements: tuple[Announcement, ...]
    next_at: datetime | None


class Rotations(Protocol):
    """What a sweep asks whoever carries rotations out. All of it raises :mod:`bot.errors`, but for what is offered."""

    async def foreseen(self) -> frozenset[str]:
        """Ids of checks whose trouble a rotation under way foresees."""
        ...

    async def offering(self, announcements: Sequence[Announcement]) -> tuple[Announcement, ...]:
        """What is announced, with what the bot offers to do about it."""
        ...

    async def rotating(self) -> Rotating | None:
        """The newest rotation, which cards that it mends link to."""
        ...


class NoRotations:
    """Nobody carries rotations out."""

    async def foreseen(self) -> frozenset[str]:
        """Nothing."""
        return frozenset()

    async def offering(self, announcements: Sequence[Announcement]) -> tuple[Announcement, ...]:
        """The same."""
        return tuple(announcements)

    async def rotating(self) -> Rotating | None:
        """None."""
        return None


class Sweeper:
    """Runs sweeps one at a time.

    ``observe`` gathers a Snapshot, ``settle`` is the wait before a change is looked at again, ``saved`` is called after
    each sweep; ``rotations``: None where nobody carries any out. ``last`` is the newest sweep of this process, None before the
    first; ``judged_at`` tells when each check could last judge.
    """

    def __init__(  # noqa: PLR0913 - what a sweep needs, by name
        self,
        observe: Observe,
        store: Store,
        clock: Clock,
        policy: Policy,
        *,
        settle: timedelta,
        saved: Callable[[Swept], None],
        rotations: Rotations | None = None,
    ) -> None:
        self._observe = observe
        self._store = store
        self._clock = clock
        self._policy = policy
        self._settle = settle
        self._saved = saved
        self._rotations = rotations or NoRotations()
        self._lock = asyncio.Lock()
        self._started_at = clock.now()
        self._remembered: Report | None = None
        self._finished = 0
        self.last: Swept | None = None
        self.judged_at: dict[str, datetime] = {}

    async def sweep(self) -> Swept:
        """Observe, judge and save. Raises only what the store raises; then nothing was changed."""
        async with self._lock:
            return await self._sweep_and_keep()

    async def remember(self) -> None:
        """Take the newest report of an earlier process, so that a question right after a restart has an answer."""
        self._remembered = await self._store.last_report()

    def last_report(self) -> Report | None:
        """The newest report, of this process or remembered; None before the first sweep ever."""
        return self.last.report if self.last else self._remembered

    async def sweep_now(self) -> Report:
        """A report that is fresh: see :meth:`swept_now`."""
        return (await self.swept_now()).report

    async def swept_now(self) -> Swept:
        """A look that is fresh: of a sweep that ended after this call. Whoever waits for the same sweep shares it."""
        before = self._finished
        async with self._lock:
            if self.last is not None and self._finished > before:
                return self.last
            return await self._sweep_and_keep()

    async def _sweep_and_keep(self) -> Swept:
        self.last = swept = await self._sweep()
        self._finished += 1
        judged = (answer.check_id for answer in swept.report.answers if answer.severity is not Severity.UNKNOWN)
        self.judged_at |= dict.fromkeys(judged, swept.report.taken_at)
        self._saved(swept)
        return swept

    async def _sweep(self) -> Swept:
        snapshot = await self._accept_first_sight(await self._look())
        now = self._clock.now()
        # In a thread: thousands of pods take a tenth of a second, in which the loop could acknowledge nobody.
        judged = await asyncio.to_thread(judge, snapshot, self._policy, CHECKS)
        known = without(corroborated(judged, snapshot, BY_ID), await self._rotations.foreseen())
        report = await self._with_blindness(known, now)
        previous = await self._store.cards()
        reconciled = reconcile(previous, report, now, self._policy, await self._rotations.rotating())
        announcements = await self._rotations.offering(reconciled.announcements)
        await self._store.commit_sweep(report, reconciled.cards, announcements)
        _narrate(report, announcements)
        return Swept(snapshot, report, announcements, self._next_at(report, reconciled, now))

    async def _look(self) -> Snapshot:
        try:
            return await self._observe()
        except Exception:
            # The border of a sweep: a bug in gathering must not silence the bot. Everything is unknown, and is told as such.
            bug = uuid.uuid4().hex[:8]
            log.exception("sweep could not observe", bug=bug)
            return self._unseen(bug)

    def _unseen(self, bug: str) -> Snapshot:
        why = Unobserved(Why.MALFORMED, f"the sweep itself broke (bug {bug} in the bot's log)", hint="Please report this with the log.")
        known = self.last_report()
        return Snapshot(
            taken_at=self._clock.now(),
            cluster=known.cluster if known else "",
            namespace=known.namespace if known else "",
            secret=why,
            configmap=why,
            components=why,
            census=why,
            mtls=why,
            webhook=why,
            crd=why,
            issuer_gauges=why,
            accepted=why,
            logs=why,
            chains=why,
        )

    async def _accept_first_sight(self, snapshot: Snapshot) -> Snapshot:
        """Trust on first use (ADR 0007): what stood there when we came is what we compare with from then on."""
        identity = ca_identity(snapshot)
        if identity is None or snapshot.accepted != Observed(None):
            return snapshot
        roots, issuer = identity
        ca = AcceptedCa(roots=roots, issuer=issuer, accepted_at=self._clock.now(), accepted_by=FIRST_SIGHT)
        await self._store.accept_ca(ca, expected=None)
        return replace(snapshot, accepted=Observed(ca))

    async def _with_blindness(self, report: Report, now: datetime) -> Report:
        if blindness.is_useful(report):
            finding = None
        else:
            last_useful_at = await self._store.last_useful_sweep_at() or self._started_at
            finding = blindness.blindness(last_useful_at, now, blindness.reasons(report), self._policy)
        return replace(report, answers=(blindness.answer(finding), *report.answers))

    def _next_at(self, report: Report, reconciled: Reconciled, now: datetime) -> datetime | None:
        healing = any(card.state is CardState.OPEN and card.healthy_sweeps for card in reconciled.cards)
        settled_at = now + self._settle if healing else None
        crossing_at = next_crossing(report.findings, self._policy, now)
        return min((at for at in (settled_at, crossing_at) if at is not None), default=None)


def _narrate(report: Report, announcements: Sequence[Announcement]) -> None:
    log.info("swept", severity=report.severity.value, findings=len(report.findings), announcements=len(announcements))
    for announcement in announcements:
        card = announcement.card
        log.info("announcing", reason=announcement.reason.value, cause=card.cause, severity=card.severity.value)
