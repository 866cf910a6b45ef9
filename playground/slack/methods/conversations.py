"""conversations.*: channels, their members and their past."""

from playground.slack.arguments import Arguments
from playground.slack.directory import Channel
from playground.slack.errors import Payload, SlackError
from playground.slack.messages import Message
from playground.slack.people import BOT_USER
from playground.slack.workspace import Workspace, page


def _readable(workspace: Workspace, channel_id: str, verb: str) -> Channel:
    channel = workspace.seen_by_bot(channel_id)
    workspace.require_scope(f"{channel.scope_family}:{verb}")
    return channel


def info(workspace: Workspace, arguments: Arguments) -> Payload:
    """conversations.info."""
    channel = _readable(workspace, arguments.required("channel"), "read")
    payload = channel.payload()
    if not arguments.flag("include_num_members"):
        payload.pop("num_members", None)
    return {"channel": payload}


def list_all(workspace: Workspace, arguments: Arguments) -> Payload:
    """conversations.list."""
    kinds = arguments.listed("types") or ["public_channel"]
    for kind in kinds:
        family = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}.get(kind)
        if family is None:
            raise SlackError("invalid_types")
        workspace.require_scope(f"{family}:read")
    channels = [
        channel.payload()
        for channel in workspace.directory.channels.values()
        if channel.kind in kinds
        and not (channel.is_private and BOT_USER not in channel.members)
        and not (channel.is_archived and arguments.flag("exclude_archived"))
    ]
    return page(channels, "channels", arguments.text("cursor"), arguments.integer("limit", 100))


def members(workspace: Workspace, arguments: Arguments) -> Payload:
    """conversations.members."""
    channel = _readable(workspace, arguments.required("channel"), "read")
    limit = arguments.integer("limit", 100)
    cut = page([{"id": user} for user in sorted(channel.members)], "members", arguments.text("cursor"), limit)
    return cut | {"members": [member["id"] for member in cut["members"]]}


def open_im(workspace: Workspace, arguments: Arguments) -> Payload:
    """conversations.open, for direct messages with one person, who is named or whose `channel` is."""
    if arguments.has("channel"):
        channel = workspace.seen_by_bot(arguments.text("channel"))
        if not channel.im_user:
            raise SlackError("method_not_supported_for_channel_type")
        return {"channel": channel.payload() if arguments.flag("return_im") else {"id": channel.id}}
    wanted = arguments.listed("users")
    if len(wanted) != 1:
        raise SlackError("not_enough_users" if not wanted else "too_many_users")
    user = workspace.directory.users.get(wanted[0])
    if user is None:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")
    channel = workspace.directory.im_with(user)
    return {"channel": channel.payload() if arguments.flag("return_im") else {"id": channel.id}}


def join(workspace: Workspace, arguments: Arguments) -> Payload:
    """conversations.join."""
    channel = workspace.seen_by_bot(arguments.required("channel"))
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.kind != "public_channel":
        raise SlackError("method_not_supported_for_channel_type")
    workspace.directory.change(channel, members=channel.members | {BOT_USER})
    return {"channel": workspace.directory.channel(channel).payload()}


def _history_channel(workspace: Workspace, arguments: Arguments) -> Channel:
    channel = _readable(workspace, arguments.required("channel"), "history")
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _between(messages: tuple[Message, ...], arguments: Arguments) -> list[Message]:
    oldest, latest = arguments.text("oldest", "0"), arguments.text("latest", "9999999999.999999")
    edges = arguments.flag("inclusive")
    return [m for m in messages if _after(oldest, m.ts, edges=edges) and _after(m.ts, latest, edges=edges)]


def _after(early: str, late: str, *, edges: bool) -> bool:
    try:
        return float(early) < float(late) or (edges and float(early) == float(late))
    except ValueError as error:
        raise SlackError("invalid_ts_latest") from error


def history(workspace: Workspace, arguments: Arguments) -> Payload:
    """conversations.history, newest first; metadata only with include_all_metadata."""
    channel = _history_channel(workspace, arguments)
    top = tuple(m for m in workspace.messages.in_channel(channel.id) if not m.is_reply or m.is_broadcast)
    chosen = [_told(workspace, m, arguments) for m in reversed(_between(top, arguments))]
    cut = page(chosen, "messages", arguments.text("cursor"), arguments.integer("limit", 100))
    return cut | {"has_more": bool(cut["response_metadata"]["next_cursor"]), "pin_count": 0}


def replies(workspace: Workspace, arguments: Arguments) -> Payload:
    """conversations.replies, parent first; metadata only with include_all_metadata."""
    channel = _history_channel(workspace, arguments)
    thread = workspace.messages.thread(channel.id, arguments.required("ts"))
    if not thread:
        raise SlackError("thread_not_found")
    parent = [m for m in thread if not m.is_reply]
    chosen = parent + [m for m in _between(thread, arguments) if m.is_reply]
    cut = page(
        [_told(workspace, m, arguments) for m in chosen],
        "messages",
        arguments.text("cursor"),
        arguments.integer("limit", 1000),
    )
    return cut | {"has_more": bool(cut["response_metadata"]["next_cursor"])}


def _told(workspace: Workspace, message: Message, arguments: Arguments) -> Payload:
    payload = message.payload(with_metadata=arguments.flag("include_all_metadata"))
    if message.thread_ts == message.ts:
        below = [m for m in workspace.messages.thread(message.channel, message.ts) if m.is_reply]
        payload |= {"reply_count": len(below), "reply_users": sorted({m.user for m in below})}
        payload |= {"latest_reply": below[-1].ts} if below else {}
    return payload
