"""Review: what the bot offers becomes a bound plan. The bot asks for it, so whoever clicked may approve it."""

from bot.model.access import Verb
from bot.model.approval import THE_BOT
from handlers import renewal
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views import plan
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Everything is looked at anew: an offer has no keys, and no end."""
    await renewal.ask(conversation, visit, THE_BOT)


REVIEW_ROTATION = Action(action_id=plan.REVIEW_ROTATION, verb=Verb.OPERATE, run=run)
