"""Tells the channel how a rotation goes: its card, one checklist in the thread that is edited in place, and few replies.

It follows the journal, and the rotation never waits for it. What is said follows from the journal and from where messages are; both are
kept, so a bot that was restarted goes on, and a thread that was out of reach catches up with what still matters. A message whose answer
was lost is looked for by its metadata first; where the bot may read no history it is said again: rather twice than never.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError, Permanent, Unable, Unreachable
from bot.model import run_report, run_telling
from bot.model.alert import Place
from bot.model.run import File, Stand
from bot.ports import Clock
from bot.usecases.bell import Bell
from handlers import refusals, sending
from handlers.board import Board
from handlers.carrying import Carrying
from handlers.posting import Posting
from handlers.uploads import Document
from handlers.views import checklist, run_replies
from handlers.views.message import Message

log = structlog.get_logger(__name__)

PACE_SECONDS: Final = 3.0
"""So far apart are two rounds, each of at most two edits: Slack takes some fifty a minute."""
LOOK_SECONDS: Final = 60.0
"""So often it looks without being rung: holds are said again, estimates move."""
MOST_BEHIND: Final = 5
"""So many earlier runs are told after all."""
CHECKLIST: Final = "checklist"
REPORT: Final = "report"
MEMORY: Final = "memory"


class Follower:
    """One cluster's runs. ``board``: keeps their cards; ``operators``: Slack ids, mentioned where somebody has to know.

    ``client`` must not retry by itself: a repeated chat.postMessage is a second message.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        carrying: Carrying,
        board: Board,
        clock: Clock,
        *,
        operators: Sequence[str],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.due = Bell()
        self._client = client
        self._carrying = carrying
        self._board = board
        self._clock = clock
        self._operators = tuple(sorted(operators))
        self._pause = pause
        self._posting = Posting(client, clock)
        self._attempts = 0
        self._followed = ""
        self._behind: list[str] = []
        self._cluster = ""
        self._ailing_since: datetime | None = None
        self._warned: Place | None = None
        self._is_back = False
        self._shown: dict[str, Message] = {}

    async def follow_when_due(self) -> None:
        """Tell whenever the journal was written, at most every few seconds. Never ends by itself."""
        self._carrying.heard.add(self.due.ring)
        self.due.ring()
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self.due.heard()
                await self._pause(await self._round())
        finally:
            self._carrying.heard.discard(self.due.ring)

    async def _round(self) -> float:
        """Seconds to rest after it. What was not said is said in another one."""
        try:
            await self._warn()
            await self.follow()
        except BotError as error:
            log.warning("a rotation is not told", error=str(error), hint=error.hint)
            rest = sending.patience(self._attempts, error).total_seconds() if isinstance(error, Unable) else LOOK_SECONDS
        except Exception:
            # The border: a bug in here must not take the bot, its alerts and the rotation with it.
            log.exception("telling of a rotation broke")
            rest = LOOK_SECONDS
        else:
            self._attempts = 0
            return PACE_SECONDS
        self._attempts += 1
        self.due.ring()
        return rest

    async def _warn(self) -> None:
        """A memory that takes nothing cannot tell: it is said without it, once, and that it is over where it was said."""
        ailing = self._carrying.ailing
        if ailing and self._warned is None:
            self._ailing_since = self._ailing_since or self._clock.now()
            message = run_replies.memory_ails(self._cluster, ailing, self._operators)
            id_, at = f"{self._followed}/{MEMORY}", self._ailing_since
            self._warned = (await self._posting.post(id_, message, self._board.channel, None, at=at)).place
        elif not ailing and self._warned is not None:
            await self._correct(self._warned)
            self._warned, self._ailing_since = None, None

    async def _look_back(self, newest: File) -> None:
        """What bots before this one said of a memory that works now: to mend it mostly means to restart the bot. Raises Unable."""
        if self._is_back or self._carrying.ailing or newest.run.is_over:
            return
        for place in await self._posting.copies(f"{newest.id}/{MEMORY}", self._board.channel, None, at=newest.entries[0].at):
            # A write: raises where it works no better than before.
            await self._carrying.place(newest.id, MEMORY, place.channel, place.ts)
            await self._correct(place)
        self._is_back = True

    async def _correct(self, place: Place) -> None:
        try:
            await self._edited(place, run_replies.memory_works(self._cluster))
        except Permanent as error:
            log.warning("a message of a memory that works again stays as it was", error=str(error), hint=error.hint)

    async def follow(self) -> None:
        """Say what is to be said now: of runs that others have followed first their end, then of the newest. Raises BotError."""
        newest = await self._carrying.latest()
        if newest is None:
            return
        self._cluster = newest.cluster
        if newest.id != self._followed:
            self._behind = await self._untold(newest)
            self._followed = newest.id
        while self._behind:
            await self._catch_up(self._behind[0])
            del self._behind[0]
        await self._follow(newest)
        await self._look_back(newest)

    async def _untold(self, newest: File) -> list[str]:
        """Earlier runs whose end was not said, by this process or by one before it; the oldest first."""
        found: list[str] = []
        before = await self._carrying.before(newest.id)
        while before is not None and len(found) < MOST_BEHIND and not await self._is_told(before):
            found.insert(0, before.id)
            before = await self._carrying.before(before.id)
        return found

    async def _catch_up(self, id_: str) -> None:
        """Of a run that is over. What Slack will not take of it keeps nobody from reading of the next one."""
        before = await self._carrying.file(id_)
        try:
            if before is not None:
                await self._follow(before)
        except Permanent as error:
            log.warning("the end of an earlier rotation is not told", run=id_[:8], error=str(error), hint=error.hint)

    async def _follow(self, file: File) -> None:
        if await self._is_told(file):
            return
        await self._board.show(file.id)
        thread = await self._board.parent(file.id)
        if thread is None and not file.run.is_over:
            raise Unreachable(
                "The card of the rotation stands nowhere yet, so there is no thread.", hint="It is posted as soon as Slack takes it."
            )
        trouble: Permanent | None = None
        for tell in (self._check_off, self._reply):
            try:
                await tell(file, thread)
            except Permanent as error:
                # What Slack will not take of one keeps nobody from reading the other.
                log.warning("part of a rotation is not told", error=str(error), hint=error.hint)
                trouble = error
        if trouble is not None:
            raise trouble

    async def _is_told(self, file: File) -> bool:
        """Whether its end was said, and everything before it."""
        if not file.run.is_over:
            return False
        places = await self._carrying.places(file.id)
        return f"reply:{file.entries[-1].seq}" in places and (REPORT in places or not _is_reported(file))

    async def _check_off(self, file: File, thread: Place | None) -> None:
        """The checklist: edited where it stands, posted where it stands nowhere (any more) and somebody still reads it."""
        message = checklist.render(file, self._clock.now())
        if self._shown.get(file.id) == message:
            return
        place = (await self._carrying.places(file.id)).get(CHECKLIST)
        if place is None or (not await self._edited(Place(*place), message) and not file.run.is_over):
            at = file.entries[0].at if place is None else self._clock.now()
            posted = await self._posting.post(f"{file.id}/{CHECKLIST}", message, self._board.channel, thread, at=at)
            await self._carrying.place(file.id, CHECKLIST, posted.place.channel, posted.place.ts)
            if posted.is_found:
                await self._edited(posted.place, message)
        self._shown[file.id] = message

    async def _edited(self, place: Place, message: Message) -> bool:
        try:
            await sending.send(self._client, "chat.update", message, {"channel": place.channel, "ts": place.ts})
        except Unable as error:
            if refusals.is_gone(error):
                log.warning("a message of a rotation is gone", error=str(error))
                return False
            raise
        return True

    async def _reply(self, file: File, thread: Place | None) -> None:
        """What is due, in order; at the very end the report."""
        places, now = await self._carrying.places(file.id), self._clock.now()
        for saying in run_telling.due(file, places, self._posting.since, now):
            message = run_replies.reply(saying, file, now, self._operators if saying.is_loud else ())
            id_ = f"{file.id}/{saying.what}"
            posted = await self._posting.post(id_, message, self._board.channel, thread, at=saying.at, is_loud=saying.is_loud)
            placed = posted.place
            for what in run_telling.settled(saying, now):
                await self._carrying.place(file.id, what, placed.channel, placed.ts)
            log.info("told of a rotation", run=file.id[:8], occasion=saying.occasion.value, ts=placed.ts)
        if _is_reported(file) and REPORT not in places:
            await self._report(file, thread)

    async def _report(self, file: File, thread: Place | None) -> None:
        """Two files; where the bot may upload none, the words as a message."""
        text, name = run_report.as_markdown(file), run_report.file_name(file, "md")
        documents = (Document(name, text.encode()), Document(run_report.file_name(file, "json"), run_report.as_json(file)))
        channel, since = self._board.channel, file.entries[-1].at
        try:
            place = await self._posting.share(f"{file.id}/files", documents, channel, thread, at=since)
        except Permanent as error:
            log.warning("the report of a rotation is not uploaded", error=str(error), hint=error.hint)
            message = run_replies.report_as_text(text, name)
            place = (await self._posting.post(f"{file.id}/{REPORT}", message, channel, thread, at=since)).place
        await self._carrying.place(file.id, REPORT, place.channel, place.ts)


def _is_reported(file: File) -> bool:
    """A run that ended before its first write has nothing to report."""
    return file.run.is_over and file.run.stand is not Stand.ABORTED
