"""``check [ID]``: every check in one list, or one with its evidence."""

import difflib

from msgspec.structs import replace

from bot.model.access import Verb
from bot.model.finding import Severity
from bot.model.report import Report
from handlers import answers, words
from handlers.conversation import Conversation
from handlers.subcommand import Subcommand
from handlers.views import check
from handlers.views.message import Message
from handlers.visit import Visit


async def run(conversation: Conversation, visit: Visit) -> None:
    """Answer from the last report; its age is said, and what held in an old one is not said to hold."""
    report = conversation.sweeper.last_report()
    report = _by_now(report, conversation) if report else None
    wanted = words.split(visit.words)[1:2]
    if report is None:
        message = check.nothing_yet(conversation.cluster)
    elif wanted:
        message = _one(conversation, report, wanted[0])
    else:
        message = check.every(report, conversation.settings.command, conversation.clock.now())
    await answers.answer(conversation.client, visit, message)


def _by_now(report: Report, conversation: Conversation) -> Report:
    """From the age at which status calls the bot blind, OK is no longer known."""
    if conversation.clock.now() - report.taken_at <= conversation.settings.policy.blind_after:
        return report
    answers = (replace(answer, severity=Severity.UNKNOWN) if answer.severity is Severity.OK else answer for answer in report.answers)
    return replace(report, answers=tuple(answers))


def _one(conversation: Conversation, report: Report, wanted: str) -> Message:
    by_id = {answer.check_id: answer for answer in report.answers}
    found = by_id.get(wanted.lower())
    if found is not None:
        return check.one(found, report, conversation.clock.now())
    near = difflib.get_close_matches(wanted.lower(), by_id, n=1)
    return check.unknown(wanted, near[0] if near else "", tuple(by_id), conversation.settings.command)


CHECK = Subcommand(name="check", usage="check [ID]", summary="every check, or one with its evidence", verb=Verb.VIEW, run=run)
