"""files.*: the three steps of an upload, and files.info."""

from playground.slack.arguments import Arguments
from playground.slack.errors import Payload, SlackError
from playground.slack.files import File
from playground.slack.messages import Message
from playground.slack.methods.chat import read_thread
from playground.slack.people import BOT_USER
from playground.slack.strictness import listen_for_pings
from playground.slack.workspace import Workspace


def get_upload_url(workspace: Workspace, arguments: Arguments) -> Payload:
    """files.getUploadURLExternal."""
    name, length = arguments.required("filename"), arguments.integer("length", 0)
    if length <= 0:
        raise SlackError("missing_argument" if not arguments.has("length") else "invalid_arguments")
    file = workspace.files.expect(name, length)
    return {"upload_url": f"{workspace.url}/upload/{file.id}", "file_id": file.id}


def complete_upload(workspace: Workspace, arguments: Arguments) -> Payload:
    """files.completeUploadExternal; with a channel it also posts the files there."""
    wanted = arguments.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments")
    files = [_completed(workspace, entry) for entry in wanted]
    told = [file.payload(workspace.url) for file in files]
    if arguments.has("channel_id"):
        _share(workspace, arguments, told)
    for file in files:
        file.is_complete = True
    return {"files": told}


def _completed(workspace: Workspace, entry: Payload) -> File:
    file = workspace.files.find(str(entry.get("id", "")))
    if file.content is None or file.is_complete:
        raise SlackError("file_not_found")
    file.title = str(entry.get("title") or file.name)
    return file


def _share(workspace: Workspace, arguments: Arguments, files: list[Payload]) -> None:
    channel = workspace.writable_by_bot(arguments.text("channel_id"))
    listen_for_pings(workspace.journal, "files.completeUploadExternal", {"text": arguments.text("initial_comment")})
    workspace.messages.add(
        Message(
            channel=channel.id,
            ts=workspace.messages.next_ts(),
            user=BOT_USER,
            text=arguments.text("initial_comment"),
            thread_ts=read_thread(workspace, channel, arguments),
            files=tuple(files),
        )
    )


def info(workspace: Workspace, arguments: Arguments) -> Payload:
    """files.info."""
    return {"file": workspace.files.find(arguments.required("file")).payload(workspace.url)}
