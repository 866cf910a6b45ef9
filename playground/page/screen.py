"""What one person sees of the workspace: their channels with what is new there, one channel open, modals, Home tab."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from playground.page import blame, pictures
from playground.slack.directory import Channel
from playground.slack.errors import Payload
from playground.slack.messages import Message
from playground.slack.people import BOT_USER, HOME_TEAM, User

if TYPE_CHECKING:
    from playground.slack.emulator import SlackEmulator

# Enough to tell what is new; a channel with more of it is simply "many".
RECENT = 99


def screen(slack: "SlackEmulator", reader: User, wanted: str) -> Payload:
    """Everything to draw for `reader` with the channel of id or name `wanted` open (their first when they have no such)."""
    home = slack.workspace.directory.im_with(reader)
    channels = [channel for channel in slack.workspace.directory.channels.values() if reader.id in channel.members]
    channel = next((c for c in channels if wanted in (c.id, c.name)), channels[0] if channels else home)
    views = slack.workspace.views
    return {
        "version": slack.journal.changes.version,
        "now": slack.workspace.clock.now().isoformat(),
        "sockets": slack.sockets,
        "me": reader.id,
        "bot": BOT_USER,
        "people": [person(slack, user) for user in slack.workspace.directory.users.values()],
        "groups": [{"id": group.id, "handle": group.handle} for group in slack.workspace.directory.groups.values()],
        "channels": [_channel(slack, one, reader) for one in channels],
        "channel": channel.id,
        "messages": [_message(slack, one) for one in _readable(slack, channel, reader)],
        "modals": [view.payload() for view in views.stacks.get(reader.id, ())],
        "home": views.homes[reader.id].payload() if reader.id in views.homes else None,
        "troubles": blame.troubles(slack.journal, channel.id),
        "faults": len(slack.journal.violations) + len(slack.journal.pings),
    }


def person(slack: "SlackEmulator", user: User) -> Payload:
    """Somebody, with the role that matters when they ask the bot for something."""
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "role": _role(slack, user),
        "is_bot": user.is_bot,
        "can_act": not (user.is_bot or user.deleted),
        "is_stranger": user.team_id != HOME_TEAM,
    }


def _role(slack: "SlackEmulator", user: User) -> str:
    kinds = {
        "App": user.is_bot,
        "Deactivated": user.deleted,
        "Stranger, another team": user.is_stranger or user.team_id != HOME_TEAM,
        "Guest of one channel": user.is_ultra_restricted,
        "Guest": user.is_restricted,
        "Admin": user.is_admin,
    }
    groups = (g.handle.removesuffix("s").title() for g in slack.workspace.directory.groups.values() if user.id in g.users)
    return next((word for word, is_so in kinds.items() if is_so), next(groups, "Member"))


def _channel(slack: "SlackEmulator", channel: Channel, reader: User) -> Payload:
    heads = [m for m in _readable(slack, channel, reader) if not m.is_deleted and (not m.is_reply or m.is_broadcast)]
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "is_archived": channel.is_archived,
        "is_shared": channel.is_ext_shared,
        "has_bot": BOT_USER in channel.members,
        "members": len(channel.members),
        "news": [{"ts": m.ts, "for_me": bool(channel.im_user) or f"<@{reader.id}" in m.text} for m in heads if m.user != reader.id][
            -RECENT:
        ],
    }


def _readable(slack: "SlackEmulator", channel: Channel, reader: User) -> list[Message]:
    """Living messages, and deleted ones whose thread lives on."""
    seen = [m for m in slack.workspace.messages if m.channel == channel.id and m.visible_to in {"", reader.id}]
    heads = {m.thread_ts for m in seen if m.is_reply and not m.is_deleted}
    return [m for m in seen if not m.is_deleted or (m.ts in heads and not m.visible_to)]


def _message(slack: "SlackEmulator", message: Message) -> Payload:
    shown: Payload = {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "thread_ts": message.thread_ts,
        "is_reply": message.is_reply,
        "is_broadcast": message.is_broadcast,
        "is_ephemeral": bool(message.visible_to),
        "is_deleted": message.is_deleted,
    }
    if message.is_deleted:
        return shown
    return shown | {
        "text": message.text,
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
        "files": [_file(slack, file) for file in message.files],
        "reactions": message.payload().get("reactions", []),
        "edited_at": _moment(message.editions[-1].replaced_at) if message.editions else "",
    }


def _file(slack: "SlackEmulator", file: Payload) -> Payload:
    kept = slack.workspace.files.by_id.get(file["id"])
    content = kept.content if kept and kept.content else b""
    kind = "picture" if pictures.kind_of(content) else "text" if pictures.is_text(content) else "other"
    return {key: file[key] for key in ("id", "name", "title", "size")} | {"url": f"/page/files/{file['id']}", "kind": kind}


def _moment(ts: str) -> Any:
    return datetime.fromtimestamp(float(ts), UTC).isoformat()
