"""``help``: what can be asked. Also the answer to nothing at all."""

from bot.model.access import Verb
from handlers import answers
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import help as view
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """List everything that is offered."""
    entries = [view.Entry(offer.usage, offer.summary, offer.verb) for offer in conversation.offers]
    message = view.render(entries, conversation.settings.command, conversation.cluster)
    await answers.answer(conversation.client, visit, message)


HELP = Subcommand(name="help", usage="help", summary="this list", verb=Verb.VIEW, run=run)
