"""``help``: what can be asked. Also the answer to nothing at all."""

from collections.abc import Sequence

from bot.model.access import Verb
from handlers import answers
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import help as view
from handlers.visit import Visit

USAGE = "help"
SUMMARY = "this list"


def help_on(others: Sequence[Subcommand]) -> Subcommand:
    """The help on these subcommands and on itself."""
    entries = [view.Entry(other.usage, other.summary, other.verb) for other in others]
    entries.append(view.Entry(USAGE, SUMMARY, Verb.VIEW))

    async def run(conversation: Conversation, visit: Visit) -> None:
        message = view.render(entries, conversation.settings.command, conversation.cluster)
        await answers.answer(conversation.client, visit, message)

    return Subcommand(name="help", usage=USAGE, summary=SUMMARY, verb=Verb.VIEW, run=run)
