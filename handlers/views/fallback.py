"""When a message cannot be shown as it was meant: rather plain than never. And the word that a card had to be posted anew."""

from handlers.views.blocks import MAX_BLOCKS, context
from handlers.views.inline import Line
from handlers.views.message import Message

POSTED_ANEW: Line = ("The earlier message of this card is gone or out of reach, so it was posted anew.",)
UNSHOWABLE = "An alert cannot be shown here. Ask the bot for its status, or read its log."
# Well below what chat.update takes, and below what it may grow to when Slack escapes it.
SHORT = 2_000


def posted_anew(message: Message) -> Message:
    """The same card, with a line that says why it stands here again."""
    return Message(text=message.text, blocks=(*message.blocks[: MAX_BLOCKS - 1], context(POSTED_ANEW)))


def simpler(message: Message) -> tuple[Message, Message]:
    """What to try after Slack has refused the blocks: text only, then a fixed sentence."""
    return Message(text=message.text[:SHORT], blocks=()), unshowable()


def unshowable() -> Message:
    """Says that there is something to say."""
    return Message(text=UNSHOWABLE, blocks=())
