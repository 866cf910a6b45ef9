"""What a rotation of the CA would be, or the one under way, or waiting for its approval: what ``renew`` and the buttons of cards show."""

from functools import partial

from bot.model.binding import Asked
from bot.model.rotation import Unplannable
from bot.usecases.renew import Blocked, Pending
from handlers import answers
from handlers.conversation import Conversation
from handlers.views import approval, plan
from handlers.views import run as runs
from handlers.views.message import Message
from handlers.visit import Visit


async def show(conversation: Conversation, visit: Visit) -> None:
    """From a fresh look; says that it looks where that takes longer. Raises BotError."""
    await answers.when_ready(conversation.client, visit, _message(conversation, visit), partial(plan.under_way, conversation.cluster))


async def ask(conversation: Conversation, visit: Visit, actor: str) -> None:
    """Ask for approval of what is planned now, for somebody or (``actor`` "") for the bot itself. Raises BotError."""
    asking = _asked(conversation, visit, actor)
    await answers.when_ready(conversation.client, visit, asking, partial(plan.under_way, conversation.cluster))


async def _asked(conversation: Conversation, visit: Visit, actor: str) -> Message:
    board, command = conversation.approvals, conversation.settings.command
    file = await board.under_way()
    if file is not None:
        return runs.busy(file, conversation.clock.now(), await board.link(file.id))
    match await board.ask(actor, reviewer="" if actor else visit.user_id):
        case Asked() as asked:
            trouble = board.owed(asked)
            return approval.unposted(asked, trouble, command) if trouble else approval.asked_for(asked, await board.link(asked.request.id))
        case Pending(asked=asked):
            return approval.pending_already(asked, await board.link(asked.request.id), command)
        case Blocked(plan=blocked):
            return plan.offer(blocked, can_ask=True)
        case Unplannable() as why:
            return plan.unplannable(why)


async def _message(conversation: Conversation, visit: Visit) -> Message:
    board = conversation.board
    file = await board.under_way() if board else None
    if board and file:
        return runs.standing(file, conversation.clock.now(), await board.link(file.id))
    pending = await board.pending() if board else None
    if board and pending:
        return approval.waiting(pending, await board.link(pending.request.id), visit.user_id)
    found = await conversation.planned()
    if isinstance(found, Unplannable):
        return plan.unplannable(found)
    return plan.offer(found, can_ask=board is not None)
