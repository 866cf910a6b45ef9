"""Every pod that asks for a sidecar has one: those that started while the API server did not trust the injector are recreated."""

from datetime import timedelta
from typing import Final

from bot.model import phrases
from bot.model.surroundings import Strategy, WorkloadName
from bot.model.workloads import owner
from bot.rotation.course_step import CourseStep
from bot.rotation.outcome import Doing, Done, Outcome, Restart, Waiting
from bot.rotation.reaching import ROLLED
from bot.rotation.sight import Sight

PATIENCE: Final = timedelta(minutes=5)


def look(sight: Sight, step: str) -> Outcome:
    """Their workloads are restarted, once. What nobody brings back is left to people, and the waves look at the rest again."""
    names = dict.fromkeys(owner(pod) for pod in sight.everybody if pod.daprd is None)
    left_to_people = {one.full_name for one in sight.plan.reach.left}
    rolled = tuple(name for name in names if name.kind in ROLLED and name not in left_to_people and not _is_left(sight, name))
    if not rolled:
        left = phrases.named([str(name) for name in names])
        return Done(f"all but {left}, which people have to recreate" if names else "all of them")
    restart = Restart(rolled, sight.mark(step))
    if sight.restarted(step) is None:
        return Doing(restart, f"recreating {phrases.named([str(name) for name in rolled])}")
    if sight.in_step(step) > PATIENCE:
        return Done(f"restarted, not back yet: {phrases.named([str(name) for name in rolled])}")
    return Waiting(told=f"for {phrases.named([str(name) for name in rolled])}")


def _is_left(sight: Sight, name: WorkloadName) -> bool:
    """What its people asked to be let alone since it was planned."""
    seen = sight.surrounding(name)
    return seen is not None and (seen.skip or seen.paused or seen.strategy is Strategy.ON_DELETE)


WITHOUT_SIDECAR = CourseStep(id="pods-without-sidecar", look=look)
