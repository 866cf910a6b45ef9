"""Empties the outbox into Slack: one call after the other, each exactly once as far as Slack lets us know.

An entry is claimed (which marks it as begun), said, settled. Whoever dies in between, or gets no answer, leaves it in doubt;
the next attempt looks first whether it arrived. Without the optional history scopes it cannot look, and says it again:
rather twice than never. One card's trouble does not keep the others waiting.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError, Malformed, Throttled, Transient, Unable, Unauthenticated
from bot.model.alert import Announcement, Backlog, Card, Delivered, Effect, Outgoing, Place
from bot.ports import Clock, Store
from bot.usecases.bell import Bell
from handlers import arrivals, refusals, sending, web_api
from handlers.views import alert, fallback
from handlers.views.message import Message

log = structlog.get_logger(__name__)

LONGEST_REST = timedelta(seconds=30)
SHORTEST_REST = timedelta(milliseconds=50)
MOST_LOOKS = 5
LINK_SECONDS = 2.0


class Views(Protocol):
    """Turns what is to be said into messages; :mod:`handlers.views.alert` is the one we have."""

    def card(self, card: Card, cluster: str, now: datetime, link: str = "") -> Message:
        """The card itself. ``link``: to the rotation that mends it, "" where nobody knows."""
        ...

    def reply(self, announcement: Announcement) -> Message:
        """What is said below the card, and broadcast."""
        ...


async def no_link(run: str) -> str:  # noqa: ARG001 - whatever it is
    """Nobody carries rotations out."""
    return ""


class GoneError(Exception):
    """The card's message cannot be edited or replied to any more."""


class CannotLookError(Exception):
    """Whether the message arrived could not be found out this time, because of ``unable``."""

    def __init__(self, unable: Unable) -> None:
        super().__init__(str(unable))
        self.unable = unable


class Delivery:
    """The one deliverer. ``channel``: id of the channel that gets the cards; ``link``: to the card of a rotation, by its run's id.

    ``client`` must not retry by itself (``retry_handlers=[]``): a repeated chat.postMessage is a second message.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        store: Store,
        clock: Clock,
        channel: str,
        *,
        views: Views = alert,
        link: Callable[[str], Awaitable[str]] = no_link,
    ) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._channel = channel
        self._views = views
        self._link = link
        self._bell = Bell()
        self._stopping = False
        self._quiet_until: datetime | None = None
        self._failures: dict[str, Unable] = {}
        self._backlog = Backlog()
        self._awaited: dict[str, list[asyncio.Future[Place]]] = {}
        self._said_at: datetime | None = None

    def ring(self) -> None:
        """There is something to say. Returns at once."""
        self._bell.ring()

    def stop(self) -> None:
        """Let :meth:`run` return after the call in flight. What is left stays in the outbox."""
        self._stopping = True
        self._bell.ring()

    async def run(self) -> None:
        """Deliver whenever rung, and whenever something falls due, until stopped."""
        while not self._stopping:
            try:
                due_at = await self.deliver_pending()
            except Unable as error:
                log.warning("delivery cannot read the outbox", error=str(error), hint=error.hint)
                due_at = self._clock.now() + sending.FIRST_RETRY
            await self._rest(due_at)

    async def deliver_pending(self) -> datetime | None:
        """Say everything that may be said now. Returns when the next may be tried, None when nothing waits.

        Raises only what the store raises.
        """
        while not self._stopping and not self._is_quiet():
            outgoing = await self._store.claim_next(self._clock.now())
            if outgoing is None:
                break
            await self._deliver(outgoing)
        self._backlog = await self._store.backlog()
        due_at, quiet_until = self._backlog.due_at, self._quiet_until
        return max(due_at, quiet_until) if due_at and quiet_until else due_at

    def troubles(self) -> tuple[str, ...]:
        """Why cards do not reach the channel, for people; () when they do, or when Slack merely asked to wait."""
        lasting = [error for error in self._failures.values() if not isinstance(error, Throttled)]
        return tuple(dict.fromkeys(f"{error} {error.hint}".strip() for error in lasting))

    def backlog(self) -> Backlog:
        """What waited after the last round."""
        return self._backlog

    def said_at(self) -> datetime | None:
        """When Slack last took something; None while it has not, since the start."""
        return self._said_at

    def arrival(self, cause: str) -> asyncio.Future[Place]:
        """Where the next thing that is said about a cause, from now on, will stand."""
        awaited: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        self._awaited.setdefault(cause, []).append(awaited)
        return awaited

    async def _rest(self, due_at: datetime | None) -> None:
        span = LONGEST_REST if due_at is None else min(max(due_at - self._clock.now(), SHORTEST_REST), LONGEST_REST)
        with suppress(TimeoutError):
            async with asyncio.timeout(span.total_seconds()):
                await self._bell.heard()

    def _is_quiet(self) -> bool:
        return self._quiet_until is not None and self._clock.now() < self._quiet_until

    async def _deliver(self, outgoing: Outgoing) -> None:
        announcement = outgoing.announcement
        event = log.bind(cause=announcement.card.cause, reason=announcement.reason.value, effect=outgoing.effect.value)
        try:
            place = await self._say(outgoing)
        except GoneError as error:
            event.warning("the card's message is gone: posting it anew", why=str(error))
            await self._store.repost(outgoing)
        except CannotLookError as error:
            await self._put_off(outgoing, error.unable, in_doubt=False)  # this attempt changed nothing; the earlier doubt stays
        except Unable as error:
            if isinstance(error, Throttled | Unauthenticated):
                self._quiet_until = self._clock.now() + sending.patience(outgoing.attempts, error)  # holds for every card
            await self._put_off(outgoing, error, in_doubt=not refusals.is_certain(error))
        except Exception as error:  # noqa: BLE001 - the border: one bug must not silence every other card
            event.exception("delivery broke")
            await self._put_off(outgoing, Malformed(f"The delivery itself broke ({type(error).__name__})."), in_doubt=True)
        else:
            await self._store.settle(outgoing, Delivered(place))
            self._settled(announcement.card.cause, place)
            event.info("said", channel=place.channel, ts=place.ts)

    def _settled(self, cause: str, place: Place) -> None:
        self._failures.pop(cause, None)
        self._said_at = self._clock.now()
        for awaited in self._awaited.pop(cause, ()):
            if not awaited.done():  # nobody waits for it any longer
                awaited.set_result(place)

    async def _put_off(self, outgoing: Outgoing, error: Unable, *, in_doubt: bool) -> None:
        cause = outgoing.announcement.card.cause
        self._failures[cause] = error
        until = self._clock.now() + sending.patience(outgoing.attempts, error)
        log.warning("not said", cause=cause, error=str(error), hint=error.hint, until=until.isoformat(), attempts=outgoing.attempts + 1)
        await self._store.postpone(outgoing, until, str(error), in_doubt=in_doubt)

    async def _say(self, outgoing: Outgoing) -> Place:
        place = outgoing.place
        if place is None or outgoing.effect is Effect.POST:
            return await self._post(outgoing)
        if place.channel != self._channel:
            raise GoneError(f"it stands in {place.channel}, cards now go to {self._channel}")
        try:
            await (self._reply(outgoing, place) if outgoing.effect is Effect.REPLY else self._edit(outgoing, place))
        except Unable as error:
            if refusals.is_gone(error):
                raise GoneError(str(error)) from error
            raise
        return place

    async def _post(self, outgoing: Outgoing) -> Place:
        found = await self._found(outgoing, self._channel, None)
        if found:
            return Place(self._channel, found)
        answer = await sending.send(
            self._client, "chat.postMessage", await self._card(outgoing), {"channel": self._channel, **_marked(outgoing)}
        )
        return web_api.place(answer, self._channel)

    async def _edit(self, outgoing: Outgoing, place: Place) -> None:
        # Twice is as good as once: no need to look.
        await sending.send(self._client, "chat.update", await self._card(outgoing), {"channel": place.channel, "ts": place.ts})

    async def _reply(self, outgoing: Outgoing, place: Place) -> None:
        if not await self._found(outgoing, place.channel, place):
            message = _rendered(lambda: self._views.reply(outgoing.announcement))
            where = {"channel": place.channel, "thread_ts": place.ts, "reply_broadcast": True, **_marked(outgoing)}
            await sending.send(self._client, "chat.postMessage", message, where)

    async def _found(self, outgoing: Outgoing, channel: str, thread: Place | None) -> str:
        """The ts at which the message arrived in an earlier attempt, "" when it did not or cannot be known."""
        if outgoing.first_begun_at is None:
            return ""
        try:
            found = await arrivals.find(self._client, outgoing.id, outgoing.first_begun_at, channel, thread)
        except Unable as error:
            if outgoing.attempts < MOST_LOOKS and isinstance(error, Transient):
                raise CannotLookError(error) from error
            log.warning("cannot look whether it arrived: it may be said twice", error=str(error), hint=error.hint)
            return ""
        for ts in found[1:]:
            await self._delete(channel, ts)
        return found[0] if found else ""

    async def _delete(self, channel: str, ts: str) -> None:
        try:
            await web_api.write(self._client, "chat.delete", {"channel": channel, "ts": ts})
        except Unable as error:
            log.warning("a duplicate stays", error=str(error), channel=channel, ts=ts)

    async def _card(self, outgoing: Outgoing) -> Message:
        announcement = outgoing.announcement
        link = await self._linked(announcement.card)
        message = _rendered(lambda: self._views.card(announcement.card, announcement.cluster, self._clock.now(), link))
        return fallback.posted_anew(message) if outgoing.is_repost else message

    async def _linked(self, card: Card) -> str:
        """An alert waits for a link only so long, and is told without one."""
        if card.rotating is None:
            return ""
        try:
            async with asyncio.timeout(LINK_SECONDS):
                return await self._link(card.rotating.run)
        except (BotError, TimeoutError) as error:
            log.info("no link to the rotation", error=str(error))
            return ""


def _rendered(render: Callable[[], Message]) -> Message:
    try:
        return render()
    except Exception:
        # The border to the views: a bug there must not swallow an alert.
        log.exception("a view broke")
        return fallback.unshowable()


def _marked(outgoing: Outgoing) -> dict[str, object]:
    return {"metadata": arrivals.mark(outgoing.id, outgoing.announcement.card.cause)}
