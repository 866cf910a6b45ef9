"""Where an element stands: in a message that somebody can see, or in a view that somebody has before them."""

from collections.abc import Sequence
from dataclasses import dataclass

from playground.slack.directory import Channel
from playground.slack.errors import ImpossibleError, Payload
from playground.slack.messages import Message
from playground.slack.people import User
from playground.slack.view_store import View
from playground.slack.widgets import state_of
from playground.slack.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Holder:
    """`channel` is None for a view. `name` is how it is called towards whoever drives the emulator."""

    key: str
    name: str
    blocks: Sequence[Payload]
    channel: Channel | None = None
    message: Message | None = None
    view: View | None = None

    def payload(self, values: dict[str, Payload]) -> Payload:
        """Its part of an interaction payload; `values` are the state of its elements."""
        if self.view is not None:
            view = self.view.payload() | {"state": {"values": values}}
            return {"container": {"type": "view", "view_id": self.view.id}, "view": view}
        message, channel = self.message, self.channel
        assert message is not None  # noqa: S101 - either of the two
        assert channel is not None  # noqa: S101 - either of the two
        told: Payload = {"container": container(message), "channel": place(channel), "state": {"values": values}}
        # Slack leaves the message out when it was ephemeral: the bot must not count on it.
        return told | ({} if message.visible_to else {"message": message.payload()})


def in_message(workspace: Workspace, user: User, message: Message) -> Holder:
    """The message as it is now. Impossible for who is not there or cannot see it."""
    message = workspace.messages.current(message)
    channel = workspace.directory.channel(message.channel)
    require_present(user, channel)
    if message.is_deleted or message.visible_to not in {"", user.id}:
        raise ImpossibleError(f"{user.name} cannot see message {message.ts}")
    return Holder(
        key=f"{message.channel}/{message.ts}",
        name=f"message {message.ts}",
        blocks=message.all_blocks,
        channel=channel,
        message=message,
    )


def in_view(workspace: Workspace, user: User, view_id: str) -> Holder:
    """The modal on top of this person's screen or their Home tab. Impossible for another one's."""
    view = workspace.views.find(view_id=view_id)
    if view.user != user.id:
        raise ImpossibleError(f"{user.name} has no view {view_id} open")
    if view not in (*workspace.views.stacks.get(user.id, [])[-1:], workspace.views.homes.get(user.id)):
        raise ImpossibleError(f"another modal lies over view {view_id}")
    return Holder(key=view.id, name=f"view {view.id}", blocks=view.definition["blocks"], view=view)


def state(workspace: Workspace, user: User, holder: Holder) -> dict[str, Payload]:
    """What this person's client shows in the elements of the holder."""
    return state_of(holder.blocks, workspace.choices.of(holder.key, user.id))


def require_present(user: User, channel: Channel) -> None:
    """Impossible for accounts that can do nothing, and for those who are not in the channel."""
    if user.deleted or user.is_bot:
        raise ImpossibleError(f"{user.name} cannot do anything: deactivated, or not a person")
    if user.id not in channel.members:
        raise ImpossibleError(f"{user.name} is not in {channel.name or channel.id}")


def place(channel: Channel) -> Payload:
    """The `channel` of an interaction."""
    return {"id": channel.id, "name": channel_name(channel)}


def channel_name(channel: Channel) -> str:
    """What payloads call it: private ones have no name there."""
    if channel.im_user:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def container(message: Message) -> Payload:
    """The `container` of an interaction with a message."""
    told: Payload = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": bool(message.visible_to),
    }
    return told | ({"thread_ts": message.thread_ts} if message.thread_ts else {})
