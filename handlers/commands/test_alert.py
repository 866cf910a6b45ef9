"""``test-alert``: a harmless card by the way of a real one, and whether it arrived."""

from collections.abc import Sequence

from bot.model.access import Verb
from bot.usecases.trial import Arrived, TooSoon, Tried, Waiting
from handlers import answers
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import trial as view
from handlers.views.message import Message
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Answer privately once it has arrived, or when it has not in ten seconds."""
    tried = await conversation.try_alert()
    await answers.privately(conversation.client, visit, _told(tried, conversation.channel.troubles()))


def _told(tried: Tried, troubles: Sequence[str]) -> Message:
    match tried:
        case Arrived(after=after):
            return view.arrived(after)
        case Waiting(since_at=since_at):
            return view.waiting(since_at, troubles)
        case TooSoon(again_at=again_at):
            return view.too_soon(again_at)


TEST_ALERT = Subcommand(
    name="test-alert", usage="test-alert", summary="send a harmless card and tell whether it arrived", verb=Verb.OPERATE, run=run
)
