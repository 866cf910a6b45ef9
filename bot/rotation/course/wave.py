"""The workloads of one wave are back, each pod with the new root. The first that does not come back ends it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from bot.model import phrases
from bot.model.rotation import Workload
from bot.model.snapshot import DaprPod
from bot.rotation.course_step import CourseStep
from bot.rotation.outcome import Doing, Done, Holding, Outcome, Restart, Waiting
from bot.rotation.sight import Sight
from bot.rotation.situation import surroundings

LEAST_PATIENCE: Final = timedelta(minutes=10)
BUDGET_PATIENCE: Final = timedelta(minutes=15)
FACTOR: Final = 3
"""So many times as long as it was expected to take."""


def look(sight: Sight, step: str) -> Outcome:
    """Whatever trusts the new root already is not restarted: it was deployed meanwhile."""
    wave = [one for one in sight.wave(step) if not _is_left(sight, one)]
    late = [one for one in wave if not _is_back(sight, one)]
    if not late:
        return Done(f"{phrases.count(sum(len(sight.pods_of(one.full_name)) for one in wave), 'pod')} with root {sight.bound.root[:8]}")
    restart = Restart(tuple(one.full_name for one in late), sight.mark(step))
    restarted = sight.restarted(step)
    if restarted is None:
        return _blocked(sight, step, late) or Doing(restart, f"restarting {phrases.named([str(one) for one in late], most=5)}")
    bare = [f"{pod.namespace}/{pod.name}" for pod in _without_sidecar(sight, late, restarted)]
    if bare:
        return _held(sight, f"{phrases.named(bare)} started without a sidecar.", bare)
    if sight.in_step(step) > max(FACTOR * _takes(sight, step), LEAST_PATIENCE):
        names = [str(one) for one in late]
        return _held(sight, f"{phrases.named(names)} did not come back.", names)
    done = sum(sight.trusts_new(pod) for one in wave for pod in sight.pods_of(one.full_name))
    of = sum(len(sight.pods_of(one.full_name)) for one in wave)
    return Waiting(told=f"for {phrases.named([str(one) for one in late], most=5)}", done=done, of=of)


def _is_left(sight: Sight, one: Workload) -> bool:
    """Gone meanwhile, scaled to none, paused or left to people: nothing of it has to come back here; dropping looks at every pod."""
    seen = sight.surrounding(one.full_name)
    if not sight.pods_of(one.full_name):
        return seen is None or not seen.replicas.desired
    return seen is not None and (seen.paused or seen.skip)


def _is_back(sight: Sight, one: Workload) -> bool:
    pods, seen = sight.pods_of(one.full_name), sight.surrounding(one.full_name)
    is_whole = seen is None or (seen.replicas.is_settled and len(pods) >= seen.replicas.desired)
    return bool(pods) and is_whole and all(sight.trusts_new(pod) and pod.daprd is not None and pod.daprd.ready for pod in pods)


def _without_sidecar(sight: Sight, late: Sequence[Workload], restarted: timedelta) -> Iterator[DaprPod]:
    since = sight.now - restarted
    for one in late:
        for pod in sight.pods_of(one.full_name):
            if pod.daprd is None and pod.created_at is not None and pod.created_at > since:
                yield pod


def _blocked(sight: Sight, step: str, late: Sequence[Workload]) -> Outcome | None:
    """A rollout does not ask disruption budgets, so we do: while one lets nobody go, what takes pods down waits."""
    seen = surroundings(sight.snapshot)
    full = [
        str(budget)
        for budget in (seen.budgets if seen else ())
        if budget.allowed == 0
        and not budget.never_allows
        and any(_takes_down(sight, one) for one in late if one.full_name in budget.covers)
    ]
    if not full:
        return None
    told = f"the disruption budget {phrases.named(full)} lets no pod go"
    if sight.in_step(step) > BUDGET_PATIENCE:
        return _held(sight, f"{told[0].upper()}{told[1:]}.", full)
    return Waiting(told=f"as {told}")


def _takes_down(sight: Sight, one: Workload) -> bool:
    seen = sight.surrounding(one.full_name)
    return seen is None or not seen.is_replaced_first


def _takes(sight: Sight, step: str) -> timedelta:
    return next((one.takes for one in sight.plan.steps if one.id == step), timedelta())


def _held(sight: Sight, reason: str, affected: Sequence[str]) -> Holding:
    return Holding(
        reason=reason,
        advice="Every pod still reaches every other. `/dapr diagnose APP` tells why it does not start; retry looks again.",
        ways=sight.ways_out,
        affected=tuple(affected),
    )


WAVE = CourseStep(id="wave", look=look)
