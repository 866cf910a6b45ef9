"""reactions.*: emoji under a message."""

import re
from dataclasses import replace

from playground.slack.arguments import Arguments
from playground.slack.errors import Payload, SlackError
from playground.slack.messages import Message
from playground.slack.people import BOT_USER
from playground.slack.workspace import Workspace, page

NAME = re.compile(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?")


def _target(workspace: Workspace, arguments: Arguments) -> tuple[Message, tuple[str, str]]:
    name = arguments.required("name")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    channel = workspace.writable_by_bot(arguments.required("channel"))
    return workspace.messages.find(channel.id, arguments.required("timestamp")), (name, BOT_USER)


def add(workspace: Workspace, arguments: Arguments) -> Payload:
    """reactions.add."""
    message, reaction = _target(workspace, arguments)
    if reaction in message.reactions:
        raise SlackError("already_reacted")
    workspace.messages.put(replace(message, reactions=(*message.reactions, reaction)))
    return {}


def remove(workspace: Workspace, arguments: Arguments) -> Payload:
    """reactions.remove."""
    message, reaction = _target(workspace, arguments)
    if reaction not in message.reactions:
        raise SlackError("no_reaction")
    workspace.messages.put(replace(message, reactions=tuple(r for r in message.reactions if r != reaction)))
    return {}


def get(workspace: Workspace, arguments: Arguments) -> Payload:
    """reactions.get."""
    channel = workspace.seen_by_bot(arguments.required("channel"))
    message = workspace.messages.find(channel.id, arguments.required("timestamp"))
    return {"type": "message", "channel": channel.id, "message": message.payload(with_metadata=False)}


def list_own(workspace: Workspace, arguments: Arguments) -> Payload:
    """reactions.list: what one person (the bot) reacted to, newest first."""
    user = arguments.text("user", BOT_USER)
    if user not in workspace.directory.users:
        raise SlackError("user_not_found")
    items = [
        {"type": "message", "channel": m.channel, "message": m.payload(with_metadata=False)}
        for m in workspace.messages
        if not m.is_deleted and any(by == user for _, by in m.reactions)
    ]
    return page(items[::-1], "items", arguments.text("cursor"), arguments.integer("limit", 100))
