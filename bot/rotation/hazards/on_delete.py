"""Which workloads keep their pods when their template changes? OnDelete, and a StatefulSet's partition, leave them to people."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases
from bot.model.rotation import Force, Hazard, Left
from bot.model.surroundings import Strategy
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, left, restarted

ID: Final = "on-delete"


def look(situation: Situation) -> Iterator[Hazard]:
    """The control plane's as well."""
    own = [one.workload for one in restarted(situation) if one.strategy is Strategy.ON_DELETE or one.partition]
    names = tuple(map(str, (*own, *left(situation, Left.ON_DELETE, Left.PARTITION))))
    if names:
        yield Hazard(
            id=ID,
            force=Force.ASKS,
            fact=f"{phrases.count(len(names), 'workload')} that no restart replaces all pods of (OnDelete, or a partition)",
            advice="Delete their pods one by one once new pods get the new root; until then the rotation holds before the old root is "
            "dropped.",
            affected=names,
        )


ON_DELETE = HazardKind(id=ID, look=look)
