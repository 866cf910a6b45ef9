"""What is next in a run: one look in, one outcome out, with the step that it is about. Pure."""

from dataclasses import dataclass
from typing import Final

from bot.model.run import Stand, Way
from bot.model.trust_pair import NEW, OLD
from bot.rotation import course, steps
from bot.rotation.course import intrusion
from bot.rotation.course.drop import DROP
from bot.rotation.outcome import Doing, Holding, Outcome, Tidy, Waiting
from bot.rotation.sight import Sight

TIDY: Final = "tidy"
"""In place of a step's id: nothing is left to do but to clean up."""


@dataclass(frozen=True, slots=True)
class Next:
    """``step``: which it is about; ``outcome``: None when there is nothing to do (any more)."""

    step: str
    outcome: Outcome | None


def next_(sight: Sight) -> Next:
    """The first step that no look has shown yet. A run that is paused or held mends its two objects, and does nothing else."""
    unseen = sight.unseen()
    if unseen:
        return Next(sight.run.step, Waiting(told=unseen))
    found = intrusion.look(sight)
    if found is not None and not (sight.run.stand is Stand.HELD and isinstance(found, Holding)):
        return Next(intrusion.ID, found)
    if sight.run.stand is not Stand.RUNNING:
        return Next(sight.run.step, None)
    if sight.run.aborting:
        return _aborted(sight)
    for step in remaining(sight):
        return _looked(sight, step)
    return Next(TIDY, Doing(Tidy(NEW if not sight.run.back else OLD), "tidying up") if TIDY not in sight.run.effects else None)


def remaining(sight: Sight) -> tuple[str, ...]:
    """The ids of the steps that are not done, in order. Once the old root is dropped, what comes before that is over, whoever saw it."""
    told = [one.id for one in (steps.back() if sight.run.back else sight.plan.steps)]
    if DROP.id in told and sight.run.pair == NEW:
        told = told[told.index(DROP.id) :]
    return tuple(one for one in told if one not in sight.run.done)


def _looked(sight: Sight, step: str) -> Next:
    try:
        one = course.of(step)
    except LookupError:
        return Next(
            step, Holding(reason=f"This version of the bot does not know the step {step!r}.", advice="Run the version that planned it.")
        )
    return Next(step, one.look(sight, step))


def _aborted(sight: Sight) -> Next:
    """Before the first write nothing has changed; after it the pair is closed by now, and people choose."""
    if not sight.run.has_written:
        return Next(TIDY, Doing(Tidy(OLD), "tidying up") if TIDY not in sight.run.effects else None)
    ways = (Way.RESUME, Way.REVERT) if sight.can_go_back else (Way.RESUME,)
    return Next(sight.run.step, Holding(reason="It was aborted: no step starts.", advice="Go on, or go back.", ways=ways))
