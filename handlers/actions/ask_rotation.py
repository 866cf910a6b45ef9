"""Ask for approval: a new plan with new keys is made and bound, and its card is posted to the channel."""

from bot.model.access import Verb
from handlers import renewal
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views import plan
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Everything is looked at anew: what the offer showed is not what is asked about."""
    await renewal.ask(conversation, visit, visit.user_id)


ASK_ROTATION = Action(action_id=plan.ASK_ROTATION, verb=Verb.OPERATE, run=run)
