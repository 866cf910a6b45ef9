"""Share: the present status for everybody in the channel, once per private answer."""

from bot.errors import Unable
from bot.model.access import Verb
from handlers import answers, standing
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views.status import SHARE
from handlers.visit import Visit

AGAIN = "Ask for the status again, and share that one."


async def run(conversation: Conversation, visit: Visit) -> None:
    """Say it aloud, then take the button away. A second click on the same answer says nothing."""
    once = f"share/{visit.user_id}/{visit.channel_id}/{visit.message_ts}"
    if not await conversation.store.first_sight(once, conversation.clock.now()):
        return
    message = standing.message(conversation, await standing.under_way(conversation), shareable=False)
    try:
        await answers.share(conversation.client, visit, message)
    except Unable as error:
        # This button is used up: whether it was heard is not known, and twice aloud is worse than asking again.
        error.hint = AGAIN
        raise
    await answers.replace(conversation.client, visit, answers.Said(), message)


SHARE_STATUS = Action(action_id=SHARE, verb=Verb.VIEW, run=run)
