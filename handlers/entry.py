"""The one door: whatever came in, by whatever way, is seen once, known, allowed, done, and answered, in this order."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog

from bot.errors import BotError, Malformed
from bot.model.access import Granted, Refused, Verb, authorize
from handlers import answers, failures
from handlers.conversation import Conversation
from handlers.views import refusal
from handlers.visit import Visit

log = structlog.get_logger(__name__)

Run: TypeAlias = Callable[[Conversation, Visit], Awaitable[None]]


async def receive(conversation: Conversation, visit: Visit, verb: Verb, run: Run) -> None:
    """Do ``run`` for a visit that is new and whose actor may ``verb``. Answers everything else; raises nothing of its own."""
    try:
        if await _is_new(conversation, visit, verb):
            await _authorized(conversation, visit, verb, run)
    except Exception as error:  # noqa: BLE001 - the border: no failure stays unanswered
        await failures.tell(conversation, visit, error)


async def _authorized(conversation: Conversation, visit: Visit, verb: Verb, run: Run) -> None:
    actor = await conversation.people.actor(visit, verb)
    match authorize(actor, verb, conversation.cluster, conversation.access):
        case Granted():
            if verb is not Verb.VIEW:
                log.info("granted", user=visit.user_id, verb=verb.value, kind=visit.kind.value, action=visit.action_id)
            await run(conversation, visit)
        case Refused(reason=reason):
            log.info("refused", user=visit.user_id, team=visit.team_id, verb=verb.value, kind=visit.kind.value, reason=reason)
            await answers.privately(conversation.client, visit, refusal.render(reason))


async def _is_new(conversation: Conversation, visit: Visit, verb: Verb) -> bool:
    if not visit.key:
        if verb is not Verb.VIEW:
            raise Malformed("Slack sent this without its id, so it cannot be told from a repetition; nothing was done.")
        return True
    try:
        return await conversation.store.first_sight(visit.key, conversation.clock.now())
    except BotError as error:
        # Telling a status twice harms nobody, and it is wanted most when something is broken. Deciding twice might.
        if verb is not Verb.VIEW:
            raise
        log.warning("redeliveries cannot be told apart", error=str(error))
        return True
