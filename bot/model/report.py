"""The judged Snapshot: one answer per check, in reading order. What every way out (Slack, terminal, JSON) tells from."""

from datetime import datetime
from typing import Final

import msgspec

from bot.model.finding import Finding, Severity, worst

EXPIRY: Final = "expiry"
"""The category of the checks that tell when a CA ends."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one check said. ``severity`` is the worst of its findings, OK only when it looked and found nothing."""

    check_id: str
    title: str
    category: str
    severity: Severity
    findings: tuple[Finding, ...] = ()


class Expiry(msgspec.Struct, frozen=True):
    """When something ends, healthy or not: what status shows on a good day. ``what``: "Root CA cluster.local"."""

    what: str
    not_after_at: datetime


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All answers about one Snapshot. ``expiries``: each root and issuer that was seen, earliest end first."""

    taken_at: datetime
    cluster: str
    namespace: str
    answers: tuple[Answer, ...]
    expiries: tuple[Expiry, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every answer, worst first, then earliest deadline, then reading order."""
        flat = [finding for answer in self.answers for finding in answer.findings]
        return tuple(sorted(flat, key=_urgency))

    @property
    def severity(self) -> Severity:
        """The worst answer; what a mode excludes by choice does not count. UNKNOWN at least where nobody looks when the CA ends."""
        found = worst(finding for finding in self.findings if finding.severity is not Severity.NOT_CHECKED)
        return max(found, Severity.UNKNOWN, key=lambda each: each.rank) if self.is_unlooked else found

    @property
    def is_unlooked(self) -> bool:
        """Whether nothing tells when the CA ends, by choice: mode off up to Dapr 1.11, without sentry's metrics and the servers' chains."""
        return {answer.severity for answer in self.answers if answer.category == EXPIRY} == {Severity.NOT_CHECKED}


def _urgency(finding: Finding) -> tuple[int, float]:
    return (-finding.severity.rank, finding.deadline_at.timestamp() if finding.deadline_at else float("inf"))
