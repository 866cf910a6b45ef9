"""The present status as a message: what the status command, its newer edition and the Share button all say."""

from handlers import answers
from handlers.conversation import Conversation
from handlers.views import status
from handlers.views.message import Message
from handlers.views.status import Newer
from handlers.visit import Visit


def meanwhile(conversation: Conversation, visit: Visit) -> Message:
    """From the last report, while a newer look is under way. Shared is only what is new."""
    return message(conversation, shareable=False, newer="in-place" if answers.can_be_replaced(visit) else "below")


def message(conversation: Conversation, *, trouble: str = "", shareable: bool = True, newer: Newer = "") -> Message:
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
        )
    )
