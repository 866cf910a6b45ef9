"""``diagnose APP|POD|COMPONENT``: why is it broken? What the checks, Kubernetes and the logs say together, within seconds."""

import asyncio

from bot.model.access import Verb
from bot.model.targets import Unresolved
from handlers import answers, words
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import diagnosis as view
from handlers.views.message import Message
from handlers.visit import Visit

# Most answers come sooner; who waits longer reads that something is going on.
GLANCE_SECONDS = 1.5


async def run(conversation: Conversation, visit: Visit) -> None:
    """Say that it looks where that takes longer, then say what it is. Nothing asked: say how."""
    _, typed = words.first(visit.words)
    wanted = words.unescaped(typed).strip()
    if not wanted:
        await answers.answer(conversation.client, visit, view.usage(conversation.settings.command))
        return
    # Its end is awaited below, within this supervised task.
    asking = asyncio.create_task(_answer(conversation, wanted), name="diagnose")  # noqa: TID251 - see above
    try:
        ended, _ = await asyncio.wait({asking}, timeout=GLANCE_SECONDS)
        said = None if ended else await answers.answer(conversation.client, visit, view.under_way(conversation.cluster, wanted))
        message = await asking
    finally:
        asking.cancel()
    if said is None:
        await answers.answer(conversation.client, visit, message)
    else:
        await answers.replace(conversation.client, visit, said, message)


async def _answer(conversation: Conversation, wanted: str) -> Message:
    found = await conversation.diagnose(wanted)
    if isinstance(found, Unresolved):
        return view.unresolved(found, conversation.settings.command)
    return view.render(found, conversation.clock.now())


DIAGNOSE = Subcommand(
    name="diagnose",
    usage="diagnose APP|POD|COMPONENT",
    summary="why is it broken, with the evidence",
    verb=Verb.VIEW,
    run=run,
)
