"""Who does not trust the old CA any more? Cross-signing keeps those who do; these are lost already."""

from collections.abc import Iterator
from typing import Final

from bot.model import staleness
from bot.model.rotation import Force, Hazard, Kind
from bot.model.workloads import summary
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "stale-already"


def look(situation: Situation) -> Iterator[Hazard]:
    """Their restart in a wave mends them."""
    if situation.kind is Kind.RECOVERY:
        return
    found = staleness.staleness(situation.snapshot)
    lost = (*found.stale, *found.unreadable)
    if lost:
        yield Hazard(
            id=ID,
            force=Force.INFORMS,
            fact=f"{summary(lost)} do not trust the present CA, and will not trust the new one before they are recreated",
            advice="Their wave mends them; /dapr check stale-pods names them.",
            affected=tuple(sorted({f"{pod.namespace}/{pod.app_id}" for pod in lost})),
        )


STALE_ALREADY = HazardKind(id=ID, look=look)
