"""Builders for alerts: defaults are a root that expires in 20 days; only the deviation is written."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.model.alert import Announcement, Card, CardState, Reason
from bot.model.finding import Finding, Severity
from bot.model.reconcile import said
from bot.model.report import Answer, Report

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def a_finding(
    check_id: str = "root-expiry",
    severity: Severity = Severity.WARNING,
    *,
    subject: str = "",
    fact: str = "Root CA expires in 20 days",
    rung: int | None = None,
    evidence: tuple[str, ...] = (),
    deadline_at: datetime | None = None,
) -> Finding:
    return Finding(check_id=check_id, severity=severity, subject=subject, fact=fact, rung=rung, evidence=evidence, deadline_at=deadline_at)


def an_answer(check_id: str = "root-expiry", *findings: Finding, severity: Severity | None = None, category: str = "expiry") -> Answer:
    graded = max((finding.severity for finding in findings), key=lambda each: each.rank, default=Severity.OK)
    return Answer(check_id=check_id, title="The root lives", category=category, severity=severity or graded, findings=findings)


def a_report(*answers: Answer, taken_at: datetime = NOW) -> Report:
    return Report(taken_at=taken_at, cluster="prod-eu", namespace="dapr-system", answers=answers)


def a_report_of(*findings: Finding, healthy: Sequence[str] = ("root-expiry",), taken_at: datetime = NOW) -> Report:
    """One answer per check that occurs, plus an OK for each of ``healthy`` that does not."""
    ids = dict.fromkeys([finding.check_id for finding in findings] + list(healthy))
    answers = [an_answer(check_id, *[each for each in findings if each.check_id == check_id]) for check_id in ids]
    return a_report(*answers, taken_at=taken_at)


def a_card(cause: str = "root-expiry", severity: Severity = Severity.WARNING, **changes: object) -> Card:
    check_id, _, subject = cause.partition("/")
    finding = a_finding(check_id, severity, subject=subject)
    fields: dict[str, object] = {
        "cause": cause,
        "state": CardState.OPEN,
        "severity": severity,
        "finding": finding,
        "opened_at": NOW,
        "broadcast_at": NOW,
        "told_severity": severity,
    } | changes
    card = Card(**fields)  # type: ignore[arg-type]
    return Card(**(fields | {"said": said(card)}))  # type: ignore[arg-type]


def an_announcement(reason: Reason = Reason.OPENED, card: Card | None = None, *, at: datetime = NOW) -> Announcement:
    return Announcement(reason=reason, card=card or a_card(), cluster="prod-eu", at=at)
