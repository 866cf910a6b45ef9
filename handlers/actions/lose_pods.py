"""Drop the old root although: an approver agrees to lose the pods that the card names."""

from bot.model.commanding import VERBS
from bot.model.run import Way
from handlers import steering
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views.run_buttons import ACTIONS
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """The engine decides."""
    await steering.steer(conversation, visit, Way.LOSE)


LOSE_PODS = Action(action_id=ACTIONS[Way.LOSE], verb=VERBS[Way.LOSE], run=run)
