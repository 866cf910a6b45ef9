"""The whole state of one emulated workspace, and the questions that several methods ask about it."""

from dataclasses import dataclass, field

from playground.slack.choices import Choices
from playground.slack.clock import Clock
from playground.slack.directory import Channel, Directory
from playground.slack.envelope import Envelope, Transport
from playground.slack.errors import Payload, SlackError
from playground.slack.faults import Faults
from playground.slack.files import Files
from playground.slack.journal import Journal
from playground.slack.limits import Limits
from playground.slack.messages import Messages
from playground.slack.people import BOT_USER
from playground.slack.socket_mode import SocketMode
from playground.slack.tickets import Tickets
from playground.slack.view_store import Views

BOT_TOKEN = "xoxb-playground-bot-token"
APP_TOKEN = "xapp-playground-app-token"

# The name under which the loss of a delivery is planned, as faults of a method are under the method's name.
LOST = "envelope"

HISTORY_SCOPES = frozenset({"channels:history", "groups:history", "im:history"})
DEFAULT_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "files:write",
        "groups:read",
        "im:read",
        "im:write",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)


@dataclass(kw_only=True)
class Workspace:
    """Everything that exists on the emulated side; the methods read and change it."""

    clock: Clock
    journal: Journal
    sockets: SocketMode
    envelopes: list[Envelope]
    limits: Limits
    messages: Messages
    tickets: Tickets
    directory: Directory = field(default_factory=Directory)
    faults: Faults = field(default_factory=Faults)
    views: Views = field(default_factory=Views)
    files: Files = field(default_factory=Files)
    choices: Choices = field(default_factory=Choices)
    scopes: set[str] = field(default_factory=lambda: set(DEFAULT_SCOPES))
    url: str = ""
    http: Transport | None = None

    async def deliver(self, kind: str, payload: Payload, retry: tuple[int, str] = (0, "")) -> Envelope:
        """Send to the app, over HTTP when it has a request URL, else over one of its sockets; returns after ack or deadline."""
        attempt, reason = retry
        envelope = Envelope(kind=kind, payload=payload, sent_at=self.clock.now(), retry_attempt=attempt, retry_reason=reason)
        self.envelopes.append(envelope)
        if self.faults.take_only(LOST) is not None:
            envelope.way = "http" if self.http else "socket"
            envelope.outcome = "connection_failed"
            if self.http is None:
                self.sockets.drop_next()
        else:
            await (self.http or self.sockets).send(envelope)
        self.journal.changes.announce()
        return envelope

    def clear(self) -> None:
        """Forget everything that anybody could read, and how it came about. People and channels stay."""
        self.messages.clear()
        self.views.clear()
        self.envelopes.clear()
        self.journal.clear()

    def require_scope(self, *any_of: str) -> None:
        """Refuse with `missing_scope` unless one of the scopes is granted (no scopes asked: fine)."""
        if any_of and not self.scopes.intersection(any_of):
            raise SlackError("missing_scope", needed=",".join(any_of), provided=",".join(sorted(self.scopes)))

    def seen_by_bot(self, channel_id: str) -> Channel:
        """A channel that the bot can know of; private ones without the bot do not exist for it."""
        channel = self.directory.channels.get(channel_id)
        if channel is None or (channel.is_private and BOT_USER not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def writable_by_bot(self, channel_id: str) -> Channel:
        """A channel that the bot may post into: living, and with the bot in it (or public, with chat:write.public)."""
        channel = self.seen_by_bot(channel_id)
        if channel.is_archived:
            raise SlackError("is_archived")
        if BOT_USER not in channel.members and "chat:write.public" not in self.scopes:
            raise SlackError("not_in_channel")
        return channel


def page(items: list[Payload], name: str, cursor: str, limit: int) -> Payload:
    """One page of a list as Slack cuts it; refuses with `invalid_limit` or `invalid_cursor`."""
    if not 1 <= limit <= 1000:
        raise SlackError("invalid_limit")
    try:
        start = int(cursor.removeprefix("cursor:")) if cursor else 0
    except ValueError as error:
        raise SlackError("invalid_cursor") from error
    end = start + limit
    following = f"cursor:{end}" if end < len(items) else ""
    return {name: items[start:end], "response_metadata": {"next_cursor": following}}
