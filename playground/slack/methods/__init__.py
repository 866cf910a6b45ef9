"""The Web API: one row per method with what it needs and how often it may be called."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from playground.slack.arguments import Arguments
from playground.slack.errors import Payload
from playground.slack.methods import chat, conversations, meta, people, reactions, uploads, views
from playground.slack.workspace import Workspace


@dataclass(frozen=True)
class Method:
    """A Web API method; `tier` 0 is unlimited, `scopes` are alternatives, `token` is the kind that may call it."""

    name: str
    call: Callable[[Workspace, Arguments], Payload]
    tier: int
    scopes: tuple[str, ...] = ()
    token: Literal["bot", "app", "any", "none"] = "bot"


METHODS = (
    Method("api.test", meta.api_test, 4, token="none"),
    Method("apps.connections.open", meta.connections_open, 3, token="app"),
    Method("auth.test", meta.auth_test, 0, token="any"),
    Method("blocks.validate", meta.blocks_validate, 0, token="none"),
    Method("bots.info", meta.bots_info, 3, ("users:read",)),
    Method("chat.delete", chat.delete, 3, ("chat:write",)),
    Method("chat.getPermalink", chat.get_permalink, 0),
    Method("chat.postEphemeral", chat.post_ephemeral, 4, ("chat:write",)),
    Method("chat.postMessage", chat.post_message, 0, ("chat:write",)),
    Method("chat.update", chat.update, 3, ("chat:write",)),
    Method("conversations.history", conversations.history, 3),
    Method("conversations.info", conversations.info, 3),
    Method("conversations.join", conversations.join, 3, ("channels:join",)),
    Method("conversations.list", conversations.list_all, 2),
    Method("conversations.members", conversations.members, 4),
    Method("conversations.open", conversations.open_im, 3, ("im:write",)),
    Method("conversations.replies", conversations.replies, 3),
    Method("files.completeUploadExternal", uploads.complete_upload, 4, ("files:write",)),
    Method("files.getUploadURLExternal", uploads.get_upload_url, 4, ("files:write",)),
    Method("files.info", uploads.info, 4, ("files:read",)),
    Method("reactions.add", reactions.add, 3, ("reactions:write",)),
    Method("reactions.get", reactions.get, 3, ("reactions:read",)),
    Method("reactions.list", reactions.list_own, 2, ("reactions:read",)),
    Method("reactions.remove", reactions.remove, 2, ("reactions:write",)),
    Method("team.info", meta.team_info, 3, ("team:read",)),
    Method("usergroups.list", people.usergroups_list, 2, ("usergroups:read",)),
    Method("usergroups.users.list", people.usergroups_users_list, 2, ("usergroups:read",)),
    Method("users.info", people.users_info, 4, ("users:read",)),
    Method("users.list", people.users_list, 2, ("users:read",)),
    Method("views.open", views.open_view, 4),
    Method("views.publish", views.publish, 4),
    Method("views.push", views.push, 4),
    Method("views.update", views.update, 4),
)

BY_NAME = {method.name: method for method in METHODS}
