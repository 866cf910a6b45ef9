"""Telling somebody what their click on a request came to: on its card, which everybody sees, and in private where that is not enough."""

from bot.model.approval import Refused, Verdict
from handlers import answers
from handlers.conversation import Conversation
from handlers.views import approval
from handlers.visit import Kind, Visit


async def decide(conversation: Conversation, visit: Visit, verdict: Verdict, reason: str = "") -> None:
    """The visit's value is the request's id, and nothing else of it is believed. Raises BotError."""
    board = conversation.approvals
    found = await board.decide(visit.value, visit.user_id, verdict, reason)
    if isinstance(found, Refused):
        asked = await board.request(visit.value)
        message = approval.not_counted(found.reason, asked) if asked else approval.gone()
        await answers.privately(conversation.client, visit, message)
    elif visit.kind is Kind.BUTTON and (visit.channel_id, visit.message_ts) != (found.channel, found.ts):
        # A private copy of the card, whose buttons would otherwise stay.
        await answers.replace(conversation.client, visit, answers.Said(), approval.outcome(found))
    elif board.owed(found):
        await answers.privately(conversation.client, visit, approval.outcome(found))
