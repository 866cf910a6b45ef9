"""Approve: an approver lets the plan on the card be carried out. It counts only if everything is still as shown."""

from bot.model.access import Verb
from bot.model.approval import Verdict
from handlers import deciding
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views import approval
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """The use case decides, after a fresh look at the cluster."""
    await deciding.decide(conversation, visit, Verdict.APPROVE)


APPROVE_ROTATION = Action(action_id=approval.APPROVE, verb=Verb.APPROVE, run=run)
