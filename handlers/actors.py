"""Who somebody is: users.info, read anew for whatever changes something, remembered for a minute for mere looking."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias, cast

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Unable
from bot.model.access import AccessPolicy, Actor, Verb
from bot.ports import Clock
from handlers import web_api
from handlers.visit import Visit

log = structlog.get_logger(__name__)

Info: TypeAlias = Mapping[str, Any]

REMEMBERED = timedelta(seconds=60)
PATIENCE_SECONDS = 5.0
MOST_REMEMBERED = 1_000
SLACKBOT = "USLACKBOT"


class People:
    """Slack accounts as Actors. Whoever cannot be read is not known, and whoever is not known may nothing."""

    def __init__(
        self,
        client: AsyncWebClient,
        clock: Clock,
        access: AccessPolicy,
        *,
        bot_user_id: str = "",
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._client = client
        self._clock = clock
        self._access = access
        self._bot_user_id = bot_user_id
        self._patience_seconds = patience_seconds
        self._known: dict[str, tuple[datetime, Actor]] = {}

    async def actor(self, visit: Visit, verb: Verb) -> Actor:
        """The actor of a visit. Never raises for what Slack does: then ``known`` is False."""
        if not visit.user_id or (visit.team_id and visit.team_id not in self._home):
            return Actor(user_id=visit.user_id, team_id=visit.team_id, known=False)
        remembered = self._remembered(visit.user_id) if verb is Verb.VIEW else None
        if remembered is not None:
            return remembered
        actor = await self._ask(visit)
        if actor.known:
            self._remember(actor)
        else:
            self._known.pop(visit.user_id, None)
        return actor

    @property
    def _home(self) -> set[str]:
        return {self._access.home_team_id, self._access.enterprise_id} - {""}

    async def _ask(self, visit: Visit) -> Actor:
        try:
            info = await self._info(visit.user_id)
            # Slack names everybody's team. Some compatible servers know no teams; then none can be foreign.
            if info and not _names_team(info) and await self._is_without_teams():
                info = {**info, "team_id": self._access.home_team_id}
        except Unable as error:
            log.warning("users.info failed", user=visit.user_id, error=str(error))
            info = {}
        return _actor(visit.user_id, info, self._access)

    async def _is_without_teams(self) -> bool:
        """Whether Slack does not even say of the bot itself, whose team is known, which team it belongs to. Raises Unable."""
        if not self._bot_user_id:
            return False
        ourselves = await self._info(self._bot_user_id)
        return bool(ourselves) and not _names_team(ourselves)

    async def _info(self, user_id: str) -> Info:
        """The account, empty when Slack told of another one or of none. Raises Unable."""
        answer = await web_api.read(self._client, "users.info", {"user": user_id}, patience_seconds=self._patience_seconds)
        user = cast("object", answer.get("user"))
        known: Info = cast("Info", user) if isinstance(user, Mapping) else {}
        return known if known.get("id") == user_id else {}

    def _remembered(self, user_id: str) -> Actor | None:
        at, actor = self._known.get(user_id, (None, None))
        return actor if at is not None and self._clock.now() - at < REMEMBERED else None

    def _remember(self, actor: Actor) -> None:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[actor.user_id] = (self._clock.now(), actor)


def _actor(user_id: str, user: Info, access: AccessPolicy) -> Actor:
    if not user:
        return Actor(user_id=user_id, team_id=access.home_team_id, known=False)
    return Actor(
        user_id=user_id,
        team_id=_team(user, access),
        is_bot=_flag(user, "is_bot") or user_id == SLACKBOT,
        is_deleted=_flag(user, "deleted"),
        is_guest=_flag(user, "is_restricted") or _flag(user, "is_ultra_restricted"),
        is_stranger=_flag(user, "is_stranger"),
    )


def _names_team(user: Info) -> bool:
    profile = user.get("profile")
    return any(name in user for name in ("team_id", "team", "enterprise_user")) or (isinstance(profile, Mapping) and "team" in profile)


def _flag(user: Info, name: str) -> bool:
    # Anything but a plain False or an absent flag counts against the person.
    return user.get(name) not in (None, False)


def _team(user: Info, access: AccessPolicy) -> str:
    """The team that counts: ours for somebody of our own enterprise who is also a member here, else the account's own."""
    grid = user.get("enterprise_user")
    if access.enterprise_id and isinstance(grid, Mapping):
        known = cast("Info", grid)
        teams = cast("object", known.get("teams"))
        if known.get("enterprise_id") == access.enterprise_id and isinstance(teams, list) and access.home_team_id in teams:
            return access.home_team_id
    team = user.get("team_id")
    return team if isinstance(team, str) else ""
