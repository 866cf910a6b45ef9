"""View plan: all of what the request on the card is about, for one person."""

from bot.model.access import Verb
from handlers import answers
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views import approval, plan
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """As it was when it was asked about: what an approval is bound to, and not what is so now."""
    asked = await conversation.approvals.request(visit.value)
    dossier = asked.dossier if asked is not None else await conversation.approvals.carried_out(visit.value)
    if dossier is None:
        await answers.privately(conversation.client, visit, approval.gone())
    else:
        await answers.in_a_modal(conversation.client, visit, plan.whole(dossier.plan, dossier.bound.digest))


VIEW_ROTATION = Action(action_id=approval.VIEW, verb=Verb.VIEW, run=run)
