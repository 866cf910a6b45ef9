"""Withdraw: whoever asked takes it back. That takes no approver, but it takes the same person."""

from bot.model.access import Verb
from bot.model.approval import Verdict
from handlers import answers, deciding
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views import approval
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """An operator who did not ask has no say in it here, also when they may approve."""
    asked = await conversation.approvals.request(visit.value)
    if asked is None:
        await answers.privately(conversation.client, visit, approval.gone())
    elif asked.request.actor != visit.user_id:
        await answers.privately(conversation.client, visit, approval.not_yours())
    else:
        await deciding.decide(conversation, visit, Verdict.DENY, approval.TAKEN_BACK)


WITHDRAW_ROTATION = Action(action_id=approval.WITHDRAW, verb=Verb.OPERATE, run=run)
