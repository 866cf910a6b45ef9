"""What is next in a run: one look in, one outcome out, with the step that it is about. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.model import phrases
from bot.model.binding import REPLACED, VERSION
from bot.model.run import Run, Stand, Way
from bot.model.trust_pair import NEW, OLD
from bot.rotation import course, intrusion, steps
from bot.rotation.course.drop import DROP
from bot.rotation.outcome import Doing, Holding, Outcome, Tidy, Voiding, Waiting
from bot.rotation.sight import Sight

TIDY: Final = "tidy"
"""In place of a step's id: nothing is left to do but to clean up."""
MINUTE: Final = timedelta(minutes=1)
PATIENCE: Final = 10 * MINUTE
"""With a cluster that cannot be seen."""
STARTS_WITHIN: Final = 30 * MINUTE
"""So long after its start the first write may be; a moment in which sentry rests may be waited for."""


@dataclass(frozen=True, slots=True)
class Next:
    """``step``: which it is about; ``outcome``: None when there is nothing to do (any more)."""

    step: str
    outcome: Outcome | None


def next_(sight: Sight) -> Next:
    """The first step that no look has shown yet. A run that is paused or held mends its two objects, and does nothing else."""
    unable = _unable(sight)
    if unable is not None:
        return unable
    found = intrusion.look(sight)
    if found is not None and not (sight.run.stand is Stand.HELD and isinstance(found, Holding)):
        return Next(intrusion.ID, found)
    if sight.run.stand is not Stand.RUNNING:
        return Next(sight.run.step, None)
    return _aborted(sight) if sight.run.aborting else _going_on(sight)


def _going_on(sight: Sight) -> Next:
    if not sight.run.has_written and not sight.run.adopted and (reason := _void(sight)):
        return Next(sight.run.step, Voiding(reason))
    for step in remaining(sight):
        return _looked(sight, step)
    return Next(TIDY, Doing(Tidy(NEW if not sight.run.back else OLD), "tidying up") if TIDY not in sight.run.effects else None)


def blind(run: Run, unseen: str, now: datetime, *, can_go_back: bool) -> Next:
    """A while is waited; then people are called, unless nothing but time has to pass anyway. Also asked without any look."""
    if run.stand is not Stand.RUNNING:
        return Next(run.step, None)
    until = run.counted.until if run.counted is not None else None
    waits = until is not None and now < until
    if run.blind is None or now - run.blind <= PATIENCE or waits:
        return Next(run.step, Waiting(told=unseen, until=until, blind=True))
    ways = (Way.RETRY, Way.REVERT) if can_go_back and run.has_written else (Way.RETRY,)
    reason = f"For {phrases.count((now - run.blind) // MINUTE, 'minute')} the bot has not seen what it has to see: {unseen}"
    return Next(run.step, Holding(reason=reason, advice="Mend that, then retry. Nothing is changed meanwhile.", ways=ways))


def _unable(sight: Sight) -> Next | None:
    """Why nothing can be judged at all; None when it can."""
    unseen = sight.unseen()
    if unseen:
        return blind(sight.run, unseen, sight.now, can_go_back=sight.can_go_back)
    if not sight.run.unread:
        return None
    if sight.run.stand is not Stand.RUNNING:
        return Next(sight.run.step, None)
    reason = "The journal of this rotation holds what this version of the bot does not know."
    return Next(sight.run.step, Holding(reason=reason, advice="Run the version that wrote it. Nothing is changed meanwhile."))


def _void(sight: Sight) -> str:
    """Why an approval does not hold any more, before the first write; "" while it does."""
    if sight.bound.version != VERSION:
        return f"It was approved before {REPLACED}."
    if not sight.is_as_approved:
        return "Secret or ConfigMap are not as they were approved: somebody wrote them meanwhile."
    late = sight.now - sight.run.started_at > STARTS_WITHIN
    within = phrases.count(STARTS_WITHIN // MINUTE, "minute")
    return f"Nothing was written within {within} of its start: what was approved is too old by now." if late else ""


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
    """Before the first write nothing has changed; after it the pair is closed by now, and people choose.

    One that was intended, and of which neither object shows anything, was none.
    """
    if not sight.run.has_written or sight.is_untouched:
        return Next(TIDY, Doing(Tidy(OLD), "tidying up") if TIDY not in sight.run.effects else None)
    ways = (Way.RESUME, Way.REVERT) if sight.can_go_back else (Way.RESUME,)
    return Next(sight.run.step, Holding(reason="It was aborted: no step starts.", advice="Go on, or go back.", ways=ways))
