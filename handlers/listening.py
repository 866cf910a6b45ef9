"""Bolt listeners: ack, hand over, nothing else. Between the two nothing runs that can raise.

A listener that raises within some 10 ms after its ack loses the ack (Bolt 1.30 resets it before its own poller has seen
it), and the person sees a timeout. So everything that can fail runs in a supervised task, and is answered from there.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, LiteralString, TypeAlias

import structlog
from slack_bolt.async_app import AsyncAck, AsyncBoltContext

from bot.model.access import Verb
from handlers import commands, entry, visit
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.form import Form
from handlers.strays import other_button, other_command
from handlers.supervision import Admission
from handlers.views.approval import REASON
from handlers.visit import Kind, Visit

log = structlog.get_logger(__name__)

Body: TypeAlias = dict[str, Any]
Listener: TypeAlias = Callable[[AsyncAck, Body], Awaitable[None]]

BUSY: dict[Admission, LiteralString] = {
    Admission.TOO_FAST: "You ask faster than I can answer. Please wait a minute.",
    Admission.FULL: "I am busy with many questions at once. Please try again in a minute.",
    Admission.STOPPING: "I am just restarting. Please try again in a minute.",
}


def to_command(conversation: Conversation) -> Listener:
    """The slash command: the first word decides what is run and what it takes."""

    async def on_command(ack: AsyncAck, body: Body) -> None:
        seen = visit.from_command(body)
        await _hand_over(ack, conversation, seen, partial(_subcommand, conversation, seen))

    return on_command


def to_other_command(conversation: Conversation) -> Listener:
    """A slash command that the settings do not name: the app's manifest and the settings disagree."""

    async def on_other_command(ack: AsyncAck, body: Body) -> None:
        seen = visit.from_command(body)
        await _hand_over(ack, conversation, seen, partial(entry.receive, conversation, seen, Verb.VIEW, other_command))

    return on_other_command


def to_click(conversation: Conversation, action: Action) -> Listener:
    """One of our buttons."""

    async def on_click(ack: AsyncAck, body: Body) -> None:
        seen = visit.from_click(body)
        await _hand_over(ack, conversation, seen, partial(entry.receive, conversation, seen, action.verb, action.run))

    return on_click


def to_other_click(conversation: Conversation) -> Listener:
    """A button that this version of the bot does not have: it stands on an old message."""

    async def on_other_click(ack: AsyncAck, body: Body) -> None:
        seen = visit.from_click(body)
        await _hand_over(ack, conversation, seen, partial(entry.receive, conversation, seen, Verb.VIEW, other_button))

    return on_other_click


def to_shortcut(conversation: Conversation) -> Listener:
    """An entry in the menu of a message: a subcommand about that message, answered to the one person."""

    async def on_shortcut(ack: AsyncAck, body: Body) -> None:
        seen = visit.from_shortcut(body)
        await _hand_over(ack, conversation, seen, partial(_subcommand, conversation, seen))

    return on_shortcut


def to_mention(conversation: Conversation) -> Listener:
    """Somebody mentioned the bot. Bolt has acked already."""

    async def on_mention(ack: AsyncAck, body: Body) -> None:
        seen = visit.from_mention(body)
        await _hand_over(ack, conversation, seen, partial(_subcommand, conversation, seen))

    return on_mention


def to_submission(conversation: Conversation, form: Form) -> Listener:
    """One of our modals, submitted. It closes; the answer is said in the channel of the cards, where it was opened."""

    async def on_submission(ack: AsyncAck, body: Body) -> None:
        seen = visit.from_submission(body, conversation.settings.slack_channel)
        await _hand_over(ack, conversation, seen, partial(entry.receive, conversation, seen, form.verb, form.run))

    return on_submission


async def names_the_bot(body: Body, context: AsyncBoltContext) -> bool:
    """Whether a message event is a mention. Slack sends an app_mention as well; not every compatible server does."""
    return visit.is_mention(body, context.bot_user_id or "")


async def to_nothing() -> None:
    """An event that nobody asked for: acked by Bolt, so that Slack does not send it again."""


async def _subcommand(conversation: Conversation, seen: Visit) -> None:
    found = commands.find(seen)
    await entry.receive(conversation, seen, found.verb, found.run)


async def _hand_over(ack: AsyncAck, conversation: Conversation, seen: Visit, work: Callable[[], Awaitable[None]]) -> None:
    admission = conversation.supervisor.admit(seen.user_id)
    if admission is Admission.GRANTED:
        await _acked(ack, seen, "")
        conversation.supervisor.start(f"{seen.kind.value} of {seen.user_id}", work)
        return
    await _acked(ack, seen, BUSY[admission])
    log.warning("not taken", user=seen.user_id, kind=seen.kind.value, why=admission.value)


async def _acked(ack: AsyncAck, seen: Visit, why_not: LiteralString) -> None:
    """Only the ack of a slash command can say something, and that of a modal, which then stays open with what was typed."""
    if seen.kind is Kind.MODAL and why_not:
        await ack(response_action="errors", errors={REASON: why_not})
    elif seen.kind is Kind.SLASH and why_not:
        await ack(why_not)
    else:
        await ack()
