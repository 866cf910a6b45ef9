"""What the doctor examines of the conversation: tokens, scopes, channel, sockets, the way of a card. Gathered, then judged purely."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.errors import BotError, SettingsError
from bot.model import phrases
from bot.model.examination import Examination, Outcome, Result, Said, Subject, examined
from handlers import preflight
from handlers.preflight import Identity, Seat
from handlers.transport import SocketCount

# What deploy/slack-manifest.json asks for, and what does not work without.
NEEDED: Final = {
    "chat:write": "no card can be posted",
    "commands": "the slash command does not exist",
    "users:read": "nobody can be recognised, so everybody is refused",
    "app_mentions:read": "mentions in threads are not heard",
}
OPTIONAL: Final = ("channels:history", "groups:history", "channels:read", "groups:read", "files:write")
REINSTALL: Final = "Add them under OAuth & Permissions (deploy/slack-manifest.json lists them), then install the app again."
TRY_IT: Final = "The command test-alert proves it: a harmless card goes the same way."


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPath:
    """How cards reach the channel: ``troubles`` why they do not; ``said_at`` when Slack last took one, None since the start."""

    troubles: Sequence[str]
    said_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackFacts:
    """What was seen. ``sockets`` None: none is open; ``is_serving`` False: this is no running bot, it has neither sockets nor a way."""

    identity: Identity | BotError
    app_token: BotError | None
    seat: Seat | BotError
    operators: int
    is_serving: bool
    sockets: SocketCount | None = None
    path: CardPath | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """Asks Slack. ``client`` None: there is no bot token to ask with, and why. ``sockets``, ``path``: of the running bot, else None."""

    settings: Settings
    client: AsyncWebClient | BotError
    sockets: Callable[[], Awaitable[SocketCount | None]] | None = None
    path: Callable[[], CardPath] | None = None

    async def examine(self) -> tuple[Result, ...]:
        """One Result per examination, in order. Raises nothing of :mod:`bot.errors`."""
        return examined(EXAMINATIONS, await self.look())

    async def look(self) -> SlackFacts:
        """Everything that can be asked."""
        identity = await self._identity()
        return SlackFacts(
            identity=identity,
            app_token=await self._app_token(),
            seat=await self._seat(identity),
            operators=len(self.settings.operators),
            is_serving=self.sockets is not None,
            sockets=await self.sockets() if self.sockets else None,
            path=self.path() if self.path else None,
        )

    async def _identity(self) -> Identity | BotError:
        if isinstance(self.client, BotError):
            return self.client
        try:
            return await preflight.identity(self.client)
        except BotError as error:
            return error

    async def _app_token(self) -> BotError | None:
        try:
            token = preflight.app_token(self.settings)
            if not isinstance(self.client, BotError):
                await preflight.socket_mode(self.client, token)
        except BotError as error:
            return error
        return self.client if isinstance(self.client, BotError) else None

    async def _seat(self, identity: Identity | BotError) -> Seat | BotError:
        try:
            channel = preflight.channel_id(self.settings)
        except SettingsError as error:
            return error
        if isinstance(identity, BotError) or isinstance(self.client, BotError):
            return Seat(looked=False, problem="The channel was not looked at, because the bot token does not work.")
        return await preflight.seat(self.client, channel, identity.name)


def _bot_token(facts: SlackFacts) -> Said:
    if isinstance(facts.identity, BotError):
        return _failed(facts.identity)
    me = facts.identity
    return Said(Outcome.FINE, f"It is the bot {me.name or me.user_id} of the workspace {me.team or me.team_id}.")


def _scopes(facts: SlackFacts) -> Said:
    if isinstance(facts.identity, BotError):
        return Said(Outcome.UNKNOWN, "Its scopes are not known, because the bot token does not work.")
    granted = facts.identity.scopes
    if granted is None:
        return Said(Outcome.UNKNOWN, "This server does not tell which scopes the token has.")
    missing = [f"{scope} (without it {lost})" for scope, lost in NEEDED.items() if scope not in granted]
    if missing:
        return Said(Outcome.TROUBLE, f"Missing: {phrases.listed(missing)}.", REINSTALL)
    optional = [scope for scope in OPTIONAL if scope not in granted]
    without = f"; of the optional ones not {phrases.listed(optional)}" if optional else ", and all optional ones"
    return Said(Outcome.FINE, f"All {len(NEEDED)} scopes that are needed are granted{without}.")


def _app_token(facts: SlackFacts) -> Said:
    if facts.app_token is not None:
        return _failed(facts.app_token)
    return Said(Outcome.FINE, "The app token opens Socket Mode.")


def _channel(facts: SlackFacts) -> Said:
    seat = facts.seat
    if isinstance(seat, BotError):
        return _failed(seat)
    if not seat.looked and seat.problem:
        return Said(Outcome.UNKNOWN, seat.problem, TRY_IT)
    if not seat.looked:
        return Said(Outcome.NOT_LOOKED_AT, "To look at the channel takes the optional scopes channels:read or groups:read.", TRY_IT)
    if seat.problem:
        return Said(Outcome.TROUBLE, seat.problem, seat.remedy)
    return Said(Outcome.FINE, "The channel exists, is not archived, and the bot is in it.")


def _sockets(facts: SlackFacts) -> Said:
    if not facts.is_serving:
        return Said(Outcome.NOT_LOOKED_AT, "Only a running bot has connections: ask `doctor` in Slack.")
    if facts.sockets is None or not facts.sockets.alive:
        return Said(Outcome.TROUBLE, "No connection stands, so commands do not arrive.", "Check network, proxy and SLACK_APP_TOKEN.")
    one = facts.sockets
    if one.counted > one.own:
        return Said(
            Outcome.TROUBLE,
            f"When the newest connection opened, Slack counted {one.counted}, and only {one.own} are this bot's: "
            "another process uses the same SLACK_APP_TOKEN.",
            "Stop it, or give it an app of its own: it takes a part of the commands away. If nobody knows it, make a new token.",
        )
    if one.alive < one.own:
        return Said(Outcome.WARNING, f"{one.alive} of {one.own} connections stand.", "Nothing to do if the other comes back in a minute.")
    return Said(Outcome.FINE, f"{one.alive} of {one.own} connections stand, and Slack counted {one.counted}.")


def _path(facts: SlackFacts) -> Said:
    path = facts.path
    if path is None:
        return Said(Outcome.NOT_LOOKED_AT, "Only a running bot posts cards: ask `doctor` in Slack.")
    if path.troubles:
        return Said(Outcome.TROUBLE, f"Cards do not reach the channel: {path.troubles[0]}")
    if path.said_at is None:
        return Said(
            Outcome.NOT_LOOKED_AT, "No card had to be said since the bot started, so nothing has proved its way to the channel.", TRY_IT
        )
    return Said(Outcome.FINE, f"Slack last took a card, or a change of one, at {phrases.instant(path.said_at)}.")


def _operators(facts: SlackFacts) -> Said:
    if not facts.operators:
        return Said(
            Outcome.NOT_LOOKED_AT,
            "Nobody may accept a changed CA or send a test card: DAPR_WARDEN_OPERATORS is empty.",
            "Name Slack user ids there, if somebody should.",
        )
    return Said(Outcome.FINE, f"{phrases.count(facts.operators, 'account')} may operate.")


def _failed(error: BotError) -> Said:
    return Said(Outcome.TROUBLE, str(error), error.hint)


EXAMINATIONS: tuple[Examination[SlackFacts], ...] = (
    Examination(id="bot-token", subject=Subject.SLACK, title="The bot token works", judge=_bot_token),
    Examination(id="scopes", subject=Subject.SLACK, title="The app has its scopes", judge=_scopes),
    Examination(id="app-token", subject=Subject.SLACK, title="The app token works", judge=_app_token),
    Examination(id="channel", subject=Subject.SLACK, title="The bot is in its channel", judge=_channel),
    Examination(id="sockets", subject=Subject.SLACK, title="Slack is connected, and to nobody else", judge=_sockets),
    Examination(id="alert-path", subject=Subject.SLACK, title="Cards reach the channel", judge=_path),
    Examination(id="operators", subject=Subject.SLACK, title="Somebody may operate", judge=_operators),
)
