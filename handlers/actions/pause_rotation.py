"""Pause: any operator keeps the next step from starting."""

from bot.model.commanding import VERBS
from bot.model.run import Way
from handlers import steering
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views.run_buttons import ACTIONS
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """The engine decides."""
    await steering.steer(conversation, visit, Way.PAUSE)


PAUSE_ROTATION = Action(action_id=ACTIONS[Way.PAUSE], verb=VERBS[Way.PAUSE], run=run)
