"""The present status as a message: what the status command, its newer edition and the Share button all say."""

from handlers.conversation import Conversation
from handlers.views import status
from handlers.views.message import Message


def message(conversation: Conversation, *, trouble: str = "", shareable: bool = True) -> Message:
    """From the last report, at once. ``trouble``: why there is no newer one."""
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
        )
    )
