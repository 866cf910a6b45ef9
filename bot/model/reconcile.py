"""What was known about each cause, and what a sweep found: which cards follow, and what must be said. Pure.

The rules, one by one:

- one card per cause that is a WARNING or CRITICAL, or a NOTICE on the ladder (90 and 60 days ahead is what people asked to hear);
  any other NOTICE has none, and a card that falls to one is healthy;
- what cannot be seen (UNKNOWN, NOT_CHECKED, no answer at all) neither resolves nor lowers a card: it says "cannot see since ...";
- getting worse is told at once; getting milder shows at once, but is believed only after ``policy.healthy_sweeps`` in a row,
  so that a cause which flickers is not told again with every flicker;
- at most one announcement per card and sweep, the strongest; an edit only when what the card says has changed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from bot.model.alert import Announcement, Card, CardState, Reason, Rotating
from bot.model.finding import Finding, Severity
from bot.model.linking import linked
from bot.model.policy import Policy
from bot.model.report import Answer, Report

UNJUDGED = (Severity.UNKNOWN, Severity.NOT_CHECKED)

# Days and hours change seldom and matter; with minutes and seconds a card would be edited by every sweep.
_FLEETING = re.compile(r"\b(?:\d+ (?:minute|second)s?(?: ago)?|less than an hour|just now)\b")


class Reconciled(msgspec.Struct, frozen=True):
    """All cards as they are now (changed or not), and what must be said, worst first."""

    cards: tuple[Card, ...]
    announcements: tuple[Announcement, ...]


class _Sight(msgspec.Struct, frozen=True):
    """What a sweep tells about one cause. ``finding`` None: no trouble seen. ``is_clear``: nothing about it is unknown."""

    finding: Finding | None
    is_clear: bool


def reconcile(previous: Sequence[Card], report: Report, now: datetime, policy: Policy, rotating: Rotating | None = None) -> Reconciled:
    """Bring cards and report together. The same report again yields no announcements (but counts as one more sweep).

    ``previous``  every card that is remembered, at most one per cause; ``now``: aware, UTC; ``rotating``: the newest rotation.
    """
    known = {card.cause: card for card in previous}
    answers = {answer.check_id: answer for answer in report.answers}
    found = _found(report)
    cards: list[Card] = []
    announcements: list[Announcement] = []
    for cause in dict.fromkeys((*found, *known)):
        before = known.get(cause)
        sight = _sight(found.get(cause, ()), answers, before)
        card, reason = _step(before, sight, now, policy)
        if card is None:
            continue
        card = linked(card, rotating)
        if card is not before:
            card, reason = _said(card, reason)
        cards.append(card)
        if reason is not None:
            announcements.append(Announcement(reason=reason, card=card, cluster=report.cluster, at=now))
    return Reconciled(cards=tuple(cards), announcements=tuple(announcements))


def said(card: Card) -> str:
    """Digest of what the card says; minutes and seconds do not count, neither do counters that no reader sees."""
    finding = card.finding
    shown = (
        card.state.value,
        card.severity.value,
        card.unseen_since_at,
        finding.deadline_at,
        finding.binding,
        [_FLEETING.sub("~", text) for text in (finding.fact, finding.next_step, *finding.evidence)],
        [(one.kind, one.namespace, one.name, _FLEETING.sub("~", one.detail)) for one in finding.affected],
    )
    if card.rotating is None:
        return sha256(msgspec.json.encode(shown)).hexdigest()
    return sha256(msgspec.json.encode((*shown, card.rotating))).hexdigest()


def _found(report: Report) -> Mapping[str, Sequence[Finding]]:
    """Findings by cause, worst first in every sense."""
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.cause, []).append(finding)
    return found


def _sight(findings: Sequence[Finding], answers: Mapping[str, Answer], before: Card | None) -> _Sight:
    trouble = next((finding for finding in findings if _is_told(finding)), None)
    if trouble is not None:
        return _Sight(trouble, is_clear=not any(finding.severity in UNJUDGED for finding in findings))
    check_id = before.finding.check_id if before else findings[0].check_id
    return _Sight(None, is_clear=_is_judged(answers.get(check_id)))


def _is_told(finding: Finding) -> bool:
    return finding.severity.is_trouble or (finding.severity is Severity.NOTICE and finding.rung is not None)


def _is_judged(answer: Answer | None) -> bool:
    """Whether silence of this answer about a cause means health. An answer that knows only a part proves nothing."""
    if answer is None or answer.severity in UNJUDGED:
        return False
    return not any(finding.severity in UNJUDGED for finding in answer.findings)


def _step(before: Card | None, sight: _Sight, now: datetime, policy: Policy) -> tuple[Card | None, Reason | None]:
    if before is None or before.state is CardState.RESOLVED:
        return (before, None) if sight.finding is None else _begin(before, sight.finding, now, policy)
    if sight.finding is not None and (sight.is_clear or not _is_milder(sight.finding, before)):
        return _persist(before, sight.finding, now, policy)
    if sight.is_clear:
        return _heal(before, now, policy)
    return _lose_sight(before, now, policy)


def _begin(before: Card | None, finding: Finding, now: datetime, policy: Policy) -> tuple[Card, Reason]:
    card = Card(
        cause=finding.cause,
        state=CardState.OPEN,
        severity=finding.severity,
        finding=finding,
        opened_at=now,
        broadcast_at=now,
        told_severity=finding.severity,
        told_rung=finding.rung,
    )
    comes_back = before is not None and before.resolved_at is not None and now - before.resolved_at <= policy.reopen_within
    return card, Reason.REOPENED if comes_back else Reason.OPENED


def _persist(before: Card, finding: Finding, now: datetime, policy: Policy) -> tuple[Card, Reason | None]:
    eased = before.eased_sweeps + 1 if _is_eased(finding, before) else 0
    card = replace(before, severity=finding.severity, finding=finding, healthy_sweeps=0, eased_sweeps=eased, unseen_since_at=None)
    if finding.severity.rank > before.told_severity.rank:
        return _told(card, now), Reason.WORSENED
    if _crosses(finding, before):
        return _told(card, now), Reason.THRESHOLD
    if eased >= policy.healthy_sweeps:
        card = replace(card, told_severity=finding.severity, told_rung=finding.rung, eased_sweeps=0)
    return _still(card, now, policy)


def _heal(before: Card, now: datetime, policy: Policy) -> tuple[Card, Reason | None]:
    card = replace(before, healthy_sweeps=before.healthy_sweeps + 1, eased_sweeps=0, unseen_since_at=None)
    if card.healthy_sweeps < policy.healthy_sweeps:
        return card, None
    return replace(card, state=CardState.RESOLVED, resolved_at=now), Reason.RESOLVED


def _lose_sight(before: Card, now: datetime, policy: Policy) -> tuple[Card, Reason | None]:
    card = replace(before, healthy_sweeps=0, eased_sweeps=0, unseen_since_at=before.unseen_since_at or now)
    return _still(card, now, policy)


def _told(card: Card, now: datetime) -> Card:
    severity = max(card.told_severity, card.severity, key=lambda severity: severity.rank)
    rung = min(_rungs((card.told_rung, card.finding.rung)), default=None)
    return replace(card, told_severity=severity, told_rung=rung, broadcast_at=now)


def _still(card: Card, now: datetime, policy: Policy) -> tuple[Card, Reason | None]:
    if card.severity is Severity.CRITICAL and now - card.broadcast_at >= policy.repeat_critical:
        return replace(card, broadcast_at=now), Reason.STILL_CRITICAL
    return card, None


def _said(card: Card, reason: Reason | None) -> tuple[Card, Reason | None]:
    """An edit when there is no better reason and the card would read differently."""
    digest = said(card)
    if reason is None and digest != card.said:
        reason = Reason.EDITED
    return replace(card, said=digest), reason


def _crosses(finding: Finding, before: Card) -> bool:
    return finding.rung is not None and (before.told_rung is None or finding.rung < before.told_rung)


def _is_milder(finding: Finding, before: Card) -> bool:
    return finding.severity.rank < before.severity.rank


def _is_eased(finding: Finding, before: Card) -> bool:
    lifted = before.told_rung is not None and (finding.rung is None or finding.rung > before.told_rung)
    return finding.severity.rank < before.told_severity.rank or lifted


def _rungs(rungs: Iterable[int | None]) -> list[int]:
    return [rung for rung in rungs if rung is not None]
