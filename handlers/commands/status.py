"""``status``: the last report at once, with its age; a newer one is put in its place when it comes."""

import asyncio
from datetime import timedelta

from bot.errors import BotError
from bot.model.access import Verb
from handlers import answers, standing
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.visit import Kind, Visit

# A look younger than this is not worth another one.
FRESH = timedelta(seconds=10)
PATIENCE_SECONDS = 120.0


async def run(conversation: Conversation, visit: Visit) -> None:
    """Answer from memory, look afresh, replace the answer. At most two uses of the response_url."""
    before = conversation.sweeper.last_report()
    shareable = visit.kind is not Kind.MENTION
    said = await answers.answer(conversation.client, visit, standing.message(conversation, shareable=shareable))
    if before is not None and conversation.clock.now() - before.taken_at < FRESH:
        return
    trouble = await look_afresh(conversation)
    after = conversation.sweeper.last_report()
    if after != before or trouble:
        newer = standing.message(conversation, trouble=trouble, shareable=shareable)
        await answers.replace(conversation.client, visit, said, newer)


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
