"""Which workloads did their people opt out? They keep the old roots until somebody restarts them."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases
from bot.model.rotation import Force, Hazard, Left
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, left

ID: Final = "opted-out"


def look(situation: Situation) -> Iterator[Hazard]:
    """By the annotation of the workload, not of its pods."""
    names = tuple(map(str, left(situation, Left.OPTED_OUT)))
    if names:
        yield Hazard(
            id=ID,
            force=Force.ASKS,
            fact=f"{phrases.count(len(names), 'workload')} opted out (dapr-warden.io/rotation: skip)",
            advice="Agree with their people who restarts them, and when: until then the rotation holds before the old root is dropped.",
            affected=names,
        )


OPTED_OUT = HazardKind(id=ID, look=look)
