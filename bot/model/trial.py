"""The test of the alert path: a card that frightens nobody, and its end, said in one go so that no crash leaves it open. Pure."""

from datetime import datetime
from typing import Final

from msgspec.structs import replace

from bot.model.alert import Announcement, Card, CardState, Reason
from bot.model.finding import Finding, Severity

CAUSE: Final = "test-alert"


def announcements(cluster: str, now: datetime) -> tuple[Announcement, Announcement]:
    """What must be said, in this order: the card, and that it is over. Nothing of it is a finding of a check."""
    finding = Finding(check_id=CAUSE, severity=Severity.NOTICE, fact="Only a test of the alert path")
    card = Card(
        cause=CAUSE,
        state=CardState.OPEN,
        severity=Severity.NOTICE,
        finding=finding,
        opened_at=now,
        broadcast_at=now,
        told_severity=Severity.NOTICE,
    )
    over = replace(card, state=CardState.RESOLVED, resolved_at=now)
    opened = Announcement(reason=Reason.OPENED, card=card, cluster=cluster, at=now)
    return opened, replace(opened, reason=Reason.RESOLVED, card=over)
