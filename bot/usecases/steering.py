"""What people ask and decide about a run: how it stands, and pause, resume, retry, revert, abort."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.model import commanding
from bot.model.approval import Refused
from bot.model.run import Commanded, File, Way
from bot.usecases.logbook import Logbook
from bot.usecases.renew import Terms


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

    async def latest(self) -> File | None:
        """The newest run, over or not."""
        return await self.logbook.journal.latest_run(self.logbook.cluster)

    async def file(self, id_: str) -> File | None:
        """By its id; None when this cluster has none such."""
        found = await self.logbook.journal.run(id_)
        return found if found is not None and found.cluster == self.logbook.cluster else None

    async def places(self, id_: str) -> dict[str, tuple[str, str]]:
        """Where messages about a run are."""
        return await self.logbook.journal.places(id_)

    async def place(self, id_: str, what: str, channel: str, ts: str) -> None:
        """Remember where one is."""
        await self.logbook.journal.place(id_, what, channel, ts)

    async def command(self, id_: str, way: Way, actor: str, *, reason: str = "") -> File | Refused:
        """What somebody decided. Refused, with why, when it cannot be, or they may not. That they are an operator is known already."""
        file = await self.file(id_)
        if file is None:
            return Refused("There is no such rotation. Nothing was changed.")
        why_not = commanding.why_not(file.run, file.dossier.plan, way, self.logbook.clock.now())
        if not why_not and not commanding.may(way, actor, self.terms.people):
            why_not = f"You may not {way.value} this: your Slack id {actor} is not in DAPR_WARDEN_APPROVERS. Nothing was changed."
        if why_not:
            return Refused(why_not)
        named = file.run.held.affected if way is Way.LOSE and file.run.held else ()
        event = Commanded(way=way, actor=actor, person=self.terms.person(actor), reason=reason, named=named)
        deed = self.logbook.deed(id_, f"run-{way.value}", reason or ", ".join(named), actor)
        await self.logbook.write(id_, [event], deed=deed, is_ours=False)
        self.ring()
        return await self.file(id_) or file
