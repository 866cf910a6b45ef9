"""``status``: what a quick look finds; where it takes longer, the last report at once, with its age, and the newer one when it comes."""

import asyncio
from datetime import timedelta
from functools import partial

from bot.errors import BotError
from bot.model.access import Verb
from handlers import answers, standing
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views.message import Message
from handlers.visit import Kind, Visit

# A look younger than this is not worth another one.
FRESH = timedelta(seconds=10)
PATIENCE_SECONDS = 120.0
# Most looks end sooner, and then one answer is enough; people wait two seconds for the first.
GLANCE_SECONDS = 1.0


async def run(conversation: Conversation, visit: Visit) -> None:
    """Look afresh, unless the last look is. At most two uses of the response_url."""
    before = conversation.sweeper.last_report()
    shareable = visit.kind is not Kind.MENTION
    run = await standing.under_way(conversation)
    if before is not None and conversation.clock.now() - before.taken_at < FRESH:
        await answers.answer(conversation.client, visit, standing.message(conversation, run, shareable=shareable))
        return
    meanwhile = partial(standing.meanwhile, conversation, visit, run)
    await answers.when_ready(conversation.client, visit, _newer(conversation, shareable=shareable), meanwhile, seconds=GLANCE_SECONDS)


async def _newer(conversation: Conversation, *, shareable: bool) -> Message:
    trouble = await look_afresh(conversation)
    return standing.message(conversation, await standing.under_way(conversation), trouble=trouble, shareable=shareable)


async def look_afresh(conversation: Conversation, *, patience_seconds: float = PATIENCE_SECONDS) -> str:
    """Sweep now. Why that did not work, "" when it did."""
    try:
        async with asyncio.timeout(patience_seconds):
            await conversation.sweeper.sweep_now()
    except BotError as error:
        return str(error)
    except TimeoutError:
        return f"it did not finish within {patience_seconds:.0f} seconds"
    return ""


STATUS = Subcommand(name="status", usage="status", summary="is the trust healthy, and if not, what to do", verb=Verb.VIEW, run=run)
