"""The way to a rotation of the CA: an offer, which shows what it would be; a request, which people decide on; its decision.

Nothing here changes a cluster. Keys are made with a request, sealed at once, and destroyed when it ends otherwise than approved.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias

import structlog
from msgspec.structs import replace

from bot.errors import BotError, Conflicting
from bot.model import approval
from bot.model.approval import OPEN_FOR, THE_BOT, Drift, People, Refused, Request, State, Verdict, Vote
from bot.model.audit import Deed
from bot.model.backup import BackupFacts
from bot.model.binding import Asked, Bound, Dossier, changes
from bot.model.certificate import certificate
from bot.model.rotation import Kind, Plan, Unplannable
from bot.model.snapshot import Snapshot
from bot.ports import Approvals, Clock, Observe, Seal
from bot.rotation import authority, binding, kinds, planning
from bot.rotation.authority import Authority, NewCa
from bot.usecases.bell import Bell

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 10.0
"""So long a click waits for a look at the cluster; after it, nothing is decided."""
RACES: Final = 20
"""So often a decision that came second is made again, from what it found."""
_VERBS: Final = {
    State.PENDING: "plan-approval",
    State.APPROVED: "plan-approved",
    State.DENIED: "plan-denied",
    State.EXPIRED: "plan-expired",
    State.VOID: "plan-void",
}


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nobody is asked: something stands in the plan's way."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Pending:
    """Nobody is asked again: this one waits for its decision."""

    asked: Asked


LastGood: TypeAlias = Callable[[], Awaitable[BackupFacts | None]]
"""The last good pair as it is kept; None where none is. Raises :mod:`bot.errors` when it cannot be read."""
Answer: TypeAlias = Asked | Blocked | Pending | Unplannable


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How this bot asks. ``people``: who may approve, now; ``person``: whom a Slack id belongs to; ``quorum`` by kind."""

    people: People
    person: Callable[[str], str]
    quorum: Mapping[Kind, int]
    lifetime: timedelta


def offer(snapshot: Snapshot, *, lifetime: timedelta, backup: BackupFacts | None = None) -> Plan | Unplannable:
    """A plan without keys: a new CA is made to prove that it would be accepted, and thrown away with its keys.

    ``backup``: the last good pair, None where none is kept. Raises InputError for a lifetime that no CA may have.
    """
    draft = planning.draft(snapshot, _new_ca(snapshot, lifetime), authority.new_serial(), backup)
    return draft if isinstance(draft, Unplannable) else draft.plan


async def nothing_kept() -> BackupFacts | None:
    """Of a bot that keeps no pair."""
    return None


async def offered(look: Observe, lifetime: timedelta, backup: LastGood = nothing_kept) -> Plan | Unplannable:
    """What a rotation would be, from a fresh look. Raises what the look does."""
    snapshot = await look()
    return await asyncio.to_thread(offer, snapshot, lifetime=lifetime, backup=await _known(backup))


async def _known(backup: LastGood) -> BackupFacts | None:
    """Without it there are the other kinds; the doctor tells why it cannot be read."""
    try:
        return await backup()
    except BotError as error:
        log.warning("the last good pair cannot be read, so nothing can be restored", error=str(error), hint=error.hint)
        return None


async def _nobody_waits(_: Asked) -> None:
    """Who decides is told nothing before the outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewals:
    """``cluster``: its name; ``look``: a fresh look at it, raises :mod:`bot.errors`; ``backup``: the last good pair.

    ``approved`` rings when a request is.
    """

    cluster: str
    look: Observe
    memory: Approvals
    seal: Seal
    clock: Clock
    terms: Terms
    backup: LastGood = nothing_kept
    new_id: Callable[[], str] = lambda: secrets.token_hex(16)
    approved: Bell = field(default_factory=Bell)

    async def ask(self, actor: str = "", *, reviewer: str = "") -> Answer:
        """Make a bound plan and ask for its approval. ``actor``: who wants it (a Slack id); "" when the bot does.

        ``reviewer``: who had a look at what the bot offers. They are in the record, and may approve.
        """
        await self.expire()
        snapshot = await self.look()
        made = await asyncio.to_thread(self._made, snapshot, await _known(self.backup), actor)
        if not isinstance(made, Asked):
            return made
        deed = self._deed(
            made.request,
            "plan-asked",
            actor or reviewer,
            f"{'' if actor else 'offered by the bot: '}{made.request.kind.value} {made.request.digest[:8]}",
        )
        if await self.memory.open_request(made.request, made.dossier, deed):
            return made
        pending = await self.memory.latest_request(self.cluster)
        if pending is None:
            raise Conflicting("Another request was there a moment ago, and is gone.", hint="Please ask again.")
        return Pending(pending)

    async def decide(
        self, id_: str, actor: str, verdict: Verdict, reason: str = "", *, looking: Callable[[Asked], Awaitable[None]] = _nobody_waits
    ) -> Asked | Refused:
        """What a click on a request's card does: the request as it is afterwards, or why nothing was changed.

        ``looking``: told before the cluster is looked at, which takes a moment, for a click that would count if nothing has changed.
        """
        for _ in range(RACES):
            asked = await self.request(id_)
            if asked is None:
                return Refused("There is no such request (any more). Nothing was changed.")
            vote = Vote(actor=actor, person=self.terms.person(actor), verdict=verdict, at=self.clock.now(), reason=reason)
            outcome = await self._decided(asked, vote, looking)
            if isinstance(outcome, Refused):
                await self.memory.enter(self._deed(asked.request, "decision-refused", actor, outcome.reason))
                return outcome
            if await self._saved(asked, outcome, actor):
                return replace(asked, request=outcome)
        raise Conflicting("Others decided at the same moment, again and again; your click did not count.", hint="Please try again.")

    async def request(self, id_: str) -> Asked | None:
        """By its id; None when this cluster has none such."""
        asked = await self.memory.request(id_)
        return asked if asked is not None and asked.request.cluster == self.cluster else None

    async def current(self) -> Asked | None:
        """The newest, however it ended."""
        return await self.memory.latest_request(self.cluster)

    async def place(self, id_: str, channel: str, ts: str) -> None:
        """Remember where its card is."""
        await self.memory.place_request(id_, channel, ts)

    async def expire(self) -> Asked | None:
        """End the latest request if its time is over, or the settings changed what it means; None when there was nothing to end."""
        latest = await self.memory.latest_request(self.cluster)
        if latest is None:
            return None
        after = approval.expired(self._on_these_terms(latest.request), self.clock.now())
        if after is latest.request or not await self._saved(latest, after, ""):
            return None
        return replace(latest, request=after)

    async def voided(self, asked: Asked, after: Request) -> None:
        """An approval that does not hold at the start. ``after``: as :func:`bot.model.approval.startable` has it."""
        await self._saved(asked, after, "")

    async def drift(self, asked: Asked) -> Drift:
        """How the cluster differs now from what was shown. Never raises BotError: what cannot be seen is told as that."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                snapshot = await self.look()
                # What is to be restored must be seen; for the other kinds it only tells whether they are still the right ones.
                is_restore = asked.request.kind is Kind.RESTORE
                backup = await self.backup() if is_restore else await _known(self.backup)
        except TimeoutError:
            return Drift(None, f"Looking at it took longer than {LOOK_SECONDS:.0f} s. Please try again.")
        except BotError as error:
            return Drift(None, f"{error} {error.hint}".strip())
        return await asyncio.to_thread(_drift, asked.dossier, snapshot, backup)

    async def _decided(self, asked: Asked, vote: Vote, looking: Callable[[Asked], Awaitable[None]]) -> Request | Refused:
        """The cluster is looked at only for a click that would count, and last."""
        now = self._on_these_terms(asked.request)
        if now is not asked.request:
            return now
        first = approval.decide(asked.request, vote, self.terms.people, Drift())
        if isinstance(first, Refused):
            return first
        if vote.verdict is Verdict.DENY or first.request.state is State.EXPIRED:
            return first.request
        await looking(asked)
        found = await self.drift(asked)
        again = approval.decide(asked.request, replace(vote, at=self.clock.now()), self.terms.people, found)
        return again if isinstance(again, Refused) else again.request

    async def _saved(self, asked: Asked, after: Request, actor: str) -> bool:
        detail = f"{after.digest[:8]}, {len(after.approvals)} of {after.quorum}{f', {after.reason}' if after.reason else ''}"
        is_saved = await self.memory.save_request(asked.request, after, [self._deed(after, _VERBS[after.state], actor, detail)])
        if is_saved and after.state is State.APPROVED:
            self.approved.ring()
        return is_saved

    def _on_these_terms(self, request: Request) -> Request:
        """Void where a bot with other settings asked for something that means something else now."""
        terms = self.terms
        person = terms.person(request.actor) if request.actor else THE_BOT
        changed = approval.outdated(request, terms.people, person, terms.quorum[request.kind])
        return approval.void(request, self.clock.now(), changed) if changed else request

    def _made(self, snapshot: Snapshot, backup: BackupFacts | None, actor: str) -> Asked | Blocked | Unplannable:
        serial = authority.new_serial()
        new = _new_ca(snapshot, self.terms.lifetime)
        draft = planning.draft(snapshot, new, serial, backup)
        if isinstance(draft, Unplannable):
            return draft
        if draft.plan.is_blocked:
            return Blocked(draft.plan)
        bound = binding.bound(draft, snapshot)
        request = self._request(draft.plan, bound, actor)
        # What comes back has its key in the backup already.
        key = b"" if draft.plan.kind is Kind.RESTORE else self.seal.seal(new.issuer_key.revealed(), request.id)
        dossier = Dossier(
            plan=draft.plan,
            bound=bound,
            root=draft.new.root.der,
            issuer=draft.new.issuer.der,
            serial=str(serial),
            sealed_key=key,
        )
        return Asked(request=request, dossier=dossier)

    def _request(self, plan: Plan, bound: Bound, actor: str) -> Request:
        now = self.clock.now()
        return Request(
            id=self.new_id(),
            cluster=self.cluster,
            kind=plan.kind,
            digest=bound.digest,
            requester=self.terms.person(actor) if actor else THE_BOT,
            actor=actor,
            made_at=now,
            expires_at=now + OPEN_FOR,
            quorum=self.terms.quorum[plan.kind],
        )

    def _deed(self, request: Request, verb: str, actor: str, detail: str) -> Deed:
        person = self.terms.person(actor) if actor else ""
        return Deed(at=self.clock.now(), verb=verb, cluster=self.cluster, subject=request.id, actor=actor, person=person, detail=detail)


def _drift(dossier: Dossier, snapshot: Snapshot, backup: BackupFacts | None) -> Drift:
    new, serial = NewCa(root=certificate(dossier.root), issuer=certificate(dossier.issuer)), int(dossier.serial)
    draft = planning.draft(snapshot, new, serial, backup)
    if isinstance(draft, Unplannable):
        return Drift(None, draft.reason) if draft.is_unseen else Drift((draft.reason,))
    return Drift(changes(dossier.bound, binding.bound(draft, snapshot)))


def _new_ca(snapshot: Snapshot, lifetime: timedelta) -> Authority:
    return authority.established(kinds.trust_domain(snapshot), snapshot.namespace, snapshot.taken_at, lifetime)
