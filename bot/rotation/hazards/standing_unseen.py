"""Is this look of a bot that would carry the plan out? Without one a plan is a plan: nobody knows whether anybody could."""

from collections.abc import Iterator
from typing import Final

from bot.model.observed import Unobserved
from bot.model.rotation import Force, Hazard
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "standing-unseen"


def look(situation: Situation) -> Iterator[Hazard]:
    """By choice it is only told; there is no other reason yet, and any other would be asked about."""
    seen = situation.snapshot.standing
    if isinstance(seen, Unobserved):
        yield Hazard(
            id=ID,
            force=Force.INFORMS if seen.by_choice else Force.ASKS,
            fact=f"Whether a bot could carry this out is not known (its rights, clock, memory and canary): {seen.detail}",
            advice=seen.hint,
        )


STANDING_UNSEEN = HazardKind(id=ID, look=look)
