"""What there is to see in the workspace: for tests, for the page, for a terminal."""

from collections.abc import Callable
from typing import TypeVar

from playground.slack.directory import Channel
from playground.slack.envelope import Envelope
from playground.slack.gesture import Gesture, Hands
from playground.slack.journal import Call, Journal, Ping, Violation
from playground.slack.messages import Message
from playground.slack.people import BOT_USER, User
from playground.slack.transcript import transcript
from playground.slack.workspace import Workspace

T = TypeVar("T")


class Seen:
    """The looking half of the emulator. Users and channels are given as values, ids or names throughout."""

    journal: Journal
    workspace: Workspace
    hands: Hands

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
        """Every delivery to the app."""
        return tuple(self.workspace.envelopes)

    @property
    def gestures(self) -> tuple[Gesture, ...]:
        """Every gesture of every person."""
        return tuple(self.hands.made)

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
