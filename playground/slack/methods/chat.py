"""chat.*: posting, editing, deleting."""

import json
import re
from dataclasses import replace
from typing import Any

from playground.slack.arguments import Arguments
from playground.slack.content import read_content
from playground.slack.directory import Channel
from playground.slack.errors import Payload, SlackError
from playground.slack.messages import Message
from playground.slack.people import BOT_USER
from playground.slack.workspace import Workspace

LONGEST_UPDATE = 4_000
LARGEST_METADATA = 8_192
TS = re.compile(r"\d{10}\.\d{6}")


def read_metadata(arguments: Arguments) -> Payload | None:
    """The metadata after its checks, None when there is none."""
    metadata = arguments.json("metadata", otherwise="invalid_metadata_format")
    if metadata is None:
        return None
    if not _is_metadata(metadata):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    checked: Payload = metadata
    return checked


def _is_metadata(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"event_type", "event_payload"}
        and isinstance(value["event_type"], str)
        and bool(value["event_type"])
        and isinstance(value["event_payload"], dict)
    )


def read_thread(workspace: Workspace, channel: Channel, arguments: Arguments) -> str:
    """The ts of the thread to answer in, empty for none; it must be a parent that is still there."""
    thread_ts = arguments.values.get("thread_ts")
    if thread_ts in (None, ""):
        return ""
    if not isinstance(thread_ts, str) or not TS.fullmatch(thread_ts):
        message = f"[ERROR] {thread_ts} is not a valid thread_ts"
        raise SlackError("invalid_thread_ts", response_metadata={"messages": [message]})
    try:
        parent = workspace.messages.find(channel.id, thread_ts)
    except SlackError as error:
        raise SlackError("thread_not_found") from error
    if parent.is_reply:
        raise SlackError("cannot_reply_to_message")
    return thread_ts


def find_destination(workspace: Workspace, wanted: str) -> Channel:
    """Where a post goes: a channel id, the name of a public channel, or a person (direct messages)."""
    directory = workspace.directory
    if wanted in directory.users:
        user = directory.users[wanted]
        if user.deleted or user.is_bot:
            raise SlackError("channel_not_found")
        return workspace.writable_by_bot(directory.im_with(user).id)
    named = [c.id for c in directory.channels.values() if c.name and c.name == wanted.removeprefix("#")]
    return workspace.writable_by_bot(named[0] if named else wanted)


def post_message(workspace: Workspace, arguments: Arguments) -> Payload:
    """chat.postMessage."""
    channel = find_destination(workspace, arguments.required("channel"))
    thread_ts = read_thread(workspace, channel, arguments)
    content = read_content(workspace.journal, "chat.postMessage", arguments)
    message = workspace.messages.add(
        Message(
            channel=channel.id,
            ts=workspace.messages.next_ts(),
            user=BOT_USER,
            text=content.text,
            blocks=content.blocks,
            attachments=content.attachments,
            metadata=read_metadata(arguments),
            thread_ts=thread_ts,
            is_broadcast=bool(thread_ts) and arguments.flag("reply_broadcast"),
        )
    )
    return {"channel": channel.id, "ts": message.ts, "message": message.payload()}


def post_ephemeral(workspace: Workspace, arguments: Arguments) -> Payload:
    """chat.postEphemeral."""
    channel = workspace.writable_by_bot(arguments.required("channel"))
    reader = workspace.directory.users.get(arguments.required("user"))
    if reader is None or reader.deleted or reader.id not in channel.members:
        raise SlackError("user_not_in_channel")
    thread_ts = read_thread(workspace, channel, arguments)
    content = read_content(workspace.journal, "chat.postEphemeral", arguments)
    message = workspace.messages.add(
        Message(
            channel=channel.id,
            ts=workspace.messages.next_ts(),
            user=BOT_USER,
            text=content.text,
            blocks=content.blocks,
            attachments=content.attachments,
            thread_ts=thread_ts,
            visible_to=reader.id,
        )
    )
    return {"message_ts": message.ts}


def _own_message(workspace: Workspace, arguments: Arguments, refusal: str) -> Message:
    channel = workspace.seen_by_bot(arguments.required("channel"))
    if channel.is_archived:
        raise SlackError("is_inactive" if refusal == "cant_update_message" else "is_archived")
    message = workspace.messages.find(channel.id, arguments.required("ts"))
    if message.user != BOT_USER:
        raise SlackError(refusal)
    return message


def update(workspace: Workspace, arguments: Arguments) -> Payload:
    """chat.update."""
    message = _own_message(workspace, arguments, "cant_update_message")
    if len(arguments.text("text")) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    if arguments.flag("reply_broadcast"):
        raise SlackError("no_dual_broadcast_content_update")
    content = read_content(workspace.journal, "chat.update", arguments)
    metadata = read_metadata(arguments)
    edited = replace(
        message,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments,
        metadata=message.metadata if metadata is None else metadata,
    )
    edited = workspace.messages.edit(message, edited)
    return {"channel": edited.channel, "ts": edited.ts, "text": edited.text, "message": edited.payload()}


def delete(workspace: Workspace, arguments: Arguments) -> Payload:
    """chat.delete."""
    message = _own_message(workspace, arguments, "cant_delete_message")
    workspace.messages.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(workspace: Workspace, arguments: Arguments) -> Payload:
    """chat.getPermalink."""
    channel = workspace.seen_by_bot(arguments.required("channel"))
    message = workspace.messages.find(channel.id, arguments.required("message_ts"))
    path = f"{workspace.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    query = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else ""
    return {"channel": channel.id, "permalink": path + query}
