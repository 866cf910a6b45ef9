"""Deny: opens the form that asks for a reason; only the form, which asks again who it is, decides."""

from bot.model.access import Verb
from bot.model.approval import State
from handlers import answers
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views import approval
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Nothing is looked at but the store: a modal has to be opened within three seconds."""
    asked = await conversation.approvals.request(visit.value)
    if asked is None:
        await answers.privately(conversation.client, visit, approval.gone())
    elif asked.request.state is not State.PENDING:
        await answers.privately(conversation.client, visit, approval.not_counted("", asked))
    else:
        await answers.in_a_modal(conversation.client, visit, approval.denial(asked))


DENY_ROTATION = Action(action_id=approval.DENY, verb=Verb.APPROVE, run=run)
