"""A card: one message per cause, edited in place. And the reply in its thread that is broadcast when people must know."""

from datetime import datetime, timedelta

from bot.model.alert import Announcement, Card, CardState, Reason
from bot.model.finding import Finding
from bot.model.prognosis import CA_CHANGED, EXPIRY
from bot.model.trial import CAUSE
from handlers.views import findings, offers, rotating, trial
from handlers.views.blocks import Button, Confirm, actions, bullets, compose, context, paragraph
from handlers.views.inline import Count, Line, Moment, Span, bold, italic, struck
from handlers.views.message import Block, Message
from handlers.views.plan import PLAN_ROTATION
from handlers.views.severities import RESOLVED, Look, look
from handlers.views.untrusted import Untrusted

EXPIRIES = frozenset(EXPIRY.values())
ACCEPT_CA = "accept-ca"

BLIND: Line = ("Cannot see this since ",)
BLIND_MEANS: Line = (". What follows is what was seen last; it may be better or worse by now.",)


def card(card: Card, cluster: str, now: datetime, link: str = "") -> Message:
    """The whole card as it stands at ``now``. ``cluster``: as people say it; ``link``: to the rotation that mends it, "" for none."""
    if card.cause == CAUSE:
        return trial.card(card, cluster)
    if card.state is CardState.RESOLVED:
        return _resolved(card, cluster, link)
    finding = card.finding
    first = _first_line(look(card.severity), cluster, (findings.fact(finding), *findings.time_left(finding, now)))
    blocks = [paragraph(first), *_blind(card), *body(finding, now), *_mended(card, link), *_buttons(card, cluster), _context(card)]
    return compose(first, blocks)


def reply(announcement: Announcement) -> Message:
    """What the thread (and, broadcast, the channel) reads: what crossed or got worse, one sentence, the deadline."""
    card = announcement.card
    finding = card.finding
    state = RESOLVED if announcement.reason is Reason.RESOLVED else look(card.severity)
    line: Line = (*_first_line(state, announcement.cluster, (findings.fact(finding),)), *_why(announcement))
    until: Line = ()
    if finding.deadline_at is not None and announcement.reason is not Reason.RESOLVED:
        until = (*bold("Deadline: "), *findings.deadline(finding.deadline_at, announcement.at))
    offered = offers.blocks(announcement.offer) if announcement.offer else []
    return compose(line, [paragraph(line, *([until] if until else [])), *offered])


def body(finding: Finding, now: datetime) -> list[Block]:
    """Below the first line: what suffers, what was seen, what to do, until when."""
    blocks: list[Block] = []
    if finding.affected:
        named = [findings.affected(thing) for thing in finding.affected]
        blocks.append(bullets(findings.affects(finding.affected), named, findings.AFFECTED_SHOWN))
    if finding.evidence:
        seen: list[Line] = [(Untrusted(sentence),) for sentence in finding.evidence]
        blocks.append(bullets(bold("What was seen"), seen, findings.EVIDENCE_SHOWN))
    lines: list[Line] = []
    if finding.next_step:
        lines.append(findings.next_step(finding))
    if finding.deadline_at is not None:
        lines.append((*bold("Deadline: "), *findings.deadline(finding.deadline_at, now)))
    if lines:
        blocks.append(paragraph(*lines))
    return blocks


def accept_button(finding: Finding, cluster: str) -> Button:
    """Asks again before the present CA becomes the accepted one."""
    confirm = Confirm(
        title=("Accept this CA?",),
        text=(
            "From now on the CA that ",
            findings.name(cluster),
            " has now counts as the right one. Do this only if you know who changed it and why.",
        ),
        yes=("Accept this CA",),
    )
    return Button(action_id=ACCEPT_CA, label=("Accept this CA",), value=finding.binding, confirm=confirm)


def _first_line(state: Look, cluster: str, fact: Line) -> Line:
    return (state.emoji, " ", *bold(findings.name(cluster), " · ", state.word, " · ", *fact))


def _resolved(card: Card, cluster: str, link: str) -> Message:
    after: Line = (" · resolved after ", Span(_lasted(card))) if card.resolved_at else (" · resolved",)
    first: Line = (
        RESOLVED.emoji,
        " ",
        *bold(findings.name(cluster), " · ", RESOLVED.word, " · "),
        *struck(findings.fact(card.finding)),
        *bold(*after),
    )
    ended: Line = (" to ", Moment(card.resolved_at)) if card.resolved_at else ()
    row: Line = (findings.name(card.finding.check_id), " · open from ", Moment(card.opened_at), *ended)
    return compose(first, [paragraph(first), *_mended(card, link), context(row)])


def _lasted(card: Card) -> timedelta:
    return (card.resolved_at or card.opened_at) - card.opened_at


def _blind(card: Card) -> list[Block]:
    if card.unseen_since_at is None:
        return []
    return [paragraph((*bold(*BLIND), Moment(card.unseen_since_at), *italic(*BLIND_MEANS)))]


def _mended(card: Card, link: str) -> list[Block]:
    return [paragraph(rotating.line(card.rotating, link))] if card.rotating else []


def _buttons(card: Card, cluster: str) -> list[Block]:
    """What can be done about it from here; nothing while nobody sees how it is."""
    finding = card.finding
    if card.unseen_since_at is not None:
        return []
    if finding.check_id == CA_CHANGED:
        return [actions(_plan(finding), accept_button(finding, cluster))]
    return [actions(_plan(finding))] if finding.check_id in EXPIRIES else []


def _plan(finding: Finding) -> Button:
    """The planner decides which kind it is; what is kept is what it would bring back."""
    return Button(action_id=PLAN_ROTATION, label=("Plan restore",) if finding.is_kept else ("Plan rotation",))


def _context(card: Card) -> Block:
    row: Line = (
        findings.name(card.finding.check_id),
        " · ",
        *findings.where_explained(card.finding.check_id),
        " · since ",
        Moment(card.opened_at),
    )
    return context(row)


def _why(announcement: Announcement) -> Line:
    card = announcement.card
    match announcement.reason:
        case Reason.THRESHOLD:
            return _rung(card.finding)
        case Reason.WORSENED:
            return _worse(card)
        case Reason.STILL_CRITICAL:
            return (". It is still critical, ", Span(announcement.at - card.opened_at), " after it was first seen.")
        case Reason.REOPENED:
            return (". It is back.",)
        case Reason.RESOLVED:
            return (". It is over, after ", Span(_lasted(card)), ".")
        case Reason.OPENED | Reason.EDITED | Reason.OFFERED:
            return (".",)


def _worse(card: Card) -> Line:
    now = look(card.severity).word
    match card.finding.rung:
        case None:
            return (". It got worse: this is ", now, " now.")
        case 0:
            return (". The deadline has passed: this is ", now, " now.")
        case days:
            return (". It has passed the ", Count(days), "-day mark and is ", now, " now.")


def _rung(finding: Finding) -> Line:
    if finding.rung is None:
        return (".",)
    if finding.rung == 0:
        return (". The deadline has passed.",)
    return (". That crosses the ", Count(finding.rung), "-day mark.")
