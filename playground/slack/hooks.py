"""response_url: answering a gesture later, five times within thirty minutes."""

from dataclasses import replace

from playground.slack.arguments import Arguments
from playground.slack.blocks import give_ids
from playground.slack.errors import SlackError
from playground.slack.messages import Message
from playground.slack.people import BOT_USER
from playground.slack.strictness import check_blocks, check_text, listen_for_pings
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
    content = _content(workspace, hook, arguments)
    if arguments.flag("replace_original") and source is not None:
        edited = replace(source, text=content.text, blocks=content.blocks, attachments=content.attachments)
        workspace.messages.edit(source, edited)
        return
    workspace.messages.add(content)


def _content(workspace: Workspace, hook: Hook, arguments: Arguments) -> Message:
    response_type = arguments.text("response_type", "ephemeral")
    if response_type not in {"ephemeral", "in_channel"}:
        raise SlackError("invalid_payload", detail="response_type must be ephemeral or in_channel")
    text = arguments.text("text")
    blocks = check_blocks(workspace.journal, METHOD, arguments.json("blocks"), "message")
    attachments = arguments.json("attachments") or []
    if not text.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    check_text(workspace.journal, METHOD, text, has_blocks=bool(blocks or attachments))
    listen_for_pings(workspace.journal, METHOD, arguments.values)
    return Message(
        channel=hook.channel,
        ts=workspace.messages.next_ts(),
        user=BOT_USER,
        text=text,
        blocks=give_ids(blocks),
        attachments=tuple(attachments),
        thread_ts=arguments.text("thread_ts"),
        visible_to=hook.user if response_type == "ephemeral" else "",
        origin=hook.origin,
    )
