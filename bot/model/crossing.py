"""When does the next rung of the ladder come? So that a sweep can be there on time instead of up to one interval late."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.model.finding import Finding
from bot.model.policy import Policy


def next_crossing(findings: Iterable[Finding], policy: Policy, now: datetime) -> datetime | None:
    """The earliest instant after ``now`` at which an expiry reaches its next rung; None when nothing is on the ladder."""
    instants = (
        finding.deadline_at - timedelta(days=days)
        for finding in findings
        if finding.deadline_at is not None and finding.rung is not None
        for days in policy.ladder
    )
    return min((instant for instant in instants if instant > now), default=None)
