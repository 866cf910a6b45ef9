"""auth.test, api.test, apps.connections.open, team.info, bots.info, blocks.validate: about the app and its home."""

from typing import Any

from playground.slack.arguments import Arguments
from playground.slack.blocks import Problem, validate, validate_view
from playground.slack.errors import Payload, SlackError
from playground.slack.people import APP, BOT_ID, BOT_USER, HOME_TEAM, WARDEN
from playground.slack.workspace import Workspace


def auth_test(workspace: Workspace, _: Arguments) -> Payload:
    """auth.test."""
    return {
        "url": f"{workspace.url}/",
        "team": "Dapr Home",
        "user": WARDEN.name,
        "team_id": HOME_TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def api_test(_: Workspace, arguments: Arguments) -> Payload:
    """api.test."""
    if arguments.has("error"):
        raise SlackError(arguments.text("error"), args=arguments.values)
    return {"args": arguments.values}


def connections_open(workspace: Workspace, _: Arguments) -> Payload:
    """apps.connections.open."""
    address = workspace.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={workspace.sockets.ticket()}&app_id={APP}"}


def team_info(_: Workspace, __: Arguments) -> Payload:
    """team.info."""
    return {"team": {"id": HOME_TEAM, "name": "Dapr Home", "domain": "dapr-home", "email_domain": "home.example"}}


def bots_info(_: Workspace, arguments: Arguments) -> Payload:
    """bots.info."""
    if arguments.text("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    bot = {"id": BOT_ID, "app_id": APP, "user_id": BOT_USER, "name": WARDEN.name, "deleted": False, "icons": {}}
    return {"bot": bot}


def blocks_validate(_: Workspace, arguments: Arguments) -> Payload:
    """blocks.validate: our own rules in the shape of Slack's answer, for exactly one of blocks, message and view."""
    given = [name for name in ("blocks", "message", "view") if arguments.has(name)]
    if len(given) != 1:
        raise SlackError("invalid_arguments")
    name = given[0]
    problems = _problems(name, arguments.json(name))
    if problems:
        errors = [{"pointer": p.pointer, "code": p.code, "message": p.message} for p in problems]
        raise SlackError(f"invalid_{name}", errors=errors)
    return {}


def _problems(name: str, value: Any) -> tuple[Problem, ...]:
    if name == "blocks":
        return validate(value, "message")
    if not isinstance(value, dict):
        return (Problem(f"/{name}", "wrong_type", "must be an object"),)
    if name == "message":
        return validate(value.get("blocks") or [], "message", "/message/blocks")
    if value.get("type") not in {"modal", "home"}:
        return (Problem("/view/type", "not_allowed", "must be one of modal, home"),)
    return validate_view(value, str(value["type"]))
