"""``accept``: shows what changed and the button that accepts it; only the button, which asks again, decides."""

from bot.model.access import Verb
from bot.model.prognosis import CA_CHANGED
from handlers import answers
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import acceptance
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Answer privately, also in a thread: the button is for the one who asked."""
    report = conversation.sweeper.last_report()
    changed = [finding for finding in report.findings if finding.check_id == CA_CHANGED and finding.severity.is_trouble] if report else []
    if changed:
        message = acceptance.question(changed[0], conversation.cluster, conversation.clock.now())
    else:
        message = acceptance.nothing_to_accept(conversation.cluster)
    await answers.privately(conversation.client, visit, message)


ACCEPT = Subcommand(name="accept", usage="accept", summary="accept a CA that was changed on purpose", verb=Verb.OPERATE, run=run)
