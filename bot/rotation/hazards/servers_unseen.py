"""Are the certificates seen that Dapr's servers show? A rotation goes by them: who does not show a new one is not through."""

from collections.abc import Iterator
from typing import Final

from bot.model.observed import Unobserved
from bot.model.rotation import Force, Hazard
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, standing

ID: Final = "servers-unseen"


def look(situation: Situation) -> Iterator[Hazard]:
    """Only of a bot that would carry the plan out; that single servers do not answer is seen, and told, on the way."""
    seen = situation.snapshot.chains
    if isinstance(seen, Unobserved) and standing(situation.snapshot) is not None:
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact=f"Nobody sees which certificates Dapr's servers show: {seen.detail}",
            advice=seen.hint or "Set DAPR_WARDEN_TLS_PROBES to auto or direct; then plan again.",
        )


SERVERS_UNSEEN = HazardKind(id=ID, look=look)
