"""The approval card: posted once, edited whenever its request changes, and owed to the channel while Slack is away.

What people decide never waits for Slack: the request is in the store, the card only shows it. A card that could not be posted or edited is
tried again every minute; a bot that was restarted edits the newest one once, as nobody knows what it shows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError, Permanent, Unable
from bot.model.approval import Refused, Request, State, Verdict
from bot.model.binding import Asked
from bot.usecases.bell import Bell
from bot.usecases.renew import Answer
from handlers import refusals, web_api
from handlers.views import approval
from handlers.views.message import Message

log = structlog.get_logger(__name__)

CHECKING_SECONDS: Final = 2.0
"""So long a decision waits for its card to say so; the decision counts more."""


class Renewing(Protocol):
    """Asking for a rotation, as the conversation needs it; :class:`bot.usecases.renew.Renewals`. All of it raises :mod:`bot.errors`."""

    async def ask(self, actor: str = "") -> Answer:
        """Make a bound plan and ask for its approval."""
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

    ``client`` must not retry by itself: a repeated chat.postMessage is a second card.
    """

    def __init__(self, client: AsyncWebClient, renewing: Renewing, *, channel: str, approvers: Sequence[str]) -> None:
        self.due = Bell()
        self._client = client
        self._renewing = renewing
        self._channel = channel
        self._approvers = tuple(sorted(approvers))
        self._lock = asyncio.Lock()
        self._shown: dict[str, Request] = {}
        self._owed: dict[str, str] = {}
        self._checking: set[str] = set()

    async def ask(self, actor: str) -> Answer:
        """Ask for approval of a new plan, and post its card. A card that could not be posted is :meth:`owed`. Raises BotError."""
        await self._expired()
        answer = await self._renewing.ask(actor)
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

    async def link(self, asked: Asked) -> str:
        """The address of its card; "" when there is none, or Slack does not say."""
        if not asked.ts:
            return ""
        try:
            answer = await web_api.read(self._client, "chat.getPermalink", {"channel": asked.channel, "message_ts": asked.ts})
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
        """Bring the card to what its request is now. Raises nothing of its own: what fails is owed."""
        async with self._lock:
            asked = None
            try:
                asked = await self.request(id_)
                if asked is not None and self._shown.get(id_) != asked.request:
                    await self._put(asked)
                    self._shown[id_] = asked.request
                self._owed.pop(id_, None)
            except BotError as error:
                self._owed[id_] = f"{error} {error.hint}".strip()
                log.warning("approval card not shown", request=id_[:8], error=str(error), hint=error.hint)
                if asked is not None and asked.request.state is not State.PENDING and isinstance(error, Permanent):
                    # Nobody has to decide any more, and Slack will not take it: to say so every minute helps nobody.
                    self._shown[id_] = asked.request

    async def _expired(self) -> None:
        ended = await self._renewing.expire()
        if ended is not None:
            await self.show(ended.request.id)

    async def _put(self, asked: Asked) -> None:
        """Edit it where it stands; post it where it stands nowhere (any more) and somebody still has to decide. Raises BotError."""
        if asked.ts and await self._edited(asked, approval.card(asked, self._approvers)):
            return
        if asked.request.state is State.PENDING:
            message = approval.card(asked, self._approvers)
            answer = await web_api.write(self._client, "chat.postMessage", {"channel": self._channel, **message.arguments()})
            place = web_api.place(answer, self._channel)
            await self._renewing.place(asked.request.id, place.channel, place.ts)
            log.info("approval card posted", request=asked.request.id[:8], digest=asked.request.digest[:8], ts=place.ts)

    async def _edited(self, asked: Asked, message: Message) -> bool:
        """False when it cannot be edited any more. Raises Unable."""
        try:
            await web_api.write(self._client, "chat.update", {"channel": asked.channel, "ts": asked.ts, **message.words()})
        except Unable as error:
            if refusals.is_gone(error):
                log.warning("the approval card is gone", request=asked.request.id[:8], error=str(error))
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
                    await self._edited(asked, approval.checking(asked, actor))
            except (Unable, TimeoutError) as error:
                log.info("the card does not say that its approval is being checked", error=str(error))
