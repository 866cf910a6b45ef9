"""``doctor``: is everything that the bot lives on as it should be: rights, logs, metrics, memory, Slack."""

from functools import partial

from bot.model.access import Verb
from handlers import answers
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import doctor as view
from handlers.views.message import Message
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Answer privately, also in a thread: what is wrong with a bot is for whoever asked."""
    glance = partial(view.under_way, conversation.cluster)
    await answers.when_ready(conversation.client, visit, _answer(conversation), glance, say=answers.privately)


async def _answer(conversation: Conversation) -> Message:
    return view.render(await conversation.examine())


DOCTOR = Subcommand(name="doctor", usage="doctor", summary="is everything that this bot lives on in order", verb=Verb.VIEW, run=run)
