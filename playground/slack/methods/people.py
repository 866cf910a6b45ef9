"""users.* and usergroups.*: who somebody is."""

from playground.slack.arguments import Arguments
from playground.slack.errors import Payload, SlackError
from playground.slack.workspace import Workspace, page


def users_info(workspace: Workspace, arguments: Arguments) -> Payload:
    """users.info."""
    user = workspace.directory.users.get(arguments.required("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user.payload(with_email="users:read.email" in workspace.scopes)}


def users_list(workspace: Workspace, arguments: Arguments) -> Payload:
    """users.list."""
    with_email = "users:read.email" in workspace.scopes
    everyone = [user.payload(with_email=with_email) for user in workspace.directory.users.values()]
    return page(everyone, "members", arguments.text("cursor"), arguments.integer("limit", 1000))


def usergroups_list(workspace: Workspace, arguments: Arguments) -> Payload:
    """usergroups.list."""
    groups = [group.payload() for group in workspace.directory.groups.values()]
    if arguments.flag("include_users"):
        groups = [group | {"users": list(workspace.directory.groups[group["id"]].users)} for group in groups]
    return {"usergroups": groups}


def usergroups_users_list(workspace: Workspace, arguments: Arguments) -> Payload:
    """usergroups.users.list."""
    group = workspace.directory.groups.get(arguments.required("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}
