"""What people ask and decide about a run: how it stands, and pause, resume, retry, revert, abort."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.errors import Conflicting, Outrun
from bot.model import commanding
from bot.model.approval import Refused
from bot.model.commanding import Overtaken
from bot.model.run import Commanded, File, Held, Way
from bot.usecases.logbook import Logbook
from bot.usecases.renew import Terms

RACES: Final = 20
"""So often a decision is made again, because the engine wrote while it was."""
LOOK_AGAIN: Final = "Nothing was changed by your click; look at the card again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """``ring``: wakes whoever carries the run out."""

    logbook: Logbook
    terms: Terms
    ring: Callable[[], None]

    @property
    def heard(self) -> set[Callable[[], None]]:
        """Called after each write of the journal."""
        return self.logbook.heard

    @property
    def ailing(self) -> str:
        """Why a run that is under way cannot be written down; "" while it can."""
        return self.logbook.ailing

    async def latest(self) -> File | None:
        """The newest run, over or not."""
        return await self.logbook.journal.latest_run(self.logbook.cluster)

    async def file(self, id_: str) -> File | None:
        """By its id; None when this cluster has none such."""
        found = await self.logbook.journal.run(id_)
        return found if found is not None and found.cluster == self.logbook.cluster else None

    async def before(self, id_: str) -> File | None:
        """The run that was begun before this one."""
        return await self.logbook.journal.run_before(id_)

    async def places(self, id_: str) -> dict[str, tuple[str, str]]:
        """Where messages about a run are."""
        return await self.logbook.journal.places(id_)

    async def place(self, id_: str, what: str, channel: str, ts: str) -> None:
        """Remember where one is."""
        await self.logbook.journal.place(id_, what, channel, ts)

    async def command(self, id_: str, way: Way, actor: str, *, reason: str = "") -> File | Refused:
        """What somebody decided. Refused, with why, when it cannot be, or they may not. That they are an operator is known already."""
        first = await self.file(id_)
        file = first
        for _ in range(RACES):
            if first is None or file is None:
                return Refused("There is no such rotation. Nothing was changed.")
            refused = _overtaken(first, file) or self._why_not(file, way, actor)
            if refused is not None:
                return refused
            try:
                await self._write(file, way, actor, reason)
            except Outrun:
                file = await self.file(id_)
            else:
                self.ring()
                return await self.file(id_) or file
        raise Conflicting("The rotation went on at the same moment, again and again; your click did not count.", hint="Please try again.")

    def _why_not(self, file: File, way: Way, actor: str) -> Refused | None:
        why_not = commanding.why_not(file.run, file.dossier.plan, way, self.logbook.clock.now())
        if not why_not and not commanding.may(way, actor, self.terms.people):
            why_not = f"You may not {way.value} this: your Slack id {actor} is not in DAPR_WARDEN_APPROVERS. Nothing was changed."
        return Refused(why_not) if why_not else None

    async def _write(self, file: File, way: Way, actor: str, reason: str) -> None:
        named = file.run.held.affected if way is Way.LOSE and file.run.held else ()
        event = Commanded(way=way, actor=actor, person=self.terms.person(actor), reason=reason, named=named)
        deed = self.logbook.deed(file.id, f"run-{way.value}", reason or ", ".join(named), actor)
        await self.logbook.write(file.id, [event], deed=deed, is_ours=False, after=file.seq)


def _overtaken(first: File, now: File) -> Refused | None:
    """Why a decision does not hold any more: somebody else decided, or it came to hold. None when only the engine went on."""
    since = [entry.event for entry in now.entries if entry.seq > first.seq]
    other = next((one for one in reversed(since) if isinstance(one, Commanded)), None)
    if other is not None:
        who = "Somebody else" if other.actor else "The rotation itself"
        return Overtaken(f"{who} was faster: {other.way.value}. {LOOK_AGAIN}", by=other)
    return Refused(f"It came to hold at that very moment. {LOOK_AGAIN}") if any(isinstance(one, Held) for one in since) else None
