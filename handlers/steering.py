"""What a button of a rotation under way does: the engine decides by its own rules; the card shows everybody what came of it."""

from bot.errors import SettingsError
from bot.model.approval import Refused
from bot.model.commanding import Overtaken
from bot.model.run import Way
from handlers import answers
from handlers.carrying import Carrying
from handlers.conversation import Conversation
from handlers.views import run as view
from handlers.visit import Kind, Visit


async def steer(conversation: Conversation, visit: Visit, way: Way) -> None:
    """The visit's value is the run's id, and nothing else of it is believed. Raises BotError."""
    carrying = _engine(conversation)
    if not visit.value or await carrying.file(visit.value) is None:
        await answers.privately(conversation.client, visit, view.gone())
        return
    found = await carrying.command(visit.value, way, visit.user_id)
    if isinstance(found, Refused):
        message = view.overtaken(found.by) if isinstance(found, Overtaken) else view.not_done(found.reason)
        await answers.privately(conversation.client, visit, message)
        return
    if visit.kind is Kind.BUTTON and await _is_copy(conversation, visit):
        # A private copy of the card, whose buttons would otherwise stay.
        message = view.standing(found, conversation.clock.now(), await conversation.approvals.link(found.id))
        await answers.replace(conversation.client, visit, answers.Said(), message)


async def _is_copy(conversation: Conversation, visit: Visit) -> bool:
    parent = await conversation.approvals.parent(visit.value)
    return parent is None or (visit.channel_id, visit.message_ts) != (parent.channel, parent.ts)


def _engine(conversation: Conversation) -> Carrying:
    if conversation.carrying is None:
        raise SettingsError(
            "No rotation is carried out here: DAPR_WARDEN_ROTATION is off. Nothing was done.",
            hint="Whoever runs the bot may set it to ask: docs/rotation.md",
        )
    return conversation.carrying
