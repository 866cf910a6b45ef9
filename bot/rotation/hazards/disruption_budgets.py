"""Does a disruption budget allow no pod to go? Kubernetes holds only evictions to it, no rollout; whoever set it meant both."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases
from bot.model.rotation import Force, Hazard
from bot.model.surroundings import Budget, Surroundings
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, restarted, surroundings

ID: Final = "disruption-budgets"
_NEVER: Final = (
    "Scale the workload up, or let the budget allow one, for as long as the rotation takes; until then it holds before that wave."
)
_NOW: Final = "Let its pods become healthy first: `kubectl describe pdb` shows how many it misses; until then it holds before that wave."


def look(situation: Situation) -> Iterator[Hazard]:
    """Not where every pod has its successor before it goes: that keeps the budget."""
    seen = surroundings(situation.snapshot) or Surroundings()
    lacking = {one.workload for one in restarted(situation) if not one.is_replaced_first}
    shut = [one for one in seen.budgets if not one.allowed and not lacking.isdisjoint(one.covers)]
    yield from _told([one for one in shut if one.never_allows], "No pod may go even if all were healthy", _NEVER)
    yield from _told([one for one in shut if not one.never_allows], "No pod may go now", _NOW)


def _told(budgets: list[Budget], what: str, advice: str) -> Iterator[Hazard]:
    if budgets:
        covers = phrases.named([str(name) for one in budgets for name in one.covers])
        fact = f"{what}, says {phrases.count(len(budgets), 'disruption budget')}, of {covers}"
        yield Hazard(id=ID, force=Force.ASKS, fact=fact, advice=advice, affected=tuple(map(str, budgets)))


DISRUPTION_BUDGETS = HazardKind(id=ID, look=look)
