"""Ask for approval: a new plan with new keys is made and bound, and its card is posted to the channel."""

from functools import partial

from bot.model.access import Verb
from bot.model.binding import Asked
from bot.model.rotation import Unplannable
from bot.usecases.renew import Blocked, Pending
from handlers import answers
from handlers.action import Action
from handlers.board import Board
from handlers.conversation import Conversation
from handlers.views import approval, plan
from handlers.views.message import Message
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Everything is looked at anew: what the offer showed is not what is asked about."""
    asking = _answer(conversation.approvals, visit.user_id, conversation.settings.command)
    await answers.when_ready(conversation.client, visit, asking, partial(plan.under_way, conversation.cluster))


async def _answer(board: Board, actor: str, command: str) -> Message:
    match await board.ask(actor):
        case Asked() as asked:
            trouble = board.owed(asked)
            return approval.unposted(asked, trouble, command) if trouble else approval.asked_for(asked, await board.link(asked))
        case Pending(asked=asked):
            return approval.pending_already(asked, await board.link(asked), command)
        case Blocked(plan=blocked):
            return plan.offer(blocked, can_ask=True)
        case Unplannable() as why:
            return plan.unplannable(why)


ASK_ROTATION = Action(action_id=plan.ASK_ROTATION, verb=Verb.OPERATE, run=run)
