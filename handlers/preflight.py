"""Before anything is answered: are the tokens what they should be, is the channel there, may the bot speak in it?

A token that cannot work ends the start with a sentence (Bolt would retry a wrong one for ever). A channel that cannot be
used is only noted: status and checks work without it, the outbox keeps what waits for it, and an invitation mends it.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, cast

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.errors import Forbidden, Missing, Permanent, SettingsError, Unable
from handlers import web_api
from handlers.slack_errors import translated, word_of

# Ids are opaque and differ in length from server to server; what must not pass is a name, which is never in capitals.
CHANNEL_ID = re.compile(r"[CGD][A-Z0-9_-]{1,79}")
NO_SUCH_METHOD = "unknown_method"
SCOPES = "x-oauth-scopes"
KINDS = {
    "xoxp-": "a user token",
    "xoxe": "a rotating token (switch token rotation off)",
    "xapp-": "an app-level token",
    "xoxb-": "a bot token",
}
WHERE = "docs/install-slack.md says where Slack shows each token."


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the bot is in Slack. ``notes``: what a person should mend although the bot can run, one sentence each.

    ``team``: the workspace's name; ``scopes``: what the token may, None where Slack does not say.
    """

    team_id: str
    enterprise_id: str
    user_id: str
    bot_id: str
    name: str
    notes: tuple[str, ...] = ()
    team: str = ""
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """The bot's place in its channel. ``problem``: why no card can be posted, "" when nothing is wrong, or not known to be.

    ``looked``: whether Slack let us look; ``remedy``: what to do.
    """

    looked: bool = True
    problem: str = ""
    remedy: str = ""


def tokens(settings: Settings) -> tuple[str, str]:
    """Bot token and app-level token. Raises SettingsError when one is missing or of the wrong kind; never shows one."""
    return bot_token(settings), app_token(settings)


def bot_token(settings: Settings) -> str:
    """The bot token alone; see :func:`tokens`."""
    return _token(settings.slack_bot_token, "SLACK_BOT_TOKEN", "xoxb-")


def app_token(settings: Settings) -> str:
    """The app-level token alone; see :func:`tokens`."""
    return _token(settings.slack_app_token, "SLACK_APP_TOKEN", "xapp-")


def channel_id(settings: Settings) -> str:
    """The id of the channel for cards. Raises SettingsError when it is missing or no id."""
    channel = settings.slack_channel
    if not channel:
        raise SettingsError("SLACK_CHANNEL is not set: the bot does not know where to warn.", hint=_how_to_find_an_id())
    if not CHANNEL_ID.fullmatch(channel):
        raise SettingsError(f"SLACK_CHANNEL is {channel!r}, which is no channel id.", hint=_how_to_find_an_id())
    return channel


async def check(settings: Settings, client: AsyncWebClient) -> Identity:
    """Ask Slack about tokens and channel. Raises SettingsError for what a setting must mend, Transient when Slack is away."""
    _, app = tokens(settings)
    channel = channel_id(settings)
    me = await identity(client)
    await socket_mode(client, app)
    found = await seat(client, channel, me.name)
    return replace(me, notes=(f"{found.problem} {found.remedy}".strip(),) if found.problem else ())


def _token(secret: SecretStr | None, name: str, prefix: str) -> str:
    token = secret.get_secret_value().strip() if secret else ""
    if not token:
        raise SettingsError(f"{name} is not set.", hint=WHERE)
    if not token.startswith(prefix):
        kind = next((kind for start, kind in KINDS.items() if token.startswith(start)), "not a Slack token")
        swapped = " The two tokens seem to be swapped." if token.startswith(("xapp-", "xoxb-")) else ""
        raise SettingsError(f"{name} must start with {prefix}, but it is {kind}.{swapped}", hint=WHERE)
    return token


async def identity(client: AsyncWebClient) -> Identity:
    """Who the bot token makes us. Raises SettingsError when it does not work, Transient when Slack is away."""
    try:
        me, headers = await web_api.write_headed(client, "auth.test", {})
    except Permanent as error:
        raise SettingsError(f"SLACK_BOT_TOKEN does not work. {error}", hint=error.hint or WHERE) from error
    scopes = headers.get(SCOPES)
    found = Identity(
        team_id=_text(me, "team_id"),
        enterprise_id=_text(me, "enterprise_id"),
        user_id=_text(me, "user_id"),
        bot_id=_text(me, "bot_id"),
        name=_text(me, "user"),
        team=_text(me, "team"),
        scopes=None if scopes is None else frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )
    # Without its own workspace the bot could tell nobody from a stranger. The bot_id, only there for bots, is not needed.
    if not (found.team_id and found.user_id):
        raise SettingsError("SLACK_BOT_TOKEN belongs to nobody: auth.test names no workspace or no user.", hint=WHERE)
    return found


async def socket_mode(client: AsyncWebClient, token: str) -> None:
    """Ask for a socket's address, which is then not used. Raises SettingsError when the app token gets none, Transient."""
    try:
        await client.apps_connections_open(app_token=token)  # pyright: ignore[reportUnknownMemberType]
    except Exception as error:
        trouble = translated(error, "apps.connections.open")
        if isinstance(trouble, Permanent):
            hint = trouble.hint or "Switch Socket Mode on for the app, and give the app-level token the scope connections:write."
            raise SettingsError(f"SLACK_APP_TOKEN does not open Socket Mode. {trouble}", hint=hint) from error
        raise trouble from error


async def seat(client: AsyncWebClient, channel: str, name: str) -> Seat:
    """Whether the bot, which is called ``name``, can post in its channel. Raises nothing: what cannot be seen is not looked at."""
    invite = f"Type /invite @{name} in the channel." if name else "Type /invite and the bot's name in the channel."
    try:
        answer = await web_api.read(client, "conversations.info", {"channel": channel})
    except Forbidden:
        # The scopes to look (channels:read, groups:read) are optional; the first card will tell.
        return Seat(looked=False)
    except Missing:
        return Seat(problem=f"Slack shows the bot no channel {channel}.", remedy=f"If it is private: {invite} Else SLACK_CHANNEL is wrong.")
    except Unable as error:
        # Looking is optional, and a compatible server may not know how; the first card will tell.
        is_known = word_of(error.__cause__) != NO_SUCH_METHOD
        return Seat(looked=False, problem=f"The channel {channel} cannot be looked at. {error}" if is_known else "")
    facts = cast("object", answer.get("channel"))
    info = cast("dict[str, Any]", facts) if isinstance(facts, dict) else {}
    if info.get("is_archived") is True:
        return Seat(problem=f"The channel {channel} is archived.", remedy="Unarchive it, or set SLACK_CHANNEL to another one.")
    if info.get("is_member") is False:
        return Seat(problem=f"The bot is not in the channel {channel}, so no card can be posted.", remedy=invite)
    return Seat()


def _text(mapping: web_api.Answer, name: str) -> str:
    value = mapping.get(name)
    return value if isinstance(value, str) else ""


def _how_to_find_an_id() -> str:
    return "Use the channel's id (C0123456789), which Slack shows at the bottom of the channel's details; names change."
