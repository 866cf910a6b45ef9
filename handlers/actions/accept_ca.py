"""Accept this CA: an operator decides that the present CA is the right one."""

from bot.model.access import Verb
from bot.model.prognosis import CA_CHANGED
from bot.model.report import Report
from bot.usecases.accept import Accepted, NotAccepted
from handlers import answers
from handlers.action import Action
from handlers.conversation import Conversation
from handlers.views import acceptance, alert
from handlers.views.message import Message
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Look afresh; only a click on a card that still shows the truth counts. The use case then compares and sets."""
    report = await conversation.sweeper.sweep_now()
    message = await _decide(conversation, visit) if visit.value in _shown(report) else acceptance.outdated()
    await answers.privately(conversation.client, visit, message)


async def _decide(conversation: Conversation, visit: Visit) -> Message:
    match await conversation.accept(visit.user_id, visit.value):
        case Accepted():
            return acceptance.accepted(conversation.cluster)
        case NotAccepted(reason=reason):
            return acceptance.not_accepted(reason)


def _shown(report: Report) -> set[str]:
    """What the buttons of cards carry that show this report's CA."""
    return {finding.binding for finding in report.findings if finding.check_id == CA_CHANGED}


ACCEPT_CA = Action(action_id=alert.ACCEPT_CA, verb=Verb.OPERATE, run=run)
