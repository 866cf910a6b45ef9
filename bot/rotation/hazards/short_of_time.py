"""Is there enough time? Everything has to trust the new root before the old CA ends."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.model import phrases
from bot.model.rotation import Force, Hazard
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "short-of-time"
TIGHT: Final = timedelta(hours=24)
"""So much people should have to spare."""


def look(situation: Situation) -> Iterator[Hazard]:
    """Measured to the point of expiry: waves, the life of the last old leaf, and what clocks differ."""
    if situation.expires_at is None:
        return
    left = situation.expires_at - situation.snapshot.taken_at
    needed = situation.takes + situation.leaves_for
    spare = left - needed
    if spare >= TIGHT:
        return
    fact = f"The old CA ends in {phrases.left(left)}, and the rotation needs about {phrases.left(needed)}"
    if spare > timedelta():
        yield Hazard(id=ID, force=Force.ASKS, fact=f"{fact}: little is left for holds", advice="Approve it now, and stay near.")
    else:
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact=fact,
            advice="Shorten spec.mtls.workloadCertTTL of Configuration daprsystem and restart sentry, so that old certificates end sooner; "
            "or let the CA expire in a quiet hour and plan the recovery, which is short but not without failures.",
        )


SHORT_OF_TIME = HazardKind(id=ID, look=look)
