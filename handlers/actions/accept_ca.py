"""Accept this CA: an operator decides that the present CA is the right one."""

from bot.model.access import Verb
from bot.usecases.accept import Accepted, NotAccepted
from handlers import answers
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views import acceptance, alert
from handlers.views.message import Message
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Only a click on what is true now counts; the use case then looks afresh and compares and sets."""
    is_present = visit.value in _present(conversation)
    message = await _decide(conversation, visit.user_id) if is_present else acceptance.outdated()
    await answers.privately(conversation.client, visit, message)


async def _decide(conversation: Conversation, user_id: str) -> Message:
    match await conversation.accept(user_id):
        case Accepted():
            return acceptance.accepted(conversation.cluster)
        case NotAccepted(reason=reason):
            return acceptance.not_accepted(reason)


def _present(conversation: Conversation) -> set[str]:
    report = conversation.sweeper.last_report()
    found = report.findings if report is not None else ()
    return {alert.digest(finding) for finding in found if finding.check_id == alert.CA_CHANGED}


ACCEPT_CA = Action(action_id=alert.ACCEPT_CA, verb=Verb.OPERATE, run=run)
