"""Ask for approval: a new plan with new keys is made and bound, and its card is posted to the channel."""

from functools import partial

from bot.model.access import Verb
from bot.model.binding import Asked
from bot.model.rotation import Unplannable
from bot.usecases.renew import Blocked, Pending
from handlers import answers
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views import approval, plan
from handlers.views import run as runs
from handlers.views.message import Message
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Everything is looked at anew: what the offer showed is not what is asked about."""
    asking = _answer(conversation, visit.user_id)
    await answers.when_ready(conversation.client, visit, asking, partial(plan.under_way, conversation.cluster))


async def _answer(conversation: Conversation, actor: str) -> Message:
    board, command = conversation.approvals, conversation.settings.command
    file = await board.under_way()
    if file is not None:
        return runs.busy(file, conversation.clock.now(), await board.link(file.id))
    match await board.ask(actor):
        case Asked() as asked:
            trouble = board.owed(asked)
            return approval.unposted(asked, trouble, command) if trouble else approval.asked_for(asked, await board.link(asked.request.id))
        case Pending(asked=asked):
            return approval.pending_already(asked, await board.link(asked.request.id), command)
        case Blocked(plan=blocked):
            return plan.offer(blocked, can_ask=True)
        case Unplannable() as why:
            return plan.unplannable(why)


ASK_ROTATION = Action(action_id=plan.ASK_ROTATION, verb=Verb.OPERATE, run=run)
