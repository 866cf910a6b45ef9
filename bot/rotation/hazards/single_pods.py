"""Which workloads have one pod only? Unless its successor comes first, they are away while it is recreated."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases
from bot.model.rotation import Force, Hazard
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, restarted

ID: Final = "single-pods"


def look(situation: Situation) -> Iterator[Hazard]:
    """By the replicas that it should have, where that was seen. A Deployment replaces its only pod first, unless set otherwise."""
    gapless = {one.workload for one in restarted(situation) if one.is_replaced_first}
    single = [one for wave in situation.reach.waves for one in wave if one.pods == 1 and one.full_name not in gapless]
    if single:
        yield Hazard(
            id=ID,
            force=Force.ASKS,
            fact=f"{phrases.count(len(single), 'workload')} with one pod: each may be away for as long as it takes to start",
            advice="Scale them to two, or choose a quiet hour.",
            affected=tuple(str(one) for one in single),
        )


SINGLE_PODS = HazardKind(id=ID, look=look)
