"""Which workloads belong to Argo Rollouts? They are restarted by a field of their own, and in their own steps."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases
from bot.model.rotation import Force, Hazard, Left
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, left

ID: Final = "argo-rollouts"


def look(situation: Situation) -> Iterator[Hazard]:
    """Left to people, by name."""
    names = tuple(map(str, left(situation, Left.ROLLOUT)))
    if names:
        yield Hazard(
            id=ID,
            force=Force.ASKS,
            fact=f"{phrases.count(len(names), 'Argo Rollout')}, left to you",
            advice="Restart each with `kubectl argo rollouts restart NAME` once new pods get the new root; until then the rotation holds "
            "before the old root is dropped.",
            affected=names,
        )


ARGO_ROLLOUTS = HazardKind(id=ID, look=look)
