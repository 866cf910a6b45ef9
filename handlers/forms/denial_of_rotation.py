"""The denial of a rotation, with its reason."""

from bot.model.access import Verb
from bot.model.approval import Verdict
from bot.model.redaction import excerpt
from handlers import deciding
from handlers.conversation import Conversation
from handlers.form import Form
from handlers.views import approval
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Everybody reads the reason, and it is kept: what looks like a credential is left out."""
    await deciding.decide(conversation, visit, Verdict.DENY, excerpt(visit.words, approval.REASON_LIMIT))


DENIAL_OF_ROTATION = Form(callback_id=approval.DENIAL, verb=Verb.APPROVE, run=run)
