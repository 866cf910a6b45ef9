"""Writing the journal of runs, and telling whoever follows it. A write under a Lease that another took over changes nothing."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.errors import BotError, Conflicting, Missing, Outrun
from bot.model.audit import Deed
from bot.model.run import Commanded, Event, File
from bot.ports import Clock, Journal
from bot.usecases.tenancy import Tenancy

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Logbook:
    """``person``: whom a Slack id belongs to. ``heard``: called after each write, and when ``ailing`` changes; never blocks.

    ``ailing``: why a run that is under way cannot be written down, or read; "" while it can.
    """

    cluster: str
    journal: Journal
    tenancy: Tenancy
    clock: Clock
    person: Callable[[str], str]
    heard: set[Callable[[], None]] = field(default_factory=set[Callable[[], None]])
    ailing: str = ""

    async def write(
        self, id_: str, events: Sequence[Event], *, deed: Deed | None = None, is_ours: bool = True, after: int | None = None
    ) -> None:
        """Append all or nothing; without events see whether that could be. Raises :mod:`bot.errors`.

        ``is_ours``: False for what a person decided, which needs no Lease.
        ``after``: the entry that was seen last, where what is written follows from that; Outrun when there is a later one.
        """
        fence = self.tenancy.fence if is_ours else 0
        try:
            await self.journal.write(id_, events, self.clock.now(), fence=fence, deeds=[deed] if deed else [], after=after)
        except (Conflicting, Missing):
            raise
        except BotError as error:
            self.ails(error)
            raise
        self.ailing = ""
        self.tell()

    async def undecided(self, file: File) -> int:
        """The last entry now, where since this file was read only the engine wrote. Raises Outrun where somebody decided since."""
        newest = await self.journal.run(file.id)
        since = [one for one in newest.entries if one.seq > file.seq] if newest is not None else []
        if any(isinstance(one.event, Commanded) for one in since):
            raise Outrun(f"Somebody decided about run {file.id} meanwhile.", hint="Look at it again.")
        return since[-1].seq if since else file.seq

    async def try_again(self, file: File | None) -> None:
        """While ``ailing``, and whoever waits writes nothing: does it take a write by now? Raises nothing of :mod:`bot.errors`."""
        if not self.ailing:
            return
        if file is None or file.run.is_over:
            self.ails(None)
            return
        with suppress(BotError):
            await self.write(file.id, [], is_ours=False)

    def ails(self, error: BotError | None) -> None:
        """The memory does not take or give what a run needs; None: it does again. Whoever follows can say so without it."""
        self.ailing = f"{error} {error.hint}".strip() if error is not None else ""
        self.tell()

    def tell(self) -> None:
        """Something is to be followed."""
        for listener in tuple(self.heard):
            listener()

    def deed(self, subject: str, verb: str, detail: str, actor: str = "") -> Deed:
        """Of the bot itself, unless somebody did it."""
        person = self.person(actor) if actor else ""
        return Deed(at=self.clock.now(), verb=verb, cluster=self.cluster, subject=subject, actor=actor, person=person, detail=detail)


async def whole(work: Coroutine[Any, Any, T]) -> T:
    """Let it end although we are told to: cut off, a pair would stay half written until the next start."""
    task = asyncio.create_task(work)  # noqa: TID251 - awaited right here, come what may
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
