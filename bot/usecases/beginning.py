"""How a run begins: from an approval that still holds, or found in the cluster by a bot that lost its memory."""

from dataclasses import dataclass
from typing import Final

import structlog
from msgspec.structs import replace

from bot.errors import Conflicting, Forbidden, InputError, Malformed, Missing, Permanent, Unauthenticated
from bot.model import approval
from bot.model.approval import Refused, Request, State
from bot.model.binding import Asked
from bot.model.run import Commanded, Event, File, Held, Intended, Staged, Started, Way
from bot.model.trust_pair import BACK, OLD
from bot.rotation import vault
from bot.rotation.outcome import WritePair
from bot.usecases.logbook import Logbook, whole
from bot.usecases.performing import Performer
from bot.usecases.renew import Renewals

log = structlog.get_logger(__name__)

LOST: Final = "The bot's memory was lost; this rotation was found in the cluster."
GO_ON: Final = "Go on, or go back. What is done already is seen again; a wait for old certificates begins anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """Each returns the run that is under way then, None for none."""

    logbook: Logbook
    performer: Performer
    renewals: Renewals

    async def after_start(self, file: File | None) -> File | None:
        """Before anything else: a pair that is half written is closed. Raises :mod:`bot.errors`."""
        if file is None or file.run.is_over:
            try:
                file = await self._adopted(file)
            except (InputError, Permanent) as error:
                if isinstance(error, Conflicting | Forbidden | Malformed | Missing | Unauthenticated):
                    raise
                # Of a run that nobody knows any more. The next one says so when it wants the place.
                log.warning("what lies staged in the cluster does not open", error=str(error), hint=error.hint)
        elif file.run.unread:
            # What it says of pairs is not known for sure.
            await whole(self.performer.close_unread())
            return file
        elif file.run.adopted and not file.run.pairs and (staged := await self.performer.staging()) is not None:
            # It ended between the two writes of an adoption.
            name, is_marked = await self._marked(staged)
            await self._described(staged, name, is_marked=is_marked)
            file = await self.logbook.journal.run(file.id)
        if file is not None and not file.run.is_over and await whole(self.performer.close(file)):
            log.warning("closed a pair that was half written", run=file.id[:8])
        return file

    async def of_approval(self, last: File | None) -> File | None:
        """A run for the request that was approved. It is void when something is not as it was approved any more."""
        asked = await self.renewals.current()
        if asked is None or asked.request.state is not State.APPROVED or (last is not None and last.id == asked.request.id):
            return None
        if await self.logbook.journal.run(asked.request.id) is not None or not await self.logbook.tenancy.is_ours():
            return None
        drift = await self.renewals.drift(asked)
        terms = self.renewals.terms
        found = approval.startable(asked.request, terms.people, drift, self.logbook.clock.now(), quorum=terms.quorum[asked.request.kind])
        if isinstance(found, Refused):
            log.warning("an approved rotation does not start yet", request=asked.request.id[:8], reason=found.reason)
            return None
        if found.state is not State.APPROVED:
            await self.renewals.voided(asked, found)
            self.logbook.tell()
            return None
        return await self._opened(asked, found)

    async def _opened(self, asked: Asked, request: Request) -> File | None:
        started = Started(kind=request.kind, digest=request.digest, approved_by=tuple(vote.actor for vote in request.approvals))
        deed = self.logbook.deed(request.id, "run-started", f"{request.kind.value} {request.digest[:8]}")
        journal, now, fence = self.logbook.journal, self.logbook.clock.now(), self.logbook.tenancy.fence
        if not await journal.open_run(request.id, replace(asked.dossier, sealed_key=b""), started, now, fence=fence, deed=deed):
            return None
        self.logbook.tell()
        log.info("a rotation starts", run=request.id[:8], digest=request.digest[:8])
        return await journal.run(request.id)

    async def _adopted(self, file: File | None) -> File | None:
        staged = await self.performer.staging()
        journal = self.logbook.journal
        if staged is None or await journal.run(staged.run) is not None:
            return file
        name, is_marked = await self._marked(staged)
        bound = staged.dossier.bound
        deed = self.logbook.deed(staged.run, "run-adopted", f"found in the cluster: {bound.digest[:8]}, pair {name}")
        started = Started(kind=bound.kind, digest=bound.digest, adopted=True)
        now, fence = self.logbook.clock.now(), self.logbook.tenancy.fence
        if not await journal.open_run(staged.run, staged.dossier, started, now, fence=fence, deed=deed):
            return file
        await self._described(staged, name, is_marked=is_marked)
        return await journal.run(staged.run)

    async def _described(self, staged: vault.Staged, name: str, *, is_marked: bool) -> None:
        events: list[Event] = [Staged(pairs=tuple(one.digest(each) for each, one in staged.pairs.items()))]
        if name in (BACK, OLD) and is_marked:
            events.append(Commanded(way=Way.REVERT, reason="It was going back already."))
        if is_marked:
            events.append(Intended(step="write-pair", effect=WritePair(name).id, pair=name))
        held = Held(step="preflight", reason=LOST, advice=GO_ON, ways=(Way.RESUME, Way.REVERT))
        await self.logbook.write(staged.run, [*events, held])

    async def _marked(self, staged: vault.Staged) -> tuple[str, bool]:
        """The pair that was written last, or begun: the ConfigMap, which is written first, says which. False: none was."""
        live = await self.performer.hands.pair()
        run, _, name = live.marks[1].partition("/")
        return (name, True) if run == staged.run and name in staged.pairs else (OLD, False)
