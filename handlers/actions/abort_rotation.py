"""Abort: any operator ends a rotation that has written nothing, and brings any other to a stand."""

from bot.model.commanding import VERBS
from bot.model.run import Way
from handlers import steering
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views.run_buttons import ACTIONS
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """The engine decides."""
    await steering.steer(conversation, visit, Way.ABORT)


ABORT_ROTATION = Action(action_id=ACTIONS[Way.ABORT], verb=VERBS[Way.ABORT], run=run)
