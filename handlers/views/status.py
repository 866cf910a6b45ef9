"""Status: one line of verdict, then what a person acts on, worst first. An old report never shows a healthy verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, LiteralString, TypeAlias

from bot.model import blindness, phrases
from bot.model.alert import Backlog
from bot.model.finding import Finding, Severity
from bot.model.report import Report
from bot.model.run import File
from handlers.views import findings
from handlers.views import run as runs
from handlers.views.blocks import Button, actions, bullets, compose, context, divider, paragraph
from handlers.views.inline import Count, Line, Moment, Outside, Span, bold, code, italic
from handlers.views.message import Block, Message
from handlers.views.severities import Look, look
from handlers.views.untrusted import Untrusted

SHARE = "share-status"

TROUBLE_SHOWN = 6
LESSER_SHOWN = 5
EXPIRIES_SHOWN = 6
ON_ITS_WAY = timedelta(seconds=30)
NOTHING_WAITS = Backlog()
TITLE_LIMIT = 160

Newer: TypeAlias = Literal["", "below", "in-place"]
UNDER_WAY: dict[Newer, LiteralString] = {
    "below": "A newer look is under way; its answer follows below.",
    "in-place": "A newer look is under way; its answer takes this one's place.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What status is told from. ``report`` None: no sweep has finished yet.

    ``trouble``: why there is no newer report. ``newer``: where the answer of a look that is under way will stand.
    ``backlog``, ``untold``: what the channel was not told yet, and why. ``run``: the rotation that is under way.
    """

    cluster: str
    command: str
    now: datetime
    report: Report | None
    blind_after: timedelta
    backlog: Backlog = NOTHING_WAITS
    untold: tuple[str, ...] = ()
    trouble: str = ""
    shareable: bool = True
    newer: Newer = ""
    run: File | None = None

    @property
    def is_old(self) -> bool:
        """Whether the report is too old to call anything healthy."""
        return self.report is None or self.now - self.report.taken_at > self.blind_after


def render(status: Status) -> Message:
    """The whole status. The Share button is left out where it is shared already."""
    verdict = _verdict(status)
    rotation: list[Line] = [runs.under_way(status.run, status.now)] if status.run is not None else []
    blocks = [paragraph(verdict, _age(status), *rotation), *_trouble(status)]
    if status.report is not None:
        blocks += _body(status, status.report)
    if status.shareable:
        blocks.append(actions(Button(action_id=SHARE, label=("Share in this channel",))))
    return compose(verdict, blocks)


def _body(status: Status, report: Report) -> list[Block]:
    return [
        *_actions(report.findings, status),
        *_listed(bold("Could not be judged"), _unjudged(report)),
        *_listed(bold("Worth knowing"), [(findings.fact(finding),) for finding in _of(report, Severity.NOTICE)]),
        *_expiries(report, status.now),
        *_not_checked(report),
        _footer(status),
    ]


def _verdict(status: Status) -> Line:
    report = status.report
    where: Line = (findings.name(status.cluster),)
    if report is None:
        return _says(look(Severity.UNKNOWN), ("Nothing is known about ", *where, " yet: no look at the cluster has finished"))
    if status.is_old:
        blind: Line = ("Blind on ", *where, " since ", Moment(report.taken_at), ": no newer look has finished")
        return _says(look(Severity.UNKNOWN), blind)
    for finding in report.findings:
        if finding.check_id == blindness.CHECK_ID:
            return _says(look(finding.severity), (*where, ": ", findings.fact(finding)))
    return _says(look(report.severity), _judged(report, where))


def _judged(report: Report, where: Line) -> Line:
    trouble = sum(finding.severity.is_trouble for finding in report.findings)
    blind = sum(answer.severity is Severity.UNKNOWN for answer in report.answers)
    if trouble:
        return (Count(trouble), " thing needs" if trouble == 1 else " things need", " action on ", *where)
    if blind or report.is_unlooked or not blindness.is_useful(report):
        chosen: Line = (": when its CA ends is not looked at, by choice",) if report.is_unlooked else ()
        could: Line = (": ", Count(blind), " check" if blind == 1 else " checks", " could not see") if blind else chosen
        return ("Cannot say that ", *where, " is healthy", *could)
    return ("Nothing needs action on ", *where)


def _says(state: Look, words: Line) -> Line:
    return (state.emoji, " ", *bold(state.word, " · ", *words))


def _age(status: Status) -> Line:
    report = status.report
    if report is None:
        return ("The first look is under way.",)
    counted = [answer for answer in report.answers if answer.severity is not Severity.NOT_CHECKED]
    healthy = sum(answer.severity is Severity.OK for answer in counted)
    if status.is_old:
        return ("Last seen ", Moment(report.taken_at), " (", Span(status.now - report.taken_at), " ago). It may be better or worse by now.")
    return (
        *findings.seen(report.taken_at, status.now),
        " · ",
        Count(healthy),
        " of ",
        Count(len(counted)),
        " checks hold · namespace ",
        findings.name(report.namespace),
    )


def _trouble(status: Status) -> list[Block]:
    lines: list[Line] = [italic(UNDER_WAY[status.newer])] if status.newer else []
    if status.trouble:
        lines.append((*bold("A newer look failed: "), Untrusted(status.trouble)))
    lines += _untold(status)
    return [paragraph(*lines)] if lines else []


def _untold(status: Status) -> list[Line]:
    backlog = status.backlog
    lines: list[Line] = []
    if backlog.count and (status.untold or (backlog.oldest_at is not None and status.now - backlog.oldest_at > ON_ITS_WAY)):
        what: Line = (" message waits" if backlog.count == 1 else " messages wait", " for the channel")
        since: Line = (" since ", Moment(backlog.oldest_at)) if backlog.oldest_at else ()
        lines.append((*bold("Not told yet: "), Count(backlog.count), *what, *since, "."))
    lines += [(*bold("Why: "), Untrusted(why)) for why in status.untold[:LESSER_SHOWN]]
    return lines


def _actions(found: Sequence[Finding], status: Status) -> list[Block]:
    trouble = [finding for finding in found if finding.severity.is_trouble]
    blocks: list[Block] = [divider()] if trouble else []
    blocks += [paragraph(*_action(finding, status.now)) for finding in trouble[:TROUBLE_SHOWN]]
    if len(trouble) > TROUBLE_SHOWN:
        more: Line = ("And ", Count(len(trouble) - TROUBLE_SHOWN), " more: ", *code(Untrusted(f"{status.command} check")))
        blocks.append(paragraph(more))
    return blocks


def _action(finding: Finding, now: datetime) -> list[Line]:
    state = look(finding.severity)
    lines: list[Line] = [(state.emoji, " ", *bold(state.word, " · ", findings.fact(finding)))]
    if finding.deadline_at is not None:
        lines.append(("Deadline: ", *findings.deadline(finding.deadline_at, now)))
    if finding.affected:
        lines.append(_affects(finding))
    if finding.next_step:
        lines.append(findings.next_step(finding))
    return lines


def _affects(finding: Finding) -> Line:
    names = phrases.named([f"{thing.namespace}/{thing.name}" if thing.namespace else thing.name for thing in finding.affected])
    return (*findings.affects(finding.affected), ": ", Untrusted(names))


def _unjudged(report: Report) -> list[Line]:
    """One missing right blinds many checks: what they say alike is said once."""
    told = {(finding.fact, finding.next_step): finding for finding in _of(report, Severity.UNKNOWN)}
    return [(findings.fact(finding), *((". ", Untrusted(finding.next_step)) if finding.next_step else ())) for finding in told.values()]


def _of(report: Report, severity: Severity) -> list[Finding]:
    return [finding for finding in report.findings if finding.severity is severity]


def _listed(title: Line, lines: Sequence[Line]) -> list[Block]:
    return [bullets(title, lines, LESSER_SHOWN)] if lines else []


def _expiries(report: Report, now: datetime) -> list[Block]:
    ends: list[Line] = [
        (Outside(Untrusted(expiry.what), TITLE_LIMIT), ": ", *findings.deadline(expiry.not_after_at, now)) for expiry in report.expiries
    ]
    return [bullets(bold("Valid until"), ends, EXPIRIES_SHOWN)] if ends else []


def _not_checked(report: Report) -> list[Block]:
    titles: list[Line] = [
        (Outside(Untrusted(answer.title), TITLE_LIMIT), " (", findings.name(answer.check_id), ")")
        for answer in report.answers
        if answer.severity is Severity.NOT_CHECKED
    ]
    return _listed(bold("Not checked, by choice"), titles)


def _footer(status: Status) -> Block:
    return context(("Every check with its evidence: ", Untrusted(f"{status.command} check")))
