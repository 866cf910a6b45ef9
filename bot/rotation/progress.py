"""How far a run is, as people ask: which step of how many, how much of the work, until when, and what may be done about it. Pure."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.model import commanding
from bot.model.alert import Rotating
from bot.model.rotation import WAIT, Plan, Step, Undo
from bot.model.run import File, Run, Stand, Way
from bot.model.trust_pair import NEW
from bot.rotation import steps

ROUNDED: Final = timedelta(minutes=1)
"""An end that is only estimated is told to the minute above: a card is not edited for seconds."""
WHOLE: Final = 100
_SHOWN: Final = {
    Stand.RUNNING: (Way.PAUSE, Way.REVERT, Way.ABORT),
    Stand.PAUSED: (Way.RESUME, Way.REVERT, Way.ABORT),
    Stand.HELD: (Way.RESUME, Way.RETRY, Way.LOSE, Way.REVERT, Way.ABORT),
}


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """``number`` of ``of`` steps, from 1, of the way that it goes. ``title``: what holds when the step is done, outside text.

    ``percent``: of the work, without the wait for old certificates; 100 only at the very end. ``ends_at``: an estimate, None where
    nobody can know: it stands still.
    """

    number: int
    of: int
    title: str
    percent: int
    ends_at: datetime | None = None


def progress(file: File, run: Run, now: datetime) -> Progress:
    """``run``: what the file comes to, or came to when something was said about it."""
    told = way(file.dossier.plan, run)
    here = current(told, run)
    number = told.index(here) + 1 if here else 0
    title = here.title if here else named(run.step)
    return Progress(number=number, of=len(told), title=title, percent=_percent(told, run), ends_at=_end(told, run, now))


def glance(file: File, now: datetime) -> Rotating:
    """As cards of alerts say it."""
    run = file.run
    far = progress(file, run, now)
    ended_at = run.at if run.is_over else None
    return Rotating(
        run=file.id,
        stand=run.stand.value,
        number=far.number,
        of=far.of,
        begun_at=run.started_at,
        ended_at=ended_at,
        kind=run.kind.value,
        back=run.back,
    )


def way(plan: Plan, run: Run) -> tuple[Step, ...]:
    """The steps of the way that it goes: the plan's, or those of the way back."""
    return steps.back() if run.back else plan.steps


def current(told: tuple[Step, ...], run: Run) -> Step | None:
    """The first that is not done yet, else the last."""
    return next((one for one in told if one.id not in run.done), told[-1] if told else None)


def named(step: str) -> str:
    """A step that nobody planned, by its id: "wave-3" is "wave 3"."""
    return step.replace("-", " ") or "the start"


def undo(plan: Plan, run: Run, now: datetime) -> Undo:
    """What going back means now: as at the end of the last step that is done, or of one that has begun to write."""
    found, until = _undo(plan, run), commanding.back_until(plan)
    return Undo.TOO_LATE if found is Undo.OLD_ISSUER and until is not None and now > until else found


def _undo(plan: Plan, run: Run) -> Undo:
    if not run.has_written:
        return Undo.UNCHANGED
    ended = [one.undo for one in plan.steps if one.id in run.done]
    last = ended[-1] if ended else Undo.UNCHANGED
    here = current(plan.steps, run)
    if here is not None and (last is Undo.UNCHANGED or run.pair == NEW):
        return here.undo
    return last


def ways(plan: Plan, run: Run, now: datetime) -> tuple[Way, ...]:
    """The buttons that help as it stands, of all that the rules allow. To abort what has written and stands anyway changes nothing."""
    allowed = commanding.ways(run, plan, now)
    is_idle = run.stand is not Stand.RUNNING and run.has_written
    useless = {Way.ABORT} if is_idle else {Way.REVERT} if run.aborting else set[Way]()
    return tuple(one for one in _SHOWN.get(run.stand, ()) if one in allowed and one not in useless)


def _percent(told: tuple[Step, ...], run: Run) -> int:
    if run.stand is Stand.DONE:
        return WHOLE
    work = {one.id: one.takes / timedelta(seconds=1) for one in told if one.id != WAIT}
    done = sum(weight for id_, weight in work.items() if id_ in run.done)
    counted = run.counted
    if counted is not None and counted.of > 0 and counted.step not in run.done:
        done += work.get(counted.step, 0) * min(counted.done / counted.of, 1)
    return min(int(WHOLE * done / sum(work.values())), WHOLE - 1) if sum(work.values()) else 0


def _end(told: tuple[Step, ...], run: Run, now: datetime) -> datetime | None:
    if run.stand is not Stand.RUNNING or run.aborting:
        return None
    here = current(told, run)
    ahead = sum((one.takes for one in told if one.id not in run.done and one is not here), timedelta())
    end = max(_step_end(here, run, now), now) + ahead
    return datetime.fromtimestamp(-(-end.timestamp() // ROUNDED.total_seconds()) * ROUNDED.total_seconds(), end.tzinfo)


def _step_end(here: Step | None, run: Run, now: datetime) -> datetime:
    if here is None:
        return now
    if run.counted is not None and run.counted.step == here.id and run.counted.until is not None:
        return run.counted.until
    return run.begun.get(here.id, now) + here.takes
