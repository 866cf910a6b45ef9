"""``diagnose APP|POD|COMPONENT``: why is it broken? What the checks, Kubernetes and the logs say together, within seconds."""

from functools import partial

from bot.model.access import Verb
from bot.model.targets import Unresolved
from handlers import answers, words
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import diagnosis as view
from handlers.views import unresolved
from handlers.views.message import Message
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Say that it looks where that takes longer, then say what it is. Nothing asked: say how."""
    _, typed = words.first(visit.words)
    wanted = words.unescaped(typed).strip()
    if not wanted:
        await answers.answer(conversation.client, visit, view.usage(conversation.settings.command))
        return
    glance = partial(view.under_way, conversation.cluster, wanted)
    await answers.when_ready(conversation.client, visit, _answer(conversation, wanted), glance)


async def _answer(conversation: Conversation, wanted: str) -> Message:
    found = await conversation.diagnose(wanted)
    if isinstance(found, Unresolved):
        return unresolved.render(found, f"{conversation.settings.command} diagnose")
    return view.render(found, conversation.clock.now())


DIAGNOSE = Subcommand(
    name="diagnose",
    usage="diagnose APP|POD|COMPONENT",
    summary="why is it broken, with the evidence",
    verb=Verb.VIEW,
    run=run,
)
