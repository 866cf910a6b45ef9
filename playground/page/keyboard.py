"""What Slack's message box makes of a typed line: a slash command, a mention of the bot, or just a message."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.page.commands import Command
from playground.slack.directory import Channel
from playground.slack.errors import ImpossibleError, Payload
from playground.slack.gesture import Gesture
from playground.slack.messages import Message
from playground.slack.people import BOT_USER, User

if TYPE_CHECKING:
    from playground.slack.emulator import SlackEmulator

NAME = re.compile(r"(?<![\w<])@([\w.-]*\w)")
CHANNEL = re.compile(r"(?<![\w<&])#([\w-]*\w)")
LINK = re.compile(r"(?<![\w<|])https?://[^\s<>|]+[^\s<>|.,;:!?)]")
BROADCASTS = ("channel", "here", "everyone")
WORDS = {
    "operation_timeout": "{command} failed with the error “operation_timeout”: the app did not answer within three seconds.",
    "dispatch_failed": "{command} failed with the error “dispatch_failed”: the app is not connected, or its answer was refused.",
}
NO_COMMAND = "{command} is not a valid command. Put a space before the / to send it as a message."
NOT_IN_THREADS = "{command} is not supported in threads. Sorry!"
NOT_HERE = "You mentioned @{bot}, but they are not in this channel."


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The message box of every person. `commands` are those of the app's manifest."""

    slack: "SlackEmulator"
    commands: tuple[Command, ...]

    async def enter(self, user: User, channel: Channel, text: str, *, thread_ts: str = "", is_broadcast: bool = False) -> Payload:
        """Press Enter. The answer's `words` are what Slackbot says to this person alone, `offer` is `invite` or empty.

        Raises ImpossibleError where the box would not be there: archived, or not a member.
        """
        self._require_writable(user, channel)
        if not text.strip():
            return _said("")
        if text.startswith("/"):
            return await self._command(user, channel, text.rstrip(), is_in_thread=bool(thread_ts))
        message = self._write(user, channel, self.encode(text.strip()), thread_ts, is_broadcast=is_broadcast)
        return await self._ring(message, channel, user)

    def encode(self, text: str) -> str:
        """The text as Slack keeps it: names, channels and links in angle brackets, the three characters escaped."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        escaped = LINK.sub(lambda found: f"<{found.group()}>", escaped)
        return CHANNEL.sub(self._channel, NAME.sub(self._name, escaped))

    async def _command(self, user: User, channel: Channel, text: str, *, is_in_thread: bool) -> Payload:
        command, _, rest = text.partition(" ")
        if is_in_thread:
            return _said(NOT_IN_THREADS.format(command=command))
        if command == "/invite":
            return self._invite(channel, rest)
        known = next((one for one in self.commands if one.command == command), None)
        if known is None:
            return _said(NO_COMMAND.format(command=command))
        words = self.encode(rest.strip()) if known.should_escape else rest.strip()
        gesture = await self.slack.slash(user, channel, command, words)
        return _said(_complaint(gesture, command), gesture=gesture.id)

    def _invite(self, channel: Channel, rest: str) -> Payload:
        invited = self.slack.user(rest.strip().removeprefix("@"))
        self.slack.invite(channel, invited)
        return _said(f"@{invited.name} was added to #{channel.name}.")

    def _write(self, user: User, channel: Channel, text: str, thread_ts: str, *, is_broadcast: bool) -> Message:
        message = Message(
            channel=channel.id,
            ts=self.slack.workspace.messages.next_ts(),
            user=user.id,
            text=text,
            thread_ts=thread_ts,
            is_broadcast=is_broadcast and bool(thread_ts),
        )
        self.slack.workspace.messages.add(message)
        self.slack.journal.changes.announce()
        return message

    async def _ring(self, message: Message, channel: Channel, user: User) -> Payload:
        # In direct messages Slack sends no app_mention.
        if f"<@{BOT_USER}>" not in message.text or channel.im_user:
            return _said("")
        if BOT_USER not in channel.members:
            return _said(NOT_HERE.format(bot=self.slack.user(BOT_USER).name), offer="invite")
        event = {
            "type": "app_mention",
            "user": user.id,
            "text": message.text,
            "ts": message.ts,
            "channel": channel.id,
            "event_ts": message.ts,
            "team": user.team_id,
        }
        await self.slack.event(event | ({"thread_ts": message.thread_ts} if message.is_reply else {}))
        return _said("")

    def _require_writable(self, user: User, channel: Channel) -> None:
        if user.id not in channel.members or user.is_bot or user.deleted:
            raise ImpossibleError(f"{user.name} cannot write in {channel.name or channel.id}")
        if channel.is_archived:
            raise ImpossibleError(f"#{channel.name} is archived; nobody can write there")

    def _name(self, found: "re.Match[str]") -> str:
        wanted = found.group(1)
        if wanted in BROADCASTS:
            return f"<!{wanted}>"
        directory = self.slack.workspace.directory
        people = {user.name: f"<@{user.id}>" for user in directory.users.values()}
        groups = {group.handle: f"<!subteam^{group.id}>" for group in directory.groups.values()}
        return (groups | people).get(wanted, found.group())

    def _channel(self, found: "re.Match[str]") -> str:
        channels = {c.name: c.id for c in self.slack.workspace.directory.channels.values() if c.name}
        known = channels.get(found.group(1))
        return f"<#{known}|{found.group(1)}>" if known else found.group()


def _complaint(gesture: Gesture, command: str) -> str:
    if gesture.error == "invalid_command":
        return NO_COMMAND.format(command=command)
    return WORDS[gesture.error].format(command=command) if gesture.error in WORDS else ""


def _said(words: str, *, offer: str = "", gesture: str = "") -> Payload:
    return {"words": words, "offer": offer, "gesture": gesture}
