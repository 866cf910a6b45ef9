"""Revert: an approver lets a rotation go back to the old issuer."""

from bot.model.commanding import VERBS
from bot.model.run import Way
from handlers import steering
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views.run_buttons import ACTIONS
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """The engine decides."""
    await steering.steer(conversation, visit, Way.REVERT)


REVERT_ROTATION = Action(action_id=ACTIONS[Way.REVERT], verb=VERBS[Way.REVERT], run=run)
