"""Could it be seen which pair was good last? Without that nobody knows whether it should come back."""

from collections.abc import Iterator
from typing import Final

from bot.model.observed import Unobserved
from bot.model.rotation import Force, Hazard
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "backup-unseen"


def look(situation: Situation) -> Iterator[Hazard]:
    """Only where somebody wanted to know."""
    seen = situation.snapshot.backup
    if isinstance(seen, Unobserved) and not seen.by_choice:
        yield Hazard(
            id=ID,
            force=Force.INFORMS,
            fact=f"Whether a last good pair is kept, which could come back, could not be seen: {seen.detail}",
            advice=seen.hint or "The bot itself knows: `/dapr renew` in Slack.",
        )


BACKUP_UNSEEN = HazardKind(id=ID, look=look)
