"""Which pods does nobody bring back? Jobs and pods without an owner keep the old roots until a person recreates them."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases
from bot.model.rotation import Force, Hazard, Left
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, left

ID: Final = "left-to-people"


def look(situation: Situation) -> Iterator[Hazard]:
    """The old root is not dropped while one of them lives."""
    nobodys = left(situation, Left.BARE, Left.JOB, Left.OTHER_KIND, Left.NOT_FOUND)
    if nobodys:
        yield Hazard(
            id=ID,
            force=Force.ASKS,
            fact=f"{phrases.count(sum(one.pods for one in nobodys), 'pod')} that a restart of a workload does not recreate",
            advice="Recreate or end them once new pods get the new root; until then the rotation holds before the old root is dropped.",
            affected=tuple(str(one) for one in nobodys),
        )


LEFT_TO_PEOPLE = HazardKind(id=ID, look=look)
