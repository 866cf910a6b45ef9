"""``renew``: what a rotation of the CA would be, and the button that asks for its approval; or the request that waits for one."""

from bot.model.access import Verb
from handlers import answers, renewal, words
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import plan
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Of this cluster only: what is said of another one must not be read as this one's."""
    _, typed = words.first(visit.words)
    asked = words.unescaped(typed).strip()
    if asked and asked != conversation.cluster:
        await answers.privately(conversation.client, visit, plan.elsewhere(asked, conversation.cluster))
        return
    await renewal.show(conversation, visit)


RENEW = Subcommand(
    name="renew",
    usage="renew [CLUSTER]",
    summary="plan a rotation of the CA, or see the one that waits or runs",
    verb=Verb.VIEW,
    run=run,
)
