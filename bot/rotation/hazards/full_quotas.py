"""Is there room for one more pod? Where no old pod may go before its successor is there, a full quota stops a restart for good."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases
from bot.model.rotation import Force, Hazard
from bot.model.surroundings import Quota, Surrounding, Surroundings
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, restarted, surroundings

ID: Final = "full-quotas"
ONE: Final = 1000
"""Pod, in thousandths."""


def look(situation: Situation) -> Iterator[Hazard]:
    """By what a pod template asks for; the sidecar comes on top."""
    seen = surroundings(situation.snapshot) or Surroundings()
    stuck = [(one, quota) for one in restarted(situation) if one.is_replaced_first for quota in seen.quotas if not _has_room(quota, one)]
    if stuck:
        quotas = dict.fromkeys(f"{quota} (counts some pods only)" if quota.scoped else str(quota) for _, quota in stuck)
        names = tuple(dict.fromkeys(str(one.workload) for one, _ in stuck))
        yield Hazard(
            id=ID,
            force=Force.ASKS,
            fact=f"No room for one more pod of {phrases.count(len(names), 'workload')}: "
            f"{phrases.named(list(quotas))} {phrases.verb(len(quotas), 'is', 'are')} used up",
            advice="Raise the quota while it lasts, or allow one pod to be missing (maxUnavailable: 1): else the restart never ends.",
            affected=names,
        )


def _has_room(quota: Quota, one: Surrounding) -> bool:
    asked = {"pods": ONE, **one.asks}
    is_here = quota.namespace == one.workload.namespace
    return not is_here or all(left > 0 and left >= asked.get(name, 0) for name, left in quota.left.items())


FULL_QUOTAS = HazardKind(id=ID, look=look)
