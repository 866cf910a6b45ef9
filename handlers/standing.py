"""The present status as a message: what the status command, its newer edition and the Share button all say."""

import structlog

from bot.errors import BotError
from bot.model.run import File
from handlers import answers
from handlers.conversation import Conversation
from handlers.views import status
from handlers.views.message import Message
from handlers.views.status import Newer
from handlers.visit import Visit

log = structlog.get_logger(__name__)


async def under_way(conversation: Conversation) -> File | None:
    """The rotation that is not over. A status is told without it rather than not at all."""
    try:
        return await conversation.board.under_way() if conversation.board else None
    except BotError as error:
        log.warning("whether a rotation is under way cannot be read", error=str(error))
        return None


def meanwhile(conversation: Conversation, visit: Visit, run: File | None) -> Message:
    """From the last report, while a newer look is under way. Shared is only what is new."""
    return message(conversation, run, shareable=False, newer="in-place" if answers.can_be_replaced(visit) else "below")


def message(conversation: Conversation, run: File | None, *, trouble: str = "", shareable: bool = True, newer: Newer = "") -> Message:
    """From the last report, at once. ``trouble``: why there is no newer one. ``newer``: where one will stand that is under way."""
    return status.render(
        status.Status(
            cluster=conversation.cluster,
            command=conversation.settings.command,
            now=conversation.clock.now(),
            report=conversation.sweeper.last_report(),
            blind_after=conversation.settings.policy.blind_after,
            backlog=conversation.channel.backlog(),
            untold=conversation.channel.troubles(),
            trouble=trouble,
            shareable=shareable,
            newer=newer,
            run=run,
        )
    )
