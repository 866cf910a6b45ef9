"""``cert [all|WORD]``: every certificate of the cluster, worst first; or what is known of those that a word means."""

from functools import partial

from bot.model import lookup
from bot.model.access import Verb
from handlers import answers, words
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import inventory as view
from handlers.views.message import Message
from handlers.visit import Visit

ALL = "all"


async def run(conversation: Conversation, visit: Visit) -> None:
    """From the last look unless it is too old, and then from a new one; its age is said."""
    _, typed = words.first(visit.words)
    wanted = words.unescaped(typed).strip()
    glance = partial(view.under_way, conversation.cluster)
    await answers.when_ready(conversation.client, visit, _answer(conversation, wanted), glance)


async def _answer(conversation: Conversation, wanted: str) -> Message:
    settings = conversation.settings
    inventory = await conversation.certificates()
    asked = view.Asked(inventory=inventory, command=settings.command, now=conversation.clock.now(), blind_after=settings.policy.blind_after)
    if not wanted:
        return view.first(asked)
    word, _, number = wanted.lower().partition(" ")
    if word == ALL:
        return view.page(asked, int(number) if number.isdecimal() and number.isascii() and len(number) < len("1000") else 1)
    meant = lookup.find(inventory, wanted)
    return view.details(asked, meant, wanted) if meant else view.unknown(wanted, lookup.nearest(inventory, wanted), settings.command)


CERT = Subcommand(name="cert", usage="cert [all|WORD]", summary="every certificate, the next to end first", verb=Verb.VIEW, run=run)
