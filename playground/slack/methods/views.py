"""views.*: modals and the App Home."""

from playground.slack.arguments import Arguments
from playground.slack.blocks import validate_view
from playground.slack.errors import Payload, SlackError
from playground.slack.strictness import refuse
from playground.slack.view_store import View
from playground.slack.workspace import Workspace


def _definition(workspace: Workspace, method: str, arguments: Arguments, kind: str) -> Payload:
    view = arguments.json("view")
    problems = validate_view(view, kind)
    if problems:
        refuse(workspace.journal, method, problems, code="invalid_arguments")
    checked: Payload = view
    return checked


def _trigger(arguments: Arguments) -> str:
    return arguments.text("trigger_id") or arguments.text("interactivity_pointer")


def open_view(workspace: Workspace, arguments: Arguments) -> Payload:
    """views.open."""
    user = workspace.tickets.use_trigger(_trigger(arguments))
    definition = _definition(workspace, "views.open", arguments, "modal")
    return {"view": workspace.views.open(user, definition).payload()}


def push(workspace: Workspace, arguments: Arguments) -> Payload:
    """views.push."""
    user = workspace.tickets.use_trigger(_trigger(arguments))
    definition = _definition(workspace, "views.push", arguments, "modal")
    return {"view": workspace.views.push(user, definition).payload()}


def update(workspace: Workspace, arguments: Arguments) -> Payload:
    """views.update."""
    view = _open_view(workspace, arguments)
    definition = _definition(workspace, "views.update", arguments, str(view.definition["type"]))
    return {"view": workspace.views.replace(view, definition, arguments.text("hash")).payload()}


def _open_view(workspace: Workspace, arguments: Arguments) -> View:
    return workspace.views.find(view_id=arguments.text("view_id"), external_id=arguments.text("external_id"))


def publish(workspace: Workspace, arguments: Arguments) -> Payload:
    """views.publish."""
    user = workspace.directory.users.get(arguments.required("user_id"))
    if user is None:
        raise SlackError("user_not_found")
    definition = _definition(workspace, "views.publish", arguments, "home")
    return {"view": workspace.views.publish(user.id, definition, arguments.text("hash")).payload()}
