"""The one object that tests and the page hold: starts the server, makes gestures, shows what came of them."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from playground.slack import control, server
from playground.slack.clock import Clock, SystemClock
from playground.slack.directory import Channel
from playground.slack.errors import Payload
from playground.slack.events import Delivery, Events
from playground.slack.faults import Faults
from playground.slack.gestures import Gesture, Gestures
from playground.slack.journal import Call, Journal, Ping, Violation
from playground.slack.limits import Limits
from playground.slack.messages import Message, Messages
from playground.slack.people import BOT_USER, User
from playground.slack.socket_mode import Envelope, SocketMode
from playground.slack.tickets import Tickets
from playground.slack.transcript import transcript
from playground.slack.widgets import Pressed
from playground.slack.workspace import APP_TOKEN, BOT_TOKEN, Workspace

T = TypeVar("T")
HOST = "127.0.0.1"
AddRoutes = Callable[[web.Application, "SlackEmulator"], None]


class SlackEmulator:
    """A strict Slack workspace on loopback: `async with SlackEmulator() as slack: ...`.

    `ack_timeout` is real time; everything else that ages does so on `clock`. `routes` put more onto the same server.
    Users and channels are given as values, ids or names throughout.
    """

    bot_token = BOT_TOKEN
    app_token = APP_TOKEN
    bot_user = BOT_USER
    journal: Journal
    workspace: Workspace
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
        self._port, self._routes = port, routes
        self.journal = journal
        self.workspace = Workspace(
            clock=time,
            journal=journal,
            sockets=SocketMode(time, journal, ack_timeout),
            limits=Limits(time, enabled=rate_limits),
            messages=Messages(time),
            tickets=Tickets(time),
        )
        self.faults = self.workspace.faults
        self._gestures = Gestures(self.workspace, commands)
        self._stack = AsyncExitStack()
        self._tasks = asyncio.TaskGroup()
        self._events = Events(self.workspace, self._tasks)

    async def __aenter__(self) -> Self:
        """Listen on loopback."""
        server.require_loopback(HOST)
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

    # What people do.

    async def slash(self, user: User | str, channel: Channel | str, command: str, text: str = "") -> Gesture:
        """Type a slash command; returns after ack or deadline."""
        return await self._gestures.slash(self.user(user), self.channel(channel), command, text)

    async def click(self, user: User | str, message: Message, action_id: str, *, confirmed: bool = True, option: str = "") -> Gesture:
        """Press a button, or pick `option` of a menu; returns after ack or deadline."""
        person = self.user(user)
        return await self._gestures.click(person, message, action_id, confirmed=confirmed, option=option)

    async def press(self, user: User | str, view_id: str, pressed: Pressed) -> Gesture:
        """Press a button of a modal or Home tab, or pick an option there; returns after ack or deadline."""
        return await self._gestures.press(self.user(user), view_id, pressed)

    async def submit(self, user: User | str, view_id: str, values: Payload | None = None) -> Gesture:
        """Submit an open modal with `values`: block_id -> action_id -> state."""
        return await self._gestures.submit(self.user(user), view_id, values or {})

    async def close_view(self, user: User | str, view_id: str) -> Gesture:
        """Close an open modal without submitting it."""
        return await self._gestures.close_view(self.user(user), view_id)

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
        event = {"type": "app_home_opened", "user": person.id, "channel": channel.id, "tab": "home"}
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

    def drop_sockets(self) -> int:
        """Cut every socket without a word; returns how many there were."""
        return self.workspace.sockets.drop()

    # What there is.

    def user(self, wanted: User | str) -> User:
        """A person by value, id or name."""
        return self.workspace.directory.user(wanted)

    def channel(self, wanted: Channel | str) -> Channel:
        """A channel as it is now, by value, id or name."""
        return self.workspace.directory.channel(wanted)

    @property
    def channels(self) -> dict[str, Channel]:
        """Channels by name, direct messages by id."""
        return {channel.name or channel.id: channel for channel in self.workspace.directory.channels.values()}

    def messages(self, channel: Channel | str, by: User | str = BOT_USER) -> tuple[Message, ...]:
        """What everybody can read in the channel from one author (the bot), replies included, oldest first."""
        author = self.user(by).id
        return tuple(m for m in self.workspace.messages.in_channel(self.channel(channel).id) if m.user == author)

    def thread(self, parent: Message) -> tuple[Message, ...]:
        """The replies below a message, oldest first."""
        return tuple(m for m in self.workspace.messages.thread(parent.channel, parent.ts) if m.is_reply)

    def ephemerals(self, channel: Channel | str, user: User | str) -> tuple[Message, ...]:
        """What only this person can read in the channel, oldest first."""
        return self.workspace.messages.ephemeral(self.channel(channel).id, self.user(user).id)

    def now(self, message: Message) -> Message:
        """A message seen earlier in its present form (edited, deleted, with reactions)."""
        return self.workspace.messages.current(message)

    def transcript(self) -> str:
        """The whole conversation as text, for a terminal or a failing test."""
        return transcript(self.workspace)

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every Web API call and response_url use, oldest first."""
        return tuple(self.journal.calls)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Everything that broke a rule."""
        return tuple(self.journal.violations)

    @property
    def pings(self) -> tuple[Ping, ...]:
        """Every text that rang at a whole channel or group."""
        return tuple(self.journal.pings)

    @property
    def envelopes(self) -> tuple[Envelope, ...]:
        """Every delivery over a socket."""
        return tuple(self.workspace.sockets.envelopes)

    @property
    def gestures(self) -> tuple[Gesture, ...]:
        """Every gesture of every person."""
        return tuple(self._gestures.made)

    @property
    def sockets(self) -> int:
        """How many sockets are open."""
        return len(self.workspace.sockets.sockets)

    async def wait_for(self, predicate: Callable[[], T], timeout_seconds: float = 5.0) -> T:
        """The first truthy value of `predicate`, asked again after every change here; raises TimeoutError."""
        return await self.journal.changes.wait_for(predicate, timeout_seconds)

    async def connected(self, sockets: int = 1, timeout_seconds: float = 5.0) -> None:
        """Wait until the bot has opened so many sockets."""
        await self.wait_for(lambda: self.sockets >= sockets, timeout_seconds)
