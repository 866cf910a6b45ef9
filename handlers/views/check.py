"""The checks: all of them as a list, or one with its evidence."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from bot.model.finding import Severity
from bot.model.report import Answer, Report
from handlers.views import alert, findings
from handlers.views.blocks import bullets, compose, context, paragraph
from handlers.views.inline import Count, Line, Outside, bold, code
from handlers.views.message import Block, Message
from handlers.views.severities import look
from handlers.views.untrusted import Untrusted

TITLE_LIMIT = 160
CHECKS_SHOWN = 40
FINDINGS_SHOWN = 5


def every(report: Report, command: str, now: datetime) -> Message:
    """One line per check, under its category."""
    title: Line = (*bold("Checks of ", findings.name(report.cluster)), " · ", *findings.seen(report.taken_at, now))
    blocks: list[Block] = [paragraph(title)]
    for category, group in groupby(report.answers, key=lambda answer: answer.category):
        blocks.append(bullets(bold(findings.name(category)), [_one_line(answer) for answer in group], CHECKS_SHOWN))
    blocks.append(context(("One check with its evidence: ", Untrusted(f"{command} check ID"))))
    return compose(title, blocks)


def one(answer: Answer, report: Report, now: datetime) -> Message:
    """One check: its title, its answer, the evidence, and where it is explained."""
    state = look(answer.severity)
    title: Line = (state.emoji, " ", *bold(state.word, " · ", Outside(Untrusted(answer.title), TITLE_LIMIT)))
    blocks: list[Block] = [paragraph(title, (*_meaning(answer), *findings.seen(report.taken_at, now)))]
    for finding in answer.findings[:FINDINGS_SHOWN]:
        worse = look(finding.severity)
        blocks.append(paragraph((worse.emoji, " ", *bold(worse.word, " · ", findings.fact(finding)))))
        blocks += alert.body(finding, now)
    if len(answer.findings) > FINDINGS_SHOWN:
        blocks.append(paragraph(("And ", Count(len(answer.findings) - FINDINGS_SHOWN), " more findings of this check.")))
    where: Line = (findings.name(report.cluster), " · ", findings.name(answer.check_id), " · ")
    blocks.append(context((*where, "explained in ", *findings.where_explained(answer.check_id))))
    return compose(title, blocks)


def unknown(word: str, nearest: str, ids: Sequence[str], command: str) -> Message:
    """There is no check of that name; the nearest one, or all of them."""
    first: Line = ("There is no check ", *code(findings.name(word)), ".")
    if nearest:
        return compose(first, [paragraph((*first, " Did you mean ", *code(Untrusted(f"{command} check {nearest}")), "?"))])
    return compose(first, [bullets((*first, " There are:"), [code(findings.name(check_id)) for check_id in ids], CHECKS_SHOWN)])


def nothing_yet(cluster: str) -> Message:
    """No sweep has finished, so no check has an answer."""
    line: Line = ("No look at ", findings.name(cluster), " has finished yet, so no check has an answer. Please try again in a minute.")
    return compose(line, [paragraph(line)])


def _one_line(answer: Answer) -> Line:
    state = look(answer.severity)
    word: Line = (*bold(state.word), " ") if answer.severity is not Severity.OK else ()
    return (state.emoji, " ", *word, Outside(Untrusted(answer.title), TITLE_LIMIT), " ", *code(findings.name(answer.check_id)))


def _meaning(answer: Answer) -> Line:
    match answer.severity:
        case Severity.OK:
            return ("This holds. ",)
        case Severity.NOT_CHECKED:
            return ("This is not checked, by choice. ",)
        case Severity.UNKNOWN:
            return ("This could not be judged. ",)
        case Severity.NOTICE | Severity.WARNING | Severity.CRITICAL:
            return ("This does not hold. ",)
