"""Posting each message once, as far as Slack lets us know: what may have arrived is looked for before it is said again."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Permanent, Transient, Unable
from bot.model.alert import Place
from bot.ports import Clock
from handlers import arrivals, refusals, sending, uploads, web_api
from handlers.uploads import Document
from handlers.views.message import Message

log = structlog.get_logger(__name__)

MOST_LOOKS: Final = 5


@dataclass(frozen=True, slots=True)
class Posted:
    """``place``: where it stands. ``is_found``: it had arrived earlier, so it says what was so then."""

    place: Place
    is_found: bool = False


class Posting:
    """``since``: what was to be said before, another process may have said. ``client`` must not retry by itself."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self.since = clock.now()
        self._client = client
        self._clock = clock
        self._doubtful: dict[str, datetime] = {}
        self._looks: Counter[str] = Counter()

    async def post(self, id_: str, message: Message, channel: str, thread: Place | None, *, at: datetime, is_loud: bool = False) -> Posted:
        """Post it, or find it. ``id_``: unique to the message; ``at``: since when it is to be said; ``is_loud``: the channel hears of it.

        Where the thread is gone it is said in the channel itself. Raises Unable.
        """
        found = await self.arrived(id_, channel, thread, at=at)
        place = found or Place(channel, await self._posted(id_, message, channel, thread, is_loud=is_loud))
        self._doubtful.pop(id_, None)
        return Posted(place, is_found=found is not None)

    async def arrived(self, id_: str, channel: str, thread: Place | None, *, at: datetime) -> Place | None:
        """Where it stands already; None where it does not, or nobody can know. Only what may have arrived is looked for. Raises Unable."""
        return next(iter(await self.copies(id_, channel, thread, at=at)), None)

    async def copies(self, id_: str, channel: str, thread: Place | None, *, at: datetime) -> tuple[Place, ...]:
        """The same, of each that arrived, the oldest first."""
        return await self._found(id_, at, channel, lambda since: arrivals.find(self._client, id_, since, channel, thread))

    async def share(self, id_: str, documents: tuple[Document, ...], channel: str, thread: Place | None, *, at: datetime) -> Place:
        """Upload files into one message; where it, or the thread, stands. Their names must be like no others. Raises Unable."""
        names = [one.name for one in documents]

        def find(since: datetime) -> Awaitable[tuple[str, ...]]:
            return arrivals.find_files(self._client, names, since, channel, thread)

        found = await self._found(id_, at, channel, find)
        if not found:
            try:
                await uploads.share(self._client, documents, thread or Place(channel, ""))
            except Unable as error:
                self._doubt(id_, error)
                # Nobody tries a permanent one again, but says it otherwise: that is looked at before, where it may have arrived.
                found = await self._found(id_, at, channel, find) if isinstance(error, Permanent) and id_ in self._doubtful else ()
                if not found:
                    raise
        self._doubtful.pop(id_, None)
        return found[0] if found else thread or Place(channel, "")

    async def _posted(self, id_: str, message: Message, channel: str, thread: Place | None, *, is_loud: bool) -> str:
        below: dict[str, object] = {"thread_ts": thread.ts, "reply_broadcast": is_loud} if thread else {}
        where = {"channel": channel, "metadata": arrivals.mark(id_, "rotation"), **below}
        try:
            return web_api.place(await sending.send(self._client, "chat.postMessage", message, where), channel).ts
        except Unable as error:
            if thread is not None and refusals.is_gone(error):
                log.warning("the thread is gone: saying it in the channel", id=id_, error=str(error))
                return await self._posted(id_, message, channel, None, is_loud=is_loud)
            self._doubt(id_, error)
            raise

    def _doubt(self, id_: str, error: Unable) -> None:
        if not refusals.is_certain(error):
            self._doubtful.setdefault(id_, self._clock.now())

    async def _found(
        self, id_: str, at: datetime, channel: str, find: Callable[[datetime], Awaitable[tuple[str, ...]]]
    ) -> tuple[Place, ...]:
        """Where it arrived earlier, the oldest first; () when it did not, or cannot be known."""
        begun_at = self._doubtful.get(id_) or (at if at < self.since else None)
        if begun_at is None:
            return ()
        try:
            found = await find(begun_at)
        except Unable as error:
            self._looks[id_] += 1
            if isinstance(error, Transient) and self._looks[id_] < MOST_LOOKS:
                raise
            log.warning("cannot look whether it arrived: it may be said twice", error=str(error), hint=error.hint)
            return ()
        return tuple(Place(channel, ts) for ts in found)
