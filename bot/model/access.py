"""Who may do what. One pure function decides; every way in (slash, button, mention, redelivery) asks it."""

import enum
import re
from collections.abc import Collection
from typing import Final

import msgspec

# Capitals: what must not pass is a name. Compatible servers also use _ and -.
USER_ID: Final = re.compile(r"[UW][A-Z0-9_-]{1,79}")


class Verb(enum.Enum):
    """What an entry wants to do. ``VIEW`` reads; ``OPERATE`` changes the bot's own mind; ``APPROVE`` lets it change a cluster."""

    VIEW = "view"
    OPERATE = "operate"
    APPROVE = "approve"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A Slack account as users.info tells it; ``known`` False when users.info could not be read."""

    user_id: str
    team_id: str
    known: bool = True
    is_bot: bool = False
    is_deleted: bool = False
    is_guest: bool = False
    is_stranger: bool = False


class AccessPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Lists of Slack user ids. Empty ``viewers`` = every full member of the home workspace; empty others = nobody."""

    home_team_id: str
    enterprise_id: str = ""
    viewers: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    approvers: frozenset[str] = frozenset()


class Granted(msgspec.Struct, frozen=True):
    """The actor may."""


class Refused(msgspec.Struct, frozen=True):
    """The actor may not. ``reason`` is said to them in private; it names the setting that would change it."""

    reason: str


def authorize(actor: Actor, verb: Verb, cluster: str, policy: AccessPolicy) -> Granted | Refused:
    """Decide for one actor, one verb and one cluster. Unknown accounts are refused: unknown is never OK."""
    stranger = _why_nobody(actor, policy)
    if stranger:
        return Refused(stranger)
    allowed, setting = _list_for(verb, policy)
    if actor.user_id in allowed or (verb is Verb.VIEW and (not allowed or actor.user_id in policy.operators | policy.approvers)):
        return Granted()
    return Refused(
        f"You may not {verb.value} on {cluster}: your Slack id {actor.user_id} is not in {setting}. Ask whoever runs this bot to add it."
    )


def _why_nobody(actor: Actor, policy: AccessPolicy) -> str:
    if actor.team_id != policy.home_team_id or actor.is_stranger:
        return "Only members of this bot's own workspace may use it (SLACK team of the bot token)."
    if not actor.known:
        return "Slack did not tell who you are (users.info failed), so nothing was done. Please try again."
    if actor.is_bot:
        return "Bots and apps may not use this bot."
    if actor.is_deleted:
        return "This account is deactivated."
    if actor.is_guest:
        return "Guests may not use this bot; ask a full member of the workspace."
    return ""


def _list_for(verb: Verb, policy: AccessPolicy) -> tuple[Collection[str], str]:
    match verb:
        case Verb.VIEW:
            return policy.viewers, "DAPR_WARDEN_VIEWERS"
        case Verb.OPERATE:
            return policy.operators, "DAPR_WARDEN_OPERATORS"
        case Verb.APPROVE:
            return policy.approvers, "DAPR_WARDEN_APPROVERS"
