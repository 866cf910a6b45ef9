"""Which workloads go as a whole before they come back? Strategy Recreate means that nobody answers in between."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases
from bot.model.rotation import Force, Hazard
from bot.model.surroundings import Strategy
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, restarted

ID: Final = "recreated-at-once"


def look(situation: Situation) -> Iterator[Hazard]:
    """However many pods they have."""
    names = tuple(str(one.workload) for one in restarted(situation) if one.strategy is Strategy.RECREATE)
    if names:
        yield Hazard(
            id=ID,
            force=Force.ASKS,
            fact=f"{phrases.count(len(names), 'workload')} with strategy Recreate: all pods go before the first comes back",
            advice="Choose a quiet hour, or let them roll (strategy RollingUpdate) where two versions may run side by side.",
            affected=names,
        )


RECREATED_AT_ONCE = HazardKind(id=ID, look=look)
