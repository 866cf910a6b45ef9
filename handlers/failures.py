"""Every failure is answered: a known one in three sentences, an unknown one with an id that stands in the log."""

import secrets

import structlog

from bot.errors import BotError
from bot.model.redaction import excerpt
from handlers import answers
from handlers.conversation import Conversation
from handlers.views import failure
from handlers.views.message import Message
from handlers.visit import Visit

log = structlog.get_logger(__name__)


async def tell(conversation: Conversation, visit: Visit, error: Exception) -> None:
    """Answer ``error`` privately. Never raises what Slack does: then the log is all there is."""
    message = _message(visit, error)
    try:
        await answers.privately(conversation.client, visit, message)
    except BotError as unsaid:
        log.warning("a failure could not be told", user=visit.user_id, kind=visit.kind.value, error=str(unsaid))


def _message(visit: Visit, error: Exception) -> Message:
    tried = excerpt(visit.said)  # it may hold what somebody pasted
    if isinstance(error, BotError):
        log.warning("unable", user=visit.user_id, kind=visit.kind.value, error=str(error))
        return failure.unable(tried, error)
    incident = secrets.token_hex(4)
    log.error("bug", incident=incident, user=visit.user_id, kind=visit.kind.value, error=str(error), exc_info=error)
    return failure.bug(tried, incident)
