"""The one object that tests and the page hold: starts the server, makes gestures, shows what came of them."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from types import TracebackType
from typing import Self

from aiohttp import web

from playground.slack import control, server
from playground.slack.clock import Clock, SystemClock
from playground.slack.directory import Channel
from playground.slack.envelope import Envelope
from playground.slack.errors import Payload
from playground.slack.events import Delivery, Events
from playground.slack.faults import Faults
from playground.slack.gesture import Gesture, Hands
from playground.slack.gestures import Gestures
from playground.slack.holders import in_message, in_view
from playground.slack.http_mode import SIGNING_SECRET, HttpMode
from playground.slack.journal import Journal
from playground.slack.limits import Limits
from playground.slack.loopback import require_loopback
from playground.slack.messages import Message, Messages
from playground.slack.people import BOT_USER, User
from playground.slack.seen import Seen
from playground.slack.socket_mode import SocketMode
from playground.slack.tickets import Tickets
from playground.slack.view_gestures import ViewGestures
from playground.slack.widgets import Pressed
from playground.slack.workspace import APP_TOKEN, BOT_TOKEN, Workspace

HOST = "127.0.0.1"
AddRoutes = Callable[[web.Application, "SlackEmulator"], None]


class SlackEmulator(Seen):
    """A strict Slack workspace on loopback: `async with SlackEmulator() as slack: ...`.

    `ack_timeout` is real time; everything else that ages does so on `clock`. `routes` put more onto the same server.
    Users and channels are given as values, ids or names throughout.
    """

    bot_token = BOT_TOKEN
    app_token = APP_TOKEN
    bot_user = BOT_USER
    signing_secret = SIGNING_SECRET
    faults: Faults

    def __init__(
        self,
        *,
        port: int = 0,
        clock: Clock | None = None,
        ack_timeout: timedelta = timedelta(seconds=3),
        rate_limits: bool = False,
        commands: tuple[str, ...] = (),
        routes: tuple[AddRoutes, ...] = (),
    ) -> None:
        time, journal = clock or SystemClock(), Journal()
        envelopes: list[Envelope] = []
        self._port, self._routes = port, routes
        self.journal = journal
        self.workspace = Workspace(
            clock=time,
            journal=journal,
            sockets=SocketMode(time, journal, lambda sent: next((e for e in envelopes if e.id == sent), None), ack_timeout),
            envelopes=envelopes,
            limits=Limits(time, enabled=rate_limits),
            messages=Messages(time),
            tickets=Tickets(time),
        )
        self.faults = self.workspace.faults
        self.hands = Hands(self.workspace)
        self._gestures, self._views = Gestures(self.hands, commands), ViewGestures(self.hands)
        self._stack = AsyncExitStack()
        self._tasks = asyncio.TaskGroup()
        self._events = Events(self.workspace, self._tasks)

    async def __aenter__(self) -> Self:
        """Listen on loopback."""
        require_loopback(HOST)
        await self._stack.enter_async_context(self._tasks)
        app = server.build(self.workspace)
        for add_routes in (control.add_routes, *self._routes):
            add_routes(app, self)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, HOST, self._port)
        await site.start()
        self._stack.push_async_callback(self.workspace.sockets.close)
        self.workspace.url = f"http://{HOST}:{runner.addresses[0][1]}"
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop redelivering, close the sockets, stop listening."""
        self._events.stop()
        await self._stack.aclose()

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return self.workspace.url

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL and `base_url` want."""
        return f"{self.workspace.url}/api/"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a bot at this workspace."""
        return {"SLACK_API_URL": self.api_url, "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}

    async def over_http(self, url: str) -> HttpMode:
        """Deliver by signed POSTs to `url` from now on. ImpossibleError when the app does not answer its `url_verification`."""
        mode = HttpMode(url=url, journal=self.journal, ack_timeout=self.workspace.sockets.ack_timeout)
        await mode.verify()
        self.workspace.http = mode
        return mode

    def over_sockets(self) -> None:
        """Deliver over the app's sockets again."""
        self.workspace.http = None

    # What people do.

    async def slash(self, user: User | str, channel: Channel | str, command: str, text: str = "") -> Gesture:
        """Type a slash command; returns after ack or deadline."""
        return await self._gestures.slash(self.user(user), self.channel(channel), command, text)

    async def click(
        self, user: User | str, message: Message, action_id: str, *, confirmed: bool = True, option: str | Sequence[str] = ""
    ) -> Gesture:
        """Press a button of a message, or pick `option` of a menu or picker (several: a list); returns after ack or deadline."""
        person = self.user(user)
        holder = in_message(self.workspace, person, message)
        return await self._gestures.use(person, holder, Pressed(action_id=action_id, option=option, confirmed=confirmed))

    async def press(self, user: User | str, view_id: str, pressed: Pressed) -> Gesture:
        """The same in a modal or in the Home tab."""
        person = self.user(user)
        return await self._gestures.use(person, in_view(self.workspace, person, view_id), pressed)

    async def suggest(self, user: User | str, where: Message | str, action_id: str, query: str) -> Gesture:
        """Type `query` into an external menu of a message, or of a view by its id; the gesture holds the options."""
        person = self.user(user)
        look = in_view(self.workspace, person, where) if isinstance(where, str) else in_message(self.workspace, person, where)
        return await self._gestures.suggest(person, look, action_id, query)

    async def shortcut(self, user: User | str, callback_id: str, message: Message | None = None) -> Gesture:
        """Pick a global shortcut, or one of a message; returns after ack or deadline."""
        person = self.user(user)
        if message is None:
            return await self._gestures.shortcut(person, callback_id)
        return await self._gestures.message_shortcut(person, message, callback_id)

    async def submit(self, user: User | str, view_id: str, values: Payload | None = None) -> Gesture:
        """Submit an open modal with `values`: block_id -> action_id -> state."""
        return await self._views.submit(self.user(user), view_id, values or {})

    async def close_view(self, user: User | str, view_id: str, *, everything: bool = False) -> Gesture:
        """Close an open modal without submitting it, or `everything` that lies below it, too."""
        return await self._views.close(self.user(user), view_id, everything=everything)

    def say(self, user: User | str, channel: Channel | str, text: str, thread_ts: str = "") -> Message:
        """Write a message as a person, without any event to the bot."""
        author, place = self.user(user), self.channel(channel)
        message = Message(
            channel=place.id,
            ts=self.workspace.messages.next_ts(),
            user=author.id,
            text=text,
            thread_ts=thread_ts,
        )
        self.workspace.messages.add(message)
        self.journal.changes.announce()
        return message

    async def mention(self, user: User | str, channel: Channel | str, text: str, thread_ts: str = "") -> Delivery:
        """Write `@bot text`; the bot hears of it when it is in the channel. Returns after the first attempt."""
        said = self.say(user, channel, f"<@{BOT_USER}> {text}", thread_ts)
        event: Payload = {
            "type": "app_mention",
            "user": said.user,
            "text": said.text,
            "ts": said.ts,
            "channel": said.channel,
            "event_ts": said.ts,
            "team": self.user(user).team_id,
        }
        if BOT_USER not in self.channel(channel).members:
            return Delivery(event_id="", payload=event, is_over=True)
        return await self.event(event | ({"thread_ts": thread_ts} if thread_ts else {}))

    async def event(self, event: Payload) -> Delivery:
        """Send any event; returns after the first attempt, redelivery goes on in the background."""
        return await self._events.send(event)

    async def redeliver(self, delivery: Delivery) -> Envelope:
        """Send an acked event again, as Slack sometimes does."""
        return await self._events.again(delivery)

    async def open_home(self, user: User | str) -> Delivery:
        """Open the bot's App Home tab."""
        person = self.user(user)
        channel = self.workspace.directory.im_with(person)
        event: Payload = {"type": "app_home_opened", "user": person.id, "channel": channel.id, "tab": "home"}
        home = self.workspace.views.homes.get(person.id)
        event |= {"view": home.payload()} if home else {}
        return await self.event(event | {"event_ts": self.workspace.messages.next_ts()})

    # What the host does.

    def grant(self, *scopes: str) -> None:
        """Give the app scopes, e.g. `*HISTORY_SCOPES`."""
        self.workspace.scopes.update(scopes)

    def revoke(self, *scopes: str) -> None:
        """Take scopes away from the app."""
        self.workspace.scopes.difference_update(scopes)

    def archive(self, channel: Channel | str, *, archived: bool = True) -> None:
        """Archive a channel, or bring it back."""
        self.workspace.directory.change(self.channel(channel), is_archived=archived)
        self.journal.changes.announce()

    def invite(self, channel: Channel | str, user: User | str = BOT_USER) -> None:
        """Make somebody (the bot) a member."""
        place = self.channel(channel)
        self.workspace.directory.change(place, members=place.members | {self.user(user).id})
        self.journal.changes.announce()

    def kick(self, channel: Channel | str, user: User | str = BOT_USER) -> None:
        """Remove somebody (the bot) from a channel."""
        place = self.channel(channel)
        self.workspace.directory.change(place, members=place.members - {self.user(user).id})
        self.journal.changes.announce()

    def delete(self, message: Message) -> None:
        """Delete a message behind the bot's back."""
        self.workspace.messages.delete(self.now(message))
        self.journal.changes.announce()

    def reload(self, user: User | str) -> None:
        """Restart somebody's client: their ephemeral messages are gone."""
        self.workspace.messages.forget_ephemerals(self.user(user).id)
        self.journal.changes.announce()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Announce the end of every socket: `warning`, `refresh_requested` or `link_disabled`."""
        await self.workspace.sockets.disconnect(reason)

    def refresh_sockets_after(self, lifetime: timedelta | None) -> None:
        """Let every socket that opens from now on live so long on `clock`, its end announced ten seconds ahead; None: for ever."""
        self.workspace.sockets.lifetime = lifetime

    def drop_sockets(self) -> int:
        """Cut every socket without a word; returns how many there were."""
        return self.workspace.sockets.drop()
