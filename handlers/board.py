"""The card of a rotation: posted once, edited whenever its request or its run changes, and owed to the channel while Slack is away.

It asks for approval; once there is a run, the same message shows that, and its thread is the run's.

What people decide never waits for Slack: the request is in the store, the card only shows it. A card that could not be posted or edited is
tried again every minute, and looked for first where it may have arrived; a bot that was restarted edits the newest one once, as nobody
knows what it shows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError, Permanent, Unable
from bot.model.alert import Place
from bot.model.approval import Refused, State, Verdict
from bot.model.binding import Asked, Dossier
from bot.model.run import File
from bot.ports import Clock
from bot.usecases.bell import Bell
from bot.usecases.renew import Answer
from handlers import refusals, web_api
from handlers.carrying import Carrying
from handlers.posting import Posted, Posting
from handlers.views import approval
from handlers.views import run as runs
from handlers.views.message import Message

log = structlog.get_logger(__name__)

CARD: Final = "card"
"""Where the card of a run is whose request this bot does not know, among the run's places."""
CHECKING_SECONDS: Final = 2.0
"""So long a decision waits for its card to say so; the decision counts more."""


class Renewing(Protocol):
    """Asking for a rotation, as the conversation needs it; :class:`bot.usecases.renew.Renewals`. All of it raises :mod:`bot.errors`."""

    async def ask(self, actor: str = "", *, reviewer: str = "") -> Answer:
        """Make a bound plan and ask for its approval. ``reviewer``: of what the bot itself offers."""
        ...

    async def decide(
        self, id_: str, actor: str, verdict: Verdict, reason: str = "", *, looking: Callable[[Asked], Awaitable[None]]
    ) -> Asked | Refused:
        """What a click does; ``looking`` is told before the cluster is looked at."""
        ...

    async def request(self, id_: str) -> Asked | None:
        """By its id; None for any other."""
        ...

    async def current(self) -> Asked | None:
        """The newest, however it ended."""
        ...

    async def place(self, id_: str, channel: str, ts: str) -> None:
        """Remember where its card is."""
        ...

    async def expire(self) -> Asked | None:
        """End the newest if its time is over; None when there was nothing to end."""
        ...


class Board:
    """Requests and their card. ``channel``: where cards are posted; ``approvers``: Slack ids that a new card mentions.

    ``carrying``: what carries approved ones out, None where nothing does. ``client`` must not retry by itself: a repeated
    chat.postMessage is a second card.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        renewing: Renewing,
        clock: Clock,
        *,
        channel: str,
        approvers: Sequence[str],
        carrying: Carrying | None = None,
    ) -> None:
        self.due = Bell()
        self._client = client
        self._renewing = renewing
        self._clock = clock
        self._carrying = carrying
        self.channel = channel
        self._approvers = tuple(sorted(approvers))
        self._lock = asyncio.Lock()
        self._shown: dict[str, Message] = {}
        self._owed: dict[str, str] = {}
        self._checking: set[str] = set()
        self._posting = Posting(client, clock)

    async def ask(self, actor: str, *, reviewer: str = "") -> Answer:
        """Ask for approval of a new plan, and post its card. A card that could not be posted is :meth:`owed`. Raises BotError.

        ``actor`` "": the bot asks, and ``reviewer`` had a look at what it offers.
        """
        await self._expired()
        answer = await self._renewing.ask(actor, reviewer=reviewer)
        if not isinstance(answer, Asked):
            return answer
        await self.show(answer.request.id)
        return await self._renewing.request(answer.request.id) or answer

    async def decide(self, id_: str, actor: str, verdict: Verdict, reason: str = "") -> Asked | Refused:
        """What a click does; its card shows the outcome afterwards, whatever that is. Raises BotError."""

        async def looking(asked: Asked) -> None:
            self._checking.add(id_)
            await self._say_checking(asked, actor)

        try:
            return await self._renewing.decide(id_, actor, verdict, reason, looking=looking)
        finally:
            self._checking.discard(id_)
            await self.show(id_)

    async def request(self, id_: str) -> Asked | None:
        """By its id; None for any other. Raises BotError."""
        return await self._renewing.request(id_) if id_ else None

    async def pending(self) -> Asked | None:
        """The one that waits for its approval now. Raises BotError."""
        await self._expired()
        asked = await self._renewing.current()
        return asked if asked is not None and asked.request.state is State.PENDING else None

    def owed(self, asked: Asked) -> str:
        """Why its card does not show how it is, for people; "" when it does."""
        return self._owed.get(asked.request.id, "")

    async def under_way(self) -> File | None:
        """The run that is not over. Raises BotError."""
        file = await self._carrying.latest() if self._carrying else None
        return file if file is not None and not file.run.is_over else None

    async def carried_out(self, id_: str) -> Dossier | None:
        """What a run goes by whose request this bot does not know. Raises BotError."""
        file = await self._file(id_)
        return file.dossier if file is not None else None

    async def parent(self, id_: str) -> Place | None:
        """Where the card is; None while it is nowhere. Raises BotError."""
        asked = await self.request(id_)
        if asked is not None:
            return Place(asked.channel, asked.ts) if asked.ts else None
        place = (await self._carrying.places(id_)).get(CARD) if self._carrying else None
        return Place(*place) if place else None

    async def link(self, id_: str) -> str:
        """The address of a card; "" when there is none, or Slack does not say. Raises BotError."""
        place = await self.parent(id_)
        if place is None:
            return ""
        try:
            answer = await web_api.read(self._client, "chat.getPermalink", {"channel": place.channel, "message_ts": place.ts})
        except Unable as error:
            log.info("no link to the approval card", error=str(error))
            return ""
        address = answer.get("permalink")
        return address if isinstance(address, str) else ""

    async def keep_when_due(self) -> None:
        """Expire and show, now and then each time ``due`` is rung. Never ends by itself."""
        self.due.ring()
        while True:
            await self.due.heard()
            try:
                await self.keep()
            except BotError as error:
                log.warning("approvals not looked after", error=str(error), hint=error.hint)
            except Exception:
                # The border: a bug in here must not take the bot and its alerts with it.
                log.exception("looking after approvals broke")

    async def keep(self) -> None:
        """End what has expired, and say what could not be said. Raises BotError when the store cannot be read."""
        await self._expired()
        newest = await self._renewing.current()
        for id_ in dict.fromkeys((*self._owed, *((newest.request.id,) if newest else ()))):
            if id_ not in self._checking:
                await self.show(id_)

    async def show(self, id_: str) -> None:
        """Bring the card to what its request and its run are now. Raises nothing of its own: what fails is owed."""
        async with self._lock:
            message, is_needed = None, True
            try:
                asked, file = await self.request(id_), await self._file(id_)
                message = self._message(asked, file)
                if message is not None and self._shown.get(id_) != message:
                    is_needed = _is_needed(asked, file)
                    await self._put(id_, message, is_needed=is_needed)
                    self._shown[id_] = message
                self._owed.pop(id_, None)
            except BotError as error:
                self._owed[id_] = f"{error} {error.hint}".strip()
                log.warning("card of a rotation not shown", request=id_[:8], error=str(error), hint=error.hint)
                if message is not None and not is_needed and isinstance(error, Permanent):
                    # Nobody has to decide any more, and Slack will not take it: to say so every minute helps nobody.
                    self._shown[id_] = message

    async def _expired(self) -> None:
        ended = await self._renewing.expire()
        if ended is not None:
            await self.show(ended.request.id)

    async def _file(self, id_: str) -> File | None:
        return await self._carrying.file(id_) if self._carrying else None

    def _message(self, asked: Asked | None, file: File | None) -> Message | None:
        if file is not None:
            return runs.card(file, self._clock.now())
        return approval.card(asked, self._approvers) if asked is not None else None

    async def _put(self, id_: str, message: Message, *, is_needed: bool) -> None:
        """Edit it where it stands; post it where it stands nowhere (any more) and somebody still needs it. Raises BotError."""
        place = await self.parent(id_)
        if place is not None and await self._edited(id_, place, message):
            return
        # One that is gone may still be found in the history: what comes in its place is another message.
        name, since = (f"{id_}/{CARD}/{place.ts}", self._clock.now()) if place else (f"{id_}/{CARD}", await self._since(id_))
        if not is_needed:
            # Nobody misses it; but one that arrived unnoticed has buttons that mean nothing any more.
            found = await self._posting.arrived(name, self.channel, None, at=since)
            posted = Posted(found, is_found=True) if found else None
        else:
            posted = await self._posting.post(name, message, self.channel, None, at=since)
        if posted is not None:
            await self._place(id_, posted.place)
            if posted.is_found:
                await self._edited(id_, posted.place, message)

    async def _place(self, id_: str, place: Place) -> None:
        if await self.request(id_) is not None:
            await self._renewing.place(id_, place.channel, place.ts)
        elif self._carrying is not None:
            await self._carrying.place(id_, CARD, place.channel, place.ts)
        log.info("card of a rotation posted", request=id_[:8], ts=place.ts)

    async def _since(self, id_: str) -> datetime:
        """Since when there is something to show."""
        asked = await self.request(id_)
        if asked is not None:
            return asked.request.made_at
        file = await self._file(id_)
        return file.entries[0].at if file is not None else self._clock.now()

    async def _edited(self, id_: str, place: Place, message: Message) -> bool:
        """False when it cannot be edited any more. Raises Unable."""
        try:
            await web_api.write(self._client, "chat.update", {"channel": place.channel, "ts": place.ts, **message.words()})
        except Unable as error:
            if refusals.is_gone(error):
                log.warning("the card of a rotation is gone", request=id_[:8], error=str(error))
                return False
            raise
        return True

    async def _say_checking(self, asked: Asked, actor: str) -> None:
        """Whatever becomes of it, the decision goes on."""
        async with self._lock:
            self._shown.pop(asked.request.id, None)
            if not asked.ts:
                return
            try:
                async with asyncio.timeout(CHECKING_SECONDS):
                    await self._edited(asked.request.id, Place(asked.channel, asked.ts), approval.checking(asked, actor))
            except (Unable, TimeoutError) as error:
                log.info("the card does not say that its approval is being checked", error=str(error))


def _is_needed(asked: Asked | None, file: File | None) -> bool:
    """Whether somebody still has to decide, or may have to."""
    if file is not None:
        return not file.run.is_over
    return asked is not None and asked.request.state is State.PENDING
