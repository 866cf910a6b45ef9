"""Asking for a rotation and deciding on it, as people do it in the channel."""

from bot.model.binding import Asked
from handlers.views import approval, plan
from playground.slack import Gesture, Message
from playground.slack.people import OLGA, User
from tests.handlers.conftest import OPS, Talk
from tests.handlers.transcript import of_slack


async def offered(talk: Talk, user: User = OLGA) -> Message:
    """The private offer of ``/dapr renew``."""
    return (await talk.slash("renew", user)).messages[-1]


async def asked(talk: Talk, user: User = OLGA) -> Message:
    """The card in the channel, after somebody has asked."""
    await talk.click(await offered(talk, user), plan.ASK_ROTATION, user)
    return card(talk)


def card(talk: Talk) -> Message:
    return talk.slack.messages(OPS)[-1]


def shown(talk: Talk) -> str:
    """The card as it reads now."""
    return of_slack(talk.slack.now(card(talk)))


def newest(talk: Talk) -> Asked:
    return list(talk.memory.asked.values())[-1]


async def approves(talk: Talk, user: User, where: Message | None = None) -> Gesture:
    return await talk.click(where or card(talk), approval.APPROVE, user)


async def denies(talk: Talk, user: User, reason: str = "Not on a Friday.") -> Gesture:
    """Click, fill in, submit."""
    await talk.click(card(talk), approval.DENY, user)
    return await talk.submit(form(talk, user), reason, user)


def form(talk: Talk, user: User) -> str:
    """Id of the modal on top of somebody's screen."""
    return talk.slack.workspace.views.stacks[user.id][-1].id


def modal(talk: Talk, user: User) -> str:
    """The modal on top of somebody's screen, as text."""
    blocks = talk.slack.workspace.views.stacks[user.id][-1].definition["blocks"]
    return of_slack(Message(channel="", ts="", user="", text="", blocks=tuple(blocks)))
