"""Retry: an approver lets the step be tried once more that did not end."""

from bot.model.commanding import VERBS
from bot.model.run import Way
from handlers import steering
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views.run_buttons import ACTIONS
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """The engine decides."""
    await steering.steer(conversation, visit, Way.RETRY)


RETRY_ROTATION = Action(action_id=ACTIONS[Way.RETRY], verb=VERBS[Way.RETRY], run=run)
