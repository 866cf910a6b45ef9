"""response_url: answering a gesture later, five times within thirty minutes."""

from dataclasses import replace

from playground.slack.arguments import Arguments
from playground.slack.content import read_content
from playground.slack.errors import SlackError
from playground.slack.messages import Message
from playground.slack.people import BOT_USER
from playground.slack.tickets import Hook
from playground.slack.workspace import Workspace

METHOD = "response_url"
KNOWN = frozenset(
    {
        "text",
        "blocks",
        "attachments",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "metadata",
        "mrkdwn",
        "unfurl_links",
        "unfurl_media",
    }
)


def answer(workspace: Workspace, hook: Hook, arguments: Arguments) -> None:
    """Do what one POST to a response_url, or the payload of an ack, asks for.

    Refuses with `invalid_payload` for unknown words, and with everything that content can be refused for.
    """
    if unknown := set(arguments.values) - KNOWN:
        raise SlackError("invalid_payload", detail=f"unknown keys: {', '.join(sorted(unknown))}")
    source = workspace.messages.at(hook.channel, hook.source_ts) if hook.source_ts else None
    if source is not None and source.is_deleted:
        source = None
    if arguments.flag("delete_original"):
        if source is None:
            raise SlackError("message_not_found")
        workspace.messages.delete(source)
        return
    written = _message(workspace, hook, arguments)
    if arguments.flag("replace_original") and source is not None:
        edited = replace(source, text=written.text, blocks=written.blocks, attachments=written.attachments)
        workspace.messages.edit(source, edited)
        return
    workspace.messages.add(written)


def _message(workspace: Workspace, hook: Hook, arguments: Arguments) -> Message:
    response_type = arguments.text("response_type", "ephemeral")
    if response_type not in {"ephemeral", "in_channel"}:
        raise SlackError("invalid_payload", detail="response_type must be ephemeral or in_channel")
    thread_ts = arguments.text("thread_ts")
    if thread_ts and not workspace.messages.thread(hook.channel, thread_ts):
        raise SlackError("thread_not_found")
    content = read_content(workspace.journal, METHOD, arguments)
    return Message(
        channel=hook.channel,
        ts=workspace.messages.next_ts(),
        user=BOT_USER,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments,
        thread_ts=thread_ts,
        visible_to=hook.user if response_type == "ephemeral" else "",
        origin=hook.origin,
    )
