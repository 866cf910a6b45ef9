"""Is a workload in the middle of something? A restart would carry on what somebody paused or has not finished, or do nothing."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases
from bot.model.rotation import Force, Hazard, Kind, Left
from bot.model.surroundings import Surrounding
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, left, restarted

ID: Final = "unfinished-rollouts"


def look(situation: Situation) -> Iterator[Hazard]:
    """Paused ones are left to people; of a dead or a foreign CA it is no wonder that pods are not ready."""
    seen = restarted(situation)
    paused = tuple(map(str, (*(one.workload for one in seen if one.paused), *left(situation, Left.PAUSED))))
    if paused:
        yield Hazard(
            id=ID,
            force=Force.ASKS,
            fact=f"{phrases.count(len(paused), 'workload')} paused: a restart does nothing until somebody resumes it",
            advice="Resume with `kubectl rollout resume` and plan again, or recreate its pods once new pods get the new root.",
            affected=paused,
        )
    unfinished = tuple(str(one.workload) for one in seen if not one.paused and _is_unfinished(one, situation.kind))
    if unfinished:
        yield Hazard(
            id=ID,
            force=Force.ASKS,
            fact=f"{phrases.count(len(unfinished), 'workload')} in the middle of a rollout, or with pods that are not ready",
            advice="Let it finish, or undo it, first: else nobody can tell whether it was the rotation that did not come back.",
            affected=unfinished,
        )


def _is_unfinished(one: Surrounding, kind: Kind) -> bool:
    is_short = one.replicas.ready < one.replicas.desired
    return not one.replicas.is_settled or (is_short and kind is Kind.CROSS_SIGNED)


UNFINISHED_ROLLOUTS = HazardKind(id=ID, look=look)
