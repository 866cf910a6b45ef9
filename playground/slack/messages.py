"""Messages, their edits and their threads, with timestamps that are unique and only ever increase."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from playground.slack.clock import Clock
from playground.slack.errors import Payload, SlackError
from playground.slack.people import APP, BOT_ID, BOT_USER, HOME_TEAM


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What a message said before an edit, and the moment (a Slack ts) at which the edit replaced it."""

    text: str
    blocks: tuple[Payload, ...]
    replaced_at: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message in its present form; `visible_to` names the only reader of an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: tuple[Payload, ...] = ()
    attachments: tuple[Payload, ...] = ()
    files: tuple[Payload, ...] = ()
    metadata: Payload | None = None
    thread_ts: str = ""
    is_broadcast: bool = False
    visible_to: str = ""
    origin: str = ""
    editions: tuple[Edition, ...] = ()
    reactions: tuple[tuple[str, str], ...] = ()
    is_deleted: bool = False

    @property
    def is_reply(self) -> bool:
        """Whether it lives inside a thread, below its parent."""
        return bool(self.thread_ts) and self.thread_ts != self.ts

    @property
    def all_blocks(self) -> tuple[Payload, ...]:
        """Its blocks, those inside attachments included, in reading order."""
        return (*self.blocks, *(block for attachment in self.attachments for block in attachment.get("blocks") or ()))

    @property
    def everything(self) -> str:
        """Its text and the JSON of its blocks in one string, to search in."""
        return f"{self.text}\n{self.blocks}\n{self.attachments}"

    def payload(self, *, with_metadata: bool = True) -> Payload:
        """The `message` object of Web API answers and of interaction payloads."""
        body: Payload = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": HOME_TEAM}
        if self.user == BOT_USER:
            body |= {"bot_id": BOT_ID, "app_id": APP}
        listed = {"blocks": self.blocks, "attachments": self.attachments, "files": self.files}
        body |= {key: list(value) for key, value in listed.items() if value}
        optional = {
            "thread_ts": self.thread_ts,
            "subtype": "thread_broadcast" if self.is_broadcast else "",
            "edited": {"user": self.user, "ts": self.editions[-1].replaced_at} if self.editions else None,
            "metadata": self.metadata if with_metadata else None,
            "reactions": self._reaction_summary(),
        }
        return body | {key: value for key, value in optional.items() if value}

    def _reaction_summary(self) -> list[Payload]:
        names = dict.fromkeys(name for name, _ in self.reactions)
        by_name = {name: [user for other, user in self.reactions if other == name] for name in names}
        return [{"name": name, "users": users, "count": len(users)} for name, users in by_name.items()]


@dataclass
class Messages:
    """Every message ever written, in order of ts."""

    clock: Clock
    _by_key: dict[tuple[str, str], Message] = field(default_factory=dict)
    _last_microsecond: int = 0

    def __iter__(self) -> Iterator[Message]:
        """All messages, oldest first, deleted and ephemeral ones included."""
        return iter(tuple(self._by_key.values()))

    def next_ts(self) -> str:
        """A ts of this moment that no other message has, later than every one before it."""
        moment = int(self.clock.now().timestamp() * 1_000_000)
        self._last_microsecond = max(self._last_microsecond + 1, moment)
        seconds, microseconds = divmod(self._last_microsecond, 1_000_000)
        return f"{seconds}.{microseconds:06d}"

    def add(self, message: Message) -> Message:
        """Keep a new message; a reply also marks its parent as the head of a thread."""
        if message.is_reply and not message.visible_to:
            parent = self.find(message.channel, message.thread_ts)
            self.put(replace(parent, thread_ts=parent.ts))
        return self.put(message)

    def find(self, channel: str, ts: str) -> Message:
        """The visible message with this ts; refuses with `message_not_found` when deleted, ephemeral or unknown."""
        message = self._by_key.get((channel, ts))
        if message is None or message.is_deleted or message.visible_to:
            raise SlackError("message_not_found")
        return message

    def current(self, message: Message) -> Message:
        """The present form of a message seen earlier, ephemeral and deleted ones included."""
        return self._by_key[(message.channel, message.ts)]

    def at(self, channel: str, ts: str) -> Message | None:
        """Whatever is kept under this ts, ephemeral and deleted ones included."""
        return self._by_key.get((channel, ts))

    def edit(self, old: Message, new: Message) -> Message:
        """Put `new` in the place of `old`, remembering what the old one said."""
        past = Edition(text=old.text, blocks=old.blocks, replaced_at=self.next_ts())
        return self.put(replace(new, editions=(*old.editions, past)))

    def put(self, message: Message) -> Message:
        """Overwrite without a trace in the editions (reactions, file processing)."""
        self._by_key[(message.channel, message.ts)] = message
        return message

    def delete(self, message: Message) -> None:
        """Take the message away from every reader; it stays here, marked."""
        self.put(replace(message, is_deleted=True))

    def clear(self) -> None:
        """Forget every message there ever was, and with them the latest ts: time may begin anew."""
        self._by_key.clear()
        self._last_microsecond = 0

    def forget_ephemerals(self, user: str) -> None:
        """Take away whatever only `user` could read."""
        for message in self:
            if message.visible_to == user:
                self.delete(message)

    def in_channel(self, channel: str) -> tuple[Message, ...]:
        """What everybody in the channel can read, threads included, oldest first."""
        return tuple(m for m in self if m.channel == channel and not m.visible_to and not m.is_deleted)

    def thread(self, channel: str, thread_ts: str) -> tuple[Message, ...]:
        """The parent and its replies, oldest first."""
        return tuple(m for m in self.in_channel(channel) if thread_ts in (m.ts, m.thread_ts))

    def ephemeral(self, channel: str, user: str) -> tuple[Message, ...]:
        """What only `user` can read in the channel."""
        return tuple(m for m in self if m.channel == channel and m.visible_to == user and not m.is_deleted)
