"""files.*: the three steps of an upload, and files.info."""

from typing import Any

from playground.slack.arguments import Arguments
from playground.slack.blocks import give_ids
from playground.slack.errors import Payload, SlackError
from playground.slack.files import File
from playground.slack.messages import Message
from playground.slack.methods.chat import read_thread
from playground.slack.people import BOT_USER
from playground.slack.strictness import check_blocks, listen_for_pings
from playground.slack.workspace import Workspace

METHOD = "files.completeUploadExternal"


def get_upload_url(workspace: Workspace, arguments: Arguments) -> Payload:
    """files.getUploadURLExternal."""
    name, length = arguments.required("filename"), arguments.integer("length", 0)
    if length <= 0:
        raise SlackError("missing_argument" if not arguments.has("length") else "invalid_arguments")
    file = workspace.files.expect(name, length, int(workspace.clock.now().timestamp()))
    return {"upload_url": f"{workspace.url}/upload/{file.id}", "file_id": file.id}


def complete_upload(workspace: Workspace, arguments: Arguments) -> Payload:
    """files.completeUploadExternal; with a channel it also posts the files there."""
    wanted = arguments.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments")
    files = [_completed(workspace, entry) for entry in wanted]
    if arguments.has("channel_id"):
        _share(workspace, arguments, files)
    for file in files:
        file.is_complete = True
    return {"files": [file.payload(workspace.url) for file in files]}


def _completed(workspace: Workspace, entry: Any) -> File:
    if not isinstance(entry, dict):
        raise SlackError("invalid_arguments")
    file = workspace.files.find(str(entry.get("id", "")))
    if file.content is None or file.is_complete:
        raise SlackError("file_not_found")
    file.title = str(entry.get("title") or file.name)
    return file


def _share(workspace: Workspace, arguments: Arguments, files: list[File]) -> None:
    channel = workspace.writable_by_bot(arguments.text("channel_id"))
    if arguments.has("blocks") and arguments.has("initial_comment"):
        raise SlackError("invalid_arguments")
    thread_ts = read_thread(workspace, channel, arguments)
    blocks = check_blocks(workspace.journal, METHOD, arguments.json("blocks", otherwise="invalid_blocks_format"), "message")
    listen_for_pings(workspace.journal, METHOD, {"text": arguments.text("initial_comment"), "blocks": blocks})
    for file in files:
        file.shares = (*file.shares, channel.id)
    workspace.messages.add(
        Message(
            channel=channel.id,
            ts=workspace.messages.next_ts(),
            user=BOT_USER,
            text=arguments.text("initial_comment"),
            blocks=give_ids(blocks),
            thread_ts=thread_ts,
            files=tuple(file.payload(workspace.url) for file in files),
        )
    )


def info(workspace: Workspace, arguments: Arguments) -> Payload:
    """files.info."""
    return {"file": workspace.files.find(arguments.required("file")).payload(workspace.url)}
