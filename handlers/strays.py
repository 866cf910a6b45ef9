"""What arrives although nobody here offers it: answered all the same, so that nobody looks at a timeout."""

from handlers import answers
from handlers.conversation import Conversation
from handlers.views import stray
from handlers.visit import Visit


async def other_command(conversation: Conversation, visit: Visit) -> None:
    """The app has a slash command that the settings do not name."""
    message = stray.other_command(visit.said.partition(" ")[0], conversation.settings.command)
    await answers.privately(conversation.client, visit, message)


async def other_button(conversation: Conversation, visit: Visit) -> None:
    """The message was written by another version of the bot."""
    await answers.privately(conversation.client, visit, stray.other_button())
